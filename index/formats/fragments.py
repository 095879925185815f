"""Pieces of HTML, as feeds and content systems give them, and strings that may be one."""

from __future__ import annotations

import html
import re

import lxml.etree
import lxml.html

from index.formats.captions import cited_caption
from index.formats.junk import is_junk, without_tail
from index.formats.markup import BLANK_LINE, SENTENCE_END, Block, Element, blocks_of, text_of

_NUL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]|<\?xml[^>]*\?>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);")


def fragment(markup: str) -> Element:
    """A piece of HTML as one element; never fails."""
    try:
        return lxml.html.fragment_fromstring(_NUL.sub("", markup), create_parent="div")
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        made = lxml.html.Element("div")
        made.text = re.sub(r"<[^>]*>", " ", _NUL.sub("", markup))
        return made


def has_markup(text: str) -> bool:
    """Whether a string is HTML rather than plain text."""
    return bool(_TAG.search(text) or _REFERENCE.search(text))


def plain_line(text: str) -> str:
    """One line of text out of a string that may hold tags or references: ``O&#8217;Neil &amp; <em>Sons</em>``."""
    if not has_markup(text):
        return " ".join(text.split())
    return " ".join(str(fragment(text).text_content()).split())


def paragraphs_of(markup: str) -> list[Block]:
    """The blocks of a piece of HTML from a feed or a content system, or of plain text with blank lines."""
    if not markup.strip():
        return []
    if not _TAG.search(markup) and not re.search(r"&(?:lt|#60);\s*/?\s*[a-zA-Z]", markup):
        return _plain(markup)
    root = fragment(markup)
    if not any(isinstance(child.tag, str) for child in root) and _TAG.search(root.text or ""):
        root = fragment(root.text or "")  # escaped twice
    captions = [text for element in root.iter("figcaption") for text in cited_caption(text_of(element))]
    for gone in list(root.iter("script", "style", "figcaption", "figure")):
        if gone.tag in ("script", "style", "figcaption") or not any(
            True for _ in gone.iter("table", "blockquote", "p")
        ):
            gone.drop_tree()
    return blocks_of(root, blank_lines=True) + [Block("caption", text, root) for text in captions]


def _plain(text: str) -> list[Block]:
    root = fragment("")
    text = (
        html.unescape(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n\n").replace("\u2028", "\n")
    )
    pieces = BLANK_LINE.split(text) if BLANK_LINE.search(text.strip()) else _lines(text)
    return [Block("text", " ".join(piece.split()), root) for piece in pieces if piece.strip()]


def _lines(text: str) -> list[str]:
    """Lines as paragraphs, unless they are wrapped: some line but the last ends without the end of a sentence."""
    lines = [line for line in text.split("\n") if line.strip()]
    wrapped = sum(not SENTENCE_END.search(line) for line in lines[:-1])
    return [text] if len(lines) > 2 and wrapped > len(lines) / 2 and max(map(len, lines)) < 100 else lines


def clean_blocks(blocks: list[Block], headline: str) -> list[Block]:
    """Without the headline, junk lines and the tails of feeds."""
    kept = []
    for block in blocks:
        block.text = without_tail(block.text)
        alone = block.link_share > 0.9 and len(block.text) < 200 and block.kind != "row" and len(blocks) > 1
        if block.text and not alone and not is_junk(block.text, block.link_share) and block.text != headline:
            kept.append(block)
    return kept
