"""The store in SQLite, in WAL mode: the one source of truth for articles, passages and vectors.

Everything else on disk is derived from it and can be made again. A write is one transaction; readers see the
state before it or after it, never between, and never wait for it (https://sqlite.org/wal.html).
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryBusy, LibraryDamaged, LibraryError, LibraryFull, LibraryMissing, LibraryReadOnly
from index.sql.changes import SqlTransaction
from index.sql.queries import SqlView
from index.sqlite.schema import APPLICATION_ID, UPGRADES, upgrade
from index.store import Finding

FILE_NAME = "catalog.sqlite3"
LOG = logging.getLogger("pullquote")
_ROOM_BYTES = 1_000_000
"""With less room than this, an error of the disk means that it is full."""


class _Reader(threading.local):
    """What one thread reads with: its connection, and the view that it is inside of."""

    connection: sqlite3.Connection | None = None
    writer: sqlite3.Connection | None = None
    view: SqlView | None = None


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
        self._closed = threading.Event()
        if not self.path.exists():
            if not create:
                raise LibraryMissing(f"no library at {folder}; make one with: pullquote --library {folder} add PATH…")
            _make(folder)
        self._frozen = not (os.access(folder, os.W_OK) and os.access(self.path, os.W_OK)) and self.path.exists()
        try:
            self._prepare(self._reader())
        except LibraryError:
            self.close()
            raise
        except sqlite3.DatabaseError as error:
            self.close()
            raise self._explained(error, "it cannot be opened") from None

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN")  # one state of it: another process may be making its tables
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute("COMMIT")
        if owner != APPLICATION_ID and (owner or version or tables):
            raise LibraryDamaged(f"{self.path} is not a Pullquote catalog: it belongs to another program")
        if version > len(UPGRADES):
            raise LibraryDamaged(
                f"{self.path} is of version {version}, made by a newer Pullquote than this one, which knows"
                f" {len(UPGRADES)}; nothing is wrong with it: use the newer program"
            )
        if self._frozen:
            if version < len(UPGRADES):
                raise LibraryReadOnly(
                    f"{self.path} is of an earlier version, and cannot be upgraded where it cannot be written; copy the"
                    " folder to a disk that can be"
                )
            return
        found = upgrade(connection, UPGRADES)
        if 0 < found < len(UPGRADES):
            LOG.info("%s: upgraded from version %d to %d.", self.path, found, len(UPGRADES))

    def _connect(self) -> sqlite3.Connection:
        name, uri = str(self.path), False
        if self._frozen:
            # Nobody here can write, so nothing needs to be locked (https://sqlite.org/uri.html); but what is still
            # in the log beside the file would be passed over.
            log = self.path.with_name(f"{self.path.name}-wal")
            frozen = "" if log.exists() and log.stat().st_size else "&immutable=1"
            name, uri = f"{self.path.absolute().as_uri()}?mode=ro{frozen}", True
        # autocommit (isolation_level=None): transactions begin and end where this module says so
        connection = sqlite3.connect(name, uri=uri, timeout=5.0, isolation_level=None, check_same_thread=False)
        with self._lock:
            self._connections.append(connection)
        if self._frozen:
            return connection
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
        self._closed.set()
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    @contextmanager
    def read(self) -> Iterator[SqlView]:
        """A consistent view of one state; inside another one of the same thread it is that one."""
        if self._mine.view is not None:
            yield self._mine.view
            return
        connection = self._reader()
        connection.execute("BEGIN")
        try:
            self._mine.view = SqlView(connection)
            yield self._mine.view
        except sqlite3.DatabaseError as error:
            raise self._explained(error, "it cannot be read") from error
        finally:
            self._mine.view = None
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    @contextmanager
    def write(self, wait: float) -> Iterator[SqlTransaction]:
        """One transaction, alone: commits at the end, or leaves no trace if the block raises."""
        if self._frozen:
            raise LibraryReadOnly(f"the library in {self.where} cannot be written: its disk or permissions forbid it")
        if self._mine.writer is None:
            self._mine.writer = self._connect()
        connection = self._mine.writer
        connection.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not _busy(error):
                raise self._explained(error, "nothing was written") from error
            raise LibraryBusy(
                f"another process is writing to {self.path.parent} and was not done after {wait:g} s; try again later"
            ) from None
        try:
            transaction = SqlTransaction(connection)
            yield transaction
            if transaction.undone:
                connection.execute("ROLLBACK")
            else:
                if not transaction.sealed:
                    transaction.seal()
                connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:  # SQLite rolls back by itself when the disk is full
                connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.DatabaseError):
                raise self._explained(error, "nothing was written") from error
            raise

    def wait(self, seconds: float) -> None:
        """Until ``seconds`` are over: nobody tells of a write."""
        self._closed.wait(seconds)

    def examine(self) -> list[Finding]:
        """Counts and SQLite's own check, vectors, offsets."""
        with self.read() as view:
            (integrity,) = self._reader().execute("PRAGMA integrity_check(1)").fetchone()
            return view.examine(integrity)

    def _explained(self, error: sqlite3.DatabaseError, what: str) -> LibraryError:
        """What SQLite says, as what it means for whoever runs this; a restored backup mends only what is damaged."""
        match _code(error):
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return LibraryBusy(f"another process holds {self.path}; try again")
            case sqlite3.SQLITE_FULL:
                return self._full()
            case sqlite3.SQLITE_IOERR if shutil.disk_usage(self.path.parent).free < _ROOM_BYTES:
                return self._full()
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
                return LibraryReadOnly(f"{self.path}: {error}; check the disk and the permissions of {self.where}")
            case sqlite3.SQLITE_NOTADB:
                return LibraryDamaged(f"{self.path} is not a Pullquote catalog ({error}); restore it from a backup")
            case _:
                return LibraryDamaged(f"{self.path}: {what} ({error}); run: pullquote doctor")

    def _full(self) -> LibraryFull:
        return LibraryFull(
            f"the disk of {self.where} is full; what was acknowledged is stored. Make room, and add again"
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryReadOnly(
            f"no library can be made at {folder} ({error.strerror}); name another folder: --library DIR"
        ) from None


def _busy(error: sqlite3.OperationalError) -> bool:
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _code(error: sqlite3.DatabaseError) -> int:
    return error.sqlite_errorcode & 0xFF if getattr(error, "sqlite_errorcode", None) is not None else 0
