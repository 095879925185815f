"""What goes wrong with the file of the kept answers, in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import AnswersBusy, AnswersError, AnswersFull, AnswersTorn


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """What goes wrong with the file, as one of our errors."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise AnswersBusy(f"{path}: somebody else writes to it; try again") from None
        if code == sqlite3.SQLITE_FULL:
            raise AnswersFull(f"{path}: there is no room left on the disk") from None
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise AnswersTorn(f"{path} is damaged; set it aside with: pullquote doctor") from None
        raise AnswersError(f"{path} cannot be used ({error})") from None
    except OSError as error:
        raise AnswersError(f"{path} cannot be used ({error.strerror or error})") from None
