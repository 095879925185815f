"""Scores of answers and of the numbers that order them. Pure functions; every array has one entry a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.normalize import normalized

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

RIGHT_F1 = 0.5
"""Token F1 with an accepted answer from which an answer counts as right, where right or wrong is asked for."""
BINS = 10


def exact_match(answer: str, accepted: Sequence[str]) -> float:
    """1.0 if ``answer`` is one of ``accepted`` after normalisation, else 0.0 (Rajpurkar et al. 2016)."""
    return float(any(normalized(answer) == normalized(one) for one in accepted))


def token_f1(answer: str, accepted: Sequence[str]) -> float:
    """The best harmonic mean of token precision and recall with an accepted answer (Rajpurkar et al. 2016)."""
    return max((_f1(normalized(answer).split(), normalized(one).split()) for one in accepted), default=0.0)


def _f1(answer: list[str], truth: list[str]) -> float:
    if not answer or not truth:
        return float(answer == truth)
    shared = sum((Counter(answer) & Counter(truth)).values())
    return 2.0 * shared / (len(answer) + len(truth))


class Threshold(NamedTuple):
    """The best attainable score, in percent of all questions, and the number from which answers must be given."""

    score: float
    at: float


def best_threshold(confidence: Floats, score: Floats, answerable: Flags, answered: Flags) -> Threshold:
    """The threshold that does best in hindsight, as ``find_best_thresh`` of the official SQuAD 2.0 script.

    Args:
        confidence: (n,), higher is surer; the script's no-answer probability with its sign turned.
        score: (n,), exact match or F1 of the best answer, 0 where there is nothing to find.
        answerable: (n,), whether there is something to find.
        answered: (n,), whether there is a best answer at all.

    From giving no answer, answers are let in one by one, the surest first: an answer to an answerable question adds
    its score, one to an unanswerable question costs a point. Ties are let in one by one too, as the script does.
    With nothing let in the threshold is ``inf``, where the script says 0.
    """
    order = np.argsort(-confidence, kind="stable")
    gains = np.where(answerable, score, -1.0 * answered)[order]
    totals = (~answerable).sum() + np.concatenate([[0.0], np.cumsum(gains)])
    best = int(np.argmax(totals))  # the first of equals, as the script's "greater than"
    at = float(confidence[order[best - 1]]) if best else float("inf")
    return Threshold(100.0 * float(totals[best]) / len(score), at)


def auc(positive: Any, negative: Any) -> float:
    """The probability that a positive scores above a negative, ties counting half; 0.5 if there are none."""
    if not len(positive) or not len(negative):
        return 0.5
    ordered = np.sort(np.asarray(negative, float))
    below, up_to = (np.searchsorted(ordered, np.asarray(positive, float), side) for side in ("left", "right"))
    return float((below + up_to).mean() / 2.0 / len(ordered))


def accuracy_curve(confidence: Floats, right: Flags) -> Floats:
    """(n,): the share, in [0, 1], of right answers among the first 1, 2, … n, the most confident first."""
    order = np.argsort(-confidence, kind="stable")
    return np.asarray(np.cumsum(right[order]) / np.arange(1, len(right) + 1), float)


def coverage(confidence: Floats, right: Flags, precision: float) -> int:
    """How many questions can be answered, the most confident first, with this share of the answers right."""
    enough = np.flatnonzero(accuracy_curve(confidence, right) >= precision)
    return int(enough[-1]) + 1 if len(enough) else 0


def calibration_error(confidence: Floats, right: Flags) -> float:
    """Mean distance, weighted by size, of confidence and share of right answers in ten bins (Guo et al. 2017)."""
    if not len(confidence):
        return 0.0
    distances = np.bincount(_bins(confidence), weights=confidence - right, minlength=BINS)
    return float(np.abs(distances).sum() / len(confidence))


class Bin(NamedTuple):
    """The answers of one tenth of the confidences: how many, their mean confidence, their share of right ones."""

    answers: int
    confidence: float
    right: float


def reliability(confidence: Floats, right: Flags) -> list[Bin]:
    """The bins of :func:`calibration_error` that hold an answer, lowest first."""
    bins = _bins(confidence)
    return [
        Bin(int((bins == number).sum()), float(confidence[bins == number].mean()), float(right[bins == number].mean()))
        for number in sorted(set(bins.tolist()))
    ]


def _bins(confidence: Floats) -> NDArray[np.intp]:
    return np.minimum((confidence * BINS).astype(np.intp), BINS - 1)
