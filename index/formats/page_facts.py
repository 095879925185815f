"""What a web page declares of its article, in the order of trust: JSON-LD, then its meta elements (Open Graph,
``article:`` and the names that content systems use), then microdata, then what readers see: heading, byline, time.

JSON-LD is read here with :mod:`json` and lxml, which trafilatura brings along. extruct would add six packages
(rdflib among them) for RDFa and microformats, which publishers of news no longer use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.formats import names, schema_org
from index.addresses import absolute, host_of, is_front
from index.formats.dates import When, read_date
from index.formats.markup import Element, local_name, plain_line, text_of
from index.formats.schema_org import Facts, Node

_PUBLISHED = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date",
    "date_published", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date.published",
    "dc.date", "cxenseparse:recs:publishtime", "article.published", "article:post_date", "originalpublicationdate",
    "datecreated", "ptime", "displaydate", "vr:published_time", "bt:pubdate", "rnews:datepublished", "date", "dc:date",
    "citation_publication_date", "shareaholic:article_published_time", "created", "og:pubdate", "pdate",
)  # fmt: skip
_UPDATED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod", "last-modified", "utime")
_AUTHOR = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "byl", "byline", "dc.creator",
    "dcterms.creator", "cxenseparse:author", "article.author", "og:article:author", "vr:author", "authors", "article_author",
    "dc:creator", "citation_author",
)  # fmt: skip
_SITE = ("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher", "publisher", "twitter:app:name:iphone", "al:ios:app_name")
_SECTION = ("article:section", "og:section", "section", "parsely-section", "cxenseparse:taxonomy")
_HIDDEN = re.compile(r"related|recommend|teaser|promo|most-?read|popular|trending|sidebar|comment|footer|newsletter|card|ticker|carousel|widget|listing|latest", re.IGNORECASE)
_BYLINE = re.compile(r"(?:^|[\s_-])(?:by-?lines?|authors?|writtenby|written-by|autor(?:es|en)?|auteurs?|autore|story-?author|contributors?|creator|posted-by|vcard|journalist)(?:$|[\s_-]|(?=[A-Z_0-9]))|[bB]yline|(?<=[a-z])Author|[aA]uthor-?[nN]ame", 0)
_BYLINE_NOT = re.compile(r"bio|about|image|avatar|photo|img|social|follow|box|card|description|share|twitter|email|role|job|comment|related|more|icon|popup|modal", re.IGNORECASE)
_DATED = re.compile(r"(?:^|[\s_-])(?:date|time|timestamp|published?|pub-?date|posted|datum|fecha|dateline|entry-date)(?:$|[\s_-]|line)|[dD]ate[lL]ine|[pP]ub(?:lished|lish)?-?_?[dD]ate|[tT]imestamp|publish", 0)
_UPDATE = re.compile(r"updat|modif|aktualisiert|mis à jour|actualiz|aggiorna|bijgewerkt|upd\b|last|edited|zuletzt|oppdatert|uppdaterad|opdateret|aktualizacja", re.IGNORECASE)
_SEPARATOR = r"\s*(?:\||[-–—]|·|•|::?|»|«|›|/{1,2}|~)\s*"
_MAX_BYLINE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Page:
    """A page's own account of its article, and the JSON-LD nodes that it came from."""

    facts: Facts
    article: Node | None
    nodes: tuple[Node, ...]
    declared: bool
    """Whether the page says that it is an article."""
    types: str
    """``og:type``, in lower case."""


def read_page(tree: Element, address: str | None = None) -> Page:
    """All that the page says. ``address`` is where it was fetched from, if it was."""
    nodes = tuple(schema_org.iter_scripts(_scripts(tree)))
    metas = _metas(tree)
    heading = main_heading(tree)
    node = _own(nodes, heading, metas)
    ld = schema_org.facts_of(node, list(nodes)) if node else Facts()
    micro = _microdata(tree)
    url = _address(tree, metas, ld, address)
    sites = _sites(metas, nodes, ld, url)
    visible = _bylines(tree, heading, sites)
    declared = names.from_list(ld.authors, besides=sites) or names.from_list(_all(metas, _AUTHOR), besides=sites) or names.from_list(micro.authors, besides=sites)
    facts = Facts(
        headline=_headline(tree, metas, ld, micro, heading, sites),
        authors=names.merged(declared, visible) or ld.authors,
        published=ld.published or _first_date(_all(metas, _PUBLISHED)) or micro.published or _visible_date(tree, heading) or _dated_address(url),
        updated=ld.updated or _first_date(_all(metas, _UPDATED)) or micro.updated,
        url=url,
        source=_first(_all(metas, _SITE[:1])) or ld.source or _first(_all(metas, _SITE[1:])) or host_of(url),
        section=ld.section or _first(_all(metas, _SECTION)),
        language=_language(tree, metas, ld),
        keywords=ld.keywords or tuple(word.strip() for word in _first(_all(metas, ("news_keywords", "keywords")), "").split(",") if word.strip()),
        kind=ld.kind, body=ld.body, free=ld.free,
    )  # fmt: skip
    types = _first(_all(metas, ("og:type",)), "").lower()
    return Page(facts, node, nodes, node is not None or types.startswith("article") or bool(_all(metas, _PUBLISHED[:1])), types)


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


def _first(values: list[str], default: str | None = None) -> str | None:
    return next(iter(values), default)


def _own(nodes: tuple[Node, ...], heading: str, metas: dict[str, list[str]]) -> Node | None:
    """The node of the page's own article: of several, the one with the page's title."""
    articles = [node for node in nodes if schema_org.is_article(node)]
    titles = {_flat(title) for title in [heading, *_all(metas, ("og:title", "twitter:title"))] if title}

    def rank(node: Node) -> tuple[bool, bool, int]:
        said = _flat(str(node.get("headline") or node.get("name") or ""))
        return (
            bool(said) and any(said.startswith(title[:40]) or title.startswith(said[:40]) for title in titles),
            "datePublished" in node,
            len(node),
        )

    return max(articles, key=rank, default=None)


def _flat(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def main_heading(tree: Element) -> str:
    """The text of the page's one ``<h1>``, or of the one inside its article; empty if there is none or several."""
    texts = {}
    for heading in tree.iter("h1"):
        text = text_of(heading)
        if text and not _inside(heading, _HIDDEN, 4):
            inside = any(local_name(above) in ("article", "main") for above in heading.iterancestors())
            texts.setdefault(text, inside)
    inner = [text for text, inside in texts.items() if inside]
    return inner[0] if len(inner) == 1 else next(iter(texts)) if len(texts) == 1 else ""


def _inside(element: Element, pattern: re.Pattern[str], levels: int) -> bool:
    above = element
    for _ in range(levels):
        if pattern.search(f"{above.get('class') or ''} {above.get('id') or ''}"):
            return True
        parent = above.getparent()
        if parent is None or local_name(parent) in ("body", "main"):
            return False
        above = parent
    return False


def _headline(
    tree: Element, metas: dict[str, list[str]], ld: Facts, micro: Facts, heading: str, sites: tuple[str, ...]
) -> str | None:
    title = _first([text_of(found) for found in tree.iter("title")], "") or ""
    shown = [text for text in _all(metas, ("og:title", "twitter:title")) if text] + ([title] if title else [])
    declared = ld.headline or micro.headline
    if heading and _flat(heading) in {_flat(site) for site in sites}:
        heading = ""  # the site's name as the page's heading
    if declared:
        declared = without_site(declared, sites)
        cut = declared.rstrip(" .…")
        if heading and (declared.endswith(("…", "...")) or len(declared) >= 100) and heading.startswith(cut[: len(cut) - 3]):
            return heading
        if heading and _flat(declared) == _flat(heading):
            return heading  # the same words, with the marks that readers see
        return declared
    for text in shown:
        if heading and _flat(text).startswith(_flat(heading)):
            return heading
    found = _first([without_site(text, sites) for text in shown])
    return heading if heading and (not found or _alike(heading, found)) else found


def _alike(one: str, other: str) -> bool:
    mine, theirs = (set(re.findall(r"\w+", text.casefold())) for text in (one, other))
    return len(mine & theirs) * 2 >= min(len(mine), len(theirs))


def without_site(title: str, sites: tuple[str, ...]) -> str:
    """``title`` without the names that the page declares as its site's, at its end or its beginning."""
    known = {_flat(site) for site in sites if site}
    before = None
    while before != title:
        before = title
        for match in re.finditer(r"\s+(?:\||[-–—]|·|•|::?|»|«|›|/{1,2}|~)\s+|\s*\|\s*|\s*[–—]\s*|:\s+", title):
            if _flat(title[match.end() :]) in known and match.start():
                return without_site(title[: match.start()].rstrip(), sites)
            if _flat(title[: match.start()]) in known and "|" in match[0] + "|" and match[0].strip() != ":":
                title = title[match.end() :]
                break
    return title


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
    return (deep or whole or [None])[0] or absolute(address)


def _language(tree: Element, metas: dict[str, list[str]], ld: Facts) -> str | None:
    said = next((element.get("lang") or element.get("xml:lang") for element in tree.iter("html")), None)
    return said or ld.language or _first(_all(metas, ("og:locale", "content-language", "dc.language")))


def _microdata(tree: Element) -> Facts:
    """Items of the schema.org vocabulary in attributes (https://html.spec.whatwg.org/#microdata)."""
    for scope in tree.iter():
        if isinstance(scope.tag, str) and "schema.org/" in (kind := scope.get("itemtype") or "") and schema_org.is_article({"@type": kind}):
            return Facts(
                headline=_property(scope, "headline"), authors=_people(scope),
                published=_first_date([_property(scope, "datePublished") or _property(scope, "dateCreated") or ""]),
                updated=_first_date([_property(scope, "dateModified") or ""]),
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


def _people(scope: Element) -> tuple[str, ...]:
    found = []
    for element in _properties(scope, "author"):
        found.append(_property(element, "name") or element.get("content") or text_of(element))
    return tuple(name for name in found if name and len(name) < _MAX_BYLINE_CHARS)


def _bylines(tree: Element, heading: str, sites: tuple[str, ...]) -> tuple[str, ...]:
    """The names in the first byline that readers see and that is not a biography or a teaser's."""
    best: tuple[str, ...] = ()
    for element in tree.iter():
        if not isinstance(element.tag, str) or local_name(element) in ("script", "style", "meta", "link", "html", "body", "input"):
            continue
        marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
        told = _BYLINE.search(marks) and not _BYLINE_NOT.search(marks)
        linked = "author" in (element.get("rel") or "").split() or "author" in (element.get("itemprop") or "").split()
        if not told and not linked or _inside(element, _HIDDEN, 6):
            continue
        text = text_of(element)
        if not 3 <= len(text) <= _MAX_BYLINE_CHARS:
            continue
        found = tuple(name for name in names.from_byline(text, besides=sites) if _person(name))
        if found and (told or not best):
            return tuple(dict.fromkeys([*found, *(best if linked and not told else ())]))
        best = best or found
    return best or _spoken_byline(tree, sites)


def _spoken_byline(tree: Element, sites: tuple[str, ...]) -> tuple[str, ...]:
    """“By A and B” alone in a short element near the beginning, whatever its class."""
    for element in tree.iter("p", "span", "div", "address", "em", "strong"):
        text = text_of(element) if len(element) < 8 else ""
        if 6 <= len(text) <= 120 and re.match(r"(?:By|BY)[\s:]+[A-Z]", text) and not text.endswith((".", "?", "!")) and not _inside(element, _HIDDEN, 6):
            found = tuple(name for name in names.from_byline(text, besides=sites) if _person(name))
            if found:
                return found
    return ()


def _person(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 6 and all(word[:1].isupper() or word.islower() and len(word) <= 4 for word in words) and not re.search(r"\d|[?!:]", name)


def _first_date(values: list[str]) -> When | None:
    for value in values:
        try:
            found = read_date(value)
        except ValueError:
            continue
        if found:
            return found
    return None


def _visible_date(tree: Element, heading: str) -> When | None:
    """A ``<time>``, or an element that is called a date, above the text or beside the heading: not in a teaser, not of
    an update, and not inside a sentence."""
    for element in tree.iter():
        name = local_name(element)
        marks = f"{element.get('class') or ''} {element.get('id') or ''}" if name else ""
        if not name or (name != "time" and not (_DATED.search(marks) and len(element) < 6)):
            continue
        text = text_of(element)
        if len(text) > 120 or _UPDATE.search(marks) or _update_before(element, text) or _inside(element, _HIDDEN, 8) or _in_prose(element, text):
            continue
        said = [element.get("datetime") or "", element.get("content") or "", text, *re.split(r"\s*(?:\||·|•|–|—|/|\n)\s*", text)]
        found = _first_date([value for value in said if value])
        if found:
            return found
    return None


def _update_before(element: Element, text: str) -> bool:
    parent = element.getparent()
    around = (parent.text or "") if parent is not None else ""
    previous = element.getprevious()
    if previous is not None:
        around = (previous.tail or "") + (text_of(previous) if isinstance(previous.tag, str) and len(text_of(previous)) < 30 else "")
    return bool(_UPDATE.search(around[-40:]) or _UPDATE.match(text))


def _in_prose(element: Element, text: str) -> bool:
    """Whether the element stands inside a sentence, a list, a table, the page's head or foot: it dates something else."""
    for above in element.iterancestors():
        name = local_name(above)
        if name in ("p", "li", "td", "blockquote", "figcaption", "dd") and len(text_of(above)) > len(text) + 60:
            return True
        if name in ("footer", "nav", "aside", "figure", "table"):
            return True
    return False


def _dated_address(url: str | None) -> When | None:
    """The day in the page's own address, where it is whole: ``/2025/03/04/``."""
    found = re.search(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:[/-]|$)|/((?:19|20)\d\d)(\d\d)(\d\d)[/-]", url or "")
    if not found:
        return None
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[4], found[5], found[6])
    return _first_date([f"{year}-{month:0>2}-{day:0>2}"])

