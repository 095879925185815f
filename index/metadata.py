"""What is known about an article beside its text. A new field is named here, and where it comes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of one article: carried whole by the article, its listing, its headline and every citation."""

    headline: str
    source: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Every field, in order, as JSON and SQL can hold it: dates by ISO 8601."""
        return {name: _written(getattr(self, name)) for name in NAMES}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Metadata:
        """What ``to_json`` wrote; what ``body`` holds beside is passed over, what it lacks is ``None``.

        Raises:
            KeyError, TypeError, ValueError: there is no headline, or a date is none.
        """
        given = {name: body[name] for name in NAMES if body.get(name) is not None}
        return cls(**{name: _READ[name](value) if name in _READ else value for name, value in given.items()})


NAMES = tuple(field.name for field in fields(Metadata))
"""The fields in their order: names in JSON, columns in the stores."""
_READ: dict[str, Callable[[str], Any]] = {"published": date.fromisoformat}


def _written(value: Any) -> Any:
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
        """When."""
        return self.about.published

    @property
    def url(self) -> str | None:
        """Its address."""
        return self.about.url
