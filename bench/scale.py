"""``python -m bench.scale FOLDER --passages N``: a library of a size, and what everything costs in it.

Makes the library if it is not there (:mod:`bench.synthetic`; a killed run goes on where it was) and its ranking, and
prints a table. Times are processor time, so that a busy machine matters little; what needs a process of its own starts
one. With ``--json FILE`` the figures are written there, too, for ``docs/scale.py``.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from bench.synthetic import FIRST_DAY, PASSAGES_AN_ARTICLE, Archive, KnownItem
from index.articles import Article, Filters
from index.building import open_ranker
from index.encoder import BASE_MODEL, load_encoder
from index.library import Library
from index.ranking.fusion import DEPTH, fuse
from index.ranking.ranker import SegmentRanker
from index.store import Ids, Vectors
from index.stores import Where, open_store

QUESTIONS = 200
TEN = 10
_BATCH_ARTICLES = 500
_BLOCK = 20_000


class GivenVectors:
    """The real encoder for questions; for passages, vectors that were given beforehand."""

    def __init__(self) -> None:
        self.real = load_encoder(BASE_MODEL)  # any would do; archives that were made earlier have its name
        self.name, self.source, self.dimension = self.real.name, self.real.source, self.real.dimension
        self.given: dict[str, Vectors] = {}
        self.encode_question = self.real.encode_question

    def encode_passages(self, texts: Sequence[str], _: Callable[[int], None] | None = None) -> Vectors:
        """The vectors that were given for these texts."""
        return np.stack([self.given[text] for text in texts])

    def give(self, articles: Sequence[tuple[Article, Vectors]]) -> list[Article]:
        """Remember the vectors of these articles' paragraphs instead of any before."""
        self.given = {
            article.text[start:end]: vector
            for article, vectors in articles
            for (_, start, end), vector in zip(article.paragraphs(), vectors, strict=True)
        }
        return [article for article, _ in articles]


def ingest(folder: Path, archive: Archive, encoder: GivenVectors, passages: int) -> dict[str, float]:
    """Add what is not there yet, without a ranking; passages a second of wall clock and of processor time."""
    wanted = passages // PASSAGES_AN_ARTICLE
    began, used = time.perf_counter(), time.process_time()
    making = 0.0
    ranker = open_ranker(folder, encoder.name, encoder.dimension, background=False)
    with Library(open_store(folder, create=True), ranker, encoder) as library:
        there = library.article_count
        for low in range(there, wanted, _BATCH_ARTICLES):
            at = time.process_time()
            batch = encoder.give(list(archive.articles(low, min(low + _BATCH_ARTICLES, wanted))))
            making += time.process_time() - at
            library.add(batch)
            done = low + len(batch) - there
            left = (time.perf_counter() - began) / done * (wanted - there - done)
            print(f"\r{low + len(batch):,} of {wanted:,} articles, {left / 60:.0f} min left ", end="", file=sys.stderr)
    print(file=sys.stderr)
    added = (wanted - there) * PASSAGES_AN_ARTICLE
    if not added:
        return {}
    return {
        "ingest, passages/s": added / (time.perf_counter() - began),
        "… of processor time": added / (time.process_time() - used - making),
    }


def rank(folder: Where, encoder: GivenVectors) -> dict[str, float]:
    """Make the generation if it is due, in this process."""
    store = open_store(folder)
    ranker = open_ranker(folder, encoder.name, encoder.dimension, background=False)
    try:
        with store.read() as view:
            due = ranker.is_due(view)
        if not due:
            return {}
        used = time.process_time()
        with private_peak() as peak:
            ranker.write_newest(store)
        return {"making the ranking, processor s": time.process_time() - used, "… private memory, MiB": peak[0]}
    finally:
        store.close()


def private() -> float:
    """Memory that is this process's alone, MiB: what lies in mapped files is shared and can be let go."""
    lines = Path("/proc/self/smaps_rollup").read_text("utf-8").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / 1024


@contextmanager
def private_peak() -> Iterator[list[float]]:
    """The highest :func:`private` inside this block, looked at twenty times a second."""
    peak, stop = [private()], threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            peak[0] = max(peak[0], private())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        stop.set()
        watcher.join()


def timed(work: Callable[[], object]) -> float:
    """Processor milliseconds."""
    used = time.process_time()
    work()
    return 1_000 * (time.process_time() - used)


def searches(library: Library, asked: Sequence[KnownItem]) -> dict[str, float]:
    """p50 and p95 of a whole search, with the question's encoding, unfiltered and inside filters."""
    source = library.article(f"a{asked[0].article:07d}")
    month = FIRST_DAY + timedelta(days=500)
    kinds: dict[str, Callable[[KnownItem], Filters]] = {
        "search": lambda _: Filters(),
        "… in one article": lambda one: Filters(article_ids=(f"a{one.article:07d}",)),
        "… in one source": lambda _: Filters(sources=(source.source or "",) if source else ()),
        "… in 30 days": lambda _: Filters(published_from=month, published_to=month + timedelta(days=30)),
        "… in two years": lambda _: Filters(published_from=month),
    }
    found = {}
    for name, filters in kinds.items():
        library.search(asked[0].text, TEN, filters(asked[0]))
        times = [timed(partial(library.search, one.text, TEN, filters(one))) for one in asked]
        for share in (50, 95):
            found[f"{name}, p{share}, ms"] = float(np.percentile(times, share))
    return found


def likeness(folder: Path, ranker: SegmentRanker, asked: Sequence[KnownItem]) -> dict[str, float]:
    """How many of the exact ten nearest, and of the ten fused from exact rankings, are found."""
    vectors = np.stack([one.vector for one in asked])
    store = open_store(folder)
    with store.read() as view:
        exact = _exact(view.passage_ids(), lambda ids: view.vectors(ids, vectors.shape[1]), vectors)
        ranking = ranker.at(view)
        near, together = [], []
        for one, wanted in zip(asked, exact, strict=True):
            dense, words = ranking.dense(one.vector, DEPTH, Filters()), ranking.words(one.text, DEPTH, Filters())
            near.append(len(set(dense[:TEN]) & set(wanted[:TEN])) / TEN)
            best = [key for key, _ in fuse([wanted, words])][:TEN]
            together.append(len({key for key, _ in fuse([dense, words])[:TEN]} & set(best)) / TEN)
    store.close()
    return {"of the exact ten nearest": float(np.mean(near)), "of the exact fused ten": float(np.mean(together))}


def _exact(ids: Ids, vectors_of: Callable[[Ids], Vectors], questions: Vectors) -> list[list[int]]:
    """The DEPTH nearest of all vectors as they are stored, for each question."""
    scores = np.full((len(questions), 0), 0.0, dtype=np.float32)
    keys = np.empty((len(questions), 0), dtype=np.int64)
    for low in range(0, len(ids), _BLOCK):
        part = ids[low : low + _BLOCK]
        scores = np.hstack([scores, questions @ vectors_of(part).T])
        keys = np.hstack([keys, np.broadcast_to(part, (len(questions), len(part)))])
        best = np.argsort(-scores, axis=1)[:, :DEPTH]
        scores, keys = np.take_along_axis(scores, best, 1), np.take_along_axis(keys, best, 1)
    return keys.tolist()


def opened(folder: Path, asked: Sequence[KnownItem]) -> dict[str, float]:
    """In a process of its own: from its start to the first answer, memory, and what one more article costs."""
    encoder = GivenVectors()
    with Library.open(folder, encoder=encoder) as library:
        library.search(asked[0].text, TEN)
        found = {"process start to first answer, processor s": time.process_time()}
        for one in asked[1:]:
            library.search(one.text, TEN)
        usual = float(np.median([timed(partial(library.search, one.text, TEN)) for one in asked[:20]]))
        found["private memory answering, MiB"] = private()
        archive = _archive(encoder)
        more, vectors = archive.article(10**7)
        encoder.give([(more, vectors)])
        adding, after = [], []
        with private_peak() as peak:
            for _ in range(5):
                adding.append(timed(lambda: library.add([more])))
                after.append(timed(lambda: library.search(asked[0].text, TEN)))
                library.remove([more.id])
                after.append(timed(lambda: library.search(asked[0].text, TEN)))
        found["… while catching up, MiB"] = peak[0]
        found["adding one article, ms"] = float(np.median(adding))
        found["first question after a change, ms"] = float(np.median(after))
        found["… at worst, ms"] = max(after)
        found["… a usual one, ms"] = usual
        written = _written()
    found["bytes written at close"] = _written() - written
    return found


def _archive(encoder: GivenVectors) -> Archive:
    return Archive(encoder.real, cache=Path(tempfile.gettempdir()) / f"pullquote-scale-{encoder.name}.npy")


def _written() -> int:
    fields = dict(line.split(": ") for line in Path("/proc/self/io").read_text("utf-8").splitlines())
    return int(fields["wchar"])


def housekeeping(library: Library, asked: Sequence[KnownItem]) -> dict[str, float]:
    """What else is done with a library."""
    name = f"a{asked[0].article:07d}"
    article = library.article(name)
    assert article is not None  # noqa: S101
    return {
        "one article, ms": timed(lambda: library.article(name)),
        "a page of /articles, ms": timed(lambda: library.listing("a0000500", 100)),
        "1,000 headlines for the picker, ms": timed(lambda: list(islice(library.headlines(), 1_000))),
        "all headlines, s": timed(lambda: sum(1 for _ in library.headlines())) / 1_000,
        "counts for /metrics, ms": timed(lambda: (library.article_count, library.passage_count, library.version)),
        "is it there already, ms": timed(lambda: library.add([article])),
    }  # fmt: skip


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=["opened"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    encoder = GivenVectors()
    if options.only:
        asked = _read_questions(options.folder)
        print(json.dumps(opened(options.folder, asked)))
        return
    figures: dict[str, float] = {"passages": options.passages}
    archive = _archive(encoder)
    figures |= ingest(options.folder, archive, encoder, options.passages)
    figures |= rank(options.folder, encoder)
    asked = archive.questions(QUESTIONS, options.passages // PASSAGES_AN_ARTICLE)
    _write_questions(options.folder, asked)
    with Library.open(options.folder, encoder=encoder) as library:
        figures |= searches(library, asked)
        figures |= housekeeping(library, asked)
        figures |= likeness(options.folder, open_ranker(options.folder, encoder.name, encoder.dimension), asked)
    command = [sys.executable, "-m", "bench.scale", str(options.folder), "--only", "opened"]
    figures |= json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    figures["catalog on disk, MB"] = (options.folder / "catalog.sqlite3").stat().st_size / 1e6
    figures["ranking on disk, MB"] = sum(path.stat().st_size for path in options.folder.rglob("ranking/**/*")) / 1e6
    print(f"{options.passages:,} passages on {platform.processor() or platform.machine()}")
    for name, value in figures.items():
        print(f"{name:45} {value:14,.3f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2), "utf-8")


def _write_questions(folder: Path, asked: Sequence[KnownItem]) -> None:
    body: list[Any] = [[one.text, one.vector.tolist(), one.article] for one in asked]
    (folder / "questions.json").write_text(json.dumps(body), "utf-8")


def _read_questions(folder: Path) -> list[KnownItem]:
    body = json.loads((folder / "questions.json").read_text("utf-8"))
    return [KnownItem(text, np.array(vector, dtype=np.float32), article) for text, vector, article in body]


if __name__ == "__main__":
    main()
