"""XML: which of the formats a document is in. Nothing outside of it is ever loaded, and no entity is expanded."""

from __future__ import annotations

import html
import re
from typing import Any

from lxml import etree

from index.formats import newsml, nitf, sitemap, wordpress
from index.formats.draft import FileItem, FormatError, Unreadable
from index.formats.encodings import as_browsers
from index.formats.feed import from_feed
from index.formats.markup import local_name
from index.formats.page import from_page

_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([a-zA-Z][a-zA-Z0-9]{1,30});")

_FEED = re.compile(rb"<((?:\w+:)?(?:rss|feed|rdf))\b", re.IGNORECASE)
_ELEMENT = re.compile(rb"<([a-z_][\w.:-]*)", re.IGNORECASE)
_ITEM_ENDS = re.compile(
    rb"</(?:\w+:)?(?:item|entry|(?:news|package|concept|knowledge|planning|catalog)item)\s*>", re.IGNORECASE
)


def from_xml(data: bytes) -> list[FileItem]:
    """The articles of a feed, an export, or an agency's document.

    Of a document that ends before its end, as one that is still being written, what is whole is read, and the rest is
    an error: half an article would be taken for all of it, and a draft whose status was to follow for a published one.

    Raises:
        FormatError: it is none of these, holds none, or none that is whole.
    """
    name = _unfinished(data)
    if not name:
        return _read(data)
    told = f"is torn: it ends inside <{name}>; write it again, or add it again when it is whole"
    ends = [found.end() for found in _ITEM_ENDS.finditer(data)]
    if not ends:
        raise FormatError(told)
    whole = _read(data[: ends[-1]])
    return [*whole, Unreadable(len(whole) + 1, told)]


def _unfinished(data: bytes) -> str:
    """The name of the outermost element, if it does not end; else nothing. UTF-16 is not looked at."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ""
    first = _FEED.search(data[:4_096]) or _ELEMENT.search(data[:4_096])
    if first and b"</" + first[1] in data:
        return ""
    root = parse_xml(data)
    if root is None or not len(root) or local_name(root) == "html":
        return ""
    name = etree.QName(root).localname
    whole = f"{root.prefix}:{name}" if root.prefix else name
    return "" if f"</{whole}".encode() in data else whole


def _read(data: bytes) -> list[FileItem]:
    head = data[:4_096].lower()
    if b"<rss" in head or b"<feed" in head or b"<rdf" in head:
        if b"wordpress.org/export" in head or b"wxr_version" in data[:65_536]:
            root = parse_xml(data)
            if root is not None and wordpress.is_export(root):
                return wordpress.from_export(root)
        return from_feed(data)
    root = parse_xml(data)
    name = local_name(root) if root is not None else ""
    if name == "nitf":
        return [nitf.from_nitf(root)]
    if name in newsml.ROOTS:
        return newsml.from_newsml(root)
    if name in ("urlset", "sitemapindex"):
        count = len(sitemap.addresses_in(root))
        raise FormatError(
            f"is a sitemap: {count:,} addresses and no text; fetch what it lists with: pullquote add URL-OF-THE-SITEMAP"
        )
    if name == "html":
        return list(from_page(data))
    return from_feed(data)


def parse_xml(data: bytes) -> Any:
    """The root element, mended where it is torn; ``None`` if there is none."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", as_browsers(data))
    text = _NAMED.sub(lambda found: html.unescape(found[0]) if html.unescape(found[0]) != found[0] else "", text)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None
