"""Plain text: a headline and paragraphs, from an editor, or as wires send it: routed, wrapped, indented."""

from __future__ import annotations

import re

from index.formats import names
from index.formats.dates import quiet_date
from index.formats.draft import Draft, LeftOut
from index.formats.junk import is_junk
from index.formats.wire import below_headline, head, is_byline, is_end, lines_of, without_end
from index.formats.withheld import embargo_of, embargoed

_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*\s*$")
_BLANK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_SIGN_OFF = re.compile(r"\n(?=\s*\((?:Reporting|Writing|Editing|Additional reporting|With)\b)")
_LONG_LINE = 100
"""No wire wraps so late: a longer line is a whole paragraph."""


def from_text(text: str) -> Draft | LeftOut:
    """The first line that is neither routing nor a field is the headline; below it may stand who wrote it, and when."""
    about, lines = head(lines_of(text))
    until = about.get("embargo")
    if until is not None:
        label = about.get("headline") or next((line.strip() for line in lines if line.strip()), "the text")
        held = embargoed(until, label) if until else LeftOut(label, "is under embargo")
        if held:
            return held
    headline = about.get("headline") or ""
    while lines and not headline:
        headline = lines.pop(0).strip()
    while _goes_on(lines):
        headline += " " + lines.pop(0).strip()
    authors, published, lines = below_headline(lines)
    body = _SIGN_OFF.sub("\n\n", "\n".join(without_end(lines)))
    return Draft(
        headline=headline,
        paragraphs=tuple(found for found in paragraphs_in(body) if not is_junk(found) and not is_end(found)),
        authors=names.from_byline(about["author"]) if about.get("author") else authors,
        published=quiet_date(about.get("date")) or published,
        source=about.get("source"),
        url=about["url"] if about.get("url", "").startswith("http") else None,
        id=about.get("id"),
        section=about.get("section"),
        embargoed=embargo_of(until),
    )


def _goes_on(lines: list[str]) -> bool:
    """Whether the headline was wrapped: its next line begins with a small letter, and something else comes below."""
    if len(lines) < 2 or not lines[0].strip() or lines[0][0].isspace() or not lines[0][0].islower():
        return False
    return "" in (line.strip() for line in lines[1:3]) and not is_byline(lines[0])


def paragraphs_in(text: str) -> list[str]:
    """Paragraphs by blank lines; without any, by indented first lines, by short last lines, or a line each."""
    body = text.strip("\n")
    if not _BLANK.search(body.strip()):
        return _unspaced([line for line in body.split("\n") if line.strip()])
    found: list[str] = []
    for piece in _BLANK.split(body):
        lines = [line for line in piece.split("\n") if line.strip()]
        found += _by_indent(lines) or _by_length(lines)
    return found


def _unspaced(lines: list[str]) -> list[str]:
    indented = _by_indent(lines)
    if indented:
        return indented
    longest = max((len(line) for line in lines), default=0)
    open_ended = sum(not _SENTENCE_END.search(line) for line in lines[:-1])
    if longest >= _LONG_LINE or open_ended * 2 <= len(lines) - 1:
        return [_joined([line]) for line in lines]
    found: list[list[str]] = [[]]
    for line, following in zip(lines, [*lines, ""][1:], strict=True):
        found[-1].append(line)
        # The next word would have fitted: the line was ended on purpose.
        fitted = len(line) + 1 + len(following.split(" ")[0]) <= longest
        if _SENTENCE_END.search(line) and fitted:
            found.append([])
    return [_joined(group) for group in found if group]


def _by_indent(lines: list[str]) -> list[str]:
    """Paragraphs whose first lines stand in from the others; empty if no or every line does."""
    inset = [len(line) - len(line.lstrip()) for line in lines]
    least = min(inset, default=0)
    starts = [indent >= least + 2 for indent in inset]
    if not any(starts) or (not any(not start for start in starts[1:]) and len(lines) > 1) or len(lines) < 2:
        return []
    found: list[list[str]] = []
    for line, start in zip(lines, starts, strict=True):
        if start or not found:
            found.append([])
        found[-1].append(line)
    return [_joined(group) for group in found]


def _by_length(lines: list[str]) -> list[str]:
    """One wrapped paragraph, unless its lines are whole paragraphs themselves, or the items of a list."""
    found: list[list[str]] = [[]]
    for line in lines:
        if found[-1] and re.match(r"\s*(?:[•*▪–-]|\d{1,2}[.)])\s", line):
            found.append([])
        found[-1].append(line)
        if len(line) > _LONG_LINE and _SENTENCE_END.search(line):
            found.append([])
    return [_joined(group) for group in found if group]


def _joined(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
