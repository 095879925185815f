"""What stands beside an article's text: captions and fact boxes, which come back marked as what they are."""

from __future__ import annotations

import re

from index.formats.captions import cited_caption
from index.formats.junk import is_junk, opens_box
from index.formats.markup import Element, blocks_of, local_name, text_of
from index.formats.page_prepared import is_switched_off

_CAPTION = re.compile(
    r"caption|(?:video|photo|foto|image|picture)[\w-]*desc|image-?(?:credit|copyright|source)|photo-?credit|bildunterschrift|legende|pie-?(?:de-)?foto|didascalia",
    re.IGNORECASE,
)
_OFFER = re.compile(r"subscri|newsletter|sign-?up|(?:^|[\s_-])cta(?:$|[\s_-])|promo|paywall", re.IGNORECASE)
_FACT_BOX = re.compile(
    r"fact-?(?:box|file|s)|info-?box|explainer|background-?box|key-?(?:facts|points)|at-?a-?glance|faktaboks|faktaruta|encadr[eé]|hintergrund-?box",
    re.IGNORECASE,
)

_MIN_FACT_CHARS = 40


def take_beside(tree: Element) -> list[str]:
    """Take captions and fact boxes out of the text; those that can be cited come back, marked as what they are."""
    found = []
    total = sum(len(text_of(paragraph)) for paragraph in tree.iter("p"))
    for element in list(
        tree.iter("figcaption", "aside", "section", "div", "figure", "span", "p", "cite", "small", "ul")
    ):
        if element.getparent() is None or not any(above is tree for above in element.iterancestors()):
            continue
        marks = f"{element.get('class') or ''} {element.get('id') or ''}"
        name = local_name(element)
        marks += f" {element.get('data-testid') or ''}"
        if is_switched_off(element) and len(text_of(element)) < 1_000:
            element.drop_tree()
        elif name == "figcaption" or (_CAPTION.search(marks) and len(text_of(element)) < 600):
            found += [] if _offered(element) else cited_caption(text_of(element))
            element.drop_tree()
        elif (
            name in ("aside", "section", "div", "ul") and _FACT_BOX.search(marks) and len(text_of(element)) * 3 < total
        ):
            found += _facts_in(element)
            element.drop_tree()
    return list(dict.fromkeys(found))


def _facts_in(box: Element) -> list[str]:
    """The lines of a fact box: none of one for a newsletter, or of a short line alone, as of the time below a title."""
    blocks = blocks_of(box)
    lines = [block.text for block in blocks if block.link_share < 0.5 and not is_junk(block.text)]
    if not lines or opens_box(blocks[0].text) or (len(lines) == 1 and len(lines[0]) < _MIN_FACT_CHARS):
        return []
    return [f"Fact box: {line}" for line in lines]


def _offered(element: Element) -> bool:
    """Whether what calls itself a caption stands in a box that asks for a subscription."""
    near = [element, *(above for above, _ in zip(element.iterancestors(), range(4), strict=False))]
    return any(_OFFER.search(f"{above.get('class') or ''} {above.get('id') or ''}") for above in near)
