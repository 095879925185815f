"""Boxes among a page's paragraphs that say in their first line what they are: comments, the author, more to read."""

from __future__ import annotations

from index.formats.junk import opens_box
from index.formats.markup import Block, Element, local_name, text_of

_NEVER = frozenset(["html", "body", "main"])


def boxes_of(blocks: list[Block], known: list[bool]) -> set[Element]:
    """The elements that a label opens; none that holds much of what is ``known`` as the text."""
    first: dict[Element, int] = {}
    held: dict[Element, int] = {}
    for place, (block, found) in enumerate(zip(blocks, known, strict=True)):
        for above in (block.element, *block.element.iterancestors()):
            first.setdefault(above, place)
            held[above] = held.get(above, 0) + (len(block.text) if found else 0)
    total = sum(len(block.text) for block, found in zip(blocks, known, strict=True) if found)
    boxes: set[Element] = set()
    for place, block in enumerate(blocks):
        if not opens_box(block.text):
            continue
        # Only what the block opens is looked at: each element's text is read for one block.
        opened = (above for above in block.element.iterancestors() if first[above] == place)
        box = next((above for above in opened if text_of(above) != block.text), None)
        if box is not None and local_name(box) not in _NEVER and held[box] * 3 < total:
            boxes.add(box)
    return boxes
