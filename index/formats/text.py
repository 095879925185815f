"""Plain text: a headline and paragraphs, from an editor, or as wires send it: routed, wrapped, indented."""

from __future__ import annotations

import re

from index.formats import names
from index.formats.dates import When, quiet_date
from index.formats.draft import Draft, LeftOut
from index.formats.junk import is_junk
from index.formats.withheld import embargoed

_ROUTING = re.compile(
    r"""[a-z]\d{4}(?:\s.*)?|[a-z]\s[a-z]\s.{0,60}|\^.{0,80}|(?:BC|AM|PM|AP|US|EU|ML|AS|AF|LA|CN|FBN|BBN|TEN|SOC|CRI)-[A-Z][^.]{0,80}
        |(?:\(?(?:URGENT|BULLETIN|FLASH|ALERT|NEWSALERT|ADVISORY|UPDATE\s?\d*|LEAD(?:ALL)?|ATTN:?.{0,60})\)?[\s:!-]*)+
        |\(?(?:Eds|EDS|Editors|EDITORS|Editor's\ note|Ed\.\ note)\s?[:.-].{0,400}|FOR\ (?:IMMEDIATE\ )?RELEASE.{0,60}
        |ZCZC.{0,60}|NNNN
        |\d{3,6}\s[A-Z]{2,5}\s.{0,60}|(?:\d{4}\s)?\d{6}\s[A-Z]{3}\s\d{2}|[A-Z]{2,4}-[A-Z]{2,4}-\d\d-\d\d-\d\d.{0,30}|[\s=*_#-]{3,}|-?\s?more\s?-?|\d{1,4}(?:st|nd|rd|th)\sLd.{0,60}
        |.{2,60}(?:,\s?\d{1,2}(?:st|nd|rd|th)\sLd(?:-Writethru)?.{0,30}
          |\b\d{1,2}(?:st|nd|rd|th)\ (?:Lead|Ld)-?\s?Writethru.{0,30}),?\s?\d{0,5}""",
    re.VERBOSE,
)
_FIELD = re.compile(
    r"\s*(headline|title|hed|slug|slugline|byline|by|author|authors|date|published|publication date|source|url|link"
    r"|dateline|section|category|keywords?|copyright|priority|language|desk|words?|word count|id|service|urgency"
    r"|embargo(?:ed)?(?: until)?|hold (?:for release|until))\s*:\s*(.*)",
    re.IGNORECASE,
)
_EMBARGO = re.compile(
    r"(?:strictly\s+)?(?:under\s+)?(?:embargo(?:ed)?|hold for release"
    r"|not for (?:publication|release) (?:before|until))\b"
    r"\W*(?:(?:for\s+(?:release\s+)?)?(?:until|till|to|before)\b)?\W*(.*)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*\s*$")
_BLANK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_END = re.compile(
    r"\s*(?:\(?ends?\)?|-\s?30\s?-|###?|\(?END\)?|NNNN|[A-Z]{2,4}-[A-Z]{2,4}-\d\d-\d\d-\d\d.{0,30}|-\s?END(?:S|E)?\s?-|={3,}|_{3,})\s*"
)
_BYLINE = re.compile(r"\s*(?:by|von|par|por|di|door|av)\s+(?=[A-ZÀ-Þ])", re.IGNORECASE)
_FULL_LINE = 0.95
"""Of the longest line; in a proportional font, equally long lines differ in characters."""
_LONG_LINE = 100
"""No wire wraps so late: a longer line is a whole paragraph."""


def from_text(text: str) -> Draft | LeftOut:
    """The first line that is neither routing nor a field is the headline; below it may stand who wrote it, and when."""
    lines = _clean(text).split("\n")
    about, lines = _head(lines)
    until = about.get("embargo")
    if until is not None:
        label = about.get("headline") or _first_line(lines)
        held = embargoed(until, label) if until else LeftOut(label, "is under embargo")
        if held:
            return held
    headline = about.get("headline") or ""
    while lines and not headline:
        headline = lines.pop(0).strip()
    while (
        len(lines) > 1
        and lines[0].strip()
        and lines[0].lstrip()[0].islower()
        and not lines[0][0].isspace()
        and "" in (line.strip() for line in lines[1:3])
    ):
        headline += " " + lines.pop(0).strip()  # a headline that was wrapped itself
    authors, published, lines = _below_headline(lines)
    while lines and (not lines[-1].strip() or _END.fullmatch(lines[-1])):
        lines.pop()
    authors = names.from_byline(about["author"]) if about.get("author") else authors
    return Draft(
        headline=headline,
        paragraphs=tuple(p for p in paragraphs_in("\n".join(lines)) if not is_junk(p) and not _END.fullmatch(p)),
        authors=authors,
        published=quiet_date(about.get("date")) or published,
        source=about.get("source"),
        url=about["url"] if about.get("url", "").startswith("http") else None,
        id=about.get("id"),
        section=about.get("section"),
    )


def _clean(text: str) -> str:
    text = (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\x03", "\n").replace("\x04", "\n").replace("\f", "\n\n")
    )
    return re.sub(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", "", text).expandtabs(4).strip("\n")


def _first_line(lines: list[str]) -> str:
    return next((line.strip() for line in lines if line.strip()), "the text")


_NAMES = {
    "title": "headline",
    "hed": "headline",
    "by": "author",
    "byline": "author",
    "authors": "author",
    "published": "date",
    "publication date": "date",
    "link": "url",
    "category": "section",
}


def _head(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Routing lines and fields before the text, taken off."""
    about: dict[str, str] = {}
    place = 0
    while place < len(lines):
        line = lines[place].strip()
        field = _FIELD.fullmatch(line)
        embargo = _EMBARGO.match(line)
        if embargo and (not field or field[1].lower().startswith(("embargo", "hold"))) and len(line) < 120:
            about["embargo"] = embargo[1].strip(" .)")
        elif field and (field[2] or about):
            name = field[1].lower()
            if name == "date" and about.get("date"):
                break
            about.setdefault(_NAMES.get(name, name), field[2].strip())
        elif line and not _ROUTING.fullmatch(line):
            break
        place += 1
    rest = lines[place:]
    if "headline" in about or any(line.strip() for line in rest):
        return about, rest
    return {}, lines


def _below_headline(lines: list[str]) -> tuple[tuple[str, ...], When | None, list[str]]:
    """A byline and a date alone in a line each, right below the headline, in either order."""
    authors: tuple[str, ...] = ()
    published: When | None = None
    rest = list(lines)
    for _ in range(6):
        if not rest:
            break
        line = rest[0].strip()
        if not line:
            rest.pop(0)
            continue
        when = quiet_date(line) if len(line) < 60 and re.search(r"\d", line) else None
        if (
            not authors
            and len(line) < 120
            and _BYLINE.match(line)
            and not _SENTENCE_END.search(re.sub(r"\b\w\.$", "", line))
        ):
            authors = names.from_byline(line)
        elif published is None and when is not None:
            published = when
        elif authors and _is_affiliation(line):
            pass
        elif not (line.isupper() and _ROUTING.fullmatch(line)):
            break
        rest.pop(0)
    while rest and rest[0].strip() == "":
        rest.pop(0)
    return authors, published, rest


def _is_affiliation(line: str) -> bool:
    """A line below a byline that says whose writer it is: “Coast Wire News”, “Staff Writer”."""
    words = line.split()
    named = all(word[:1].isupper() or word in ("of", "the", "for", "and") for word in words)
    return len(words) <= 5 and named and not line.endswith((".", "!", "?", ":", "”", '"'))


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
        fitted = len(line) + 1 + len(following.split(" ")[0]) <= _FULL_LINE * longest
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
