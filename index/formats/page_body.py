"""The paragraphs of a web page's article: trafilatura says where the text is, the page says where it is cut.

trafilatura (and its baseline, where that finds over twice as much) tells text from what is around it, but joins,
splits and loses paragraphs. So its words are only looked up: a block of the page in which they stand is the article's,
and so are the blocks beside it, in containers of the same class, unless they are links or say themselves that they
are something else.
"""

from __future__ import annotations

import copy
import logging
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import lxml.etree

from index.formats.junk import is_junk
from index.formats.markup import Block, Element, blocks_of, local_name, text_of
from index.formats.page_beside import take_beside
from index.formats.page_boxes import boxes_of
from index.formats.page_lines import is_biography, is_byline, key_of, says_title_again, without_head_lines
from index.formats.page_prepared import prepare
from index.formats.page_sections import own_subheadings
from index.formats.page_teasers import teasers
from index.formats.schema_org import body_blocks

_GONE = ("nav", "footer", "form", "aside", "dialog", "menu", "noscript", "script", "style", "button")
_FOREIGN = re.compile(
    r"""(?:^|[\s_-])(?:related|recommend(?:ed|ations?)?|recirc(?:ulation)?|promo(?:s|tions?)?|newsletters?|sign-?up|subscri(?:be|ption)s?
        |paywall|share|sharing|share-?bar|social|socials|comments?(?!ary|ator)\w*|disqus|most-?(?:read|popular|viewed)|popular|trending|teasers?|sidebar|footer
        |audio|references|ref-?list|support-?(?:box|widget|block|banner)
        |nav|navigation|navbar|breadcrumbs?|menu|by-?lines?|author-?(?:bio|box|info|card|about|details)?|about-?author|bio|tags?|tag-?list|topics?|keywords
        |adverts?|advertis(?:ement|ing)|ads?|ad-?(?:slot|unit|container|wrapper|block)|sponsor(?:ed)?|outbrain|taboola|cookies?|consent|gdpr
        |read-?(?:more|next|also)|more-?(?:stories|news|from|on|like|links|info)|also-?(?:read|like)|see-?also|next-?(?:article|up)|up-?next|toolbar|tools
        |timestamp|dateline|publish(?:ed)?-?date|post-?meta|entry-?meta|article-?meta|meta|metadata|credits?|copyright|disclaimer|callout-?link|cta
        |print|popup|modal|overlay|hidden|visually-?hidden|sr-?only|screen-?reader(?:-text)?|skip-?link|a11y|player|video-?(?:player|playlist|container|embed|title)|vjs|jwplayer|brightcove|playlist
        |gallery|slideshow|carousel|listing|latest|headlines|weather|poll|quiz|survey|donate|donation|membership|support-?us|follow(?:-us)?|embed-?card
        |pagination|pager|rating|ratings|login|register|search|ticker|partner|widget|story-?list|link-?list|linklist|inline-?links?|crosslink|zusatz|mehrzum)
        (?:$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
_BODY = re.compile(r"(?:^|[\s_-])(?:article|story|entry|post)-?_?(?:body|text|content)(?:$|[\s_-])", re.IGNORECASE)
_MARKS = ("class", "id", "data-component", "data-testid", "role")
"""Attributes in which elements say what they are."""
MIN_PROSE_CHARS = 80
"""A block outside of the found containers counts as the article's from this length on, if it is between two that do."""


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs, and apart from them captions and fact boxes: they stand beside the text, at no sure place."""

    paragraphs: tuple[str, ...]
    beside: tuple[str, ...]


def read_body(tree: Element, *, declared_body: str, headline: str, authors: tuple[str, ...]) -> Body:
    """The article's text in ``tree``, which is changed. ``declared_body`` is JSON-LD's ``articleBody``, or empty."""
    stated = body_blocks(declared_body)
    prepare(tree)
    seeds = _seeds(tree, declared_body)
    stated_text = key_of("".join(block.text for block in stated))
    beside = take_beside(tree)
    for element in list(tree.iter(*_GONE)):
        if local_name(element) in ("script", "style", "noscript", "button", "nav", "menu", "dialog"):
            element.drop_tree()
    blocks = blocks_of(_body(tree))
    known = seeds + "\n" + stated_text
    foreign = _foreign(blocks, known, teasers(tree))
    grown = _grown(
        blocks, [_known(block.text, known) and not under for block, under in zip(blocks, foreign, strict=True)], foreign
    )
    for place in own_subheadings(blocks, grown, foreign):
        grown[place] = True
        blocks[place].linked = 0  # it is read as any other heading
    kept = [block for block, keep in zip(_without_head(blocks, headline), grown, strict=True) if keep and block]
    if len(stated_text) > 400:
        kept = _cut_ends(kept, stated_text)
    texts = _cleaned(kept, headline, authors)
    # An article behind a wall, or put in by a script: what it states is more than what stands in the page.
    more = len(stated_text) / max(1, len(key_of("".join(texts))))
    if more > 2 or (more > 1.3 and len(stated) > 2):
        texts = _cleaned(stated, headline, authors)
    told = {key_of(text) for text in texts}
    return Body(tuple(texts), tuple(text for text in beside if key_of(text.partition(": ")[2]) not in told))


def _body(tree: Element) -> Element:
    found = tree.find(".//body")
    return tree if found is None else found


def _known(text: str, seeds: str) -> bool:
    key = key_of(text)
    return len(key) > 2 and (f"\n{key}\n" in f"\n{seeds}\n" if len(key) < 20 else key in seeds)


def _at_most(tree: Element, declared_body: str) -> int:
    """Characters that trafilatura's baseline can find: of what is stated, of the articles, or of the paragraphs."""
    articles, paragraphs = (
        sum(len(text) for element in tree.iter(*names) for text in element.itertext())
        for names in (("article",), ("p", "blockquote", "pre", "q", "code"))
    )
    return max(len(declared_body), articles, paragraphs)


def _seeds(tree: Element, declared_body: str) -> str:
    """The keys of the lines that trafilatura takes for the article, a line each."""
    import trafilatura

    log = logging.getLogger("trafilatura")
    if log.level != logging.CRITICAL:  # its warnings name no file; our errors do
        log.setLevel(logging.CRITICAL)
    try:
        found: Any = trafilatura.bare_extraction(
            copy.deepcopy(tree), include_comments=False, include_tables=True, with_metadata=False
        )
        text = (found.text if found is not None else "") or ""
        plain, length = "", 0
        if _at_most(tree, declared_body) > 2 * len(text):  # else it cannot be twice as much, and is a sixth of the work
            _, plain, length = trafilatura.baseline(copy.deepcopy(tree))
    except (ValueError, RecursionError, TypeError, AttributeError, lxml.etree.LxmlError):
        return ""
    if length > 2 * len(text):
        text = plain
    lines = text.split("\n")
    return "\n".join(
        key_of(line) for line in [*lines, *(cell for line in lines if "|" in line for cell in line.split("|"))]
    )


def _foreign(blocks: list[Block], seeds: str, other: frozenset[Element]) -> list[bool]:
    """For each block, whether it stands in one of ``other``, or in an element that calls itself something else.

    It does so by its name and class, or by its first line. Elements of one name and class that together hold much of
    the found text are the article, whatever they are called; so are those that call themselves its body, whatever
    stands around them.
    """
    weight: Counter[tuple[str, str]] = Counter()
    total = 0
    known = [_known(block.text, seeds) for block in blocks]
    boxes = boxes_of(blocks, known)
    for block, found in zip(blocks, known, strict=True):
        if found:
            total += len(block.text)
            names = {_kind(above) for above in (block.element, *block.element.iterancestors())}
            for name in names:
                weight[name] += len(block.text)
    said: dict[Element, bool] = {}

    def foreign(element: Element | None) -> bool:
        if element is None:
            return False
        if element not in said:
            held = weight[_kind(element)]
            called = (_called_foreign(element) or element in other) and held * 2 < total
            body = held * 3 >= total and bool(_BODY.search(element.get("class") or ""))
            said[element] = called or element in boxes or (not body and foreign(element.getparent()))
        return said[element]

    return [foreign(block.element) for block in blocks]


def _called_foreign(element: Element) -> bool:
    """Whether its name, or what it is called, says that it is not the article's text."""
    if local_name(element) in ("aside", "footer", "nav", "form", "header", "figure", "li") and not _plain_box(element):
        return True
    marks = " ".join(element.get(name) or "" for name in _MARKS)
    marks = re.sub(r"(?<=[a-z]{3})(?=[A-Z])", "-", marks)  # not the tag of "edTag": a heading's, whatever it means
    return bool(_FOREIGN.search(marks)) or element.get("aria-hidden") == "true" or element.get("hidden") is not None


def _plain_box(element: Element) -> bool:
    """List items are the text's own, unless they hold a teaser; the others are not, unless they hold prose alone."""
    name = local_name(element)
    if name == "li":
        return not any(local_name(inner) in ("h2", "h3", "h4", "img", "article") for inner in element.iterdescendants())
    if name == "header":
        return any(local_name(inner) == "p" and len(text_of(inner)) > 200 for inner in element.iterdescendants())
    return False


def _kind(element: Element) -> tuple[str, str]:
    """What its like share: the word by which a text's box or paragraph calls itself, else its signature."""
    marks = element.get("class") or ""
    said = _BODY.search(marks) or (_FOREIGN.search(marks) if local_name(element) == "p" else None)
    return (local_name(element), said[0].strip().lower()) if said else _signature(element)


def _signature(element: Element) -> tuple[str, str]:
    """Its name, and what it is called, without numbers: what elements that do the same for a page share."""
    return local_name(element), " ".join(_unnumbered(said) for name in _MARKS if (said := element.get(name)))


def _unnumbered(marks: str) -> str:
    return re.sub(r"\d+", "", " ".join(sorted(marks.split())))


def _container(block: Block) -> Element:
    parent = block.element.getparent()
    return block.element if parent is None or local_name(block.element) == "div" else parent


def _grown(blocks: list[Block], seeded: list[bool], foreign: list[bool]) -> list[bool]:
    """Which blocks are the article's: those found, and their neighbours."""
    places = [place for place, found in enumerate(seeded) if found]
    if not places:
        return seeded
    held: Counter[Element] = Counter()
    alike: Counter[tuple[str, str]] = Counter()
    for place in places:
        box = _container(blocks[place])
        held[box] += len(blocks[place].text)
        alike[_kind(box)] += len(blocks[place].text)
    first, last = places[0], places[-1]
    root = _common(
        [_container(blocks[place]) for place in places if len(blocks[place].text) >= MIN_PROSE_CHARS]
        or [_container(blocks[first])]
    )
    kept = []
    for place, block in enumerate(blocks):
        keep = seeded[place]
        if not keep and not foreign[place] and block.link_share < 0.5 and not _teaser(block):
            box = _container(block)
            same = held[box] > 0 or (bool(box.get("class")) and alike[_kind(box)] > 0)
            between = first < place < last and any(above is root for above in block.element.iterancestors())
            prose = len(block.text) >= MIN_PROSE_CHARS or block.kind in ("row", "quote", "item")
            keep = (same and (prose or block.kind != "heading" or between)) or (
                between and prose and block.link_share < 0.3
            )
            keep = keep and (first - 12 <= place <= last + 12 or same)
        kept.append(keep)
    tables = {_table(block) for block, keep in zip(blocks, kept, strict=True) if keep and block.kind == "row"}
    return [keep or (block.kind == "row" and _table(block) in tables) for block, keep in zip(blocks, kept, strict=True)]


def _table(row: Block) -> Element:
    return next((above for above in row.element.iterancestors() if local_name(above) == "table"), row.element)


def _teaser(block: Block) -> bool:
    """Whether the block, or the box around it, is one link."""
    for above in (block.element, *block.element.iterancestors()):
        if local_name(above) == "a":
            return True
        if local_name(above) in ("article", "main", "body"):
            return False
    return False


def _common(elements: list[Element]) -> Element:
    """The lowest element that holds all of these."""
    paths = [[*reversed(list(element.iterancestors())), element] for element in elements]
    found = paths[0][0]
    for level in zip(*paths, strict=False):
        if any(step is not level[0] for step in level):
            break
        found = level[0]
    return found


def _without_head(blocks: list[Block], headline: str) -> list[Block | None]:
    """The blocks, with nothing in the places before the headline: kickers, breadcrumbs, the page's own head."""
    title = key_of(headline)
    place = next((place for place, block in enumerate(blocks) if title and _is_title(block, title)), 0)
    if sum(len(block.text) for block in blocks[:place]) * 4 > sum(len(block.text) for block in blocks):
        place = 0
    return [None] * place + list(blocks[place:])


def _is_title(block: Block, title: str) -> bool:
    """Whether a block is the headline, whose key is ``title``; an ``<h1>`` may hold its subject before it."""
    key = key_of(block.text)
    return key == title or (local_name(block.element) == "h1" and len(title) > 20 and key.endswith(title))


def _cut_ends(blocks: list[Block], stated: str) -> list[Block]:
    """Without what stands before the first and behind the last paragraph of the text that the page itself states."""
    inside = [
        place for place, block in enumerate(blocks) if len(key_of(block.text)) > 30 and key_of(block.text) in stated
    ]
    total = sum(len(key_of(blocks[place].text)) for place in inside)
    if not inside or total * 10 < 8 * len(stated):
        return blocks  # it states an abridged text, or another
    return blocks[inside[0] : inside[-1] + 1]


def _cleaned(blocks: list[Block], headline: str, authors: tuple[str, ...]) -> list[str]:
    """The texts without headline, byline, junk and repetitions; headings that lead to nothing go too."""
    title = key_of(headline)
    names = key_of("".join(authors))
    kept: list[Block] = []
    seen: set[str] = set()
    for block in blocks:
        key = key_of(block.text)
        whole_link = block.link_share > 0.8 and block.kind != "row"
        byline = bool(names) and len(block.text) < 160 and is_byline(block.text, key, names, authors)
        repeated = key in seen and len(key) > 20
        titled = key == title or (not kept and says_title_again(block, key, title))
        if not key or titled or whole_link or byline or repeated or is_junk(block.text, block.link_share):
            continue
        seen.add(key)
        kept.append(block)
    while kept and (kept[-1].kind == "heading" or (len(kept) > 2 and is_biography(kept[-1].text, authors))):
        kept.pop()
    while kept and kept[0].kind == "heading" and local_name(kept[0].element) == "h1":
        kept.pop(0)
    kept = without_head_lines(kept, authors)
    return [
        block.text
        for place, block in enumerate(kept)
        if not (block.kind == "heading" and kept[place + 1].kind == "heading")
    ]
