"""What comes in over HTTP, checked, and the shape of what goes out, for OpenAPI.

Limits: see the constants here and in :mod:`qa.answers`. Unknown fields are refused.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Strict, Tag, field_validator, model_validator

from qa.answers import (
    MAX_FILTER_ITEMS,
    MAX_HISTORY,
    MAX_QUESTION_CHARS,
    MAX_TOP_K,
    Filters,
    Question,
    Turn,
)

MAX_LIST = 1_000
MAX_ID_CHARS = 500
MAX_ANSWER_CHARS = 5_000
MAX_BUDGET_MS = 3_600_000

Id = Annotated[str, Field(min_length=1, max_length=MAX_ID_CHARS)]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TurnIn(_In):
    """An earlier question and the answer that was given; `null` if none was."""

    question: Annotated[str, Field(min_length=1, max_length=MAX_QUESTION_CHARS)]
    answer: Annotated[str, Field(max_length=MAX_ANSWER_CHARS)] | None = None


class FiltersIn(_In):
    """Which articles may answer. Empty lists and `null` mean all; both dates are inclusive."""

    article_ids: Annotated[list[Id], Field(max_length=MAX_FILTER_ITEMS)] = []
    sources: Annotated[list[Id], Field(max_length=MAX_FILTER_ITEMS)] = []
    published_from: date | None = None
    published_to: date | None = None

    @field_validator("published_from", "published_to", mode="before")
    @classmethod
    def _only_iso_dates(cls, value: Any) -> Any:
        if value is not None and not (isinstance(value, str) and len(value) == 10):
            raise ValueError("must be a date like 2023-06-26, or null")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> FiltersIn:
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ValueError("published_from is after published_to")
        return self


class AskIn(_In):
    """A question. Only `question` is required."""

    question: Annotated[str, Field(min_length=1, max_length=MAX_QUESTION_CHARS)]
    top_k: Annotated[Whole, Field(ge=1, le=MAX_TOP_K, description="At most so many different answers.")] = 3
    filters: FiltersIn = FiltersIn()
    history: Annotated[list[TurnIn], Field(max_length=MAX_HISTORY, description="Oldest first.")] = []
    min_confidence: Annotated[
        Annotated[Number, Field(ge=0, le=1)] | None,
        Field(description="Replaces the calibrated threshold; with 0 the best span is always given."),
    ] = None
    budget_ms: Annotated[
        Annotated[Number, Field(gt=0, le=MAX_BUDGET_MS)] | None,
        Field(description="Reads the best passages first and stops after so many milliseconds."),
    ] = None
    include_passages: Annotated[bool, Strict(), Field(description="Lists the retrieved passages, best first.")] = False

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "What did Rudenko and Qin Gang discuss?", "top_k": 1}]},
    )

    @field_validator("question")
    @classmethod
    def _has_words(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("must not be only white space")
        return value

    def value(self) -> Question:
        """The question as the engine takes it."""
        return Question(
            text=self.question,
            top_k=self.top_k,
            filters=Filters(
                tuple(self.filters.article_ids),
                tuple(self.filters.sources),
                self.filters.published_from,
                self.filters.published_to,
            ),
            history=tuple(Turn(turn.question, turn.answer) for turn in self.history),
            min_confidence=self.min_confidence,
            budget_ms=self.budget_ms,
            include_passages=self.include_passages,
        )


class ArticleIn(_In):
    """An article: `headline` and either `paragraphs` or `text` (paragraphs separated by blank lines)."""

    id: str | None = None
    headline: str
    paragraphs: list[str] | None = None
    text: str | None = None
    source: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "headline": "Town opens bridge",
                    "paragraphs": ["The town opened a new bridge on Friday.", "It cost 1.2 million euro."],
                    "source": "The Daily",
                    "published": "2024-05-03",
                    "url": "https://example.org/bridge",
                }
            ]
        },
    )


def _shape(value: Any) -> str:
    return "many" if isinstance(value, list) else "one"


ArticlesIn = Annotated[
    Annotated[ArticleIn, Tag("one")]
    | Annotated[Annotated[list[ArticleIn], Field(min_length=1, max_length=MAX_LIST)], Tag("many")],
    Discriminator(_shape),
]


class ClaimIn(BaseModel):
    """A citation to check. The other fields of a citation may be sent along and are not looked at."""

    article_id: Id
    quote: Annotated[str, Field(min_length=1, max_length=100_000)]
    start: Annotated[Whole, Field(ge=0, le=10**9)]
    end: Annotated[Whole, Field(ge=0, le=10**9)]


# What goes out. Replies are dataclasses of qa.answers; these have no other home.


class Written(BaseModel):
    """What became of an article."""

    id: str
    status: Literal["added", "updated", "unchanged"]


class WrittenOut(BaseModel):
    """One entry for each article that was sent, in that order."""

    articles: list[Written]


class ParagraphOut(BaseModel):
    """A paragraph: its number from 1, and its half-open offsets in `text`, in Unicode code points."""

    number: int
    start: int
    end: int


class ArticleOut(BaseModel):
    """An article, whole."""

    id: str
    headline: str
    source: str | None
    author: str | None
    published: date | None
    url: str | None
    text: str
    sha256: str
    paragraphs: list[ParagraphOut]


class ListedOut(BaseModel):
    """An article in a list. `copy_of` is the id of an earlier, nearly identical one."""

    id: str
    headline: str
    source: str | None
    author: str | None
    published: date | None
    url: str | None
    paragraphs: int
    copy_of: str | None


class PageOut(BaseModel):
    """A page of articles by id; `next` goes into `after` for the next one, `null` on the last."""

    articles: list[ListedOut]
    next: str | None


class VerdictOut(BaseModel):
    """Whether a citation still holds, and where its quote stands now."""

    status: Literal["holds", "moved", "changed", "gone"]
    start: int | None
    end: int | None
    paragraph: int | None


class HealthOut(BaseModel):
    """`alive` or `ready`."""

    status: str


class FieldErrorOut(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class ProblemOut(BaseModel):
    """An error, by RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldErrorOut]
