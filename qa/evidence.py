"""What speaks for an answer: the readings of all passages together, equal answers grouped, each with its evidence."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from index.ranking.fusion import Hit
from index.words import telling_words
from qa.answers import Span
from qa.normalize import normalized
from qa.reader import Reading

MAX_ODDS = 8.0
MAX_MARGIN = 16.0
UNSEEN = 2.0
"""A reader that does not have a span among its three of the passage is taken to like it so much less, in logits, than
the last of these."""
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span, the hit that it stands in, the rank of that hit (from 1), and its logit over "no answer"."""

    span: Span
    hit: Hit
    rank: int
    margin: float

    @property
    def quote(self) -> str:
        """The span's words."""
        passage = self.hit.passage
        return passage.text[self.span.start - passage.start : self.span.end - passage.start]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer, by its best candidate."""

    margin: float
    """Its logit over the no-answer logit of the passage, by the reader that decides; at most 16 either way."""
    second: float
    """The same by the other reader, of its best span in that place; 0 if only one has read."""
    beside: float
    """The same where the best few answers stand beside each other (:mod:`qa.comparison`); ``margin`` if they do not."""
    odds: float
    """Natural logarithm of its share against the rest, at most 8 either way; the share in a softmax over the margins of
    all answers found, and 0 for there being none. One normalisation over all passages, as the reader was trained
    (Clark and Gardner 2018)."""
    coverage: float
    """Share of the question's telling words that stand in its passage or headline, in [0, 1]."""
    rank: float
    """Natural logarithm of the rank of its passage in the search: 0 for the first."""


EVIDENCE: tuple[str, ...] = tuple(field.name for field in fields(Evidence))


@dataclass(frozen=True, slots=True)
class Weighed:
    """One of the different answers: the candidates that give it, best margin first, and what speaks for it."""

    candidates: tuple[Candidate, ...]
    evidence: Evidence

    @property
    def words(self) -> str:
        """What it says, as all its candidates do."""
        return normalized(self.candidates[0].quote)


def weighed(
    question: str,
    hits: Sequence[Hit],
    headlines: Sequence[str],
    readings: Mapping[int, Reading],
    seconds: Mapping[int, Reading] | None = None,
) -> list[Weighed]:
    """The different answers, best margin first. Candidates with the same words are one answer.

    Args:
        question: as it is understood.
        hits: what the search found, best first.
        headlines: of the articles of the hits.
        readings: by place among ``hits``, of the reader that decides.
        seconds: the readings of the other reader, if two have read.
    """
    groups: dict[str, list[Candidate]] = {}
    candidates = [
        Candidate(span, hits[place], place + 1, span.logit - reading.no_answer)
        for place, reading in readings.items()
        for span in reading.spans
    ]
    for candidate in sorted(candidates, key=lambda c: -c.margin):
        groups.setdefault(normalized(candidate.quote), []).append(candidate)
    words = telling_words(question)
    log_odds = odds([group[0].margin for group in groups.values()])
    found = []
    for group, of_all in zip(groups.values(), log_odds, strict=True):
        best = group[0]
        evidence = Evidence(
            margin=bounded(best.margin),
            second=bounded(_second(seconds.get(best.rank - 1), best.span)) if seconds is not None else 0.0,
            beside=bounded(best.margin),
            odds=of_all,
            coverage=coverage(words, f"{headlines[best.rank - 1]} {best.hit.passage.text}"),
            rank=math.log(best.rank),
        )
        found.append(Weighed(tuple(group), evidence))
    return found


def odds(margins: Sequence[float]) -> list[float]:
    """See :attr:`Evidence.odds`."""
    highest = max(0.0, *margins) if margins else 0.0
    parts = [math.exp(margin - highest) for margin in margins]
    total = math.exp(-highest) + math.fsum(parts)
    found = [math.log(max(part, _TINY) / max(total - part, _TINY)) for part in parts]
    return [max(-MAX_ODDS, min(MAX_ODDS, one)) for one in found]


def added(log_odds: Sequence[float]) -> float:
    """The odds, as :func:`odds` gives them, of all these answers together against the rest."""
    part = math.fsum(1.0 / (1.0 + math.exp(-one)) for one in log_odds)
    return max(-MAX_ODDS, min(MAX_ODDS, math.log(part / max(1.0 - part, _TINY))))


def margin(reading: Reading) -> float:
    """Of the best span, its logit over "no answer"; minus infinity without a span."""
    return reading.spans[0].logit - reading.no_answer if reading.spans else -math.inf


def margin_at(reading: Reading, start: int, end: int) -> float:
    """What a reader makes of the characters ``start`` to ``end`` of the article: of its best span there, the margin."""
    if not reading.spans:
        return -MAX_MARGIN
    there = [span.logit for span in reading.spans if span.start < end and start < span.end]
    return (max(there) if there else reading.spans[-1].logit - UNSEEN) - reading.no_answer


def _second(reading: Reading | None, place: Span) -> float:
    return -MAX_MARGIN if reading is None else margin_at(reading, place.start, place.end)


def bounded(value: float) -> float:
    """A margin, at most 16 either way."""
    return max(-MAX_MARGIN, min(MAX_MARGIN, value))


def coverage(words: Sequence[str], text: str) -> float:
    """Share of ``words`` that stand in ``text``, by their first five letters, so that inflections count.

    A text may be of a library from before letters were composed when they came in.
    """
    stems = {word[:5] for word in re.findall(r"\w+", unicodedata.normalize("NFC", text).lower())}
    return sum(word[:5] in stems for word in words) / len(words) if words else 0.0
