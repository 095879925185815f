"""Links that open an article at the quote: URL text fragments.

By the WICG draft "URL Fragment Text Directives" (https://wicg.github.io/scroll-to-text-fragment/): a browser
looks for ``#:~:text=[prefix-,]start[,end][,-suffix]`` without regard to case, at word boundaries, and takes the
first match. So where the quote stands more than once, words before and after it go into the link until the
first match is the right one.
"""

from __future__ import annotations

import re
from urllib.parse import quote as percent_encoded

from index.articles import PARAGRAPH_BREAK

MAX_EXACT_CHARS = 300
"""A longer quote is named by its first and last words, as the draft advises."""
_RANGE_WORDS = 6
_MAX_CONTEXT_WORDS = 12
_DELIMITER = ":~:"


def deep_link(url: str | None, text: str, start: int, end: int) -> str | None:
    """``url`` with a text fragment for ``text[start:end]``; ``None`` without a URL.

    The URL's own fragment is kept in front of it.
    """
    if url is None:
        return None
    low = text.rfind(PARAGRAPH_BREAK, 0, start)
    low = 0 if low < 0 else low + len(PARAGRAPH_BREAK)
    high = text.find(PARAGRAPH_BREAK, end)
    high = len(text) if high < 0 else high
    before, quote, after = text[low:start].split(), text[start:end], text[end:high].split()
    # Characters glued to the quote's ends belong to no word of their own: a context must start at a word.
    glued_before = start > low and not text[start - 1].isspace()
    glued_after = end < high and not text[end].isspace()
    for words in range(_MAX_CONTEXT_WORDS + 1):
        prefix = " ".join(before[-words:]) if words else ""
        suffix = " ".join(after[:words]) if words else ""
        whole = (
            prefix
            + ("" if glued_before or not prefix else " ")
            + quote
            + ("" if glued_after or not suffix else " ")
            + suffix
        )
        if _first_match(whole, text) == start - (len(prefix) + (not glued_before) if prefix else 0):
            break
    terms = [_term(part) for part in _parts(quote)]
    if prefix:
        terms.insert(0, f"{_term(prefix)}-")
    if suffix:
        terms.append(f"-{_term(suffix)}")
    page, mark, fragment = url.partition("#")
    fragment = fragment.partition(_DELIMITER)[0]
    return f"{page}{mark or '#'}{fragment}{_DELIMITER}text={','.join(terms)}"


def _first_match(words: str, text: str) -> int:
    """Where a browser first finds ``words``, whole and whatever their case; -1 if nowhere."""
    found = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE)
    return found.start() if found else -1


def _parts(quote: str) -> list[str]:
    """The quote itself, or its first and last words."""
    if len(quote) <= MAX_EXACT_CHARS:
        return [quote]
    words = quote.split()
    return [" ".join(words[:_RANGE_WORDS]), " ".join(words[-_RANGE_WORDS:])]


def _term(text: str) -> str:
    """Percent-encoded, with the three characters that have a meaning in a text directive: ``&``, ``,`` and ``-``."""
    return percent_encoded(text, safe="").replace("-", "%2D")
