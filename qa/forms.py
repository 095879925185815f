"""The form of a question: what kind of answer it asks for. Words alone; no model."""

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
_LIST = re.compile(
    r"\b(?:who|whom|what|which|where)\b[^?]*\b(?:are|were|have)\b|\b(?:which|what|whose)\s+(?:of\s+)?(?:\w+\s+)?\w{2,}(?<![siu])s\b"
    r"|\b(?:which|what|who|where|when|how many)\b.*\band\b|\bon which days\b|\bwhat (?:do|does|did|may|can)\b"
)


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
