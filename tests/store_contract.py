"""What every store keeps to. A test module of a store inherits :class:`StoreContract` and makes the store."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from index.articles import Article, Filters, cut_passages, make_article
from index.errors import LibraryBusy
from index.store import NOTHING_YET, Revision, Store, Transaction, Vectors

DIMENSION = 3


def story(name: str, *paragraphs: str, published: str | None = None, source: str | None = None) -> Article:
    return make_article(
        id=name, headline=f"About {name}", paragraphs=paragraphs or [f"{name} news"], published=published, source=source
    )


def vectors_of(count: int, start: float = 0.0) -> Vectors:
    return np.arange(start, start + count * DIMENSION, dtype=np.float32).reshape(count, DIMENSION)


def put(
    transaction: Transaction,
    article: Article,
    *,
    sketch: Sequence[int] = (),
    origin: str | None = None,
    copy_of: str | None = None,
) -> None:
    passages = cut_passages(article)
    transaction.put(article, passages, vectors_of(len(passages)), sketch=sketch, origin=origin, copy_of=copy_of)


def stored(store: Store, *articles: Article) -> Revision:
    """``articles`` in one write; the state after it."""
    with store.write(5.0) as transaction:
        for article in articles:
            put(transaction, article)
    with store.read() as view:
        return view.revision


class StoreContract:
    """The rules, each on an empty store."""

    @pytest.fixture
    def store(self) -> Store:
        raise NotImplementedError

    def test_an_empty_store_has_nothing(self, store: Store) -> None:
        with store.read() as view:
            assert (view.revision, view.count("articles"), view.listing(None, 10)) == (NOTHING_YET, 0, [])
            assert view.headlines(None, 10) == []
            assert view.article("a") is None
            assert view.meta("model") is None
            assert view.stored("id", "a") is None
            assert view.passage_ids().tolist() == []
            assert view.words(["news"], 5, Filters()) == []
            assert view.vectors(view.passage_ids(), DIMENSION).shape == (0, DIMENSION)

    def test_what_is_put_comes_back_as_it_was(self, store: Store) -> None:
        article = make_article(
            id="ü 1", headline="Zürich – “yes”", paragraphs=["Naïve 😀 first.", "Second."], source="The Día",
            author="Ana", published="2024-05-03", url="https://example.org/x?y=1#z",
        )  # fmt: skip
        with store.write(5.0) as transaction:
            put(transaction, article, sketch=[-5, 2**62], origin="/a.txt")
        with store.read() as view:
            assert view.article("ü 1") == article
            assert view.sketch("ü 1") == {-5, 2**62}
            found = view.stored("origin", "/a.txt")
            assert found is not None
            assert (found.id, found.content_hash, found.origin) == ("ü 1", article.content_hash, "/a.txt")
            assert view.stored("content_hash", article.content_hash) == found
            ids = view.passage_ids().tolist()
            passages = view.passages(ids)
            assert [passages[key].text for key in ids] == ["Naïve 😀 first.", "Second."]
            assert all(article.text[p.start : p.end] == p.text and p.id == key for key, p in passages.items())
            assert np.array_equal(view.vectors(view.passage_ids(), DIMENSION), vectors_of(2))
            [listed] = view.listing(None, 10)
            assert (listed.id, listed.about, listed.paragraphs, listed.copy_of) == ("ü 1", article.about, 2, None)
            assert [view.count("articles"), view.count("passages"), view.count("vectors")] == [1, 2, 2]

    def test_ids_of_passages_only_rise_and_are_never_used_again(self, store: Store) -> None:
        stored(store, story("a", "one", "two"))
        with store.read() as view:
            first = view.passage_ids().tolist()
        with store.write(5.0) as transaction:
            transaction.remove("a")
        stored(store, story("b", "three"))
        with store.read() as view:
            second = view.passage_ids().tolist()
        assert first == sorted(first)
        assert min(second) > max(first)

    def test_a_failing_write_leaves_no_trace(self, store: Store) -> None:
        before = stored(store, story("a"))
        with pytest.raises(ZeroDivisionError), store.write(5.0) as transaction:  # noqa: PT012 - it fails half done
            transaction.remove("a")
            put(transaction, story("b"))
            transaction.set_meta("model", "x")
            raise ZeroDivisionError
        with store.read() as view:
            assert (view.revision, view.meta("model"), view.article("b")) == (before, None, None)
            assert view.article("a") == story("a")

    def test_an_undone_write_is_no_new_revision(self, store: Store) -> None:
        before = stored(store, story("a"))
        with store.write(5.0) as transaction:
            transaction.remove("a")
            transaction.undo()
        with store.read() as view:
            assert view.revision == before
            assert view.article("a") is not None

    def test_a_view_stays_as_it_was_whatever_is_written(self, store: Store) -> None:
        before = stored(store, story("a"))

        def write() -> None:
            with store.write(5.0) as transaction:
                transaction.remove("a")
                put(transaction, story("b"))

        with store.read() as view:
            assert view.article("a") is not None
            writer = threading.Thread(target=write)
            writer.start()
            writer.join()
            assert (view.revision, view.article("b")) == (before, None)
            assert view.article("a") == story("a")
        with store.read() as view:
            assert view.article("a") is None
            assert view.revision.version == before.version + 1

    def test_a_view_inside_a_view_is_the_same_one(self, store: Store) -> None:
        stored(store, story("a"))
        with store.read() as outer:
            with store.read() as inner:
                assert inner.revision == outer.revision
                assert inner.article("a") is not None
            assert outer.article("a") is not None, "and the outer one goes on"

    def test_writing_inside_a_view_works_and_the_view_does_not_see_it(self, store: Store) -> None:
        before = stored(store, story("a"))
        with store.read() as view:
            assert view.revision == before
            with store.write(5.0) as transaction:
                put(transaction, story("b"))
                assert transaction.article("b") is not None, "the write sees itself"
            assert (view.revision, view.article("b")) == (before, None)

    def test_of_two_writers_one_waits_and_is_told_so(self, store: Store) -> None:
        refused: list[LibraryBusy] = []

        def second() -> None:
            try:
                with store.write(0.05):
                    pass
            except LibraryBusy as error:
                refused.append(error)

        with store.write(5.0) as transaction:
            other = threading.Thread(target=second)
            other.start()
            other.join()
            transaction.undo()
        assert "another process is writing" in str(refused[0])

    def test_an_article_takes_the_place_of_its_old_self(self, store: Store) -> None:
        stored(store, story("a", "old one", "old two"), story("b"))
        stored(store, story("a", "fresh"))
        with store.read() as view:
            assert [view.count("articles"), view.count("passages"), view.count("vectors")] == [2, 2, 2]
            assert view.article("a") == story("a", "fresh")
            assert view.words(["old"], 5, Filters()) == []
            assert len(view.words(["fresh"], 5, Filters())) == 1

    def test_changes_are_what_came_and_went_since(self, store: Store) -> None:
        first = stored(store, story("a"), story("b"))
        with store.read() as view:
            a, b = view.passage_ids().tolist()
        stored(store, story("c"))
        with store.write(5.0) as transaction:
            transaction.remove("a")
            transaction.remove("c")
            put(transaction, story("d"))
        with store.read() as view:
            d = max(view.passage_ids().tolist())
            changes = view.changes(first)
            assert changes is not None
            assert (changes.added.tolist(), changes.removed.tolist()) == ([d], [a]), "c came and went unseen"
            everything = view.changes(NOTHING_YET)
            assert everything is not None
            assert (everything.added.tolist(), everything.removed.tolist()) == ([b, d], [])
            nothing = view.changes(view.revision)
            assert nothing is not None
            assert (nothing.added.tolist(), nothing.removed.tolist()) == ([], [])

    def test_changes_since_another_history_are_unknown(self, store: Store) -> None:
        known = stored(store, story("a"))
        with store.read() as view:
            assert view.changes(Revision(known.version, "of another store")) is None
            assert view.changes(Revision(known.version + 7, known.token)) is None

    def test_lists_go_on_behind_the_last_one(self, store: Store) -> None:
        stored(store, *(story(name) for name in "dbac"))
        with store.read() as view:
            assert [item.id for item in view.listing(None, 3)] == ["a", "b", "c"]
            assert [item.id for item in view.listing("c", 3)] == ["d"]
            assert [item.id for item in view.listing("bb", 3)] == ["c", "d"]

    def test_headlines_go_on_where_they_were_whatever_is_written(self, store: Store) -> None:
        """An article added in front shows nothing twice; two taken away behind hide nothing."""
        days = {"a": "2024-01-05", "b": "2024-01-04", "c": "2024-01-04", "d": "2024-01-03", "e": None, "f": None}
        stored(store, *(story(name, published=day) for name, day in days.items()))
        with store.read() as view:
            page = view.headlines(None, 3)
        assert [item.id for item in page] == ["a", "c", "b"], "of one day, the last to come first"
        with store.write(5.0) as transaction:
            put(transaction, story("new", published="2024-02-01"))
            transaction.remove("a")
            transaction.remove("b")
        with store.read() as view:
            assert [item.id for item in view.headlines(page[-1], 2)] == ["d", "f"]
            assert [item.id for item in view.headlines(view.headlines(page[-1], 2)[-1], 2)] == ["e"]

    def test_filters_keep_to_what_they_name(self, store: Store) -> None:
        stored(
            store,
            story("a", "storm one", published="2024-05-01", source="Daily"),
            story("b", "storm two", published="2024-05-02", source="Weekly"),
            story("c", "storm three"),
        )

        def inside(filters: Filters) -> list[str]:
            with store.read() as view:
                ids = view.passage_ids(filters)
                assert sorted(view.words(["storm"], 10, filters)) == ids.tolist(), "before anything is ranked"
                return sorted(passage.article_id for passage in view.passages(ids.tolist()).values())

        assert inside(Filters()) == ["a", "b", "c"]
        assert inside(Filters(article_ids=("a", "c", "nowhere"))) == ["a", "c"]
        assert inside(Filters(sources=("daily",))) == ["a"], "sources ignore case"
        assert inside(Filters(published_from=date(2024, 5, 2))) == ["b"], "both days count"
        assert inside(Filters(published_to=date(2024, 5, 1))) == ["a"], "an undated article is in no range"
        assert inside(Filters(sources=("Daily",), published_from=date(2024, 5, 2))) == []

    def test_words_find_the_passage_that_holds_most_of_them(self, store: Store) -> None:
        stored(store, story("a", "The storm sank a ship.", "Rain fell."), story("b", "A storm."), story("c", "A vote."))
        with store.read() as view:
            found = view.words(["storm", "ship"], 10, Filters())
            best = view.passages(found[:1])[found[0]]
            assert best.text == "The storm sank a ship."
            assert view.words(["storm"], 1, Filters())
            assert view.words([], 10, Filters()) == []
            assert view.words(["nothing"], 10, Filters()) == []

    def test_near_copies_are_found_by_their_sketches(self, store: Store) -> None:
        with store.write(5.0) as transaction:
            put(transaction, story("a"), sketch=[1, 2, 3])
            put(transaction, story("b"), sketch=[1, 2, 9])
            put(transaction, story("c"), sketch=[1, 2, 3], copy_of="a")
            put(transaction, story("d"), sketch=[7])
        with store.read() as view:
            assert view.alike([1, 2, 3], "x") == ["a", "b"], "no copies, and none that shares nothing"
            assert view.alike([1, 2, 3], "a") == ["b"], "not itself"
            assert view.alike([], "x") == []
            assert [item.copy_of for item in view.listing(None, 10)] == [None, None, "a", None]

    def test_a_copy_of_what_was_removed_stands_for_itself(self, store: Store) -> None:
        with store.write(5.0) as transaction:
            put(transaction, story("a"))
            put(transaction, story("b"), copy_of="a")
            assert transaction.remove("a")
            assert not transaction.remove("a")
        with store.read() as view:
            assert [(item.id, item.copy_of) for item in view.listing(None, 10)] == [("b", None)]

    def test_vectors_can_be_replaced_under_the_same_ids(self, store: Store) -> None:
        stored(store, story("a", "one", "two"))
        with store.write(5.0) as transaction:
            ids = transaction.passage_ids()
            transaction.put_vectors(ids.tolist(), vectors_of(2, 100.0))
            transaction.remake_words()
        with store.read() as view:
            assert np.array_equal(view.vectors(ids[::-1].copy(), DIMENSION), vectors_of(2, 100.0)[::-1])
            assert view.words(["two"], 5, Filters())[0] == ids.tolist()[1]

    def test_metadata_alone_can_change(self, store: Store) -> None:
        article = story("a")
        stored(store, article)
        changed = replace(article, about=replace(article.about, author="Ana"))
        stored(store, changed)
        with store.read() as view:
            assert view.article("a") == changed

    def test_sources_are_compared_without_regard_to_case_and_composition(self, store: Store) -> None:
        stored(store, story("a", "ice", source="Østlandets Tidende"), story("b", "ice", source="Ärzteblatt"))
        with store.read() as view:
            for written, found in (("østlandets tidende", "a"), ("ÄRZTEBLATT", "b"), ("A\u0308rzteblatt", "b")):
                ids = view.passage_ids(Filters(sources=(written,))).tolist()
                assert [passage.article_id for passage in view.passages(ids).values()] == [found], written

    def test_a_mark_of_a_copy_can_be_set_and_is_listed_with_its_original(self, store: Store) -> None:
        stored(store, story("a"), story("b"), story("c"))
        with store.write(5.0) as transaction:
            transaction.mark_copy("c", "a")
            transaction.mark_copy("b", "a")
        with store.read() as view:
            assert view.copies("a") == ["b", "c"]
            assert view.copies("b") == []
