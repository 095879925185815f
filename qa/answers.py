"""The vocabulary of a question and its reply. Frozen values, and their JSON form: the body of ``POST /ask``.

Offsets are half-open ``[start, end)`` in Unicode code points of the article's text. For every citation
``article.text[c.start:c.end] == c.quote``; :mod:`qa.citing` checks it before a reply leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import Any, Literal

from index.articles import Filters, clean_text
from index.metadata import Described, Metadata, read_when
from qa.attribution import Attribution
from qa.grounds import Grounds

__all__ = [
    "Answer", "AnswerKind", "Citation", "Filters", "FoundPassage", "Headline", "Limit", "Metadata", "Nearest",
    "Question", "Reason", "Reply", "ReplyStatus", "Span", "Timing", "Turn",
]  # fmt: skip

ReplyStatus = Literal["answered", "uncertain", "no_answer"]
"""Surely: nine of ten such answers are right. Perhaps: more likely right than wrong. Or none."""
AnswerKind = Literal["span", "sentence"]
"""Of an answer: words of a sentence, or the whole of it, which is for the reader to judge by."""
Reason = Literal["nothing_relevant", "weak_evidence", "not_a_question", "outside_filters", "empty_library"]
Limit = Literal["article_ids", "sources", "dates", "as_of"]
"""What a question may be kept to."""

MAX_QUESTION_CHARS = 1_000
MAX_TOP_K = 20
MAX_HISTORY = 20
MAX_FILTER_ITEMS = 1_000
_DAYS = ("published_from", "published_to")
MAX_UNCERTAIN = 3
"""Answers in an uncertain reply."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and the answer that was given (``None``: none was)."""

    question: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked.

    ``min_confidence`` in [0, 1] replaces the calibrated threshold; ``budget_ms`` bounds the reading. ``as_of``, a day
    or a time with its zone: only what stood by then answers, in the version that stood.
    """

    text: str
    top_k: int = 3
    filters: Filters = Filters()
    history: tuple[Turn, ...] = ()
    min_confidence: float | None = None
    budget_ms: float | None = None
    include_passages: bool = False
    as_of: date | None = None

    def to_json(self) -> dict[str, Any]:
        """The question as the body that ``POST /ask`` takes."""
        body: dict[str, Any] = _plain(self)
        del body["filters"]["until"]  # the library sets it
        return {"question": body.pop("text")} | body

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Question:
        """The question that ``to_json`` wrote.

        Raises:
            KeyError, TypeError, ValueError: ``body`` is not such a question.
        """
        filters, as_of = body["filters"], body.get("as_of")
        first, last = (filters[name] and date.fromisoformat(filters[name]) for name in _DAYS)
        return cls(
            body["question"],
            filters=Filters(tuple(filters["article_ids"]), tuple(filters["sources"]), first, last),
            history=tuple(Turn(**turn) for turn in body["history"]),
            as_of=read_when(as_of) if as_of else None,
            **{name: body[name] for name in ("top_k", "min_confidence", "budget_ms", "include_passages")},
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate in one passage: offsets in the article's text and its raw logit sum (higher is better)."""

    start: int
    end: int
    logit: float


@dataclass(frozen=True, slots=True)
class Citation(Described):
    """Where a quote stands. ``paragraph`` counts from 1; ``article_sha256`` is of the article's text."""

    article_id: str
    about: Metadata
    deep_link: str | None
    paragraph: int
    quote: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    sentence_end: int
    article_sha256: str
    attribution: Attribution | None = None

    @property
    def sentence_parts(self) -> tuple[str, str, str]:
        """The sentence before the quote, the quote, and the sentence behind it."""
        low, high = self.start - self.sentence_start, self.end - self.sentence_start
        return self.sentence[:low], self.sentence[low:high], self.sentence[high:]

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Citation:
        """The citation of ``body``; what else it holds is passed over."""
        said = body.get("attribution")
        own = _own(cls, body) | {"attribution": Attribution(**said) if said else None}
        return cls(**own, about=Metadata.from_json(body))


@dataclass(frozen=True, slots=True)
class Corroboration:
    """How many say so: articles, nearly equal copies of one report counted once, and different sources.

    ``agency`` is the news agency that the text of one of them names.
    """

    articles: int
    sources: int
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, the probability in [0, 1] that it is right, and every place where it stands.

    ``as_of`` is the newest publication among its citations: the day or the time as of which it stands.
    """

    text: str
    confidence: float
    citations: tuple[Citation, ...]
    kind: AnswerKind = "span"
    as_of: date | None = None
    corroboration: Corroboration | None = None

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Answer:
        """The answer of ``body``."""
        citations = tuple(Citation.from_json(citation) for citation in body["citations"])
        as_of, counted = body.get("as_of"), body.get("corroboration")
        return cls(
            body["text"], body["confidence"], citations, body.get("kind", "span"), read_when(as_of) if as_of else None,
            Corroboration(**counted) if counted else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Development:
    """One value of a fact that developed, and when it was told: ``current`` the newest one.

    ``hedge`` are the words that weaken it, as *at least*; ``disputed``: another value was told at the same time.
    """

    text: str
    hedge: str | None
    when: date
    current: bool
    disputed: bool
    citations: tuple[Citation, ...]

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Development:
        """The development of ``body``."""
        citations = tuple(Citation.from_json(citation) for citation in body["citations"])
        return cls(**_own(cls, body) | {"when": read_when(body["when"]), "citations": citations})


@dataclass(frozen=True, slots=True)
class Headline(Described):
    """An article by name, as lists show it."""

    article_id: str
    about: Metadata

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Headline:
        """The headline of ``body``; what else it holds is passed over."""
        return cls(body["article_id"], Metadata.from_json(body))


@dataclass(frozen=True, slots=True)
class Nearest(Described):
    """Where there is no answer: an article, and the sentence of it that comes nearest.

    The fields of the sentence are those of a citation; all are ``None`` in a reply of an earlier version.
    """

    article_id: str
    about: Metadata
    deep_link: str | None = None
    paragraph: int | None = None
    start: int | None = None
    end: int | None = None
    sentence: str | None = None

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Nearest:
        """What is nearest, of ``body``; what else it holds is passed over."""
        return cls(**_own(cls, body), about=Metadata.from_json(body))


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A retrieved passage, as ``include_passages`` shows it. Higher scores are better."""

    article_id: str
    paragraph: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds by stage. ``second`` is the part of ``read`` that the accurate of two readers took."""

    search: float = 0.0
    read: float = 0.0
    total: float = 0.0
    second: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a question: answers with citations, best first; or a reason for none, and what is nearest.

    ``read_by`` names who decided: ``both``, ``fast``, ``accurate``, or a reader by its own name; ``None`` if none read.
    ``timeline``: of a fact that developed, its values, oldest first. ``newer``: articles of the same story that came
    later than the answer and do not repeat it, newest first. ``limits``: what the question was kept to; where the
    reason is ``outside_filters``, what of it leaves no article. ``grounds``: what it rests on, which is kept with it
    and is no part of its JSON.
    """

    id: str
    status: ReplyStatus
    question: str
    understood_as: str
    reason: Reason | None = None
    limits: tuple[Limit, ...] = ()
    answers: tuple[Answer, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    timeline: tuple[Development, ...] = ()
    newer: tuple[Headline, ...] = ()
    passages: tuple[FoundPassage, ...] | None = None
    passages_read: int = 0
    truncated: bool = False
    timing_ms: Timing = field(default_factory=Timing)
    library_version: int = 0
    read_by: str | None = None
    grounds: Grounds | None = field(default=None, compare=False)

    @property
    def reinterpreted(self) -> bool:
        """Whether the question was understood as another one than was typed."""
        return clean_text(self.question) != clean_text(self.understood_as)

    def to_json(self) -> dict[str, Any]:
        """The body of ``POST /ask``, ready for ``json.dumps``."""
        body: dict[str, Any] = _plain(replace(self, grounds=None))
        order = "id status reason limits question understood_as answers nearest timeline newer passages passages_read"
        return {name: body[name] for name in [*order.split(), "truncated", "timing_ms", "library_version", "read_by"]}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Reply:
        """The reply that ``to_json`` wrote.

        Raises:
            KeyError, TypeError, ValueError: ``body`` is not such a reply.
        """
        passages = body["passages"]
        return cls(
            **{k: body[k] for k in ("id", "status", "question", "understood_as", "reason", "passages_read")},
            limits=tuple(body.get("limits", ())),
            answers=tuple(Answer.from_json(answer) for answer in body["answers"]),
            nearest=tuple(Nearest.from_json(n) for n in body["nearest"]),
            timeline=tuple(Development.from_json(stage) for stage in body.get("timeline", ())),
            newer=tuple(Headline.from_json(item) for item in body.get("newer", ())),
            passages=None if passages is None else tuple(FoundPassage(**p) for p in passages),
            truncated=body["truncated"],
            timing_ms=Timing(**body["timing_ms"]),
            library_version=body["library_version"],
            read_by=body.get("read_by"),
        )


def _own(kind: type[Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """What ``body`` holds of the fields of ``kind``, without the metadata."""
    return {f.name: body[f.name] for f in fields(kind) if f.name != "about" and f.name in body}


def _plain(value: Any) -> Any:
    """A value of this module as JSON has it; an article's metadata stands among its carrier's own fields."""
    if isinstance(value, Metadata):
        return value.to_json()
    if is_dataclass(value):
        body: dict[str, Any] = {}
        for f in fields(value):
            written = _plain(getattr(value, f.name))
            body |= written if f.name == "about" else {f.name: written}
        return body
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
