"""Intervals and the test of a difference, where chance leaves only one result, or two."""

from __future__ import annotations

import numpy as np
import pytest

from qa.evaluation.resampling import intervals, numbered, paired


def means(table: np.ndarray) -> dict[str, float | None]:
    return {"mean": float(table.mean()), "absent": None}


def test_names_are_numbered_as_they_come() -> None:
    assert numbered(["b", "a", "b", ("b",)]).tolist() == [0, 1, 0, 2]


def test_what_never_varies_has_an_interval_of_no_width() -> None:
    assert intervals(np.array([3.0, 3.0, 3.0]), numbered("abc"), means) == {"mean": (3.0, 3.0)}


def test_articles_are_drawn_whole() -> None:
    """Two articles, each of one kind: a quarter of the draws has only the one, a quarter only the other."""
    table = np.array([0.0, 1.0, 0.0, 1.0])
    assert intervals(table, numbered("abab"), means) == {"mean": (0.0, 1.0)}
    mixed = intervals(table, numbered("aabb"), means)
    assert mixed == {"mean": (0.5, 0.5)}, "either article has one of each"


def test_one_article_says_nothing_of_chance() -> None:
    assert intervals(np.array([0.0, 1.0]), numbered("aa"), means) == {}


def test_two_runs_that_agree_do_not_differ() -> None:
    assert paired(np.zeros(4), numbered("aabb")) == (0.0, (0.0, 0.0), 1.0)


def test_with_one_article_any_difference_may_be_chance() -> None:
    assert paired(np.array([1.0, 3.0]), numbered("aa")) == (2.0, None, 1.0)


def test_two_articles_agree_by_chance_in_half_the_draws() -> None:
    difference = paired(np.array([1.0, 1.0]), numbered("ab"))
    assert difference.interval == (1.0, 1.0)
    assert difference.p == pytest.approx(0.5, abs=0.02)


def test_twelve_articles_that_all_improve_are_hardly_chance() -> None:
    """Two of 4,096 sign patterns are as far from nothing."""
    assert paired(np.ones(12), numbered("abcdefghijkl")).p == pytest.approx(2 / 4096, abs=5e-4)


def test_a_difference_within_articles_is_none_between_runs() -> None:
    difference = paired(np.array([1.0, -1.0, 1.0, -1.0]), numbered("aabb"))
    assert (difference.mean, difference.p) == (0.0, 1.0)
