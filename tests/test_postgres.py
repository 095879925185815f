"""What may befall a database, and what becomes of it: nothing acknowledged is lost, nobody waits for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.errors import LibraryBusy, LibraryDamaged, LibraryMissing, LibraryReadOnly, LibraryUnavailable
from index.library import Library
from index.postgres.store import PostgresStore
from index.stores import open_store, place, shown
from tests.fakes import BRIDGE, STORM, WordEncoder, article
from tests.postgres import MISSING, Cluster
from tests.store_contract import stored, story


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLQUOTE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def mortal() -> Iterator[Cluster]:
    """A server of one's own, that keeps what it acknowledged."""
    if MISSING:
        pytest.skip("no PostgreSQL server is installed: apt-get install postgresql")
    made = Cluster().create().start()
    yield made
    made.remove()


def library(where: str) -> Library:
    return Library.open(where, create=True, encoder=WordEncoder())


def test_a_password_is_never_shown() -> None:
    assert (
        shown("postgresql://ana:secret@db:5432/news?sslmode=require") == "postgresql://ana@db:5432/news?sslmode=require"
    )
    assert shown("postgresql://db/news") == "postgresql://db/news"
    assert shown(Path("a@b")) == "a@b"
    assert place("postgres://db/news") == "postgres://db/news"
    assert place("./news") == Path("news")


def test_opening_says_what_is_wrong(database: str, cluster: Cluster) -> None:
    with pytest.raises(LibraryMissing, match="make one with: pullquote"):
        open_store(database)
    with pytest.raises(LibraryMissing, match="is no address of a database"):
        open_store("postgresql://db/news?nonsense=1")
    with pytest.raises(LibraryUnavailable, match="is away"):
        open_store("postgresql://postgres@127.0.0.1:1/news")
    with pytest.raises(LibraryUnavailable, match="does not exist"):
        open_store(f"postgresql://postgres@127.0.0.1:{cluster.port}/nowhere")
    with cluster.connection(database) as connection:
        connection.execute("CREATE TABLE articles (mine INTEGER)")
    with pytest.raises(LibraryDamaged, match="belongs to another program"):
        open_store(database, create=True)


def test_a_database_of_a_newer_program_is_not_called_damaged(database: str, cluster: Cluster) -> None:
    open_store(database, create=True).close()
    with cluster.connection(database) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    with pytest.raises(LibraryDamaged, match="nothing is wrong with it: use the newer program"):
        open_store(database)


def test_two_can_make_the_tables_at_once(database: str) -> None:
    failed: list[Exception] = []

    def make() -> None:
        try:
            open_store(database, create=True).close()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is shown
            failed.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_library_in_a_database_is_searched_as_one_in_a_folder(database: str, tmp_path: Path) -> None:
    with library(database) as remote, Library.open(tmp_path / "l", create=True, encoder=WordEncoder()) as local:
        for one in (remote, local):
            one.add([BRIDGE, STORM, article("a", "The ship's captain was a doctor.")])
            one.remove(["storm"])
        for question in ("Who was the captain?", "mayor bridge euro", "storm"):
            assert remote.search(question, 5) == local.search(question, 5)
    with library(database) as again:
        assert [hit.passage.article_id for hit in again.search("captain", 1)] == ["a"]


def test_a_taken_pool_is_said_and_not_waited_for(database: str) -> None:
    with closing(PostgresStore(f"{database}?pool=1&pool_timeout=0.2", create=True)) as store:
        refused: list[LibraryUnavailable] = []

        def second() -> None:
            try:
                with store.read():
                    pass
            except LibraryUnavailable as error:
                refused.append(error)

        with store.read():
            other = threading.Thread(target=second)
            other.start()
            other.join()
        assert "every connection" in str(refused[0])
        with store.read() as view:
            assert view.count("articles") == 0


def test_a_slow_statement_is_stopped(database: str) -> None:
    with closing(PostgresStore(f"{database}?statement_timeout=0.2", create=True)) as store:
        began = time.monotonic()
        with pytest.raises(LibraryUnavailable, match="took too long"), store.read() as view:
            view.rows("SELECT pg_sleep(600)", ())
        assert time.monotonic() - began < 300
        with store.read() as view:
            assert view.count("articles") == 0, "the connection is well again"


def test_who_may_only_read_reads(database: str) -> None:
    with closing(open_store(database, create=True)) as store:
        stored(store, story("a"))
    with closing(open_store(f"{database}?options=-c%20default_transaction_read_only%3Don")) as store:
        with store.read() as view:
            assert view.article("a") is not None
        with pytest.raises(LibraryReadOnly, match="cannot be written"):
            stored(store, story("b"))


def test_a_write_wakes_whoever_waits(database: str) -> None:
    with closing(open_store(database, create=True)) as waiting, closing(open_store(database)) as writing:
        waiting.wait(0.01)  # from now on it listens
        began = time.monotonic()
        timer = threading.Timer(0.2, lambda: stored(writing, story("a")))
        timer.start()
        waiting.wait(600)
        assert time.monotonic() - began < 300
        timer.join()


WRITER = """
import sys, time
from datetime import UTC, datetime
from index.articles import cut_passages, make_article
from index.stores import open_store
from tests.store_contract import put
store = open_store(sys.argv[1])
with store.write(10.0) as transaction:
    put(transaction, make_article(id="half", headline="Half", text="Half done."))
    print("inside", flush=True)
    time.sleep(600)
"""


def test_a_writer_killed_inside_a_transaction_leaves_no_trace_and_no_lock(database: str) -> None:
    with closing(open_store(database, create=True)) as store:
        process = subprocess.Popen([sys.executable, "-c", WRITER, database], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "inside\n"
        with pytest.raises(LibraryBusy, match="another process is writing"), store.write(0.1):
            pass
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        began = time.monotonic()
        stored(store, story("a"))
        assert time.monotonic() - began < 300
        with store.read() as view:
            assert [item.id for item in view.listing(None, 5)] == ["a"]


def test_a_killed_database_loses_nothing_acknowledged(mortal: Cluster) -> None:
    """Five times ``kill -9`` while two threads write; each then goes on with the same store."""
    acknowledged: list[str] = []
    stop = threading.Event()

    def write(store: object, name: str) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                stored(store, story(f"{name}{number}"))  # type: ignore[arg-type]
            except (LibraryUnavailable, LibraryBusy):
                continue
            acknowledged.append(f"{name}{number}")

    with closing(PostgresStore(f"{mortal.url}?pool_timeout=0.5", create=True)) as store:
        threads = [threading.Thread(target=write, args=(store, name)) for name in "ab"]
        for thread in threads:
            thread.start()
        for _ in range(5):
            seen = len(acknowledged)
            end = time.monotonic() + 600
            while len(acknowledged) < seen + 5:
                assert time.monotonic() < end
                time.sleep(0.01)
            mortal.kill()
            mortal.start()
        stop.set()
        for thread in threads:
            thread.join()
        with store.read() as view:
            names = {item.id for item in view.listing(None, 10**6)}
            assert set(acknowledged) <= names
            assert view.count("articles") == len(names)
        assert all(finding.well for finding in store.examine())
    print(f"{len(acknowledged)} articles acknowledged and there after 5 kills")


def test_after_a_failover_everything_acknowledged_is_on_the_replica(mortal: Cluster) -> None:
    """A synchronous replica is promoted when its primary is killed; the same store goes on with it."""
    replica = mortal.replica()
    try:
        mortal.alter("synchronous_standby_names", "'*'")
        both = f"postgresql://postgres@127.0.0.1:{mortal.port},127.0.0.1:{replica.port}/postgres"
        with closing(PostgresStore(f"{both}?target_session_attrs=read-write&pool_timeout=0.5", create=True)) as store:
            for number in range(20):
                stored(store, story(f"a{number}"))
            mortal.kill()
            replica.promote()
            end = time.monotonic() + 600
            while True:
                try:
                    stored(store, story("after"))
                    break
                except LibraryUnavailable:
                    assert time.monotonic() < end
            with store.read() as view:
                assert view.count("articles") == 21
    finally:
        replica.remove()
