"""Passages that say the same in nearly the same words: wire copy in many papers, boxes that stand in every story.

They would crowd what differs out of a ranking. Numbers must agree: "nine were hurt" is no copy of "eleven were hurt".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import NamedTuple

from index.articles import Passage
from index.words import folded

NEARLY = 0.8
"""Share of the different words of two passages together that must stand in both."""
_EDGE_WORDS = 4
"""Near copies share their first or their last words; others are not compared, so that a long list costs no pairs."""
_SHORT = 8
"""A passage of fewer words is a copy only of the very same words."""
_WORD = re.compile(r"\w+")


Edges = tuple[int, int]
"""Hashes of a passage's first words and of its last, each with all its numbers: near copies share one of the two."""


class _Words(NamedTuple):
    order: tuple[str, ...]
    different: frozenset[str]
    numbers: tuple[str, ...]


def told_once(passages: Iterable[Passage]) -> dict[int, int]:
    """For each passage's id the id of the first passage, by id, that says the same: its own if none does."""
    seen: dict[tuple[str, ...], list[tuple[int, _Words]]] = {}
    found: dict[int, int] = {}
    for passage in sorted(passages, key=lambda passage: passage.id):
        words = _words(passage.text)
        both = (("first", *words.order[:_EDGE_WORDS]), ("last", *words.order[-_EDGE_WORDS:]))
        alike = [first for edge in both for first, others in seen.get(edge, ()) if _same(words, others)]
        found[passage.id] = min(alike, default=passage.id)
        if not alike:
            for edge in both:
                seen.setdefault(edge, []).append((passage.id, words))
    return found


def edges(text: str) -> Edges:
    """Those of a passage."""
    words = _words(text)
    first, last = words.order[:_EDGE_WORDS], words.order[-_EDGE_WORDS:]
    return _hash("first", *first, "", *words.numbers), _hash("last", *last, "", *words.numbers)


def suspects(found: Mapping[int, Edges]) -> list[int]:
    """Ids of the passages that share an edge with another: all others are told once for certain."""
    often = Counter(edge for both in found.values() for edge in both)
    return [key for key, both in found.items() if max(often[edge] for edge in both) > 1]


def _hash(*words: str) -> int:
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=8).digest(), "little")


def _words(text: str) -> _Words:
    order = tuple(_WORD.findall(folded(text)))
    numbers = tuple(word for word in order if not word.isalpha() and any(c.isdigit() for c in word))
    return _Words(order, frozenset(order), numbers)


def _same(one: _Words, other: _Words) -> bool:
    if one.order == other.order:
        return True
    if one.numbers != other.numbers or min(len(one.order), len(other.order)) < _SHORT:
        return False
    return len(one.different & other.different) >= NEARLY * len(one.different | other.different)
