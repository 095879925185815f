"""What the readers of the formats give: an article as its file tells it, before it is cleaned and checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

from index.articles import MAX_FIELD_CHARS, MAX_KEYWORD_CHARS, MAX_KEYWORDS, MAX_QUESTION_CHARS, MAX_QUESTIONS
from index.metadata import KINDS


class FormatError(Exception):
    """Data that is not what its format asks for; ``line`` counts from 1, 0 if it has none."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class Parts(TypedDict, total=False):
    """What :func:`index.articles.make_article` takes."""

    id: str | None
    headline: str
    paragraphs: list[str]
    source: str | None
    author: str | None
    published: date | None
    url: str | None
    updated: date | None
    embargoed: datetime | None
    section: str | None
    kind: str | None
    language: str | None
    keywords: list[str]
    status: str
    correction: str | None
    replaces: str | None
    questions: list[str]
    published_time: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One article.

    ``id`` is the publisher's own name for it. Times keep the zone that they were written with; a day without a
    time is a ``date``. ``notes`` are for the person who adds it: what was left out, or could not be told.
    """

    headline: str
    paragraphs: tuple[str, ...]
    id: str | None = None
    url: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    published: date | datetime | None = None
    updated: date | datetime | None = None
    section: str | None = None
    kind: str | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()
    embargoed: datetime | None = None
    status: str = "live"
    correction: str | None = None
    replaces: str | None = None
    questions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    timed: bool = False
    """Whether the time of ``published`` is the newsroom's own, and counts as a moment in its zone. What other systems
    write counts as the day that stands there, with its time beside it: an evening's story stays on its evening."""

    @property
    def parts(self) -> Parts:
        """What an article takes of it: of a time without a zone, the day.

        A kind, a language, keywords or questions that it does not know or that are too long are left out: they are no
        reason to refuse the text.
        """
        return Parts(
            id=self.id, headline=self.headline, paragraphs=list(self.paragraphs), source=self.source,
            author=", ".join(self.authors) or None, published=self.published_as_told, url=self.url,
            updated=_zoned(self.updated), embargoed=self.embargoed, section=_short(self.section, MAX_FIELD_CHARS),
            kind=self.kind if self.kind in KINDS else None, language=_tag(self.language),
            keywords=[word for word in self.keywords if len(word) <= MAX_KEYWORD_CHARS][:MAX_KEYWORDS],
            status=self.status, correction=self.correction, replaces=self.replaces,
            questions=[asked for asked in self.questions if len(asked) <= MAX_QUESTION_CHARS][:MAX_QUESTIONS],
            published_time=None if self.timed else _moment(self.published),
        )  # fmt: skip

    @property
    def published_as_told(self) -> date | None:
        """The day that stands in the file, or the newsroom's own time."""
        if self.timed:
            return _zoned(self.published)
        return self.published.date() if isinstance(self.published, datetime) else self.published


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is no article for readers, or not yet, or no longer: what it is, and why it stays out.

    ``kills`` is the id, or the address, of the article that its publisher takes back with it.
    """

    what: str
    why: str
    kills: str | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One item of a file that holds several, and what is wrong with it. ``number`` counts from 1."""

    number: int
    message: str


def _tag(language: str | None) -> str | None:
    """A language tag: ``en-US`` of Open Graph's ``en_US``."""
    tag = (language or "").strip().replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", tag) else None


def _short(value: str | None, limit: int) -> str | None:
    return value if value and len(value) <= limit else None


def _zoned(value: date | None) -> date | None:
    return value.date() if isinstance(value, datetime) and value.tzinfo is None else value


def _moment(value: date | None) -> datetime | None:
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


FileItem = Draft | LeftOut | Unreadable


def strings(value: Any) -> tuple[str, ...]:
    """The strings in a value that may be one, a list of them, or of objects with a ``name``; nothing else."""
    values: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
    named = [item.get("name") if isinstance(item, dict) else item for item in values]
    return tuple(item.strip() for item in named if isinstance(item, str) and item.strip())
