"""The form of a question, and whether an answer has the form that it asks for. Words alone; no model."""

from __future__ import annotations

import re
from typing import Literal

Form = Literal["number", "time", "person", "place", "reason", "manner", "decision", "other"]

_STARTS = r"(?:^|[,;:?]\s*|\b(?:and|in|on|at|by|for|from|to|of|with|about|since|until|after|before|during|than)\s+)"
_NUMBER = re.compile(
    rf"\bhow (?:many|much|old|tall|high|long|far|fast|large|big|deep|wide|heavy|often|few|late|early)\b"
    rf"|{_STARTS}(?:what|which) (?:\w+ )?(?:number|percentage|per ?cent|share|proportion|amount|sum|price|cost|fee|"
    rf"fine|age|score|figure|total|salary|rate|temperature|speed|distance|length|height|weight|size)\b"
)
_TIME = re.compile(
    rf"{_STARTS}when\b|\b(?:what|which) (?:\w+ )?(?:year|date|day|month|time|hour|weekday|decade|century|season)\b"
    rf"|\bhow (?:soon|recently)\b"
)
_PERSON = re.compile(rf"{_STARTS}(?:who|whom|whose)\b")
_PLACE = re.compile(rf"{_STARTS}where\b|{_STARTS}(?:what|which) (?:town|city|country|place|village|county|state)\b")
_REASON = re.compile(rf"{_STARTS}why\b|\bhow come\b|\bwhat (?:is|was|were|are) the reasons?\b|\bfor what reasons?\b")
_MANNER = re.compile(rf"{_STARTS}how (?!many\b|much\b|old\b|come\b)\w+|\bin what way\b")
_DECISION = re.compile(
    r"^(?:and |so |but )?(?:is|are|was|were|do|does|did|has|have|had|ca|can|could|will|wo|would|should|may|might|must)"
    r"(?:n['’]t)?\b(?!.*\bor\b)"
)
_NUMBER_WORDS = re.compile(
    r"\d|\b(?:no|none|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)"
    r"teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half"
    r"|third|quarter|twice|once|double|triple|single|several|few|many|all|every|daily|weekly|monthly|yearly|annually"
    r"|per|years?|months?|weeks?|days?|hours?|minutes?|decades?)\b"
)
_TIME_WORDS = re.compile(
    r"\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december)\b|\b(?:spring|summer|autumn|fall|winter|morning|noon|midday|afternoon"
    r"|evening|night|midnight|dawn|dusk|overnight|today|tomorrow|yesterday|tonight|week(?:end|day|s)?|months?|years?"
    r"|day|days|hours?|minutes?|century|centuries|decades?|season|easter|christmas|when|after|before|during|until"
    r"|since|once|later|earlier|soon|now|immediately|ago|last|next)\b"
)
_LIST = re.compile(
    r"\b(?:who|whom|what|which|where)\b[^?]*\b(?:are|were|have)\b|\b(?:which|what|whose)\s+(?:of\s+)?(?:\w+\s+)?\w{2,}(?<![siu])s\b"
    r"|\b(?:which|what|who|where|when|how many)\b.*\band\b|\bon which days\b|\bwhat (?:do|does|did|may|can)\b"
)
_WORD = re.compile(r"\w+")


def form_of(question: str) -> Form:
    """What kind of answer ``question`` asks for, by its words."""
    text = " ".join(question.lower().split())
    for pattern, form in _ORDER:
        if pattern.search(text):
            return form
    return "other"


_ORDER: tuple[tuple[re.Pattern[str], Form], ...] = (
    (_DECISION, "decision"),
    (_REASON, "reason"),
    (_NUMBER, "number"),
    (_TIME, "time"),
    (_PERSON, "person"),
    (_PLACE, "place"),
    (_MANNER, "manner"),
)


def asks_for_list(question: str) -> bool:
    """Whether more than one thing may be asked for, by the words of ``question``."""
    return bool(_LIST.search(" ".join(question.lower().split())))


def fitness(question: str, answer: str) -> float:
    """1 where the answer has the form asked for, -1 where it has not, 0 where words alone cannot tell."""
    form = form_of(question)
    lower = answer.lower()
    if form == "number":
        return 1.0 if _NUMBER_WORDS.search(lower) else -1.0
    if form == "time":
        return 1.0 if _TIME_WORDS.search(lower) else -1.0
    if form in ("person", "place"):
        named = any(word[0].isupper() for word in _WORD.findall(answer))
        if form == "place":
            return 1.0 if named else 0.0
        return 1.0 if named and not lower[:1].isdigit() else (-1.0 if re.search(r"\d", lower) else 0.0)
    return 0.0
