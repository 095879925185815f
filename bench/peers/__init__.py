"""Pullquote beside its peers, each a process of its own with its own environment: see ``bench/__main__.py``.

``pullquote``, ``haystack``, ``txtai``, ``floor`` and ``encoders`` are the measured systems. They run under ``worker``,
which needs the standard library alone, since each environment imports it.
"""
