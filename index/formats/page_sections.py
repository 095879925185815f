"""Subheadings that are links: those of a list article, as “The five best beaches”, lead to what they name.

A title of another story, set between two paragraphs, is a link too. What tells them apart is the text below: a
subheading names what its section is about, and no other one is, or it counts the sections.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from index.formats.markup import Block, local_name

_TAGS = ("h2", "h3", "h4")
_LEAST = 3
"""Fewer are no list."""
_LINKED = 0.5
_PROSE_CHARS = 80
_MAX_CHARS = 160
_WORD = re.compile(r"[^\W\d_]{4,}")
_NUMBER = re.compile(r"\W{0,2}(?:No\.?|Nr\.?|N°|#)?\s?(\d{1,3})(?=[.):\s–—-])")


def own_subheadings(blocks: list[Block], kept: list[bool], foreign: list[bool]) -> list[int]:
    """Places of the headings that are links and the article's own; ``kept`` are its blocks so far."""
    total = sum(len(block.text) for block, keep in zip(blocks, kept, strict=True) if keep)
    for tag in _TAGS:
        sections = {
            place: text
            for place, block in enumerate(blocks)
            if local_name(block.element) == tag and block.link_share >= _LINKED and len(block.text) <= _MAX_CHARS
            and not foreign[place] and len(text := _below(blocks, kept, place)) >= _PROSE_CHARS
        }  # fmt: skip
        names = [blocks[place].text for place in sections]
        texts = list(sections.values())
        if len(names) < _LEAST or sum(map(len, texts)) * 2 < total:
            continue
        if _counted(names) or _named(names, texts):
            return list(sections)
    return []


def _below(blocks: list[Block], kept: list[bool], place: int) -> str:
    """The article's text between a heading and the next one."""
    texts = []
    for behind in range(place + 1, len(blocks)):
        if blocks[behind].kind == "heading":
            break
        if kept[behind]:
            texts.append(blocks[behind].text)
    return " ".join(texts)


def _counted(names: list[str]) -> bool:
    """Whether the headings are numbered, up or down."""
    numbers = [int(found[1]) for name in names if (found := _NUMBER.match(name))]
    steps = {other - one for one, other in pairwise(numbers)}
    return len(numbers) == len(names) and steps in ({1}, {-1})


def _named(names: list[str], texts: list[str]) -> bool:
    """Whether most headings have a word that stands in the text below and below no other one."""
    words = [set(_WORD.findall(text.casefold())) for text in texts]
    often = Counter(word for each in words for word in each)
    own = [{word for word in each if often[word] == 1} for each in words]
    told = sum(bool(own[place] & {*_WORD.findall(name.casefold())}) for place, name in enumerate(names))
    return told * 3 >= 2 * len(names)
