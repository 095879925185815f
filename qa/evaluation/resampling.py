"""How far chance could have moved a figure, and whether two runs differ by more than chance.

The questions of one article stand or fall together, so whole articles are resampled, not questions.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.scores import Floats

RESAMPLES = 1_000
SHUFFLES = 10_000
SEED = 0
_LOW, _HIGH = 2.5, 97.5

Interval = tuple[float, float]
Groups = NDArray[np.intp]


class Difference(NamedTuple):
    """Mean difference of two runs over their common questions, its 95 % interval, and the p-value of no difference."""

    mean: float
    interval: Interval | None
    p: float


def numbered(names: Sequence[Hashable]) -> Groups:
    """(n,): each different name as a number from 0."""
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], np.intp)


def intervals(
    table: NDArray[Any], groups: Groups, figures: Callable[[NDArray[Any]], Mapping[str, float | None]]
) -> dict[str, Interval]:
    """95 % percentile bootstrap intervals (Efron 1979) of ``figures``, by name.

    Args:
        table: (n,), a row a question.
        groups: (n,), the number of each row's article.
        figures: from a resampled table to its figures. Those that a resample lacks are left out of the interval.

    With a single article there is nothing to resample, and there are no intervals.
    """
    members = _members(groups)
    if len(members) < 2:
        return {}
    random = np.random.default_rng(SEED)
    seen: dict[str, list[float]] = {}
    for _ in range(RESAMPLES):
        chosen = random.integers(0, len(members), len(members))
        for name, value in figures(table[np.concatenate([members[number] for number in chosen])]).items():
            if value is not None:
                seen.setdefault(name, []).append(value)
    return {name: _interval(values) for name, values in seen.items()}


def paired(difference: Floats, groups: Groups) -> Difference:
    """Whether two runs differ, by approximate randomisation (Noreen 1989): the sign of each article's sum is drawn.

    Args:
        difference: (n,), the later score minus the earlier one.
        groups: (n,), the number of each question's article.
    """
    members = _members(groups)
    sums = np.array([difference[rows].sum() for rows in members])
    sizes = np.array([len(rows) for rows in members])
    random = np.random.default_rng(SEED)
    signs = random.choice((-1.0, 1.0), (SHUFFLES, len(members)))
    as_far = int((np.abs(signs @ sums) >= abs(sums.sum()) - 1e-9).sum())
    interval = None
    if len(members) > 1:
        counts = random.multinomial(len(members), np.full(len(members), 1 / len(members)), RESAMPLES)
        interval = _interval((counts @ sums) / (counts @ sizes))
    return Difference(float(difference.mean()), interval, (1 + as_far) / (1 + SHUFFLES))


def _members(groups: Groups) -> list[Groups]:
    order = np.argsort(groups, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)


def _interval(values: Any) -> Interval:
    low, high = np.percentile(values, (_LOW, _HIGH))
    return float(low), float(high)
