"""Pairs of question and passage to stories: passages that belong together, and the questions that each answers.

A pair a line, as ``python -m qa.training.pairs`` writes them: ``{"article", "headline", "passage", "question",
"answers"}``; ``headline`` may be empty, ``answers`` are all that are accepted.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+")


class Query(NamedTuple):
    """A question, the passage (from 0) of its story that answers it, and all accepted answers."""

    text: str
    passage: int
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrainingStory:
    """The passages of an article that are asked for, and what is asked. ``headline`` may be empty."""

    headline: str
    passages: tuple[str, ...]
    asked: tuple[Query, ...]


def stories(lines: Iterable[str]) -> list[TrainingStory]:
    """The stories of ``lines``, in the order in which they come up; a pair that comes twice counts once."""
    passages: dict[str, dict[str, int]] = {}
    headlines: dict[str, str] = {}
    asked: dict[str, dict[Query, None]] = {}
    for line in lines:
        pair = json.loads(line)
        article = pair["article"]
        headlines.setdefault(article, pair["headline"])
        places = passages.setdefault(article, {})
        place = places.setdefault(pair["passage"], len(places))
        asked.setdefault(article, {})[Query(pair["question"], place, tuple(pair["answers"]))] = None
    return [TrainingStory(headlines[name], tuple(places), tuple(asked[name])) for name, places in passages.items()]


def flat(text: str) -> str:
    """Words alone, in lower case, between single spaces: what is compared to see whether an answer stands in a text."""
    return " ".join(["", *_WORD.findall(unicodedata.normalize("NFC", text).lower()), ""])
