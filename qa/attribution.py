"""Who says it: the speaker of the words that a citation quotes, by rules on the sentence and its neighbours.

A wrong speaker is worse than none. So a rule names one only where the sentence's own grammar does, ``X said that``,
``, said X``, ``according to X``, and a pronoun only where one person can be meant. Made for English; of other
languages it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from index.articles import PARAGRAPH_BREAK, sentence_at
from qa.reporting import DETERMINER, LOWER_PLURAL, NAME, PRONOUN, Clause, clauses, covers

NEIGHBOURHOOD = 3_000
"""Characters to either side that are looked at: paragraphs are shorter, and the rules' time grows with its square."""
MOST_PARAGRAPHS = 200
"""Of one quotation, that are gone back over for who speaks: a long speech has fewer."""
MOST_PRONOUNS = 20
"""Of one chain, *he said … he said*, that are gone back over for whom they mean."""
_ORGANISATION = re.compile(
    r"\b(?:ministry|council|company|agency|office|authority|board|court|police|government|union|association|commission"
    r"|institute|bank|party|army|service|department|committee|federation|club|inquiry|report|group|firm|university"
    r"|hospital|palace|county|city|trust|society|fund|council's|regulator|watchdog|coastguard|airline|operator|brewery"
    r"|manufacturer|inspectorate|parliament|statement|study)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose words they are: ``quoted`` inside quotation marks, or ``reported``.

    ``speaker == text[speaker_start:speaker_end]`` are the words that name them, ``None`` where nothing nearby does;
    ``said`` the reporting words, for example ``told`` or ``according to``.
    """

    kind: Literal["quoted", "reported"]
    speaker: str | None = None
    speaker_start: int | None = None
    speaker_end: int | None = None
    said: str | None = None


def attribution(text: str, start: int, end: int) -> Attribution | None:
    """Who says ``text[start:end]``, or ``None``: it is the article's own statement, or one cannot tell.

    Args:
        text: the article's, paragraphs separated by a blank line.
        start: where the quote begins.
        end: where it ends, in the same paragraph.
    """
    marks = list(_quotations(text, *_paragraph(text, start)))
    around = [mark for mark in marks if mark[0] <= start and end <= mark[1]]
    if around:
        inner = max(around)
        found = _of_quotation(text, inner, marks)
        if found is not None:
            return _named(text, "quoted", found)
        return Attribution("quoted") if _is_speech(text, inner) else None
    low, high = sentence_at(text, start, end)
    reports = [clause for clause in clauses(text, low, high, marks) if covers(clause, start, end)]
    if not reports:
        return None
    return _named(text, "reported", max(reports, key=lambda clause: clause.who), needed=True)


def _named(
    text: str, kind: Literal["quoted", "reported"], clause: Clause, *, needed: bool = False
) -> Attribution | None:
    who: tuple[int, int] | None = clause.who
    if PRONOUN.fullmatch(text[slice(*clause.who)]):
        who = _antecedent(text, *clause.who)
    if who is None:
        return None if needed else Attribution(kind, said=clause.said)
    return Attribution(kind, text[slice(*who)], *who, clause.said)


def _paragraph(text: str, place: int) -> tuple[int, int]:
    """The paragraph around ``place``, or as much of it as is looked at."""
    least, most = max(0, place - NEIGHBOURHOOD), min(len(text), place + NEIGHBOURHOOD)
    low = text.rfind(PARAGRAPH_BREAK, least, place)
    high = text.find(PARAGRAPH_BREAK, place, most)
    return (least if low < 0 else low + len(PARAGRAPH_BREAK), most if high < 0 else high)


def _sentences(text: str, low: int, high: int) -> list[tuple[int, int]]:
    part = text[low:high]  # alone: each sentence is looked for from where its paragraph begins
    found = []
    place = 0
    while place < len(part):
        _, end = sentence_at(part, place, place + 1)
        found.append((low + place, low + end))
        place = end
        while place < len(part) and part[place] == " ":
            place += 1
    return found


# Quotations


def _quotations(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """What stands between quotation marks in a paragraph, marks excluded; an unclosed one runs to its end."""
    for opening, closing in (("“", "”"), ('"', '"'), ("‘", "’"), ("'", "'")):
        place = low
        while (first := _opens(text, opening, place, high)) >= 0:
            last = _closes(text, closing, first + 1, high)
            if last < 0:
                if opening in '“"':
                    yield first + 1, high
                break
            yield first + 1, last
            place = last + 1


def _opens(text: str, mark: str, place: int, high: int) -> int:
    found = text.find(mark, place, high)
    while found >= 0:
        before = text[found - 1] if found else " "
        after = text[found + 1] if found + 1 < high else " "
        if (before.isspace() or before in "([—–-\"“‘'") and not after.isspace():
            return found
        found = text.find(mark, found + 1, high)
    return -1


def _closes(text: str, mark: str, place: int, high: int) -> int:
    """Where it ends. A single mark is an apostrophe too: one behind punctuation is taken before any other."""
    places = []
    found = text.find(mark, place, high)
    while found >= 0:
        after = text[found + 1] if found + 1 < high else " "
        if not after.isalnum():
            places.append(found)
        found = text.find(mark, found + 1, high)
    if mark in '”"':
        return places[0] if places else -1
    sure = [place for place in places if text[place - 1] in ".,!?"]
    return min(sure, default=places[0] if places else -1)


def _is_speech(text: str, mark: tuple[int, int]) -> bool:
    """Whether what is quoted is a sentence, rather than a title or a word held with tongs."""
    return text[mark[1] - 1 : mark[1]] in tuple(".,!?") and text[mark[0]].isupper()


def _of_quotation(
    text: str, mark: tuple[int, int], marks: list[tuple[int, int]], back: int = MOST_PARAGRAPHS
) -> Clause | None:
    """The clause that reports a quotation: in its sentence, behind the one before it, or up to ``back`` paragraphs."""
    low, _ = _paragraph(text, mark[0])
    first, _ = sentence_at(text, mark[0], mark[0] + 1)
    _, last = sentence_at(text, max(mark[0], mark[1] - 1), mark[1])
    for clause in sorted(clauses(text, first, last, marks), key=lambda c: abs(c.who[0] - mark[0])):
        if covers(clause, mark[0], mark[0] + 1) or covers(clause, mark[1] - 1, mark[1]):
            return clause
    opening = mark[0] - 1
    if text[low:opening].strip(" "):
        before = text[low:opening].rstrip()
        if opening == first and before:  # “…,” she said. “…”: the same speaker goes on
            begin, end = sentence_at(text, low + len(before) - 1, low + len(before))
            spoken = [m for m in marks if m[0] < end and m[1] > begin and m[1] < opening]
            if not spoken:
                return None
            last_mark = spoken[-1][1]
            reports = [c for c in clauses(text, begin, end, marks) if covers(c, last_mark - 1, last_mark)]
            return reports[-1] if reports else None
        return None
    # The paragraph begins with it: a quotation that was left open before goes on.
    previous = _paragraph(text, max(0, low - len(PARAGRAPH_BREAK) - 1)) if low and back else None
    if previous is None:
        return None
    earlier = list(_quotations(text, *previous))
    unclosed = [m for m in earlier if m[1] == previous[1] and text[m[0] - 1] in '“"']
    return _of_quotation(text, unclosed[-1], earlier, back - 1) if unclosed else None


# Pronouns


def _antecedent(  # noqa: PLR0911  # each a rule
    text: str, start: int, end: int, back: int = MOST_PRONOUNS
) -> tuple[int, int] | None:
    """Whom a pronoun means: who spoke last, or who alone was spoken of, if nobody came between.

    Where another pronoun did, whom that means, up to ``back`` of them.
    """
    low, _ = _paragraph(text, start)
    first, _ = sentence_at(text, start, end)
    wanted = text[start:end].lower()
    marks = list(_quotations(text, low, start))
    sentences = [s for s in _sentences(text, low, first) if s[0] < first]
    if wanted in ("he", "she") and _people(_outside(text, first, start, marks)):
        return None  # the sentence itself speaks of somebody else
    for begin, stop in reversed(sentences[-4:]):
        for clause in reversed(clauses(text, begin, stop, marks)):
            who = text[slice(*clause.who)]
            if PRONOUN.fullmatch(who):
                if who.lower() != wanted:
                    return None
                return _antecedent(text, *clause.who, back - 1) if back else None
            return clause.who if _agrees(who, wanted) else None
        people = _people(_outside(text, begin, stop, marks))
        opening = re.compile(rf"(?:(?:{DETERMINER}|[Tt]he) [^,.]{{1,60}}, )?({NAME})(?=,| [a-z])").match(text, begin)
        if wanted in ("he", "she") and len(people) == 1 and opening and opening.group(1) in people:
            return opening.span(1)
        if people or wanted in ("it", "they"):
            return None
    return None


def _outside(text: str, low: int, high: int, marks: list[tuple[int, int]]) -> str:
    """The stretch without what is quoted in it."""
    return "".join(c for i, c in enumerate(text[low:high], low) if not any(a <= i < b for a, b in marks))


def _people(text: str) -> set[str]:
    """Names of two words or more, or behind a title, that are of no place or organisation that says so."""
    names = {m.group() for m in re.finditer(NAME, text)}
    return {n for n in names if " " in n and not _ORGANISATION.search(n)}


def _agrees(who: str, pronoun: str) -> bool:
    """Whether ``pronoun`` can mean ``who``."""
    if re.match(r"(?:Mr|Sir|King|Prince|Lord|Father|Brother)\b", who) and pronoun == "she":
        return False
    if re.match(r"(?:Mrs|Ms|Miss|Dame|Queen|Princess|Lady|Sister)\b", who) and pronoun == "he":
        return False
    plural = bool(LOWER_PLURAL.match(who)) or " and " in who or bool(re.match(r"[Tt]he \w+s$", who))
    if pronoun == "they":
        return plural
    organisation = bool(_ORGANISATION.search(who))
    return not plural and (organisation if pronoun == "it" else not organisation or bool(re.search(rf", {NAME}$", who)))
