"""A page's tree, before its text is looked for: what is folded is opened, what is said twice is taken out."""

from __future__ import annotations

import re

from index.formats.markup import Element, is_data_table, local_name, text_of
from index.formats.page_lines import key_of
from index.formats.unseen import drop_unseen

_NO_CONTENT = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_REFERENCE = re.compile(r"[\[(]?\s*(?:\d{1,3}(?:\s*[,–-]\s*\d{1,3})*|[*†‡])\s*[\])]?")
_EMBEDDED = re.compile(
    r"(?:^|\s)(?:twitter-(?:tweet|video)|instagram-media|tiktok-embed|bluesky-embed|fb-(?:post|video)|wp-embedded-content|reddit-(?:embed|card)\S*"
    r"|text-post-media|mastodon-embed)(?:\s|$)"
)
_QUOTE = re.compile(r"quote", re.IGNORECASE)
_OPENER = re.compile(r"\b(?:continue|more|expand|full|rest|whole)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_PROSE_CHARS = 60
_MAX_QUOTE_CHARS = 400
_MIN_QUOTE_LETTERS = 12


def prepare(tree: Element) -> None:
    """Change ``tree`` so that it holds each word of the article once, where its readers see it."""
    drop_unseen(tree)
    _open_folded(tree)
    for element in list(tree.iter("a", "blockquote", "sup")):
        if _refers(element) or _EMBEDDED.search(element.get("class") or ""):
            _take_out(element)
    _drop_repeated_quotes(tree)
    for box in list(tree.iter("aside", "figure")):
        if _is_table(box):
            box.tag = "div"
            box.attrib.clear()


def is_switched_off(element: Element) -> bool:
    """Whether its own style says that it is not shown."""
    return bool(_NO_CONTENT.search(element.get("style") or ""))


def _take_out(element: Element) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _refers(element: Element) -> bool:
    """Whether it is the mark of a note: a number that leads down the page, or is raised behind a sentence's end."""
    if not _REFERENCE.fullmatch(text_of(element)):
        return False
    if local_name(element) == "a":
        return bool((element.get("href") or "").startswith("#"))
    before, parent = element.getprevious(), element.getparent()
    text = (parent.text if before is None else before.tail) or ""
    return local_name(element) == "sup" and text.endswith((".", ",", ";", "!", "?", "”", '"'))


def _open_folded(tree: Element) -> None:
    """Show what a button or a script of the page shows: the text, or its rest behind the beginning.

    A box that is switched off is the text's rest if what stands beside it says so, and the text itself if it holds
    most of the page's; a window of the site's own is neither. Paragraphs switched off one by one are the text's.
    """
    prose = [paragraph for paragraph in tree.iter("p") if len(text_of(paragraph)) >= _PROSE_CHARS]
    whole, known = sum(len(text_of(paragraph)) for paragraph in prose), frozenset(prose)
    for box in [box for box in tree.iter("div", "section", "article") if is_switched_off(box)]:
        inner = [paragraph for paragraph in box.iter("p") if paragraph in known]
        most = sum(len(text_of(paragraph)) for paragraph in inner) * 2 > whole
        if len(inner) > 1 and (most or any(_opens(beside) for beside in (box.getprevious(), box.getnext()))):
            for name in ("style", "class", "id", "hidden", "aria-hidden"):  # they tell of the button
                box.attrib.pop(name, None)
    off = [paragraph for paragraph in prose if is_switched_off(paragraph)]
    for paragraph in off if len(off) > 1 else ():
        paragraph.attrib.clear()


def _opens(element: Element | None) -> bool:
    """Whether it is a button for more of the text, alone or in a box."""
    return element is not None and len(text := "".join(element.itertext())) < 80 and bool(_OPENER.search(text))


def _drop_repeated_quotes(tree: Element) -> None:
    """Take out the quotes that only repeat, set large, what stands in the text."""
    boxes = [
        box
        for box in tree.iter("blockquote", "aside", "div", "figure", "q", "p", "section")
        if _names_quote(box) and len(text_of(box)) <= _MAX_QUOTE_CHARS
    ]
    if not boxes:
        return
    inside = {inner for box in boxes for inner in box.iter("p")}
    prose = "\n".join(key_of(text_of(paragraph)) for paragraph in tree.iter("p") if paragraph not in inside)
    for box in boxes:
        quoted = max(_words_in(box), key=len, default="")
        sentences = [key for sentence in _SENTENCE.split(quoted) if (key := key_of(sentence))]
        if len(key_of(quoted)) >= _MIN_QUOTE_LETTERS and all(sentence in prose for sentence in sentences):
            _take_out(box)


def _words_in(box: Element) -> list[str]:
    """Its pieces of text, but for those that say who is quoted."""
    speakers = {inner for part in box.iter("footer", "cite", "figcaption") if part is not box for inner in part.iter()}
    texts = [part.text for part in box.iter() if isinstance(part.tag, str) and part not in speakers]
    tails = [part.tail for part in box.iterdescendants() if part.getparent() not in speakers]
    return [text for text in (*texts, *tails) if text]


def _names_quote(box: Element) -> bool:
    return local_name(box) in ("blockquote", "q") or bool(_QUOTE.search(box.get("class") or ""))


def _is_table(box: Element) -> bool:
    """Whether a figure or a box beside the text, among its paragraphs, is a table of data, and perhaps its title."""
    parent = box.getparent()
    tables = [table for table in box.iter("table") if is_data_table(table)]
    if parent is None or not tables or any(True for _ in box.iter("form", "nav")):
        return False
    rows = sum(len(text_of(table)) for table in tables)
    among = any(local_name(beside) == "p" and len(text_of(beside)) >= _PROSE_CHARS for beside in parent)
    return among and rows * 2 > len(text_of(box))
