"""The formats that articles come in: bytes to drafts of articles. Each module owns one of them.

Nothing here uses the network, and nothing that a file says is trusted: sizes are bounded, no entity is expanded, and
what cannot be read becomes one line that names what is wrong.
"""

from __future__ import annotations

import gzip
import logging
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from index.formats.draft import Draft, FileItem, FormatError, LeftOut, Parts, Unreadable
from index.formats.encodings import decoded
from index.formats.kinds import KNOWN, kind_of, sniffed

__all__ = [
    "KNOWN", "Draft", "FileItem", "FormatError", "LeftOut", "Parts", "Unreadable", "kind_of", "lines_of", "parse",
    "read_bounded", "sniffed",
]  # fmt: skip


def read_bounded(file: IO[bytes], *, packed: bool, limit: int) -> bytes:
    """All of ``file``, unpacked.

    Raises:
        FormatError: it is empty, longer than ``limit`` bytes, or badly packed.
    """
    try:
        data = (gzip.GzipFile(fileobj=file) if packed else file).read(limit + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise FormatError("is torn or not packed with gzip; pack it again") from None
    if len(data) > limit:
        raise FormatError(f"is longer than {limit // 1_048_576} MiB; split it, or use JSON Lines")
    if not data.strip():
        raise FormatError("is empty")
    return data


def lines_of(path: Path, *, packed: bool, limit: int) -> Iterator[bytes | FormatError]:
    """The lines of a file, one at a time; a line over ``limit`` bytes, or a torn end, comes as an error."""
    with gzip.open(path) if packed else path.open("rb") as file:
        while True:
            try:
                line = file.readline(limit + 1)
                if not line:
                    return
                if len(line) <= limit:
                    yield line
                    continue
                while line and not line.endswith(b"\n"):
                    line = file.readline(limit)
            except (gzip.BadGzipFile, EOFError, zlib.error):
                yield FormatError("is torn or not packed with gzip from here on; pack it again")
                return
            yield FormatError(f"the line is longer than {limit // 1_048_576} MiB")


def parse(kind: str, data: bytes) -> list[FileItem]:
    """What is in ``data``, at least one thing. Readers load what they need when they are first used.

    Raises:
        FormatError: it is not of this kind, or holds no article.
    """
    try:
        return _parsed(kind, data)
    except FormatError:
        raise
    except RecursionError:
        raise FormatError("is nested too deeply to be articles") from None
    except Exception as error:  # torn files lead the libraries underneath to errors of every kind
        logging.getLogger("pullquote").debug("%s", kind, exc_info=True)
        raise FormatError(f"is torn, or no {kind} ({type(error).__name__})") from None


def _parsed(kind: str, data: bytes) -> list[FileItem]:
    if kind in ("html", "xml"):
        return _marked_up(kind, data)
    if kind in ("mail", "docx", "pdf"):
        return [_document(kind, data)]
    text = decoded(data)
    if kind == "markdown":
        from index.formats.markdown import from_markdown

        return [from_markdown(text)]
    if kind == "text":
        from index.formats.text import from_text

        return [from_text(text)]
    from index.formats.json_shapes import from_json

    return from_json(text)


def _marked_up(kind: str, data: bytes) -> list[FileItem]:
    if kind == "html":
        from index.formats.page import from_page

        return list(from_page(data))
    from index.formats.xml_documents import from_xml

    return from_xml(data)


def _document(kind: str, data: bytes) -> FileItem:
    if kind == "mail":
        from index.formats.mail import from_mail

        return from_mail(data)
    from index.formats.office import from_docx, from_pdf

    return from_docx(data) if kind == "docx" else from_pdf(data)
