"""What is known about an article beside its text. A new field is named here, and where it comes in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal, get_args

ArticleKind = Literal["news", "opinion", "analysis", "correction", "live"]
ArticleStatus = Literal["live", "corrected", "retracted", "withdrawn"]
KINDS: tuple[ArticleKind, ...] = get_args(ArticleKind)
STATUSES: tuple[ArticleStatus, ...] = get_args(ArticleStatus)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of one article: carried whole by the article, its listing, its headline and every citation.

    ``published`` and ``updated`` are days or times with a zone; until ``embargoed`` only those who may write see it.
    ``status`` and its note, ``correction``, are the newsroom's word on it; ``replaces`` is the id of the story whose
    place this one takes. Where ``published`` is the day that other systems write, ``published_time`` is the time on it.
    """

    headline: str
    source: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None
    updated: date | None = None
    embargoed: datetime | None = None
    section: str | None = None
    kind: ArticleKind | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()
    status: ArticleStatus = "live"
    correction: str | None = None
    replaces: str | None = None
    published_time: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """Every field, in order, as JSON holds it: days and times by ISO 8601."""
        return {name: _written(getattr(self, name)) for name in NAMES}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Metadata:
        """What ``to_json`` wrote; what ``body`` holds beside is passed over, what it lacks is as if not known.

        Raises:
            KeyError, TypeError, ValueError: there is no headline, or a date is none.
        """
        given = {name: body[name] for name in NAMES if body.get(name) is not None}
        return cls(**{name: _READ[name](value) if name in _READ else value for name, value in given.items()})

    def to_row(self) -> dict[str, str | None]:
        """Every field, in order, as a column of text holds it."""
        body = self.to_json()
        return body | {"keywords": json.dumps(body["keywords"], ensure_ascii=False) if self.keywords else None}

    @classmethod
    def from_row(cls, row: Mapping[str, str | None]) -> Metadata:
        """What ``to_row`` wrote."""
        keywords = row["keywords"]
        return cls.from_json({**row, "keywords": json.loads(keywords) if keywords else ()})

    @property
    def moment(self) -> date | None:
        """When it was published, as exactly as it is known."""
        return self.published_time or self.published

    @property
    def silent(self) -> bool:
        """Whether the article answers nothing: it was retracted or withdrawn."""
        return self.status in ("retracted", "withdrawn")


NAMES = tuple(field.name for field in fields(Metadata))
"""The fields in their order: names in JSON, columns in the stores."""


def read_when(text: str) -> date:
    """A day, or a time with its zone, from what ``isoformat`` wrote.

    Raises:
        ValueError: it is neither.
    """
    return date.fromisoformat(text) if len(text) == len("2023-06-26") else datetime.fromisoformat(text)


_READ: dict[str, Callable[[Any], Any]] = {
    "published": read_when, "updated": read_when, "embargoed": datetime.fromisoformat, "keywords": tuple,
    "published_time": datetime.fromisoformat,
}  # fmt: skip


def _written(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


class Described:
    """Whatever carries an article's metadata in ``about``; the fields that everybody asks for can be read directly."""

    __slots__ = ()
    about: Metadata

    @property
    def headline(self) -> str:
        """The article's headline."""
        return self.about.headline

    @property
    def source(self) -> str | None:
        """Who published it."""
        return self.about.source

    @property
    def author(self) -> str | None:
        """Who wrote it."""
        return self.about.author

    @property
    def published(self) -> date | None:
        """When: a day, or a time with its zone."""
        return self.about.published

    @property
    def moment(self) -> date | None:
        """When it was published, as exactly as it is known."""
        return self.about.moment

    @property
    def url(self) -> str | None:
        """Its address."""
        return self.about.url
