"""What becomes of a library of the first release, made by it and kept here, and of the files beside one."""

from __future__ import annotations

import gzip
import logging
import sqlite3
import stat
import time
from datetime import date
from pathlib import Path

import pytest

from index.articles import Filters
from index.doctor import examine
from index.errors import LibraryDamaged
from index.library import Library
from index.sqlite.schema import UPGRADES
from index.sqlite.store import SqliteStore
from qa.errors import PullquoteError
from qa.upgrades import open_upgraded
from tests.fakes import OtherEncoder

FIRST_RELEASE = Path(__file__).parent / "data" / "library-0.1.0.sqlite3.gz"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalog.sqlite3").write_bytes(gzip.decompress(FIRST_RELEASE.read_bytes()))
    return tmp_path


def test_a_library_of_the_first_release_is_upgraded_and_says_so(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pullquote")
    with Library.open(folder, encoder=OtherEncoder()) as library:
        assert f"upgraded from version 1 to {len(UPGRADES)}" in caplog.text
        assert sorted(item.id for item in library.headlines()) == ["an-undated-note-f7dfa063", "bridge", "ferry"]
        bridge = library.article("bridge")
        assert bridge is not None
        assert (bridge.published, bridge.source, bridge.about.status) == (date(2024, 5, 3), "The Daily", "live")
        assert [hit.passage.article_id for hit in library.search("Who was rescued?", 1)] == ["ferry"]
        days = Filters(published_from=date(2024, 5, 5), published_to=date(2024, 5, 5))
        assert {hit.passage.article_id for hit in library.search("coast", 9, days)} == {"ferry"}
        assert library.add([bridge])[0].status == "unchanged", "its content is what it was"
    assert all(finding.well for finding in examine(folder))


def test_an_upgrade_that_fails_leaves_the_old_library(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TABLE vectors")
        connection.execute("SELECT * FROM nowhere")

    before = (folder / "catalog.sqlite3").read_bytes()
    monkeypatch.setattr("index.sqlite.store.UPGRADES", (*UPGRADES, broken))
    with pytest.raises(LibraryDamaged, match="nowhere"):
        SqliteStore(folder)
    connection = sqlite3.connect(folder / "catalog.sqlite3")
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (5,)
    connection.close()
    assert (folder / "catalog.sqlite3").stat().st_size == len(before)


def test_a_newer_library_is_refused_and_left_alone(folder: Path) -> None:
    SqliteStore(folder).close()
    connection = sqlite3.connect(folder / "catalog.sqlite3")
    connection.execute(f"PRAGMA user_version = {len(UPGRADES) + 1}")
    connection.close()
    with pytest.raises(LibraryDamaged, match="made by a newer Pullquote than this one") as error:
        SqliteStore(folder)
    assert "nothing is wrong with it" in str(error.value)


def test_the_upgrade_of_many_passages_takes_no_time_to_speak_of(folder: Path) -> None:
    """Seconds for 2,000 passages: the figure is printed with ``pytest -rP``."""
    connection = sqlite3.connect(folder / "catalog.sqlite3")
    with connection:
        for number in range(400):
            connection.execute(
                "INSERT INTO articles (id, headline, published, text, lead_end, content_hash)"
                " VALUES (?, 'H', '2024-05-03', ?, 4, ?)",
                (f"a{number}", "word\n\n" * 5, f"hash{number}"),
            )
            num = connection.execute("SELECT max(num) FROM articles").fetchone()[0]
            for paragraph in range(5):
                low = 6 * paragraph
                connection.execute(
                    "INSERT INTO passages (article, paragraph, start, end) VALUES (?, ?, ?, ?)",
                    (num, paragraph + 1, low, low + 4),
                )
    connection.close()
    began = time.perf_counter()
    SqliteStore(folder).close()
    took = time.perf_counter() - began
    print(f"upgraded 2,005 passages in {1_000 * took:.0f} ms")
    assert took < 5


def test_a_file_beside_the_library_takes_the_upgrades_that_it_lacks_once(tmp_path: Path) -> None:
    """And is its owner's alone; an earlier program, which does not know them all, leaves it alone."""

    def first(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE taken (name TEXT)")

    def second(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO taken VALUES ('second')")

    path = tmp_path / "deep" / "file.sqlite"
    open_upgraded(path, (first,), wait=1.0).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for _ in range(2):
        connection = open_upgraded(path, (first, second), wait=1.0)
        assert connection.execute("SELECT name FROM taken").fetchall() == [("second",)]
        connection.close()
    with pytest.raises(PullquoteError, match="written by a newer Pullquote"):
        open_upgraded(path, (first,), wait=1.0)
