"""What every store keeps to. A test module of a store inherits :class:`StoreContract` and makes the store."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from index.articles import Article, Filters, cut_passages, make_article
from index.errors import LibraryBusy
from index.store import NOTHING_YET, Revision, Store, Transaction, Vectors

DIMENSION = 3
NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


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
    at: datetime = NOON,
) -> None:
    passages = cut_passages(article)
    transaction.put(article, passages, vectors_of(len(passages)), sketch=sketch, origin=origin, copy_of=copy_of, at=at)


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
            assert view.texts(view.passage_ids()) == []
            assert view.vectors(view.passage_ids(), DIMENSION).shape == (0, DIMENSION)

    def test_a_name_with_a_nul_is_nobody_s(self, store: Store) -> None:
        """No article has one; whoever asks may send one."""
        stored(store, story("a", source="The Daily"))
        with store.read() as view:
            assert view.article("a\0") is None
            assert view.versions("a\0") == []
            assert view.replaced_by("a\0") is None
            assert view.at_urls(["https://example.org/\0"]) == []
            assert view.passage_ids(Filters(article_ids=("a\0",))).tolist() == []
            assert view.passage_ids(Filters(sources=("The Daily\0",))).tolist() == []

    def test_what_is_put_comes_back_as_it_was(self, store: Store) -> None:
        article = make_article(
            id="ü 1", headline="Zürich – “yes”", paragraphs=["Naïve 😀 first.", "Second."], source="The Día",
            author="Ana", published="2024-05-03T08:30:00+02:00", url="https://example.org/x?y=1#z",
            updated="2024-05-04", embargoed="2024-05-03T08:00:00Z", section="Politik", kind="analysis",
            language="de-CH", keywords=["Zürich", "bridge; river"], status="corrected",
            correction="It said “no”.", replaces="older", questions=["Was steht da?", "Who said “no”?"],
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
            assert [text for text, _ in view.texts(view.passage_ids())] == ["b news", "fresh"]

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

    def test_the_last_passage_of_a_state_is_told_when_it_goes(self, store: Store) -> None:
        before = stored(store, story("a"))
        with store.write(5.0) as transaction:
            ids = transaction.passage_ids().tolist()
            transaction.remove("a")
        with store.read() as view:
            changes = view.changes(before)
            assert changes is not None
            assert (changes.added.tolist(), changes.removed.tolist()) == ([], ids)

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
                assert ids.tolist() == sorted(ids.tolist())
                return sorted(passage.article_id for passage in view.passages(ids.tolist()).values())

        assert inside(Filters()) == ["a", "b", "c"]
        assert inside(Filters(article_ids=("a", "c", "nowhere"))) == ["a", "c"]
        assert inside(Filters(sources=("daily",))) == ["a"], "sources ignore case"
        assert inside(Filters(published_from=date(2024, 5, 2))) == ["b"], "both days count"
        assert inside(Filters(published_to=date(2024, 5, 1))) == ["a"], "an undated article is in no range"
        assert inside(Filters(sources=("Daily",), published_from=date(2024, 5, 2))) == []

    def test_a_passage_is_found_by_its_text_its_headline_and_its_lead(self, store: Store) -> None:
        stored(store, story("a", "The lead 😀.", "Rain fell."), story("b", "A storm."))
        with store.read() as view:
            ids = view.passage_ids()
            assert view.texts(ids) == [
                ("The lead 😀.", "About a. "),
                ("Rain fell.", "About a. The lead 😀."),
                ("A storm.", "About b. "),
            ]
            assert view.texts(ids[1:]) == view.texts(ids)[1:]

    def test_counts_are_those_of_every_write_and_of_the_one_that_is_made(self, store: Store) -> None:
        stored(store, story("a", "one", "two"), story("b"))
        with store.write(5.0) as transaction:
            transaction.remove("a")
            put(transaction, story("c", "three", "four", "five"))
            put(transaction, story("b", "anew"))
            assert [transaction.count("articles"), transaction.count("passages")] == [2, 4]
        with store.read() as view:
            assert [view.count("articles"), view.count("passages"), view.count("vectors")] == [2, 4, 4]
        with store.write(5.0) as transaction:
            transaction.remove("c")
            transaction.undo()
        with store.read() as view:
            assert [view.count("articles"), view.count("passages")] == [2, 4], "what was undone does not count"

    def test_near_copies_are_found_by_their_sketches(self, store: Store) -> None:
        with store.write(5.0) as transaction:
            put(transaction, story("a"), sketch=[1, 2, 3])
            put(transaction, story("b"), sketch=[1, 2, 9])
            put(transaction, story("c"), sketch=[1, 2, 3], copy_of="a")
            put(transaction, story("d"), sketch=[7])
        with store.read() as view:
            assert view.alike([1, 2, 3], "x", 1) == ["a", "b"], "no copies, and none that shares nothing"
            assert view.alike([1, 2, 3], "a", 1) == ["b"], "not itself"
            assert view.alike([1, 2, 3], "x", 3) == ["a"], "none that shares fewer"
            assert view.alike([], "x", 1) == []
            assert [item.copy_of for item in view.listing(None, 10)] == [None, None, "a", None]

    def test_of_near_copies_at_most_three_come_those_that_share_most_first(self, store: Store) -> None:
        with store.write(5.0) as transaction:
            for name, sketch in (("a", [1]), ("b", [1, 2]), ("c", [1, 2, 3]), ("d", [1, 2]), ("e", [1, 2])):
                put(transaction, story(name), sketch=sketch)
        with store.read() as view:
            assert view.alike([1, 2, 3], "x", 1) == ["c", "b", "d"], "of equals the oldest"
            assert (view.sketch("c"), view.sketch("x")) == ({1, 2, 3}, set())

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
        with store.read() as view:
            assert np.array_equal(view.vectors(ids[::-1].copy(), DIMENSION), vectors_of(2, 100.0)[::-1])

    def test_metadata_alone_can_change(self, store: Store) -> None:
        article = story("a")
        stored(store, article)
        changed = replace(article, about=replace(article.about, author="Ana"))
        stored(store, changed)
        with store.read() as view:
            assert view.article("a") == changed

    def test_sources_are_compared_without_regard_to_case_and_composition(self, store: Store) -> None:
        names = {"a": "Østlandets Tidende", "b": "Ärzteblatt", "c": "Blick"}
        stored(store, *(story(name, "ice", source=source) for name, source in names.items()))
        with store.read() as view:
            for written, found in (
                ("østlandets tidende", "a"), ("ÄRZTEBLATT", "b"), ("A\u0308rzteblatt", "b"), ("blick", "c"),
            ):  # fmt: skip
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

    def test_a_time_counts_as_the_day_that_it_is_in_the_newsrooms_zone(self, store: Store) -> None:
        late = story("late", "storm", published="2024-05-01T23:30:00+00:00")
        stored(store, late, story("day", "storm", published="2024-05-02"))

        def on(day: int) -> list[str]:
            with store.read() as view:
                ids = view.passage_ids(Filters(published_from=date(2024, 5, day), published_to=date(2024, 5, day)))
                return sorted(passage.article_id for passage in view.passages(ids.tolist()).values())

        assert (on(1), on(2)) == (["late"], ["day"])
        with store.write(5.0) as transaction:
            transaction.set_zone("Europe/Zurich")
        with store.read() as view:
            assert view.zone == "Europe/Zurich"
            assert [item.id for item in view.headlines(None, 5)] == ["late", "day"], "01:30 in Zurich on the 2nd"
        assert (on(1), on(2)) == ([], ["day", "late"])

    def test_what_stands_from_a_day_stands_from_its_beginning_in_the_newsrooms_zone(self, store: Store) -> None:
        def updated(article: Article, when: date) -> Article:
            return replace(article, about=replace(article.about, published=date(2024, 5, 1), updated=when))

        with store.write(5.0) as transaction:
            put(transaction, story("a", "Nine died.", published="2024-05-01"))
            put(transaction, updated(story("a", "Ten died."), date(2024, 5, 3)), at=NOON)
            put(transaction, story("a", "Eleven died.", published="2024-05-01"), at=NOON)
            put(transaction, story("b", "Nine died.", published="2024-05-01"))
            put(transaction, updated(story("b", "Ten died."), datetime(2024, 5, 1, 2, tzinfo=UTC)), at=NOON)
        with store.write(5.0) as transaction:
            transaction.set_zone("America/New_York")
        first, second = datetime(2024, 5, 1, 4, tzinfo=UTC), datetime(2024, 5, 3, 4, tzinfo=UTC)
        with store.read() as view:
            stood = [(version.since, version.until) for version in view.versions("a")]
            assert stood == [(first, second), (second, NOON), (NOON, None)]
            early = view.passage_ids(Filters(until=first - HOUR)).tolist()
            assert {passage.article_id for passage in view.passages(early).values()} == {"b"}
            one, two = view.versions("b")
            assert one.since < two.since, "it cannot begin behind the one that follows it, and stays"

    def test_lists_leave_out_what_is_embargoed_at_that_time(self, store: Store) -> None:
        free = story("free")
        stored(store, replace(free, id="held", about=replace(free.about, embargoed=NOON)), free)
        before, after = NOON - HOUR, NOON
        with store.read() as view:
            assert [item.id for item in view.listing(None, 5)] == ["free", "held"]
            assert [item.id for item in view.listing(None, 5, at=before)] == ["free"]
            assert [item.id for item in view.headlines(None, 5, at=before)] == ["free"]
            assert [item.id for item in view.headlines(None, 5, at=after)] == ["free", "held"]
            [held] = view.embargoed(before).tolist()
            assert view.passages([held])[held].article_id == "held"
            assert view.embargoed(after).tolist() == []

    def test_a_changed_article_keeps_its_earlier_versions(self, store: Store) -> None:
        first = story("a", "Nine died.", published="2024-05-01")
        second = story("a", "Eleven died.", published="2024-05-01")
        with store.write(5.0) as transaction:
            put(transaction, first)
        with store.write(5.0) as transaction:
            put(transaction, second, at=NOON + HOUR)
            put(transaction, replace(second, about=replace(second.about, author="Ana")), at=NOON + 2 * HOUR)
        with store.read() as view:
            one, two = view.versions("a")
            assert (one.number, one.text, one.headline) == (1, "Nine died.", "About a")
            assert (one.since, one.until) == (datetime(2024, 5, 1, tzinfo=UTC), NOON + HOUR)
            assert (two.number, two.text, two.since, two.until) == (2, "Eleven died.", NOON + HOUR, None)
            assert two.about.author == "Ana", "other metadata are no other version"
            assert view.versions("b") == []

    def test_a_corrected_headline_alone_is_another_version(self, store: Store) -> None:
        first = story("a", "Nine died.")
        with store.write(5.0) as transaction:
            put(transaction, first)
            put(transaction, replace(first, about=replace(first.about, headline="Eleven dead")), at=NOON + HOUR)
        with store.read() as view:
            assert [(found.number, found.headline) for found in view.versions("a")] == [
                (1, "About a"), (2, "Eleven dead"),
            ]  # fmt: skip

    def test_a_version_stands_from_when_it_says_if_that_can_be(self, store: Store) -> None:
        def version(text: str, updated: str) -> Article:
            return make_article(id="a", headline="About a", text=text, published="2024-05-01", updated=updated)

        with store.write(5.0) as transaction:
            put(transaction, version("one", "2024-05-01"))
            put(transaction, version("two", "2024-05-02T10:00:00Z"))
            put(transaction, version("three", "2024-05-01"))
            put(transaction, version("four", "2030-01-01"), at=NOON + HOUR)
        with store.read() as view:
            may2 = datetime(2024, 5, 2, 10, tzinfo=UTC)
            assert [found.since for found in view.versions("a")][1:] == [may2, NOON, NOON + HOUR]

    def test_only_so_many_earlier_versions_are_kept(self, store: Store) -> None:
        with store.write(5.0) as transaction:
            for number in range(4):
                put(transaction, story("a", f"text {number}"), at=NOON + number * HOUR)
            put(transaction, story("b", "one"))
            put(transaction, story("b", "two"), at=NOON + HOUR)
            assert transaction.prune(2, "a") == 1
            assert transaction.prune(1) == 1
        with store.read() as view:
            assert [found.number for found in view.versions("a")] == [3, 4]
            assert [found.number for found in view.versions("b")] == [1, 2]

    def test_what_is_removed_leaves_no_versions(self, store: Store) -> None:
        stored(store, story("a", "one"))
        stored(store, story("a", "two"))
        with store.write(5.0) as transaction:
            transaction.remove("a")
        stored(store, story("a", "three"))
        with store.read() as view:
            assert [(found.number, found.text) for found in view.versions("a")] == [(1, "three")]

    def test_a_resting_article_is_there_and_in_no_search(self, store: Store) -> None:
        before = stored(store, story("a", "storm one", "storm two"), story("b", "storm three"))
        with store.read() as view:
            ids = view.passage_ids().tolist()
            vectors = view.vectors(view.passage_ids(), DIMENSION)
        for _ in range(2):  # the second time changes nothing
            with store.write(5.0) as transaction:
                transaction.rest("a", resting=True)
        with store.read() as view:
            assert view.article("a") is not None
            assert [(item.id, item.paragraphs) for item in view.listing(None, 5)] == [("a", 2), ("b", 1)]
            assert view.passage_ids().tolist() == ids[2:]
            changes = view.changes(before)
            assert changes is not None
            assert changes.removed.tolist() == ids[:2]
            assert [view.count("passages"), view.count("vectors")] == [1, 1]
        for _ in range(2):
            with store.write(5.0) as transaction:
                transaction.rest("a", resting=False)
        with store.read() as view:
            again = [key for key in view.passage_ids().tolist() if key not in ids]
            assert min(again) > max(ids), "ids are never used again"
            assert [view.passages([key])[key].text for key in again] == ["storm one", "storm two"]
            assert np.array_equal(view.vectors(np.array(again), DIMENSION), vectors[:2])
            assert view.count("passages") == 3

    def test_a_resting_article_can_be_removed(self, store: Store) -> None:
        stored(store, story("a"), story("b"))
        with store.write(5.0) as transaction:
            transaction.rest("a", resting=True)
            assert transaction.remove("a")
        with store.read() as view:
            assert [item.id for item in view.listing(None, 5)] == ["b"]
            assert view.count("passages") == 1

    def test_metadata_can_be_changed_without_touching_passages(self, store: Store) -> None:
        article = replace(story("a"), questions=("What stands here?",))
        stored(store, article)
        about = replace(article.about, status="corrected", correction="It said two.", published=date(2024, 5, 1))
        with store.read() as view:
            ids = view.passage_ids().tolist()
        with store.write(5.0) as transaction:
            transaction.describe("a", about)
            transaction.describe("nobody", about)
        with store.read() as view:
            assert view.article("a") == replace(article, about=about)
            found = view.stored("content_hash", replace(article, about=about).content_hash)
            assert found is not None, "it is known by its new content"
            assert found.id == "a"
            assert view.passage_ids(Filters(published_from=date(2024, 5, 1))).tolist() == ids
            assert len(view.versions("a")) == 1

    def test_a_story_knows_what_took_its_place(self, store: Store) -> None:
        later = story("later")
        stored(store, story("a"), replace(later, about=replace(later.about, replaces="a")))
        with store.read() as view:
            assert (view.replaced_by("a"), view.replaced_by("later")) == ("later", None)

    def test_where_several_are_meant_it_is_the_oldest(self, store: Store) -> None:
        """By content, and as what took a story's place; changing an article makes it the youngest."""
        one = story("a")
        later = replace(one, about=replace(one.about, replaces="first"))
        stored(store, replace(later, id="z"), replace(later, id="b"))
        with store.read() as view:
            found = view.stored("content_hash", later.content_hash)
            assert found is not None
            assert (found.id, view.replaced_by("first")) == ("z", "z")
        stored(store, replace(later, id="z", about=replace(later.about, author="Ana")))
        with store.read() as view:
            assert view.replaced_by("first") == "b"

    def test_articles_are_found_by_url_two_at_most_the_oldest_first(self, store: Store) -> None:
        def at(name: str, url: str) -> Article:
            return replace(story(name), about=replace(story(name).about, url=url))

        here, there = "https://example.org/here", "https://example.org/there"
        stored(store, at("c", here), at("b", there), at("a", here), story("nowhere"))
        with store.read() as view:
            assert view.at_urls([there]) == ["b"]
            assert view.at_urls([here]) == ["c", "a"]
            assert view.at_urls([there, here]) == ["c", "b"]
            assert view.at_urls(["https://example.org/", "https://example.org/HERE"]) == []
            assert view.at_urls([]) == []

    def test_where_an_article_comes_from_can_change_and_nothing_else_does(self, store: Store) -> None:
        with store.write(5.0) as transaction:
            put(transaction, story("a"), origin="/old.txt")
            put(transaction, story("b"), origin="/b.txt")
        with store.write(5.0) as transaction:
            transaction.put_origin("a", "/new.txt")
        with store.read() as view:
            known = [(origin, view.stored("origin", origin)) for origin in ("/old.txt", "/new.txt", "/b.txt")]
            assert [(origin, found and found.id) for origin, found in known] == [
                ("/old.txt", None), ("/new.txt", "a"), ("/b.txt", "b"),
            ]  # fmt: skip
            assert view.article("a") == story("a")

    def test_pages_for_readers_go_on_without_what_is_embargoed(self, store: Store) -> None:
        held = story("b", published="2024-05-02")
        stored(
            store,
            story("a", published="2024-05-03"),
            replace(held, about=replace(held.about, embargoed=NOON)),
            story("c", published="2024-05-01"),
        )
        with store.read() as view:
            [first] = view.headlines(None, 1, at=NOON - HOUR)
            assert [item.id for item in view.headlines(first, 5, at=NOON - HOUR)] == ["c"]
            assert [item.id for item in view.headlines(first, 5, at=NOON)] == ["b", "c"]
            assert [item.id for item in view.listing("a", 5, at=NOON - HOUR)] == ["c"]
            assert [item.id for item in view.listing("a", 5, at=NOON)] == ["b", "c"]

    def test_what_is_in_order_is_found_well(self, store: Store) -> None:
        stored(store, story("a", "one", "two"), story("b"))
        with store.write(5.0) as transaction:
            transaction.set_meta("model", "words@1")
            transaction.rest("b", resting=True)
        assert [finding for finding in store.examine() if not finding.well] == []
        with store.read() as view:
            assert view.passages([10**9]) == {}

    def test_as_of_a_time_only_what_stood_by_then_is_inside(self, store: Store) -> None:
        stored(
            store, story("old", "storm", published="2024-05-01"), story("new", "storm", published="2024-05-03T10:00Z")
        )
        with store.write(5.0) as transaction:
            put(transaction, story("old", "storm again", published="2024-05-09"), at=NOON + HOUR)
            put(transaction, story("undated", "storm"))

        def by(until: datetime) -> list[str]:
            with store.read() as view:
                ids = view.passage_ids(Filters(until=until))
                return sorted(passage.article_id for passage in view.passages(ids.tolist()).values())

        assert by(datetime(2024, 4, 30, tzinfo=UTC)) == []
        assert by(datetime(2024, 5, 3, 9, tzinfo=UTC)) == ["old"], "its first version stood by then"
        assert by(datetime(2024, 5, 3, 10, tzinfo=UTC)) == ["new", "old"]
        held = story("held", "storm", published="2024-05-03")
        stored(store, replace(held, about=replace(held.about, embargoed=datetime(2024, 5, 4, tzinfo=UTC))))
        assert by(datetime(2024, 5, 3, 23, tzinfo=UTC)) == ["new", "old"], "under embargo it did not stand"
        assert by(datetime(2024, 5, 4, tzinfo=UTC)) == ["held", "new", "old"]
        assert by(NOON) == ["held", "new", "old", "undated"], "the undated one stands from when it came in"
