"""Where an answer begins and ends, once white space and stray punctuation are taken off."""

from __future__ import annotations

_OPENING = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»", "„": "“", '"': '"', "‘": "’"}
_CLOSING = {close: opening for opening, close in _OPENING.items()}
_EDGE = " \t,;:–—-"


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """``[start, end)`` of ``text`` without white space, stray punctuation, and marks that lack their partner.

    Quotation marks and brackets around the whole are taken off too; a sign before a number, and the full stop of
    an abbreviation, stay. May be empty.
    """
    while start < end:
        inner = text[start:end]
        if _strip_first(inner):
            start += 1
        elif _strip_last(inner):
            end -= 1
        elif len(inner) > 1 and _OPENING.get(inner[0]) == inner[-1] and not set(inner[1:-1]) & {inner[0], inner[-1]}:
            start, end = start + 1, end - 1
        else:
            break
    return start, end


def _strip_first(inner: str) -> bool:
    first, rest = inner[0], inner[1:]
    if first in "-–" and rest[:1].isdigit():
        return False
    if first in _OPENING:
        return _OPENING[first] not in rest
    return first in _EDGE or first in ".!?" or (first in _CLOSING and first != "’")


def _strip_last(inner: str) -> bool:
    last, rest = inner[-1], inner[:-1]
    if last in ".!?":
        return not (last == "." and _abbreviated(inner))
    if last == "’":  # an apostrophe (the workers’) as often as a quotation mark
        return False
    if last in _CLOSING:
        return _CLOSING[last] not in rest
    return last in _EDGE or last in _OPENING


def _abbreviated(inner: str) -> bool:
    """Whether the last full stop belongs to its word, as in ``1:40 a.m.`` or ``Jr.``."""
    word = inner.rsplit(maxsplit=1)[-1]
    return "." in word[:-1] or word in {"Jr.", "Sr.", "Inc.", "Ltd.", "Co.", "Corp.", "Bros.", "St.", "No."}
