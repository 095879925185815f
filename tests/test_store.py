"""The stores, each by the contract of all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.sqlite.store import SqliteStore
from index.store import Store
from tests.memory_store import MemoryStore
from tests.store_contract import StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        made = SqliteStore(tmp_path, create=True)
        yield made
        made.close()


class TestPostgresStore(StoreContract):
    @pytest.fixture
    def store(self, database: str) -> Iterator[Store]:
        from index.postgres.store import PostgresStore

        made = PostgresStore(database, create=True)
        yield made
        made.close()
