"""Where the library and the reader are: what was typed, else the environment, else the default."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from index.stores import Where, is_address, place
from qa.weights import reader_folder


def library_path(options: argparse.Namespace) -> Where:
    """The library asked for, else ``PULLQUOTE_LIBRARY``, else the one in the user's data folder."""
    chosen = options.library or os.environ.get("PULLQUOTE_LIBRARY")
    if chosen:
        return place(str(chosen))
    return default_folder()


def own_folder(where: Where) -> Path:
    """Where what belongs to this user beside a library is kept: in its folder, or in the user's data folder."""
    return default_folder() if is_address(where) else Path(where)


def default_folder() -> Path:
    """The library in the user's data folder."""
    import platformdirs

    return platformdirs.user_data_path("pullquote") / "library"


def reader_path(options: argparse.Namespace) -> Path:
    """The reader asked for, else ``PULLQUOTE_READER``, else the default one: its folder."""
    return reader_folder(options.reader or os.environ.get("PULLQUOTE_READER"))
