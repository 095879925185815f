"""Scores worked out by hand, as the official SQuAD 2.0 script would give them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.scores import (
    accuracy_curve,
    auc,
    best_threshold,
    calibration_error,
    coverage,
    exact_match,
    reliability,
    token_f1,
)


@pytest.mark.parametrize(
    ("answer", "accepted", "exact", "f1"),
    [
        ("the Bridge", ["bridge"], 1.0, 1.0),
        ("old bridge", ["new bridge"], 0.0, 0.5),
        ("old old bridge", ["old bridge"], 0.0, 0.8),
        ("new", ["old", "a new one"], 0.0, 2 / 3),
        ("the", ["a"], 1.0, 1.0),
        ("the", ["bridge"], 0.0, 0.0),
        ("bridge", [], 0.0, 0.0),
    ],
)
def test_exact_match_and_f1_by_hand(answer: str, accepted: list[str], exact: float, f1: float) -> None:
    assert exact_match(answer, accepted) == exact
    assert token_f1(answer, accepted) == pytest.approx(f1)


def threshold(confidence: list[float], score: list[float], answerable: list[bool], answered: list[bool]) -> object:
    return best_threshold(np.array(confidence), np.array(score), np.array(answerable), np.array(answered))


def test_best_threshold_by_hand() -> None:
    """Nothing given: 2 of 4. Let in 0.9: 3; 0.8, which has no answer: 2; 0.7: 2.5; 0.6, which has none: 1.5."""
    got = threshold([0.7, 0.8, 0.9, 0.6], [0.5, 0.0, 1.0, 0.0], [True, False, True, False], [True] * 4)
    assert got == (75.0, 0.9)


def test_best_threshold_may_give_nothing() -> None:
    assert threshold([0.9, 0.1], [0.0, 1.0], [False, True], [True, True]) == (50.0, math.inf)


def test_silence_on_an_unanswerable_question_costs_nothing() -> None:
    """The script: an empty prediction to a question without an answer changes nothing."""
    assert threshold([0.9, 0.1], [0.0, 1.0], [False, True], [False, True]) == (100.0, 0.1)


def test_of_equal_thresholds_the_one_that_gives_least_is_named() -> None:
    """The script replaces its best only by a greater one."""
    assert threshold([0.9, 0.5, 0.1], [1.0, 0.0, 0.0], [True, True, True], [True] * 3) == (pytest.approx(100 / 3), 0.9)


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.booleans()), min_size=1, max_size=12))
def test_no_threshold_does_better_than_the_best(rows: list[tuple[int, bool, bool]]) -> None:
    """Against trying every threshold, with confidences that all differ."""
    n = len(rows)
    confidence = [number / n for number in range(n)]
    answerable, answered = [able for _, able, _ in rows], [said for *_, said in rows]
    score = [quarter / 4 if able and said else 0.0 for quarter, able, said in rows]

    def total(at: float) -> float:
        return sum(
            s if able and c >= at else float(not able and not (said and c >= at))
            for c, s, able, said in zip(confidence, score, answerable, answered, strict=True)
        )

    best = best_threshold(*(np.array(column) for column in (confidence, score, answerable, answered)))
    assert best.score == pytest.approx(100 * max(total(at) for at in [*confidence, math.inf]) / n)
    assert best.score == pytest.approx(100 * total(best.at) / n)


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [
        ([2.0, 3.0], [1.0], 1.0),
        ([1.0], [2.0], 0.0),
        ([1.0, 3.0], [1.0, 2.0], 0.625),
        ([], [1.0], 0.5),
        ([1.0], [], 0.5),
    ],
)
def test_auc_by_hand(positive: list[float], negative: list[float], expected: float) -> None:
    assert auc(positive, negative) == expected


def test_coverage_is_the_last_point_of_the_curve_that_is_good_enough() -> None:
    """Surest first: right, wrong, right, right, wrong: 1, 1/2, 2/3, 3/4, 3/5."""
    confidence = np.array([0.1, 0.9, 0.8, 0.7, 0.6])
    right = np.array([False, True, False, True, True])
    assert accuracy_curve(confidence, right).tolist() == pytest.approx([1, 1 / 2, 2 / 3, 3 / 4, 3 / 5])
    assert [coverage(confidence, right, aim) for aim in (1.0, 0.75, 0.7, 0.6, 0.0)] == [1, 4, 4, 5, 5]
    assert coverage(np.array([0.5]), np.array([False]), 0.9) == 0


def test_calibration_by_hand() -> None:
    """Two bins: 0.65 and 0.61, one right: off by 0.13 a head; 1.0, right: off by nothing. 1.0 is in the last bin."""
    confidence, right = np.array([0.65, 1.0, 0.61]), np.array([True, True, False])
    assert calibration_error(confidence, right) == pytest.approx(2 * 0.13 / 3)
    assert reliability(confidence, right) == [(2, pytest.approx(0.63), 0.5), (1, 1.0, 1.0)]
    assert calibration_error(np.array([]), np.array([])) == 0.0
