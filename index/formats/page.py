"""A web page becomes an article, or the entries of a live blog; or says of itself that it is neither."""

from __future__ import annotations

import re
from dataclasses import replace

import lxml.etree
import lxml.html

from index.addresses import absolute
from index.formats import schema_org
from index.formats.draft import Draft, FormatError, LeftOut
from index.formats.encodings import as_browsers
from index.formats.markup import Element, local_name, text_of
from index.formats.page_body import Body, read_body
from index.formats.page_facts import Page, read_page
from index.formats.page_live import as_page_cuts

_OFFER = re.compile(
    r"\b(?:subscri(?:be|ption)|sign (?:in|up)|log in|register|abonn\w+|suscr\w+|iscriv\w+|assin\w+|premium|trial"
    r"|prenumer\w+|tilaa\w*|subskry\w+|předplat\w+|подпис\w+|aboneaz\w+"
    r"|free (?:articles?|stories)|choose (?:a|your) plan|cancel (?:at )?any ?time"
    r"|unlimited access|kündbar|اشترك|सदस्यता)\b|購読|会員",
    re.IGNORECASE,
)
_MIN_PARAGRAPHS, _MIN_PARAGRAPH_CHARS = 3, 80
"""So is one with so many paragraphs of this length."""
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MIN_PROSE_CHARS = 1_000
"""A page with more text than this in paragraphs outside of its teasers is an article with teasers."""
_MIN_CARDS = 3
"""From so many teasers on, each an ``<article>`` with its own linked heading, a page is an index."""


def from_page(data: bytes, address: str | None = None, charset: str | None = None) -> list[Draft | LeftOut]:
    """The article of a page; of a live blog, its entries. ``address`` and ``charset`` are what HTTP said.

    Raises:
        FormatError: it holds no article, or is a page of another kind.
    """
    tree = parse_html(as_browsers(data, charset))
    try:
        page = read_page(tree, address)
        if page.article:
            entries = schema_org.entries_of(page.article, list(page.nodes), about=page.facts)
            if entries:
                return as_page_cuts(entries, tree)
        _refuse_others(tree, page)
        several = _several(tree, page)
        if several:
            return several
        body = read_body(
            tree, declared_body=page.facts.body, headline=page.facts.headline or "", authors=page.facts.authors
        )
    except RecursionError:
        raise FormatError("is nested too deeply to be a page") from None
    _refuse_stubs(tree, page, body)
    return [_draft(page, body)]


def parse_html(text: str) -> Element:
    """The tree of a page.

    Raises:
        FormatError: there is nothing in it.
    """
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", _NOT_IN_XML.sub("", text))
    try:
        tree = lxml.html.document_fromstring(text, parser=lxml.html.HTMLParser(encoding=None, huge_tree=False))
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        raise FormatError("holds no article text that can be told from the page around it") from None
    return tree


def _draft(page: Page, body: Body) -> Draft:
    facts = page.facts
    return Draft(
        headline=facts.headline or "", paragraphs=(*body.paragraphs, *body.beside), url=facts.url, source=facts.source,
        authors=facts.authors, published=facts.published, updated=facts.updated, section=facts.section, kind=facts.kind,
        language=facts.language, keywords=facts.keywords,
    )  # fmt: skip


def _refuse_others(tree: Element, page: Page) -> None:
    said = schema_org.other_kind(list(page.nodes))
    if said == "a gallery" or (said and not page.declared):
        raise FormatError(f"is {said}, not an article; add the pages of its articles instead")
    if page.declared:
        return
    cards = _cards(tree)
    outside = [
        len(text_of(paragraph))
        for paragraph in tree.iter("p")
        if not any(above in cards for above in paragraph.iterancestors("article"))
    ]
    kind = None
    if sum(outside) < _MIN_PROSE_CHARS:
        if any((field.get("type") or "").lower() == "password" for field in tree.iter("input")):
            kind = "a login page"
        elif len(cards) >= _MIN_CARDS and sum(size > _MIN_PARAGRAPH_CHARS for size in outside) < _MIN_PARAGRAPHS:
            kind = "an index page"
    if kind:
        raise FormatError(f"is {kind}, not an article; add the pages of its articles instead")


def _refuse_stubs(tree: Element, page: Page, body: Body) -> None:
    if not body.paragraphs:
        raise FormatError("holds no article text that can be told from the page around it")
    walled = not page.facts.free or any(
        "paywall" in (box.get("class") or "") + (box.get("id") or "") for box in tree.iter("div", "section")
    )
    if walled and sum(not _OFFER.search(text) for text in body.paragraphs) <= 1:
        raise FormatError(
            "is the stub of an article behind a paywall: one paragraph; save the page while you are logged in"
        )


def _cards(tree: Element) -> list[Element]:
    """The ``<article>`` elements that are teasers: a heading that is a link, and little text."""
    found = []
    for card in tree.iter("article"):
        heading = next((inner for inner in card.iter("h2", "h3", "h4")), None)
        linked = heading is not None and (
            any(True for _ in heading.iter("a"))
            or local_name(heading.getparent()) == "a"
            or local_name(card.getparent()) == "a"
        )
        if linked and sum(len(text_of(paragraph)) for paragraph in card.iter("p")) < 1_000:
            found.append(card)
    return found


def _several(tree: Element, page: Page) -> list[Draft | LeftOut]:
    """The articles of a page that holds several whole ones, each an ``<article>`` with its own heading and text."""
    if page.declared:
        return []
    own = [
        (heading, article)
        for article in tree.iter("article")
        if not any(local_name(above) == "article" for above in article.iterancestors())
        and (heading := next(iter(article.iter("h1", "h2", "h3")), None)) is not None
        and any(len(text_of(paragraph)) > 60 for paragraph in article.iter("p"))
    ]  # fmt: skip
    sizes = sorted(
        (sum(len(text_of(paragraph)) for paragraph in article.iter("p")) for _, article in own), reverse=True
    )
    if len(own) < 2 or len({text_of(heading) for heading, _ in own}) < len(own) or sizes[0] > 3 * sizes[1]:
        return []  # one article and its teasers
    found: list[Draft | LeftOut] = []
    for heading, article in own:
        alone = lxml.html.document_fromstring(lxml.html.tostring(article, encoding="unicode"))
        for name in ("h1", "h2", "h3"):
            first = next(iter(alone.iter(name)), None)
            if first is not None and text_of(first) == text_of(heading):
                first.tag = "h1"
                break
        inner = read_page(alone, page.facts.url).facts
        link = next((a.get("href") for a in heading.iter("a") if a.get("href")), None)
        body = read_body(alone, declared_body="", headline=text_of(heading), authors=inner.authors)
        draft = _draft(replace(page, facts=replace(inner, headline=text_of(heading), source=page.facts.source)), body)
        found.append(replace(draft, url=absolute(link, page.facts.url), language=page.facts.language))
    return found
