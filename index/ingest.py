"""Files and folders become articles. What cannot be read becomes one clear error each, and the rest goes on.

The formats themselves are in :mod:`index.formats`; nothing here or there ever uses the network.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index import formats
from index.articles import Article, make_article
from index.errors import ArticleError, SourceError
from index.formats import FormatError, Parts

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Of one file, unpacked. JSON Lines are read line by line and may be longer."""
MAX_LINE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """An article and where it came from.

    ``origin`` is the absolute path, with ``#headline`` in files that hold several articles. ``named`` says
    whether the article has an id or URL of its own; if not, its origin is what it is known by.
    """

    article: Article
    origin: str
    named: bool


def read_paths(paths: Iterable[Path]) -> Iterator[Found | SourceError]:
    """Every article of these files and folders, in a fixed order, and an error for whatever could not be read.

    A folder is walked with all its folders; hidden files, and files of other kinds, are passed over in silence.
    """
    for path in paths:
        if path.is_dir():
            yield from _read_folder(path)
        elif formats.kind_of(path) is None and path.exists():
            yield SourceError(str(path), f"is none of {formats.KNOWN}; rename it or convert it")
        else:
            yield from _read_file(path)


def _read_folder(folder: Path) -> Iterator[Found | SourceError]:
    errors: list[SourceError] = []

    def unreadable(error: OSError) -> None:
        errors.append(SourceError(str(error.filename), f"cannot be read ({error.strerror}); check its permissions"))

    found = False
    for root, folders, files in os.walk(folder, onerror=unreadable):  # does not follow links: no loops
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(root, name)
            if not name.startswith(".") and formats.kind_of(path) is not None:
                found = True
                yield from _read_file(path)
    yield from errors
    if not found and not errors:
        yield SourceError(str(folder), f"holds no articles: none of {formats.KNOWN}")


def _read_file(path: Path) -> Iterator[Found | SourceError]:
    kind, packed = formats.kind_of(path) or ("", False)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # asked before it is opened: opening a pipe would wait for ever
            yield SourceError(str(path), "is not a regular file")
        elif kind == "lines":
            yield from _read_lines(path, packed)
        else:
            with path.open("rb") as file:
                data = formats.read_bounded(file, packed=packed, limit=MAX_FILE_BYTES)
            yield from _articles(path, str(path), formats.parse(kind, data))
    except FormatError as error:
        yield SourceError(f"{path}:{error.line}" if error.line else str(path), error.message)
    except OSError as error:
        yield SourceError(str(path), f"cannot be read ({error.strerror or error}); check the path and its permissions")


def _read_lines(path: Path, packed: bool) -> Iterator[Found | SourceError]:
    """JSON Lines: an article a line; a bad line spoils only itself."""
    empty = True
    for number, line in enumerate(formats.lines_of(path, packed=packed, limit=MAX_LINE_BYTES), start=1):
        where = f"{path}:{number}"
        try:
            if isinstance(line, FormatError):
                raise line
            if not line.strip():
                continue
            empty = False
            yield from _articles(path, where, formats.parse("json", line.strip()), several=True)
        except FormatError as error:
            empty = False
            yield SourceError(where, error.message)
    if empty:
        yield SourceError(str(path), "is empty")


def _articles(path: Path, where: str, found: list[Parts], *, several: bool = False) -> Iterator[Found | SourceError]:
    several = several or len(found) > 1
    for number, parts in enumerate(found, start=1):
        try:
            article = make_article(**parts)
        except ArticleError as error:
            item = f"{where}: article {number}" if len(found) > 1 else where
            yield SourceError(item, f"{error.field}: {error.message}")
            continue
        origin = str(path.absolute()) + (f"#{article.headline}" if several else "")
        yield Found(article, origin, named=bool(parts.get("id") or parts.get("url")))
