"""From outcomes to figures, and what each of them says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.evaluation import scores
from qa.evaluation.datasets import Item
from qa.evaluation.measurement import Figures, Outcome
from qa.evaluation.outcomes import RETRIEVED
from qa.evaluation.resampling import Groups, numbered

Table = NDArray[Any]
"""(n,), a row an outcome, of the type ``_ROW``. A rank is ``inf`` if the thing was not found, NaN if it has none."""

TOLD = ("speaker", "sources", "stages", "newer", "corrected")
"""Columns of what is told beside the answer; NaN without one."""

_ROW = np.dtype(
    [(name, bool) for name in ("answerable", "answered", "given", "shown", "right")]
    + [(name, float) for name in ("exact", "f1", "confidence", "rank", "article_rank", "cited", "cited_paragraph")]
    + [(name, float) for name in ("search", "read", "total", *TOLD)]
)


@dataclass(frozen=True, slots=True)
class Metric:
    """What a figure is of: its name in JSON, as people call it, its unit ("%", "ms" or none) and what it says."""

    name: str
    label: str
    unit: str
    meaning: str
    chance: bool = True
    """Whether it has an interval."""


QUALITY = (
    Metric("questions", "Questions", "", "asked", chance=False),
    Metric("answerable", "Answerable", "", "of them have an accepted answer", chance=False),
    Metric("exact_match", "Exact match", "%", "of the best answer, at any confidence; answerable questions"),
    Metric("f1", "Token F1", "%", "of the best answer, at any confidence; answerable questions"),
    Metric("right", "Right", "%", "of the best answers have a token F1 of at least 0.5; answerable questions"),
    Metric("given", "Given", "%", "of all questions got a sure answer"),
    Metric("given_right", "Right when given", "%", "of the sure answers are right"),
    Metric("has_answer_exact", "Has-answer exact match", "%", "answerable questions; none given counts 0"),
    Metric("has_answer_f1", "Has-answer F1", "%", "answerable questions; none given counts 0"),
    Metric("no_answer", "No-answer accuracy", "%", "of the unanswerable questions got no sure answer"),
    Metric("overall_exact", "Overall exact match", "%", "SQuAD 2.0's: has-answer and no-answer questions"),
    Metric("overall_f1", "Overall F1", "%", "SQuAD 2.0's: has-answer and no-answer questions"),
    Metric("best_exact", "Best-threshold exact match", "%", "the overall one at the threshold best in hindsight"),
    Metric("best_f1", "Best-threshold F1", "%", "the overall one at the threshold best in hindsight"),
    Metric("best_f1_threshold", "Its threshold", "", "the least confidence, or margin, given", chance=False),
    Metric("auc", "AUC", "", "chance that an answerable question's confidence is above an unanswerable one's"),
)
RETRIEVAL = (
    *(Metric(f"recall_at_{k}", f"Recall@{k}", "%", "the paragraph is among the first found") for k in (1, 5, 10, 20)),
    Metric("mrr", "MRR", "", "mean reciprocal rank of the paragraph, among the first 20"),
    Metric("article_recall_at_1", "Article recall@1", "%", "the first passage found is of the article"),
    Metric("article_recall_at_10", "Article recall@10", "%", "a passage of the article is among the first 10"),
    Metric("citation_article", "Right article cited", "%", "of the answers given to answerable questions"),
    Metric("citation_paragraph", "Right paragraph cited", "%", "of the answers given to answerable questions"),
)
TRUST = (
    Metric("sure", "Surely answered", "%", "of the answerable questions"),
    Metric("sure_right", "Right when sure", "%", "of these sure answers to answerable questions"),
    Metric("perhaps", "Surely or perhaps answered", "%", "of the answerable questions"),
    Metric("perhaps_right", "Right when sure or perhaps", "%", "of these answers to answerable questions"),
    Metric("refused_right", "Right, but refused", "%", "of the answerable questions: right, not even given as perhaps"),
    Metric("unanswerable_sure", "Unanswerable, surely answered", "%", "of the unanswerable questions"),
    Metric("unanswerable_perhaps", "Unanswerable, answered at all", "%", "surely or perhaps; unanswerable questions"),
    *(
        Metric(f"coverage_at_{share}", f"Coverage at {share} %", "%", f"most answered, surest first, {share} % right")
        for share in (90, 80)
    ),
    # No interval: resampling makes bins more uneven than they are, so the error of a resample is larger on average.
    Metric("ece", "Calibration error", "", "mean distance of confidence and share right, ten bins", chance=False),
)
NEWS = (
    Metric(
        "named_speaker", "Says who says so", "%", "of the answers given surely or perhaps: the sentence has a speaker"
    ),
    Metric("two_sources", "From two sources", "%", "of these answers: they stand in articles of two sources or more"),
    Metric(
        "developed", "With a timeline", "%", "of these answers: the values that went before and came after are shown"
    ),
    Metric("newer_told", "With newer coverage", "%", "of these answers: a later article of the story is named"),
    Metric("corrected_told", "From a corrected article", "%", "of these answers: the correction is shown"),
)
LATENCY = tuple(
    Metric(f"{stage}ms_p{share}", f"{label}, p{share}", "ms", "per question", chance=False)
    for stage, label in (("search_", "Search"), ("read_", "Read"), ("", "Total"))
    for share in (50, 95)
)
ALL_METRICS = (*QUALITY, *RETRIEVAL, *TRUST, *NEWS, *LATENCY)


def table_of(outcomes: Sequence[Outcome]) -> Table:
    """The outcomes as numbers."""
    return np.array([_row(outcome) for outcome in outcomes], _ROW)


def _row(outcome: Outcome) -> tuple[float, ...]:
    item, found = outcome.item, outcome.retrieval
    shown = outcome.status != "no_answer"
    about = (bool(item.answers), outcome.answer is not None, outcome.given, shown, outcome.right)
    numbers = (outcome.exact, outcome.f1, outcome.confidence)
    if found is None:
        return (*about, *numbers, *[math.nan] * (7 + len(TOLD)))
    cited_article = found.cited is not None and found.cited[0] == item.article_id
    places = (
        math.nan if item.paragraph is None or item.article_id is None else found.rank or math.inf,
        math.nan if item.article_id is None else found.article_rank or math.inf,
        math.nan if item.article_id is None else cited_article,
        math.nan if item.paragraph is None else found.cited == (item.article_id, item.paragraph),
    )
    told = outcome.told
    beside = [math.nan] * len(TOLD) if told is None else [bool(told.speaker), *(getattr(told, n) for n in TOLD[1:])]
    return (*about, *numbers, *places, found.timing.search, found.timing.read, found.timing.total, *beside)


def quality(table: Table) -> Figures:
    """The figures of :data:`QUALITY`: percent, except where its units say otherwise; ``None`` if of nothing."""
    able, given = table["answerable"], table["given"]
    answerable, exact, f1 = table[able], table["exact"], table["f1"]
    best_exact, best_f1 = (
        scores.best_threshold(table["confidence"], score, able, table["answered"]) for score in (exact, f1)
    )
    both = able.any() and not able.all()
    return {
        "questions": len(table),
        "answerable": len(answerable),
        "exact_match": percent(answerable["exact"]),
        "f1": percent(answerable["f1"]),
        "right": percent(answerable["right"]),
        "given": percent(given),
        "given_right": percent(table["right"][given]),
        "has_answer_exact": percent((exact * given)[able]),
        "has_answer_f1": percent((f1 * given)[able]),
        "no_answer": percent(~given[~able]),
        "overall_exact": percent(np.where(able, exact * given, ~given)),
        "overall_f1": percent(np.where(able, f1 * given, ~given)),
        "best_exact": best_exact.score,
        "best_f1": best_f1.score,
        "best_f1_threshold": best_f1.at if math.isfinite(best_f1.at) else None,
        "auc": scores.auc(answerable["confidence"], table["confidence"][~able]) if both else None,
    }


def retrieval(table: Table) -> Figures:
    """The figures of :data:`RETRIEVAL`."""
    answerable = table[table["answerable"]]
    ranks, article_ranks = (known(answerable[name]) for name in ("rank", "article_rank"))
    given = answerable[answerable["given"]]
    return {
        **{f"recall_at_{k}": percent(ranks <= k) for k in (1, 5, 10, RETRIEVED)},
        "mrr": float((1.0 / ranks).mean()) if len(ranks) else None,
        **{f"article_recall_at_{k}": percent(article_ranks <= k) for k in (1, 10)},
        "citation_article": percent(known(given["cited"])),
        "citation_paragraph": percent(known(given["cited_paragraph"])),
    }


def trust(table: Table) -> Figures:
    """The figures of :data:`TRUST`."""
    able, given, shown, right = (table[name] for name in ("answerable", "given", "shown", "right"))
    confidence = table["confidence"]
    return {
        "sure": percent(given[able]),
        "sure_right": percent(right[able & given]),
        "perhaps": percent(shown[able]),
        "perhaps_right": percent(right[able & shown]),
        "refused_right": percent((right & ~shown)[able]),
        "unanswerable_sure": percent(given[~able]),
        "unanswerable_perhaps": percent(shown[~able]),
        **{f"coverage_at_{n}": 100.0 * scores.coverage(confidence, right, n / 100) / len(table) for n in (90, 80)},
        "ece": scores.calibration_error(confidence, right),
    }


def news(table: Table) -> Figures:
    """The figures of :data:`NEWS`."""
    given = table[table["shown"]]
    told = {name: known(given[name]) for name in TOLD}
    return {
        "named_speaker": percent(told["speaker"] > 0),
        "two_sources": percent(told["sources"] > 1),
        "developed": percent(told["stages"] > 0),
        "newer_told": percent(told["newer"] > 0),
        "corrected_told": percent(told["corrected"] > 0),
    }


def latency(table: Table) -> Figures:
    """The figures of :data:`LATENCY`: nearest-rank percentiles in milliseconds."""
    return {
        f"{prefix}ms_p{share}": float(np.percentile(table[stage], share, method="inverted_cdf"))
        for stage, prefix in (("search", "search_"), ("read", "read_"), ("total", ""))
        for share in (50, 95)
    }


def summary(outcomes: Sequence[Outcome]) -> Figures:
    """All the figures of at least one outcome, rounded; without retrieval, those of :data:`QUALITY`."""
    table = table_of(outcomes)
    figures = dict(quality(table))
    if outcomes[0].retrieval is not None:
        figures |= {**retrieval(table), **trust(table), **news(table), **latency(table)}
    return {name: rounded(name, value) for name, value in figures.items()}


def article_groups(items: Sequence[Item]) -> Groups:
    """The number of each item's article; an item that names none stands alone."""
    return numbered([item.article_id if item.article_id is not None else (n,) for n, item in enumerate(items)])


def rounded(name: str, value: float | None) -> float | None:
    """For people: percent and milliseconds to one decimal, the rest to three."""
    unit = next((one.unit for one in ALL_METRICS if one.name == name), "")
    return None if value is None else round(value, 1 if unit else 3)


def metric(name: str) -> Metric:
    """The metric of that name."""
    return next(one for one in ALL_METRICS if one.name == name)


def known(values: Any) -> Any:
    """Those that are not NaN."""
    return values[~np.isnan(values)]


def percent(values: Any) -> float | None:
    """Their mean times 100; ``None`` if there are none."""
    return 100.0 * float(np.mean(values)) if len(values) else None
