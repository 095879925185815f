"""What the words around a value say of it: whether it is the fact that is asked for, as things stood then.

An article may tell of the past, suppose, or count something else; and it may say that a number is the new one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from index.words import telling_words
from qa.amounts import Value

CLOSE = 40
"""Characters within which an event that was not asked of makes a value the count of it."""
JOINT = 45.0
"""Characters that the end of a clause is worth, when an event is looked for that a value belongs to."""
FRAME = 60
"""Characters on either side of a value within which it is said what it is the value of."""
_EARLIER = re.compile(
    r"(?:\b(?:from|instead of|rather than|not|against|than|compared with|and not|nor)"
    r"|\bhad (?:earlier |first |previously |originally )?(?:put|given|said|told|spoken of|been|reported|thought)\b"
    r"[^.;]{0,50}|\b(?:earlier|first|original|previous|old) (?:figure|count|total|estimate|toll|number)s?\b[^.;]{0,30}"
    r"|\b(?:originally|at first|initially|previously)\b[^.;]{0,30}|\breported (?:on|in) [^;]{0,25}\bthat)"
    r"[ ,](?:the |an? |its |about |some |around |at least |more than |nearly |£|\$|€)*$",
    re.IGNORECASE,
)
_EARLIER_BEHIND = re.compile(
    r"^(?: [a-z]+){0,3} (?:known when|first (?:announced|reported|thought|given|stated|put)"
    r"|before the|reported (?:earlier|at first)|originally|previously|initially|announced (?:earlier|on \w+day))\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:would have|might have|would need|if|unless|carr(?:y|ies) a|could face|faces? up to|maximum)\b"
    r"|\bwould\b[^.]*\b(?:when|once|until)\b",
    re.IGNORECASE,
)
_EMPTY = frozenset(["must", "until", "since", "much", "many", "far", "long", "often", "get", "got", "known", "number"])
"""Words of questions that say nothing of what they ask about."""
_EVENTS = {
    "death": r"die[sd]?|dying|kill(?:s|ed|ing)?|dead|deaths?|toll|fatal\w*|bodies|lives|victims?|drowned|succumbed",
    "injury": r"injur\w+|wound\w+|hurt|burn(?:s|ed|t)?|bruis\w+|fractur\w+|broken bones",
    "hospital": r"(?:in|to|at) (?:the |a )?(?:[A-Z]\w+ )*(?:hospital|infirmary)|hospitali[sz]ed|intensive care|admitted"
    r"|treated in",
    "missing": r"missing|unaccounted|lost at sea",
    "illness": r"ill|illness(?:es)?|sick|infected|infections?|cases?|caught",
    "cost": r"cost\w*|bill|price[ds]?|paid|pay|repair\w*|mend\w*",
    "worth": r"worth|value[ds]?",
    "arrest": r"arrest\w*|detain\w*|held|charged|jailed",
    "rescue": r"rescued|saved|survivors?|freed|released",
}
_REVISED = re.compile(
    r"(?:\b(?:rose|risen|rises|rais(?:ed|es)|revis(?:ed|es)|correct(?:ed|s)|lower(?:ed|s)|climb(?:ed|s)|jump(?:ed|s)"
    r"|doubl(?:ed|es)|tripled|trebled|increas(?:ed|es)|reduc(?:ed|es)|fell|fallen|cut|grown|grew|reach(?:ed|es)"
    r"|extend(?:ed|s)|went up|gone up|brought|brings)\b[^.,;]{0,40}?(?:\b(?:to|until|at)\b[^.,;]{0,12})?"
    r"|\b(?:final|latest|most recent|newest|new|total|true|real|correct) (?:\w+ )?"
    r"(?:number|figure|count|total|toll|bill|cost|sum|price|estimate|tally)\b[^.;]{0,60}"
    r"|\b(?:is|was) nearer |\bnow (?:known to|put at|stands at|at)\b[^.;]{0,30}"
    r"|\bgives the (?:number|figure|total|toll) as )$",
    re.IGNORECASE,
)
_REVISED_BEHIND = re.compile(
    r"^[^.,;]{0,40}?\b(?:(?:up|down) from|(?:more|fewer|less|higher|lower) than (?:it|the|first|was|previous)"
    r"|longer than (?:first|originally)|are now known|is now known)\b"
    r"|^[^.;\d]{0,25},? (?:not|and not|rather than|instead of|against) (?:the |about |some |at least )?[£$€]?\d",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"^[“\"'‘]?(?:The (?:report|agency|office|company|inquiry)\b[^.]{0,30}\b)?"
    r"(?:[Tt]he|That|This|Its|Their|It|They|His|Her)"
    r" (?:number|figure|count|total|toll|bill|cost|sum|price|estimate|tally|date|deadline|is|was|stood|stands|had|has)"
    r"\b"
)
_PART = re.compile(
    r" of (?:the |its |his |her |their )?(?:\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty)\b"
)
_YEAR = re.compile(r"(?<!since )(?<!than in )(?<!than that of )\b(?:19|20)\d\d\b")
"""What is told is of that year, unless it is only compared with it: *the deadliest fighting since 2016*."""
_MODIFIED = re.compile(r"\b[Hh]ow many ((?:[A-ZÀ-Þ][\w’'-]+ )+)[a-z]")
_COUNTED = re.compile(
    r"\bhow many ((?:(?!(?:ha(?:ve|s|d)|is|are|was|were|d(?:id|o|oes)|can|could|will|would|must|in|of|at|on|the)\b)"
    r"\w+ ?)+)",
    re.IGNORECASE,
)
_ANYBODY = frozenset(["peopl", "perso", "men", "women", "victi"])
"""Beginnings of words that say nothing of what happened to those who are counted."""
_THINGS = re.compile(
    r"\W*(?:\w+ )?(?:homes?|houses?|buildings?|stalls?|shops?|villages?|towns?|cars?|vehicles?|lorries|trains?|ships?"
    r"|boats?|tents?|hectares?|acres?|tickets?|aftershocks?)\b"
)
_EVENT = re.compile("|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in _EVENTS.items()), re.IGNORECASE)
_SAME_EVENT = {"injury": "hospital", "hospital": "injury", "worth": "cost"}
"""Who is hurt is taken to hospital: newsrooms use one count for the other. What is paid is what it is worth."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a value stands: ``sentence[start:end]``; ``context`` is the sentence before, if it belongs to it."""

    sentence: str
    start: int
    end: int
    context: str = ""

    @property
    def before(self) -> str:
        """The sentence up to the value."""
        return self.sentence[: self.start]

    @property
    def behind(self) -> str:
        """The sentence from the value on."""
        return self.sentence[self.end :]

    @property
    def revised(self) -> bool:
        """Whether the words around the value call it a new one: *rose to*, *the final number is*, *up from*."""
        return bool(_REVISED.search(self.before) or _REVISED_BEHIND.match(self.behind))

    def frame(self, unit: str | None) -> Collection[str]:
        """What is said close to the value: stems of words that are neither names nor its ``unit``, kinds of events."""
        near = f"{self.context} {self.before[-FRAME:]} {self.behind[:FRAME]}"
        names = {word.lower() for word in re.findall(r"\b[A-ZÀ-Þ][\w’'-]*", near)}
        words = [word for word in telling_words(near) if len(word) > 2 and word not in _EMPTY | names]
        stems = {word[:5] for word in words if unit is None or word.removesuffix("s") != unit}
        return stems | {match.lastgroup or "" for match in _EVENT.finditer(near)}


def refers_back(sentence: str) -> bool:
    """Whether the sentence before must be read with it: *The number is nearer 74,500*."""
    return _BACK.match(sentence) is not None


def of_the_fact(question: str, place: Surroundings, value: Value, year: int) -> bool:
    """Whether ``value`` may be what ``question`` asks for, as things stood when an article of ``year`` was written.

    Not if the words around it say that it is an earlier value, one supposed, one of years ago, of others than those who
    are asked for, or the count of another event.
    """
    begins = value.kind == "time" and place.before.endswith("from ")  # from 8 p.m. to 6 a.m.
    if (_EARLIER.search(place.before) and not begins) or _EARLIER_BEHIND.match(place.behind):
        return False
    if _SUPPOSED.search(place.sentence) or (_PART.match(place.behind) and " of " not in question[:15]):
        return False
    return _of_its_time(question, place, year) and _of_those(question, place) and _of_the_event(question, place, value)


def _of_its_time(question: str, place: Surroundings, year: int) -> bool:
    """Whether the sentence tells of no earlier year that was not asked for."""
    told = {int(found) for found in _YEAR.findall(place.sentence)} - {int(found) for found in _YEAR.findall(question)}
    return not told or max(told) >= year - 1 or place.revised


def _of_those(question: str, place: Surroundings) -> bool:
    """Whether a name that says whose count is asked for, as in *how many Dravonian soldiers*, stands close by."""
    asked = _MODIFIED.search(question)
    near = f"{place.before[-CLOSE:]} {place.behind[:CLOSE]}".lower()
    return asked is None or all(word[:5].lower() in near for word in asked.group(1).split())


def _of_the_event(question: str, place: Surroundings, value: Value) -> bool:
    """Whether it counts what is asked for, by its noun or by the nearest event."""
    counted = _COUNTED.search(question)
    nouns = {word[:5].lower() for word in counted.group(1).split()} - _ANYBODY if counted else set()
    if counted and counted.group(1)[:5].lower().strip() in _ANYBODY and _THINGS.match(place.behind):
        return False
    if value.kind not in ("count", "money") or nouns & {
        word[:5].lower() for word in re.findall(r"\w+", place.behind)[:2]
    }:
        return True
    asked = {match.lastgroup for match in _EVENT.finditer(question)}
    asked |= {_SAME_EVENT[name] for name in asked if name in _SAME_EVENT}
    near = min(_EVENT.finditer(place.sentence), key=lambda match: _distance(place, match), default=None)
    if near is None or asked:
        return near is None or near.lastgroup in asked
    return near.lastgroup in ("cost", "worth") or _distance(place, near) > CLOSE


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


def _distance(place: Surroundings, event: re.Match[str]) -> float:
    """Characters between, more if a clause ends there; a word behind the value is nearer, since its verb is."""
    behind = event.start() >= place.end
    between = place.sentence[place.end : event.start()] if behind else place.sentence[event.end() : place.start]
    joints = len(re.findall(r"[,;:]| (?:and|but|while|after|as|who|which) ", between))
    return (1.0 if behind else 1.5) * len(between) + JOINT * joints
