"""Ask the questions of a data set, and keep what came back: of the whole library, or with the passage given."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from index.articles import Passage
from index.ranking.fusion import Hit
from qa.answers import FoundPassage, Question, Reply, ReplyStatus
from qa.confidence import Thresholds
from qa.engine import Engine
from qa.evaluation.datasets import Item
from qa.evaluation.measurement import Outcome, Retrieval, Told
from qa.followup import understood
from qa.reader import Reader

RETRIEVED = 20
"""Passages looked at for the recall; the engine reads fewer."""
_AHEAD = 64
"""Questions handed to the reading threads at a time, so that the progress shown is true."""


def ask_all(engine: Engine, items: Sequence[Item], tick: Callable[[int], None] = lambda _: None) -> list[Outcome]:
    """Ask the whole library, as readers do: one question after another, a follow-up with the turn before it."""
    outcomes = []
    for item in items:
        outcomes.append(_asked(engine, item))
        tick(1)
    return outcomes


def _asked(engine: Engine, item: Item) -> Outcome:
    reply = engine.ask(Question(item.question, top_k=1, history=item.history, min_confidence=0.0))
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
        return Outcome(item, None, 0.0, "no_answer", retrieval)
    best = reply.answers[0]
    degree = status(best.confidence, engine.judge.thresholds)
    return Outcome(item, best.text, best.confidence, degree, retrieval, told(reply))


def told(reply: Reply) -> Told:
    """What a reply that has an answer tells beside it."""
    best = reply.answers[0]
    cited, counted = best.citations[0], best.corroboration
    speaker = cited.attribution.speaker if cited.attribution else None
    sources = counted.sources if counted else 1
    return Told(speaker, sources, len(reply.timeline), len(reply.newer), cited.about.status == "corrected")


def status(confidence: float, thresholds: Thresholds) -> ReplyStatus:
    """What a reader of news gets of an answer that is so sure, where no least confidence was asked for."""
    if confidence >= thresholds.sure:
        return "answered"
    return "uncertain" if confidence >= thresholds.perhaps else "no_answer"


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
    question = understood(item.question, item.history)
    [reading] = reader.read(question, [passage], [item.headline])
    if not reading.spans:
        return Outcome(item, None, -math.inf, "no_answer")
    best = reading.spans[0]
    margin = best.logit - reading.no_answer
    return Outcome(item, text[best.start : best.end], margin, "answered" if margin > 0 else "no_answer")
