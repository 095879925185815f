"""Arc XP's ANS (https://github.com/washingtonpost/ans-schema): a story as a list of content elements."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from index.formats import names
from index.formats.dates import When, read_date
from index.formats.draft import Draft, FormatError, LeftOut, strings
from index.formats.fragments import clean_blocks, paragraphs_of, plain_line
from index.formats.withheld import embargo_of, embargoed


def is_ans(body: dict[str, Any]) -> bool:
    """Whether an object is an ANS document."""
    return isinstance(body.get("content_elements"), list) and (
        "headlines" in body or body.get("type") == "story" or "_id" in body
    )


def from_ans(story: dict[str, Any]) -> Draft | LeftOut:
    """The article, or why it stays out.

    Raises:
        FormatError: a date cannot be read.
    """
    headline = plain_line(
        next(iter(strings(_inner(story, "headlines", "basic")) or strings(story.get("headline"))), "")
    )
    kind = str(story.get("type") or "story")
    if kind not in ("story", "article"):
        return LeftOut(headline or str(story.get("_id")), f"is a {kind}, not text")
    if _inner(story, "revision", "published") is False or str(story.get("status", "")).lower() in (
        "draft",
        "unpublished",
    ):
        return LeftOut(headline or str(story.get("_id")), "is a draft")
    embargo = _inner(story, "planning", "embargo_date") or story.get("embargo_date")
    held = embargoed(embargo, headline)
    if held:
        return held
    published = (
        _when(story.get("first_publish_date"))
        or _when(story.get("display_date"))
        or _when(story.get("publish_date"))
        or _when(story.get("created_date"))
    )
    blocks = clean_blocks(paragraphs_of("".join(_html(element) for element in story["content_elements"])), headline)
    canonical = story.get("canonical_url") or ""
    return Draft(
        headline=headline,
        paragraphs=tuple(block.text for block in blocks),
        id=next(iter(strings(story.get("_id"))), None),
        url=canonical if urlsplit(canonical).scheme in ("http", "https") else None,
        source=_source(story),
        authors=_authors(story),
        published=published,
        updated=_when(story.get("last_updated_date")),
        section=next(
            iter(
                strings(_inner(story, "taxonomy", "primary_section"))
                or strings(_inner(story, "taxonomy", "primary_site"))
            ),
            None,
        ),
        language=next(iter(strings(story.get("language"))), None),
        embargoed=embargo_of(embargo),
        keywords=tuple(
            word
            for tag in _inner(story, "taxonomy", "tags") or []
            for word in strings(tag.get("text") or tag.get("slug") if isinstance(tag, dict) else tag)
        ),
    )


def _inner(story: dict[str, Any], *path: str) -> Any:
    found: Any = story
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _html(element: Any, *, nested: bool = False) -> str:
    """One content element as HTML; links to other stories, pictures and embeds are nothing."""
    if not isinstance(element, dict):
        return ""
    kind = str(element.get("type") or "")
    content = next(iter(strings(element.get("content"))), "")
    if kind == "text":
        return content if "<p" in str(content) else f"<p>{content}</p>"
    if kind == "header":
        return f"<h2>{content}</h2>"
    if kind in ("raw_html", "correction", "code"):
        return f"<div>{content or element.get('text') or ''}</div>"
    return _html_of_parts(element, kind, content, nested=nested)


def _html_of_parts(element: dict[str, Any], kind: str, content: str, *, nested: bool) -> str:
    if kind in ("list", "quote", "list_element", "element_group"):
        inner = [*(element.get("items") or []), *(element.get("content_elements") or [])]
        tag = "li" if nested else "blockquote" if kind == "quote" else "div"
        return "".join(f"<{tag}>{_html(item, nested=True)}</{tag}>" for item in inner) or (
            f"<p>{content}</p>" if content else ""
        )
    if kind == "table":
        rows = [element.get("header") or [], *(element.get("rows") or [])]
        return (
            "<table>"
            + "".join(
                "<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>"
                for row in rows
                if isinstance(row, list)
            )
            + "</table>"
        )
    return ""


def _cell(cell: Any) -> str:
    return str(cell.get("content") or "") if isinstance(cell, dict) else str(cell)


def _source(story: dict[str, Any]) -> str | None:
    for found in (
        _inner(story, "distributor", "name"),
        _inner(story, "source", "name"),
        story.get("canonical_website"),
    ):
        if isinstance(found, str) and found:
            return found
    return None


def _authors(story: dict[str, Any]) -> tuple[str, ...]:
    people = _inner(story, "credits", "by") or []
    said: list[str] = []
    for person in people if isinstance(people, list) else []:
        if isinstance(person, dict):
            named = (
                person.get("name")
                or person.get("byline")
                or " ".join(strings([person.get("first_name"), person.get("last_name")]))
                or _inner(person, "additional_properties", "original", "byline")
                or person.get("org")
            )
            said += strings(named)
    return names.from_list(said)


def _when(value: Any) -> When | None:
    try:
        return read_date(value)
    except ValueError as error:
        raise FormatError(f"published: {error}") from None
