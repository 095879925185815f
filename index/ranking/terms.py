"""Text to search terms: words folded to lower case without diacritics, and stemmed (Porter 1980), as 64-bit hashes.

A hash stands for a term everywhere after this, so that indexes are arrays of numbers and can be merged without their
words. Two of a million terms share a hash with a probability of 3 in a hundred million.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import Stemmer

Terms = npt.NDArray[np.uint64]

_WORD = re.compile(r"[^\W_]+")
_MARK = re.compile(r"[\u0300-\u036f]+")
_MOST_REMEMBERED = 1_000_000
"""Words whose hash is kept: 150 MB. A year of a regional paper has some 400,000 different ones."""


def fold(text: str) -> str:
    """``text`` in lower case, without diacritics, its compatibility characters (ligatures, full width) resolved."""
    if text.isascii():
        return text.lower()
    return _MARK.sub("", unicodedata.normalize("NFKD", text.casefold()))


class _Hashes(dict[str, int]):
    """Folded word to hash, each worked out once. Racing threads at worst work one out twice."""

    def __missing__(self, word: str) -> int:
        # A stemmer must not be used by two threads at once; making one costs 10 microseconds.
        stem = Stemmer.Stemmer("porter", 0).stemWord(word)
        value = int.from_bytes(blake2b(stem.encode(), digest_size=8).digest(), "little")
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[word] = value
        return value


_hashes = _Hashes()


def terms(text: str) -> list[int]:
    """The terms of ``text`` in their order, repeated ones too."""
    return [_hashes[word] for word in _WORD.findall(fold(text))]
