"""Training data: question files to features, in exactly the form in which the product reads passages."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.evaluation.datasets import read_items
from qa.followup import understood
from qa.normalize import normalized
from qa.reader import MAX_TOKENS, STRIDE, reader_context


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph that questions are asked of; ``article`` groups those that belong together."""

    article: str
    headline: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """A question and its paragraph. ``answers`` are ``(start, text)`` in the paragraph; none: not answered by it."""

    question: str
    paragraph: Paragraph
    answers: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Feature:
    """One window of a paragraph, ``start`` and ``end`` the positions (tokens) of the answer, (0, 0) for none."""

    ids: list[int]
    type_ids: list[int]
    places: list[tuple[int, int] | None]
    """Of each token the half-open characters of the paragraph that it stands for; ``None`` where none may answer."""
    start: int
    end: int

    def __len__(self) -> int:
        """Tokens."""
        return len(self.ids)

    @property
    def attention_mask(self) -> list[int]:
        """All of them count."""
        return [1] * len(self.ids)


def read_examples(path: Path) -> list[Example]:
    """The questions of a file that have their paragraph, each with it.

    A follow-up is asked as the product understands it, with the turn before it behind it. A question whose answer does
    not stand in the paragraph is left out: there is nothing to point at, and it is no question without an answer.

    Raises:
        SourceError: see :func:`qa.evaluation.datasets.read_items`.
    """
    return [
        Example(
            understood(item.question, item.history),
            Paragraph(item.article_id or "", item.headline, item.passage),
            tuple((start, item.passage[start:end]) for start, end in item.spans),
        )
        for item in read_items(path)
        if item.passage and bool(item.answers) == bool(item.spans)
    ]


def accepted(path: Path) -> dict[str, tuple[str, ...]]:
    """For each newsroom question, as it is understood, all accepted answers: a passage with one is no negative."""
    items = read_items(path)
    return {understood(item.question, item.history): item.answers for item in items}


def is_negative(text: str, answers: Sequence[str]) -> bool:
    """Whether no accepted answer stands in ``text``, so that it cannot answer by chance."""
    flat = f" {normalized(text)} "
    return not any(f" {normalized(answer)} " in flat for answer in answers)


def features(tokenizer: Any, example: Example, choose: random.Random) -> list[Feature]:
    """The windows of an example as the reader cuts them; of several annotators' answers, one is chosen."""
    context = reader_context(example.paragraph.headline)
    shift = len(context)
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, stride=STRIDE, strategy="only_second")
    encoding = tokenizer.encode(example.question, context + example.paragraph.text)
    low = high = -1
    if example.answers:
        start, text = choose.choice(example.answers)
        low, high = start, start + len(text)
    found = []
    for window in [encoding, *encoding.overflowing]:
        places = [
            (offset[0] - shift, offset[1] - shift) if sequence == 1 and offset[0] >= shift else None
            for sequence, offset in zip(window.sequence_ids, window.offsets, strict=True)
        ]
        first, last = _positions(places, low, high) if example.answers else (0, 0)
        found.append(Feature(window.ids, window.type_ids, places, first, last))
    return found


def _positions(places: Sequence[tuple[int, int] | None], low: int, high: int) -> tuple[int, int]:
    """First and last token of the characters ``[low, high)``; (0, 0) if not all are there."""
    inside = [position for position, place in enumerate(places) if place and place[0] < high and place[1] > low]
    if not inside:
        return 0, 0
    first, last = places[inside[0]], places[inside[-1]]
    if first is None or last is None or first[0] > low or last[1] < high:
        return 0, 0
    return inside[0], inside[-1]


def file_hash(path: Path) -> str:
    """Hex sha256 of a data file, to be written beside what was made from it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
