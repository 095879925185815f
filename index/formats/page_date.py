"""The date that readers see on a page: beside the headline, with its label, and no teaser's or update's."""

from __future__ import annotations

import re
from functools import partial

from index.formats.date_words import PUBLISHED
from index.formats.dates import When, first_date, quiet_date
from index.formats.markup import Element, blocks_of, local_name, text_of
from index.formats.page_headline import flat
from index.formats.page_seen import HIDDEN, MAX_BYLINE_CHARS, inside, of_article, people_in, together

_DATED = re.compile(
    r"(?:^|[\s_-])(?:date|time|timestamp|published?|pub-?date|posted|datum|fecha|tarih|tanggal|dateline|entry-date)(?:$|[\s_-]|line)"
    r"|[dD]ate[lL]ine|[pP]ub(?:lished|lish)?-?_?[dD]ate|[tT]imestamp|publish"
)
_RDFA_DATE = re.compile(r"(?:^|\s)(?:dc|dcterms|schema):(?:date|created|issued|dateCreated|datePublished)(?:$|\s)")
_UPDATE = re.compile(
    r"updat|modif|aktualisiert|mis à jour|actualit?z|aggiorna|bijgewerkt|upd\b|last|edited|zuletzt|oppdatert|uppdaterad"
    r"|opdateret|aktualiz|ažurir|stand:|modifié|güncelle|guncelle|diperbarui|frissít|päivitetty|ενημέρ|обновл|оновл"
    r"|تحديث|수정|更新|修改",
    re.IGNORECASE,
)
_LINES_BELOW_HEADING = 6


def visible_date(tree: Element, title: str, *, day_first: bool | None = None) -> When | None:
    """What readers see as the article's date: behind its heading before close above it, so that no teaser's counts.

    ``day_first``: see :func:`index.formats.dates.read_date`.
    """
    date_of = partial(_date_of, day_first=day_first)
    headings = list(tree.iter("h1"))
    titled = (each for each in headings if title and flat(text_of(each)).endswith(flat(title)))
    heading = next(titled, headings[0] if headings else None)
    if heading is None:
        body = tree.find(".//body")
        heading = (
            next((b.element for b in blocks_of(body) if title and flat(b.text) == flat(title)), None)
            if body is not None
            else None
        )
    before, behind = _parted(tree, heading)
    near = [element for element in before if heading is not None and together(heading, element)]
    return (
        next(filter(None, map(date_of, behind)), None)
        or _date_below_heading(tree, heading, day_first=day_first)
        or next(filter(None, map(date_of, near)), None)
    )


def _parted(tree: Element, heading: Element | None) -> tuple[list[Element], list[Element]]:
    """The elements before the heading, and from it on; all are behind it if there is none."""
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    place = next((place for place, element in enumerate(elements) if element is heading), 0)
    return elements[:place], elements[place:]


def _date_of(element: Element, *, day_first: bool | None) -> When | None:
    """The date in a ``<time>``, or an element called a date: not in a teaser, of an update, or inside a sentence."""
    marks = f"{element.get('class') or ''} {element.get('id') or ''}"
    timed = local_name(element) == "time"
    called = _DATED.search(marks) or _RDFA_DATE.search(element.get("property") or "")
    if not timed and not (called and len(element) < 6):
        return None
    text = text_of(element)
    if not timed and next(element.iter("time"), None) is not None:
        return None  # that one comes, and may be more exact
    if len(text) > 120 or _UPDATE.search(marks) or _update_before(element, text) or _dates_another(element, text):
        return None
    shown = _UPDATE.split(text, maxsplit=1)[0].strip(" ,;|·•–—/(")
    said = [element.get("datetime"), element.get("content"), shown, *re.split(r"\s*(?:\||·|•|–|—|/|\n)\s*", shown)]
    return first_date((value for value in said if value), day_first=day_first)


def _date_below_heading(tree: Element, heading: Element | None, *, day_first: bool | None) -> When | None:
    """A line that is a date and nothing else, between the heading and the text."""
    body = tree.find(".//body")
    blocks = blocks_of(body) if body is not None and heading is not None else []
    place = next((place for place, block in enumerate(blocks) if block.element is heading), None)
    for block in blocks[place + 1 : place + 1 + _LINES_BELOW_HEADING] if place is not None else []:
        if len(block.text) > 200:
            break
        shown = _UPDATE.split(block.text, maxsplit=1)[0].rstrip(" ,;|·•–—/(")
        inner = [text_of(part) for part in block.element.iterdescendants() if isinstance(part.tag, str)]
        said = (_date_alone(text, day_first=day_first) for text in [shown, *inner] if text and text in shown)
        if found := next(filter(None, said), None):
            return found
    return None


def _date_alone(text: str, *, day_first: bool | None) -> When | None:
    """The date of a line that is one, alone or behind a byline or a label: “Ann Lee | 4 March 2025”."""
    if not re.search(r"\d", text):
        return None
    label = PUBLISHED.search(text)
    found = quiet_date(text, day_first=day_first) or (
        quiet_date(text[label.start() :], day_first=day_first) if label else None
    )
    for mark in re.finditer(r"\s*[|·•–—,]\s*", text) if found is None and len(text) <= MAX_BYLINE_CHARS else ():
        found = quiet_date(text[mark.end() :], day_first=day_first)
        first = quiet_date(text[: mark.start()], day_first=day_first)
        if first is not None and people_in(text[mark.end() :], ()):
            return first
        if found is not None:
            return found if people_in(text[: mark.start()], ()) else None
    return found


def _update_before(element: Element, text: str) -> bool:
    parent, previous = element.getparent(), element.getprevious()
    around = (parent.text or "") if parent is not None else ""
    if previous is not None:
        label = text_of(previous) if isinstance(previous.tag, str) else ""
        around = (previous.tail or "") + (label if len(label) < 30 else "")
    return bool(_UPDATE.search(around[-40:]) or _UPDATE.match(text))


def _dates_another(element: Element, text: str) -> bool:
    """Whether the element stands in a sentence, a list, a table, a teaser, or the page's foot."""
    for above in element.iterancestors():
        name = local_name(above)
        if name in ("p", "li", "td", "blockquote", "figcaption", "dd") and len(text_of(above)) > len(text) + 60:
            return True
        if name in ("nav", "aside", "figure", "table") or (name == "footer" and not of_article(above)):
            return True
    return inside(element, HIDDEN, 8)
