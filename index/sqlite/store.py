"""The store in SQLite, in WAL mode: the one source of truth for articles, passages, vectors and full text.

Everything else on disk is derived from it and can be made again. A write is one transaction; readers see the
state before it or after it, never between, and never wait for it (https://sqlite.org/wal.html).
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryBusy, LibraryDamaged, LibraryMissing
from index.sqlite.queries import SqliteTransaction, SqliteView
from index.sqlite.schema import APPLICATION_ID, STEPS, migrate
from index.store import Finding

FILE_NAME = "catalog.sqlite3"
LOG = logging.getLogger("pullquote")
_EXAMINE_WAIT_SECONDS = 10.0


class _Reader(threading.local):
    """What one thread reads with: its connection, and the view that it is inside of."""

    connection: sqlite3.Connection | None = None
    writer: sqlite3.Connection | None = None
    view: SqliteView | None = None


class SqliteStore:
    """Two connections a thread, one to read and one to write, opened when the thread first needs them."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the catalog in ``folder``; one of an earlier version is upgraded, and that is logged.

        Raises:
            LibraryMissing: there is none, and ``create`` is false.
            LibraryDamaged: the file is not a catalog, or of a newer version.
            LibraryBusy: another process is setting it up.
        """
        self.path = folder / FILE_NAME
        self.where = str(folder)
        self._mine = _Reader()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        if not self.path.exists():
            if not create:
                raise LibraryMissing(f"no library at {folder}; make one with: pullquote --library {folder} add PATH…")
            folder.mkdir(parents=True, exist_ok=True)
        try:
            self._prepare(self._reader())
        except sqlite3.OperationalError as error:
            self.close()
            if _busy(error):
                raise LibraryBusy(f"another process is setting up {self.path}; try again") from None
            raise LibraryDamaged(f"{self.path} cannot be opened ({error}); restore it from a backup") from None
        except sqlite3.DatabaseError as error:
            self.close()
            raise LibraryDamaged(
                f"{self.path} is not a Pullquote catalog ({error}); restore it from a backup"
            ) from None

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if owner != APPLICATION_ID and (owner or version or tables):
            raise sqlite3.DatabaseError("it belongs to another program")
        if version > len(STEPS):
            raise LibraryDamaged(
                f"{self.path} is of version {version}, made by a newer Pullquote than this one, which knows"
                f" {len(STEPS)}; nothing is wrong with it: use the newer program"
            )
        found = migrate(connection, STEPS)
        if 0 < found < len(STEPS):
            LOG.info("%s: upgraded from version %d to %d.", self.path, found, len(STEPS))

    def _connect(self) -> sqlite3.Connection:
        # autocommit (isolation_level=None): transactions begin and end where this module says so
        connection = sqlite3.connect(self.path, timeout=5.0, isolation_level=None, check_same_thread=False)
        with self._lock:
            self._connections.append(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # acknowledged means on disk, power cut included
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _reader(self) -> sqlite3.Connection:
        if self._mine.connection is None:
            self._mine.connection = self._connect()
        return self._mine.connection

    def close(self) -> None:
        """Close every connection of every thread. No use is possible after it."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    @contextmanager
    def read(self) -> Iterator[SqliteView]:
        """A consistent view of one state; inside another one of the same thread it is that one."""
        if self._mine.view is not None:
            yield self._mine.view
            return
        connection = self._reader()
        connection.execute("BEGIN")
        try:
            self._mine.view = SqliteView(connection)
            yield self._mine.view
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(f"{self.path}: {error}; run: pullquote doctor") from error
        finally:
            self._mine.view = None
            connection.execute("ROLLBACK")

    @contextmanager
    def write(self, wait: float) -> Iterator[SqliteTransaction]:
        """One transaction, alone: commits at the end, or leaves no trace if the block raises."""
        if self._mine.writer is None:
            self._mine.writer = self._connect()
        connection = self._mine.writer
        connection.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not _busy(error):
                raise LibraryDamaged(f"{self.path}: {error}; run: pullquote doctor") from error
            raise LibraryBusy(
                f"another process is writing to {self.path.parent} and was not done after {wait:g} s; try again later"
            ) from None
        try:
            transaction = SqliteTransaction(connection)
            yield transaction
            if transaction.undone:
                connection.execute("ROLLBACK")
            else:
                transaction.seal()
                connection.execute("COMMIT")
        except BaseException as error:
            connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.DatabaseError):
                raise LibraryDamaged(f"{self.path}: {error}; nothing was written; run: pullquote doctor") from error
            raise

    def examine(self) -> list[Finding]:
        """Counts and SQLite's own check, vectors, offsets, full text."""
        with self.read() as view:
            findings = view.examine()
        try:
            with self.write(_EXAMINE_WAIT_SECONDS) as transaction:  # FTS5's check is a write, if one of nothing
                transaction.undo()
                findings.append(transaction.examine_words())
        except LibraryBusy as error:
            findings.append(Finding("full text", False, str(error)))
        return findings


def _busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
