"""What is sent to the API, checked field by field: questions, articles, citations.

Limits: see the constants here and in :mod:`qa.answers`. Unknown fields are refused.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    Tag,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from index.articles import MAX_FIELD_CHARS, MAX_KEYWORD_CHARS, MAX_KEYWORDS, MAX_QUESTIONS, clean_text
from index.errors import ArticleError
from index.metadata import ArticleKind, ArticleStatus
from index.times import now, parse_as_of
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

CLEAN = r"^[^\s\x00-\x1f\x7f-\x9f]+( [^\s\x00-\x1f\x7f-\x9f]+)*$"
"""For OpenAPI: what an article's id may be."""
_VISIBLE = r"[^\s\x00-\x1f\x7f-\x9f]"
"""For OpenAPI: something is left when white space and control characters are taken away."""

Id = Annotated[str, Field(min_length=1, max_length=MAX_ID_CHARS)]


def integral(value: Any) -> Any:
    """In JSON, 2.0 is an integer too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


TopK = Annotated[int, Strict(), Field(ge=1, le=MAX_TOP_K), BeforeValidator(integral)]
Offset = Annotated[int, Strict(), Field(ge=0, le=10**9), BeforeValidator(integral)]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]


_WHEN = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}, {"type": "null"}]}


class Body(BaseModel):
    """What is sent: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class TurnIn(Body):
    """An earlier question and the answer that was given; `null` if none was."""

    question: Annotated[
        str, Field(min_length=1, max_length=MAX_QUESTION_CHARS, description="As it was understood, or as typed.")
    ]
    answer: Annotated[
        Annotated[str, Field(max_length=MAX_ANSWER_CHARS)] | None,
        Field(description="The best answer; `null` if none was given."),
    ] = None


class FiltersIn(Body):
    """Which articles may answer. Empty lists and `null` mean all; both dates are inclusive."""

    article_ids: Annotated[list[Id], Field(max_length=MAX_FILTER_ITEMS, description="The ids of articles.")] = []
    sources: Annotated[
        list[Id], Field(max_length=MAX_FILTER_ITEMS, description="Names of papers, in small or capital letters.")
    ] = []
    published_from: Annotated[
        date | None, Field(description="The first day, in the newsroom's zone, as `2023-06-26`.")
    ] = None
    published_to: Annotated[date | None, Field(description="The last day.")] = None

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


class AskIn(Body):
    """A question. Only `question` is required."""

    question: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MAX_QUESTION_CHARS,
            json_schema_extra={"pattern": _VISIBLE},
            description="As a reader typed it.",
        ),
    ]
    top_k: Annotated[TopK, Field(description="At most so many different answers.")] = 3
    filters: Annotated[FiltersIn, Field(description="Which articles may answer; all, if left out.")] = FiltersIn()
    history: Annotated[
        list[TurnIn],
        Field(
            max_length=MAX_HISTORY,
            description="What was asked and answered before, oldest first: a follow-up needs it.",
        ),
    ] = []
    min_confidence: Annotated[
        Annotated[Number, Field(ge=0, le=1)] | None,
        Field(description="Replaces the calibrated threshold; with 0 the best span is always given."),
    ] = None
    budget_ms: Annotated[
        Annotated[Number, Field(gt=0, le=MAX_BUDGET_MS)] | None,
        Field(description="Reads the best passages first and stops after so many milliseconds."),
    ] = None
    include_passages: Annotated[bool, Strict(), Field(description="Lists the retrieved passages, best first.")] = False
    as_of: Annotated[
        str | None,
        WithJsonSchema(_WHEN),
        Field(description="A day, or a time with its zone, not in the future: only what stood by then answers."),
    ] = None

    @field_validator("as_of")
    @classmethod
    def _as_of(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                parse_as_of(value, now())
            except ArticleError as error:
                raise ValueError(error.message) from None
        return value

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "What did Rudenko and Qin Gang discuss?", "top_k": 1}]},
    )

    @field_validator("question")
    @classmethod
    def _has_words(cls, value: str) -> str:
        if not clean_text(value):
            raise ValueError("must not be only white space and control characters")
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
            as_of=parse_as_of(self.as_of, now()) if self.as_of else None,
        )


_Line = Annotated[str, Field(max_length=MAX_FIELD_CHARS)]
_DAYS = "A day, or a time with its zone; of a time without one only the day is kept."
_LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_URL = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/\x00-\x1f\x7f-\x9f]+[^\s\x00-\x1f\x7f-\x9f]*$"


_ONE_TEXT: dict[str, Any] = {
    "oneOf": [
        {
            "required": ["paragraphs"],
            "properties": {
                "paragraphs": {"type": "array", "contains": {"pattern": _VISIBLE}},
                "text": {"type": "null"},
            },
        },
        {
            "required": ["text"],
            "properties": {"text": {"type": "string", "pattern": _VISIBLE}, "paragraphs": {"type": "null"}},
        },
    ]
}


class ArticleIn(Body):
    """An article: `headline` and either `paragraphs` or `text` (paragraphs separated by blank lines)."""

    id: Annotated[
        Annotated[str, Field(max_length=MAX_ID_CHARS, json_schema_extra={"pattern": CLEAN})] | None,
        Field(description="Its name; without one it is known by its address, else by its content."),
    ] = None
    headline: Annotated[
        str,
        Field(
            max_length=MAX_FIELD_CHARS,
            json_schema_extra={"pattern": _VISIBLE},
            description="Above the text; no part of it.",
        ),
    ]
    paragraphs: Annotated[list[str] | None, Field(description="The text, one item a paragraph.")] = None
    text: Annotated[str | None, Field(description="Or the text, with a blank line between paragraphs.")] = None
    source: Annotated[_Line | None, Field(description="The paper.")] = None
    author: Annotated[_Line | None, Field(description="As the byline has it.")] = None
    published: Annotated[str | None, WithJsonSchema(_WHEN), Field(description=_DAYS)] = None
    url: Annotated[
        Annotated[str, Field(max_length=MAX_FIELD_CHARS, json_schema_extra={"pattern": _URL})] | None,
        Field(description="The address of its page, which citations point to."),
    ] = None
    updated: Annotated[
        str | None, WithJsonSchema(_WHEN), Field(description="When it was last changed, given as `published` is.")
    ] = None
    embargoed: Annotated[
        str | None,
        WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}),
        Field(description="Until then only those who may write see it, and it answers nothing. A time with its zone."),
    ] = None
    section: Annotated[_Line | None, Field(description="As `Sport`.")] = None
    kind: Annotated[ArticleKind | None, Field(description="What sort of text it is.")] = None
    language: Annotated[
        Annotated[str, Field(json_schema_extra={"pattern": _LANGUAGE})] | None, Field(description="As `en`, `de-CH`.")
    ] = None
    keywords: Annotated[
        list[Annotated[str, Field(max_length=MAX_KEYWORD_CHARS)]] | None,
        Field(max_length=MAX_KEYWORDS, description="What it is about."),
    ] = None
    status: Annotated[
        ArticleStatus | None,
        Field(description="The newsroom's word on it; what is retracted or withdrawn answers nothing."),
    ] = None
    correction: Annotated[_Line | None, Field(description="What readers are told of a correction.")] = None
    replaces: Annotated[
        Annotated[str, Field(max_length=MAX_ID_CHARS, json_schema_extra={"pattern": CLEAN})] | None,
        Field(description="The id of the story whose place this one takes: that one answers no more."),
    ] = None
    published_time: Annotated[
        str | None,
        WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}),
        Field(description="Where `published` is a day: the time on it, with its zone."),
    ] = None
    questions: Annotated[
        list[Annotated[str, Field(max_length=MAX_QUESTION_CHARS)]] | None,
        Field(max_length=MAX_QUESTIONS, description="Offered to readers; see /articles/{id}/questions."),
    ] = None

    @field_validator("id", "published", "url", "updated", "embargoed", "language", "replaces", "published_time")
    @classmethod
    def _not_empty(cls, value: str | None) -> str | None:
        if value == "":
            raise ValueError("must not be empty; leave it out, or send null")
        return value

    @field_validator("url")
    @classmethod
    def _a_url(cls, value: str | None) -> str | None:
        if value is not None and not re.search(_URL, value):
            raise ValueError("must start with http:// or https://, without spaces and control characters")
        return value

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "headline": "Town opens bridge",
                    "paragraphs": ["The town opened a new bridge on Friday.", "It cost 1.2 million euro."],
                    "source": "The Daily",
                    "published": "2024-05-03T08:30:00+02:00",
                    "url": "https://example.org/bridge",
                }
            ],
            **_ONE_TEXT,
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

    article_id: Annotated[Id, Field(description="Of the article.")]
    quote: Annotated[str, Field(min_length=1, max_length=100_000, description="The words that were cited.")]
    start: Annotated[Offset, Field(description="Where they begin in the text, in Unicode code points.")]
    end: Annotated[Offset, Field(description="Where they end; the character there is no longer theirs.")]
    sentence: Annotated[
        Annotated[str, Field(max_length=1_000_000)] | None,
        Field(description="The sentence around them; without it the quote alone is looked up."),
    ] = None
    sentence_start: Annotated[Offset | None, Field(description="Where the sentence begins.")] = None
    article_sha256: Annotated[
        Annotated[str, Field(max_length=64)] | None, Field(description="Which version of the text was cited.")
    ] = None


class StatusIn(Body):
    """The newsroom's word on an article. Whatever is not `live` needs its note, `correction`."""

    status: Annotated[ArticleStatus, Field(description="`live`, `corrected`, `retracted` or `withdrawn`.")]
    correction: Annotated[_Line | None, Field(description="What readers are told.")] = None
