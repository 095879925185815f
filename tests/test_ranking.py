"""Words and vectors in segments: in the order of one exact list, whatever came and went, and whoever is killed."""

from __future__ import annotations

import math
import random
import re
import shutil
import sqlite3
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.articles import Article, Filters, cut_passages
from index.ranking import segments
from index.ranking.fusion import search
from index.ranking.generations import Generations
from index.ranking.postings import Postings, Statistics, best, index_texts, merged
from index.ranking.ranker import SegmentRanker, Sizes
from index.ranking.repeats import edges, suspects, told_once
from index.ranking.state import EMPTY
from index.ranking.terms import fold, terms
from index.ranking.vectors import Cells, Flat, write, write_cells
from index.store import NOTHING_YET, Changes, Revision, Store, StoreView, Vectors
from index.words import telling_words
from tests.fakes import VOCABULARY, WordEncoder, article
from tests.memory_store import MemoryStore
from tests.store_contract import NOON

ENCODER = WordEncoder()
SEEDS = Path(__file__).parent.parent / "seeds" / "newsroom.jsonl"


def texts(count: int, seed: int = 0) -> list[tuple[str, str]]:
    """Passages of some words of the vocabulary, frequent ones more often, with a context now and then."""
    draw = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(len(VOCABULARY))]
    return [
        (" ".join(draw.choices(VOCABULARY, weights, k=draw.randint(1, 9))), draw.choice(["", "News. ", "Bridge town."]))
        for _ in range(count)
    ]


def ranked(postings: Postings, question: str, k: int, mask: list[bool] | None = None) -> list[tuple[int, float]]:
    statistics = Statistics([postings])
    at, scores = best(
        postings, statistics.weights(question.split()), statistics.mean_length, k,
        None if mask is None else np.array(mask),
    )  # fmt: skip
    return list(zip(at.tolist(), [round(float(score), 3) for score in scores], strict=True))


# Words


@pytest.fixture(scope="module")
def fts() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE t USING fts5 (text, context, tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    yield connection
    connection.close()


def test_the_order_is_that_of_sqlites_full_text_search(fts: sqlite3.Connection) -> None:
    """Same scores, so same order, on real sentences with real questions."""
    import json

    stories = [json.loads(line) for line in SEEDS.read_text("utf-8").splitlines()]
    passages = [
        (text, f"{story['headline']}. {'' if number == 0 else story['paragraphs'][0]}")
        for story in stories
        for number, text in enumerate(story["paragraphs"])
    ]
    fts.executemany("INSERT INTO t (rowid, text, context) VALUES (?, ?, ?)", [(i, *p) for i, p in enumerate(passages)])
    postings = index_texts(passages)
    asked = 0
    for story in stories:
        question = telling_words(story["headline"])
        match = " OR ".join(f'"{word}"' for word in question)
        wanted = fts.execute("SELECT rowid, -rank FROM t WHERE t MATCH ? ORDER BY rank LIMIT 20", (match,)).fetchall()
        found = ranked(postings, " ".join(question), 20)
        if len(set(map(tuple, map(terms, question)))) == len(question):  # two words of one stem count once here
            assert [score for _, score in found] == pytest.approx([score for _, score in wanted], abs=0.002)
            asked += 1
    assert asked > 15


def test_letters_fold_as_they_did(fts: sqlite3.Connection) -> None:
    """Every letter of Latin, Greek and Cyrillic that SQLite takes for its plain form is one for us, too."""
    differ = []
    for code in [*range(0xC0, 0x250), *range(0x370, 0x530), *range(0x1E00, 0x2000)]:
        letter = chr(code)
        plain = unicodedata.normalize("NFD", letter)[0].lower()
        if unicodedata.category(letter)[0] != "L" or not plain.isalpha():
            continue
        fts.execute("DELETE FROM t")
        fts.execute("INSERT INTO t (text, context) VALUES (?, '')", (f"xx{letter}yy",))
        as_plain = fts.execute("SELECT 1 FROM t WHERE t MATCH ?", (f'"xx{plain}yy"',)).fetchone()
        if as_plain and fold(f"xx{letter}yy") != fold(f"xx{plain}yy"):
            differ.append(letter)
    assert differ == []


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Łódź café RÉSUMÉ naïve", "cafe"),
        ("The bridges were opened", "bridge opening"),
        ("Ștefan’s générations", "stefan generations"),
        ("ﬁnal Ｎｅｗｓ straße", "final news strasse"),
        ("Москва объявила", "МОСКВА"),
        ("東京で何が", "東京で何が"),
        ("Quaye's re-election", "quaye re election"),
    ],
)
def test_a_word_is_found_in_any_case_form_and_with_or_without_marks(written: str, asked: str) -> None:
    assert {term for word in asked.split() for term in terms(word)} <= set(terms(written))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [1, 3, 10, 500])
def test_leaving_out_what_cannot_win_changes_nothing(seed: int, k: int) -> None:
    """Against every passage scored by hand, with and without a mask."""
    passages = texts(300, seed)
    postings = index_texts(passages)
    draw = random.Random(seed)
    question = draw.sample(VOCABULARY, draw.randint(1, 6))
    words = [re.findall(r"\w+", f"{text} {context}".lower()) for text, context in passages]
    mean = sum(map(len, words)) / len(words)

    def score(of: list[str]) -> float:
        total = 0.0
        for word in question:
            held = sum(word in other for other in words)
            weight = max(math.log((len(words) - held + 0.5) / (held + 0.5)), 1e-6)
            often = of.count(word)
            total += weight * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * len(of) / mean))
        return total

    for share in (None, 0.5, 0.05):
        mask = None if share is None else [draw.random() < share for _ in passages]
        wanted = [(i, score(of)) for i, of in enumerate(words) if mask is None or mask[i]]
        wanted = sorted(
            [(i, value) for i, value in wanted if value > 0], key=lambda item: (-round(item[1], 4), item[0])
        )
        found = ranked(postings, " ".join(question), k, mask)
        assert [value for _, value in found] == pytest.approx([value for _, value in wanted[:k]], abs=0.002)


def test_segments_joined_are_the_segment_of_all() -> None:
    passages = texts(100)
    kept = [i for i in range(100) if i % 7]
    first, second = index_texts(passages[:60]), index_texts(passages[60:])
    found = merged([
        (first, np.array([i for i in kept if i < 60])),
        (second, np.array([i - 60 for i in kept if i >= 60])),
    ])  # fmt: skip
    wanted = index_texts([passages[i] for i in kept])
    for name in ("terms", "starts", "at", "often", "lengths"):
        assert np.array_equal(getattr(found, name), getattr(wanted, name)), name
    assert found.holds(0, *passages[1])
    assert not found.holds(0, *passages[2])
    assert not found.holds(0, passages[1][0] + " prize", passages[1][1])


# Vectors


def clustered(count: int, dimension: int = 64) -> Vectors:
    draw = np.random.default_rng(1)
    middles = draw.standard_normal((50, dimension))
    found = middles[draw.integers(50, size=count)] + 0.5 * draw.standard_normal((count, dimension))
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.mark.parametrize("half", [False, True])
def test_vectors_written_front_to_back_are_read_as_they_were(tmp_path: Path, half: bool) -> None:
    vectors = clustered(1_000)
    write(tmp_path / "v", (vectors[low : low + 300] for low in range(0, 1_000, 300)), 1_000, 64, half=half)
    flat = Flat.load(tmp_path / "v")
    assert (len(flat), flat.dimension) == (1_000, 64)
    assert np.allclose(flat.vectors(np.array([0, 999, 500])), vectors[[0, 999, 500]], atol=1e-3 if half else 0)
    found, cosines = flat.nearest(vectors[7], 3)
    assert found[0] == 7
    assert cosines[0] == pytest.approx(1.0, abs=2e-3)


def test_cells_find_nearly_what_is_nearest_and_keep_to_the_mask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = clustered(20_000)
    write(tmp_path / "v", [vectors], 20_000, 64, half=True)
    flat = Flat.load(tmp_path / "v")
    write_cells(tmp_path / "c", flat)
    cells = Cells.load(flat, tmp_path / "c")
    mask = np.arange(20_000) % 3 == 0
    monkeypatch.setattr("index.ranking.vectors._FEW", 1_000)
    for allowed, enough in ((None, 0.95), (mask, 0.95), (mask & (np.arange(20_000) < 2_000), 1.0)):
        shares = []
        for question in range(0, 20_000, 400):
            wanted, _ = flat.nearest(vectors[question], 10, allowed)
            found, cosines = cells.nearest(vectors[question], 10, allowed)
            assert allowed is None or allowed[found].all()
            assert list(cosines) == sorted(cosines, reverse=True)
            shares.append(len({*found.tolist()} & {*wanted.tolist()}) / 10)
        assert float(np.mean(shares)) >= enough


# The ranker


def put(store: Store, *articles: Article) -> None:
    with store.write(5.0) as transaction:
        transaction.set_meta("model", ENCODER.name)
        for one in articles:
            passages = cut_passages(one)
            vectors = ENCODER.encode_passages([passage.text for passage in passages])
            transaction.put(one, passages, vectors, sketch=(), origin=None, copy_of=None, at=NOON)


def by_hand(view: StoreView, question: str, filters: Filters = Filters()) -> tuple[list[float], list[float]]:
    """The cosines and BM25 scores of the best ten, from one segment of everything."""
    every, ids = view.passage_ids(), view.passage_ids(filters)
    if not len(ids):
        return [], []
    vectors = view.vectors(ids, ENCODER.dimension)
    cosines = sorted((vectors @ ENCODER.encode_question(question)).tolist(), reverse=True)[:10]
    scores = ranked(index_texts(view.texts(every)), question, 10, np.isin(every, ids).tolist())
    return cosines, [score for _, score in scores]


def agrees(ranker: SegmentRanker, view: StoreView, question: str, filters: Filters = Filters()) -> None:
    cosines, scores = by_hand(view, question, filters)
    ranking = ranker.at(view)
    dense = ranking.dense(ENCODER.encode_question(question), 10, filters)
    assert ranking.similarity(ENCODER.encode_question(question), dense) == pytest.approx(cosines, abs=1e-3)
    words = ranking.words(question, 10, filters)
    assert len(words) == len(scores)
    assert {*dense, *words} <= {*view.passage_ids(filters).tolist()}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_and_goes_the_ranking_is_that_of_what_is_there(tmp_path: Path, seed: int) -> None:
    """Articles are put, replaced and removed; views stay open; generations are written; processes come and go."""
    draw = random.Random(seed)
    store = MemoryStore()
    sizes = Sizes(exact=10**9, loose=5, share=4)
    ranker = SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension, sizes=sizes)
    open_views: list[StoreView] = []
    for step in range(60):
        names = [f"a{draw.randrange(25)}" for _ in range(draw.randint(1, 3))]
        if draw.random() < 0.3:
            with store.write(1.0) as transaction:
                for name in names:
                    transaction.remove(name)
        else:
            put(store, *(article(name, *(" ".join(draw.choices(VOCABULARY, k=4)) for _ in range(2)),
                                 source=draw.choice("XY")) for name in dict.fromkeys(names)))  # fmt: skip
        with store.read() as view:
            open_views = [*open_views[-2:], view]
        question = " ".join(draw.sample(VOCABULARY, 2))
        for seen in open_views if step % 2 else open_views[-1:]:
            agrees(ranker, seen, question)
            agrees(ranker, seen, question, Filters(sources=("x",)))
        if draw.random() < 0.2:
            ranker.save(open_views[-1])
        if draw.random() < 0.1:
            ranker = SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension, sizes=sizes)
    assert len(list(tmp_path.glob("generation-*"))) == 1
    assert len(list(tmp_path.iterdir())) == 2, "the generation and the lock, no drafts"


def test_a_filter_by_source_is_gathered_once_until_something_is_written(tmp_path: Path) -> None:
    class Watched:
        """Tells how often passages inside filters are asked for."""

        def __init__(self, view: StoreView) -> None:
            self._view = view

        def __getattr__(self, name: str) -> object:
            return getattr(self._view, name)

        def passage_ids(self, filters: Filters = Filters()) -> object:
            gathered.append(filters)
            return self._view.passage_ids(filters)

    def asked(filters: Filters) -> list[int]:
        with store.read() as view:
            return ranker.at(Watched(view)).words("storm", 10, filters)  # type: ignore[arg-type]

    gathered: list[Filters] = []
    store = MemoryStore()
    put(store, article("a", "A storm.", source="X"), article("b", "A storm.", source="Y"))
    ranker = SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension)
    of_x, of_a = Filters(sources=("X",)), Filters(article_ids=("a",))
    assert len(asked(of_x)) == 1
    del gathered[:]
    assert len(asked(of_x)) == 1
    assert gathered == [], "another reader of the same page"
    assert [len(asked(of_a)), len(asked(of_a))] == [1, 1]
    assert gathered == [of_a, of_a], "one article is found soon enough, and there are many"
    put(store, article("c", "A storm.", source="X"))
    assert len(asked(of_x)) == 2
    for year in range(100):
        asked(Filters(published_from=date(1900 + year, 1, 1)))
    with store.read() as view:
        assert len(ranker.state_at(view).latest) <= 16, "bounded"


def test_one_more_article_is_read_alone(tmp_path: Path) -> None:
    store = MemoryStore()
    put(store, *(article(f"a{i}", f"storm ship {i}") for i in range(200)))
    ranker = SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension)
    with store.read() as view:
        ranker.save(view)
    put(store, article("new", "A prize for the school."))

    class Watched:
        """Tells which passages are read."""

        def __init__(self, view: StoreView) -> None:
            self._view = view
            self.read: list[int] = []

        def __getattr__(self, name: str) -> object:
            return getattr(self._view, name)

        def texts(self, ids: np.ndarray) -> list[tuple[str, str]]:
            self.read += ids.tolist()
            return self._view.texts(ids)

        def changes(self, since: Revision) -> Changes | None:
            assert since != NOTHING_YET, "nobody asks for everything"
            return self._view.changes(since)

        def passage_ids(self, _: Filters = Filters()) -> np.ndarray:
            raise AssertionError("nobody reads every id")

    with store.read() as view:
        watched = Watched(view)
        again = SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension)
        assert again.at(watched).words("school prize", 5, Filters()) == [201]  # type: ignore[arg-type]
        assert watched.read == [201]


def test_a_large_library_is_sorted_into_cells_and_readers_take_it_up(tmp_path: Path) -> None:
    """The switch happens by itself, while questions go on; an old view is served as before."""
    store = MemoryStore()
    started: list[bool] = []
    sizes = Sizes(exact=1_000, loose_of_large=50)
    reader = SegmentRanker(
        tmp_path, ENCODER.name, ENCODER.dimension, sizes=sizes, start_build=lambda: started.append(True)
    )
    put(
        store,
        *(article(f"a{i}", f"{VOCABULARY[i % 16]} {VOCABULARY[i % 7]} {VOCABULARY[i % 5]}") for i in range(1_500)),
    )
    with store.read() as old:
        agrees(reader, old, "storm ship")
    assert started == [True]
    put(store, article("new", "prize prize prize"))
    builder = SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension, sizes=sizes)
    with store.read() as view:
        assert builder.write_generation(builder.state_at(view))
    agrees(reader, old, "storm ship")
    put(store, article("newer", "vote vote vote"))
    with store.write(1.0) as transaction:
        transaction.remove("new")
    with store.read() as view:
        state = reader.state_at(view)
        assert state.segments[0].cells is not None
        assert [len(segment) for segment in state.segments[1:]] == [1]
        assert reader.at(view).words("vote", 3, Filters())[0] == 1_502
        assert 1_501 not in reader.at(view).words("prize", 2_000, Filters())
        assert reader.at(view).dense(ENCODER.encode_question("vote"), 1, Filters()) == [1_502]
        assert started == [True], "one change is not worth another generation"
        [finding, words] = reader.examine(view)
        assert (finding.well, words.well) == (True, True)
        assert "1,501 passages, searched in 128 cells, approximately" in finding.detail
        assert "2 changes behind" in finding.detail


def test_of_two_builders_one_works(tmp_path: Path) -> None:
    store = MemoryStore()
    put(store, article("a", "storm"))
    ranker = SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension)
    with store.read() as view:
        state = ranker.state_at(view)
    with Generations(tmp_path).alone() as alone:
        assert alone
        assert not ranker.write_generation(state)
        assert not ranker.write_newest(Unread())
    assert ranker.write_generation(state)
    assert ranker.write_newest(store)


def test_what_somebody_else_has_written_is_not_due_again(tmp_path: Path) -> None:
    store = MemoryStore()
    put(store, article("a", "storm"))
    ranker, other = (SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension) for _ in range(2))
    with store.read() as view:
        assert ranker.is_due(view)
        assert other.write_newest(store)
        assert not ranker.is_due(view)


class Unread(MemoryStore):
    """A store that nobody may read."""

    def read(self) -> Any:
        raise AssertionError("a minute's work for a large library, and for nothing")


def test_what_a_killed_builder_left_is_swept_away(tmp_path: Path) -> None:
    store = MemoryStore()
    put(store, article("a", "storm"))
    (tmp_path / "ranking" / "draft-dead").mkdir(parents=True)
    (tmp_path / "ranking" / "draft-dead" / "at.npy").write_bytes(b"half")
    (tmp_path / "vectors.faiss.123.tmp").write_bytes(b"of an earlier version")
    ranker = SegmentRanker(tmp_path / "ranking", ENCODER.name, ENCODER.dimension)
    with store.read() as view:
        ranker.save(view)
    assert [path.name[:11] for path in sorted((tmp_path / "ranking").iterdir())] == ["generation-", "lock"]
    assert not list(tmp_path.glob("vectors*"))


@pytest.mark.parametrize("stop", ["ids.npy", "vectors.faiss", "cells.faiss", "segment.json", "rename", "sweep"])
def test_a_builder_stopped_at_any_step_leaves_the_old_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    """As if killed there: nothing behind that step happens, and nothing is tidied up."""
    store = MemoryStore()
    sizes = Sizes(exact=10)
    put(store, *(article(f"a{i}", f"storm ship {i}") for i in range(40)))
    ranker = SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension, sizes=sizes)
    with store.read() as view:
        ranker.write_generation(ranker.state_at(view))
    put(store, *(article(f"b{i}", f"town vote {i}") for i in range(40)))

    class Killed(BaseException):
        pass

    def after(name: str, real: object) -> object:
        def wrapped(*arguments: object, **named: object) -> object:
            done = real(*arguments, **named)  # type: ignore[operator]
            if name == stop or any(str(argument).endswith(stop) for argument in arguments):
                raise Killed
            return done

        return wrapped

    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", lambda *_, **__: None)
        patch.setattr(segments, "_sealed", after("", segments._sealed))
        patch.setattr(
            segments, "write_cells", after("cells.faiss", write_cells) if stop == "cells.faiss" else write_cells
        )
        patch.setattr("index.ranking.generations.sync", after("rename", segments.sync))
        patch.setattr(Generations, "sweep", after("sweep", Generations.sweep))
        with store.read() as view, pytest.raises(Killed):
            ranker.write_generation(ranker.state_at(view))
    for one in (ranker, SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension, sizes=sizes)):
        with store.read() as view:
            assert len(one.at(view).words("vote", 100, Filters())) == 40
            assert len(one.at(view).words("ship", 100, Filters())) == 40
    fresh = SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension, sizes=sizes)
    with store.read() as view:
        assert fresh.write_generation(fresh.state_at(view))
    assert len(list(tmp_path.iterdir())) == 2, "the next builder has tidied up"


def test_a_lost_ranking_is_made_from_the_store_while_others_read(tmp_path: Path) -> None:
    store = MemoryStore()
    put(store, *(article(f"a{i}", f"storm ship {i}") for i in range(300)))
    ranker = SegmentRanker(tmp_path / "r", ENCODER.name, ENCODER.dimension)
    with store.read() as view:
        ranker.save(view)
        reader = SegmentRanker(tmp_path / "r", ENCODER.name, ENCODER.dimension)
        reader.at(view)
        shutil.rmtree(tmp_path / "r")
        agrees(reader, view, "storm ship")
        agrees(SegmentRanker(tmp_path / "r", ENCODER.name, ENCODER.dimension), view, "storm ship")


def test_more_than_fits_into_memory_goes_through_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.ranking.ranker._IN_MEMORY", 64)
    store = MemoryStore()
    put(store, *(article(f"a{i}", f"storm ship {i}") for i in range(300)))
    ranker = SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension)
    with store.read() as view:
        agrees(ranker, view, "storm ship")
        assert [len(segment) for segment in ranker.state_at(view).segments] == [64, 64, 64, 64, 44]
        ranker.write_generation(ranker.state_at(view))
    with store.read() as view:
        agrees(SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension), view, "storm ship")
    assert len(list(tmp_path.iterdir())) == 2, "and they are gone"


def test_nothing_is_found_in_nothing(tmp_path: Path) -> None:
    ranker = SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension)
    with MemoryStore().read() as view:
        assert ranker.state_at(view).segments == EMPTY.segments
        assert search(view, ranker.at(view), question="storm", vector=ENCODER.encode_question("storm"), k=5) == []
        ranker.save(view)
    assert not tmp_path.exists() or list(tmp_path.iterdir()) == []


# Copies


def test_only_passages_that_share_an_edge_can_be_copies() -> None:
    draw = random.Random(3)
    store = MemoryStore()
    for number in range(60):
        words = draw.choices(VOCABULARY, k=12)
        changed = [*words]
        changed[draw.randrange(12)] = draw.choice([*VOCABULARY, "7", "8"])
        put(store, article(f"a{number}", " ".join(words)), article(f"b{number}", " ".join(changed)))
    with store.read() as view:
        passages = view.passages(view.passage_ids().tolist())
    wanted = told_once(passages.values())
    suspected = suspects({key: edges(passage.text) for key, passage in passages.items()})
    found = {key: key for key in passages} | told_once(passages[key] for key in suspected)
    assert found == wanted
    assert len(set(found.values())) < len(suspected) < len(passages)


def test_only_what_is_answered_from_is_fetched(tmp_path: Path) -> None:
    """Of two hundred candidates, the texts of the best and of those that may repeat one another."""
    store = MemoryStore()
    numbers = [
        f"storm in {VOCABULARY[i % 16]} number{i}a number{i}b number{i}c number{i}d number{i}e" for i in range(150)
    ]
    put(store, *(article(f"a{i}", text) for i, text in enumerate(numbers)))
    ranker = SegmentRanker(tmp_path, ENCODER.name, ENCODER.dimension)
    with store.read() as view:
        fetched: list[int] = []
        real = view.passages
        view.passages = lambda ids: fetched.extend(ids) or real(ids)  # type: ignore[func-returns-value, method-assign]
        hits = search(view, ranker.at(view), question="storm", vector=ENCODER.encode_question("storm"), k=10)
    assert len(hits) == 10
    assert len(fetched) == 10
