"""Examining the kept answers: a torn file is set aside, under a name that says so, and a new one may begin."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from index.store import Finding
from qa.errors import AnswersBusy, AnswersError, AnswersTorn
from qa.loop.database import WAIT_SECONDS, Answers
from qa.loop.explained import explained


def examine(path: Path, *, wait: float = WAIT_SECONDS) -> list[Finding]:
    """What is found of the kept answers at ``path``; nothing where none are kept."""
    if not path.exists():
        return []
    try:
        _check(path, wait)
        with Answers.open(path, wait=wait) as answers:
            return [Finding("answers", True, f"{answers.count():,} kept, whole")]
    except AnswersBusy:
        return [Finding("answers", True, "somebody writes to them; not examined")]
    except AnswersTorn as error:
        return [Finding("answers", False, _set_aside(path, error))]
    except AnswersError as error:
        return [Finding("answers", False, str(error))]


def _check(path: Path, wait: float) -> None:
    """Look at every page.

    Raises:
        AnswersTorn: one is damaged.
        AnswersError: they cannot be looked at.
    """
    with explained(path):
        connection = sqlite3.connect(path, timeout=wait, isolation_level=None)
        try:
            said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
            if said != ["ok"]:
                raise AnswersTorn(f"{path} is damaged ({said[0].splitlines()[0] if said else 'no answer'})")
        finally:
            connection.close()


def _set_aside(path: Path, error: AnswersTorn) -> str:
    """Move the file, with what belongs to it; says where it is now."""
    aside = path.with_name(f"{path.name}.torn-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{aside.name.partition('+')[0]}+{number}")
    try:
        path.rename(aside)
        for beside in ("-wal", "-shm"):
            part = path.with_name(path.name + beside)
            if part.exists():
                part.rename(aside.with_name(aside.name + beside))
    except OSError as failure:
        return f"{error}, and cannot be set aside ({failure.strerror})"
    return f"{error}; set aside as {aside.name}, and a new file begins with the next answer that is kept"
