"""Markdown: front matter in YAML, TOML or JSON, and a body that is read as the HTML that it stands for."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

from index.formats import names
from index.formats.common import draft_from
from index.formats.draft import Draft, FormatError, LeftOut, strings
from index.formats.fragments import paragraphs_of
from index.formats.junk import is_junk
from index.formats.markup import Block, local_name

_FENCE = re.compile(r"\s*(\+\+\+|---)[^\S\n]*\n(.*?)\n\1[^\S\n]*(?:\n|$)", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{[<%].*?[>%]\}\}|\{%-?.*?-?%\}", re.DOTALL)


def from_markdown(text: str) -> Draft | LeftOut:
    """Front matter, then the body; without a title in the front matter, the first heading is the headline."""
    from markdown_it import MarkdownIt

    about, body = front_matter(text.replace("\r\n", "\n"))
    if about.get("draft") is True or about.get("published") is False:
        return LeftOut(str(about.get("title") or "the text"), "is a draft")
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(_SHORTCODE.sub("", body))
    blocks = [block for block in paragraphs_of(html) if not is_junk(block.text, block.link_share)]
    title = next(iter(strings(about.get("title"))), "") or _take_title(blocks)
    paragraphs = [block.text for block in blocks if not (block.kind == "heading" and _is_title(block, title))]
    authors = names.from_list(strings(about.get("author") or about.get("authors") or about.get("byline") or ()))
    return draft_from(about | {"paragraphs": paragraphs, "title": title, "authors": list(authors)})


def _take_title(blocks: list[Block]) -> str:
    for block in blocks:
        if block.kind == "heading":
            return block.text
    return ""


def _is_title(block: Block, title: str) -> bool:
    """The heading of the whole text, which the headline repeats or takes the place of."""
    return local_name(block.element) == "h1" or block.text == title


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """What stands before the body, its keys in lower case, and the body.

    Raises:
        FormatError: it is not in the language that its fence announces.
    """
    found = _FENCE.match(text)
    if found:
        about = _toml(found[2]) if found[1] == "+++" else _yaml(found[2])
        body = text[found.end() :]
    elif text.lstrip().startswith("{\n") or text.lstrip().startswith('{"'):
        about, body = _json(text)
    else:
        return {}, text
    return _flattened(about), body


def _flattened(about: dict[str, Any]) -> dict[str, Any]:
    """The keys as this program names them; tables of a site's own (``[extra]``, ``[params]``) count as the top."""
    flat: dict[str, Any] = {}
    for inner in ("extra", "params", "taxonomies"):
        if isinstance(about.get(inner), dict):
            flat |= {str(key).lower(): value for key, value in about[inner].items()}
    flat |= {str(key).lower(): value for key, value in about.items()}
    address = next(
        (
            str(flat[key])
            for key in ("canonical_url", "canonicalurl", "canonical", "url", "link", "permalink")
            if flat.get(key)
        ),
        "",
    )
    flat["url"] = address if address.startswith("http") else None
    flat["date"] = next(
        (flat[key] for key in ("date", "publishdate", "pubdate", "published", "published_at") if _dated(flat.get(key))),
        None,
    )
    for gone in ("published", "text", "body", "content", "canonical", "link"):
        flat.pop(gone, None)
    if isinstance(flat.get("source"), dict | list):
        flat.pop("source")
    return flat


def _dated(value: Any) -> bool:
    return bool(value) and not isinstance(value, bool | int)


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise FormatError("the front matter is not TOML", int(line[1]) + 1 if line else 1) from None


def _yaml(text: str) -> dict[str, Any]:
    import yaml

    try:
        about = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise FormatError("the front matter is not YAML", mark.line + 2 if mark else 1) from None
    return about if isinstance(about, dict) else {}


def _json(text: str) -> tuple[dict[str, Any], str]:
    try:
        about, end = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return {}, text
    return (about, text.lstrip()[end:]) if isinstance(about, dict) else ({}, text)
