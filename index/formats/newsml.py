"""IPTC NewsML-G2 (https://iptc.org/standards/newsml-g2/) and NewsML 1.2: items, messages of items, packages."""

from __future__ import annotations

import re
from typing import Any

from index.formats import names, nitf
from index.formats.dates import When, quiet_date
from index.formats.draft import Draft, FileItem, FormatError, LeftOut
from index.formats.fragments import clean_blocks, paragraphs_of
from index.formats.markup import Block, blocks_of, local_name, text_of
from index.formats.withheld import embargo_of, embargoed

ROOTS = frozenset(
    ["newsitem", "newsmessage", "packageitem", "conceptitem", "knowledgeitem", "planningitem", "catalogitem", "newsml"]
)
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def from_newsml(root: Any) -> list[FileItem]:
    """The articles in a document of either generation.

    Raises:
        FormatError: it holds no item.
    """
    first = local_name(root) == "newsml"
    items = [
        element
        for element in root.iter()
        if local_name(element) in (("newsitem",) if first else ROOTS - {"newsmessage"})
    ]
    if not items:
        raise FormatError("holds no news item")
    found: list[FileItem] = []
    for item in items:
        found += _first_generation(item, root) if first else [_second_generation(item)]
    return found


def _second_generation(item: Any) -> Draft | LeftOut:
    name = local_name(item)
    about, content = _child(item, "itemmeta"), _child(item, "contentmeta")
    headline = _headline(content) or _headline(about)
    label = headline or item.get("guid") or "an item"
    if name != "newsitem":
        links = sum(1 for element in item.iter() if local_name(element) == "itemref")
        return LeftOut(label, f"is a {name.removesuffix('item')} of {links} other items, not text")
    kind = _code(about, "itemclass")
    if kind not in ("", "text"):
        return LeftOut(label, f"is {kind}, not text")
    status = _code(about, "pubstatus")
    if status not in ("", "usable"):
        return LeftOut(label, f"is {status}", kills=item.get("guid"))
    embargo = _text(about, "embargoed")
    held = embargoed(embargo, label)
    if held:
        return held
    body = _child(item, "contentset")
    inner = (
        next((element for element in body.iter() if local_name(element) == "nitf"), None) if body is not None else None
    )
    headline = headline or (_inner_title(body) if body is not None else "")
    first = _when(_text(content, "contentcreated")) or _when(_text(about, "firstcreated"))
    version = _when(_text(about, "versioncreated"))
    return Draft(
        headline=headline, paragraphs=tuple(block.text for block in _blocks(body, inner, headline)),
        id=item.get("guid") or None, source=_provider(item, about, content),
        authors=_authors(content) or (nitf.bylines(inner) if inner is not None else ()),
        published=first or version, updated=version if first else None,
        language=_language(item, content), keywords=_keywords(content), section=None,
        embargoed=embargo_of(embargo),
    )  # fmt: skip


def _child(element: Any, name: str) -> Any:
    return None if element is None else next((child for child in element if local_name(child) == name), None)


def _text(element: Any, name: str) -> str:
    found = _child(element, name)
    return text_of(found) if found is not None else ""


def _code(element: Any, name: str) -> str:
    """The last part of a coded value: ``text`` of ``ninat:text``."""
    found = _child(element, name)
    if found is None:
        return ""
    return (
        str(found.get("qcode") or found.get("uri") or found.get("literal") or "")
        .rpartition(":")[2]
        .rpartition("/")[2]
        .lower()
    )


def _headline(element: Any) -> str:
    """The main headline; one without a role before others."""
    found = [child for child in element if local_name(child) == "headline"] if element is not None else []
    main = [child for child in found if str(child.get("role") or "").rpartition(":")[2].lower() in ("", "main", "head")]
    return text_of((main or found)[0]) if found else _text(element, "title")


def _inner_title(body: Any) -> str:
    for name in ("hl1", "h1", "title"):
        found = next((element for element in body.iter() if local_name(element) == name), None)
        if found is not None and text_of(found):
            return text_of(found)
    return ""


def _blocks(body: Any, inner: Any, headline: str) -> list[Block]:
    if inner is not None:
        return nitf.body_blocks(
            next((element for element in inner.iter() if local_name(element) == "body.content"), None), headline
        )
    if body is None:
        return []
    found: list[Block] = []
    for part in body:
        if local_name(part) == "inlinexml":
            found += blocks_of(part, blank_lines=True)
        elif local_name(part) == "inlinedata" and "html" in str(part.get("contenttype")):
            found += paragraphs_of(part.text or "")
        elif local_name(part) == "inlinedata":
            found += paragraphs_of("".join(part.itertext()))
        if found:
            break  # the others are renditions of the same
    return clean_blocks(found, headline)


def _authors(content: Any) -> tuple[str, ...]:
    lines = [text_of(child) for child in content if local_name(child) == "by"] if content is not None else []
    if not lines and content is not None:
        lines = [_text(child, "name") for child in content if local_name(child) in ("creator", "contributor")]
    return names.from_list(lines)


def _provider(item: Any, about: Any, content: Any) -> str | None:
    holder = _child(_child(item, "rightsinfo"), "copyrightholder")
    for element in (_child(about, "provider"), _child(content, "infosource"), holder):
        if element is not None:
            found = (
                _text(element, "name") or element.get("literal") or str(element.get("qcode") or "").rpartition(":")[2]
            )
            if found:
                return str(found)
    return None


def _language(item: Any, content: Any) -> str | None:
    found = _child(content, "language")
    tag: str | None = (found.get("tag") if found is not None else None) or item.get(_XML_LANG)
    return tag


def _keywords(content: Any) -> tuple[str, ...]:
    return tuple(text_of(child) for child in content if local_name(child) == "keyword") if content is not None else ()


def _first_generation(item: Any, root: Any) -> list[FileItem]:
    """NewsML 1.2: a tree of components, of which those with a text of their own are articles."""
    name = "-".join(
        part for part in (_deep(item, "providerid"), _deep(item, "dateid"), _deep(item, "newsitemid")) if part
    )
    headline = _deep(item, "headline")
    status = next(
        (str(element.get("FormalName") or "") for element in item.iter() if local_name(element) == "status"), ""
    ).lower()
    if status and status != "usable":
        return [LeftOut(headline or name or "an item", f"is {status}", kills=name or None)]
    published = (
        _when(_deep(item, "firstcreated"))
        or _when(_deep(item, "thisrevisioncreated"))
        or _when(_deep(root, "dateandtime"))
    )
    texts = [
        part
        for part in (_component(element) for element in item.iter() if local_name(element) == "datacontent")
        if part
    ]
    if not texts:
        return [LeftOut(headline or name or "an item", "holds no text")]
    found: list[FileItem] = []
    for component, blocks in texts:
        own = _nearest(component, "headline") or headline
        marks = bool(found)
        found.append(
            Draft(
                headline=own,
                paragraphs=tuple(block.text for block in clean_blocks(blocks, own)),
                id=(f"{name}#{len(found) + 1}" if marks else name) or None,
                source=_party(item),
                authors=names.from_list([_nearest(component, "byline") or _deep(item, "byline")])
                or nitf.bylines(component),
                published=published,
                updated=_when(_deep(item, "thisrevisioncreated")),
                language=next(
                    (element.get("FormalName") for element in item.iter() if local_name(element) == "language"), None
                ),
            )
        )
    return found


def _component(data: Any) -> tuple[Any, list[Block]] | None:
    inner = next((element for element in data.iter() if local_name(element) == "nitf"), None)
    if inner is not None:
        blocks = _blocks(data, inner, "")
    elif any(isinstance(child.tag, str) for child in data):
        blocks = blocks_of(data, blank_lines=True)
    else:
        blocks = paragraphs_of(data.text or "")
    return (data, blocks) if sum(len(block.text) for block in blocks) > 40 else None


def _deep(element: Any, name: str) -> str:
    return next((text_of(inner) for inner in element.iter() if local_name(inner) == name), "")


def _nearest(element: Any, name: str) -> str:
    """The line that stands in the lines of the nearest component around ``element``."""
    for above in element.iterancestors():
        if local_name(above) == "newscomponent":
            found = _deep(_child(above, "newslines"), name) if _child(above, "newslines") is not None else ""
            if found:
                return found
    return ""


def _party(item: Any) -> str | None:
    for wanted in ("source", "provider"):
        for element in item.iter():
            if local_name(element) == wanted:
                party = next((inner for inner in element if local_name(inner) == "party"), None)
                if party is not None and party.get("FormalName"):
                    return str(party.get("FormalName"))
    return _deep(item, "providerid") or None


def _when(value: str) -> When | None:
    return quiet_date(re.sub(r"\s", "", value) if re.fullmatch(r"[\dTZ:+\-\s]+", value) else value)
