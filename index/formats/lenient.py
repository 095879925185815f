"""JSON as pages write it: mended where that is sure, and what can be read of it where it is not."""

from __future__ import annotations

import html
import json
import re
from typing import Any

_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?\*/)", re.MULTILINE | re.DOTALL)
"""One that begins a line; within a string two slashes are an address."""
_LINE_COMMENT = re.compile(r"^[ \t]*//[^\n]*", re.MULTILINE)
_TYPE = re.compile(r"[\"']@type[\"']\s*:\s*[\"']((?:[A-Z]\w*)?(?:Article|BlogPosting))[\"']")
_DATE = re.compile(r"[\"'](date(?:Published|Modified|Created))[\"']\s*:\s*[\"']([^\"'{}]{10,40})[\"']")
_AUTHOR = re.compile(r"[\"']author[\"']\s*:\s*\[?\s*\{[^{}]*?[\"']name[\"']\s*:\s*\"([^\"{}]{3,80})\"")


def lenient_json(text: str) -> Any:
    """JSON in or with comments, with control characters, trailing or double commas, escaped; several objects as a list.

    Of an article's that is broken beyond this, its dates and first author; else ``None``.
    """
    text = text.replace("<![CDATA[", "")
    text = text[min((place for place in (text.find("{"), text.find("[")) if place >= 0), default=0) :]
    for attempt in (
        text,
        re.sub(r",\s*(?=[}\],])", "", _uncommented(text)),
        html.unescape(text),
        re.sub(r"\\(?![\"\\/bfnrtu])", r"\\\\", text),
    ):
        found = _objects(attempt)
        if found:
            return found if len(found) > 1 else found[0]
    return _salvaged(text)


def _uncommented(text: str) -> str:
    """Without comments. Behind the last ``*/`` no ``/*`` is looked at: each would be read to the end for nothing."""
    place = text.rfind("*/")
    end = 0 if place < 0 else place + 2
    return _COMMENT.sub("", text[:end]) + _LINE_COMMENT.sub("", text[end:])


def _objects(text: str) -> list[Any]:
    """Every object from the beginning on; what stands behind the last is a comment's end."""
    found: list[Any] = []
    place = 0
    try:
        while place >= 0:
            value, end = json.JSONDecoder(strict=False).raw_decode(text, place)
            found.append(value)
            place = text.find("{", end)
    except (ValueError, RecursionError):
        pass
    return found


def _salvaged(text: str) -> dict[str, Any] | None:
    """What an article's broken JSON says without doubt: of each field the first, where there is one article."""
    types = _TYPE.findall(text)
    if len(types) != 1:
        return None
    author = _AUTHOR.search(text)
    dates = dict(reversed(_DATE.findall(text)))
    return {"@type": types[0], **dates, **({"author": author[1]} if author else {})}
