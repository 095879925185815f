"""From passages found to answers judged: read, compare over all passages, put equal ones together, say how sure.

A :class:`Judge` is a reader with its calibration; the engine knows nothing else of either.
"""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from index.articles import Article, Passage
from index.ranking.fusion import Hit
from index.words import telling_words
from qa.answers import Span
from qa.confidence import Calibration, Evidence, Thresholds, shares
from qa.normalize import normalized
from qa.reader import Reader, Reading

BUDGET_STEP = 2
"""Passages read between two looks at the clock when the question has a time budget."""


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
class Judged:
    """One of the different answers: the candidates that give it, best margin first, and how sure it is, in [0, 1]."""

    candidates: tuple[Candidate, ...]
    confidence: float


class Judgement(NamedTuple):
    """All the different answers, best first, and how many of the passages were read for them."""

    answers: tuple[Judged, ...]
    passages_read: int


class Judge(Protocol):
    """Passages in, judged answers out. Thread-safe."""

    @property
    def name(self) -> str:
        """The reader and a fingerprint of its weights."""

    @property
    def thresholds(self) -> Thresholds:
        """From which confidence an answer is given, and how."""

    def judge(self, question: str, hits: Sequence[Hit], articles: Mapping[str, Article], deadline: float) -> Judgement:
        """Judge what ``hits``, best first, say to ``question``.

        Args:
            question: as it is understood.
            hits: what the search found.
            articles: of the hits, by id.
            deadline: on the clock of ``time.perf_counter``, ``inf`` for none; some passages are read whatever it is.
        """


class ReaderJudge:
    """One reader with the calibration that was fitted to it."""

    def __init__(self, reader: Reader, calibration: Calibration) -> None:
        self.reader = reader
        self.calibration = calibration
        self.name = reader.name
        self.thresholds = calibration.thresholds

    def judge(self, question: str, hits: Sequence[Hit], articles: Mapping[str, Article], deadline: float) -> Judgement:
        """See :class:`Judge`."""
        passages = [hit.passage for hit in hits]
        headlines = [articles[passage.article_id].headline for passage in passages]
        readings = read_in_time(self.reader, question, passages, headlines, deadline)
        answers = [
            Judged(tuple(group), round(self.calibration.confidence(evidence), 4))
            for group, evidence in weighed(question, hits, readings, articles)
        ]
        return Judgement(tuple(sorted(answers, key=lambda answer: -answer.confidence)), len(readings))


def read_in_time(
    reader: Reader, question: str, passages: Sequence[Passage], headlines: Sequence[str], deadline: float
) -> list[Reading]:
    """All passages at once, or, against the clock, the best first while another step still fits."""
    if deadline == math.inf:
        return reader.read(question, passages, headlines)
    readings: list[Reading] = []
    step = 0.0
    while len(readings) < len(passages) and (not readings or time.perf_counter() + step <= deadline):
        before = time.perf_counter()
        step_of = slice(len(readings), len(readings) + BUDGET_STEP)
        readings += reader.read(question, passages[step_of], headlines[step_of])
        step = time.perf_counter() - before
    return readings


def weighed(
    question: str, hits: Sequence[Hit], readings: Sequence[Reading], articles: Mapping[str, Article]
) -> list[tuple[list[Candidate], Evidence]]:
    """The different answers, each with its candidates, best margin first, and what speaks for it.

    ``readings`` are of the first of ``hits``, in their order. Candidates with the same words are one answer.
    """
    groups: dict[str, list[Candidate]] = {}
    candidates = [
        Candidate(span, hit, rank, span.logit - reading.no_answer)
        for rank, (hit, reading) in enumerate(zip(hits, readings, strict=False), start=1)
        for span in reading.spans
    ]
    for candidate in sorted(candidates, key=lambda c: -c.margin):
        groups.setdefault(normalized(candidate.quote), []).append(candidate)
    words = telling_words(question)
    of_article = Counter(hit.passage.article_id for hit in hits)
    weights = []
    for group, (odds, chance) in zip(
        groups.values(), shares([group[0].margin for group in groups.values()]), strict=True
    ):
        first = group[0]
        article_id = first.hit.passage.article_id
        evidence = Evidence(
            odds=odds,
            chance=chance,
            agreement=math.log(len({candidate.hit.passage.id for candidate in group})),
            similarity=first.hit.similarity,
            rank=1.0 / first.rank,
            coverage=coverage(words, f"{articles[article_id].headline} {first.hit.passage.text}"),
            focus=of_article[article_id] / len(hits),
        )
        weights.append((group, evidence))
    return weights


def coverage(words: Sequence[str], text: str) -> float:
    """Share of ``words`` that stand in ``text``, by their first five letters, so that inflections count."""
    stems = {word[:5] for word in re.findall(r"\w+", text.lower())}
    return sum(word[:5] in stems for word in words) / len(words) if words else 0.0
