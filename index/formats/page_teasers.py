"""Teasers of other articles: boxes with a title that is a link, and a line or two of text, side by side or alone."""

from __future__ import annotations

from collections import defaultdict

from index.formats.markup import Element, local_name, text_of

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_MAX_CHARS = 320
"""A box with more text than this below its title is an entry of a list, and may be the article's."""
_MAX_TITLE_CHARS = 160
_PROSE_CHARS = 60
_NEAR = 3


def teasers(tree: Element) -> frozenset[Element]:
    """The boxes of ``tree`` that tell of other articles."""
    found: defaultdict[tuple[Element, str, str], list[Element]] = defaultdict(list)
    titles = frozenset(element for element in tree.iter(*_HEADINGS, "div", "span") if _is_title(element))
    for title in titles:
        box = _box(title, titles)
        if box is not None:
            found[box.getparent(), local_name(box), box.get("class") or ""].append(box)
    lists = [(parent, alike) for (parent, _, _), alike in found.items() if len(alike) > 1 or _among_prose(alike[0])]
    whole = (parent for parent, alike in lists if len(alike) > 1 and _only_introduces(parent, alike))
    return frozenset([*whole, *(box for _, alike in lists for box in alike)])


def _is_title(element: Element) -> bool:
    """Whether it is one link to another page, or stands in one, as headings do."""
    text = "" if _longer(element, 2 * _MAX_TITLE_CHARS) else text_of(element)
    if not text or len(text) > _MAX_TITLE_CHARS:
        return False
    heading = local_name(element) in _HEADINGS
    links = [link for link in element.iter("a") if not (link.get("href") or "#").startswith("#")]
    around = next((above for above in element.iterancestors("a")), None)
    if around is not None:
        return heading or (local_name(element) == "div" and not any(True for _ in around.iter(*_HEADINGS)))
    return len(links) == 1 and len(text_of(links[0])) * 10 >= len(text) * 9


def _box(title: Element, titles: frozenset[Element]) -> Element | None:
    """The box that a title opens: the highest one around it with that title alone."""
    box, said = None, text_of(title)
    for above in title.iterancestors():
        if local_name(above) in ("main", "body", "html") or above.getparent() is None or _longer(above, _MAX_CHARS):
            break
        if any(text_of(other) != said for other in above.iter(*_HEADINGS, "div", "span") if other in titles):
            break
        if local_name(above) not in ("a", "span", "p"):
            box = above
    return box


def _among_prose(box: Element) -> bool:
    """Whether a box that stands alone is a card between the paragraphs of a text."""
    heading = any(True for _ in box.iter(*_HEADINGS))
    near = zip(box.itersiblings("p", preceding=True), range(_NEAR), strict=False)
    return heading and local_name(box) != "li" and any(len(text_of(beside)) >= _PROSE_CHARS for beside, _ in near)


def _only_introduces(parent: Element, alike: list[Element]) -> bool:
    """Whether what else stands in the box around teasers is their title, or a line on them."""
    teased = sum(len(text_of(box)) for box in alike)
    return local_name(parent) not in ("article", "main", "body") and not _longer(parent, teased + _MAX_TITLE_CHARS)


def _longer(element: Element, chars: int) -> bool:
    """Whether an element holds more text than this; a large one is not read to its end."""
    read = 0
    for text in element.itertext():
        read += len(text.strip())
        if read > chars:
            return True
    return False
