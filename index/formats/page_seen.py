"""What readers see of a page's article above its text: heading and byline."""

from __future__ import annotations

import re

from index.formats import names
from index.formats.dates import quiet_date
from index.formats.markup import Element, blocks_of, local_name, text_of
from index.formats.page_headline import flat, is_most_of
from index.formats.page_lines import spaced

HIDDEN = re.compile(
    r"related|recommend|teaser|promo(?!ted)|most-?read|popular|trending|sidebar|comment|(?<!entry-)(?<!post-)(?<!article-)footer|newsletter|(?<!v)card|ticker|carousel"
    r"|widget|listing|latest",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?lines?|authors?|written-?by|autor(?:es|en)?|auteurs?|autore|story-?author|muhabir|yazar|penulis|forfatter|toimittaja|skribent|szerz[oő]k?|contributors?|creator"
    r"|posted-by|vcard|journalist)(?:$|[\s_-]|(?=[A-Z_0-9]))|[bB]yline|(?<=[a-z])Author|[aA]uthor-?[nN]ame|[cC]ontributor-?[nN]ame|(?:^|[\s_-])firma(?:$|[\s_-])"
)
_BYLINE_NOT = re.compile(
    r"bio|about|image|avatar|photo|img|social|follow|box|card|description|share|twitter|email|role|job|comment|related|more"
    r"|icon|popup|modal",
    re.IGNORECASE,
)
_PICTURED = re.compile(
    r"(?:photo|foto|image|picture)-?(?:\w*-)?(?:info|credit|caption|desc|author|source)|caption", re.IGNORECASE
)
_KICKER = re.compile(
    r"(?:^|[\s_-])(?:kicker|overline|dachzeile|topline|roofline|eyebrow|spitzmarke|antetitulo|surtitre|occhiello|labels?)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_RIGHT = re.compile(r"text-align\s*:\s*(?:right|end)", re.IGNORECASE)
_SPOKEN = re.compile(
    r"(?:By|BY|by|Von|Par|Por|Di|di|Door)[\s:]+(?:(?:unsere[mr]|notre|onze|nostr[oa]|nuestr[oa]|noss[oa])\s+)?[A-ZÀ-Þ]"
)
_KOREAN = re.compile(r"(?:^|\s)([가-힣]{2,4})\s*(?:선임기자|인턴기자|기자|특파원)(?:\s|$)")
_TOOL = re.compile(
    r"(?:share|save|print|follow|text size|font size|listen|comments?|copy link|e-?mail)\b", re.IGNORECASE
)
_UNSEEN = frozenset(["script", "style", "meta", "link", "html", "head", "body", "input", "option"])
_SIGNED = re.compile(
    r"(?:By:?\s)?[A-ZÀ-Þ][\w.’'-]*(?:\s[A-ZÀ-Þ][\w.’'-]*){1,3}(?:,\s[A-ZÀ-Þ][\w’'-]+(?:[\s-][A-ZÀ-Þ]\w+)?)?"
)
_LEADS_TO_PLACE = frozenset(["at", "from", "in", "near", "of"])
MAX_BYLINE_CHARS = 200
_PROSE_CHARS = 80


def main_heading(tree: Element, titles: list[str]) -> str:
    """The text of the page's ``<h1>``: of several, the one that is its title, or alone in its article; else empty."""
    texts: dict[str, bool] = {}
    for heading in tree.iter("h1"):
        text = _without_kicker(heading)
        if text and not inside(heading, HIDDEN, 4):
            in_article = any(local_name(above) in ("article", "main") for above in heading.iterancestors())
            texts.setdefault(text, in_article)
    known = [flat(title) for title in titles if title]
    titled = [text for text in texts if any(title.startswith(flat(text)) for title in known)]
    if titled:
        return titled[0]
    inner = [text for text, in_article in texts.items() if in_article]
    if len(inner) == 1:
        return inner[0]
    return next(iter(texts)) if len(texts) == 1 else _written_large(tree, titles)


def _without_kicker(heading: Element) -> str:
    """The text of a heading without the word of its subject, where that is an element of its own."""
    whole = text_of(heading)
    marked = [inner for inner in heading.iterdescendants() if isinstance(inner.tag, str)]
    kickers = [text for inner in marked if _KICKER.search(inner.get("class") or "") and (text := text_of(inner))]
    rest = whole.removeprefix(kickers[0]).lstrip(" :|–—-") if kickers else whole
    return rest if rest.count(" ") >= 2 else whole


def _written_large(tree: Element, titles: list[str]) -> str:
    """The first block that is a title without its site's name: a heading that is set in bold, or large, only."""
    body = tree.find(".//body")
    blocks = blocks_of(body) if body is not None and titles else []
    return next((b.text for b in blocks if any(is_most_of(b.text, title) for title in titles if title)), "")


def bylines(tree: Element, sites: tuple[str, ...]) -> tuple[str, ...]:
    """The names in the first byline that is not a biography's or a teaser's; ``sites`` are no people."""
    linked: list[tuple[Element, tuple[str, ...]]] = []
    for element in tree.iter():
        if local_name(element) in _UNSEEN or not isinstance(element.tag, str):
            continue
        told, link = _calls_itself_byline(element), _names_author(element)
        if not (told or link) or inside(element, HIDDEN, 6):
            continue
        # What stands in blocks of its own beside the name (a role, a place) is parted from it.
        text = _byline_of(element) if len(text_of(element)) <= MAX_BYLINE_CHARS else ""
        found = people_in(text, sites) if len(text) >= 3 else ()
        if found and told:
            return found
        if found:
            linked.append((element, found))
    if linked:
        near = [found for element, found in linked if together(linked[0][0], element)]
        return tuple(dict.fromkeys(name for found in near for name in found))
    return _spoken_byline(tree, sites)


def signed_above(tree: Element, sites: tuple[str, ...]) -> tuple[str, ...]:
    """The name alone in a bold line over the first paragraph: “**Ann Lee, Ibadan**”."""
    for line in tree.iter("p"):
        text, below = text_of(line), line.getnext()
        bold = next(line.iter("strong", "b", "em", "i"), None)
        if bold is None or text_of(bold) != text or not _SIGNED.fullmatch(text):
            continue
        if (
            local_name(below) == "p"
            and len(text_of(below)) >= _PROSE_CHARS
            and (found := people_in(text.partition(",")[0], sites))
        ):
            return found
    return ()


def _calls_itself_byline(element: Element) -> bool:
    marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
    return bool(_BYLINE.search(marks)) and not _BYLINE_NOT.search(marks)


def _byline_of(element: Element) -> str:
    """Its blocks as one line, up to the page's own tools that stand behind the names."""
    texts = [block.text for block in blocks_of(spaced(element))]
    end = next((place for place, text in enumerate(texts) if place and texts[0] and _TOOL.match(text)), None)
    return " | ".join(texts[:end])


def _names_author(element: Element) -> bool:
    said = "author" in (element.get("rel") or "").split() or "author" in (element.get("itemprop") or "").split()
    return said and not tells_of_picture(element)


def tells_of_picture(element: Element) -> bool:
    """Whether it stands in what calls itself a picture's caption or credit: who is named there took it."""
    captioned = any(local_name(above) == "figcaption" for above in element.iterancestors())
    return captioned or inside(element, _PICTURED, 3)


def together(one: Element, other: Element) -> bool:
    """Whether two elements stand within the same small part of the page."""
    near = [
        above
        for above, _ in zip(one.iterancestors(), range(3), strict=False)
        if local_name(above) not in ("html", "body", "main")
    ]
    return any(above in near for above, _ in zip(other.iterancestors(), range(3), strict=False))


def _spoken_byline(tree: Element, sites: tuple[str, ...]) -> tuple[str, ...]:
    """“By A and B” alone in a short element, whatever its class, or behind a date or the newsroom's name there."""
    for element in tree.iter("p", "span", "div", "li", "address", "em", "strong", "i", "b", "font", "small"):
        text = text_of(element) if len(element) < 8 else ""
        if not 6 <= len(text) <= 120 or text.endswith((".", "?", "!")) or inside(element, HIDDEN, 6):
            continue
        before, _, after = f" {text}".partition(" by ")
        if after and quiet_date(before.strip(" ,|·–—-")) and (found := people_in(after, sites)):
            return found
        for piece in re.split(r"\s+[/|]\s+", text):
            spoken = _SPOKEN.match(piece) or names.is_label(piece.partition(":")[0] + ":")
            if spoken and (found := people_in(piece, sites)):
                return found
        if korean := _KOREAN.search(text):
            return (korean[1],)  # its names are short, and in one word
    return _signed(tree, sites)


def _signed(tree: Element, sites: tuple[str, ...]) -> tuple[str, ...]:
    """Names alone in a paragraph that is set to the right, as a letter is signed."""
    for element in tree.iter("p", "div"):
        right = _RIGHT.search(element.get("style") or "") or (element.get("align") or "").lower() == "right"
        text = text_of(element) if right and len(element) < 4 else ""
        if 6 <= len(text) <= 80 and text[-1] not in ".?!" and not inside(element, HIDDEN, 2):
            found = people_in(text, sites)
            if found:
                return found
    return ()


def people_in(text: str, sites: tuple[str, ...]) -> tuple[str, ...]:
    """The people that a line of a byline names, none of ``sites``."""
    return tuple(name for name in names.from_byline(text, besides=sites) if _person(name))


def _person(name: str) -> bool:
    words = name.split()
    cased = name.lower() != name.upper()  # Arabic and others have no capitals
    named = all(any(c.isupper() for c in word) or len(word) <= 4 or not cased for word in words)  # d'Aubrac, van der
    return 2 <= len(words) <= 6 and named and words[0] not in _LEADS_TO_PLACE and not re.search(r"\d|[?!:]", name)


def of_article(footer: Element) -> bool:
    """Whether a ``<footer>`` is an article's own, where some themes say who wrote it and when."""
    return local_name(footer.getparent()) == "article"


def inside(element: Element, pattern: re.Pattern[str], levels: int) -> bool:
    """Whether it, or what holds it within so many levels, calls itself so."""
    above = element
    for _ in range(levels):
        if pattern.search(f"{above.get('class') or ''} {above.get('id') or ''}"):
            return True
        parent = above.getparent()
        if parent is None or local_name(parent) in ("body", "main"):
            return False
        above = parent
    return False
