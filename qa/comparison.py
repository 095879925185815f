"""The best few answers beside each other: their sentences are read again as one text, and compete for one span.

A reader that sees one passage at a time gives each its own logit, and is never asked which of two it would rather have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.articles import Passage, sentence_at
from qa.evidence import MAX_MARGIN, UNSEEN, Weighed, bounded, margin_at
from qa.reader import Reader

COMPARED = 5
"""Answers that are compared. What it is worth: see :mod:`qa.training.calibrate`."""
AROUND = 300
"""Characters on either side of an answer that are shown of a sentence without an end."""


def compared(question: str, found: Sequence[Weighed], reader: Reader) -> list[Weighed]:
    """``found``, best first, with :attr:`qa.evidence.Evidence.beside` as ``reader`` sees the best five together.

    One answer alone has nothing to be compared with.
    """
    return beside(found, margins_together(question, found[:COMPARED], reader))


def margins_together(question: str, found: Sequence[Weighed], reader: Reader) -> dict[str, float]:
    """What ``reader`` makes of each of these answers, by its words, where they stand together; empty for one alone."""
    if len(found) < 2:
        return {}
    text, places = side_by_side(found)
    together = reader.read(question, [Passage(0, "", 1, 0, len(text), text)], [""])[0]
    return {
        one.words: bounded(margin_at(together, start, end)) for one, (start, end) in zip(found, places, strict=True)
    }


def beside(found: Sequence[Weighed], margins: Mapping[str, float]) -> list[Weighed]:
    """``found`` with these margins; those that were not compared are taken for a little less than the last of them."""
    if not margins:
        return list(found)
    rest = max(-MAX_MARGIN, min(margins.values()) - UNSEEN)
    return [replace(one, evidence=replace(one.evidence, beside=margins.get(one.words, rest))) for one in found]


def side_by_side(found: Sequence[Weighed]) -> tuple[str, list[tuple[int, int]]]:
    """The sentences of the answers' best candidates, each once, and where in this text each answer stands."""
    text = ""
    starts: dict[tuple[int, int, int], int] = {}
    places = []
    for one in found:
        best = one.candidates[0]
        passage = best.hit.passage
        first, last = best.span.start - passage.start, best.span.end - passage.start
        low, high = sentence_at(passage.text, first, last)
        low, high = max(low, first - AROUND), min(high, last + AROUND)
        if (passage.id, low, high) not in starts:
            text += " " if text else ""
            starts[passage.id, low, high] = len(text)
            text += passage.text[low:high]
        shift = starts[passage.id, low, high] - low
        places.append((first + shift, last + shift))
    return text, places
