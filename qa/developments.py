"""Facts that develop: one question's values in articles of one story at different times, put in order.

Pure functions over what a reader found, one article at a time. That two values differ says nothing yet: an article may
tell of the past, suppose, or count something else. Those are told apart by the words around the value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from index.words import telling_words
from qa.amounts import Value

# Chosen on the development half of bench/sets/developments.jsonl (python -m bench.developments), and on 150 questions
# of the training newsroom: with -7.5 seven of those got a timeline, five of them a wrong one.
LEAST_MARGIN = -1.3
"""Logit over "no answer" from which the best value of an article that tells the same story counts."""
SUBJECT_WEIGHT = 8.0
"""What it is worth, in margin, that a value's sentence speaks of everything that is asked."""
CLOSE = 40
"""Characters within which an event that was not asked of makes a value the count of it."""
SURE_MARGIN = 0.5
"""What at least one of a timeline's values must have: else all of it is guessed."""
WIDEST = 60
"""How many times as large as another a value of the same fact may be: cases of an illness grew 35 times."""
_EARLIER = re.compile(
    r"(?:\b(?:from|instead of|rather than|not|against|than|compared with|and not|nor)"
    r"|\bhad (?:earlier |first |previously |originally )?(?:put|given|said|told|spoken of|been|reported|thought)\b"
    r"[^.;]{0,50}|\b(?:earlier|first|original|previous|old) (?:figure|count|total|estimate|toll|number)s?\b[^.;]{0,30}"
    r"|\b(?:originally|at first|initially|previously)\b[^.;]{0,30}|\breported (?:on|in) [^;]{0,25}\bthat)"
    r"[ ,](?:the |an? |its |about |some |around |at least |more than |nearly |£|\$|€)*$",
    re.IGNORECASE,
)
_EARLIER_BEHIND = re.compile(
    r"^(?: [a-z]+){0,2} (?:known when|first (?:announced|reported|thought|given|stated|put)"
    r"|reported (?:earlier|at first)|originally|previously|initially|announced (?:earlier|on \w+day))\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:would have|might have|would need|if|unless)\b|\bwould\b[^.]*\b(?:when|once|until)\b", re.IGNORECASE
)
_EMPTY = frozenset(["must", "until", "since", "much", "many", "far", "long", "often", "get", "got", "known", "number"])
"""Words of questions that say nothing of what they ask about."""
_EVENTS = {
    "death": r"die[sd]?|dying|kill(?:s|ed|ing)?|dead|deaths?|toll|fatal\w*|bodies|lives|victims?|drowned|succumbed",
    "injury": r"injur\w+|wound\w+|hurt|burn(?:s|ed|t)?|bruis\w+|fractur\w+|broken bones",
    "hospital": r"(?:in|to|at) (?:the |a )?(?:[A-Z]\w+ )*(?:hospital|infirmary)|hospitali[sz]ed|intensive care|admitted"
    r"|treated",
    "missing": r"missing|unaccounted|lost at sea",
    "illness": r"ill|illness(?:es)?|sick|infected|infections?|cases?|caught",
    "cost": r"cost\w*|bill|price[ds]?|worth|paid|pay|repair\w*|mend\w*|value[ds]?",
    "arrest": r"arrest\w*|detain\w*|held|charged|jailed",
    "rescue": r"rescued|saved|survivors?|freed|released",
}
_EVENT = re.compile("|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in _EVENTS.items()), re.IGNORECASE)
_SAME_EVENT = {"injury": "hospital", "hospital": "injury"}
"""Who is hurt is taken to hospital: newsrooms use one count for the other."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A value in one article: ``margin`` is the reader's logit over "no answer", ``when`` the article's time.

    ``key`` is whatever the caller knows it by.
    """

    key: int
    value: Value
    when: datetime
    margin: float


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


def of_the_fact(question: str, sentence: str, start: int, end: int) -> bool:
    """Whether the value at ``sentence[start:end]`` may be what ``question`` asks for, as things stood then.

    Not if the words around it say that it is an earlier value, one supposed, or the count of another event.
    """
    before, behind = sentence[:start], sentence[end:]
    if _EARLIER.search(before) or _EARLIER_BEHIND.match(behind) or _SUPPOSED.search(sentence):
        return False
    asked = {match.lastgroup for match in _EVENT.finditer(question)}
    asked |= {_SAME_EVENT[name] for name in asked if name in _SAME_EVENT}
    near = min(_EVENT.finditer(sentence), key=lambda m: _distance(sentence, m, start, end), default=None)
    if asked:
        return near is None or near.lastgroup in asked
    return near is None or near.lastgroup == "cost" or _distance(sentence, near, start, end) > CLOSE


def subject_share(question: str, sentence: str) -> float:
    """Share, in [0, 1], of what ``question`` asks that ``sentence`` speaks of; 0 if only names are the same.

    Another word for the same kind of event counts.
    """
    told = {match.lastgroup for match in _EVENT.finditer(sentence)}
    stems = {word[:5] for word in re.findall(r"\w+", sentence.lower())}
    words = [word for word in telling_words(question) if word not in _EMPTY]
    spoken = {w for w in words if w[:5] in stems or any(m.lastgroup in told for m in _EVENT.finditer(w))}
    names = {word.lower() for word in re.findall(r"(?<!^)\b[A-ZÀ-Þ][\w’'-]*", question)}
    if set(words) - names and not spoken - names:
        return 0.0
    return len(spoken) / len(words) if words else 1.0


def _distance(sentence: str, event: re.Match[str], start: int, end: int) -> float:
    """Characters between, more if a clause ends there; a word behind the value is nearer, since its verb is."""
    behind = event.start() >= end
    between = sentence[end : event.start()] if behind else sentence[event.end() : start]
    joints = len(re.findall(r"[,;:]| (?:and|but|while|after|as|who|which) ", between))
    return (1.0 if behind else 1.5) * len(between) + 30.0 * joints


def stages(sightings: Sequence[Sighting]) -> tuple[Stage, ...]:
    """The values of one fact in the order in which they were first told; empty unless it developed.

    ``sightings`` hold at most one value of an article. A value that a later article repeats is background there, so it
    does not become current again.
    """
    good = [sighting for sighting in sightings if sighting.margin >= LEAST_MARGIN]
    if not good or max(sighting.margin for sighting in good) < SURE_MARGIN:
        return ()
    surest = max(good, key=lambda sighting: sighting.margin)
    alike = [s for s in good if s.value.comparable(surest.value) and _near(s.value, surest.value)]
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


def _near(one: Value, other: Value) -> bool:
    """Whether one number can have become the other."""
    if one.kind in ("date", "time"):
        return True
    low, high = sorted((abs(one.number), abs(other.number)))
    return low == 0 or high / low <= WIDEST
