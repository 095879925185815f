"""What a measurement holds, as frozen values; and their JSON, which ``pullquote eval --json`` prints and reads back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from qa.answers import FoundPassage, ReplyStatus, Timing, Turn
from qa.confidence import Thresholds
from qa.evaluation.datasets import Item
from qa.evaluation.resampling import Interval
from qa.evaluation.scores import RIGHT_F1, Bin, exact_match, token_f1

Way = Literal["open", "reader"]
"""Of the whole library, or of the reader alone with the passage given."""
WAYS: Mapping[Way, str] = {"open": "whole library", "reader": "passage given"}

Figures = Mapping[str, float | None]
"""By the names of :data:`qa.evaluation.figures.ALL_METRICS`; ``None`` where there is nothing to take it of."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What the search found for an item, best first.

    ``rank`` (from 1) is of the item's paragraph, ``article_rank`` of the first paragraph of its article; both are
    ``None`` if it is not among the found. ``cited`` is the article and paragraph that the answer cites first.
    """

    found: tuple[FoundPassage, ...]
    rank: int | None
    article_rank: int | None
    cited: tuple[str, int] | None
    timing: Timing


@dataclass(frozen=True, slots=True)
class Told:
    """What the reply tells beside its best answer: who says so, how many sources do, and whether it still holds.

    ``speaker``: the words that name who says it. ``sources``: different ones in which it stands. ``stages``: values in
    the timeline, 0 where the fact did not develop. ``newer``: articles of the same story that came later.
    ``corrected``: the article cited first was corrected.
    """

    speaker: str | None
    sources: int
    stages: int
    newer: int
    corrected: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """An item and the best answer to it, given or not. ``retrieval`` is ``None`` where the passage was given.

    ``told`` is ``None`` there too, and where there is no answer.

    ``confidence``: of the library, calibrated in [0, 1], and 0 without an answer; with the passage given, the margin
    of the span's logit over "no answer", and ``-inf`` without one. ``status``: what the reader of news gets of it;
    there is no "perhaps" where the passage was given.
    """

    item: Item
    answer: str | None
    confidence: float
    status: ReplyStatus
    retrieval: Retrieval | None = None
    told: Told | None = None

    @property
    def given(self) -> bool:
        """Whether it is given as sure."""
        return self.status == "answered"

    @property
    def f1(self) -> float:
        """Of the answer; 0 for a question that cannot be answered."""
        return 0.0 if self.answer is None else token_f1(self.answer, self.item.answers)

    @property
    def exact(self) -> float:
        """Exact match of the answer."""
        return 0.0 if self.answer is None else exact_match(self.answer, self.item.answers)

    @property
    def right(self) -> bool:
        """Whether the answer counts as right."""
        return self.f1 >= RIGHT_F1

    def to_json(self) -> dict[str, Any]:
        """The record of this outcome, without the item and without the passages found."""
        record: dict[str, Any] = {
            "answer": self.answer,
            "confidence": None if math.isinf(self.confidence) else round(self.confidence, 4),
            "given": self.given,
            "status": self.status,
            "exact": self.exact,
            "f1": round(self.f1, 4),
        }
        if self.retrieval is not None:
            found = self.retrieval
            cited = None if found.cited is None else list(found.cited)
            record |= {"rank": found.rank, "article_rank": found.article_rank, "cited": cited}
            record["ms"] = asdict(found.timing)
        if self.told is not None:
            record["told"] = asdict(self.told)
        return record

    @classmethod
    def from_json(cls, item: Item, body: Mapping[str, Any]) -> Outcome:
        """The outcome of ``body`` for ``item``, as far as a comparison needs it: without what the search found.

        Raises:
            KeyError, TypeError, ValueError: ``body`` is no such record.
        """
        answer, confidence = body["answer"], body["confidence"]
        # Before there was "perhaps", an answer was given or not.
        status: Any = body.get("status") or ("answered" if body["given"] else "no_answer")
        if not (answer is None or isinstance(answer, str)) or status not in get_args(ReplyStatus):
            raise ValueError(answer, status)
        return cls(item, answer, -math.inf if confidence is None else float(confidence), status)


@dataclass(frozen=True, slots=True)
class Record:
    """What came back for one item, each way that it was asked."""

    item: Item
    outcomes: Mapping[Way, Outcome]

    def to_json(self) -> dict[str, Any]:
        """The record, without the text of the passage."""
        item = self.item
        before = item.before.question if item.before else None
        place = {"article_id": item.article_id, "paragraph": item.paragraph}
        body = {"question": item.question, "before": before, **place, "answers": list(item.answers)}
        return body | {way: self.outcomes[way].to_json() for way in WAYS if way in self.outcomes}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Record:
        """The record that ``to_json`` wrote.

        Raises:
            KeyError, TypeError, ValueError: ``body`` is no such record.
        """
        question, before, answers = body["question"], body["before"], body["answers"]
        article_id, paragraph = body["article_id"], body["paragraph"]
        texts = [question, *answers, *([before] if before is not None else []), *([article_id] if article_id else [])]
        if not all(isinstance(text, str) for text in texts) or not (paragraph is None or isinstance(paragraph, int)):
            raise TypeError(body)
        turn = None if before is None else Turn(before)
        item = Item(question, tuple(answers), article_id, paragraph, turn)
        return cls(item, {way: Outcome.from_json(item, body[way]) for way in WAYS if way in body})


@dataclass(frozen=True, slots=True)
class LibrarySize:
    """How much was searched."""

    articles: int
    passages: int


@dataclass(frozen=True, slots=True)
class About:
    """What was measured, with what, when. ``sampled_from``: of how many, if not all; ``library``: if one was asked."""

    dataset: str
    sha256: str
    questions: int
    sampled_from: int | None
    pullquote: str
    measured: str
    library: LibrarySize | None
    resamples: int
    seed: int
    reader: str


@dataclass(frozen=True, slots=True)
class Slice:
    """The answerable questions of one kind."""

    name: str
    questions: int
    figures: Figures
    f1_interval: Interval | None

    def to_json(self) -> dict[str, Any]:
        """A row of a breakdown."""
        interval = None if self.f1_interval is None else list(self.f1_interval)
        return {"part": self.name, "questions": self.questions, **self.figures, "f1_interval": interval}


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage shown with an outcome that went wrong; ``expected``: it is the one that answers."""

    article_id: str | None
    paragraph: int | None
    text: str
    expected: bool


@dataclass(frozen=True, slots=True)
class Miss:
    """An outcome that was not what it should have been, in words why, and what was found."""

    outcome: Outcome
    why: str
    retrieved: tuple[Shown, ...]

    def to_json(self) -> dict[str, Any]:
        """The miss with its question and answers."""
        item = self.outcome.item
        return {
            "question": item.question,
            "before": item.before.question if item.before else None,
            "accepted": list(item.answers),
            "article_id": item.article_id,
            "paragraph": item.paragraph,
            **self.outcome.to_json(),
            "why": self.why,
            "retrieved": [asdict(shown) for shown in self.retrieved],
        }


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything about one way of asking.

    ``curve`` holds points (share of questions answered, share of those right), the surest first. ``misses`` are the
    surest wrong answers, ``refused`` the surest right ones that were not given. ``reliability`` is ``None`` where the
    confidence is a margin.
    """

    thresholds: Thresholds
    figures: Figures
    intervals: Mapping[str, Interval]
    curve: tuple[tuple[float, float], ...]
    breakdowns: Mapping[str, tuple[Slice, ...]]
    misses: tuple[Miss, ...]
    refused: tuple[Miss, ...]
    reliability: tuple[Bin, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """The part; ``threshold`` is that of a sure answer, ``perhaps`` that of an uncertain one."""
        body: dict[str, Any] = {
            "threshold": self.thresholds.sure,
            "perhaps": self.thresholds.perhaps,
            "figures": dict(self.figures),
            "intervals": {name: list(ends) for name, ends in self.intervals.items()},
            "curve": [list(point) for point in self.curve],
            "breakdowns": {name: [row.to_json() for row in rows] for name, rows in self.breakdowns.items()},
            "misses": [miss.to_json() for miss in self.misses],
            "refused": [miss.to_json() for miss in self.refused],
        }
        return body | ({} if self.reliability is None else {"reliability": [one._asdict() for one in self.reliability]})


@dataclass(frozen=True, slots=True)
class Compared:
    """By how much two runs differ in one figure, in points, and the chance of that if they were equally good."""

    figure: str
    questions: int
    earlier: float
    now: float
    difference: float
    interval: Interval | None
    p: float

    def to_json(self) -> dict[str, Any]:
        """A row of a comparison."""
        return asdict(self) | {"interval": None if self.interval is None else list(self.interval)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over their common questions, for each way of asking that both took."""

    file: str
    earlier_reader: str
    common: int
    only_earlier: int
    only_now: int
    ways: Mapping[Way, tuple[Compared, ...]]

    def to_json(self) -> dict[str, Any]:
        """The comparison, with the rows of each way under its name."""
        body = {name: getattr(self, name) for name in ("file", "earlier_reader", "common", "only_earlier", "only_now")}
        return body | {way: [row.to_json() for row in rows] for way, rows in self.ways.items()}


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run: each way of asking that was taken, the comparison if there is one, and what came back for each item."""

    about: About
    parts: Mapping[Way, Measured]
    records: Sequence[Record]
    against: Comparison | None = None

    def to_json(self) -> dict[str, Any]:
        """What ``pullquote eval --json`` prints. A way that was not taken is ``null``."""
        body: dict[str, Any] = {"about": asdict(self.about)}
        body |= {way: self.parts[way].to_json() if way in self.parts else None for way in WAYS}
        body["against"] = None if self.against is None else self.against.to_json()
        return body | {"records": [record.to_json() for record in self.records]}
