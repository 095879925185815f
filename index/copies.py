"""Near-identical articles, such as one wire report in two newspapers, found without comparing every pair.

An article's sketch is the smallest hashes of its five-word shingles; the share of the smallest hashes of two
articles together that both hold estimates how much of their text is the same (Broder 1997, "On the resemblance
and containment of documents", bottom-k form).
"""

from __future__ import annotations

import re
from hashlib import blake2b

SHINGLE_WORDS = 5
SKETCH_SIZE = 64
"""The estimate's standard error at a resemblance of 0.8 is 0.05."""

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
