"""The two ways in: a library here, or a server somewhere."""

from __future__ import annotations

from os import PathLike, fspath

from index.stores import place
from qa.cache import AnswerCache
from qa.client import Client
from qa.engine import Engine
from qa.weights import reader_folder


def open(folder: str | PathLike[str], *, create: bool = False, reader: str | None = None) -> Engine:  # noqa: A001 - pullquote.open
    """The library in ``folder``, or at ``postgresql://…``, with everything that answers questions; a context manager.

    Args:
        folder: where it is, or is to be.
        create: make one if there is none.
        reader: a reader's name, or its folder; the default one without.

    Raises:
        LibraryError, ModelError: see ``index.errors``.
    """
    return Engine.open(place(fspath(folder)), create=create, weights=reader_folder(reader), cache=AnswerCache())


def connect(url: str, *, key: str | None = None, timeout: float = 60.0) -> Client:
    """A running server, as ``http://127.0.0.1:8000``; a context manager. ``timeout`` in seconds.

    Raises:
        ServerUnavailable: ``url`` is not the address of a server, or ``key`` is no key.
    """
    return Client(url, key, timeout=timeout)
