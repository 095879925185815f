"""RSS and Atom: an article an entry. The feed's title is the source; full content comes before a summary."""

from __future__ import annotations

from calendar import timegm
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from index.addresses import absolute
from index.formats import names
from index.formats.dates import When, quiet_date
from index.formats.draft import Draft, FileItem, FormatError
from index.formats.fragments import clean_blocks, paragraphs_of, plain_line
from index.formats.markup import Block


def from_feed(data: bytes) -> list[FileItem]:
    """The entries of a feed.

    Raises:
        FormatError: it is no feed, or an empty one.
    """
    import feedparser

    feed = feedparser.parse(data)
    if not feed.entries:
        reason = "it is not well formed" if feed.bozo else "it has no entries"
        raise FormatError(f"holds no RSS or Atom articles: {reason}")
    base = feed.feed.get("link")
    shared = Counter(_link(entry, base) for entry in feed.entries)
    # A section's feed is called “The Courier » Coast”.
    source = plain_line(feed.feed.get("title") or "").partition(" » ")[0] or None
    return [_entry(entry, base, shared, source, feed.feed.get("language")) for entry in feed.entries]


def _link(entry: Any, base: str | None) -> str | None:
    link = entry.get("link") or ""
    return absolute(link, base if "/" in link else None)  # a guid that is no address comes as a link, too


def _entry(
    entry: Any, base: str | None, shared: Counter[str | None], source: str | None, language: str | None
) -> Draft:
    headline = plain_line(entry.get("title") or "")
    link = _link(entry, base)
    # An address that several entries share says where they stand, not which one it is: then the guid does.
    own = bool(link) and shared[link] == 1
    name = entry.get("id")
    blocks = _body(entry, headline)
    people = [person.get("name") or person.get("email") or "" for person in entry.get("authors", []) if person]
    if any("(" in person for person in people):
        people = [entry.get("author") or ""]  # feedparser cuts “a@b.example (Ann Lee)” at a wrong place
    origin = plain_line((entry.get("source") or {}).get("title") or "")
    return Draft(
        headline=headline, paragraphs=tuple(block.text for block in blocks), url=link,
        id=name if name and not own and name != link else None,
        source=origin or source, authors=names.from_list(people or [entry.get("author") or ""]),
        published=quiet_date(dict.get(entry, "published") or entry.get("created")) or _parsed(entry, "published")
        or quiet_date(dict.get(entry, "updated")) or _parsed(entry, "updated"),
        updated=quiet_date(dict.get(entry, "updated")), language=language,
        keywords=tuple(tag.get("term") for tag in entry.get("tags", []) if tag.get("term")),
        notes=() if own or name or not link else ("shares its address with other entries and has no guid",),
    )  # fmt: skip


def _body(entry: Any, headline: str) -> list[Block]:
    """The longest of what the entry gives as its text."""
    given = [content.get("value") or "" for content in entry.get("content", [])]
    texts = [
        text for text in [*given, entry.get("summary") or "", entry.get("media_description") or ""] if text.strip()
    ]
    bodies = [clean_blocks(paragraphs_of(text), headline) for text in texts]
    return max(bodies, key=lambda blocks: sum(len(block.text) for block in blocks), default=[])


def _parsed(entry: Any, name: str) -> When | None:
    """What feedparser makes of a time that is written in some old way; its zone is lost."""
    parsed = dict.get(entry, f"{name}_parsed")
    return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
