"""An article out of named values, whatever names a file has for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from index.addresses import absolute
from index.errors import ArticleError
from index.formats import names
from index.formats.dates import Ambiguous, When, quiet_date, read_date
from index.formats.draft import Draft, FormatError, LeftOut, strings
from index.formats.fragments import clean_blocks, paragraphs_of, plain_line
from index.formats.withheld import embargo_in, embargo_of, is_status, left_out
from index.metadata import KINDS, NAMES, STATUSES
from index.times import parse_moment

_HEADLINE = ("headline", "title", "webtitle", "name", "hed")
_TEXT = (
    "text",
    "body",
    "content",
    "articlebody",
    "article_body",
    "body_text",
    "bodytext",
    "body_html",
    "bodyhtml",
    "content_html",
    "content_text",
    "contenthtml",
    "contenttext",
    "full_text",
    "fulltext",
    "full_content",
    "maintext",
    "article_text",
    "story",
    "html",
    "main_content",
    "cleaned_text",
    "plain_text",
    "raw_content",
    "article",
    "description",
    "summary",
    "abstract",
)
_AUTHOR = ("author", "authors", "byline", "bylines", "creator", "by", "writer", "writers", "contributors")
_PUBLISHED = (
    "published",
    "date",
    "published_at",
    "publishedat",
    "date_published",
    "datepublished",
    "publication_date",
    "publicationdate",
    "publish_date",
    "publishdate",
    "pub_date",
    "pubdate",
    "published_date",
    "publisheddate",
    "date_publish",
    "published_time",
    "publishedtime",
    "published_on",
    "publishedon",
    "publicationtime",
    "webpublicationdate",
    "firstpublished",
    "first_published",
    "first_published_at",
    "firstpublishedat",
    "display_date",
    "displaydate",
    "release_date",
    "issued",
    "datetime",
    "timestamp",
    "created_at",
    "createdat",
    "created",
    "date_created",
)
_UPDATED = (
    "updated",
    "updated_at",
    "updatedat",
    "date_modified",
    "datemodified",
    "modified",
    "lastmod",
    "last_modified",
    "date_updated",
    "lastupdated",
)
_SOURCE = (
    "source",
    "publisher",
    "site_name",
    "sitename",
    "source_name",
    "sourcename",
    "publication",
    "site",
    "source_domain",
    "outlet",
    "newspaper",
    "provider",
)
_URL = (
    "url",
    "canonical",
    "canonical_url",
    "canonicalurl",
    "link",
    "web_url",
    "weburl",
    "permalink",
    "source_url",
    "article_url",
)
_ID = ("id", "_id", "guid", "uuid", "article_id")
_OWN = frozenset([*NAMES, "id", "text", "paragraphs"])
_CUT_SHORT = re.compile(r"(?:…|\.\.\.)?\s*\[\s*\+?\s*\d+\s*chars\s*\]\s*$")


def draft_from(body: Mapping[str, Any], *, base: str | None = None) -> Draft | LeftOut:
    """The article in ``body``. Names count without regard to case; the first that has a value is taken.

    Raises:
        FormatError: a part is not of its type, or the date cannot be read.
    """
    low = {str(key).lower(): value for key, value in body.items() if value not in (None, "", [], {})}
    headline = plain_line(_string(low, _HEADLINE) or "")
    if own := _is_own(low):
        _check_own(low)
    left = None if own and low.get("status") in STATUSES else left_out(low, headline)
    if left:
        return left
    notes: list[str] = []
    published = _date(low, notes)
    if own and "published_time" in low:
        published = parse_moment("published_time", low["published_time"])
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
        headline=headline,
        paragraphs=tuple(paragraphs),
        id=_id(low),
        url=_url(low, base),
        source=plain_line(found) if found else None,
        authors=_authors(low),
        published=published,
        timed=_first(low, _PUBLISHED)[0] == "published" and not (own and "published_time" in low),
        updated=quiet_date(_first(low, _UPDATED)[1]),
        section=_string_or_none(low, ("section", "category", "sectionname", "articlesection")),
        language=_string_or_none(low, ("language", "lang")),
        keywords=strings(low.get("keywords") or low.get("tags")),
        kind=_string_or_none(low, ("kind",)),
        embargoed=embargo_of(embargo_in(low)),
        status=low["status"] if low.get("status") == "corrected" or (own and low.get("status") in STATUSES) else "live",
        correction=_string_or_none(low, ("correction",)),
        replaces=_string_or_none(low, ("replaces",)),
        questions=strings(low.get("questions")),
        notes=tuple(notes),
    )


def _is_own(low: Mapping[str, Any]) -> bool:
    """Whether an object is of the shape that the library itself has, and writes."""
    return low.keys() <= _OWN and "headline" in low and ("text" in low or "paragraphs" in low)


def _check_own(low: Mapping[str, Any]) -> None:
    """See that what an editor wrote is taken as it was meant, or not at all.

    Raises:
        FormatError: a word or a time is none; it names the field.
    """
    if "kind" in low and low["kind"] not in KINDS:
        raise FormatError(f"kind: {low['kind']!r} is none of {', '.join(KINDS)}")
    status = low.get("status", "live")
    if status not in STATUSES and not is_status(status):
        raise FormatError(f"status: {status!r} is none of {', '.join(STATUSES)}")
    for field in ("embargoed", "published_time"):
        try:
            parse_moment(field, low.get(field))
        except ArticleError as error:
            raise FormatError(f"{field}: {error.message}") from None
    try:
        read_date(low.get("updated"))
    except ValueError as error:
        raise FormatError(f"updated: {error}") from None


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


def _authors(low: Mapping[str, Any]) -> tuple[str, ...]:
    key, value = _first(low, _AUTHOR)
    if isinstance(value, dict) and "original" in value:
        value = value["original"]
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return ()  # a number stands for a row of somebody's table
    found = strings(value)
    if isinstance(value, list):
        spoken = [
            item.get("by") or item.get("byline") for item in value if isinstance(item, dict) and "name" not in item
        ]
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
    return (
        (absolute(value, base) or (value if base is None and key in ("url", "canonical", "link") else None))
        if value
        else None
    )
