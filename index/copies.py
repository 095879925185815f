"""Near-identical articles, such as one wire report in two newspapers, found without comparing every pair.

An article's sketch is the smallest hashes of its five-word shingles; the share of the smallest hashes of two
articles together that both hold estimates how much of their text is the same (Broder 1997, "On the resemblance
and containment of documents", bottom-k form).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

from index.store import Transaction

SHINGLE_WORDS = 5
SKETCH_SIZE = 64
"""The estimate's standard error at a resemblance of 0.8 is 0.05."""

SAME_STORY = 0.8
"""Resemblance from which an article counts as a near-identical copy of another."""
_WORD = re.compile(r"\w+")


def sketch(text: str) -> set[int]:
    """Up to ``SKETCH_SIZE`` signed 64-bit hashes; a text shorter than a shingle has one."""
    words = _WORD.findall(text.casefold())
    count = max(1, len(words) - SHINGLE_WORDS + 1)
    shingles = {" ".join(words[i : i + SHINGLE_WORDS]) for i in range(count)}
    hashes = (int.from_bytes(blake2b(s.encode(), digest_size=8).digest(), "big", signed=True) for s in shingles)
    return set(sorted(hashes)[:SKETCH_SIZE])


def resemblance(one: set[int], other: set[int]) -> float:
    """Estimated share, in [0, 1], of the shingles of both texts together that stand in both."""
    smallest = set(sorted(one | other)[:SKETCH_SIZE])
    return len(smallest & one & other) / len(smallest)


def take_out(transaction: Transaction, article_id: str) -> bool:
    """Remove an article; the oldest of its copies becomes what the others are copies of. Says whether it was there."""
    copies = transaction.copies(article_id)
    was_there = transaction.remove(article_id)
    if was_there and copies:
        mark_copies(transaction, copies[1:], copies[0])
    return was_there


def mark_copies(transaction: Transaction, copies: Sequence[str], original: str) -> None:
    """Mark those of ``copies``, whose mark is gone with what they were copies of, that ``original`` still resembles."""
    hashes = transaction.sketch(original)
    for article_id in copies:
        if article_id != original and resemblance(hashes, transaction.sketch(article_id)) >= SAME_STORY:
            transaction.mark_copy(article_id, original)
