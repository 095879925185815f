"""Question files to measure with: SQuAD JSON, newsroom JSON Lines, and a plain JSON Lines of questions.

- SQuAD 1.1 or 2.0 JSON (Rajpurkar et al. 2016, 2018).
- Newsroom: an article a line, with its ``id``, ``headline``, ``paragraphs`` and ``qas``. Each of these has a
  ``question``, a ``paragraph`` (from 0), an ``answer`` unless it has none, and optionally ``also`` (other accepted
  answers) and ``after`` (the question that it follows).
- Plain: a question a line, ``{"question": …, "answers": […]}``, with no answers if it has none, and optionally
  ``article_id``, ``paragraph`` (from 1) and ``after``, the turn before: a question, or ``{"question", "answer"}``.

Each may be packed with gzip.
"""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.articles import clean_text
from index.errors import SourceError
from qa.answers import MAX_QUESTION_CHARS, Turn

MAX_FILE_BYTES = 200_000_000
"""Unpacked. SQuAD 2.0, all of it, has 46 million."""
SAMPLE_SEED = 0
_MAX_ANSWERS = 100


@dataclass(frozen=True, slots=True)
class Item:
    """A question of a data set. ``answers`` are the accepted ones, none if it cannot be answered.

    ``paragraph`` counts from 1; it and ``article_id`` are ``None`` where the file does not say. ``before`` is the
    turn that a follow-up follows. ``passage`` is the paragraph's text if the file has it, ``headline`` its article's.
    """

    question: str
    answers: tuple[str, ...]
    article_id: str | None = None
    paragraph: int | None = None
    before: Turn | None = None
    passage: str | None = None
    headline: str = ""


class _Bad(Exception):
    """What is wrong, without the place."""


def read_items(path: Path) -> list[Item]:
    """The questions of a file, in its order; at least one.

    Raises:
        SourceError: it cannot be read or is of none of the formats; names the file, the line and the field.
    """
    text = _text(path)
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    whole = _whole(text, lines)
    items: list[Item] = []
    if whole is not None:
        try:
            items = list(_squad(whole))
        except _Bad as error:
            raise SourceError(str(path), str(error)) from None
    else:
        for number, line in lines:
            try:
                items += _line(line)
            except _Bad as error:
                raise SourceError(f"{path}:{number}", str(error)) from None
    if not items:
        raise SourceError(str(path), "holds no questions")
    return items


def sample(items: Sequence[Item], limit: int | None) -> list[Item]:
    """``limit`` of ``items`` in their order, always the same ones; all of them if that is not fewer."""
    if limit is None or limit >= len(items):
        return list(items)
    chosen = random.Random(SAMPLE_SEED).sample(range(len(items)), limit)  # noqa: S311 - repeatable, not secret
    return [items[position] for position in sorted(chosen)]


def _text(path: Path) -> str:
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(str(path), f"cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if len(data) > MAX_FILE_BYTES:
        raise SourceError(str(path), f"has more than {MAX_FILE_BYTES // 1_000_000} million bytes; split it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(str(path), f"is not UTF-8 (byte {error.start:,})") from None


def _whole(text: str, lines: list[tuple[int, str]]) -> dict[str, Any] | None:
    """The file as one SQuAD object, or ``None`` if it is lines."""
    if not lines or not text.lstrip().startswith("{"):
        return None
    try:
        first = json.loads(lines[0][1]) if len(lines) > 1 else None
    except (ValueError, RecursionError):
        first = None
    if first is not None:
        return None
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) and "data" in body else None


def _line(line: str) -> list[Item]:
    try:
        body = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Bad(f"is not JSON ({error})") from None
    if not isinstance(body, dict):
        raise _Bad("is not a JSON object")
    if "qas" in body:
        return list(_newsroom(body))
    if "question" in body:
        return [_plain(body)]
    raise _Bad(
        'has neither "question" nor "qas"; write for example {"question": "Who resigned?", "answers": ["Ortiz"]}'
    )


def _plain(body: dict[str, Any]) -> Item:
    after = body.get("after")
    if isinstance(after, dict):
        answer = _string(after, "answer", "after.answer") if after.get("answer") is not None else None
        before: Turn | None = Turn(_question(after, "after.question"), answer)
    else:
        before = Turn(_question(body, "after", "after")) if after is not None else None
    if body.get("paragraph") is not None and body.get("article_id") is None:
        raise _Bad('"paragraph" is given without "article_id", the article that it is of')
    return Item(
        _question(body, "question"),
        _strings(body, "answers", "answers"),
        _string(body, "article_id", "article_id") if body.get("article_id") is not None else None,
        _number(body, "paragraph", "paragraph", 1) if body.get("paragraph") is not None else None,
        before,
    )


def _newsroom(body: dict[str, Any]) -> Iterator[Item]:
    article_id, headline = _string(body, "id", "id"), _string(body, "headline", "headline")
    paragraphs = _list(body, "paragraphs", "paragraphs") if "paragraphs" in body else []
    answered: dict[str, str] = {}
    for place, qa in _objects(body, "qas", "qas"):
        question = _question(qa, f"{place}.question")
        number = _number(qa, "paragraph", f"{place}.paragraph", 0)
        answers: tuple[str, ...] = (_string(qa, "answer", f"{place}.answer"),) if qa.get("answer") is not None else ()
        if answers:
            answered.setdefault(question, answers[0])
            answers += _strings(qa, "also", f"{place}.also") if "also" in qa else ()
        before = None
        if qa.get("after") is not None:
            earlier = _question(qa, f"{place}.after", "after")
            before = Turn(earlier, answered.get(earlier))
        if paragraphs and number >= len(paragraphs):
            raise _Bad(f'"{place}.paragraph" is {number}, but the article has {len(paragraphs)} (counted from 0)')
        passage = paragraphs[number] if paragraphs else None
        if passage is not None and not isinstance(passage, str):
            raise _Bad(f'"paragraphs[{number}]" is not text')
        yield Item(
            question, answers, article_id, number + 1, before, clean_text(passage) if passage else None, headline
        )


def _squad(body: dict[str, Any]) -> Iterator[Item]:
    """The title names the article and is its headline."""
    for at, article in _objects(body, "data", "data"):
        title = _string(article, "title", f"{at}.title")
        for number, (there, paragraph) in enumerate(_objects(article, "paragraphs", f"{at}.paragraphs"), start=1):
            passage = clean_text(_string(paragraph, "context", f"{there}.context"))
            for place, qa in _objects(paragraph, "qas", f"{there}.qas"):
                answers: tuple[str, ...] = ()
                if not qa.get("is_impossible"):
                    found = _objects(qa, "answers", f"{place}.answers")
                    answers = tuple(_string(answer, "text", f"{where}.text") for where, answer in found)
                question = _question(qa, f"{place}.question")
                yield Item(question, answers, title, number, None, passage, title.replace("_", " "))


def _list(body: Mapping[str, Any], field: str, place: str) -> list[Any]:
    value = body.get(field)
    if not isinstance(value, list):
        raise _Bad(f'"{place}" is missing or not a list')
    return value


def _objects(body: Mapping[str, Any], field: str, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, value in enumerate(_list(body, field, place)):
        if not isinstance(value, dict):
            raise _Bad(f'"{place}[{number}]" is not an object')
        yield f"{place}[{number}]", value


def _string(body: Mapping[str, Any], field: str, place: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not value.strip():
        raise _Bad(f'"{place}" is missing, empty or not text')
    return value


def _question(body: Mapping[str, Any], place: str, field: str = "question") -> str:
    value = clean_text(_string(body, field, place))
    if not 0 < len(value) <= MAX_QUESTION_CHARS:
        raise _Bad(f'"{place}" has {len(value):,} characters; a question has 1 to {MAX_QUESTION_CHARS:,}')
    return value


def _strings(body: Mapping[str, Any], field: str, place: str) -> tuple[str, ...]:
    values = _list(body, field, place)
    if len(values) > _MAX_ANSWERS or not all(isinstance(value, str) and value.strip() for value in values):
        raise _Bad(f'"{place}" is not a list of at most {_MAX_ANSWERS} texts (an empty list: it cannot be answered)')
    return tuple(values)


def _number(body: Mapping[str, Any], field: str, place: str, least: int) -> int:
    value = body.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise _Bad(f'"{place}" is not a whole number from {least}')
    return value
