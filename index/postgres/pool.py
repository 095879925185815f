"""Connections of one process to one database: kept for the next who needs one, made anew as soon as one is dead.

psycopg's own pool waits longer and longer between attempts to connect, and a database that is back is found late.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

Connection = psycopg.Connection[Any]


class PoolTaken(Exception):
    """Every connection was taken for as long as somebody was ready to wait."""


class ConnectionPool:
    """Thread-safe; close it when done."""

    def __init__(self, conninfo: str, size: int, seconds: float) -> None:
        """At most ``size`` connections at once; ``seconds`` is how long one is waited for."""
        self._conninfo = conninfo
        self._seconds = seconds
        self._free = threading.Semaphore(size)
        self._idle: list[Connection] = []
        self._closed = False

    @contextmanager
    def transaction(self, begin: str) -> Iterator[Connection]:
        """A connection inside a transaction that ``begin`` has begun; whoever takes it ends it, or it is undone.

        Raises:
            PoolTaken: see there.
            psycopg.Error: there is no connection to be had.
        """
        if not self._free.acquire(timeout=self._seconds):
            raise PoolTaken
        try:
            connection = self._begun(begin)
            try:
                yield connection
            finally:
                self._give_back(connection)
        finally:
            self._free.release()

    def _begun(self, begin: str) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            try:
                connection.execute(begin)
            except psycopg.OperationalError:  # it died while nobody looked
                connection.close()
            else:
                return connection
        connection = psycopg.connect(self._conninfo, autocommit=True)
        connection.execute(begin)
        return connection

    def _give_back(self, connection: Connection) -> None:
        try:
            if connection.info.transaction_status != TransactionStatus.IDLE:
                connection.execute("ROLLBACK")
        except psycopg.Error:
            connection.close()
        if self._closed:
            connection.close()
        elif not connection.closed:
            self._idle.append(connection)

    def close(self) -> None:
        """Close what is idle now, and the rest as it comes back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()
