"""Facts that develop: one question's values in articles of one story at different times, put in order.

Pure functions over what a reader found, one article at a time. That two values differ says nothing yet: whether they
are of one fact is told by the words around them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qa.amounts import Value, values_in
from qa.surroundings import Surroundings

# Chosen on the development half of bench/sets/developments.jsonl (python -m bench.developments), and on 150 questions
# of the training newsroom: with -7.5 seven of those got a timeline, five of them a wrong one.
LEAST_MARGIN = -1.3
"""Logit over "no answer" from which the best value of an article that tells the same story counts."""
REVISED_MARGIN = -11.0
"""The same of a value that its sentence calls a new one: *rose to*, *the final number*, *up from*."""
SUBJECT_WEIGHT = 8.0
"""What it is worth, in margin, that a value's sentence speaks of everything that is asked."""
SURE_MARGIN = 0.5
"""What at least one of a timeline's values must have: else all of it is guessed."""
WIDEST = 60
"""How many times as large as another a value of the same fact may be: cases of an illness grew 35 times."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A value in one article: ``margin`` is the reader's logit over "no answer", ``when`` the article's time.

    ``key`` is whatever the caller knows it by.
    """

    key: int
    value: Value
    when: datetime
    margin: float
    place: Surroundings

    @property
    def counts(self) -> bool:
        """Whether the reader saw enough in it."""
        return self.margin >= (REVISED_MARGIN if self.place.revised else LEAST_MARGIN)


@dataclass(frozen=True, slots=True)
class Stage:
    """One value of a fact that develops, when it was first told, and who tells it, earliest first.

    ``disputed``: another value was told at the same time.
    """

    value: Value
    when: datetime
    sightings: tuple[Sighting, ...]
    current: bool
    disputed: bool


def stages(sightings: Sequence[Sighting]) -> tuple[Stage, ...]:
    """The values of one fact in the order in which they were first told; empty unless it developed.

    ``sightings`` hold at most one value of an article. A value that a later article repeats is background there, so it
    does not become current again.
    """
    good = [sighting for sighting in sightings if sighting.counts]
    if not good or max(sighting.margin for sighting in good) < SURE_MARGIN:
        return ()
    surest = max(good, key=lambda sighting: sighting.margin)
    alike = [s for s in good if s is surest or _alike(s, surest)]
    groups: list[list[Sighting]] = []
    for sighting in sorted(alike, key=lambda s: (s.when, -s.margin)):
        group = next((g for g in groups if g[0].value.same(sighting.value)), None)
        if group is None:
            groups.append([sighting])
        else:
            group.append(sighting)
    times = [group[0].when for group in groups]
    if len(groups) < 2:
        return ()
    newest = max(times)
    return tuple(
        Stage(group[0].value, when, tuple(group), when == newest, times.count(when) > 1)
        for group, when in zip(groups, times, strict=True)
    )


def _alike(one: Sighting, other: Sighting) -> bool:
    """Whether both may be values of one fact: of one kind, of like size, and said of the same thing.

    That is told by the words close to them, or since an article tells one beside the other.
    """
    if not (one.value.comparable(other.value) and _near(one.value, other.value)):
        return False
    told = values_in(f"{one.place.context} {one.place.sentence}")
    shared = {*one.place.frame(one.value.unit)} & {*other.place.frame(other.value.unit)}
    return bool(shared) or any(value.same(other.value) for value in told)


def _near(one: Value, other: Value) -> bool:
    """Whether one number can have become the other."""
    if one.kind in ("date", "time"):
        return True
    low, high = sorted((abs(one.number), abs(other.number)))
    return low == 0 or high / low <= WIDEST
