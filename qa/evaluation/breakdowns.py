"""A whole way of asking as JSON: its figures with their intervals, the parts they are made of, the worst misses."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from qa.engine import PASSAGES_READ
from qa.evaluation import scores
from qa.evaluation.datasets import Item
from qa.evaluation.figures import (
    ALL_FIGURES,
    Figures,
    Table,
    article_groups,
    known,
    percent,
    quality,
    retrieval,
    rounded,
    summary,
    table_of,
)
from qa.evaluation.outcomes import RETRIEVED, Outcome
from qa.evaluation.resampling import Groups, intervals

CURVE_POINTS = 200
WORST = 20
_SHOWN = 5
"""Retrieved passages shown with a miss."""
_LENGTHS = ((1, 1, "1 word"), (2, 2, "2 words"), (3, 4, "3 to 4"), (5, 8, "5 to 8"), (9, math.inf, "9 or more"))
_QUESTION_WORD = re.compile(r"\b(how (many|much)|how|who|whom|whose|what|when|where|which|why)\b", re.IGNORECASE)


def part(outcomes: Sequence[Outcome], threshold: float) -> dict[str, Any]:
    """Everything about one way of asking, as JSON: figures, intervals, curve, breakdowns, the worst misses."""
    table = table_of(outcomes)
    groups = article_groups([outcome.item for outcome in outcomes])
    is_open = outcomes[0].retrieval is not None
    chance = {figure.name for figure in ALL_FIGURES if figure.chance}

    def figures(rows: Table) -> Figures:
        every = quality(rows) | (retrieval(rows) if is_open else {})
        return {name: value for name, value in every.items() if name in chance}

    spread = intervals(table, groups, figures)
    body: dict[str, Any] = {
        "threshold": threshold,
        "figures": summary(outcomes),
        "intervals": {name: [rounded(name, low), rounded(name, high)] for name, (low, high) in spread.items()},
        "curve": _curve(table),
        "breakdowns": breakdowns(outcomes, table, groups),
        "misses": misses(outcomes),
    }
    if is_open:
        bins = scores.reliability(table["confidence"], table["right"])
        body["reliability"] = [{name: round(v, 4) for name, v in b._asdict().items()} for b in bins]
    return body


def _curve(table: Table) -> list[list[float]]:
    """Points ``[share of questions answered, share of those right]`` in [0, 1], the surest answers first."""
    curve = scores.accuracy_curve(table["confidence"], table["right"])
    at = np.unique(np.linspace(0, len(curve) - 1, min(len(curve), CURVE_POINTS)).astype(int))
    return [[round((n + 1) / len(curve), 4), round(float(curve[n]), 4)] for n in at.tolist()]


def breakdowns(outcomes: Sequence[Outcome], table: Table, groups: Groups) -> dict[str, list[dict[str, Any]]]:
    """Answerable questions by kind, question word and answer length, in rows."""
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
        found[name] = [_broken_down(label, table[rows], groups[rows]) for label, rows in ranked]
    return found


def _broken_down(label: str, table: Table, groups: Groups) -> dict[str, Any]:
    def figures(rows: Table) -> Figures:
        return {"f1": percent(rows["f1"])}

    spread = intervals(table, groups, figures).get("f1")
    every: Figures = figures(table) | {"exact_match": percent(table["exact"]), "right": percent(table["right"])}
    if not np.isnan(table["total"]).all():
        every["recall_at_10"] = percent(known(table["rank"]) <= PASSAGES_READ)
    return {
        "part": label,
        "questions": len(table),
        **{name: rounded(name, value) for name, value in every.items()},
        "f1_interval": [round(end, 1) for end in spread] if spread else None,
    }


def question_word(question: str) -> str:
    """The first question word, "how many" apart from "how"; "other" without one."""
    found = _QUESTION_WORD.search(question)
    word = found[1].lower() if found else "other"
    return {"whom": "who", "whose": "who", "how much": "how many"}.get(word, word)


def answer_length(answer: str) -> str:
    """In words, by ranges."""
    words = len(answer.split())
    return next(label for low, high, label in _LENGTHS if low <= max(1, words) <= high)


def misses(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """The wrong answers, surest first: to answerable questions, and given ones to unanswerable questions."""
    wrong = [o for o in outcomes if (not o.right if o.item.answers else o.given)]
    return [_miss(outcome) for outcome in sorted(wrong, key=lambda outcome: -outcome.confidence)[:WORST]]


def _miss(outcome: Outcome) -> dict[str, Any]:
    item, found = outcome.item, outcome.retrieval
    shown = [] if item.passage is None else [(item.article_id, item.paragraph, item.passage)]
    if found is not None:
        shown = [(p.article_id, p.paragraph, p.text) for p in found.found[:_SHOWN]]
    place = (item.article_id, item.paragraph) if item.answers else None
    return {
        "question": item.question,
        "before": item.before.question if item.before else None,
        "accepted": list(item.answers),
        "article_id": item.article_id,
        "paragraph": item.paragraph,
        **outcome.to_json(),
        "why": _why(outcome),
        "retrieved": [
            {"article_id": a, "paragraph": p, "text": text, "expected": (a, p) == place} for a, p, text in shown
        ],
    }


def _why(outcome: Outcome) -> str:
    found, item = outcome.retrieval, outcome.item
    if not item.answers:
        return "It cannot be answered, and an answer was given."
    if found is None or item.paragraph is None:
        return "Another span was preferred." if outcome.answer else "No span was found."
    if found.rank is None:
        return f"Its paragraph is not among the first {RETRIEVED} found."
    if found.rank > PASSAGES_READ:
        return f"Its paragraph was found, but only at rank {found.rank}, and {PASSAGES_READ} are read."
    return f"Its paragraph was read (rank {found.rank}); another span was preferred."
