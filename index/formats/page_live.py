"""The entries of a live blog in the page's own paragraphs: what JSON-LD states of them is one run of words."""

from __future__ import annotations

from dataclasses import replace

from index.formats.draft import Draft, LeftOut
from index.formats.markup import Element, blocks_of
from index.formats.page_lines import key_of

_START = 12
"""Letters by which a first paragraph is looked up; a shorter one is left as it is stated."""
_MAX_PLACES = 8
"""So many paragraphs that begin alike are looked at."""


def as_page_cuts(entries: list[Draft | LeftOut], tree: Element) -> list[Draft | LeftOut]:
    """The entries; one of a single paragraph is cut where the page cuts the same words."""
    blocks = [(block.text, key_of(block.text)) for block in blocks_of(tree) if block.text]
    starts: dict[str, list[int]] = {}
    for place, (_, key) in enumerate(blocks):
        starts.setdefault(key[:_START], []).append(place)
    return [_cut(entry, blocks, starts) if isinstance(entry, Draft) else entry for entry in entries]


def _cut(entry: Draft, blocks: list[tuple[str, str]], starts: dict[str, list[int]]) -> Draft:
    if len(entry.paragraphs) != 1:
        return entry
    whole = key_of(entry.paragraphs[0])
    for place in starts.get(whole[:_START], [])[:_MAX_PLACES]:
        at, texts = 0, []
        for text, key in blocks[place:]:
            if not key or not whole.startswith(key, at):
                break
            texts.append(text)
            at += len(key)
        if at == len(whole) and len(texts) > 1:
            return replace(entry, paragraphs=tuple(texts))
    return entry
