"""IPTC ninjs (https://iptc.org/standards/ninjs/): 1.x, 2.x and 3.x, which differ in how they name and nest things."""

from __future__ import annotations

import re
from typing import Any

from index.formats import names
from index.formats.dates import When, read_date
from index.formats.draft import Draft, FormatError, LeftOut, strings
from index.formats.fragments import clean_blocks, paragraphs_of, plain_line
from index.formats.withheld import embargo_of, embargoed

_BODY = re.compile(r"body(?:xhtml|html5?|text|nitf)?|body\w+")
_OTHER = frozenset(["picture", "graphic", "video", "audio", "animation", "composite", "package", "planning", "event"])


def is_ninjs(body: dict[str, Any]) -> bool:
    """Whether an object is a ninjs item."""
    keys = set(_flat(body))
    versioned = bool(keys & {"versioncreated", "firstcreated", "pubstatus"})
    return ("uri" in keys and (versioned or bool(keys & {"bodies", "headlines", "bodyxhtml", "bodytext"}))) or (
        versioned and bool(keys & {"bodies", "headlines", "bodyxhtml", "bodyhtml", "bodytext"})
    )


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    """Keys without regard to case and underscores: ``body_text`` of 1.x, ``bodyText``, ``versionCreated`` of 3.x."""
    return {str(key).replace("_", "").lower(): value for key, value in body.items()}


def from_ninjs(item: dict[str, Any]) -> Draft | LeftOut:
    """The article, or why it stays out.

    Raises:
        FormatError: a date cannot be read.
    """
    low = _flat(item)
    headline = plain_line(_headline(low))
    status = next(iter(strings(low.get("pubstatus"))), "usable").rpartition(":")[2].lower()
    if status in ("withheld", "canceled", "cancelled"):
        return LeftOut(headline or str(low.get("uri")), f"is {status}", kills=_id(low) or _url(low))
    kind = next(iter(strings(low.get("type"))), "text").lower()
    if kind in _OTHER:
        return LeftOut(headline or str(low.get("uri")), f"is a {kind}, not text")
    embargo = low.get("embargoed") or low.get("embargoeduntil")
    held = embargoed(embargo, headline)
    if held:
        return held
    first = _when(low.get("firstpublished")) or _when(low.get("firstcreated")) or _when(low.get("contentcreated"))
    version = _when(low.get("versioncreated"))
    blocks = clean_blocks(paragraphs_of(_body(low)), headline)
    if not blocks and isinstance(low.get("renditions"), dict) and "nitf" in low["renditions"]:
        raise FormatError("tells of a text that it does not hold; download its NITF rendition, and add that")
    return Draft(
        headline=headline, paragraphs=tuple(block.text for block in blocks),
        id=_id(low), url=_url(low),
        source=_source(low), authors=_authors(low), published=first or version, updated=version if first else None,
        section=next(iter(_named(low.get("service")) or _named(low.get("sections"))), None),
        language=next(iter(strings(low.get("language"))), None), keywords=_named(low.get("keywords")),
        embargoed=embargo_of(embargo),
    )  # fmt: skip


def _id(low: dict[str, Any]) -> str | None:
    uri = low.get("uri")
    return uri if isinstance(uri, str) and not uri.startswith("http") else None


def _url(low: dict[str, Any]) -> str | None:
    said = (low.get(key) for key in ("url", "canonicalurl", "uri"))
    return next((value for value in said if isinstance(value, str) and value.startswith("http")), None)


def _headline(low: dict[str, Any]) -> str:
    headlines = low.get("headlines")
    if isinstance(headlines, list):
        said = [entry for entry in headlines if isinstance(entry, dict) and isinstance(entry.get("value"), str)]
        main = [
            entry
            for entry in said
            if str(entry.get("role", "main")).rpartition(":")[2].lower() in ("main", "headline", "default", "web", "")
        ]
        return str((main or said)[0]["value"]) if said else next(iter(strings(headlines)), "")
    if isinstance(headlines, dict):
        return str(next(iter(headlines.values()), ""))
    return next(
        iter(strings(low.get("headline")) or strings(low.get("headlineextended")) or strings(low.get("title"))), ""
    )


def _body(low: dict[str, Any]) -> str:
    """XHTML or HTML before plain text: it says where paragraphs are."""
    bodies = low.get("bodies")
    if isinstance(bodies, list | dict):
        entries = bodies if isinstance(bodies, list) else list(bodies.values())
        said = [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("value"), str)]
        main = [
            entry
            for entry in said
            if str(entry.get("role", "main")).rpartition(":")[2].lower()
            not in ("summary", "teaser", "short", "caption")
        ]
        marked = [
            entry
            for entry in main or said
            if "html" in str(entry.get("contenttype") or entry.get("contentType") or "").lower()
            or "<" in entry["value"]
        ]
        return str((marked or main or said)[0]["value"]) if said else ""
    for key in ("bodyxhtml", "bodyhtml", "bodyhtml5", "bodynitf", "bodytext", "body"):
        if isinstance(low.get(key), str) and low[key].strip():
            return str(low[key])
    return next((value for key, value in low.items() if _BODY.fullmatch(key) and isinstance(value, str)), "")


def _authors(low: dict[str, Any]) -> tuple[str, ...]:
    lines = [line for key in ("byline", "by", "bylines") for line in _spoken(low.get(key)) if line.strip()]
    people = [
        person.get("name") for key in ("authors", "creators", "contributors") for person in low.get(key) or []
        if isinstance(person, dict) and str(person.get("role", "writer")).lower() not in ("photographer", "editor")
    ]  # fmt: skip
    return names.from_list(lines or [name for name in people if isinstance(name, str)])


def _spoken(value: Any) -> list[str]:
    if isinstance(value, list):
        return [
            str(item.get("by") or item.get("byline") or item.get("name") or item.get("value") or "")
            if isinstance(item, dict)
            else str(item)
            for item in value
        ]
    return [value] if isinstance(value, str) else []


def _source(low: dict[str, Any]) -> str | None:
    for key in ("copyrightholder", "source", "infosources", "infosource", "provider", "publisher"):
        found = next(iter(_named(low.get(key))), None)
        if found:
            return plain_line(found)
    return None


def _named(value: Any) -> tuple[str, ...]:
    found = strings(value)
    if not found and isinstance(value, list):
        found = tuple(str(item.get("literal") or item.get("value") or "") for item in value if isinstance(item, dict))
    return tuple(name for name in found if name)


def _when(value: Any) -> When | None:
    try:
        return read_date(value)
    except ValueError as error:
        raise FormatError(f"published: {error}") from None
