"""What stands beside an article's text: captions and fact boxes, which come back marked as what they are."""

from __future__ import annotations

import re

from index.formats.captions import cited_caption
from index.formats.junk import is_junk
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
            lines = [block for block in blocks_of(element) if block.link_share < 0.5 and not is_junk(block.text)]
            found += [f"Fact box: {block.text}" for block in lines]
            element.drop_tree()
    return list(dict.fromkeys(found))


def _offered(element: Element) -> bool:
    """Whether what calls itself a caption stands in a box that asks for a subscription."""
    near = [element, *(above for above, _ in zip(element.iterancestors(), range(4), strict=False))]
    return any(_OFFER.search(f"{above.get('class') or ''} {above.get('id') or ''}") for above in near)
