"""A whole way of asking: its figures with their intervals, the parts they are made of, what went wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import numpy as np

from qa.confidence import Thresholds
from qa.evaluation import scores
from qa.evaluation.datasets import Item
from qa.evaluation.figures import (
    ALL_METRICS,
    Table,
    article_groups,
    known,
    news,
    percent,
    quality,
    retrieval,
    rounded,
    summary,
    table_of,
    trust,
)
from qa.evaluation.measurement import Figures, Measured, Miss, Outcome, Shown, Slice
from qa.evaluation.outcomes import RETRIEVED
from qa.evaluation.resampling import Groups, Interval, intervals
from qa.evaluation.scores import Bin
from qa.judging import PASSAGES

CURVE_POINTS = 200
WORST = 20
_SHOWN = 5
"""Retrieved passages shown with each of them."""
_LENGTHS = ((1, 1, "1 word"), (2, 2, "2 words"), (3, 4, "3 to 4"), (5, 8, "5 to 8"), (9, math.inf, "9 or more"))
_QUESTION_WORD = re.compile(r"\b(how (many|much)|how|who|whom|whose|what|when|where|which|why)\b", re.IGNORECASE)


def measured(outcomes: Sequence[Outcome], thresholds: Thresholds) -> Measured:
    """Everything about one way of asking: figures, intervals, curve, breakdowns, what went wrong. At least one."""
    table = table_of(outcomes)
    groups = article_groups([outcome.item for outcome in outcomes])
    is_open = outcomes[0].retrieval is not None
    chance = {metric.name for metric in ALL_METRICS if metric.chance}

    def figures(rows: Table) -> Figures:
        every = {**quality(rows), **({**retrieval(rows), **trust(rows), **news(rows)} if is_open else {})}
        return {name: value for name, value in every.items() if name in chance}

    spread = intervals(table, groups, figures)
    bins = scores.reliability(table["confidence"], table["right"]) if is_open else []
    return Measured(
        thresholds,
        summary(outcomes),
        {name: _ends(name, ends) for name, ends in spread.items()},
        _curve(table),
        breakdowns(outcomes, table, groups),
        misses(outcomes),
        refused(outcomes),
        tuple(Bin(b.answers, round(b.confidence, 4), round(b.right, 4)) for b in bins) if is_open else None,
    )


def _ends(name: str, interval: Interval) -> Interval:
    low, high = (rounded(name, end) or 0.0 for end in interval)
    return low, high


def _curve(table: Table) -> tuple[tuple[float, float], ...]:
    """At most :data:`CURVE_POINTS` points, in [0, 1]."""
    curve = scores.accuracy_curve(table["confidence"], table["right"])
    at = np.unique(np.linspace(0, len(curve) - 1, min(len(curve), CURVE_POINTS)).astype(int))
    return tuple((round((n + 1) / len(curve), 4), round(float(curve[n]), 4)) for n in at.tolist())


def breakdowns(outcomes: Sequence[Outcome], table: Table, groups: Groups) -> dict[str, tuple[Slice, ...]]:
    """Answerable questions by kind, question word and answer length."""
    able = [n for n, outcome in enumerate(outcomes) if outcome.item.answers]
    kinds: dict[str, Callable[[Item], str]] = {
        "kind": lambda item: "follow-up" if item.before else "first question",
        "answer length": lambda item: answer_length(item.answers[0]),
        "question word": lambda item: question_word(item.question),
    }
    order = {label: place for place, (_, _, label) in enumerate(_LENGTHS)}
    found = {}
    for name, kind in kinds.items():
        members: dict[str, list[int]] = {}
        for n in able:
            members.setdefault(kind(outcomes[n].item), []).append(n)
        ranked = sorted(members.items(), key=lambda entry: (order.get(entry[0], 0), -len(entry[1]), entry[0]))
        found[name] = tuple(_slice(label, table[rows], groups[rows]) for label, rows in ranked)
    return found


def _slice(name: str, table: Table, groups: Groups) -> Slice:
    def figures(rows: Table) -> Figures:
        return {"f1": percent(rows["f1"])}

    every = {**figures(table), "exact_match": percent(table["exact"]), "right": percent(table["right"])}
    if not np.isnan(table["total"]).all():
        every["recall_at_10"] = percent(known(table["rank"]) <= PASSAGES)
    spread = intervals(table, groups, figures).get("f1")
    rounds = {name: rounded(name, value) for name, value in every.items()}
    return Slice(name, len(table), rounds, _ends("f1", spread) if spread else None)


def question_word(question: str) -> str:
    """The first question word, "how many" apart from "how"; "other" without one."""
    found = _QUESTION_WORD.search(question)
    word = found[1].lower() if found else "other"
    return {"whom": "who", "whose": "who", "how much": "how many"}.get(word, word)


def answer_length(answer: str) -> str:
    """In words, by ranges."""
    words = len(answer.split())
    return next(label for low, high, label in _LENGTHS if low <= max(1, words) <= high)


def misses(outcomes: Sequence[Outcome]) -> tuple[Miss, ...]:
    """The wrong answers, surest first: to answerable questions, and those that an unanswerable question got."""
    wrong = [o for o in outcomes if (not o.right if o.item.answers else o.status != "no_answer")]
    return tuple(_miss(outcome, _why_wrong(outcome)) for outcome in _surest(wrong))


def refused(outcomes: Sequence[Outcome]) -> tuple[Miss, ...]:
    """The right answers that were not given, not even as perhaps, surest first."""
    right = [o for o in outcomes if o.right and o.status == "no_answer"]
    return tuple(_miss(outcome, "It is right, and was not given.") for outcome in _surest(right))


def _surest(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda outcome: -outcome.confidence)[:WORST]


def _miss(outcome: Outcome, why: str) -> Miss:
    item, found = outcome.item, outcome.retrieval
    passages = [] if item.passage is None else [(item.article_id, item.paragraph, item.passage)]
    if found is not None:
        passages = [(p.article_id, p.paragraph, p.text) for p in found.found[:_SHOWN]]
    place = (item.article_id, item.paragraph) if item.answers else None
    return Miss(outcome, why, tuple(Shown(a, p, text, (a, p) == place) for a, p, text in passages))


def _why_wrong(outcome: Outcome) -> str:
    found, item = outcome.retrieval, outcome.item
    if not item.answers:
        return f"It cannot be answered, and an answer was {'' if outcome.given else 'perhaps '}given."
    if found is None or item.paragraph is None:
        return "Another span was preferred." if outcome.answer else "No span was found."
    if found.rank is None:
        return f"Its paragraph is not among the first {RETRIEVED} found."
    if found.rank > PASSAGES:
        return f"Its paragraph was found, but only at rank {found.rank}, and {PASSAGES} are read."
    return f"Its paragraph was read (rank {found.rank}); another span was preferred."
