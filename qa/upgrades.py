"""SQLite files that are kept beside a library: opened for their owner alone, and brought on from an earlier version."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from index.sqlite.schema import Upgrade, execute_all, upgrade
from qa.errors import PullquoteError

__all__ = ["Upgrade", "execute_all", "open_upgraded"]


def open_upgraded(
    path: Path,
    upgrades: Sequence[Upgrade],
    *,
    wait: float,
    pragmas: Sequence[str] = (),
    newer: type[PullquoteError] = PullquoteError,
) -> sqlite3.Connection:
    """A connection, in autocommit, to the file at ``path``, after all of ``upgrades``; a new one if none is there.

    What is deleted is gone from the file, too. ``wait``: seconds for another writer; ``pragmas``: more of them, set
    before there is a table.

    Raises:
        newer: a newer Pullquote wrote it.
        sqlite3.Error, OSError: it cannot be used.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=wait, isolation_level=None)
    try:
        for pragma in (*pragmas, "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
        version = upgrade(connection, upgrades)
    except BaseException:
        connection.close()
        raise
    if version > len(upgrades):
        connection.close()
        raise newer(f"{path} was written by a newer Pullquote; use that one, or move the file away")
    return connection
