"""Ask a data set's questions, of the whole library and with the passage given, and put together what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from index.errors import PullquoteError, SourceError
from index.stores import Where
from qa.confidence import Thresholds
from qa.engine import Engine
from qa.evaluation.breakdowns import measured
from qa.evaluation.compare import compare, read_earlier
from qa.evaluation.datasets import Item, read_items, sample
from qa.evaluation.measurement import About, LibrarySize, Measured, Measurement, Outcome, Record, Way
from qa.evaluation.outcomes import ask_all, read_all
from qa.evaluation.resampling import RESAMPLES, SEED
from qa.reader import OnnxReader
from qa.terminal import progress_bar, say
from qa.weights import deciding

Outcomes = Mapping[int, Outcome]
"""By position among the items: the reader alone answers only those that come with their passage."""
MARGIN = Thresholds(sure=0.0, perhaps=0.0)
"""With the passage given an answer has a margin over "no answer", and is given from there on."""


def measure(
    dataset: Path, *, library: Where | None, weights: Path, limit: int | None = None, against: Path | None = None
) -> Measurement:
    """Measure the answers to the questions of ``dataset``.

    Args:
        dataset: a file that :func:`qa.evaluation.datasets.read_items` reads.
        library: the folder of the library to ask; ``None``: only give the file's own passages to the reader.
        weights: the folder of the reader.
        limit: at most so many of the questions, always the same ones.
        against: an earlier run's JSON to compare with.

    Raises:
        PullquoteError: the data set, the earlier run or the library cannot be used.
    """
    everything = read_items(dataset)
    items = sample(everything, limit)
    earlier = read_earlier(against) if against else None  # before the long part
    with_passage = [position for position, item in enumerate(items) if item.passage]
    if library is None and not with_passage:
        raise SourceError(str(dataset), "holds no passages for the reader alone; leave --reader-only out")
    opened: Outcomes = {}
    thresholds = MARGIN
    size = None
    reader = OnnxReader(deciding(weights), threads=1)
    name = reader.name
    if library is not None:
        with Engine.open(library, weights=weights) as engine:
            name = engine.judge.name
            thresholds = engine.judge.thresholds
            size = LibrarySize(engine.library.article_count, engine.library.passage_count)
            opened = _ask(engine, items)
    with progress_bar("Reading the passages", len(with_passage)) as tick:
        outcomes = read_all(reader, [items[position] for position in with_passage], tick)
    about = About(
        dataset=dataset.name,
        sha256=hashlib.sha256(dataset.read_bytes()).hexdigest(),
        questions=len(items),
        sampled_from=len(everything) if len(items) < len(everything) else None,
        pullquote=version("pullquote"),
        measured=datetime.now(UTC).isoformat(timespec="seconds"),
        library=size,
        resamples=RESAMPLES,
        seed=SEED,
        reader=name,
    )
    read = dict(zip(with_passage, outcomes, strict=True))
    records = records_of(items, opened, read)
    return Measurement(
        about, parts_of(opened, thresholds, read), records, None if earlier is None else compare(earlier, records)
    )


def _ask(engine: Engine, items: Sequence[Item]) -> Outcomes:
    named = dict.fromkeys(item.article_id for item in items if item.article_id is not None)
    missing = [article_id for article_id in named if engine.article(article_id) is None]
    if missing and len(missing) == len(named):
        raise PullquoteError(
            f"the library has none of the articles asked about, as {missing[0]!r}; add them first, "
            "or give the file's own passages to the reader: pullquote eval --reader-only"
        )
    if missing:
        say(f"{len(missing):,} of the {len(named):,} articles asked about are not in the library, as {missing[0]!r}.")
    with progress_bar("Asking the library", len(items)) as tick:
        return dict(enumerate(ask_all(engine, items, tick)))


def parts_of(opened: Outcomes, thresholds: Thresholds, read: Outcomes) -> dict[Way, Measured]:
    """The ways of asking that were taken. ``thresholds`` are those of the library's answers."""
    parts: dict[Way, Measured] = {}
    if opened:
        parts["open"] = measured(list(opened.values()), thresholds)
    if read:
        parts["reader"] = measured(list(read.values()), MARGIN)
    return parts


def records_of(items: Sequence[Item], opened: Outcomes, read: Outcomes) -> list[Record]:
    """What came back for each item, which is what a later run compares itself with."""
    ways: dict[Way, Outcomes] = {"open": opened, "reader": read}
    return [
        Record(item, {way: outcomes[position] for way, outcomes in ways.items() if position in outcomes})
        for position, item in enumerate(items)
    ]
