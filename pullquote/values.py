"""What may stand behind an option: each reads it, or says what would be right (``argparse.ArgumentTypeError``)."""

from __future__ import annotations

import argparse
from datetime import date

from index.errors import ArticleError
from index.times import now, parse_as_of
from qa.answers import MAX_QUESTION_CHARS, MAX_TOP_K


def question(value: str) -> str:
    """Words, not too many."""
    if not value.strip():
        raise argparse.ArgumentTypeError('the question is empty; ask for example "Who resigned on Friday?"')
    if len(value) > MAX_QUESTION_CHARS:
        raise argparse.ArgumentTypeError(f"{len(value):,} characters; a question has at most {MAX_QUESTION_CHARS:,}")
    return text(value)


def text(value: str) -> str:
    """Words, an id, a name: undecodable bytes on the command line come as surrogates, which no library can look for."""
    return value.encode("utf-8", "replace").decode()


def top_k(value: str) -> int:
    """How many answers."""
    if not value.isdecimal() or not 1 <= int(value) <= MAX_TOP_K:
        raise argparse.ArgumentTypeError(f"{value!r} is not a whole number from 1 to {MAX_TOP_K}")
    return int(value)


def number(value: str) -> int:
    """One or more."""
    if not value.isdecimal() or len(value) > 9 or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is not a whole number from 1")
    return int(value)


def whole(value: str) -> int:
    """None or more."""
    if not value.isdecimal() or len(value) > 9:
        raise argparse.ArgumentTypeError(f"{value!r} is not a whole number from 0")
    return int(value)


def day(value: str) -> date:
    """A day of the calendar."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is not a date like 2023-06-26") from None


def as_of(value: str) -> date | None:
    """A day, or a time with its zone; nothing for now."""
    try:
        return parse_as_of(value, now())
    except ArticleError as error:
        raise argparse.ArgumentTypeError(error.message) from None


def probability(value: str) -> float:
    """From 0 to 1."""
    try:
        given = float(value)
    except ValueError:
        given = -1.0
    if not 0 <= given <= 1:
        raise argparse.ArgumentTypeError(f"{value!r} is not a number from 0 to 1")
    return given


def milliseconds(value: str) -> float:
    """More than none, at most an hour."""
    try:
        given = float(value)
    except ValueError:
        given = 0.0
    if not 0 < given <= 3_600_000:
        raise argparse.ArgumentTypeError(f"{value!r} is not a number of milliseconds above 0")
    return given
