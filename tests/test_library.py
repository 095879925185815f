"""Articles in, found again, replaced, removed; and nothing is ever half there."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.articles import Filters
from index.errors import LibraryBusy, LibraryDamaged, LibraryFull, LibraryMissing, LibraryReadOnly, WrongModel
from index.library import Added, Library
from index.ranking.ranker import FOLDER_NAME
from index.sqlite.store import SqliteStore
from index.store import Vectors
from tests.fakes import BRIDGE, STORM, OtherEncoder, WordEncoder, article


def texts(library: Library, question: str, filters: Filters = Filters()) -> list[str]:
    return [hit.passage.text for hit in library.search(question, 10, filters)]


def test_adding_the_same_article_again_changes_nothing(library: Library) -> None:
    assert library.add([BRIDGE]) == [Added("bridge", "added")]
    assert library.version == 1
    assert library.add([BRIDGE]) == [Added("bridge", "unchanged")]
    assert (library.version, library.article_count, library.passage_count) == (1, 1, 2)


def test_a_changed_article_replaces_its_old_self(library: Library) -> None:
    library.add([BRIDGE])
    changed = article("bridge", "The town opened a school.", headline="School opened")
    assert library.add([changed]) == [Added("bridge", "updated")]
    assert texts(library, "town") == ["The town opened a school."]
    assert texts(library, "mayor euro") == ["The town opened a school."], "nothing of the old text is found"
    assert library.article("bridge") == changed


def test_metadata_alone_is_a_change(library: Library) -> None:
    library.add([BRIDGE])
    assert library.add([replace(BRIDGE, about=replace(BRIDGE.about, author="B. Line"))])[0].status == "updated"


def test_an_article_without_a_name_replaces_the_one_from_the_same_file(library: Library) -> None:
    [first] = library.add([article("one", "The storm came.")], origins=["/news/a.txt"])
    [second] = library.add([article("two", "The storm went.")], origins=["/news/a.txt"])
    assert (first.id, second.id, second.status) == ("one", "one", "updated")
    [moved] = library.add([article("three", "The storm went.")], origins=["/archive/a.txt"])
    assert moved == Added("one", "unchanged"), "the same content from elsewhere is the same article"


def test_removing_takes_everything_of_an_article_out(library: Library) -> None:
    library.add([BRIDGE, STORM])
    assert library.remove(["storm", "nowhere"]) == ["storm"]
    assert library.article("storm") is None
    assert all("ship" not in text for text in texts(library, "storm ship captain"))
    assert library.remove(["storm"]) == []
    assert library.version == 2, "what removes nothing is no new version"


def test_a_failing_batch_leaves_no_trace(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add([BRIDGE])
    real = WordEncoder.encode_passages

    def short(self: WordEncoder, texts: list[str], progress: None) -> Vectors:
        return real(self, texts, progress)[:-1]

    monkeypatch.setattr(WordEncoder, "encode_passages", short)
    with pytest.raises(ValueError, match="shorter"):
        library.add([article("ok", "The vote."), article("bad", "The prize.")])
    assert (library.version, library.article_count) == (1, 1)
    assert library.article("ok") is None


def test_filters_are_applied_before_ranking(library: Library) -> None:
    """A hundred better passages elsewhere do not push the only allowed one out."""
    crowd = [article(f"c{i}", f"storm ship captain {i}", source="Other", published="2020-01-01") for i in range(150)]
    library.add([*crowd, STORM])
    only = texts(library, "storm ship captain", Filters(article_ids=("storm",)))
    assert only == ["A storm sank a ship off the coast; the captain drowned.", "Rain fell for three days."]
    assert texts(library, "storm ship captain", Filters(sources=("weekly",))) == only, "sources ignore case"
    assert texts(library, "storm", Filters(published_from=date(2024, 6, 10), published_to=date(2024, 6, 10))) == only
    assert texts(library, "storm", Filters(published_from=date(2024, 6, 11))) == []


def test_exact_copies_are_read_once_and_all_cited(library: Library) -> None:
    library.add([STORM, replace(STORM, id="copy", about=replace(STORM.about, source="Other"))])
    [hit, _] = library.search("storm ship", 10)
    assert (hit.passage.article_id, [copy.article_id for copy in hit.copies]) == ("storm", ["copy"])


def test_near_identical_copies_are_recognised(library: Library) -> None:
    words = [f"word{i}" for i in range(300)]
    original = article("wire", " ".join(words))
    retouched = article("paper", " ".join([*words[:299], "changed"]))
    unrelated = article("other", " ".join(f"thing{i}" for i in range(300)))
    assert library.add([original, retouched, unrelated]) == [
        Added("wire", "added"),
        Added("paper", "added", copy_of="wire"),
        Added("other", "added"),
    ]
    assert {item.id: item.copy_of for item in library.listing()} == {"other": None, "paper": "wire", "wire": None}


def test_lists_are_by_id_in_pages_and_headlines_newest_first(library: Library) -> None:
    library.add([STORM, BRIDGE, article("undated", "A vote.")])
    assert [item.id for item in library.listing(limit=2)] == ["bridge", "storm"]
    assert [item.id for item in library.listing(after="storm")] == ["undated"]
    assert [item.id for item in library.headlines()] == ["storm", "bridge", "undated"]
    assert library.listing()[0].paragraphs == 2


def test_an_open_library_sees_what_another_process_writes(library: Library, tmp_path: Path) -> None:
    library.add([BRIDGE])
    with Library.open(tmp_path / "library", encoder=WordEncoder()) as other:
        other.add([STORM])
        other.remove(["bridge"])
    assert texts(library, "storm ship")[0].startswith("A storm sank")
    assert library.article("bridge") is None


def test_a_view_stays_as_it_was_while_others_write(library: Library) -> None:
    library.add([BRIDGE])
    with library.view() as view:
        writer = threading.Thread(target=library.remove, args=(["bridge"],))
        writer.start()
        writer.join()
        assert [hit.passage.article_id for hit in view.search("bridge", 5)] == ["bridge", "bridge"]
        assert view.article("bridge") == BRIDGE
    assert library.search("bridge", 5) == []


def test_a_second_writer_is_told_so(library: Library, tmp_path: Path) -> None:
    library.add([BRIDGE])
    other = SqliteStore(tmp_path / "library")
    with other.write(1.0) as transaction:
        transaction.undo()
        assert texts(library, "bridge"), "readers never wait for the writer"
        with pytest.raises(LibraryBusy, match="another process is writing"):
            library.add([STORM], wait=0.05)
    other.close()
    assert library.add([STORM])[0].status == "added"


def generation(folder: Path) -> Path:
    """The one generation of the ranking in a library."""
    [found] = (folder / FOLDER_NAME).glob("generation-*")
    return found


@pytest.mark.parametrize("damage", ["missing", "torn", "half there", "flipped", "foreign", "other model"])
def test_a_bad_ranking_is_made_again_and_says_so(tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "library"
    many = [article(f"a{i}", f"storm ship {i}") for i in range(80)]
    with Library.open(folder, create=True, encoder=WordEncoder()) as library:
        library.add(many)
        expected = texts(library, "storm ship 7")
    old = generation(folder)
    vectors, about = old / "vectors.faiss", old / "segment.json"
    whole = vectors.read_bytes()
    match damage:
        case "missing":
            shutil.rmtree(folder / FOLDER_NAME)
        case "torn":
            vectors.write_bytes(whole[:-100])
        case "half there":
            (old / "at.npy").unlink()
        case "flipped":
            vectors.write_bytes(whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:])
        case "foreign":
            about.write_bytes(b"hello")
        case "other model":
            about.write_text(about.read_text().replace("words@1", "words@0"))
    with caplog.at_level("INFO", logger="pullquote"), Library.open(folder, encoder=WordEncoder()) as library:
        assert texts(library, "storm ship 7") == expected
    assert len(caplog.messages) == 1
    assert "made again from the catalog" in caplog.messages[0]
    assert (generation(folder) / "vectors.faiss").read_bytes() == whole, "a good one is on disk again"


def test_an_old_ranking_is_caught_up(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, create=True, encoder=WordEncoder()) as library:
        library.add([BRIDGE])
    old = generation(folder)
    with Library.open(folder, encoder=WordEncoder()) as library:
        library.add([STORM])
        library.remove(["bridge"])
    assert generation(folder) == old, "so little is not worth writing"
    with Library.open(folder, encoder=WordEncoder()) as library:
        assert [hit.passage.article_id for hit in library.search("storm bridge", 5)] == ["storm", "storm"]


def test_a_ranking_of_another_history_is_made_again(tmp_path: Path) -> None:
    """A backup was put back, and other articles were added to it: the ids are the same, the passages are not."""
    folder = tmp_path / "library"
    with Library.open(folder, create=True, encoder=WordEncoder()) as library:
        library.add([BRIDGE])
    shutil.copytree(folder, tmp_path / "backup")
    with Library.open(folder, encoder=WordEncoder()) as library:
        library.add([article(f"x{i}", "A school prize.") for i in range(100)])
    newer = generation(folder)
    for path in folder.glob("catalog*"):
        path.unlink()
    shutil.copy(tmp_path / "backup" / "catalog.sqlite3", folder)
    with Library.open(folder, encoder=WordEncoder()) as library:
        library.add([STORM])
        assert [hit.passage.article_id for hit in library.search("storm school", 5)][:2] == ["storm", "storm"]
        assert {hit.passage.article_id for hit in library.search("school", 5)} <= {"bridge", "storm"}
    assert not newer.exists()


def test_another_model_is_refused_with_the_command_that_embeds_again(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, create=True, encoder=WordEncoder()) as library:
        library.add([BRIDGE])
    with pytest.raises(WrongModel, match="doctor --rebuild"):
        Library.open(folder, encoder=OtherEncoder())


def test_opening_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match="add PATH"):
        Library.open(tmp_path / "nowhere", encoder=WordEncoder())
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "catalog.sqlite3").write_text("no database at all, just some text" * 100)
    with pytest.raises(LibraryDamaged, match="not a Pullquote catalog"):
        Library.open(tmp_path / "text", encoder=WordEncoder())
    (tmp_path / "foreign").mkdir()
    connection = sqlite3.connect(tmp_path / "foreign" / "catalog.sqlite3")
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    with pytest.raises(LibraryDamaged, match="belongs to another program"):
        Library.open(tmp_path / "foreign", encoder=WordEncoder())


WIRE = " ".join(f"word{number}" for number in range(200))


def marks(library: Library) -> dict[str, str | None]:
    return {item.id: item.copy_of for item in library.listing()}


def test_copies_stay_copies_when_a_word_of_the_original_is_corrected(library: Library) -> None:
    library.add([article("wire", WIRE), article("a", f"{WIRE} (1)"), article("b", f"{WIRE} (2)")])
    library.add([article("wire", f"{WIRE} corrected")])
    assert marks(library) == {"wire": None, "a": "wire", "b": "wire"}
    library.add([article("wire", "Something else altogether.")])
    assert marks(library) == {"wire": None, "a": None, "b": None}, "what they no longer repeat they are no copies of"


def test_when_the_original_goes_its_oldest_copy_takes_its_place(library: Library) -> None:
    library.add([article("wire", WIRE), article("a", f"{WIRE} (1)"), article("b", f"{WIRE} (2)")])
    library.remove(["wire"])
    assert marks(library) == {"a": None, "b": "a"}


def test_an_article_can_be_read_and_added_inside_a_view(library: Library) -> None:
    """A nested read is no damage."""
    library.add([BRIDGE])
    with library.view() as view:
        assert library.article("bridge") == BRIDGE
        library.add([STORM])
        assert view.article("storm") is None, "the view stays as it was"
    assert library.article("storm") == STORM


def test_a_library_that_cannot_be_written_answers_and_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, create=True, encoder=WordEncoder()) as library:
        library.add([BRIDGE])
    monkeypatch.setattr("os.access", lambda *_: False)  # as on a disk that is mounted read-only
    with Library.open(folder, encoder=WordEncoder()) as library:
        assert texts(library, "bridge")
        with pytest.raises(LibraryReadOnly, match="cannot be written"):
            library.add([STORM])


def test_a_library_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryReadOnly, match="name another folder: --library"):
        Library.open(tmp_path / "file" / "library", create=True, encoder=WordEncoder())


def test_a_full_disk_is_named_and_nothing_is_lost(library: Library, tmp_path: Path) -> None:
    library.add([BRIDGE])
    store = SqliteStore(tmp_path / "library")
    with store.write(1.0) as transaction:
        connection = store._mine.writer
        assert connection is not None
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")  # as little room as a full disk has
        transaction.undo()
    with pytest.raises(LibraryFull, match="what was acknowledged"), store.write(1.0) as transaction:  # noqa: PT012
        for number in range(10_000):
            transaction.set_meta(f"key {number}", "x" * 500)
    with store.read() as view:
        assert view.article("bridge") == BRIDGE
    store.close()


def test_a_catalog_of_a_newer_program_is_not_called_damaged(tmp_path: Path) -> None:
    Library.open(tmp_path / "library", create=True, encoder=WordEncoder()).close()
    with sqlite3.connect(tmp_path / "library" / "catalog.sqlite3") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryDamaged, match="newer Pullquote") as caught:
        Library.open(tmp_path / "library", encoder=WordEncoder())
    assert "backup" not in str(caught.value)


def test_two_who_make_a_library_at_once_both_have_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One makes the tables while the other looks whether there are any."""
    connect, others = SqliteStore._connect, list[SqliteStore]()

    def interrupted(store: SqliteStore) -> sqlite3.Connection:
        connection = connect(store)

        def before(statement: str) -> None:
            if "user_version" in statement and not begun:
                begun.append(True)
                others.append(SqliteStore(tmp_path, create=True))

        connection.set_trace_callback(before)
        return connection

    begun: list[bool] = []
    monkeypatch.setattr(SqliteStore, "_connect", interrupted)
    for store in (SqliteStore(tmp_path, create=True), *others):
        with store.read() as view:
            assert view.count("articles") == 0
        store.close()
    assert len(others) == 1


class Counting(WordEncoder):
    """Remembers what it was given, and does something first, once."""

    def __init__(self, first: Callable[[], object] = lambda: None) -> None:
        self.given: list[list[str]] = []
        self._first = first

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        self.given.append(list(texts))
        first, self._first = self._first, lambda: None
        first()
        return super().encode_passages(texts, progress)


def test_only_what_is_new_is_embedded_and_all_of_it_at_once(tmp_path: Path) -> None:
    encoder, told = Counting(), list[int]()
    with Library.open(tmp_path, create=True, encoder=encoder) as library:
        library.add([BRIDGE, STORM], progress=told.append)
        library.add([BRIDGE, article("vote", "The school went on strike."), STORM])
    first, second = encoder.given
    assert [len(first), second, told] == [len(told) and told[0], ["The school went on strike."], [len(first)]]


def test_each_passage_of_a_batch_has_its_own_vector(library: Library) -> None:
    paragraphs = ["The storm and the ship.", "A doctor won a prize.", "The vote.", "The school went on strike."]
    library.add([article(f"a{number}", text) for number, text in enumerate(paragraphs)])
    for text in paragraphs:
        [best] = library.search(text, 1)
        assert best.passage.text == text
        assert best.similarity == pytest.approx(1)


def test_what_somebody_else_writes_while_it_is_embedded_is_replaced(tmp_path: Path) -> None:
    """BRIDGE was there already when the batch was looked at, so it was not embedded; then it was overwritten."""
    with Library.open(tmp_path, create=True, encoder=WordEncoder()) as other:
        other.add([BRIDGE])
        encoder = Counting(lambda: other.add([article("bridge", "Rain.")]))
        with Library.open(tmp_path, encoder=encoder) as library:
            assert [added.status for added in library.add([STORM, BRIDGE])] == ["added", "updated"]
            assert library.article("bridge") == BRIDGE
            for paragraph in (*STORM.text.split("\n\n"), *BRIDGE.text.split("\n\n")):
                [best] = library.search(paragraph, 1)
                assert best.passage.text == paragraph


def test_so_many_earlier_versions_are_kept_of_the_articles_that_are_written(library: Library) -> None:
    library.add([BRIDGE, STORM, replace(BRIDGE, text="One."), replace(STORM, text="One.")])
    library.keep_versions(1)
    library.add([replace(BRIDGE, text="Two."), replace(BRIDGE, text="Three.")])
    assert [version.number for version in library.versions("bridge")] == [3, 4]
    assert [version.number for version in library.versions("storm")] == [1, 2]


def test_what_a_story_replaces_rests_until_it_replaces_it_no_more(library: Library) -> None:
    follow_up = article("school", "The school went on strike.")
    library.add([BRIDGE, replace(follow_up, about=replace(follow_up.about, replaces="bridge"))])
    assert not [text for text in texts(library, "mayor euro") if "mayor" in text]
    library.add([follow_up])
    assert [text for text in texts(library, "mayor euro") if "mayor" in text]
