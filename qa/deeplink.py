"""Links that open an article at the quote: URL text fragments.

By the WICG draft "URL Fragment Text Directives" (https://wicg.github.io/scroll-to-text-fragment/): a browser
looks for ``#:~:text=[prefix-,]start[,end][,-suffix]`` without regard to case, accents and the form of quotation marks,
at word boundaries (UAX 29: an apostrophe between letters joins them), and takes the first match on the page, whose
headline stands above the text. So where the quote stands more than once, or ends inside a word, words before and after
it go into the link until the first match is the right one: of its own paragraph, and only if that is not enough, of
the neighbouring ones.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote as percent_encoded

from index.articles import PARAGRAPH_BREAK
from qa.boundaries import inside_word

MAX_EXACT_CHARS = 300
"""A longer quote is named by its first and last words, as the draft advises."""
_RANGE_WORDS = 6
_MAX_CONTEXT_WORDS = 12
_WORDS = re.compile(r"\S+")
_DELIMITER = ":~:"


def deep_link(url: str | None, text: str, start: int, end: int, headline: str = "") -> str | None:
    """``url`` with a text fragment for ``text[start:end]``; ``None`` without a URL.

    ``headline`` stands above the text. The URL's own fragment is kept in front of it.
    """
    if url is None:
        return None
    above = f"{headline}{PARAGRAPH_BREAK}" if headline else ""
    page, start, end = above + text, start + len(above), end + len(above)
    own = _paragraph(page, start, end)
    near = (_paragraph(page, max(0, own[0] - 3), own[0])[0], _paragraph(page, end, min(len(page), own[1] + 3))[1])
    prefix, suffix = _context(page, start, end, *own) or _context(page, start, end, *near) or ("", "")
    terms = [_term(part) for part in _parts(page[start:end])]
    if prefix:
        terms.insert(0, f"{_term(prefix)}-")
    if suffix:
        terms.append(f"-{_term(suffix)}")
    address, mark, fragment = url.partition("#")
    fragment = fragment.partition(_DELIMITER)[0]
    return f"{address}{mark or '#'}{fragment}{_DELIMITER}text={','.join(terms)}"


def _paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    """Half-open place of the paragraphs that ``[start, end)`` touches."""
    low = text.rfind(PARAGRAPH_BREAK, 0, start)
    high = text.find(PARAGRAPH_BREAK, end)
    return 0 if low < 0 else low + len(PARAGRAPH_BREAK), len(text) if high < 0 else high


def _context(page: str, start: int, end: int, low: int, high: int) -> tuple[str, str] | None:
    """The fewest words before and behind the quote, inside ``[low, high)``, that make it the page's first match."""
    quote = _parts(page[start:end])
    before = [word.start() for word in _WORDS.finditer(page, low, start)]
    after = [word.end() for word in _WORDS.finditer(page, end, high)]
    for words in range(min(_MAX_CONTEXT_WORDS, max(len(before), len(after))) + 1):
        first = before[-words:][0] if words and before else start
        last = after[:words][-1] if words and after else end
        # Of a range only the beginning decides where the page is opened.
        whole = page[first:last] if len(quote) == 1 else page[first:start] + quote[0]
        if _first_match(whole, page) == first:
            return _spaced(page[first:start]), _spaced(page[end:last])
    return None


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _first_match(words: str, page: str) -> int:
    """Where a browser first finds ``words``, whole; -1 if nowhere. Between paragraphs it passes over white space."""
    pattern = r"\s+".join(re.escape(_alike(word)) for word in words.split())
    for found in re.finditer(f"(?={pattern})", _alike(page)):
        last = re.compile(pattern).match(_alike(page), found.start())
        if last and not inside_word(page, found.start()) and not inside_word(page, last.end()):
            return found.start()
    return -1


@lru_cache(maxsize=64)
def _alike(text: str) -> str:
    """``text``, letter by letter, without case, accents and the form of quotation marks."""
    return "".join(_letter(letter) for letter in text)


@lru_cache(maxsize=4_096)
def _letter(letter: str) -> str:
    return "'" if letter in "‘’" else '"' if letter in "“”" else unicodedata.normalize("NFD", letter.casefold())[0]


def _parts(quote: str) -> list[str]:
    """The quote itself, or its first and last words; these must not overlap, for the last are looked for behind."""
    words = quote.split()
    if len(quote) <= MAX_EXACT_CHARS or len(words) < 2 * _RANGE_WORDS:
        return [quote]
    return [" ".join(words[:_RANGE_WORDS]), " ".join(words[-_RANGE_WORDS:])]


def _term(text: str) -> str:
    """Percent-encoded, with the three characters that have a meaning in a text directive: ``&``, ``,`` and ``-``."""
    return percent_encoded(text, safe="").replace("-", "%2D")
