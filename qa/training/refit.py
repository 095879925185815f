"""The confidence and both thresholds, fitted again on a newsroom's own rated answers (``pullquote calibrate``).

Which answer is the best stays as it is: a verdict on one answer says too little of the others to order them anew. What
is reported is cross-validated by article, as for the shipped calibration.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np

from index.errors import PullquoteError
from qa.confidence import Calibration, Thresholds
from qa.evaluation.datasets import Item
from qa.evaluation.scores import token_f1
from qa.evidence import EVIDENCE
from qa.forms import form_of
from qa.grounds import Considered, Grounds
from qa.loop.feedback import resolved
from qa.loop.kept import Kept, Rating
from qa.training.fitting import Case, Fit, Floats, figures, fit_decision, guesses, in_folds, thresholds

MINIMUM = 200
"""Rated answers: with fewer the thresholds hang on a handful of wrong ones."""
LEAST_OF_EACH = 20
"""Right, and wrong, best answers."""
LEAST_STORIES = 10
"""Different articles: the folds are made of them."""
MAX_CASES = 20_000
"""The newest ones."""

LeftOutFor = Literal["another reader", "other evidence", "nothing was weighed", "right words unknown"]
"""Why a rated answer says nothing to the fit."""


@dataclass(frozen=True, slots=True)
class Refit:
    """What would change: the calibration as its file holds it, and the figures of both, cross-validated.

    ``before`` and ``after`` are what :func:`qa.training.fitting.figures` tells; both are of the same ``cases``.
    """

    body: dict[str, Any]
    cases: int
    before: dict[str, Any]
    after: dict[str, Any]
    thresholds: tuple[Thresholds, Thresholds]


def cases_of(
    rated: Iterable[tuple[Kept, list[Rating]]], reader: str, label: str
) -> tuple[list[Case], Counter[LeftOutFor]]:
    """A case for each rated answer that the readers ``label``, named ``reader``, gave; and the others, counted."""
    made: list[Case] = []
    passed: Counter[LeftOutFor] = Counter()
    for kept, ratings in rated:
        rating, grounds = resolved(ratings), kept.reply.grounds
        if rating is None:
            continue
        if grounds is None or not grounds.considered:
            passed["nothing was weighed"] += 1
        elif grounds.reader != reader or kept.reply.read_by not in (label, reader):
            passed["another reader"] += 1
        elif any(len(one.evidence) != len(EVIDENCE) for one in grounds.considered):
            passed["other evidence"] += 1  # kept by another version of this program
        elif (f1 := _judged(kept, rating, grounds)) is None:
            passed["right words unknown"] += 1
        else:
            able = bool(kept.reply.answers) or rating.verdict != "right"
            story = rating.article_id or grounds.considered[0].article_id
            made.append(_case(kept.reply.understood_as, story, able, grounds, f1))
    return made[-MAX_CASES:], passed


def case_of_item(item: Item, grounds: Grounds | None) -> Case | None:
    """The case of a question of a question file, by what was weighed when it was asked; ``None`` if nothing was."""
    if grounds is None or not grounds.considered:
        return None
    f1 = [token_f1(one.quote, item.answers) for one in grounds.considered]
    story = item.article_id or grounds.considered[0].article_id
    return _case(item.question, story, bool(item.answers), grounds, f1)


def _case(question: str, story: str, able: bool, grounds: Grounds, f1: Sequence[float]) -> Case:
    evidence = np.array([one.evidence for one in grounds.considered], float).reshape(-1, len(EVIDENCE))
    scores = np.array(f1, float)
    return Case("rated", "rated", story, form_of(question), able, 1.0, evidence, scores, np.zeros(len(scores)))


def _judged(kept: Kept, rating: Rating, grounds: Grounds) -> list[float] | None:
    """How right each answer that was weighed is, in [0, 1], NaN for unknown; ``None`` where nothing can be said."""
    if rating.quote is not None:
        return [token_f1(one.quote, [rating.quote]) for one in grounds.considered]
    if not kept.reply.answers:
        return [0.0] * len(grounds.considered) if rating.verdict == "right" else None
    answer = kept.reply.answers[rating.answer_index]
    places = [(c.article_id, c.start, c.end) for c in answer.citations]
    shown = [any(_overlaps(one, *place) for place in places) for one in grounds.considered]
    if rating.verdict == "right":
        words = [citation.quote for citation in answer.citations]
        return [
            1.0 if there else token_f1(one.quote, words) for one, there in zip(grounds.considered, shown, strict=True)
        ]
    if rating.verdict == "wrong" and shown[0]:
        return [0.0 if there else float("nan") for there in shown]
    return None


def _overlaps(one: Considered, article_id: str, start: int, end: int) -> bool:
    return one.article_id == article_id and one.start < end and start < one.end


def refit(cases: Sequence[Case], calibration: Calibration, reader: str) -> Refit:
    """Fit the decision and both thresholds to ``cases``; ``calibration`` is the one in use, of the readers ``reader``.

    Raises:
        PullquoteError: there are too few, or too few right or wrong ones, or of too few articles.
    """
    in_use = _fit_of(calibration)
    before = guesses(in_use, cases)
    right = sum(guess.right for guess in before)
    wrong, stories = len(before) - right, len({case.story for case in cases})
    for count, least, what in (
        (len(cases), MINIMUM, "rated answers that can be learned from"), (right, LEAST_OF_EACH, "right best answers"),
        (wrong, LEAST_OF_EACH, "wrong best answers"), (stories, LEAST_STORIES, "different articles"),
    ):  # fmt: skip
        if count < least:
            raise PullquoteError(f"a calibration needs {least} {what}, and there are {count}; rate more answers")
    names = [name for name, weight in zip(EVIDENCE, calibration.decide, strict=True) if weight]

    def fitted(some: Sequence[Case]) -> Fit:
        return fit_decision(some, in_use.order, names)

    model, found = fitted(cases), in_folds(cases, fitted)
    sure, perhaps = thresholds(found)
    told = figures(before, calibration.thresholds.sure, calibration.thresholds.perhaps)
    after = figures(found, sure, perhaps)
    body = {
        "order": {name: weight for name, weight in zip(EVIDENCE, calibration.order, strict=True) if weight},
        "decide": {name: _round(model.decide, EVIDENCE.index(name)) for name in names}
        | {"lead": _round(model.decide, -2), "bias": _round(model.decide, -1)},
        "sure": sure,
        "perhaps": perhaps,
        "reader": reader,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "replaces": calibration.version,
        "rated": len(cases),
        "before": told,
        "cross_validated": after,
    }
    return Refit(body, len(cases), told, after, (calibration.thresholds, Thresholds(sure, perhaps)))


def _fit_of(calibration: Calibration) -> Fit:
    decide = np.array([*calibration.decide, calibration.lead, calibration.bias])
    return Fit(np.array(calibration.order), decide)


def _round(weights: Floats, at: int) -> float:
    return round(float(weights[at]), 5)
