"""What comes in over HTTP, checked, and the shape of what goes out, for OpenAPI.

Limits: see the constants here and in :mod:`qa.answers`. Unknown fields are refused.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

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

from index.articles import MAX_FIELD_CHARS, MAX_KEYWORD_CHARS, MAX_KEYWORDS, clean_text
from index.errors import ArticleError
from index.metadata import Kind
from index.metadata import Status as ArticleStatus
from index.times import now, parse_as_of
from qa.answers import (
    MAX_FILTER_ITEMS,
    MAX_HISTORY,
    MAX_QUESTION_CHARS,
    MAX_TOP_K,
    Filters,
    Question,
    Reason,
    Status,
    Turn,
)
from qa.verify import Held

MAX_LIST = 1_000
MAX_ID_CHARS = 500
MAX_ANSWER_CHARS = 5_000
MAX_BUDGET_MS = 3_600_000

CLEAN = r"^[^\s\x00-\x1f\x7f-\x9f]+( [^\s\x00-\x1f\x7f-\x9f]+)*$"
"""For OpenAPI: what an article's id may be."""
_VISIBLE = r"[^\s\x00-\x1f\x7f-\x9f]"
"""For OpenAPI: something is left when white space and control characters are taken away."""

Id = Annotated[str, Field(min_length=1, max_length=MAX_ID_CHARS)]


def _integral(value: Any) -> Any:
    """In JSON, 2.0 is an integer too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


TopK = Annotated[int, Strict(), Field(ge=1, le=MAX_TOP_K), BeforeValidator(_integral)]
Offset = Annotated[int, Strict(), Field(ge=0, le=10**9), BeforeValidator(_integral)]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]


_WHEN = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}, {"type": "null"}]}


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

    question: Annotated[
        str, Field(min_length=1, max_length=MAX_QUESTION_CHARS, json_schema_extra={"pattern": _VISIBLE})
    ]
    top_k: Annotated[TopK, Field(description="At most so many different answers.")] = 3
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


class ArticleIn(_In):
    """An article: `headline` and either `paragraphs` or `text` (paragraphs separated by blank lines)."""

    id: Annotated[str, Field(max_length=MAX_ID_CHARS, json_schema_extra={"pattern": CLEAN})] | None = None
    headline: Annotated[str, Field(max_length=MAX_FIELD_CHARS, json_schema_extra={"pattern": _VISIBLE})]
    paragraphs: list[str] | None = None
    text: str | None = None
    source: _Line | None = None
    author: _Line | None = None
    published: Annotated[str | None, WithJsonSchema(_WHEN), Field(description=_DAYS)] = None
    url: Annotated[str, Field(max_length=MAX_FIELD_CHARS, json_schema_extra={"pattern": _URL})] | None = None
    updated: Annotated[str | None, WithJsonSchema(_WHEN)] = None
    embargoed: Annotated[
        str | None,
        WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}),
        Field(description="Until then only those who may write see it, and it answers nothing. A time with its zone."),
    ] = None
    section: _Line | None = None
    kind: Kind | None = None
    language: (
        Annotated[str, Field(json_schema_extra={"pattern": _LANGUAGE}, description="As `en`, `de-CH`.")] | None
    ) = None
    keywords: Annotated[
        list[Annotated[str, Field(max_length=MAX_KEYWORD_CHARS)]] | None, Field(max_length=MAX_KEYWORDS)
    ] = None
    status: ArticleStatus | None = None
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

    article_id: Id
    quote: Annotated[str, Field(min_length=1, max_length=100_000)]
    start: Offset
    end: Offset
    sentence: (
        Annotated[str, Field(max_length=1_000_000, description="Without it the quote alone is looked up.")] | None
    ) = None
    sentence_start: Offset | None = None
    article_sha256: Annotated[str, Field(max_length=64)] | None = None


# What goes out: the shape of what ``to_json`` of :mod:`qa.answers` writes.


When = date | datetime


class MetadataOut(BaseModel):
    """What is known of an article; `null` where it is not."""

    headline: str
    source: str | None
    author: str | None
    published: When | None = Field(description="A day, or a time with its zone.")
    url: str | None
    updated: When | None
    embargoed: datetime | None
    section: str | None
    kind: Kind | None
    language: str | None
    keywords: list[str]
    status: ArticleStatus
    correction: str | None
    replaces: str | None
    published_time: datetime | None = Field(description="Where `published` is a day: the time on it, if it is known.")


class AttributionOut(BaseModel):
    """Whose words the quote is: `quoted` in quotation marks, or `reported`. Only who is surely named is named."""

    kind: Literal["quoted", "reported"]
    speaker: str | None = Field(description="The words that name them: `text[speaker_start:speaker_end]`.")
    speaker_start: int | None
    speaker_end: int | None
    said: str | None = Field(description="The reporting words, as `told` or `according to`.")


class CitationOut(MetadataOut):
    """Where a quote stands: `text[start:end]` of the article is `quote`. `paragraph` counts from 1."""

    article_id: str
    deep_link: str | None = Field(description="The article's address at the quote, as browsers understand it.")
    paragraph: int
    quote: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    sentence_end: int
    article_sha256: str = Field(description="Of the article's text in UTF-8.")
    attribution: AttributionOut | None = Field(description="Who says it; `null` where the article itself does.")


class CorroborationOut(BaseModel):
    """How many say so; nearly equal copies of one report count once."""

    articles: int
    sources: int
    agency: str | None = Field(description="The news agency that one of the texts names.")


class AnswerOut(BaseModel):
    """One answer, and every place where it stands."""

    text: str
    confidence: float = Field(ge=0, le=1, description="The probability that it is right.")
    citations: list[CitationOut]
    kind: Literal["span", "sentence"] = Field(description="Words of a sentence, or the whole of it, to judge by.")
    as_of: When | None = Field(description="The newest publication among the citations.")
    corroboration: CorroborationOut | None


class DevelopmentOut(BaseModel):
    """One value of a fact that developed; `disputed` if another one was told at the same time."""

    text: str
    hedge: str | None = Field(description="What weakens it, as `at least`.")
    when: When
    current: bool = Field(description="It is the newest.")
    disputed: bool
    citations: list[CitationOut]


class NearestOut(MetadataOut):
    """An article that comes near, and the sentence of it that comes nearest."""

    article_id: str
    deep_link: str | None
    paragraph: int | None
    start: int | None
    end: int | None
    sentence: str | None


class HeadlineOut(MetadataOut):
    """An article by name."""

    article_id: str


class FoundPassageOut(BaseModel):
    """A retrieved passage; higher scores are better."""

    article_id: str
    paragraph: int
    text: str
    score: float


class TimingOut(BaseModel):
    """Milliseconds by stage."""

    search: float
    read: float
    total: float
    second: float = Field(default=0.0, description="The accurate reader's part of `read`, where two read.")


class ReplyOut(BaseModel):
    """What came of a question."""

    id: str
    status: Status = Field(
        description="`answered`: nine of ten such answers are right; `uncertain`: more likely right than wrong."
    )
    reason: Reason | None = Field(description="Why there is no answer.")
    question: str
    understood_as: str = Field(description="A follow-up is asked with the turn before it.")
    answers: list[AnswerOut] = Field(description="Best first; at most three where it is `uncertain`.")
    nearest: list[NearestOut] = Field(description="Up to three, where there is no answer.")
    timeline: list[DevelopmentOut] = Field(description="Of a fact that developed, its values, oldest first.")
    newer: list[HeadlineOut] = Field(
        description="Up to three later articles of the same story that do not repeat the answer, newest first."
    )
    passages: list[FoundPassageOut] | None = Field(description="With `include_passages`, best first.")
    passages_read: int
    truncated: bool = Field(description="The time budget ended before everything was read.")
    timing_ms: TimingOut
    library_version: int
    read_by: str | None = Field(
        default=None, description="Who decided: `both`, `fast`, `accurate`, or a reader by its own name."
    )


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


class ArticleOut(MetadataOut):
    """An article, whole."""

    id: str
    text: str
    sha256: str
    paragraphs: list[ParagraphOut]


class ListedOut(MetadataOut):
    """An article in a list. `copy_of` is the id of an earlier, nearly identical one."""

    id: str
    paragraphs: int
    copy_of: str | None


class PageOut(BaseModel):
    """A page of articles by id; `next` goes into `after` for the next one, `null` on the last."""

    articles: list[ListedOut]
    next: str | None


class VerdictOut(BaseModel):
    """Whether a citation still holds, and where its quote stands now."""

    status: Held = Field(description="`withdrawn`: the article was retracted or withdrawn; `gone`: there is none.")
    start: int | None
    end: int | None
    paragraph: int | None
    before: str | None = Field(description="The sentence that was cited, of a changed one.")
    now: str | None = Field(description="What the article says in its place.")
    changed_at: datetime | None
    note: str | None = Field(description="What readers are told of a correction or retraction.")


class StatusIn(_In):
    """The newsroom's word on an article. Whatever is not `live` needs its note, `correction`."""

    status: ArticleStatus
    correction: Annotated[_Line | None, Field(description="What readers are told.")] = None


class VersionOut(MetadataOut):
    """An article as it stood from `since` until `until`, `null` if it still does."""

    version: int
    since: datetime
    until: datetime | None
    sha256: str


class VersionTextOut(VersionOut):
    """A version with its text."""

    text: str


class VersionsOut(BaseModel):
    """The versions of an article, oldest first, the current one last."""

    versions: list[VersionOut]


class OffersOut(BaseModel):
    """What the component may show beside answers."""

    article: str | None = Field(description="With `url`: the id of the story at this address.")
    questions: list[str] = Field(description="Questions to suggest.")
    feedback: bool = Field(description="Whether POST /feedback takes what readers think of an answer.")
    articles: bool = Field(description="Whether this caller may read articles whole.")


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
