"""The headline of a page, without the name of its site: by what the page declares, never by a dash alone."""

from __future__ import annotations

import re

_SEPARATOR = re.compile(r"\s+(?:\||[-–—]|·|•|::?|»|«|›|/{1,2}|~)\s+|\s*\|\s*|\s*[–—]\s*|:\s+")
_HEADLINE_CHARS = 12
"""What is shorter may as well be a section's name."""
_CUT_SHORT_CHARS = 100
"""Google asks for headlines of at most 110 characters; a declared one of so many may be cut short."""


def headline_of(declared: str | None, heading: str, shown: list[str], sites: tuple[str, ...]) -> str | None:
    """The headline.

    Args:
        declared: what JSON-LD or microdata say.
        heading: the page's one ``<h1>``; empty if it has none or several.
        shown: titles that it gives to others: Open Graph's, then ``<title>``.
        sites: the names that it declares for its site, its publisher and its section.
    """
    if flat(heading) in {flat(site) for site in sites}:
        heading = ""
    if declared:
        name = without_site(declared, sites)
        cut = flat(name.rstrip(" .…"))
        short = name.endswith(("…", "...")) or len(name) >= _CUT_SHORT_CHARS
        same = flat(name) == flat(heading)  # then the marks are those that readers see
        agreed = bool(heading) and any(flat(without_site(text, sites)) == flat(heading) for text in shown)
        whole = short and bool(cut) and flat(heading).startswith(cut[:-3])
        return heading if same or agreed or whole else name
    if heading.isupper():  # as it is set, not as it is written
        heading = next((name for text in shown if flat(name := without_site(text, sites)) == flat(heading)), heading)
    for text in shown:
        if heading and flat(text).startswith(flat(heading)):
            return heading
    found = next((without_site(text, sites) for text in shown), None)
    return heading if heading and (not found or _alike(heading, found)) else found


def without_site(title: str, sites: tuple[str, ...]) -> str:
    """``title`` without the declared names at its end, or before a bar or dash at its beginning."""
    known = {flat(site) for site in sites if site}
    for match in _SEPARATOR.finditer(title):
        if match.start() and flat(title[match.end() :]) in known:
            return without_site(title[: match.start()].rstrip(), sites)
    for match in _SEPARATOR.finditer(title):
        if match[0].strip() != ":" and flat(title[: match.start()]) in known:
            return without_site(title[match.end() :].lstrip(), sites)
    return title


def is_most_of(text: str, title: str) -> bool:
    """Whether a title is this text and then, or before it, only the name of its site."""
    if len(text) < _HEADLINE_CHARS or 2 * len(text) < len(title):
        return False
    if title.startswith(text):
        return bool(_SEPARATOR.match(title, len(text)))
    return title.endswith(text) and any(mark.end() + len(text) == len(title) for mark in _SEPARATOR.finditer(title))


def flat(text: str) -> str:
    """Letters and digits alone, without regard to case: what two spellings of one title share."""
    return re.sub(r"\W+", "", text).casefold()


def _alike(one: str, other: str) -> bool:
    mine, theirs = (set(re.findall(r"\w+", text.casefold())) for text in (one, other))
    return len(mine & theirs) * 2 >= min(len(mine), len(theirs))
