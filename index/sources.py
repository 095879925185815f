"""Where a newsroom's articles are: SOURCES.toml, checked.

vanished = "keep"                  # or "withdraw": what happens to articles that are no longer there
[fetch]
agent = "The Calder Post; desk@calder.example"
[[source]]
name = "desk"
folder = "export"                  # beside this file, or a whole path
[[source]]
name = "news"
feed = "https://calder.example/rss"
follow = true                      # fetch the pages of its entries
every = "10m"
[[source]]
name = "site"
sitemap = "https://calder.example/news-sitemap.xml"
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.addresses import absolute
from index.errors import PullquoteError
from index.fetch import Manners

_KINDS = ("folder", "page", "feed", "sitemap")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
DEFAULT_SECONDS = 900.0
"""Between two looks at a feed or sitemap; folders are watched."""
_LEAST_SECONDS = 10.0


class SourcesError(PullquoteError):
    """A file of sources that is not as it should be; names the file and the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place. Exactly one of ``folder`` and ``url`` is set."""

    name: str
    folder: Path | None = None
    url: str | None = None
    follow: bool = False
    limit: int = 200
    every: float = DEFAULT_SECONDS
    withdraw: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """All places, and how to fetch from them."""

    sources: tuple[Source, ...]
    manners: Manners = field(default=Manners())


def of_folder(folder: Path, *, withdraw: bool) -> Sources:
    """One folder alone."""
    return Sources((Source(name=str(folder.resolve()), folder=folder.resolve(), withdraw=withdraw),))


def read_sources(path: Path) -> Sources:
    """What ``path`` says.

    Raises:
        SourcesError: it cannot be read, or says what is not known.
    """
    try:
        body = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SourcesError(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourcesError(f"{path}: is not TOML: {error}") from None
    _known(path, body, {"source", "fetch", "vanished"}, "")
    entries = body.get("source")
    if not isinstance(entries, list) or not entries:
        raise SourcesError(f'{path}: names no source; write [[source]] and under it folder = "…" or feed = "…"')
    withdraw = _withdraws(path, body, "", otherwise=False)
    found = tuple(_source(path, number, entry, withdraw=withdraw) for number, entry in enumerate(entries, start=1))
    names = [source.name for source in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise SourcesError(f"{path}: two sources are called {twice!r}; give each a name of its own")
    return Sources(found, _manners(path, body.get("fetch", {})))


def _source(path: Path, number: int, entry: dict[str, Any], *, withdraw: bool) -> Source:
    where = f"source {number}: "
    _known(path, entry, {*_KINDS, "name", "follow", "limit", "every", "vanished"}, where)
    given = [kind for kind in _KINDS if kind in entry]
    if len(given) != 1:
        raise SourcesError(f"{path}: {where}name exactly one of {', '.join(_KINDS)}")
    value = _typed(path, entry, given[0], str, where)
    name = str(_typed(path, entry, "name", str, where) or value)
    limit = _typed(path, entry, "limit", int, where) or 200
    if not 1 <= limit <= 50_000:
        raise SourcesError(f"{path}: {where}limit: {limit} is not from 1 to 50,000")
    folder = (path.parent / Path(value).expanduser()).resolve() if given[0] == "folder" else None
    url = None if folder else absolute(value)
    if not folder and not url:
        raise SourcesError(f"{path}: {where}{given[0]}: {value!r} is not an address like https://news.example/rss")
    return Source(
        name=name, folder=folder, url=url, follow=bool(_typed(path, entry, "follow", bool, where)), limit=limit,
        every=_every(path, entry, where), withdraw=_withdraws(path, entry, where, otherwise=withdraw),
    )  # fmt: skip


def _manners(path: Path, entry: Any) -> Manners:
    where = "fetch: "
    if not isinstance(entry, dict):
        raise SourcesError(f"{path}: fetch: write [fetch], and its settings below")
    _known(path, entry, {"agent", "timeout", "rate", "allow_private", "robots"}, where)
    numbers = {name: _typed(path, entry, name, (int, float), where) for name in ("timeout", "rate") if name in entry}
    for name, value in numbers.items():
        if not 0 < value <= 600:
            raise SourcesError(f"{path}: fetch: {name}: {value} is not above 0 and at most 600")
    flags = {
        name: bool(_typed(path, entry, name, bool, where)) for name in ("allow_private", "robots") if name in entry
    }
    return Manners(agent=_typed(path, entry, "agent", str, where) or "", **numbers, **flags)


def _every(path: Path, entry: dict[str, Any], where: str) -> float:
    value = entry.get("every")
    if value is None:
        return DEFAULT_SECONDS
    said = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", value) if isinstance(value, str) else None
    if not said or float(said[1]) * _SECONDS[said[2]] < _LEAST_SECONDS:
        raise SourcesError(
            f'{path}: {where}every: {value!r} is not a time of at least 10 seconds, like "30s", "10m", "2h"'
        )
    return float(said[1]) * _SECONDS[said[2]]


def _known(path: Path, entry: Any, names: set[str], where: str) -> None:
    if not isinstance(entry, dict):
        raise SourcesError(f"{path}: {where}is not a table")
    unknown = sorted(set(entry) - names)
    if unknown:
        raise SourcesError(f"{path}: {where}{unknown[0]!r} is not known; known are {', '.join(sorted(names))}")


def _typed(path: Path, entry: dict[str, Any], name: str, kind: Any, where: str) -> Any:
    value = entry.get(name)
    if value is not None and (not isinstance(value, kind) or (kind is not bool and isinstance(value, bool))):
        wanted = {str: "a string", bool: "true or false", int: "a whole number"}.get(kind, "a number")
        raise SourcesError(f"{path}: {where}{name}: must be {wanted}")
    return value


def _withdraws(path: Path, entry: dict[str, Any], where: str, *, otherwise: bool) -> bool:
    value = entry.get("vanished", "withdraw" if otherwise else "keep")
    if value not in ("keep", "withdraw"):
        raise SourcesError(f"{path}: {where}vanished: {value!r} is neither keep nor withdraw")
    return bool(value == "withdraw")
