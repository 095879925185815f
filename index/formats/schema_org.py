"""What schema.org data say of an article (https://schema.org/NewsArticle): JSON-LD of a page, or a file of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from index.addresses import absolute
from index.formats import names
from index.formats.dates import When, quiet_date
from index.formats.draft import Draft, FormatError, LeftOut, strings
from index.formats.fragments import has_markup, paragraphs_of, plain_line
from index.formats.lenient import lenient_json
from index.formats.markup import Block

_ARTICLE = re.compile(
    r"(?:News|Reportage\w*|Opinion\w*|Analysis\w*|Background\w*|Review\w*|AskPublic\w*|Satirical|Advertiser\w*|Scholarly|Tech"
    r"|Report)?(?:Article|Posting)|Report|BlogPosting|LiveBlogPosting|SocialMediaPosting|CriticReview|ReviewNewsArticle",
    re.IGNORECASE,
)
_NO_ARTICLE = {
    "collectionpage": "an index page", "searchresultspage": "a search page",
    "imagegallery": "a gallery", "mediagallery": "a gallery", "videogallery": "a gallery", "profilepage": "a profile",
    "aboutpage": "a page about the site", "contactpage": "a contact page", "qapage": "a page of questions",
    "checkoutpage": "a checkout page", "loginpage": "a login page", "registerpage": "a login page",
}  # fmt: skip
_KINDS = {
    "opinion": "opinion",
    "analysis": "analysis",
    "liveblog": "live",
    "review": "opinion",
    "background": "analysis",
}
_MAX_NODES = 5_000
_EMPTY = datetime(1970, 1, 1, tzinfo=UTC)
"""What is written for a time that was never set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one source says of an article; empty where it says nothing."""

    headline: str | None = None
    authors: tuple[str, ...] = ()
    houses: tuple[str, ...] = ()
    """Organisations that stand where authors do."""
    published: When | None = None
    updated: When | None = None
    url: str | None = None
    source: str | None = None
    section: str | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()
    kind: str | None = None
    body: str = ""
    free: bool = True


Node = dict[str, Any]


def nodes_in(data: Any) -> list[Node]:
    """Every object of JSON-LD at its top: in lists, ``@graph``, and what the page is about; not the items of lists."""
    found: list[Node] = []
    waiting = [data]
    while waiting and len(found) < _MAX_NODES:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting = item + waiting
        elif isinstance(item, dict):
            if "@type" in item:
                found.append(item)
            waiting += [
                item[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
                if isinstance(item.get(key), dict | list)
            ]
    return found


def types_of(node: Node) -> list[str]:
    """Its types, without a schema.org address before them."""
    return [name.rpartition("/")[2].rpartition(":")[2] for name in strings(node.get("@type"))]


def is_article(node: Node) -> bool:
    """Whether it is an article of some kind."""
    return any(_ARTICLE.fullmatch(name) for name in types_of(node))


def other_kind(nodes: list[Node]) -> str | None:
    """What the page says that it is instead of an article; ``None`` if it says nothing, or is one."""
    if any(is_article(node) for node in nodes):
        return None
    said = [_NO_ARTICLE[name.lower()] for node in nodes for name in types_of(node) if name.lower() in _NO_ARTICLE]
    return said[0] if said else None


def facts_of(node: Node, nodes: list[Node]) -> Facts:
    """What ``node`` says; ``nodes`` are those that it may point to with ``@id``."""
    by_id = {item["@id"]: item for item in nodes if isinstance(item.get("@id"), str) and "name" in item}
    publisher = _names(node.get("publisher"), by_id) or _names(node.get("sourceOrganization"), by_id)
    types = " ".join(types_of(node)).lower()
    page = node.get("mainEntityOfPage")
    address = (
        node.get("url") or (page.get("@id") or page.get("url") if isinstance(page, dict) else page) or node.get("@id")
    )
    return Facts(
        headline=_line(node.get("headline")) or _line(node.get("name")),
        authors=names.from_list(_names(_authors(node, by_id, people=True), by_id)),
        houses=names.from_list(_names(_authors(node, by_id, people=False), by_id)),
        published=_when(node.get("datePublished")) or _when(node.get("dateCreated")),
        updated=_when(node.get("dateModified")),
        url=address if isinstance(address, str) and address.startswith(("http", "/")) else None,
        source=_line(publisher[0]) if publisher else None,
        section=next((plain_line(name) for name in strings(node.get("articleSection"))), None),
        language=next(iter(strings(node.get("inLanguage"))), None),
        keywords=_keywords(node.get("keywords")),
        kind=next((kind for mark, kind in _KINDS.items() if mark in types), None),
        body=body_of(node),
        free=node.get("isAccessibleForFree") not in (False, "false", "False", "no", "http://schema.org/False"),
    )  # fmt: skip


def body_of(node: Node) -> str:
    """The text of the article, as it stands there: plain, or with markup."""
    value = node.get("articleBody") or node.get("text") or ""
    return "\n\n".join(strings(value)) if isinstance(value, list) else value if isinstance(value, str) else ""


def body_blocks(body: str) -> list[Block]:
    """An ``articleBody`` as paragraphs, whether it is plain, HTML, or HTML escaped."""
    text = html.unescape(body) if "&lt;" in body or ("<" not in body and has_markup(body)) else body
    return paragraphs_of(text)


def live_entries(node: Node) -> list[Node]:
    """The entries of a live blog that hold text of their own."""
    updates = node.get("liveBlogUpdate")
    entries = updates if isinstance(updates, list) else [updates]
    return [entry for entry in entries if isinstance(entry, dict) and body_of(entry).strip()]


def from_schema_org(data: Any) -> list[Draft | LeftOut]:
    """The articles in a file of JSON-LD.

    Raises:
        FormatError: it holds none.
    """
    nodes = nodes_in(data)
    articles = [node for node in nodes if is_article(node)]
    if not articles:
        raise FormatError(f"holds schema.org data of {', '.join(types_of(nodes[0]))}, not of an article")
    found: list[Draft | LeftOut] = []
    for node in articles:
        found += entries_of(node, nodes) or [_draft(facts_of(node, nodes))]
    return found


def entries_of(node: Node, nodes: list[Node], *, about: Facts | None = None) -> list[Draft | LeftOut]:
    """A live blog cut into its entries, each with its own time; empty if it is none."""
    entries = live_entries(node)
    if len(entries) < 2:
        return []
    whole = about or facts_of(node, nodes)
    found: list[Draft | LeftOut] = []
    for entry in entries:
        facts = facts_of(entry, nodes)
        mark = entry.get("@id") or entry.get("url")
        address = mark if isinstance(mark, str) and mark.startswith("http") and mark != whole.url else None
        draft = _draft(facts, headline=facts.headline or whole.headline)
        found.append(
            Draft(
                headline=draft.headline, paragraphs=draft.paragraphs, url=address or whole.url,
                id=None if address else mark if isinstance(mark, str) else _entry_id(whole, facts),
                source=facts.source or whole.source, authors=facts.authors or whole.authors or facts.houses,
                published=facts.published, updated=facts.updated, section=whole.section, kind="live",
                language=whole.language, keywords=whole.keywords,
            )
        )  # fmt: skip
    return found


def _entry_id(whole: Facts, facts: Facts) -> str | None:
    """An entry's own name where it has none: the blog's address and the entry's time."""
    return f"{whole.url}#{facts.published.isoformat()}" if whole.url and facts.published else None


def _draft(facts: Facts, headline: str | None = None) -> Draft:
    return Draft(
        headline=headline or facts.headline or "", paragraphs=tuple(block.text for block in body_blocks(facts.body)),
        url=absolute(facts.url),
        source=facts.source, authors=facts.authors or facts.houses, published=facts.published, updated=facts.updated,
        section=facts.section, kind=facts.kind, language=facts.language, keywords=facts.keywords,
    )  # fmt: skip


def _authors(node: Node, by_id: dict[str, Node], *, people: bool) -> list[Any]:
    """The people, or the organisations, among those who are said to have written it."""
    said = node.get("author") or node.get("creator")
    said = _plain(said)
    entities = said if isinstance(said, list) else [said]

    def is_house(entity: Any) -> bool:
        known = (
            by_id.get(str(entity.get("@id")), entity) if isinstance(entity, dict) and "name" not in entity else entity
        )
        return isinstance(known, dict) and any("Organization" in name for name in types_of(known))

    return [entity for entity in entities if is_house(entity) != people]


def _names(value: Any, by_id: dict[str, Node]) -> tuple[str, ...]:
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        entity = by_id.get(item, item) if isinstance(item, str) else item
        if isinstance(item, dict) and ("name" not in item or _is_login(item["name"])):
            entity = by_id.get(str(item.get("@id")), item)
        if isinstance(entity, dict) and not entity.get("name"):
            given = " ".join(
                str(entity[key]) for key in ("givenName", "familyName") if isinstance(entity.get(key), str)
            )
            entity = given or None
        if isinstance(entity, dict) and isinstance(entity.get("name"), list | dict):
            entity = _plain(entity["name"])
        found += strings(entity)
    return tuple(found)


def _plain(value: Any) -> Any:
    """What stands in JSON-LD's own wrapping of lists and of strings with a language."""
    return value.get("@list") or value.get("@value") or value if isinstance(value, dict) else value


def _is_login(name: Any) -> bool:
    """Whether a name is what an author types to come in, or an address, as plug-ins write it beside the whole entry."""
    return isinstance(name, str) and re.fullmatch(r"[a-z0-9._-]+|https?://\S+", name) is not None


def _keywords(value: Any) -> tuple[str, ...]:
    words = strings(value)
    if len(words) == 1:
        words = tuple(word.strip() for word in words[0].split(",") if word.strip())
    return tuple(plain_line(word) for word in words)


def _line(value: Any) -> str | None:
    found = next(iter(strings(value)), "")
    line = plain_line(html.unescape(found))
    return line or None


def _when(value: Any) -> When | None:
    when = quiet_date(html.unescape(next(iter(strings(value)), "")))
    zero = isinstance(when, datetime) and when.replace(tzinfo=UTC) == _EMPTY
    return None if zero else when


def iter_scripts(scripts: list[str]) -> Iterator[Node]:
    """The nodes of all JSON-LD scripts of a page."""
    for script in scripts:
        yield from nodes_in(lenient_json(script))
