"""What a web page declares of its article, in the order of trust.

JSON-LD comes first, then its meta elements (Open Graph, ``article:`` and the names that content systems use), then
microdata, then what readers see: heading, byline, time (:mod:`index.formats.page_seen`).

JSON-LD is read with :mod:`json` and lxml, which trafilatura brings along. extruct would add six packages (rdflib among
them) for RDFa and microformats, which publishers of news no longer use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from index.addresses import absolute, host_of, is_front
from index.formats import names, schema_org
from index.formats.dates import When, first_date
from index.formats.fragments import plain_line
from index.formats.markup import Element, text_of
from index.formats.page_date import visible_date
from index.formats.page_headline import flat, headline_of
from index.formats.page_seen import (
    MAX_BYLINE_CHARS,
    bylines,
    main_heading,
    signed_above,
    tells_of_picture,
)
from index.formats.schema_org import Facts, Node

_PUBLISHED = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date",
    "date_published", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date.published",
    "dc.date", "cxenseparse:recs:publishtime", "article.published", "article:post_date", "originalpublicationdate",
    "datecreated", "ptime", "displaydate", "vr:published_time", "bt:pubdate", "rnews:datepublished", "date", "dc:date",
    "citation_publication_date", "dcterms.date", "shareaholic:article_published_time", "created", "og:pubdate", "pdate",
)  # fmt: skip
_UPDATED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "lastmod",
    "last-modified",
    "utime",
)
_AUTHOR = (
    "author",
    "article:author",
    "article:author_name",
    "parsely-author",
    "sailthru.author",
    "byl",
    "byline",
    "dc.creator",
    "dcterms.creator",
    "cxenseparse:author",
    "article.author",
    "og:article:author",
    "vr:author",
    "authors",
    "article_author",
    "content_author",
    "articleauthor",
    "articleauthor",
    "dc:creator",
    "citation_author",
)
_SITE = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "dc.publisher",
    "publisher",
    "twitter:app:name:iphone",
    "al:ios:app_name",
)
_SECTION = ("article:section", "og:section", "section", "parsely-section", "cxenseparse:taxonomy")

_MONTH_FIRST = re.compile(r".*[-_](?:US|PR|PH)\b", re.IGNORECASE)
"""Countries in which 03/04/2025 may be the fourth of March, in whatever language."""
_EITHER = re.compile(r"(?:en|fil|tl)\b", re.IGNORECASE)
"""Languages that say nothing of it; English is what themes say unasked."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's own account of its article, and the JSON-LD nodes that it came from."""

    facts: Facts
    article: Node | None
    nodes: tuple[Node, ...]
    declared: bool
    """Whether the page says that it is an article."""


def read_page(tree: Element, address: str | None = None) -> Page:
    """All that the page says. ``address`` is where it was fetched from, if it was."""
    nodes = tuple(schema_org.iter_scripts(_scripts(tree)))
    metas = _metas(tree)
    titles = [*_all(metas, ("og:title", "twitter:title")), *(text_of(title) for title in tree.iter("title"))]
    heading = main_heading(tree, titles)
    node = _own(nodes, heading, metas)
    ld = schema_org.facts_of(node, list(nodes)) if node else Facts()
    micro = _microdata(tree)
    url = _address(tree, metas, ld, address)
    sites = _sites(metas, nodes, ld, url)
    language = _language(tree, metas, ld)
    day_first = None if not language or _EITHER.match(language) else not _MONTH_FIRST.match(language)
    facts = Facts(
        headline=headline_of(ld.headline or micro.headline, heading, [title for title in titles if title], sites),
        authors=_authors(tree, metas, ld, micro, sites),
        published=ld.published
        or first_date(_all(metas, _PUBLISHED), day_first=day_first)
        or micro.published
        or visible_date(tree, heading, day_first=day_first)
        or _dated_address(url),
        updated=ld.updated or first_date(_all(metas, _UPDATED)) or micro.updated,
        url=url,
        source=_site(metas, ld)
        or ld.source
        or micro.source
        or next(iter(_all(metas, _SITE[1:])), None)
        or host_of(url),
        section=ld.section or next(iter(_all(metas, _SECTION)), None),
        language=language,
        keywords=ld.keywords or _keywords(metas),
        kind=ld.kind,
        body=ld.body,
        free=ld.free,
    )
    kind = next(iter(_all(metas, ("og:type",))), "").lower()
    declared = node is not None or kind.startswith("article") or bool(_all(metas, _PUBLISHED[:1]))
    return Page(facts, node, nodes, declared)


def _site(metas: dict[str, list[str]], ld: Facts) -> str | None:
    """The site's name, as its publisher writes it where both say the same; an address is no name."""
    name = next(iter(_all(metas, _SITE[:1])), None)
    if name is None or "://" in name:
        return None
    return ld.source if ld.source and ld.source.casefold() == name.casefold() else name


def _authors(
    tree: Element, metas: dict[str, list[str]], ld: Facts, micro: Facts, sites: tuple[str, ...]
) -> tuple[str, ...]:
    """The declared people, and those of the byline beside them; a declared organisation where there are none."""
    said = (ld.authors, tuple(_all(metas, _AUTHOR)), micro.authors)
    first, *more = [people for given in said if (people := names.from_list(given, besides=sites))] or [()]
    found = names.merged(reduce(names.merged, more, first), bylines(tree, sites))
    if found and all(map(names.is_role, found)):  # who put it in; who wrote it may be signed above the text
        found = signed_above(tree, sites) or found
    return found or ld.authors or ld.houses


def _keywords(metas: dict[str, list[str]]) -> tuple[str, ...]:
    words = next(iter(_all(metas, ("news_keywords", "keywords"))), "").split(",")
    return tuple(word.strip() for word in words if word.strip())


def _scripts(tree: Element) -> list[str]:
    return [
        script.text_content() for script in tree.iter("script")
        if (script.get("type") or "").lower().split(";")[0].strip() in ("application/ld+json", "application/json+ld")
    ]  # fmt: skip


def _metas(tree: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = plain_line(meta.get("content") or "")
        for name in {(meta.get(key) or "").strip().lower() for key in ("property", "name", "itemprop", "http-equiv")}:
            if name and content:
                found.setdefault(name, []).append(content)
    return found


def _all(metas: dict[str, list[str]], keys: tuple[str, ...]) -> list[str]:
    """The values of the first of these names that has any, then those of the next."""
    return [value for key in keys for value in metas.get(key, [])][:12]


def _own(nodes: tuple[Node, ...], heading: str, metas: dict[str, list[str]]) -> Node | None:
    """The node of the page's own article: of several, the one with the page's title."""
    articles = [node for node in nodes if schema_org.is_article(node)]
    titles = {flat(title) for title in [heading, *_all(metas, ("og:title", "twitter:title"))] if title}

    def rank(node: Node) -> tuple[bool, bool, int]:
        said = flat(str(node.get("headline") or node.get("name") or ""))
        return (
            bool(said) and any(said.startswith(title[:40]) or title.startswith(said[:40]) for title in titles),
            "datePublished" in node,
            len(node),
        )

    return max(articles, key=rank, default=None)


def _sites(metas: dict[str, list[str]], nodes: tuple[Node, ...], ld: Facts, url: str | None) -> tuple[str, ...]:
    """Every name that the page declares for its site or publisher, and its section, which titles carry before it."""
    said = [*_all(metas, _SITE), ld.source or ""]
    for node in nodes:
        if any(name in ("WebSite", "Organization", "NewsMediaOrganization") for name in schema_org.types_of(node)):
            said += [str(value) for key in ("name", "alternateName", "legalName") for value in _listed(node.get(key))]
    host = host_of(url) or ""
    said += [host, host.partition(".")[0]] if host else []
    said += [handle.lstrip("@") for handle in _all(metas, ("twitter:site",))]
    if ld.section:
        said.append(ld.section)
    return tuple(dict.fromkeys(text for text in said if text))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


def _address(tree: Element, metas: dict[str, list[str]], ld: Facts, address: str | None) -> str | None:
    links = [link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    base = address or next((element.get("href") for element in tree.iter("base") if element.get("href")), None)
    said = [*links, *_all(metas, ("og:url", "twitter:url")), ld.url]
    base = base or next((url for url in said if url and absolute(url)), None)
    whole = [found for url in said if (found := absolute(url, base))]
    deep = [url for url in whole if not is_front(url)]
    return next(iter(deep or whole), None) or absolute(address)


def _language(tree: Element, metas: dict[str, list[str]], ld: Facts) -> str | None:
    said = next((element.get("lang") or element.get("xml:lang") for element in tree.iter("html")), None)
    return said or ld.language or next(iter(_all(metas, ("og:locale", "content-language", "dc.language"))), None)


def _microdata(tree: Element) -> Facts:
    """Items of the schema.org vocabulary in attributes (https://html.spec.whatwg.org/#microdata)."""
    for scope in tree.iter():
        if (
            isinstance(scope.tag, str)
            and "schema.org/" in (kind := scope.get("itemtype") or "")
            and schema_org.is_article({"@type": kind})
        ):
            return Facts(
                headline=_property(scope, "headline"), authors=_people(scope),
                published=first_date([_property(scope, "datePublished") or _property(scope, "dateCreated") or ""]),
                updated=first_date([_property(scope, "dateModified") or ""]), source=_house(scope),
            )  # fmt: skip
    return Facts()


def _properties(scope: Element, name: str) -> Iterator[Element]:
    for element in scope.iter():
        if isinstance(element.tag, str) and name in (element.get("itemprop") or "").split():
            yield element


def _property(scope: Element, name: str) -> str | None:
    for element in _properties(scope, name):
        return element.get("content") or element.get("datetime") or text_of(element) or None
    return None


def _house(scope: Element) -> str | None:
    """Who published it, where that is an item of its own: a logo alone says nothing."""
    return next((name for element in _properties(scope, "publisher") if (name := _property(element, "name"))), None)


def _people(scope: Element) -> tuple[str, ...]:
    found = [
        _property(element, "name") or element.get("content") or text_of(element)
        for element in _properties(scope, "author")
        if not tells_of_picture(element)
    ]
    return tuple(name for name in found if name and len(name) < MAX_BYLINE_CHARS)


def _dated_address(url: str | None) -> When | None:
    """The day in the page's own address, where it is whole: ``/2025/03/04/``."""
    found = re.search(
        r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:[/-]|$)|/((?:19|20)\d\d)(\d\d)(\d\d)[/-]", url or ""
    )
    if not found:
        return None
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[4], found[5], found[6])
    return first_date([f"{year}-{month:0>2}-{day:0>2}"])
