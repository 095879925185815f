"""Question files, to measure, train and compare with: SQuAD JSON, newsroom JSON Lines, plain JSON Lines of questions.

- SQuAD 1.1 or 2.0 JSON (Rajpurkar et al. 2016, 2018).
- Newsroom: an article a line, with its ``id``, ``headline``, ``paragraphs`` and ``qas``. Each of these has a
  ``question``, a ``paragraph`` (from 0), an ``answer`` unless it has none, and optionally ``also`` (other accepted
  answers) and ``after`` (the question that it follows). An article without ``qas`` is one that nothing is asked of.
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
    ``spans`` are the half-open places in ``passage`` that answer it, as far as the file says.
    """

    question: str
    answers: tuple[str, ...]
    article_id: str | None = None
    paragraph: int | None = None
    before: Turn | None = None
    passage: str | None = None
    headline: str = ""
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def history(self) -> tuple[Turn, ...]:
        """The turn before, as a question carries it."""
        return (self.before,) if self.before else ()


@dataclass(frozen=True, slots=True)
class Story:
    """What a question file holds of one article: its paragraphs as they stand there, and what is asked of it.

    ``paragraphs`` are empty where the file names an article without holding it, and ``id`` where it names none.
    """

    id: str
    headline: str
    paragraphs: tuple[str, ...]
    items: tuple[Item, ...]


class _Bad(Exception):
    """What is wrong, without the place."""


def read_items(path: Path) -> list[Item]:
    """The questions of a file, in its order; at least one.

    Raises:
        SourceError: it cannot be read or is of none of the formats; names the file, the line and the field.
    """
    items = [item for story in read_stories(path) for item in story.items]
    if not items:
        raise SourceError(str(path), "holds no questions")
    return items


def read_stories(path: Path) -> list[Story]:
    """The articles of a file with their questions, in its order; a question that stands alone is one of its own.

    Raises:
        SourceError: see :func:`read_items`.
    """
    text = _text(path)
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    whole = _whole(text, lines)
    if whole is not None:
        try:
            return list(_squad(whole))
        except _Bad as error:
            raise SourceError(str(path), str(error)) from None
    stories = []
    for number, line in lines:
        try:
            stories.append(_line(line))
        except _Bad as error:
            raise SourceError(f"{path}:{number}", str(error)) from None
    return stories


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


def _line(line: str) -> Story:
    try:
        body = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Bad(f"is not JSON ({error})") from None
    if not isinstance(body, dict):
        raise _Bad("is not a JSON object")
    if "qas" in body or "paragraphs" in body:
        return _newsroom(body)
    if "question" in body:
        item = _plain(body)
        return Story(item.article_id or "", "", (), (item,))
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


def _newsroom(body: dict[str, Any]) -> Story:
    article_id, headline = _string(body, "id", "id"), _string(body, "headline", "headline")
    paragraphs = _list(body, "paragraphs", "paragraphs") if "paragraphs" in body else []
    for number, text in enumerate(paragraphs):
        if not isinstance(text, str):
            raise _Bad(f'"paragraphs[{number}]" is not text')
    answered: dict[str, str] = {}
    items = []
    for place, qa in _objects(body, "qas", "qas") if "qas" in body else ():
        question = _question(qa, f"{place}.question")
        number = _number(qa, "paragraph", f"{place}.paragraph", 0)
        if paragraphs and number >= len(paragraphs):
            raise _Bad(f'"{place}.paragraph" is {number}, but the article has {len(paragraphs)} (counted from 0)')
        passage = clean_text(paragraphs[number]) or None if paragraphs else None
        answers: tuple[str, ...] = ()
        spans: tuple[tuple[int, int], ...] = ()
        if qa.get("answer") is not None:
            answer = _string(qa, "answer", f"{place}.answer")
            answered.setdefault(question, answer)
            answers = (answer, *(_strings(qa, "also", f"{place}.also") if "also" in qa else ()))
            spans = _spans(passage or "", [(answer, None)])
        before = None
        if qa.get("after") is not None:
            earlier = _question(qa, f"{place}.after", "after")
            before = Turn(earlier, answered.get(earlier))
        items.append(Item(question, answers, article_id, number + 1, before, passage, headline, spans))
    return Story(article_id, headline, tuple(paragraphs), tuple(items))


def _squad(body: dict[str, Any]) -> Iterator[Story]:
    """The title names the article, and is its headline unless there is a ``headline``, as what we export has."""
    for at, article in _objects(body, "data", "data"):
        title = _string(article, "title", f"{at}.title")
        headline = _string(article, "headline", f"{at}.headline") if "headline" in article else title.replace("_", " ")
        texts, items = [], []
        for number, (there, paragraph) in enumerate(_objects(article, "paragraphs", f"{at}.paragraphs"), start=1):
            texts.append(_string(paragraph, "context", f"{there}.context"))
            passage = clean_text(texts[-1])
            for place, qa in _objects(paragraph, "qas", f"{there}.qas"):
                given: list[tuple[str, int | None]] = []
                if not qa.get("is_impossible"):
                    for where, answer in _objects(qa, "answers", f"{place}.answers"):
                        given.append((_string(answer, "text", f"{where}.text"), _offset(answer, where, texts[-1])))
                question = _question(qa, f"{place}.question")
                answers = tuple(answer for answer, _ in given)
                items.append(Item(question, answers, title, number, None, passage, headline, _spans(passage, given)))
        yield Story(title, headline, tuple(texts), tuple(items))


def _offset(answer: Mapping[str, Any], place: str, text: str) -> int | None:
    """Where the file says that an answer begins, as an offset in the cleaned ``text``."""
    if answer.get("answer_start") is None:
        return None
    at = _number(answer, "answer_start", f"{place}.answer_start", 0)
    return len(clean_text(text[:at] + "|")) - 1  # the mark keeps a space before it from being stripped


def _spans(passage: str, given: Sequence[tuple[str, int | None]]) -> tuple[tuple[int, int], ...]:
    """Where in ``passage`` each answer stands: where it is said to, else first; what does not stand there has none."""
    found = []
    for answer, said in given:
        words = clean_text(answer)
        at = said if said is not None and passage.startswith(words, said) else passage.find(words)
        if words and at >= 0:
            found.append((at, at + len(words)))
    return tuple(found)


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
