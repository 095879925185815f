"""JSON: our own shape, and those of agencies, content systems and news services."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from index.formats import ans, ninjs, schema_org
from index.formats.common import draft_from
from index.formats.draft import FileItem, FormatError, Unreadable
from index.formats.fragments import plain_line
from index.formats.wordpress import from_rest

# Where services put their list of articles.
_LISTS = (
    "articles",
    "items",
    "results",
    "docs",
    "posts",
    "stories",
    "entries",
    "news",
    "content_elements",
    "value",
    "hits",
    "data",
)


def from_json(text: str) -> list[FileItem]:
    """One article, a list of them, or an object that holds a list; a line each where it is JSON Lines after all.

    Raises:
        FormatError: it is not JSON, or holds no article.
    """
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and "\n" in text.strip():
            return _lines(text)
        raise FormatError(f"is not JSON: {error.msg} at column {error.colno}", error.lineno) from None
    except RecursionError:
        raise FormatError("is nested too deeply to be articles") from None
    return from_value(body)


def _lines(text: str) -> list[FileItem]:
    found: list[FileItem] = []
    for line in text.split("\n"):
        if line.strip():
            try:
                found += from_value(json.loads(line))
            except (ValueError, RecursionError):
                found.append(Unreadable(len(found) + 1, "is not JSON"))
            except FormatError as error:
                found.append(Unreadable(len(found) + 1, error.message))
    return found


def from_value(body: Any) -> list[FileItem]:
    """The articles in parsed JSON.

    Raises:
        FormatError: it holds none, or its only one cannot be read.
    """
    if isinstance(body, dict) and "version" in body and "jsonfeed.org" in str(body["version"]):
        return _json_feed(body)
    items = _items(body)
    if not items:
        raise FormatError("holds no articles")
    if len(items) == 1:
        return _one(items[0])
    found: list[FileItem] = []
    for number, item in enumerate(items, start=1):
        try:
            found += _one(item)
        except FormatError as error:
            found.append(Unreadable(number, error.message))
    return found


def _items(body: Any) -> list[Any]:
    """The articles of a reply, unwrapped: ``{"response": {"results": […]}}``, ``[{"item": …}]``."""
    if isinstance(body, list):
        return [
            item["item"] if isinstance(item, dict) and isinstance(item.get("item"), dict) else item for item in body
        ]
    if not isinstance(body, dict) or _shape(body) is not None:
        return [body]
    for key in ("response", "data", "result"):
        if isinstance(body.get(key), dict):
            return _items(body[key])
    held = next(
        (
            body[key]
            for key in _LISTS
            if isinstance(body.get(key), list) and (not body[key] or isinstance(body[key][0], dict))
        ),
        None,
    )
    if held is not None and not any(key in body for key in ("headline", "text", "paragraphs", "body")):
        return _items(held)
    return [next((body[key] for key in ("article", "item") if isinstance(body.get(key), dict)), body)]


def _shape(body: dict[str, Any]) -> Callable[[Any], list[Any]] | None:
    """The reader of a known shape; ``None`` for our own and whatever is like it."""
    if "@type" in body or "@graph" in body:
        return schema_org.from_schema_org
    if ninjs.is_ninjs(body):
        return lambda item: [ninjs.from_ninjs(item)]
    if ans.is_ans(body):
        return lambda item: [ans.from_ans(item)]
    if isinstance(body.get("content"), dict) and "rendered" in body["content"]:
        return lambda item: [from_rest(item)]
    return None


def _one(item: Any) -> list[FileItem]:
    if isinstance(item, list) and item and all(isinstance(inner, dict) and "@type" in inner for inner in item):
        return list(schema_org.from_schema_org(item))
    if not isinstance(item, dict):
        raise FormatError("is not an object with headline and text")
    shape = _shape(item)
    if shape:
        return list(shape(item))
    if isinstance(item.get("fields"), dict):
        item = item | {"headline": item["fields"].get("headline"), **item["fields"]}  # the Guardian's Open Platform
    if isinstance(item.get("_source"), dict):
        item = item["_source"]  # a hit of Elasticsearch
    return [draft_from(item)]


def _json_feed(feed: dict[str, Any]) -> list[FileItem]:
    """The entries of a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    found: list[FileItem] = []
    entries = feed.get("items")
    if not isinstance(entries, list) or not entries:
        raise FormatError("holds no JSON Feed articles: it has no items")
    title = plain_line(str(feed.get("title") or "")) or None
    links = [item.get("url") for item in entries if isinstance(item, dict)]
    for number, item in enumerate(entries, start=1):
        if not isinstance(item, dict):
            found.append(Unreadable(number, "is not an object"))
            continue
        link = item.get("url")
        own = bool(link) and links.count(link) == 1
        held = {key: value for key, value in item.items() if key not in ("id", "title")}
        text = item.get("content_html") or item.get("content_text") or item.get("summary")
        try:
            draft = draft_from(
                held
                | {
                    "text": text,
                    "headline": item.get("title"),
                    "id": None if own else item.get("id"),
                    "source": title,
                    "authors": item.get("authors") or item.get("author") or feed.get("authors") or feed.get("author"),
                    "language": item.get("language") or feed.get("language"),
                },
                base=feed.get("home_page_url"),
            )
        except FormatError as error:
            found.append(Unreadable(number, error.message))
            continue
        found.append(draft)
    return found
