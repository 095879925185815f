"""From passages found to answers judged: read, compare over all passages, put the best one first, say how sure it is.

A :class:`Judge` is a reader with its calibration, or two readers with theirs; the engine knows nothing else of them.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from index.articles import Article
from index.ranking.fusion import Hit
from qa.comparison import compared
from qa.confidence import Calibration, Thresholds
from qa.evidence import Candidate, Weighed, margin, weighed
from qa.grounds import MAX_CONSIDERED, MAX_QUOTE_CHARS, Considered, Grounds, ReadPassage
from qa.reader import OnnxReader, Reader, Reading
from qa.weights import ACCURATE, BOTH, FAST, SHIPPED

PASSAGES = 10
"""Read by one reader alone: recall@10 is 93 %, recall@20 96 %, and each passage costs its time."""
MANY = 15
"""Read by the fast reader of two. F1 of the best answer, cross-validated, and what of the answerable can be answered
nine times of ten rightly, of 240 newsroom and 150 SQuAD questions, by 10 / 15 / 20 passages of which the accurate
reader reads the best 2: 78.5, 57 % / 77.9, 60 % / 78.6, 62 %; 3: 80.1, 57 % / 80.7, 60 % / 79.4, 61 %; 4: 79.2, 56 % /
80.4, 58 % / 80.1, 59 %; 6: 79.4, 56 % / 79.6, 57 % / 79.1, 58 %. The accurate one alone, of 10: 77.0, 56 %."""
FEW = 3
"""Of these, read by the accurate one. What more it reads costs time, and tempts it."""
RANK_PRICE = 0.5
"""What the fast reader's margin loses, in logits, for each e-fold of the passage's rank, when these are chosen."""
SETTLED = 0.9
"""Confidence from which the best answer is not compared with the next ones, to save a reading."""
BUDGET_STEP = 2
"""Passages read between two looks at the clock when the question has a time budget."""
DEARER = 5.5
"""Times that the accurate reader takes for a passage what the fast one does."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One of the different answers, weighed, and how sure it is, in [0, 1]."""

    weighed: Weighed
    confidence: float

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """What gives it, best margin first."""
        return self.weighed.candidates


class Judgement(NamedTuple):
    """All the different answers, best first, and how they were come by.

    ``by`` names who decided: a shipped reader, ``both``, or a reader by its own name. ``cut`` says whether the time
    budget left something unread; ``second_ms`` is the accurate reader's part of the time.
    """

    answers: tuple[Judged, ...]
    calibration: Calibration
    passages_read: int
    by: str
    cut: bool = False
    second_ms: float = 0.0


class Judge(Protocol):
    """Passages in, judged answers out. Thread-safe."""

    @property
    def name(self) -> str:
        """The readers and fingerprints of their weights."""

    @property
    def passages(self) -> int:
        """How many passages are worth finding."""

    @property
    def thresholds(self) -> Thresholds:
        """From which confidence an answer is given, and how, when there is time."""

    def judge(
        self, question: str, hits: Sequence[Hit], articles: Mapping[str, Article], deadline: float, *, brief: bool
    ) -> Judgement:
        """Judge what ``hits``, best first, say to ``question``.

        Args:
            question: as it is understood.
            hits: what the search found.
            articles: of the hits, by id.
            deadline: on the clock of ``time.perf_counter``, ``inf`` for none; some passages are read whatever it is.
            brief: leave out what can be left out, since others wait.
        """


class ReaderJudge:
    """One reader with the calibration that was fitted to it."""

    passages = PASSAGES

    def __init__(self, reader: Reader, calibration: Calibration, by: str | None = None) -> None:
        self.reader = reader
        self.calibration = calibration
        self.name = reader.name
        self.by = by or reader.name
        self.thresholds = calibration.thresholds

    def judge(
        self,
        question: str,
        hits: Sequence[Hit],
        articles: Mapping[str, Article],
        deadline: float,
        *,
        brief: bool = False,  # noqa: ARG002 - there is nothing to leave out
    ) -> Judgement:
        """See :class:`Judge`."""
        headlines = headlines_of(hits, articles)
        readings = dict(enumerate(read_in_time(self.reader, question, hits, headlines, deadline)))
        found = weighed(question, hits, headlines, readings)
        cut = len(readings) < len(hits)
        return Judgement(ranked(found, self.calibration), self.calibration, len(readings), self.by, cut)


class PairJudge:
    """The fast reader over many passages, the accurate one over the few best of them; both are heard.

    Against the clock the accurate one reads as many as fit; with none, or in brief, the fast one decides alone.
    """

    passages = MANY

    def __init__(self, fast: ReaderJudge, accurate: Reader, calibration: Calibration) -> None:
        self.fast = fast
        self.accurate = accurate
        self.calibration = calibration
        self.name = f"{fast.name} + {accurate.name}"
        self.thresholds = calibration.thresholds

    def judge(
        self,
        question: str,
        hits: Sequence[Hit],
        articles: Mapping[str, Article],
        deadline: float,
        *,
        brief: bool = False,
    ) -> Judgement:
        """See :class:`Judge`."""
        began = time.perf_counter()
        headlines = headlines_of(hits, articles)
        first = dict(enumerate(read_in_time(self.fast.reader, question, hits, headlines, deadline)))
        now = time.perf_counter()
        wanted = min(FEW, len(first))
        fit = 0 if brief else wanted
        if not brief and deadline < math.inf:
            price = DEARER * (now - began) / len(first)
            fit = min(wanted, max(0, int((deadline - now) / price)))
        cut = len(first) < len(hits) or (fit < wanted and not brief)
        if not fit:
            within = {place: reading for place, reading in first.items() if place < self.fast.passages}
            found = weighed(question, hits, headlines, within)
            calibration = self.fast.calibration
            return Judgement(ranked(found, calibration), calibration, len(first), self.fast.by, cut)
        places = best_places(first)[:fit]
        passages = [hits[place].passage for place in places]
        read = self.accurate.read(question, passages, [headlines[place] for place in places])
        found = weighed(question, hits, headlines, dict(zip(places, read, strict=True)), first)
        answers = ranked(found, self.calibration)
        contested = len(answers) > 1 and answers[0].confidence < SETTLED
        if contested and time.perf_counter() + (time.perf_counter() - now) / fit < deadline:
            best_first = [one.weighed for one in answers]
            answers = ranked(compared(question, best_first, self.accurate), self.calibration)
        second = 1_000 * (time.perf_counter() - now)
        return Judgement(answers, self.calibration, len(first), "both", cut, second)


def open_judge(folder: Path, *, spin: bool = True) -> ReaderJudge | PairJudge:
    """The judge that ``folder`` stands for (:func:`qa.weights.reader_folder`); two readers are loaded side by side.

    Raises:
        ModelError: a file is missing or damaged.
    """
    if folder != BOTH:
        return _alone(folder, spin)
    with ThreadPoolExecutor(1) as pool:
        accurate = pool.submit(OnnxReader, ACCURATE, spin=spin)
        return PairJudge(_alone(FAST, spin), accurate.result(), Calibration.load(BOTH))


def recalibrated(judge: Judge, calibration: Calibration) -> Judge:
    """The same readers with another calibration."""
    if isinstance(judge, ReaderJudge):
        return ReaderJudge(judge.reader, calibration, judge.by)
    return PairJudge(judge.fast, judge.accurate, calibration) if isinstance(judge, PairJudge) else judge


def calibration_of(judge: Judge) -> Calibration:
    """The calibration that a judge decides by when there is time."""
    if not isinstance(judge, ReaderJudge | PairJudge):
        raise TypeError(f"{judge!r} has none")
    return judge.calibration


def _alone(folder: Path, spin: bool) -> ReaderJudge:
    by = next((name for name, shipped in SHIPPED.items() if shipped == folder), None)
    return ReaderJudge(OnnxReader(folder, spin=spin), Calibration.load(folder), by)


def best_places(readings: Mapping[int, Reading]) -> list[int]:
    """The places of the hits in the order in which a second reader should read them."""
    return sorted(readings, key=lambda place: (RANK_PRICE * math.log(place + 1) - margin(readings[place]), place))


def ranked(found: Sequence[Weighed], calibration: Calibration) -> tuple[Judged, ...]:
    """The answers, best first, each with its confidence."""
    order = calibration.ranked([one.evidence for one in found])
    return tuple(Judged(found[place], round(confidence, 4)) for place, confidence in order)


def grounds_of(reader: str, hits: Sequence[Hit], judgement: Judgement) -> Grounds:
    """What a reply rests on, as it is kept: the passages found, and the best of the answers weighed."""
    return Grounds(
        reader,
        judgement.calibration.version,
        tuple(
            ReadPassage(p.id, p.article_id, p.paragraph, p.start, p.end, hashlib.sha256(p.text.encode()).hexdigest())
            for p in (hit.passage for hit in hits)
        ),
        tuple(_considered(one) for one in judgement.answers[:MAX_CONSIDERED]),
    )


def _considered(judged: Judged) -> Considered:
    best = judged.candidates[0]
    evidence = tuple(round(value, 5) for value in astuple(judged.weighed.evidence))
    place = (best.hit.passage.article_id, best.span.start, best.span.end)
    return Considered(*place, best.quote[:MAX_QUOTE_CHARS], judged.confidence, evidence)


def read_in_time(
    reader: Reader, question: str, hits: Sequence[Hit], headlines: Sequence[str], deadline: float
) -> list[Reading]:
    """All passages at once, or, against the clock, the best first while another step still fits."""
    passages = [hit.passage for hit in hits]
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


def headlines_of(hits: Sequence[Hit], articles: Mapping[str, Article]) -> list[str]:
    """The headline of each hit's article."""
    return [articles[hit.passage.article_id].headline for hit in hits]
