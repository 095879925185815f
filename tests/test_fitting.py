"""The two fits of the confidence, on cases whose right answers are known by construction."""

from __future__ import annotations

import numpy as np
import pytest

from qa.evidence import EVIDENCE

pytest.importorskip("sklearn")
from qa.training.fitting import Case, Guess, cross_validated, figures, fit, without_kind

MARGIN, COVERAGE = EVIDENCE.index("margin"), EVIDENCE.index("coverage")


def case(number: int, margins: tuple[float, ...], right: int | None, kind: str = "news") -> Case:
    """A question of a story of its own; the answer at ``right`` is right."""
    evidence = np.zeros((len(margins), len(EVIDENCE)))
    evidence[:, MARGIN] = margins
    f1 = np.array([float(at == right) for at in range(len(margins))])
    return Case(kind, "file", f"{kind}{number}", "other", right is not None, 1.0, evidence, f1, f1)


CASES = [case(n, (6.0 + n % 3, 1.0), 0) for n in range(20)] + [
    case(20 + n, (-4.0 - n % 3, -5.0), None) for n in range(20)
]


def test_order_and_decision_follow_what_tells_right_from_wrong() -> None:
    model = fit(CASES, ["margin"], ["margin"])
    assert model.order[MARGIN] > 0
    assert model.order[COVERAGE] == model.decide[COVERAGE] == 0, "not named, not heard"
    place, sure = model.best(case(99, (1.0, 7.0), 1))
    assert (place, sure > 0.9) == (1, True)
    assert model.best(case(99, (-5.0, -6.0), None))[1] < 0.1


def test_every_case_is_judged_once_by_a_fit_without_its_story() -> None:
    found = cross_validated(CASES, ["margin"], ["margin"])
    assert [guess.case for guess in found] == CASES
    assert all(guess.right == guess.case.answerable for guess in found)
    other = [case(n, (9.0, 0.0), 1, "wiki") for n in range(3)]
    assert [guess.right for guess in without_kind([*CASES, *other], "wiki", ["margin"], ["margin"])] == [False] * 3


def test_a_question_without_candidates_is_a_guess_of_no_confidence() -> None:
    [*_, last] = cross_validated([*CASES, case(50, (), None)], ["margin"], ["margin"])
    assert (last.confidence, last.right) == (0.0, False)


def guess(number: int, confidence: float, right: bool, able: bool = True) -> Guess:
    return Guess(case(number, (1.0,), 0 if able else None), confidence, float(right), float(right))


def test_figures_by_hand() -> None:
    found = [guess(0, 0.9, True), guess(1, 0.8, False), guess(2, 0.6, True), guess(3, 0.2, False, able=False)]
    told = figures(found, sure=0.7, perhaps=0.5)
    assert (told["questions"], told["answerable"], told["f1"]) == (4, 3, 0.667)
    assert (told["sure"], told["sure_right"], told["sure_of_unanswerable"]) == (0.667, 0.5, 0.0)
    assert (told["given"], told["given_right"]) == (1.0, 0.667)
    assert told["coverage_at_90"] == 0.333, "the first alone"
