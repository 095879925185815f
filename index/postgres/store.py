"""The store in PostgreSQL: the same statements as in SQLite, in its transactions.

A view is one ``REPEATABLE READ`` transaction: it sees one state, whatever is written meanwhile, and waits for nobody. A
writer locks the version's row before anything else, so that writers come one after the other, and each sees what the
one before has written. Every write notifies whoever listens. What the database cannot do now, because it is away, is
asked too much, or takes too long, is a :class:`LibraryUnavailable`: try again.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from index.errors import (
    LibraryBusy,
    LibraryDamaged,
    LibraryError,
    LibraryFull,
    LibraryMissing,
    LibraryReadOnly,
    LibraryUnavailable,
    PullquoteError,
)
from index.postgres.schema import UPGRADES
from index.sql.changes import SqlTransaction
from index.sql.queries import SqlView
from index.store import Finding, Revision
from index.stores import shown

try:
    import psycopg
    from psycopg import errors, sql
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    from index.postgres.pool import ConnectionPool, PoolTaken
except ImportError as error:
    raise PullquoteError("a library in PostgreSQL needs a driver: pip install 'pullquote[postgres]'") from error

LOG = logging.getLogger("pullquote")
CHANNEL = "pullquote"
"""Of ``NOTIFY``; the payload is the version."""
CONNECTIONS = 16
"""At most, of one process. Each question holds one; 16 questions at once are more than eight cores answer."""
POOL_SECONDS = 5.0
"""How long a question waits for a connection."""
STATEMENT_SECONDS = 10
"""How long a statement of a reader may take. The slowest of a question takes some milliseconds."""
CONNECT_SECONDS = 5
_AMONG = re.compile(r"\bIN \(\?(?:,\?)*\)")
_OWN_SETTINGS = ("pool", "pool_timeout", "statement_timeout")


class PostgresView(SqlView):
    """Queries within one transaction."""

    engine = "PostgreSQL"
    joined_ids = "string_agg(p.id::text, ',')"

    def __init__(self, connection: _Connection) -> None:
        super().__init__(connection)
        self._revision = super().revision  # the first statement is what fixes the state that is seen

    @property
    def revision(self) -> Revision:
        """Which state this is."""
        return self._revision


class PostgresTransaction(SqlTransaction):
    """Changes within one transaction."""

    engine = PostgresView.engine
    joined_ids = PostgresView.joined_ids

    def begin_passages_at(self, number: int) -> None:
        """Let the ids of new passages begin there, and all other numbers behind those that are there."""
        self._sql("SELECT setval(pg_get_serial_sequence('passages', 'id'), ?, false)", (number,))
        for table, column in (("articles", "num"), ("resting", "id")):
            self._sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(max({column}), 0) + 1, false)"
                f" FROM {table}"
            )


class _Connection:
    """A connection that takes question marks and gives binary values."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.own = connection

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        """A cursor over what is found."""
        return self.own.execute(*_with_arrays(statement, _without_nul(values)), binary=True)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> None:
        """The same for many rows of values, in one go."""
        with self.own.cursor() as cursor:
            cursor.executemany(_marked(statement), rows)


class _Reader(threading.local):
    view: PostgresView | None = None


class PostgresStore:
    """A pool of connections to one database."""

    def __init__(self, url: str, *, create: bool = False) -> None:
        """Connect to ``url``, as ``postgresql://user@host/name``; ``create``: make the tables if there are none.

        Beside libpq's, these parameters of the address are known: ``pool`` (connections), ``pool_timeout`` and
        ``statement_timeout`` (seconds).

        Raises:
            LibraryUnavailable: the database is away.
            LibraryMissing: it holds no library, and ``create`` is false.
            LibraryDamaged: it is another program's, or of a newer version.
        """
        try:
            given, own = _split(url)
        except (psycopg.Error, ValueError) as error:
            raise LibraryMissing(f"{shown(url)} is no address of a database ({error})") from None
        self.where = shown(url)
        self._conninfo = make_conninfo(
            **{"connect_timeout": str(CONNECT_SECONDS), "application_name": "pullquote"} | given
        )
        self._statement_seconds = own.get("statement_timeout", STATEMENT_SECONDS)
        self._mine = _Reader()
        self._closed = threading.Event()
        self._listening = threading.Lock()
        self._listener: psycopg.Connection[Any] | None = None
        self._pool = ConnectionPool(
            self._conninfo, int(own.get("pool", CONNECTIONS)), own.get("pool_timeout", POOL_SECONDS)
        )  # fmt: skip
        with self._explained("it cannot be opened"), psycopg.connect(self._conninfo, autocommit=True) as connection:
            self._prepare(connection, create=create)

    def _prepare(self, connection: psycopg.Connection[Any], *, create: bool) -> None:
        with connection.transaction():
            # one at a time, by a number that only this program uses
            connection.execute("SELECT pg_advisory_xact_lock(1347769428)")
            found = self._schema(connection)
            if found == 0 and not create:
                raise LibraryMissing(f"no library at {self.where}; make one with: pullquote --library URL add PATH…")
            if found > len(UPGRADES):
                raise LibraryDamaged(
                    f"the library at {self.where} is of version {found}, made by a newer Pullquote than this one, which"
                    f" knows {len(UPGRADES)}; nothing is wrong with it: use the newer program"
                )
            if found == len(UPGRADES):
                return
            for statements in UPGRADES[found:]:
                connection.execute(statements)
            connection.execute(
                "INSERT INTO meta VALUES ('schema', %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (str(len(UPGRADES)),),
            )
        if found:
            LOG.info("%s: upgraded from version %d to %d.", self.where, found, len(UPGRADES))

    def _schema(self, connection: psycopg.Connection[Any]) -> int:
        row = connection.execute(
            "SELECT to_regclass('meta') IS NOT NULL, to_regclass('articles') IS NOT NULL"
        ).fetchone()
        if row == (False, False):
            return 0
        try:
            with connection.transaction():
                found = dict(connection.execute("SELECT key, value FROM meta").fetchall())
        except psycopg.Error:
            found = {}
        if found.get("application") != "pullquote":
            raise LibraryDamaged(f"the database {self.where} belongs to another program; make one of its own")
        return int(found["schema"])

    def close(self) -> None:
        """Give every connection back. No use is possible after it."""
        self._closed.set()
        self._stop_listening()
        self._pool.close()

    @contextmanager
    def read(self) -> Iterator[PostgresView]:
        """A consistent view of one state; inside another one of the same thread it is that one."""
        if self._mine.view is not None:
            yield self._mine.view
            return
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        with self._explained("it cannot be read"), self._pool.transaction(begin) as connection:
            connection.execute(f"SET LOCAL statement_timeout = '{self._statement_seconds}s'")
            try:
                self._mine.view = PostgresView(_Connection(connection))
                yield self._mine.view
            finally:
                self._mine.view = None

    @contextmanager
    def write(self, wait: float) -> Iterator[PostgresTransaction]:
        """One transaction, alone: commits at the end, or leaves no trace if the block raises."""
        with self._explained("nothing was written"), self._pool.transaction("BEGIN") as connection:
            connection.execute(f"SET LOCAL lock_timeout = {max(1, int(wait * 1_000))}")
            try:
                connection.execute("SELECT value FROM meta WHERE key = 'version' FOR UPDATE")
            except errors.LockNotAvailable:
                raise LibraryBusy(
                    f"another process is writing to {self.where} and was not done after {wait:g} s; try again later"
                ) from None
            transaction = PostgresTransaction(_Connection(connection))
            yield transaction
            if not transaction.undone:
                if not transaction.sealed:
                    transaction.seal()
                connection.execute(sql.SQL("NOTIFY {}").format(sql.Identifier(CHANNEL)))
                connection.execute("COMMIT")

    def wait(self, seconds: float) -> None:
        """Until somebody has written, or ``seconds`` are over."""
        try:
            with self._listening:
                if self._listener is None:
                    self._listener = psycopg.connect(self._conninfo, autocommit=True)
                    self._listener.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                for _ in self._listener.notifies(timeout=seconds, stop_after=1):
                    return
        except psycopg.Error:
            self._stop_listening()
            self._closed.wait(seconds)  # polling goes on

    def _stop_listening(self) -> None:
        with self._listening:
            if self._listener is not None:
                self._listener.close()
                self._listener = None

    def examine(self) -> list[Finding]:
        """Counts, vectors, offsets."""
        with self.read() as view:
            return view.examine("ok")

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        """What PostgreSQL says, as what it means for whoever runs this."""
        try:
            yield
        except PoolTaken:
            raise LibraryUnavailable(f"every connection to {self.where} is taken; try again") from None
        except psycopg.Error as error:
            raise self._meaning(error, what) from error

    def _meaning(self, error: psycopg.Error, what: str) -> LibraryError:
        says = str(error).strip().split("\n")[0]
        match error:
            case errors.DiskFull():
                return LibraryFull(f"the disk of {self.where} is full; what was acknowledged is stored. Make room")
            case errors.ReadOnlySqlTransaction() | errors.InsufficientPrivilege():
                return LibraryReadOnly(f"the library at {self.where} cannot be written ({says})")
            case errors.QueryCanceled() | errors.LockNotAvailable():
                return LibraryUnavailable(f"{self.where} took too long ({says}); try again")
            case psycopg.OperationalError():
                return LibraryUnavailable(f"the database {self.where} is away ({says}); {what}; try again")
            case _:
                return LibraryDamaged(f"{self.where}: {what} ({says}); run: pullquote doctor")


def _split(url: str) -> tuple[dict[str, Any], dict[str, float]]:
    """Libpq's parameters of an address, and our own."""
    address, mark, query = url.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    own = {name: float(value) for name, _, value in pairs if name in _OWN_SETTINGS}
    rest = "&".join(f"{name}={value}" for name, _, value in pairs if name not in _OWN_SETTINGS)
    return conninfo_to_dict(f"{address}{mark if rest else ''}{rest}"), own


def _without_nul(values: Sequence[Any]) -> Sequence[Any]:
    """``values`` that PostgreSQL takes: no text there holds a NUL, so one with it is equal to none."""
    if any(isinstance(value, str) and "\0" in value for value in values):
        return [
            value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value for value in values
        ]
    return values


def _with_arrays(statement: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """``IN (?,?,…)`` as ``= ANY(array)``: one statement to plan for any number of values, 5 ms less for fifty."""
    parts: list[str] = []
    grouped: list[Any] = []
    at = used = 0
    for found in _AMONG.finditer(statement):
        before, count = statement[at : found.start()], found[0].count("?")
        ahead = used + before.count("?")
        grouped += [*values[used:ahead], list(values[ahead : ahead + count])]
        parts += [before, "= ANY(?)"]
        at, used = found.end(), ahead + count
    return _marked("".join([*parts, statement[at:]])), [*grouped, *values[used:]]


@lru_cache(maxsize=1_000)
def _marked(statement: str) -> str:
    return statement.replace("%", "%%").replace("?", "%s")
