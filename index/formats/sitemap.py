"""Sitemaps (https://www.sitemaps.org/protocol.html), those of Google News too: lists of addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from index.addresses import absolute
from index.formats.markup import local_name

MAX_ADDRESSES = 50_000
"""The protocol's own limit for one file."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address, and when its page last changed, as the sitemap writes it. ``index``: it is another sitemap."""

    url: str
    changed: str | None
    index: bool


def addresses_in(root: Any) -> list[Address]:
    """Every address of a sitemap, or of an index of sitemaps."""
    found = []
    for entry in root:
        if local_name(entry) in ("url", "sitemap"):
            told = {local_name(child): (child.text or "").strip() for child in entry if isinstance(child.tag, str)}
            url = absolute(told.get("loc"))
            if url:
                found.append(Address(url, told.get("lastmod") or _news_date(entry), local_name(entry) == "sitemap"))
    return found[:MAX_ADDRESSES]


def _news_date(entry: Any) -> str | None:
    return next((element.text for element in entry.iter() if local_name(element) == "publication_date"), None)
