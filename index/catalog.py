"""The catalog: SQLite in WAL mode, the one source of truth for articles, passages, vectors and full text.

Everything else on disk is derived from it and can be made again. A write is one transaction; readers see the
state before it or after it, never between, and never wait for it (https://sqlite.org/wal.html).
Passage ids are never used twice, and a passage never changes: a changed article gets new passages. So two
sets of ids say all that there is to say about what a snapshot lacks.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryBusy, LibraryDamaged, LibraryMissing
from index.queries import Reading, Writing

FILE_NAME = "catalog.sqlite3"
SCHEMA_VERSION = 1
APPLICATION_ID = 0x50515554  # "PQUT": tells `file` and doctor whose database this is

# The full text of a passage is its own words and, as context, the headline and the article's first paragraph:
# paragraphs of news are full of pronouns, and readers ask with the names that stand in the lead. The view
# keeps that text from being stored twice. The figures are beside the constants in index/search.py.
_SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('version', '0');
CREATE TABLE articles (
    num INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    headline TEXT NOT NULL, source TEXT, author TEXT, published TEXT, url TEXT,
    text TEXT NOT NULL,
    lead_end INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    origin TEXT,
    copy_of TEXT
);
CREATE INDEX articles_by_date ON articles (published);
CREATE INDEX articles_by_source ON articles (source COLLATE NOCASE);
CREATE INDEX articles_by_origin ON articles (origin);
CREATE INDEX articles_by_content ON articles (content_hash);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (num) ON DELETE CASCADE,
    paragraph INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL
);
CREATE INDEX passages_by_article ON passages (article);
CREATE TABLE vectors (passage INTEGER PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE, vector BLOB NOT NULL);
CREATE TABLE sketches (
    hash INTEGER NOT NULL, article INTEGER NOT NULL REFERENCES articles (num) ON DELETE CASCADE,
    PRIMARY KEY (hash, article)
) WITHOUT ROWID;
CREATE INDEX sketches_by_article ON sketches (article);
CREATE VIEW passage_text AS
    SELECT p.id AS id, p.article AS article, substr(a.text, p.start + 1, p.end - p.start) AS text,
           a.headline || '. ' || CASE WHEN p.start < a.lead_end THEN '' ELSE substr(a.text, 1, a.lead_end) END
           AS context
    FROM passages p JOIN articles a ON a.num = p.article;
CREATE VIRTUAL TABLE fulltext USING fts5 (
    text, context, content = 'passage_text', content_rowid = 'id',
    tokenize = "porter unicode61 remove_diacritics 2"
);
"""


class Catalog:
    """One connection a thread, opened when the thread first needs it; ``close`` closes them all."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the catalog in ``folder``.

        Raises:
            LibraryMissing: there is none, and ``create`` is false.
            LibraryDamaged: the file is not a catalog, or of a newer version.
        """
        self.path = folder / FILE_NAME
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        if not self.path.exists():
            if not create:
                raise LibraryMissing(f"no library at {folder}; make one with: pullquote --library {folder} add PATH…")
            folder.mkdir(parents=True, exist_ok=True)
        try:
            self._prepare(self._connection())
        except sqlite3.OperationalError as error:
            if _busy(error):
                raise LibraryBusy(f"another process is setting up {self.path}; try again") from None
            self.close()
            raise LibraryDamaged(f"{self.path} cannot be opened ({error}); restore it from a backup") from None
        except sqlite3.DatabaseError as error:
            self.close()
            raise LibraryDamaged(
                f"{self.path} is not a Pullquote catalog ({error}); restore it from a backup"
            ) from None

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found > SCHEMA_VERSION:
            raise sqlite3.DatabaseError(f"it is of version {found}, newer than this program's {SCHEMA_VERSION}")
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if owner != APPLICATION_ID and (owner or found or tables):
            raise sqlite3.DatabaseError("it belongs to another program")
        if found == 0:
            connection.execute("BEGIN IMMEDIATE")
            try:
                # If another process was quicker, its tables are there by now.
                if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                    for statement in _SCHEMA.split(";\n"):
                        connection.execute(statement)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # autocommit (isolation_level=None): transactions begin and end where this module says so
            connection = sqlite3.connect(self.path, timeout=5.0, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # acknowledged means on disk, power cut included
            connection.execute("PRAGMA foreign_keys = ON")
            with self._lock:
                self._connections.append(connection)
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close every connection of every thread. No use is possible after it."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A consistent view of one state of the library, whatever is written meanwhile. Not to be nested."""
        connection = self._connection()
        connection.execute("BEGIN")
        try:
            yield Reading(connection)
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(f"{self.path}: {error}; run: pullquote doctor") from error
        finally:
            connection.execute("ROLLBACK")

    @contextmanager
    def writing(self, wait: float) -> Iterator[Writing]:
        """One transaction, alone: commits at the end, or leaves no trace if the block raises.

        Raises:
            LibraryBusy: another thread or process still wrote after ``wait`` seconds.
        """
        connection = self._connection()
        connection.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not _busy(error):
                raise LibraryDamaged(f"{self.path}: {error}; run: pullquote doctor") from error
            raise LibraryBusy(
                f"another process is writing to {self.path.parent} and was not done after {wait:g} s; try again later"
            ) from None
        finally:
            connection.execute("PRAGMA busy_timeout = 5000")
        try:
            transaction = Writing(connection)
            yield transaction
            if transaction.undone:
                connection.execute("ROLLBACK")
            else:
                connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'version'")
                connection.execute("COMMIT")
        except BaseException as error:
            connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.DatabaseError):
                raise LibraryDamaged(f"{self.path}: {error}; nothing was written; run: pullquote doctor") from error
            raise


def _busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
