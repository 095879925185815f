"""When two answers count as the same: the normalisation of the official SQuAD evaluation."""

from __future__ import annotations

import re
import string
import unicodedata

_ARTICLE = re.compile(r"\b(a|an|the)\b")
_ASCII_PUNCTUATION = frozenset(string.punctuation)


def normalized(text: str) -> str:
    """Lower case, without punctuation, the articles a, an, the, and extra white space.

    As the official script does (Rajpurkar et al. 2016), and beyond ASCII: typographic quotes and dashes are
    punctuation too, which the script, made for plain text, does not know.
    """
    kept = "".join(
        c for c in text.lower() if c not in _ASCII_PUNCTUATION and not unicodedata.category(c).startswith("P")
    )
    return " ".join(_ARTICLE.sub(" ", kept).split())
