"""Question files to stories: paragraphs, and the questions that each of them answers."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the paragraph (from 0) of its story that answers it, and all accepted answers."""

    text: str
    paragraph: int
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """Paragraphs that belong together, and what is asked of them. ``headline`` may be empty."""

    id: str
    headline: str
    paragraphs: tuple[str, ...]
    asked: tuple[Asked, ...]


def read_stories(path: Path) -> list[Story]:
    """The stories of a SQuAD JSON or newsroom JSON Lines file, packed with gzip or not, with answered questions alone.

    Follow-ups are left out: as they are asked, they do not say what they are about.
    """
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = data.decode()
    if text.startswith("{") and '"data"' in text[:200]:
        return list(_squad(path.name, json.loads(text)))
    return [_newsroom(json.loads(line)) for line in text.splitlines()]


def _newsroom(body: dict[str, Any]) -> Story:
    asked = [
        Asked(qa["question"], qa["paragraph"], (qa["answer"], *qa.get("also", ())))
        for qa in body["qas"]
        if qa["kind"] == "answerable"
    ]
    return Story(body["id"], body["headline"], tuple(body["paragraphs"]), tuple(asked))


def _squad(name: str, body: dict[str, Any]) -> Iterator[Story]:
    for number, article in enumerate(body["data"]):
        title = article.get("title", "")
        paragraphs = tuple(" ".join(entry["context"].split()) for entry in article["paragraphs"])
        asked = tuple(
            Asked(qa["question"], place, tuple(dict.fromkeys(answer["text"] for answer in qa["answers"])))
            for place, entry in enumerate(article["paragraphs"])
            for qa in entry["qas"]
            if qa["answers"] and not qa.get("is_impossible")
        )
        yield Story(f"{name}/{number}", title.replace("_", " "), paragraphs, asked)


def merged(stories: list[Story]) -> list[Story]:
    """A story all of whose paragraphs stand in one before it gives that one its questions."""
    found: list[Story] = []
    where: dict[str, int] = {}
    for story in stories:
        homes = {where.get(text) for text in story.paragraphs}
        home = homes.pop() if len(homes) == 1 else None
        if home is None:
            where |= {text: len(found) for text in story.paragraphs if text not in where}
            found.append(story)
            continue
        known = found[home]
        moved = [
            Asked(one.text, known.paragraphs.index(story.paragraphs[one.paragraph]), one.answers)
            for one in story.asked
        ]  # fmt: skip
        found[home] = replace(known, asked=tuple(dict.fromkeys([*known.asked, *moved])))
    return found


def thinned(stories: list[Story], most: int, choose: random.Random) -> list[Story]:
    """The stories with at most ``most`` questions for each paragraph."""
    found = []
    for story in stories:
        by_paragraph: dict[int, list[Asked]] = {}
        for asked in story.asked:
            by_paragraph.setdefault(asked.paragraph, []).append(asked)
        kept = [one for group in by_paragraph.values() for one in choose.sample(group, min(most, len(group)))]
        found.append(Story(story.id, story.headline, story.paragraphs, tuple(kept)))
    return found


def flat(text: str) -> str:
    """Words alone, in lower case, between single spaces: what is compared to see whether an answer stands in a text."""
    return " ".join(["", *_WORD.findall(unicodedata.normalize("NFC", text).lower()), ""])


def file_hash(path: Path) -> str:
    """Hex sha256 of a data file, to be written beside what was made from it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
