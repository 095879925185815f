"""The clauses of a sentence that report (``X said that …``, ``…, said X``, ``according to X``), and their reach.

By regular expressions on English, for there is no parser here: whatever might be read in two ways is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_SENTENCE_CHARS = 2_000
"""What is longer is no sentence, and the rules' time grows with its square."""


class Clause(NamedTuple):
    """A reporting clause: who (offsets, of a pronoun too), which words, and the stretches that it reports."""

    who: tuple[int, int]
    said: str
    scope: tuple[tuple[int, int], ...]


_WORD = r"[A-ZÀ-Þ][\w’'.-]*"
NAME = (
    r"(?:(?:Dr|Mr|Mrs|Ms|Sir|Dame|Prof|Gen|Col|Capt|Sgt|Lt|Rev|Hon|Sen|Rep|Gov)\.? )?"
    rf"{_WORD}(?: (?:(?:de|da|di|del|van|von|der|den|al|el|bin|ibn|la|le|of|and|&|for|the) )*(?:{_WORD}|&))*"
)
DETERMINER = (
    r"(?:the|a|an|this|that|these|those|his|her|its|their|our|my|one|two|three|four|five|several|some|many|most|both"
    r"|all)"
)
PRONOUN = re.compile(r"(?:he|she|it|they)", re.IGNORECASE)
_BARE = r"said|says|say|insisted|insists?|believes?|reckons?"
"""Their report may follow without *that*: ``said the tower had been cleaned``."""
_OTHER = (
    r"added|adds|announced|announces|argued|argues?|warned|warns?|claimed|claims?|testified|replied|replies|admitted"
    r"|conceded|explained|explains|acknowledged|declared|wrote|writes|concluded|concludes|ruled|confirmed|suggested"
    r"|suggests|predicted|predicts|maintained|maintains?|noted|notes|remarked|complained|complains|promised|alleged"
    r"|alleges?|calculated|pointed out|points out|estimated|estimates?|reported|stated|stressed|objected|protested"
    r"|boasted|joked|answered|recommended|criticised|criticized|thinks?|testifies|found|finds?|told|tells?|recalls?"
    r"|recalled"
)
_WITH_QUOTE = r"called|calls|describes?|described|dismissed|spoke of|speaks of"
"""They report only where a quotation follows: ``called it “a fig leaf”``."""
_INVERTED = (
    r"said|says|say|added|adds|recalled|recalls|wrote|writes|explained|explains|warned|warns|replied|insisted|argued"
    r"|admitted"
)
"""They may stand before their subject: ``said the mayor``."""
_VERB = re.compile(rf"\b(?:{_BARE}|{_OTHER}|{_WITH_QUOTE})\b")
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_WHEN = (
    rf"(?:on (?:{_DAY}|[A-Z][a-z]{{2,8}}\.? \d\d?|\d\d? [A-Z]\w+)(?: (?:morning|afternoon|evening|night))?|yesterday"
    r"|today|last (?:night|week|month|year)|this week|(?:earlier|later)(?: on \w+)?|afterwards?|at the time|again"
    r"|recently|in (?:a|an|the|its|his|her|their) [\w -]{1,50}?(?: (?:published|released|issued) (?:on )?\w+)?"
    r"|by (?:telephone|e-?mail|phone)|through an interpreter|to (?:reporters|the \w+)|at (?:a|the) [\w -]{1,40})"
)
_ADDRESSEE = (
    r"(?:reporters|journalists|him|her|them|us|me|(?:the|a|an|his|her|its|their|this|our) [\w'’-]+(?: [\w'’-]+){0,3}?)"
)
_ENDS = re.compile(rf"(?: {_WHEN})*(?:\s*[.,;:!?]|\s*$|\s*[–—-] )")
_TOLD_ENDS = re.compile(rf" {_ADDRESSEE}{_ENDS.pattern}")
_CLOSE = "”\"’'"
_FINITE = re.compile(
    r"\b(?:is|are|was|were|had|has|have|did|does|do|will|would|could|should|might|may|can|cannot|must|been|be|remains?"
    r"|went|came|made|became|won|lost|gave|took|said|says|told|\w+ed (?:after|the|a|an|his|her|its|their|\d))\b"
    r"|n['’]t\b"
)
_PREDICATE = re.compile(rf"(?:and |but |or )?(?:{_FINITE.pattern})")
_HEDGED = re.compile(
    r"(?:\b(?:not|never|nobody|no one|none|neither|nothing|to|declined|refused|cannot|without|whether|if|is|are|was"
    r"|were|be|been|being|often|as|than|when|what)|n['’]t|\b(?:who|which|that|whom))$",
    re.IGNORECASE,
)
_ADVERBS = re.compile(
    r"(?:\s+(?:also|later|then|again|now|has|have|had|once|still|already|repeatedly|afterwards|therefore|however"
    rf"|always|himself|herself|itself|themselves|on (?:{_DAY})|\w+ly))+$"
)
_LEADING_TIME = re.compile(
    rf"^(?:(?:On|By|Late on|Early on|Last|This) (?:{_DAY}|week|month|year|night|morning|afternoon|evening)"
    rf"(?: \w+ing| night)?|In (?:{_MONTH}(?: \d{{4}})?|\d{{4}})"
    r"|(?:\w+ )?\w+ (?:hours?|days?|weeks?|months?|years?) later|Now|Yesterday|Later|Earlier|Afterwards|But|And|Yet|So"
    r"|Still|Then|However|Meanwhile|Nevertheless)\s+(?=\S)"
)
_EXPLAINS = (
    r"(?:who|which|whose|where|a|an|the|its|his|her|their|one|among|both|now|aged|himself|then|formerly|speaking|citing"
    r"|\d+)\b"
)
LOWER_PLURAL = re.compile(
    r"(?:[a-z-]+ ){0,2}(?:officials|doctors|police|residents|analysts|lawyers|scientists|researchers|witnesses|critics"
    r"|experts|economists|prosecutors|investigators|inspectors|engineers|campaigners|employees|workers|drivers|traders"
    r"|auditors|neighbours|neighbors|organisers|organizers|opponents|supporters|teachers|insurers|dealers|diplomats"
    r"|authorities|ministers|councillors|sources|survivors|rescuers|colleagues|historians|farmers|regulators|groups"
    r"|agencies|members|observers|detectives|firefighters|conservators|friends|relatives|parents|families|papers|people)\b"
)


def covers(clause: Clause, start: int, end: int) -> bool:
    """Whether ``[start, end)`` lies in what ``clause`` reports."""
    return any(low <= start and end <= high for low, high in clause.scope)


def clauses(text: str, low: int, high: int, marks: list[tuple[int, int]]) -> list[Clause]:
    """The reporting clauses of the sentence ``[low, high)``; words inside quotations do not make any."""
    if high - low > MAX_SENTENCE_CHARS:
        return []
    hidden = list(text[low:high])
    for first, last in marks:
        if not (first <= low and high <= last):
            for place in range(max(first, low), min(last, high)):
                if hidden[place - low] not in ".,!?":
                    hidden[place - low] = "·"
    sentence = "".join(hidden)
    found = [_shifted(clause, low) for verb in _VERB.finditer(sentence) if (clause := _clause(sentence, verb))]
    return found + [_shifted(clause, low) for clause in _according(sentence)]


def _shifted(clause: Clause, by: int) -> Clause:
    return Clause(
        (clause.who[0] + by, clause.who[1] + by), clause.said, tuple((a + by, b + by) for a, b in clause.scope)
    )


def _clause(sentence: str, verb: re.Match[str]) -> Clause | None:  # noqa: PLR0911  # each a rule
    before = sentence[: verb.start()].rstrip()
    after = sentence[verb.end() :]
    trimmed = _ADVERBS.sub("", before)
    if followed := _relative(trimmed):
        begin = _content(after, verb.group())
        if begin is None:
            return None
        return Clause(followed, verb.group(), ((verb.end() + begin, _cut(sentence, verb.end() + begin)),))
    if not before or _HEDGED.search(trimmed) or _HEDGED.search(before):
        return None
    word = verb.group()
    who = _subject(trimmed)
    inverted = before[-1] in ",?!" + _CLOSE and re.fullmatch(_INVERTED, word)
    if who is None and inverted and (behind := _behind(sentence, verb.end())):
        return Clause(behind, word, _around(sentence, verb.start(), behind[1]))
    if who is None:
        return None
    ends = (_TOLD_ENDS if re.fullmatch(r"told|tells?", word) else _ENDS).match(after)
    if ends and not re.match(r"\s*[“\"‘']", after[ends.end() :]) and not after[: ends.end()].rstrip().endswith(":"):
        if not re.fullmatch(_INVERTED, word) and not re.fullmatch(r"[^\d]+", sentence[slice(*who)]):
            return None  # a participle: “the 11 announced on Friday”
        if re.fullmatch(_WITH_QUOTE, word) or not re.search(r"[,;”\"’'!?–—]\s*$", sentence[: who[0]]):
            return None
        return Clause(who, word, _around(sentence, who[0], verb.end() + ends.end()))
    begin = _content(after, word)
    if begin is None:
        return None
    return Clause(who, word, ((verb.end() + begin, _cut(sentence, verb.end() + begin)),))


def _content(after: str, word: str) -> int | None:  # noqa: PLR0911  # each a rule
    """Where in ``after``, what follows the verb, the report begins."""
    if quoted := re.match(rf"(?: {_ADDRESSEE})?(?: {_WHEN})*[,:]? ?(?=[“\"‘'])", after):
        return quoted.end()
    if re.fullmatch(_WITH_QUOTE, word):
        quoted = re.match(r"[^,.;:“\"]{0,60} (?=[“\"‘'])", after)
        return quoted.end() if quoted else None
    if colon := re.match(rf"(?: {_WHEN})*: ", after):
        return colon.end()
    if that := re.match(rf"(?: {_ADDRESSEE})?(?:,? {_WHEN},?)* that ", after) or re.match(
        r"[^,.;:“\"]{0,45} that ", after
    ):
        return that.end()
    if re.fullmatch(r"told|tells?", word):
        told = re.match(r" (?:reporters|journalists|him|her|them|us|me)(?: that)? ", after)
        return told.end() if told else None
    if re.fullmatch(_BARE, word) and re.match(
        r" (?!to\b|the same\b|nothing|so\b|yes|no\b|little|goodbye|in\b|on\b|at\b|for\b)\S", after
    ):
        return 1
    return None


def _cut(sentence: str, begin: int) -> int:
    """Where a report that begins at ``begin`` surely has not ended yet: its first semicolon or new main clause."""
    stop = re.compile(r";|, (?:but|and|while|although|though) (?!that\b)(?![\d£$€])|, (?:who|whose)\b")
    end = stop.search(sentence, begin)
    return end.start() if end else len(sentence)


def _around(sentence: str, low: int, high: int) -> tuple[tuple[int, int], ...]:
    """What a clause between or behind commas reports: all before it, or its neighbours if more follows."""
    rest = sentence[high:].strip()
    head = sentence[:low]
    first = head.rfind(";") + 1
    if re.fullmatch(r"[.,;:!?”\"’'\s]*", rest) or re.match(
        r"[,.;:]?\s*(?:(?:who|which|whose|a|an|the|when|where)\b|[“\"‘'])", rest
    ):
        quoted = re.search(r"[“\"‘'].*$", sentence[high:]) if re.match(r"[,.;:]?\s*[“\"‘']", rest) else None
        return ((first, low), (high, len(sentence))) if quoted else ((first, low),)
    comma = max(head.rstrip(" ,").rfind(","), head.rfind(" and "), head.rfind(" but "), first - 1)
    return ((comma + 1, low), (high, _cut(sentence, high)))


def _according(sentence: str) -> Iterator[Clause]:
    for match in re.finditer(r"\b[Aa]ccording to ", sentence):
        name = _phrase(sentence, match.end())
        if name is None:
            continue
        before = sentence[: match.start()].rstrip()
        if not before or re.search(r"\b(?:and|but|that),?$", before):
            yield Clause(name, match.group().strip(), ((name[1], len(sentence)),))
        else:
            yield Clause(name, match.group().strip(), _around(sentence, match.start(), name[1]))


# Names


def _behind(sentence: str, place: int) -> tuple[int, int] | None:
    """The speaker behind an inverted verb: ``said the mayor, Ann Lee, who …``."""
    if not re.match(rf" (?:{DETERMINER} |{NAME}|[a-z]+ [A-Z])", sentence[place:]) or re.match(
        r" (?:that|this|these|all) ", sentence[place:]
    ):
        return None
    return _phrase(sentence, place + 1)


def _phrase(sentence: str, begin: int) -> tuple[int, int] | None:
    """The noun phrase that begins at ``begin``, with the name that explains it; ``None`` if a verb stands in it."""
    stop = re.compile(
        r",(?!\d)|[.;:!?“”\"()–—·]|\s(?:who|which|whose|that|when|where|as|after|before|because|in an|in a"
        rf"|published|released|issued|obtained|seen|{_WHEN})\b|$"
    )
    end = begin
    while True:
        match = stop.search(sentence, end)
        if match is None:
            return None
        end = match.start()
        if match.group() == "." and re.search(r"\b(?:Dr|Mr|Mrs|Ms|St|Prof|Gen|Col|Capt|[A-Z])$", sentence[begin:end]):
            end += 1
            continue
        break
    phrase = sentence[begin:end]
    if not phrase or len(phrase.split()) > 14 or _FINITE.search(phrase):
        return None
    if re.match(rf"{DETERMINER} ", phrase, re.IGNORECASE):
        name = re.compile(rf", ({NAME})(?=[,.;:]|$| who)").match(sentence, end)
        if name and " " in name.group(1):
            return begin, name.end(1) - name.group(1).endswith(".")
    return begin, end


def _relative(before: str) -> tuple[int, int] | None:
    """Whom ``, who`` at the end of ``before`` means: the name or the office right before the comma."""
    relative = re.search(r", (?:who|which)$", before)
    if relative is None:
        return None
    head = before[: relative.start()]
    name = re.search(rf"(?<![\w’']){NAME}$", head)
    if name and " " in name.group():
        role = re.search(rf"(?:^|[\s(])({DETERMINER} [^,.;:]{{1,60}}, )$", head[: name.start()], re.IGNORECASE)
        return (role.start(1) if role else name.start()), len(head)
    office = re.search(rf"(?:^|.*\s)({DETERMINER} [\w’' -]+)$", head, re.IGNORECASE)
    if office is None or _FINITE.search(office.group(1)):
        return None
    named = re.search(rf"(?<![\w’'])({NAME}), $", head[: office.start(1)])
    return named.span(1) if named and " " in named.group(1) else office.span(1)


def _subject(before: str) -> tuple[int, int] | None:  # noqa: PLR0911  # each a rule
    """The subject that ends at the end of ``before``, what stands before a verb; appositions are seen through."""
    boundary = max(
        (
            m.end()
            for m in re.finditer(
                r"[;:”\"!?·–—]\s*|[,·] (?:and|but|while|although|though|as|because|since) |\b(?:but|that|while) ",
                before,
            )
        ),
        default=0,
    )
    segment = before[boundary:]
    closed = segment.endswith(",")
    pieces = [(m.start(), m.group()) for m in re.finditer(r"[^,\s][^,]*", segment.rstrip(","))]
    if not pieces:
        return None
    if not closed:
        return _whole(before, boundary + pieces[-1][0], len(before))
    if len(pieces) < 2:
        return None
    for k in range(len(pieces) - 2, max(-1, len(pieces) - 5), -1):
        (at, role), (behind, gloss) = pieces[k], pieces[k + 1]
        who = _whole(before, boundary + at, boundary + at + len(role.rstrip()))
        if _PREDICATE.match(gloss):
            return None  # the verb's own subject is not this one: “Two men, both shepherds, were missing, said …”
        if k and re.match(_EXPLAINS, role):
            if _is_office_and_name(pieces[k - 1][1], role, gloss):
                return boundary + at, boundary + behind + len(gloss.rstrip())
            continue  # an apposition itself: what it explains stands before it
        explains = re.fullmatch(NAME, gloss) or re.match(_EXPLAINS, gloss)
        if who and explains:
            named = re.fullmatch(NAME, gloss) and not re.fullmatch(NAME, before[slice(*who)])
            end = boundary + behind + len(gloss.rstrip())
            return (who[0], end) if named or re.fullmatch(rf"the [\w’' -]+ {NAME}", gloss) else who
    return None


def _is_office_and_name(before: str, role: str, gloss: str) -> bool:
    """Whether a sentence ends on its speaker's office and name: ``…, the captain, Ana Ortiz, said``."""
    named = re.fullmatch(NAME, gloss.rstrip()) and " " in gloss.strip()
    office = re.match(rf"{DETERMINER} ", role) and not _FINITE.search(role) and len(role.split()) <= 8
    return bool(named and office) and not re.fullmatch(NAME, before.strip())


def _whole(before: str, low: int, high: int) -> tuple[int, int] | None:
    """``before[low:high]`` if it can be a whole subject, without what leads into it or defines it."""
    while lead := _LEADING_TIME.match(before[low:high]):
        low += lead.end()
    phrase = before[low:high]
    if defined := re.search(r"\s(?:who|which|that|whose)\s", phrase):
        phrase = phrase[: defined.start()]
    if not phrase or len(phrase.split()) > 14 or _FINITE.search(phrase):
        return None
    if PRONOUN.fullmatch(phrase) or re.fullmatch(NAME, phrase) or LOWER_PLURAL.match(phrase):
        return low, low + len(phrase)
    starts = re.match(rf"(?:{DETERMINER} |[A-ZÀ-Þ])", phrase) or re.match(rf"{DETERMINER} ", phrase, re.IGNORECASE)
    if not starts or re.match(
        r"(?:In|On|At|By|For|From|With|After|Before|When|While|If|Although|Under|Through|During|Since|As|There|Asked|I|We|You|What|Who|Nobody|No|Not)\b",
        phrase,
    ):
        return None
    return low, low + len(phrase)
