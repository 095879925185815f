"""What the readers of the formats give: an article as its file tells it, before it is cleaned and checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypedDict


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
    notes: tuple[str, ...] = ()

    @property
    def parts(self) -> Parts:
        """What an article takes of it: of a time, the day that is written there."""
        day = self.published.date() if isinstance(self.published, datetime) else self.published
        return Parts(
            id=self.id, headline=self.headline, paragraphs=list(self.paragraphs), source=self.source,
            author=", ".join(self.authors) or None, published=day, url=self.url,
        )  # fmt: skip

    def noted(self, *notes: str | None) -> Draft:
        """The same with these notes too."""
        return replace(self, notes=self.notes + tuple(note for note in notes if note))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is no article for readers, or not yet, or no longer: what it is, and why it stays out."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One item of a file that holds several, and what is wrong with it. ``number`` counts from 1."""

    number: int
    message: str


Item = Draft | LeftOut | Unreadable


def strings(value: Any) -> tuple[str, ...]:
    """The strings in a value that may be one, a list of them, or of objects with a ``name``; nothing else."""
    values: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
    named = [item.get("name") if isinstance(item, dict) else item for item in values]
    return tuple(item.strip() for item in named if isinstance(item, str) and item.strip())
