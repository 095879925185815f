"""IPTC NITF (https://iptc.org/standards/nitf/): alone, or inside NewsML."""

from __future__ import annotations

from typing import Any

from index.addresses import absolute
from index.formats import names
from index.formats.dates import quiet_date
from index.formats.draft import Draft, LeftOut
from index.formats.junk import is_junk
from index.formats.markup import Block, blocks_of, local_name, text_of
from index.formats.withheld import embargo_of, embargoed

_BESIDE = frozenset(["media", "note", "bibliography", "tagline", "bodyd.end", "body.end", "head"])


def from_nitf(root: Any) -> Draft | LeftOut:
    """The article, or why it stays out."""
    headline = _text(root, "hl1") or _text(root, "hedline") or _text(root, "title")
    about = _element(root, "docdata")
    status = (about.get("management-status") or "usable").lower() if about is not None else "usable"
    until = _norm(root, "date.release")
    if status not in ("usable", "") and not (status == "embargoed" and until):
        return LeftOut(headline or "an item", f"is {status}", kills=_doc_id(root) or _url(root))
    embargo = until if status == "embargoed" or _future(until) else None
    held = embargoed(embargo, headline)
    if held:
        return held
    holder = _element(root, "doc.copyright")
    section = _element(root, "pubdata")
    bodies = (element for element in root.iter() if local_name(element) == "body.content")
    body = next((found for found in bodies if local_name(found.getparent()) != "note"), None)
    words = [element.get("key") for element in root.iter() if local_name(element) == "keyword" and element.get("key")]
    return Draft(
        headline=headline,
        paragraphs=tuple(block.text for block in body_blocks(body, headline)),
        id=_doc_id(root),
        url=_url(root),
        source=(holder.get("holder") if holder is not None else None)
        or _text(root, "distributor")
        or (section.get("name") if section is not None else None)
        or None,
        authors=bylines(root),
        published=quiet_date(_norm(root, "date.issue"))
        or quiet_date(_norm(root, "story.date"))
        or quiet_date(until)
        or quiet_date(section.get("date.publication") if section is not None else None),
        section=section.get("position.section") or None if section is not None else None,
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        keywords=tuple(words),
        embargoed=embargo_of(embargo),
    )


def _doc_id(root: Any) -> str | None:
    doc = _element(root, "doc-id")
    return None if doc is None else doc.get("id-string") or None


def _url(root: Any) -> str | None:
    section = _element(root, "pubdata")
    return None if section is None else absolute(section.get("ex-ref"))


def bylines(root: Any) -> tuple[str, ...]:
    """The names in every byline, without the titles beside them."""
    said = []
    for line in root.iter():
        if local_name(line) == "byline":
            for title in [inner for inner in line.iter() if local_name(inner) in ("byttl", "virtloc")]:
                title.text = None
                for inner in list(title):
                    title.remove(inner)
            said.append(text_of(line))
    return names.from_list(said)


def body_blocks(body: Any, headline: str) -> list[Block]:
    """The text's blocks, without pictures and editors' notes."""
    if body is None:
        return []
    for beside in [element for element in body.iter() if local_name(element) in _BESIDE]:
        parent = beside.getparent()
        if parent is not None:
            before, tail = beside.getprevious(), beside.tail or ""
            parent.remove(beside)
            if before is not None:
                before.tail = (before.tail or "") + tail
            else:
                parent.text = (parent.text or "") + tail
    return [block for block in blocks_of(body, blank_lines=True) if block.text != headline and not is_junk(block.text)]


def _element(root: Any, name: str) -> Any:
    return next((element for element in root.iter() if local_name(element) == name), None)


def _text(root: Any, name: str) -> str:
    element = _element(root, name)
    return text_of(element) if element is not None else ""


def _norm(root: Any, name: str) -> str | None:
    element = _element(root, name)
    return None if element is None else element.get("norm") or text_of(element) or None


def _future(value: str | None) -> bool:
    from datetime import UTC, datetime

    when = quiet_date(value)
    return isinstance(when, datetime) and when.tzinfo is not None and when > datetime.now(UTC)
