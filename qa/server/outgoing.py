"""What the API gives back, for OpenAPI: the shape of what ``to_json`` of :mod:`qa.answers` and its like write."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from index.metadata import ArticleKind, ArticleStatus
from qa.answers import Limit, Reason, ReplyStatus
from qa.verify import Held

When = date | datetime
_ArticleId = Annotated[str, Field(description="Of the article: `GET /articles/{id}` gives it.")]
_Start = Annotated[int | None, Field(description="Where it begins in the article's text, in Unicode code points.")]
_End = Annotated[int | None, Field(description="Where it ends; the character there is no longer part of it.")]
_NUMBER = "In which paragraph it stands; the first is 1."
_Paragraph = Annotated[int, Field(description=_NUMBER)]
_DeepLink = Annotated[
    str | None,
    Field(description="The article's address at these words: browsers go there and mark them. `null` without one."),
]
_Sha256 = Annotated[str, Field(description="Of the text in UTF-8, in hexadecimal: which version it is.")]


class MetadataOut(BaseModel):
    """What is known of an article; `null` where it is not."""

    headline: str = Field(description="Above the text; no part of it.")
    source: str | None = Field(description="The paper.")
    author: str | None = Field(description="As the byline has it.")
    published: When | None = Field(description="A day, or a time with its zone.")
    url: str | None = Field(description="The address of its page.")
    updated: When | None = Field(description="When it was last changed: a day, or a time with its zone.")
    embargoed: datetime | None = Field(description="Until then it answers nothing.")
    section: str | None = Field(description="As `Sport`.")
    kind: ArticleKind | None = Field(description="What sort of text it is.")
    language: str | None = Field(description="As `en`, `de-CH`.")
    keywords: list[str] = Field(description="What it is about.")
    status: ArticleStatus = Field(description="The newsroom's word on it.")
    correction: str | None = Field(description="What readers are told of a correction or retraction.")
    replaces: str | None = Field(description="The id of the story whose place it takes.")
    published_time: datetime | None = Field(description="Where `published` is a day: the time on it, if it is known.")


class AttributionOut(BaseModel):
    """Whose words the quote is. Only who is surely named is named."""

    kind: Literal["quoted", "reported"] = Field(description="`quoted`, in quotation marks, or `reported`.")
    speaker: str | None = Field(description="The words that name them: `text[speaker_start:speaker_end]`.")
    speaker_start: int | None = Field(description="Where they begin in the article's text.")
    speaker_end: int | None = Field(description="Where they end.")
    said: str | None = Field(description="The reporting words, as `told` or `according to`.")


class CitationOut(MetadataOut):
    """Where a quote stands: `text[start:end]` of the article is `quote`."""

    article_id: _ArticleId
    deep_link: _DeepLink
    paragraph: _Paragraph
    quote: str = Field(description="The words of the answer, as the article has them.")
    start: int = Field(description="Where the quote begins in the article's text, in Unicode code points.")
    end: int = Field(description="Where it ends; the character there is no longer part of it.")
    sentence: str = Field(description="The sentence around the quote.")
    sentence_start: int = Field(description="Where the sentence begins in the article's text.")
    sentence_end: int = Field(description="Where it ends.")
    article_sha256: _Sha256
    attribution: AttributionOut | None = Field(description="Who says it; `null` where the article itself does.")


class CorroborationOut(BaseModel):
    """How many say so; nearly equal copies of one report count once."""

    articles: int = Field(description="How many reports.")
    sources: int = Field(description="How many different papers.")
    agency: str | None = Field(description="The news agency that one of the texts names.")


class AnswerOut(BaseModel):
    """One answer, and every place where it stands."""

    text: str = Field(description="The answer: the quote of its first citation.")
    confidence: float = Field(ge=0, le=1, description="The probability that it is right.")
    citations: list[CitationOut] = Field(description="Where it stands, the best place first; at least one.")
    kind: Literal["span", "sentence"] = Field(description="Words of a sentence, or the whole of it, to judge by.")
    as_of: When | None = Field(description="The newest publication among the citations.")
    corroboration: CorroborationOut | None = Field(description="How many say so; `null` where it was not counted.")


class DevelopmentOut(BaseModel):
    """One value of a fact that developed."""

    text: str = Field(description="The value, as the article has it.")
    hedge: str | None = Field(description="What weakens it, as `at least`.")
    when: When = Field(description="When it was told.")
    current: bool = Field(description="It is the newest.")
    disputed: bool = Field(description="Another value was told at the same time.")
    citations: list[CitationOut] = Field(description="Where it stands.")


class NearestOut(MetadataOut):
    """An article that comes near, and the sentence of it that comes nearest."""

    article_id: _ArticleId
    deep_link: _DeepLink
    paragraph: int | None = Field(description=_NUMBER)
    start: _Start
    end: _End
    sentence: str | None = Field(description="The sentence itself: `text[start:end]` of the article.")


class HeadlineOut(MetadataOut):
    """An article by name."""

    article_id: _ArticleId


class FoundPassageOut(BaseModel):
    """A retrieved passage: a paragraph, or a part of a long one."""

    article_id: _ArticleId
    paragraph: _Paragraph
    text: str = Field(description="The passage.")
    score: float = Field(description="How well it fits; higher is better, and only the order means anything.")


class TimingOut(BaseModel):
    """Milliseconds by stage."""

    search: float = Field(description="Finding passages.")
    read: float = Field(description="Reading them.")
    total: float = Field(description="All of it.")
    second: float = Field(default=0.0, description="The accurate reader's part of `read`, where two read.")


class ReplyOut(BaseModel):
    """What came of a question."""

    id: str = Field(description="Of this reply, for logs and feedback.")
    status: ReplyStatus = Field(
        description="`answered`: nine of ten such answers are right; `uncertain`: more likely right than wrong; or "
        "`no_answer`."
    )
    reason: Reason | None = Field(
        description="Why there is no answer: `nothing_relevant`, nothing found is about it; `weak_evidence`, it may be "
        "there, and is not sure enough; `not_a_question`; `outside_filters`, nothing may be read inside `limits`; "
        "`empty_library`."
    )
    limits: list[Limit] = Field(
        description="What the question was kept to; with `outside_filters`, what of it leaves nothing to read."
    )
    question: str = Field(description="As it was sent.")
    understood_as: str = Field(description="As it was asked: a follow-up, with the turn before it.")
    answers: list[AnswerOut] = Field(description="Best first; at most three where it is `uncertain`.")
    nearest: list[NearestOut] = Field(description="Up to three, where there is no answer.")
    timeline: list[DevelopmentOut] = Field(description="Of a fact that developed, its values, oldest first.")
    newer: list[HeadlineOut] = Field(
        description="Up to three later articles of the same story that do not repeat the answer, newest first."
    )
    passages: list[FoundPassageOut] | None = Field(description="With `include_passages`, best first.")
    passages_read: int = Field(description="How many were read.")
    truncated: bool = Field(description="The time budget ended before everything was read.")
    timing_ms: TimingOut = Field(description="How long it took.")
    library_version: int = Field(description="Counts what was written to the library.")
    read_by: str | None = Field(
        default=None, description="Who decided: `both`, `fast`, `accurate`, or a reader by its own name."
    )


class Written(BaseModel):
    """What became of an article."""

    id: _ArticleId
    status: Literal["added", "updated", "unchanged"] = Field(description="Whether it is new, changed, or as it was.")


class WrittenOut(BaseModel):
    """What became of the articles."""

    articles: list[Written] = Field(description="One entry for each that was sent, in that order.")


class ParagraphOut(BaseModel):
    """A paragraph, as a place in `text`."""

    number: int = Field(description="The first is 1.")
    start: int = Field(description="Where it begins, in Unicode code points.")
    end: int = Field(description="Where it ends; the character there is no longer part of it.")


class ArticleOut(MetadataOut):
    """An article, whole."""

    id: str = Field(description="Its name here.")
    text: str = Field(description="The paragraphs, with one blank line between them.")
    sha256: _Sha256
    paragraphs: list[ParagraphOut] = Field(description="Where each begins and ends.")
    questions: list[str] = Field(description="What its editors wrote for readers to ask.")


class ListedOut(MetadataOut):
    """An article in a list."""

    id: str = Field(description="Its name here.")
    paragraphs: int = Field(description="How many it has.")
    copy_of: str | None = Field(description="The id of an earlier, nearly identical one.")


class PageOut(BaseModel):
    """A page of articles, by id."""

    articles: list[ListedOut] = Field(description="In the order of their ids.")
    next: str | None = Field(description="Goes into `after` for the next page; `null` on the last.")


class VerdictOut(BaseModel):
    """Whether a citation still holds, and where its quote stands now."""

    status: Held = Field(description="`withdrawn`: the article was retracted or withdrawn; `gone`: there is none.")
    start: _Start
    end: _End
    paragraph: int | None = Field(description=_NUMBER)
    before: str | None = Field(description="The sentence that was cited, of a changed one.")
    now: str | None = Field(description="What the article says in its place.")
    changed_at: datetime | None = Field(description="Since when.")
    note: str | None = Field(description="What readers are told of a correction or retraction.")


class VersionOut(MetadataOut):
    """An article as it stood for a time."""

    version: int = Field(description="The first is 1.")
    since: datetime = Field(description="From when it stood.")
    until: datetime | None = Field(description="Until when; `null` if it still does.")
    sha256: _Sha256


class VersionTextOut(VersionOut):
    """A version with its text."""

    text: str = Field(description="The paragraphs, with one blank line between them.")


class VersionsOut(BaseModel):
    """The versions of an article."""

    versions: list[VersionOut] = Field(description="Oldest first, the current one last.")


class OffersOut(BaseModel):
    """What the component may show beside answers."""

    article: str | None = Field(description="With `url`: the id of the story at this address.")
    questions: list[str] = Field(description="Questions to suggest.")
    feedback: bool = Field(description="Whether POST /feedback takes what readers think of an answer.")
    articles: bool = Field(description="Whether this caller may read articles whole.")


class HealthOut(BaseModel):
    """How the server is."""

    status: str = Field(description="`alive` or `ready`.")


class FieldErrorOut(BaseModel):
    """What is wrong with one field."""

    field: str = Field(description="Its name, with the way to it: `filters.sources[2]`.")
    message: str = Field(description="What was expected.")


class ProblemOut(BaseModel):
    """An error, by RFC 9457."""

    type: str = Field(description="`about:blank`: `code` names the kind.")
    title: str = Field(description="The kind, in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What was wrong, and what to do.")
    code: str = Field(description="The kind, for programs.")
    request_id: str = Field(description="That of `X-Request-ID`, to find it in the server's log.")
    errors: list[FieldErrorOut] = Field(description="The fields that are wrong; empty where none is to blame.")
