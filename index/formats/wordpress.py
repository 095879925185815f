"""WordPress: its export (WXR, https://wordpress.org/documentation/article/tools-export-screen/) and its REST answers.

An export holds what was never published too: drafts, private and password-protected posts, revisions, attachments.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from index.addresses import absolute
from index.formats import names
from index.formats.dates import When, quiet_date
from index.formats.draft import Draft, FileItem, FormatError, LeftOut, strings
from index.formats.fragments import clean_blocks, paragraphs_of, plain_line
from index.formats.markup import local_name

_POST = re.compile(r"\w*(?:post|article|story|stories|news|opinion|column|review|interview|blog)\w*")
_CAPTION = re.compile(
    r"\[caption\b.*?\[/caption\]"
    r"|\[(gallery|playlist|audio|video|embed|contact-form|newsletter)\b[^\]]*\](?:(?:(?!\[\1\b).)*?\[/\1\])?",
    re.DOTALL,
)
_SHORTCODE = re.compile(r"\[/?[a-z][a-z0-9_-]*(?:\s+[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\]]+))*\s*/?\]")
_BLOCK_MARK = re.compile(r"<!--.*?-->", re.DOTALL)


def is_export(root: Any) -> bool:
    """Whether an RSS document is an export."""
    return any(local_name(element) == "wxr_version" for element in root.iter())


def from_export(root: Any) -> list[FileItem]:
    """The published posts, and one line for all the rest.

    Raises:
        FormatError: it holds nothing, as where it was cut off.
    """
    people: dict[str, str] = {}
    for author in root.iter():
        if local_name(author) == "author" and _value(author, "author_login"):
            people[_value(author, "author_login")] = _value(author, "author_display_name") or " ".join(
                part for part in (_value(author, "author_first_name"), _value(author, "author_last_name")) if part
            )
    channel = next((element for element in root.iter() if local_name(element) == "channel"), root)
    source = plain_line(_value(channel, "title")) or None
    language = _value(channel, "language") or None
    found: list[FileItem] = []
    others: Counter[str] = Counter()
    for item in channel:
        if local_name(item) != "item":
            continue
        why = _unpublished(item)
        if why:
            others[why] += 1
        else:
            found.append(_post(item, people, source, language))
    if others:
        told = ", ".join(f"{count} {why}" for why, count in others.most_common())
        found.append(LeftOut(f"{sum(others.values())} items that are no published posts", told))
    if not found:
        raise FormatError("is a WordPress export without any item; export the posts again")
    return found


def _unpublished(item: Any) -> str | None:
    """Why an item is none of the site's published posts; ``None`` if it is one."""
    kind = _value(item, "post_type") or "post"
    status = _value(item, "status") or "publish"
    if not _POST.fullmatch(kind) or kind.startswith(("wp_", "oembed")):
        return kind
    if status != "publish":
        return status
    if _value(item, "post_password"):
        return "with a password"
    return None


def _post(item: Any, people: dict[str, str], source: str | None, language: str | None) -> Draft:
    headline = plain_line(_value(item, "title"))
    creator = _value(item, "creator")
    written = [
        text
        for element in item
        if local_name(element) == "encoded" and "excerpt" not in str(element.tag) and (text := element.text or "")
    ]
    link = absolute(_value(item, "link"))
    sections = [element for element in item if local_name(element) == "category"]
    return Draft(
        headline=headline,
        paragraphs=_paragraphs(written[0] if written else "", headline),
        url=link,
        id=None if link else _value(item, "guid") or None,
        source=source,
        authors=names.from_list(_guests(sections) or [people.get(creator) or creator]),
        published=_site_time(_value(item, "post_date"), _value(item, "post_date_gmt"))
        or quiet_date(_value(item, "pubDate")),
        updated=_site_time(_value(item, "post_modified"), _value(item, "post_modified_gmt")),
        section=next(
            (element.text for element in sections if element.get("domain") == "category" and element.text), None
        ),
        keywords=tuple(element.text for element in sections if element.get("domain") == "post_tag" and element.text),
        language=language,
    )


def _guests(terms: list[Any]) -> list[str]:
    """The authors as Co-Authors Plus and its like write them: a term each; the post's own is who typed it in."""
    return [element.text for element in terms if element.get("domain") == "author" and element.text]


def _paragraphs(content: str, headline: str) -> tuple[str, ...]:
    text = _SHORTCODE.sub("", _CAPTION.sub("", _BLOCK_MARK.sub("", content)))
    return tuple(block.text for block in clean_blocks(paragraphs_of(text), headline))


def _site_time(local: str, universal: str) -> When | None:
    """The site's own time; where the export has it in UTC as well, their difference is the zone."""
    here, there = quiet_date(local), quiet_date(universal)
    if not isinstance(here, datetime) or local.startswith("0000"):
        return there.replace(tzinfo=UTC) if isinstance(there, datetime) and not universal.startswith("0000") else None
    if isinstance(there, datetime) and here.tzinfo is None and there.tzinfo is None:
        ahead = here - there
        if abs(ahead) <= timedelta(hours=14):
            return here.replace(tzinfo=timezone(ahead))
    return here


def from_rest(post: dict[str, Any]) -> Draft | LeftOut:
    """A post as the REST API gives it: https://developer.wordpress.org/rest-api/reference/posts/."""
    headline = plain_line(_rendered(post.get("title")))
    content = post.get("content")
    if post.get("status", "publish") != "publish":
        return LeftOut(headline or "a post", f"is {post['status']}")
    if isinstance(content, dict) and content.get("protected"):
        return LeftOut(headline or "a post", "needs a password")
    embedded = post.get("_embedded") if isinstance(post.get("_embedded"), dict) else {}
    head = post.get("yoast_head_json") if isinstance(post.get("yoast_head_json"), dict) else {}
    said = (
        strings((embedded or {}).get("author"))
        or strings((head or {}).get("author"))
        or strings(post.get("author_name"))
        or strings(post.get("author"))
    )
    link = absolute(next(iter(strings(post.get("link"))), None))
    return Draft(
        headline=headline,
        paragraphs=_paragraphs(_rendered(content), headline),
        url=link,
        id=None if link else str(post.get("id") or "") or None,
        source=next(iter(strings((head or {}).get("og_site_name"))), None),
        authors=names.from_list(said),
        published=_site_time(str(post.get("date") or ""), str(post.get("date_gmt") or "")),
        updated=_site_time(str(post.get("modified") or ""), str(post.get("modified_gmt") or "")),
    )


def _rendered(value: Any) -> str:
    found = value.get("rendered") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def _value(element: Any, name: str) -> str:
    return next((" ".join((child.text or "").split()) for child in element if local_name(child) == name), "")
