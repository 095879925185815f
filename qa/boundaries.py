"""Where a word may not be cut: the joining rules of UAX 29 (https://unicode.org/reports/tr29/), WB6, WB7, WB11, WB12.

An apostrophe or a full stop between letters, and a full stop, comma or apostrophe between digits, belong to the word
that they stand in: ``Quaye’s``, ``e.g``, ``14.2``, ``1,200``. Browsers find the words of a deep link by the same rules.
"""

from __future__ import annotations

_BETWEEN_LETTERS = frozenset("'’.·:‧︓﹕：․﹒．‘＇")
_BETWEEN_DIGITS = frozenset("'’.,;‘＇․﹒．﹐，;；")


def inside_word(text: str, at: int) -> bool:
    """Whether a cut before ``text[at]`` would go through a word."""
    if not 0 < at < len(text):
        return False
    left, right = text[at - 1], text[at]
    if _wordlike(left) and _wordlike(right):
        return True
    if _wordlike(left) and at + 1 < len(text):
        return _joins(left, right, text[at + 1])
    if _wordlike(right) and at >= 2:
        return _joins(text[at - 2], left, right)
    return False


def possessive(text: str, at: int) -> bool:
    """Whether ``’s`` stands at ``at``, behind a whole word: a name may be quoted without it."""
    mark, letter, rest = text[at : at + 1], text[at + 1 : at + 2], text[at + 2 : at + 3]
    return mark in ("'", "’") and letter in ("s", "S") and not rest.isalnum()


def _joins(left: str, mark: str, right: str) -> bool:
    if left.isdigit() and right.isdigit():
        return mark in _BETWEEN_DIGITS
    return left.isalpha() and right.isalpha() and mark in _BETWEEN_LETTERS


def _wordlike(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
