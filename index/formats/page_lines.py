"""Lines of a page that say who wrote its article, and when: no paragraphs, though they stand among them."""

from __future__ import annotations

import copy
import re

from index.formats import names
from index.formats.dates import quiet_date
from index.formats.markup import SENTENCE_END, Block, Element, text_of

_BIOGRAPHY = re.compile(r"\W*(?:is|was|has|covers?|writes?|reports?|joined|works?|lives?|contributed|can be reached)\b")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TIME = re.compile(r"\d{1,2}\s?[:.h時时시]\s?\d{2}(?!\d)|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_MAX_CHARS = 200
_MAX_LINES = 8
"""So many lines below a headline may tell of the article; a later one is its text."""
_PROSE_CHARS = 80
_MORE_LETTERS = 12


def key_of(text: str) -> str:
    """The letters and digits of a text: what does not change when white space and quotation marks are normalised."""
    return re.sub(r"[\W_]+", "", text).casefold()


def spaced(byline: Element) -> Element:
    """A copy in which inline elements that touch each other (a name, a role) are parted."""
    found = copy.deepcopy(byline)
    for inner in found.iterdescendants():
        after = inner.getnext() if isinstance(inner.tag, str) and not inner.tail else None
        if after is not None and isinstance(after.tag, str) and text_of(inner)[-1:].isalpha():
            inner.tail = " | " if text_of(after)[:1].isalpha() else None
    return found


def is_byline(text: str, key: str, people: str, authors: tuple[str, ...]) -> bool:
    """Whether a short line only says who wrote it: the names alone, or behind “By”."""
    alone = key.removeprefix("by") in (people, key_of(authors[0]))
    return alone or (
        bool(re.match(r"(?:By|BY|Von|Par|Por|Di|Door|Av)\s", text))
        and key_of(authors[0]) in key
        and text[-1] not in ".!?”"
    )


def says_title_again(block: Block, key: str, title: str) -> bool:
    """Whether a heading above the text says the headline and little more: “… Obituary”, “… – live”."""
    return block.kind == "heading" and bool(title) and key.startswith(title) and len(key) - len(title) <= _MORE_LETTERS


def is_biography(text: str, authors: tuple[str, ...]) -> bool:
    """Whether a last paragraph is about who wrote it, as in “Ann Lee covers schools”, or only their initials."""
    if re.fullmatch(r"[A-ZÀ-Þ]{2,3}", text):
        return True
    if any(name in text for name in authors) and len(text) < 400 and re.search(r"\S@\S+\.\w", text):
        return True
    name = next((name for name in authors if text.startswith(name)), None)
    return name is not None and len(text) < 400 and bool(_BIOGRAPHY.match(text[len(name) :]))


def without_head_lines(blocks: list[Block], authors: tuple[str, ...]) -> list[Block]:
    """The blocks without the lines before the first paragraph that name an author, a date, a role, or an address."""
    first = next((place for place, block in enumerate(blocks) if _is_prose(block.text)), 0)
    if first > _MAX_LINES:
        return blocks
    return [block for place, block in enumerate(blocks) if place >= first or not _tells_of_it(block, authors)]


def _is_prose(text: str) -> bool:
    wide = sum(c > "\u2e80" for c in text)  # East Asian letters say more each
    return len(text) + 2 * wide >= _PROSE_CHARS and bool(SENTENCE_END.search(text) or text[-1] in "。」』।॥؟۔")


def _tells_of_it(block: Block, authors: tuple[str, ...]) -> bool:
    text = block.text
    if block.kind in ("row", "heading", "quote") or len(text) > _MAX_CHARS or text[-1] in ".!?。…।॥؟۔":
        return False
    named = any(key_of(name) in key_of(text) for name in authors)
    dated = bool(_YEAR.search(text)) and (bool(_TIME.search(text)) or quiet_date(text) is not None)
    return named or dated or "://" in text or (text.count(" ") < 5 and names.is_role(text))
