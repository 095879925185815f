"""Where the library and the reader are: what was typed, else the environment, else the default."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from qa.weights import reader_folder


def library_path(options: argparse.Namespace) -> Path:
    """The library asked for, else ``PULLQUOTE_LIBRARY``, else the one in the user's data folder."""
    chosen = options.library or os.environ.get("PULLQUOTE_LIBRARY")
    if chosen:
        return Path(chosen)
    import platformdirs

    return platformdirs.user_data_path("pullquote") / "library"


def reader_path(options: argparse.Namespace) -> Path:
    """The reader asked for, else ``PULLQUOTE_READER``, else the default one: its folder."""
    return reader_folder(options.reader or os.environ.get("PULLQUOTE_READER"))
