"""HTML and XHTML to blocks of text: paragraphs, headings, list items, quotes, the rows of tables, captions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

BlockKind = Literal["text", "heading", "item", "quote", "row", "caption", "raw"]
Element: TypeAlias = Any
"""One of lxml's, which ships no types."""

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "amp-layout",
        "block",
        "body.content",
        "hl1",
        "hl2",
        "media-caption",
        "nitf-table",
    ]
)
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "head",
        "title",
        "button",
        "select",
        "option",
        "textarea",
        "input",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "canvas",
        "map",
        "source",
        "track",
        "datalist",
        "progress",
        "amp-ad",
        "amp-analytics",
        "amp-iframe",
        "amp-embed",
        "amp-consent",
        "amp-sidebar",
        "amp-user-notification",
        "amp-lightbox",
        "amp-next-page",
    ]
)
_KINDS: dict[str, BlockKind] = {
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "hl2": "heading", "li": "item", "dd": "item", "dt": "item", "blockquote": "quote", "figcaption": "caption",
    "caption": "caption", "pre": "raw", "media-caption": "caption",
}  # fmt: skip
SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*\s*$")
_BYLINE = re.compile(r"\s*(?:By|Von|Par)\s+[A-ZÀ-Þ]\w+ [A-ZÀ-Þ]")
_ITEM_MARK = re.compile(r"^\s*(?:[•▪●■►▶‣◦*–—-]|\d{1,2}[.)])\s")
BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
MAX_CELL_CHARS = 400
"""A table with a longer cell, or with blocks in its cells, lays out the page; its cells are read as paragraphs."""


@dataclass(slots=True)
class Block:
    """One block of text. ``element`` is the block element that holds it, ``linked`` the characters inside links."""

    kind: BlockKind
    text: str
    element: Element
    linked: int = 0

    @property
    def link_share(self) -> float:
        """How much of the text is links, 0 to 1."""
        return min(1.0, self.linked / len(self.text)) if self.text else 0.0


@dataclass(slots=True)
class _Pen:
    """The block being written."""

    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    breaks: int = 0


class _Reader:
    def __init__(self, *, blank_lines: bool) -> None:
        self.blocks: list[Block] = []
        self._pen = _Pen()
        self._blank_lines = blank_lines

    def read(self, element: Element, holder: Element, kind: BlockKind, *, link: bool = False) -> None:
        """Write all that stands in ``element``; ``holder`` is the block that its inline text belongs to."""
        self._write(element.text, holder, kind, link=link)
        for child in element:
            if isinstance(child.tag, str):
                self._child(child, holder, kind, link=link)
            self._write(child.tail, holder, kind, link=link)

    def _child(self, child: Element, holder: Element, kind: BlockKind, *, link: bool) -> None:
        tag = local_name(child)
        if tag in _SKIPPED or (kind == "quote" and tag in ("cite", "footer") and _stands_below(child)):
            return
        if tag == "br":
            self._break(holder, kind)
        elif tag in ("table", "nitf-table") and is_data_table(child):
            self.close(holder, kind)
            self._rows(child)
        elif tag == "dl":
            self.close(holder, kind)
            self._terms(child)
        elif tag in _BLOCKS:
            self.close(holder, kind)
            inner = _KINDS.get(tag, kind if kind in ("quote", "item", "caption") else "text")
            self.read(child, child, inner, link=link)
            self.close(child, inner)
        else:
            if self._pen.breaks:
                self._settle_break(child.text or "".join(child.itertext()), holder, kind)
            self.read(child, holder, kind, link=link or tag == "a")

    def _write(self, text: str | None, holder: Element, kind: BlockKind, *, link: bool) -> None:
        if not text:
            return
        if self._blank_lines and kind == "text" and BLANK_LINE.search(text):
            first, *rest = BLANK_LINE.split(text)
            self._write(first, holder, kind, link=link)
            for piece in rest:
                self.close(holder, kind)
                self._write(piece, holder, kind, link=link)
            return
        if self._pen.breaks and text.strip():
            self._settle_break(text, holder, kind)
        self._pen.pieces.append(text)
        if link:
            self._pen.linked += len(text.strip())

    def _break(self, holder: Element, kind: BlockKind) -> None:
        self._pen.breaks += 1
        if self._pen.breaks > 1:
            self.close(holder, kind)

    def _settle_break(self, following: str, holder: Element, kind: BlockKind) -> None:
        """One ``<br>`` parts paragraphs where a sentence ends, or a list begins; else it wraps a line."""
        self._pen.breaks = 0
        before = "".join(self._pen.pieces)
        begins = _ITEM_MARK.match(following) or _BYLINE.match(following)
        if kind not in ("heading", "caption") and (SENTENCE_END.search(before) or begins):
            self.close(holder, kind)
        else:
            self._pen.pieces.append("\n" if kind == "raw" else " ")

    def close(self, holder: Element, kind: BlockKind) -> None:
        """End the block."""
        raw = "".join(self._pen.pieces)
        text = " ".join(raw.split())
        if text:
            if kind == "raw":
                self.blocks += [
                    Block("text", " ".join(part.split()), holder) for part in BLANK_LINE.split(raw) if part.strip()
                ]
            else:
                self.blocks.append(Block(kind, text, holder, self._pen.linked))
        self._pen = _Pen()

    def _rows(self, table: Element) -> None:
        for row in table.iter():
            name = local_name(row)
            if name == "caption" and text_of(row):
                self.blocks.append(Block("caption", text_of(row), row))
            if name != "tr":
                continue
            cells = [text_of(cell) for cell in row if local_name(cell) in ("td", "th")]
            line = " | ".join(cell for cell in cells if cell)
            if line:
                linked = sum(len(text_of(a)) for a in row.iter() if local_name(a) == "a")
                self.blocks.append(Block("row", line, row, linked))

    def _terms(self, terms: Element) -> None:
        """A definition list: each term with its definition, in one line."""
        term = ""
        for child in terms.iter():
            name = local_name(child)
            if name == "dt":
                term = text_of(child)
            elif name == "dd":
                meaning = text_of(child)
                if term and meaning:
                    meaning = f"{term.rstrip(':')}: {meaning}"
                if meaning:
                    linked = sum(len(text_of(a)) for a in child.iter() if local_name(a) == "a")
                    self.blocks.append(Block("item", meaning, child, linked))
                term = ""


def blocks_of(root: Element, *, blank_lines: bool = False) -> list[Block]:
    """The blocks of text in ``root``, in order; with ``blank_lines`` these part paragraphs too, but in ``<pre>``."""
    reader = _Reader(blank_lines=blank_lines)
    reader.read(root, root, _KINDS.get(local_name(root), "text"))
    reader.close(root, "text")
    return reader.blocks


def _stands_below(cite: Element) -> bool:
    """Whether it ends a quotation in a line of its own: who is quoted, and no words of theirs."""
    before = cite.getprevious()
    return before is not None and local_name(before) in _BLOCKS and not (before.tail or cite.tail or "").strip()


def text_of(element: Element) -> str:
    """All text in an element as one line; a space where block elements meet."""
    pieces: list[str] = []
    _collect(element, pieces)
    return " ".join("".join(pieces).split())


def _collect(element: Element, pieces: list[str]) -> None:
    pieces.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str) and local_name(child) not in _SKIPPED:
            apart = local_name(child) in _BLOCKS or local_name(child) == "br"
            pieces.append(" " if apart else "")
            _collect(child, pieces)
            pieces.append(" " if apart else "")
        pieces.append(child.tail or "")


def local_name(element: Element) -> str:
    """The tag in lower case, without a namespace; empty for a comment."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def is_data_table(table: Element) -> bool:
    """Whether a table holds data, not the layout of a page."""
    if any(True for inner in table.iterdescendants() if local_name(inner) in ("table", "form", "article", "h1")):
        return False
    rows = [row for row in table.iterdescendants() if local_name(row) == "tr"]
    cells = [[cell for cell in row if local_name(cell) in ("td", "th")] for row in rows]
    if not cells or max(len(row) for row in cells) < 2:
        return False
    return all(_small(cell) for row in cells for cell in row)


def _small(cell: Element) -> bool:
    paragraphs = sum(local_name(inner) == "p" for inner in cell.iterdescendants())
    return paragraphs < 3 and len(text_of(cell)) <= MAX_CELL_CHARS
