"""Addresses become articles: a page one, a feed its entries or their pages, a sitemap the pages that it lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from index import archives, formats
from index.addresses import absolute, host_of
from index.errors import SourceError
from index.fetch import Fetched, Fetcher, FetchError, Validators
from index.formats import Draft, FileItem, FormatError
from index.ingest import MAX_FILE_BYTES, Intake, articles_in

_KINDS = {
    "text/html": "html", "application/xhtml+xml": "html", "application/rss+xml": "xml", "application/atom+xml": "xml",
    "application/rdf+xml": "xml", "application/json": "json", "application/feed+json": "json",
    "application/ld+json": "json", "application/pdf": "pdf", "text/markdown": "markdown",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx", "message/rfc822": "mail",
}  # fmt: skip
MAX_PAGES = 200
"""Of one feed or sitemap at one time, newest first as it lists them, unless more are asked for."""
_MAX_SITEMAPS = 50


@dataclass(frozen=True, slots=True)
class Read:
    """One address that was read: its outcomes, and what to ask it with next time. ``unchanged``: not sent again."""

    url: str
    outcomes: tuple[Intake, ...]
    validators: Validators
    unchanged: bool = False
    gone: bool = False


def read_url(
    fetcher: Fetcher,
    url: str,
    *,
    known: Mapping[str, Validators] | None = None,
    follow: bool = False,
    limit: int = MAX_PAGES,
) -> Iterator[Read]:
    """Everything at ``url``, an address at a time.

    Args:
        fetcher: what fetches.
        url: a page, a feed, a sitemap, or a file in any of the formats.
        known: what servers told of the versions that are here, by address.
        follow: fetch the pages of a feed's entries instead of taking what stands in the feed.
        limit: how many pages of a feed or sitemap at most.
    """
    held = known or {}
    try:
        answer = fetcher.get(url, held.get(url, Validators()))
    except FetchError as error:
        yield Read(url, (error,), Validators(), gone=error.gone)
        return
    if answer.data is None:
        yield Read(url, (), answer.validators, unchanged=True)
        return
    try:
        data = _unpacked(answer.data)
        listed, failed = _listed(fetcher, url, data, limit) if _is_sitemap(data) else (None, [])
        items = [] if listed is not None else items_of(replace(answer, data=data))
    except FormatError as error:
        yield Read(url, (SourceError(url, error.message),), answer.validators)
        return
    if listed is None and follow and len(items) > 1:
        listed = [item.url for item in items if isinstance(item, Draft) and item.url][:limit]
    if listed is None:
        yield Read(url, tuple(articles_in(url, url, items)), answer.validators)
        return
    yield Read(url, (), answer.validators)
    yield from failed
    for page in dict.fromkeys(listed):
        yield from read_page(fetcher, page, held)


def read_page(fetcher: Fetcher, url: str, known: Mapping[str, Validators]) -> Iterator[Read]:
    """One page, whatever it is; nothing is followed from it."""
    try:
        answer = fetcher.get(url, known.get(url, Validators()))
        if answer.data is None:
            yield Read(url, (), answer.validators, unchanged=True)
            return
        items = items_of(replace(answer, data=_unpacked(answer.data)))
    except FetchError as error:
        yield Read(url, (error,), Validators(), gone=error.gone)
    except FormatError as error:
        yield Read(url, (SourceError(url, error.message),), answer.validators)
    else:
        yield Read(url, tuple(articles_in(url, url, items)), answer.validators)


def items_of(answer: Fetched) -> list[FileItem]:
    """What is in an answer, by its content type, else by how it begins.

    Raises:
        FormatError: it is of no known format, or holds no article.
    """
    data = answer.data or b""
    if not data.strip():
        raise FormatError("is empty")
    kind = _KINDS.get(answer.content_type) or formats.sniffed(data)
    if kind in ("zip", "tar"):
        raise FormatError("is an archive; save it to a file and add that")
    if kind != "html":
        return formats.parse(kind, data)
    from index.formats.page import from_page

    return [_at_home(item, answer.url) for item in from_page(data, answer.url, answer.charset)]


def _at_home(item: FileItem, url: str) -> FileItem:
    """A page may only speak for its own site: an address elsewhere that it claims would replace another's article."""
    if not isinstance(item, Draft) or not item.url:
        return item
    own, claimed = host_of(url) or "", host_of(item.url) or ""
    related = own == claimed or own.endswith(f".{claimed}") or claimed.endswith(f".{own}")
    return item if related else replace(item, url=absolute(url))


def _unpacked(data: bytes) -> bytes:
    return archives.bounded(data, packed=True, limit=MAX_FILE_BYTES) if data.startswith(b"\x1f\x8b") else data


def _is_sitemap(data: bytes) -> bool:
    head = data[:4_096].lower()
    return b"<urlset" in head or b"<sitemapindex" in head


def _listed(fetcher: Fetcher, url: str, data: bytes, limit: int) -> tuple[list[str], list[Read]]:
    """The pages of a sitemap, and of the sitemaps that it lists, those changed last first; and which cannot be read."""
    from index.formats.markup import local_name
    from index.formats.sitemap import Address, addresses_in
    from index.formats.xml_documents import parse_xml

    pages: list[Address] = []
    failed: list[Read] = []
    waiting = [(url, data)]
    asked = 0
    while waiting and len(pages) < limit and asked <= _MAX_SITEMAPS:
        at, body = waiting.pop(0)
        root = parse_xml(body)
        if root is None or local_name(root) not in ("urlset", "sitemapindex"):
            failed.append(Read(at, (SourceError(at, "is no sitemap"),), Validators()))
            continue
        for entry in sorted(addresses_in(root), key=lambda found: found.changed or "", reverse=True):
            if not entry.index:
                pages.append(entry)
            elif asked < _MAX_SITEMAPS and len(pages) < limit:
                asked += 1
                try:
                    waiting.append((entry.url, _unpacked(fetcher.get(entry.url).data or b"")))
                except FetchError as error:
                    failed.append(Read(entry.url, (error,), Validators()))
                except FormatError as error:
                    failed.append(Read(entry.url, (SourceError(entry.url, error.message),), Validators()))
    return [entry.url for entry in pages][:limit], failed


def found_in(reads: Iterator[Read]) -> Iterator[Intake]:
    """The outcomes of all, in order; for whoever does not keep what was told of each address."""
    for read in reads:
        yield from read.outcomes
