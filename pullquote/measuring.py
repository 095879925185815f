"""The command that measures."""

from __future__ import annotations

import argparse

from pullquote.places import library_path, reader_path


def eval_(options: argparse.Namespace) -> int:
    """Measure the answers on a data set."""
    from qa.evaluation.measure import run

    return run(options, library_path(options), reader_path(options))
