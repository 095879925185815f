"""The formats that articles come in: bytes to the parts of articles. Text is decoded here, and only as it should be."""

from __future__ import annotations

import gzip
import json
import logging
import re
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, TypedDict

KNOWN = ".txt, .md, .html, .json, .jsonl, .rss, .atom, .xml (.json and .jsonl also with .gz)"
_KINDS = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html",
    ".json": "json", ".jsonl": "lines", ".ndjson": "lines", ".rss": "feed", ".atom": "feed", ".xml": "feed",
}  # fmt: skip
_SNIFF_BYTES = 4_096


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
    text: str | None
    paragraphs: list[str] | None
    source: str | None
    author: str | None
    published: str | date | None
    url: str | None
    updated: str | date | None
    embargoed: str | datetime | None
    section: str | None
    kind: str | None
    language: str | None
    keywords: list[str]
    status: str
    correction: str | None
    replaces: str | None


def kind_of(path: Path) -> tuple[str, bool] | None:
    """The format by the file's ending, and whether it is packed with gzip; ``None`` if it is no known one."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = suffixes[-1:] == [".gz"]
    kind = _KINDS.get("".join(suffixes[-2:-1] if packed else suffixes[-1:]))
    return None if kind is None or (packed and kind not in {"json", "lines"}) else (kind, packed)


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


def parse(kind: str, data: bytes) -> list[Parts]:
    """The articles in ``data``, at least one.

    Raises:
        FormatError: it is not of this kind, or holds no article.
    """
    if kind == "html":
        return [_from_html(data)]
    if kind == "feed":
        return _from_feed(data)
    text = decoded(data)
    if kind == "text":
        return [_from_text(text)]
    if kind == "markdown":
        return [_from_markdown(text)]
    return _from_json(text)


def decoded(data: bytes) -> str:
    """Text from UTF-8, or from UTF-16 with a byte order mark.

    Raises:
        FormatError: it is neither.
    """
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\0" in data[:_SNIFF_BYTES]:
        raise FormatError("is a binary file, not text")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        advice = "convert it, for example: iconv -f windows-1252 -t utf-8"
        raise FormatError(f"is not UTF-8 (byte {error.start + 1}); {advice}", line) from None


def _from_text(text: str) -> Parts:
    """The headline is the first line. Without any blank line below it, every line is a paragraph."""
    headline, _, body = text.strip().replace("\r\n", "\n").replace("\r", "\n").partition("\n")
    if re.search(r"\n[^\S\n]*\n", body.strip()):
        return Parts(headline=headline, text=body)
    return Parts(headline=headline, text=body.replace("\n", "\n\n"))


def _from_markdown(text: str) -> Parts:
    """Front matter in YAML, then the body; without a title in the front matter, the first heading is the headline."""
    import frontmatter
    import yaml
    from markdown_it import MarkdownIt

    try:
        post = frontmatter.loads(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise FormatError("the front matter is not YAML", mark.line + 2 if mark else 1) from None
    paragraphs: list[str] = []
    headings: list[str] = []
    opened = ""
    for token in MarkdownIt().parse(post.content):
        if token.type.endswith("_open"):
            opened = token.type
        elif token.type == "inline":
            words = "".join(
                " " if child.type in ("softbreak", "hardbreak") else child.content
                for child in token.children or []
                if child.type in ("text", "code_inline", "softbreak", "hardbreak")
            )
            (headings if opened == "heading_open" else paragraphs).append(words)
    about = {str(key).lower(): value for key, value in post.metadata.items()}
    return _parts(about | {"paragraphs": paragraphs}, headline=headings[0] if headings else None)


def _from_html(data: bytes) -> Parts:
    """The article out of a web page: trafilatura finds title, author, date, address and body text."""
    import lxml.etree
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its warnings name no file; our errors do
    try:
        found: Any = trafilatura.bare_extraction(
            data, include_comments=False, include_tables=False, with_metadata=True, favor_recall=True
        )
    except (ValueError, RecursionError, lxml.etree.LxmlError):
        found = None
    if found is None or not found.text:
        raise FormatError("holds no article text that can be told from the page around it")
    return _parts(
        {
            "headline": found.title, "author": found.author, "published": found.date, "url": found.url,
            "source": found.sitename, "paragraphs": found.text.split("\n"),
        }
    )  # fmt: skip


def _from_feed(data: bytes) -> list[Parts]:
    """RSS or Atom. The feed's title is the source; an entry's content, else its summary, is the text."""
    import feedparser

    feed = feedparser.parse(data)
    if not feed.entries:
        reason = "it is not well formed" if feed.bozo else "it has no entries"
        raise FormatError(f"holds no RSS or Atom articles: {reason}")
    found = []
    for entry in feed.entries:
        bodies = [content.value for content in entry.get("content", [])] or [entry.get("summary", "")]
        when = entry.get("published_parsed") or entry.get("updated_parsed")
        link = entry.get("link") or ""
        parts = {
            "headline": entry.get("title"), "author": entry.get("author"), "source": feed.feed.get("title"),
            "published": date(*when[:3]) if when else None, "url": link if link.startswith("http") else None,
            "paragraphs": _html_paragraphs("\n\n".join(bodies)),
        }  # fmt: skip
        found.append(_parts(parts if parts["url"] else parts | {"id": entry.get("id")}))
    return found


def _html_paragraphs(markup: str) -> list[str]:
    """The text of a piece of HTML, cut where its block elements begin and end."""
    import lxml.html

    if not markup.strip():
        return []
    root = lxml.html.fragment_fromstring(markup, create_parent="div")
    for element in root.iter("script", "style"):
        element.text = ""
    for element in root.iter("p", "div", "br", "li", "h1", "h2", "h3", "h4", "blockquote", "tr"):
        element.text = "\n\n" + (element.text or "")
        element.tail = "\n\n" + (element.tail or "")
    return str(root.text_content()).split("\n\n")


def _from_json(text: str) -> list[Parts]:
    """One article, a list of them, or an object with a list ``articles``; fields as ``POST /articles`` names them."""
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"is not JSON: {error.msg} at column {error.colno}", error.lineno) from None
    except RecursionError:
        raise FormatError("is nested too deeply to be articles") from None
    if isinstance(body, dict) and isinstance(body.get("articles"), list):
        body = body["articles"]
    items = body if isinstance(body, list) else [body]
    if not items:
        raise FormatError("holds no articles")
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            raise FormatError(f"article {number} is not an object with headline and text")
    return [_parts(item) for item in items]


_NAMES = {
    "headline": ("headline", "title"),
    "text": ("text", "body", "content"),
    "paragraphs": ("paragraphs",),
    "id": ("id",),
    "source": ("source", "publisher"),
    "author": ("author", "authors", "byline"),
    "published": ("published", "date"),
    "url": ("url", "canonical", "link"),
    "updated": ("updated", "modified"),
    "embargoed": ("embargoed", "embargo"),
    "section": ("section",),
    "kind": ("kind",),
    "language": ("language", "lang"),
    "keywords": ("keywords", "tags"),
    "status": ("status",),
    "correction": ("correction",),
    "replaces": ("replaces",),
}
_TIMES = ("published", "updated", "embargoed")


def _plainer(name: str, value: Any) -> Any:
    """What files write in another way than it is wanted."""
    if name == "author" and isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if name == "id" and isinstance(value, int):
        return str(value)
    return value.split(",") if name == "keywords" and isinstance(value, str) else value


def _parts(body: dict[str, Any], headline: str | None = None) -> Parts:
    """The parts of an article under the names that files give them; ``headline`` where there is none.

    Raises:
        FormatError: a part is not of its type.
    """
    parts: Parts = {"headline": headline or ""}
    for name, keys in _NAMES.items():
        key, value = next(((key, body[key]) for key in keys if body.get(key) not in (None, "")), (name, None))
        if value is None:
            continue
        value = _plainer(name, value)
        if name in ("paragraphs", "keywords"):
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise FormatError(f"{key}: must be a list of strings")
        elif not isinstance(value, str) and not (name in _TIMES and isinstance(value, date)):
            raise FormatError(f"{key}: must be a string")
        parts[name] = value  # type: ignore[literal-required] # the keys of _NAMES are those of Parts
    if "paragraphs" in parts:
        parts.pop("text", None)
    elif "text" not in parts:
        parts["text"] = ""
    return parts
