"""A follow-up becomes a full question, without a language model: what it follows is put behind it.

"And when did he leave?" after "Who visited Beijing?", answered "Andrei Rudenko", is understood as
"And when did he leave? (Who visited Beijing? Andrei Rudenko)". The search then finds the story by its names, and
the reader sees whom "he" means.

A question that points back is asked so. One that does not seem to is asked both ways, and the engine takes the answer
that it is surer of: "What does the ticket cost?" points nowhere, and may well follow. Figures:
`python -m bench.followups`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.articles import clean_text
from index.words import telling_words
from qa.answers import Turn

MAX_CONTEXT_CHARS = 300
"""Of the question and of the answer before, each."""
_FEW_WORDS = 2
"""Telling words up to which a question without a name, a number or a "the" says too little to stand alone."""

_OPENER = re.compile(r"(and|but|so|or|otherwise|what about|how about|(what|who|where|how) else)\b", re.IGNORECASE)
_BARE = re.compile(r"(why|when|where|who|how|how (many|much|long|old|far|often)|which|what)( not)?\W*", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(he|him|his|she|her|hers|it|its|they|them|their|theirs|these|those)\b", re.IGNORECASE)
_POINTER = re.compile(
    r"\b((was|is|did|does|after|before|about|than|by|like|with|from) (that|this)( \w+)?"
    r"|(there|then|one|ones|the (first|second|third|others?|rest|same)))\W*$",
    re.IGNORECASE,
)
_NAME_OR_NUMBER = re.compile(r"(?<=[\w,;’'] )[^\W\d_a-z]\w+|\d")
_NAMED_BEFORE = re.compile(
    r"\b(the|a|an|which|whose|two|three|four|five|of|many|much|more)"
    r" (?!(of|the|is|was|are|were|did|does|will|has)\b)\w{3,}"
    r"|\bwho (?!(is|was|are|were|did|does|do|has|had|will|would|can|could|should)\b)\w{3,}",
    re.IGNORECASE,
)


def understood(question: str, history: Sequence[Turn]) -> str:
    """``question`` as it stands, or with the last turn behind it if it points back: the first of its readings."""
    return understandings(question, history)[0]


def understandings(question: str, history: Sequence[Turn]) -> list[str]:
    """The ways in which ``question`` may be meant, one or two, the likelier first.

    Args:
        question: as it was typed, cleaned.
        history: what was asked and answered before, oldest first.
    """
    before = history[-1] if history else Turn("")
    parts = (_flat(clean_text(before.question)), clean_text(before.answer or ""))
    context = " ".join(part[:MAX_CONTEXT_CHARS] for part in parts if part)
    if not context.strip():
        return [question]
    full = f"{question} ({context})"
    if points_back(question):
        return [full]
    return [full, question] if follows(question) else [question, full]


def _flat(question: str) -> str:
    """A question that was understood with the turn before it, as the words of one turn: contexts do not nest.

    If it points back itself, what it points to stays behind it; else it stands alone.
    """
    typed, mark, context = question.partition(" (")
    if not mark or not context.endswith(")"):
        return question
    return f"{typed} {_flat(context[:-1])}" if points_back(typed) else typed


def follows(question: str) -> bool:
    """Whether ``question`` seems to follow: it points back, or says too little to stand alone.

    Brevity alone proves nothing: "what did sjöström promise", of someone new, is as short. It is asked both ways.
    """
    if points_back(question):
        return True
    if _NAME_OR_NUMBER.search(question) or re.search(r"\bthe\b", question, re.IGNORECASE):
        return False
    return len(telling_words(question)) <= _FEW_WORDS


def points_back(question: str) -> bool:
    """Whether ``question`` points back: by how it begins or ends, or by a pronoun with nothing before it."""
    if _BARE.fullmatch(question) or _OPENER.match(question) or _POINTER.search(question):
        return True
    pronoun = _PRONOUN.search(question)
    if pronoun:
        before = question[: pronoun.start()]
        if not _NAME_OR_NUMBER.search(before) and not _NAMED_BEFORE.search(before):
            return True
    return False
