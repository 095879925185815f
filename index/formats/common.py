"""An article out of named values, whatever names a file has for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from index.formats import names
from index.addresses import absolute
from index.formats.dates import Ambiguous, When, read_date
from index.formats.draft import Draft, FormatError, LeftOut, strings
from index.formats.junk import is_junk, without_tail
from index.formats.markup import Block, paragraphs_of, plain_line

_HEADLINE = ("headline", "title", "webtitle", "name", "hed")
_TEXT = (
    "text", "body", "content", "articlebody", "article_body", "body_text", "bodytext", "body_html", "bodyhtml", "content_html",
    "content_text", "contenthtml", "contenttext", "full_text", "fulltext", "full_content", "maintext", "article_text", "story",
    "html", "main_content", "cleaned_text", "plain_text", "raw_content", "article", "description", "summary", "abstract",
)  # fmt: skip
_AUTHOR = ("author", "authors", "byline", "bylines", "creator", "by", "writer", "writers", "contributors")
_PUBLISHED = (
    "published", "date", "published_at", "publishedat", "date_published", "datepublished", "publication_date",
    "publicationdate", "publish_date", "publishdate", "pub_date", "pubdate", "published_date", "publisheddate", "date_publish",
    "published_time", "publishedtime", "published_on", "publishedon", "publicationtime", "webpublicationdate", "firstpublished",
    "first_published", "first_published_at", "firstpublishedat", "display_date", "displaydate", "release_date", "issued", "datetime",
    "timestamp", "created_at", "createdat", "created", "date_created",
)  # fmt: skip
_UPDATED = ("updated", "updated_at", "updatedat", "date_modified", "datemodified", "modified", "lastmod", "last_modified", "date_updated", "lastupdated")
_SOURCE = ("source", "publisher", "site_name", "sitename", "source_name", "sourcename", "publication", "site", "source_domain", "outlet", "newspaper", "provider")
_URL = ("url", "canonical", "canonical_url", "canonicalurl", "link", "web_url", "weburl", "permalink", "source_url", "article_url")
_ID = ("id", "_id", "guid", "uuid", "article_id")
_EMBARGO = ("embargoed", "embargo", "embargo_until", "embargoed_until", "embargountil")
_STATUS = ("status", "pubstatus", "publication_status", "state", "workflow_status")
_UNPUBLISHED = frozenset("draft pending private future scheduled withheld canceled cancelled killed withdrawn retracted trash deleted embargoed auto-draft unpublished archived inactive spiked".split())
_CUT_SHORT = re.compile(r"(?:…|\.\.\.)?\s*\[\s*\+?\s*\d+\s*chars\s*\]\s*$")


def draft_from(body: Mapping[str, Any], *, base: str | None = None) -> Draft | LeftOut:
    """The article in ``body``. Names count without regard to case; the first that has a value is taken.

    Raises:
        FormatError: a part is not of its type, or the date cannot be read.
    """
    low = {str(key).lower(): value for key, value in body.items() if value not in (None, "", [], {})}
    headline = plain_line(_string(low, _HEADLINE) or "")
    left = left_out(low, headline)
    if left:
        return left
    notes: list[str] = []
    published = _date(low, notes)
    text, paragraphs = "", low.get("paragraphs")
    if paragraphs is None:
        text = _text(low)
        if _CUT_SHORT.search(text):
            notes.append("the text is cut short in the file")
            text = _CUT_SHORT.sub("", text)
        blocks = clean_blocks(paragraphs_of(text), headline)
        paragraphs = [block.text for block in blocks]
    elif not isinstance(paragraphs, list) or not all(isinstance(item, str) for item in paragraphs):
        raise FormatError("paragraphs: must be a list of strings")
    else:
        paragraphs = [block.text for item in paragraphs for block in paragraphs_of(item)]
    source = _first(low, _SOURCE)[1]
    found = next(iter(strings(source)), None)
    if source is not None and found is None:
        raise FormatError(f"{_first(low, _SOURCE)[0]}: must be a string")
    return Draft(
        headline=headline, paragraphs=tuple(paragraphs), id=_id(low), url=_url(low, base),
        source=plain_line(found) if found else None, authors=_authors(low), published=published,
        updated=_quiet(_first(low, _UPDATED)[1]), section=_string_or_none(low, ("section", "category", "sectionname", "articlesection")),
        language=_string_or_none(low, ("language", "lang")), keywords=strings(low.get("keywords") or low.get("tags")),
        notes=tuple(notes),
    )  # fmt: skip


def left_out(low: Mapping[str, Any], headline: str) -> LeftOut | None:
    """Why an item is no article for readers: not published, withdrawn, or under embargo; ``None`` if it is."""
    status = next((low[key] for key in _STATUS if isinstance(low.get(key), str)), "")
    name = status.rpartition(":")[2].strip().lower()
    if name in _UNPUBLISHED:
        return LeftOut(headline or "an item", f"is {name}")
    return embargoed(next((low[key] for key in _EMBARGO if low.get(key)), None), headline)


def embargoed(value: Any, headline: str) -> LeftOut | None:
    """Whether an embargo still holds. One without a time that can be read, or without a zone, holds."""
    if not value:
        return None
    until = _quiet(value)
    over = isinstance(until, datetime) and until.tzinfo is not None and until <= datetime.now(UTC)
    return None if over else LeftOut(headline or "an item", f"is under embargo until {value}")


def clean_blocks(blocks: list[Block], headline: str) -> list[Block]:
    """Without the headline, junk lines and the tails of feeds."""
    kept = []
    for block in blocks:
        block.text = without_tail(block.text)
        alone = block.link_share > 0.9 and len(block.text) < 200 and block.kind != "row" and len(blocks) > 1
        if block.text and not alone and not is_junk(block.text, block.link_share) and block.text != headline:
            kept.append(block)
    return kept


def _first(low: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[str, Any]:
    return next(((key, low[key]) for key in keys if low.get(key) is not None), (keys[0], None))


def _string(low: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    key, value = _first(low, keys)
    if isinstance(value, dict):
        value = value.get("rendered") or value.get("main") or value.get("basic") or value.get("value")
    if value is not None and not isinstance(value, str):
        raise FormatError(f"{key}: must be a string")
    return value


def _string_or_none(low: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    return next((found for found in strings(_first(low, keys)[1])), None)


def _text(low: Mapping[str, Any]) -> str:
    key, value = _first(low, _TEXT)
    if isinstance(value, dict):
        value = value.get("rendered") or value.get("html") or value.get("text") or value.get("value")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "\n\n".join(value)
    if value is not None and not isinstance(value, str):
        raise FormatError(f"{key}: must be a string")
    return value or ""


def _date(low: Mapping[str, Any], notes: list[str]) -> When | None:
    """The first date; one that may be two days is none, and said.

    Raises:
        FormatError: it is no date.
    """
    key, value = _first(low, _PUBLISHED)
    if key == "timestamp" and not isinstance(value, str | date):
        return None
    try:
        return read_date(value)
    except Ambiguous as error:
        notes.append(f"{key}: {error}; taken without a date")
        return None
    except ValueError as error:
        name = "published" if key == "date" and not str(error).startswith("must") else key
        raise FormatError(f"{name}: {error}") from None


def _quiet(value: Any) -> When | None:
    try:
        return read_date(value)
    except ValueError:
        return None


def _authors(low: Mapping[str, Any]) -> tuple[str, ...]:
    key, value = _first(low, _AUTHOR)
    if isinstance(value, dict) and "original" in value:
        value = value["original"]
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return ()  # a number stands for a row of somebody's table
    found = strings(value)
    if isinstance(value, list):
        spoken = [item.get("by") or item.get("byline") for item in value if isinstance(item, dict) and "name" not in item]
        found += tuple(item for item in spoken if isinstance(item, str))
    if not found and not isinstance(value, list | dict):
        raise FormatError(f"{key}: must be a string")
    return names.from_list(found)


def _id(low: Mapping[str, Any]) -> str | None:
    key, value = _first(low, _ID)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        value = value.get("rendered") or value.get("$oid")
    if value is not None and not isinstance(value, str):
        raise FormatError(f"{key}: must be a string")
    return value


def _url(low: Mapping[str, Any], base: str | None) -> str | None:
    key, value = _first(low, _URL)
    if value is not None and not isinstance(value, str):
        raise FormatError(f"{key}: must be a string")
    return (absolute(value, base) or (value if base is None and key in ("url", "canonical", "link") else None)) if value else None
