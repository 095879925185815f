"""Libraries copied between stores: the same afterwards, resumed when stopped, unusable until whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.articles import Filters
from index.errors import LibraryDamaged, LibraryError
from index.library import Library
from index.migration import migrate
from index.ranking.ranker import FOLDER_NAME
from index.sql import tables
from index.sql.changes import SqlTransaction
from index.stores import Where, open_store
from tests.fakes import BRIDGE, STORM, WordEncoder, article


def filled(where: Where) -> None:
    """A library in which everything has happened that leaves a trace."""
    with Library.open(where, create=True, encoder=WordEncoder()) as library:
        library.add([BRIDGE, STORM, article("gone", "A vote."), article("wrong", "The ship sank.")])
        library.add([replace(STORM, text=f"{STORM.text} Later.")], origins=["/news/storm.txt"])
        library.set_status("wrong", "retracted", "It did not sink.")
        library.set_zone("Europe/Zurich")
        library.add([article("last", "A prize for the school.")])
        library.remove(["gone", "last"])


def seen(where: Where) -> list[object]:
    with Library.open(where, encoder=WordEncoder()) as library:
        return [
            library.version, library.zone, library.listing(), library.versions("storm"),
            [(hit.passage, hit.score) for hit in library.search("storm bridge mayor", 10)],
            library.search("ship sank", 10, Filters(article_ids=("wrong",))),
        ]  # fmt: skip


@pytest.fixture
def places(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[Where, Where]:
    monkeypatch.setenv("PULLQUOTE_CACHE", str(tmp_path / "cache"))
    found = [
        tmp_path / f"library{number}" if kind == "folder" else request.getfixturevalue("cluster").database()
        for number, kind in enumerate(request.param)
    ]
    return found[0], found[1]


WAYS = pytest.mark.parametrize(
    "places", [("folder", "folder"), ("folder", "database"), ("database", "folder")], indirect=True
)


@WAYS
def test_a_copy_is_the_same_library(places: tuple[Where, Where]) -> None:
    source, target = places
    filled(source)
    counts = migrate(source, target)
    assert (counts["articles"], counts["passages"], counts["resting"]) == (3, 4, 1)
    assert seen(target) == seen(source)
    with Library.open(target, encoder=WordEncoder()) as copy:
        assert copy.add([article("new", "A new ship.")])[0].status == "added"
        [passage] = [hit.passage for hit in copy.search("ship", 10) if hit.passage.article_id == "new"]
    store = open_store(source)
    with store.read() as view:
        changes = view.changes(view.revision)
        assert changes is not None
        ids = view.passage_ids().tolist()
    store.close()
    assert passage.id > max(ids) + 1, "not even ids of passages that were removed are used again"


@WAYS
def test_a_stopped_copy_goes_on_where_it_was(places: tuple[Where, Where], monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = places
    filled(source)
    monkeypatch.setattr(tables, "_ROWS", 2)
    copied: list[int] = []

    def stop(rows: int) -> None:
        copied.append(rows)
        if len(copied) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrate(source, target, progress=stop)
    with pytest.raises(LibraryDamaged, match="half a copy; go on with: pullquote migrate"):
        open_store(target)
    again: list[int] = []
    counts = migrate(source, target, progress=again.append)
    assert sum(copied) + sum(again) == sum(counts.values()), "no row twice"
    assert seen(target) == seen(source)


def test_a_copy_is_begun_anew_if_the_original_has_changed(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    filled(source)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrate(source, target, progress=stop)
    with Library.open(source, encoder=WordEncoder()) as library:
        library.remove(["bridge"])
    migrate(source, target)
    assert seen(target) == seen(source)


def test_nothing_is_copied_over_another_library(tmp_path: Path) -> None:
    filled(tmp_path / "a")
    filled(tmp_path / "b")
    before = seen(tmp_path / "b")
    with pytest.raises(LibraryError, match="holds a library already"):
        migrate(tmp_path / "a", tmp_path / "b")
    assert seen(tmp_path / "b") == before


def test_a_copy_that_differs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path / "a")
    real = tables.put_rows

    def lossy(transaction: SqlTransaction, table: tables.TableOf, found: list[tables.Row]) -> None:
        real(transaction, table, found[:-1] if table.name == "removals" else found)

    monkeypatch.setattr("index.migration.put_rows", lossy)
    with pytest.raises(LibraryError, match="removals differ: 5 rows were copied as 4"):
        migrate(tmp_path / "a", tmp_path / "b")


def test_the_ranking_of_a_folder_fits_its_copy(tmp_path: Path) -> None:
    """Ids and revisions are the same, so the generation can be taken along."""
    filled(tmp_path / "a")
    migrate(tmp_path / "a", tmp_path / "b")
    (tmp_path / "a" / FOLDER_NAME).rename(tmp_path / "b" / FOLDER_NAME)
    assert seen(tmp_path / "b")[4]
