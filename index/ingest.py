"""Files and folders become articles. What cannot be read becomes one clear error each, and the rest goes on.

The formats themselves are in :mod:`index.formats`; nothing here or there ever uses the network.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from index import archives, formats
from index.articles import Article, make_article
from index.errors import ArticleError, SourceError
from index.formats import Draft, FileItem, FormatError, LeftOut, Unreadable

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Of one file, unpacked. JSON Lines are read line by line and may be longer."""
MAX_LINE_BYTES = 16 * 1024 * 1024
_NAMED_OTHERS = 20
"""So many of a folder's other files are named in one line; all are counted."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article and where it came from.

    ``where`` is for people: a path, and the line or place in it. ``origin`` is what an article is known by that has
    neither an id nor an address of its own (``named`` is false then): the absolute path, and from the second article
    of a file on, its place there (``#2``); empty for standard input. ``draft`` is all that the file says.
    """

    article: Article
    where: str
    origin: str
    named: bool
    draft: Draft


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that was read and left out on purpose: it is no article for readers, or not yet, or no longer.

    ``kills`` is the id, or the address, of the article that its publisher takes back with it.
    """

    where: str
    message: str
    kills: str | None = None

    def __str__(self) -> str:
        return f"{self.where}: left out: {self.message}"


Intake = Found | Passed | SourceError
"""What came of one thing that was read."""


def files_in(paths: Iterable[Path]) -> int:
    """How many files :func:`read_paths` will read: what there is to do, for telling how much is left."""
    found = 0
    for path in paths:
        if path.is_dir():
            found += sum(len(known) for known, _ in _walked(path))
        else:
            found += formats.kind_of(path) is not None
    return found


def _nothing() -> None:
    pass


def read_paths(paths: Iterable[Path], finished: Callable[[], None] = _nothing) -> Iterator[Intake]:
    """Every article of these files and folders, in a fixed order, and what became of everything else.

    A folder is walked with all its folders; hidden files are passed over in silence, files of other kinds are named.
    ``finished`` is called after each file that was read.
    """
    for path in paths:
        if path.is_dir():
            yield from _read_folder(path, finished)
        elif formats.kind_of(path) is None and path.exists():
            yield SourceError(str(path), f"is none of {formats.KNOWN}; rename it or convert it")
        else:
            yield from read_file(path)
            finished()


def read_stream(stream: IO[bytes]) -> Iterator[Intake]:
    """Everything in a stream without a name, ``-`` on the command line; its format is told by how it begins."""
    try:
        data = formats.read_bounded(stream, packed=False, limit=MAX_FILE_BYTES)
        if data.startswith(b"\x1f\x8b"):
            data = archives.bounded(data, packed=True, limit=MAX_FILE_BYTES)
        kind = formats.sniffed(data)
        if kind in ("zip", "tar"):
            yield SourceError("-", "is an archive; save it to a file and add that")
            return
        yield from articles_in("", "-", formats.parse(kind, data))
    except FormatError as error:
        yield SourceError(f"-:{error.line}" if error.line else "-", error.message)


def _walked(folder: Path, onerror: Callable[[OSError], None] | None = None) -> Iterator[tuple[list[Path], list[Path]]]:
    """Each folder inside ``folder`` with its files: those of a known format, and others."""
    for root, folders, files in os.walk(folder, onerror=onerror):  # does not follow links: no loops
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        known: list[Path] = []
        others: list[Path] = []
        for name in sorted(files):
            if not name.startswith("."):
                path = Path(root, name)
                (others if formats.kind_of(path) is None else known).append(path)
        yield known, others


def _read_folder(folder: Path, finished: Callable[[], None]) -> Iterator[Intake]:
    errors: list[SourceError] = []

    def unreadable(error: OSError) -> None:
        errors.append(SourceError(str(error.filename), f"cannot be read ({error.strerror}); check its permissions"))

    found = False
    others: list[Path] = []
    for known, unknown in _walked(folder, unreadable):
        others += [path.relative_to(folder) for path in unknown]
        for path in known:
            found = True
            yield from read_file(path)
            finished()
    yield from errors
    if others:
        yield SourceError(str(folder), _other_kinds(others))
    elif not found and not errors:
        yield SourceError(str(folder), f"holds no articles: none of {formats.KNOWN}")


def _other_kinds(paths: list[Path]) -> str:
    """One line for files of other kinds: how many, which, of what endings."""
    endings = Counter(path.suffix.lower() or "no ending" for path in paths)
    kinds = ", ".join(f"{count} {ending}" for ending, count in endings.most_common())
    more = f" and {len(paths) - _NAMED_OTHERS:,} more" if len(paths) > _NAMED_OTHERS else ""
    named = ", ".join(str(path) for path in paths[:_NAMED_OTHERS])
    files = "file is" if len(paths) == 1 else "files are"
    return f"{len(paths):,} {files} of other kinds ({kinds}) and not taken: {named}{more}"


def read_file(path: Path) -> Iterator[Intake]:
    """Everything in one file."""
    kind, packed = formats.kind_of(path) or ("", False)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # asked before it is opened: opening a pipe would wait for ever
            yield SourceError(str(path), "is not a regular file")
        elif kind == "lines":
            yield from _read_lines(path, packed)
        elif kind in ("zip", "tar"):
            for name, content in archives.members(path, kind, limit=MAX_FILE_BYTES):
                yield from read_member(path, name, content)
        else:
            with path.open("rb") as file:
                data = formats.read_bounded(file, packed=packed, limit=MAX_FILE_BYTES)
            yield from articles_in(str(path.absolute()), str(path), formats.parse(kind, data))
    except FormatError as error:
        yield SourceError(f"{path}:{error.line}" if error.line else str(path), error.message)
    except OSError as error:
        yield SourceError(str(path), f"cannot be read ({error.strerror or error}); check the path and its permissions")


def read_member(path: Path, name: str, content: bytes | FormatError) -> Iterator[Intake]:
    """Everything in one file of an archive; its origin is the archive's path and its own inside it."""
    where = f"{path}!{name}"
    kind, packed = formats.kind_of(Path(name)) or ("", False)
    if isinstance(content, FormatError):
        yield SourceError(where, content.message)
        return
    if kind in ("", "zip", "tar"):
        yield SourceError(where, "is an archive in an archive; unpack it" if kind else f"is none of {formats.KNOWN}")
        return
    try:
        yield from read_bytes(content, where, f"{path.absolute()}!{name}", kind, packed=packed)
    except FormatError as error:
        yield SourceError(f"{where}:{error.line}" if error.line else where, error.message)


def read_bytes(data: bytes, where: str, origin: str, kind: str, *, packed: bool = False) -> Iterator[Intake]:
    """Everything in the bytes of one file of a known kind.

    Raises:
        FormatError: they are not of that kind.
    """
    data = archives.bounded(data, packed=packed, limit=MAX_FILE_BYTES)
    if kind == "lines":
        yield from articles_in(origin, where, formats.parse("json", data))
    else:
        yield from articles_in(origin, where, formats.parse(kind, data))


def _read_lines(path: Path, packed: bool) -> Iterator[Intake]:
    """JSON Lines: an article a line; a bad line spoils only itself. Its place is the number of the article."""
    place = 0
    empty = True
    for number, line in enumerate(formats.lines_of(path, packed=packed, limit=MAX_LINE_BYTES), start=1):
        where = f"{path}:{number}"
        if isinstance(line, FormatError):
            empty = False
            place += 1
            yield SourceError(where, line.message)
            continue
        if not line.strip():
            continue
        empty = False
        try:
            items = formats.parse("json", line.strip())
            yield from articles_in(str(path.absolute()), where, items, before=place)
            place += len(items)
        except FormatError as error:
            place += 1
            yield SourceError(where, error.message)
    if empty:
        yield SourceError(str(path), "is empty")


def articles_in(origin: str, where: str, items: list[FileItem], *, before: int = 0) -> Iterator[Intake]:
    """The items of one file as articles; ``before`` of them stood in front of these."""
    for number, item in enumerate(items, start=1):
        told = f"{where}: article {number}" if len(items) > 1 else where
        if isinstance(item, LeftOut):
            yield Passed(where, f"{item.what}: {item.why}", item.kills)
        elif isinstance(item, Unreadable):
            yield SourceError(told, item.message)
        else:
            place = before + number
            yield _found(item, told, origin if place == 1 or not origin else f"{origin}#{place}")


def _found(draft: Draft, where: str, origin: str) -> Intake:
    try:
        article = make_article(**draft.parts)
    except ArticleError as error:
        name = "text" if error.field == "paragraphs" else error.field  # not every format has such a list
        return SourceError(where, f"{name}: {error.message}")
    return Found(article, where, origin, bool(draft.id or draft.url), draft)
