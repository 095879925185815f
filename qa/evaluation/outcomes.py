"""Ask the questions of a data set, and keep what came back: of the whole library, or with the passage given."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from index.articles import Passage
from index.ranking.fusion import Hit
from qa.answers import FoundPassage, Question, Timing
from qa.engine import Engine
from qa.evaluation.datasets import Item
from qa.evaluation.scores import RIGHT_F1, exact_match, token_f1
from qa.followup import understood
from qa.reader import Reader

RETRIEVED = 20
"""Passages looked at for the recall; the engine reads fewer."""
_AHEAD = 64
"""Questions handed to the reading threads at a time, so that the progress shown is true."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What the search found for an item, best first.

    ``rank`` (from 1) is of the item's paragraph, ``article_rank`` of the first paragraph of its article; both are
    ``None`` if it is not among the found. ``cited`` is the article and paragraph that the answer cites first.
    """

    found: tuple[FoundPassage, ...]
    rank: int | None
    article_rank: int | None
    cited: tuple[str, int] | None
    timing: Timing


@dataclass(frozen=True, slots=True)
class Outcome:
    """An item and the best answer to it, given or not. ``retrieval`` is ``None`` where the passage was given.

    ``confidence``: of the library, calibrated in [0, 1], and 0 without an answer; with the passage given, the margin
    of the span's logit over "no answer", and ``-inf`` without one. ``given``: whether the reader of news sees it.
    """

    item: Item
    answer: str | None
    confidence: float
    given: bool
    retrieval: Retrieval | None = None

    @property
    def f1(self) -> float:
        """Of the answer; 0 for a question that cannot be answered."""
        return 0.0 if self.answer is None else token_f1(self.answer, self.item.answers)

    @property
    def exact(self) -> float:
        """Exact match of the answer."""
        return 0.0 if self.answer is None else exact_match(self.answer, self.item.answers)

    @property
    def right(self) -> bool:
        """Whether the answer counts as right."""
        return self.f1 >= RIGHT_F1

    def to_json(self) -> dict[str, Any]:
        """The record of this outcome, without the item."""
        record: dict[str, Any] = {
            "answer": self.answer,
            "confidence": None if math.isinf(self.confidence) else round(self.confidence, 4),
            "given": self.given,
            "exact": self.exact,
            "f1": round(self.f1, 4),
        }
        if self.retrieval is not None:
            kept = {name: getattr(self.retrieval, name) for name in ("rank", "article_rank", "cited")}
            record |= kept | {"ms": asdict(self.retrieval.timing)}
        return record


def ask_all(engine: Engine, items: Sequence[Item], tick: Callable[[int], None] = lambda _: None) -> list[Outcome]:
    """Ask the whole library, as readers do: one question after another, a follow-up with the turn before it."""
    outcomes = []
    for item in items:
        outcomes.append(_asked(engine, item))
        tick(1)
    return outcomes


def _asked(engine: Engine, item: Item) -> Outcome:
    history = (item.before,) if item.before else ()
    reply = engine.ask(Question(item.question, top_k=1, history=history, min_confidence=0.0))
    hits: list[Hit] = []
    if reply.reason != "not_a_question":
        with engine.library.view() as view:
            hits = view.search(reply.understood_as, RETRIEVED)
    places = [[(p.article_id, p.paragraph) for p in (hit.passage, *hit.copies)] for hit in hits]
    retrieval = Retrieval(
        tuple(FoundPassage(h.passage.article_id, h.passage.paragraph, h.passage.text, h.score) for h in hits),
        _rank((item.article_id, item.paragraph) in there for there in places),
        _rank(any(article_id == item.article_id for article_id, _ in there) for there in places),
        (reply.answers[0].citations[0].article_id, reply.answers[0].citations[0].paragraph) if reply.answers else None,
        reply.timing_ms,
    )
    if not reply.answers:
        return Outcome(item, None, 0.0, given=False, retrieval=retrieval)
    best = reply.answers[0]
    return Outcome(item, best.text, best.confidence, best.confidence >= engine.judge.thresholds.sure, retrieval)


def _rank(matches: Iterator[bool]) -> int | None:
    return next((rank for rank, match in enumerate(matches, start=1) if match), None)


def read_all(reader: Reader, items: Sequence[Item], tick: Callable[[int], None] = lambda _: None) -> list[Outcome]:
    """Read each item's own passage, with its headline as context. An answer counts as given with a margin above 0.

    Args:
        reader: thread-safe; several questions are read at once, one by each core. With one thread of its own for each
            of them (``OnnxReader(threads=1)``) that is nearly twice as fast on two cores as one by one.
        items: all of them with a passage.
        tick: told of every question that is done.
    """
    outcomes: list[Outcome] = []
    waiting = iter(items)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while batch := list(islice(waiting, _AHEAD)):
            for outcome in pool.map(lambda item: _read(reader, item), batch):
                outcomes.append(outcome)
                tick(1)
    return outcomes


def _read(reader: Reader, item: Item) -> Outcome:
    text = item.passage or ""
    passage = Passage(0, item.article_id or "", item.paragraph or 1, 0, len(text), text)
    question = understood(item.question, (item.before,) if item.before else ())
    [reading] = reader.read(question, [passage], [item.headline])
    if not reading.spans:
        return Outcome(item, None, -math.inf, given=False)
    best = reading.spans[0]
    margin = best.logit - reading.no_answer
    return Outcome(item, text[best.start : best.end], margin, given=margin > 0)
