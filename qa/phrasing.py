"""How much of a sentence answers: a span, grown to its clause, to all items of a list, or to the whole sentence.

A reader points at the shortest span. That is right for "who" and "how many"; a reason is a clause, a yes or no is
decided by a sentence, and a list is all its items. What is shown always stands in the passage, word for word.
`python -m bench.forms` measures it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.articles import sentence_at
from qa.answers import AnswerKind
from qa.evidence import Candidate
from qa.forms import asks_for_list, form_of
from qa.judging import Judged
from qa.normalize import normalized
from qa.trim import trimmed

BARE = 3
"""A reason or a manner of so many words at most is a noun taken from one, not the explanation."""
REACH = 300
"""Characters beside a span in which the other items of its list are looked for."""
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|thanks to|on the grounds? that|so that|in order to)\s+(?:[\w’'-]+\s+){0,10}$"
    r"|\b(?:since|after|when|by)\s+(?:[\w’'-]+\s+){0,3}$"
)
"""What says why says it of its whole clause; what may as well say when or where, only just before."""
_CLAUSE_END = re.compile(r"""[,;:]\s|\s[–—(-]\s?|[.!?…]["'”’)]*(?:\s|$)|["“”]|\s(?:but|which|while|although)\s""")
_GLUE = re.compile(
    r"(?:\s*[,/]\s*(?:and|or)?\s*|\s+(?:and|or|&)\s+)(?:(?:the|a|an|its|his|her|their|from|in|at|on|to|for|by)\s+)?"
)
_AND = re.compile(r"\b(?:and|or)\b|&")
"""Without one of these it is no list: "a driver, Ana Ortiz" is one person."""
_WORD = r"[A-Z][\w’'.-]*"
_NAME = (
    rf"\b(?!(?:In|At|On|Near|From|Since|The|And|But)\b){_WORD}"
    rf"(?:\s+(?:(?:of|the|de|la|van|von|al)\s+)*{_WORD})*"
)
_MORE_NAMES = re.compile(rf"(?:,\s+{_NAME})*,?\s+and\s+{_NAME}")
_NAMES_BEFORE = re.compile(rf"(?:{_NAME},\s+)*{_NAME},?\s+and\s+$|(?:{_NAME},\s+)+$")
_SETTING = re.compile(r"\b(?:in|at|on|near|from|since)\s+$", re.IGNORECASE)
"""Before a name: "In Paris, Ana and Bo" names two people and where they were."""


def phrased(question: str, judged: Judged, all_judged: Sequence[Judged]) -> tuple[Judged, AnswerKind]:
    """The answer in the form that ``question``, as it is understood, asks for, and what it is then.

    Every candidate is grown where it stands; those that then say something else than the first one are left out.
    """
    beside = [candidate for one in all_judged for candidate in one.candidates]
    grown = [_grown(question, candidate, beside) for candidate in judged.candidates]
    first, kind = grown[0]
    same = [one for one, _ in grown if normalized(one.quote) == normalized(first.quote)]
    return replace(judged, weighed=replace(judged.weighed, candidates=tuple(same))), kind


def _grown(question: str, candidate: Candidate, beside: Sequence[Candidate]) -> tuple[Candidate, AnswerKind]:
    """``candidate`` with the words that answer, and whether they are a whole sentence."""
    passage = candidate.hit.passage
    text, low, high = passage.text, candidate.span.start - passage.start, candidate.span.end - passage.start
    start, end = sentence_at(text, low, high)
    form = form_of(question)
    if form == "decision":
        low, high = start, end
    elif form in ("reason", "manner"):
        low, high = _clause(text, low, high, start, end)
        if len(text[low:high].split()) <= BARE:
            low, high = start, end
    elif asks_for_list(question):
        there = [one for one in beside if one.hit.passage.id == passage.id]
        others = [(one.span.start - passage.start, one.span.end - passage.start) for one in there]
        low, high = _list(text, low, high, (start, end), others, places=form == "place")
    span = replace(candidate.span, start=passage.start + low, end=passage.start + high)
    return replace(candidate, span=span), "sentence" if (low, high) == (start, end) else "span"


def _clause(text: str, low: int, high: int, start: int, end: int) -> tuple[int, int]:
    """The clause around ``[low, high)`` of the sentence ``[start, end)``, with the word that says why."""
    because = _BECAUSE.search(text[start:low])
    bare = len(text[low:high].split()) <= BARE
    if because:
        low = start + because.start()
    if because or bare:
        close = _CLAUSE_END.search(text, high, end)
        high = close.start() if close else end
    return trimmed(text, low, high)


def _list(
    text: str, low: int, high: int, sentence: tuple[int, int], others: Sequence[tuple[int, int]], *, places: bool
) -> tuple[int, int]:
    """``[low, high)`` with the items beside it in its sentence."""
    alone = low, high
    start, end = max(sentence[0], low - REACH), min(sentence[1], high + REACH)
    grew = True
    while grew:
        grew = False
        for first, last in others:
            if start <= first and last <= end:
                if high <= first and _GLUE.fullmatch(text, high, first):
                    high, grew = last, True
                elif last <= low and _GLUE.fullmatch(text, last, low):
                    low, grew = first, True
    if text[low : low + 1].isupper():
        more = _MORE_NAMES.match(text, high, end)
        before = _NAMES_BEFORE.search(text[start:low]) if more or text[start:low].endswith("and ") else None
        if more:
            high = more.end()
        if before:
            named = start + before.start()
            if not places and _SETTING.search(text[start:named]):
                named = text.index(", ", named) + 2 if ", " in text[named:low] else low
            low = named
    return trimmed(text, low, high) if _AND.search(text, low, high) else alone
