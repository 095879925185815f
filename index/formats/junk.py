"""Lines that a page, a feed or a letter puts around an article.

Whole short lines only: a sentence that mentions an advertisement stays.
"""

from __future__ import annotations

import re
from importlib.resources import files

MAX_CHARS = 220
"""A longer paragraph is prose, whatever it begins with."""

MAX_BOX_CHARS = 80
"""So long is what stands above a box at most."""


def _sections() -> dict[str, str]:
    """The expressions of ``junk_lines.txt`` by section, each section as one alternation."""
    found: dict[str, list[str]] = {}
    for line in files("index.formats").joinpath("junk_lines.txt").read_text(encoding="utf-8").splitlines():
        section = re.fullmatch(r"\[(\w+)\]", line)
        if section:
            found[section[1]] = []
        elif line and not line.startswith("# "):
            list(found.values())[-1].append(line)
    return {name: "|".join(lines) for name, lines in found.items()}


_LINES = _sections()
_LABEL = re.compile(rf"(?:{_LINES['labels']})\s*[:>»→|–—-]*", re.IGNORECASE)
_LABELLED = re.compile(rf"(?:{_LINES['labels']})\s*(?:[:|»>→]|[–—-]\s)", re.IGNORECASE)
_WHOLE = re.compile(
    rf"[\s\[(<«»>→-]*(?:{_LINES['alone']}|{_LINES['labels']})\s*(?:\((?:19|20)\d\d\)\s*)?[.:…!>»→\])]*(?:\.\.\.)?",
    re.IGNORECASE,
)
_BOX = re.compile(rf"[\s\[(<«»>→-]*(?:{_LINES['boxes']}|{_LINES['labels']})\s*[.:…!>»→\])]*", re.IGNORECASE)
_START = re.compile(rf"[\s\[(*<>»→•-]*(?:{_LINES['begins']})", re.IGNORECASE)
_LEGAL = re.compile(r"all rights reserved\b", re.IGNORECASE)
_BARE_LINE = re.compile(rf"[\s\[(*<>»→-]*(?:{_LINES['bare']}).{{0,90}}", re.IGNORECASE)
_CREDIT = re.compile(
    r"""[(\[]?(?:(?:ap|afp|getty|reuters|epa|dpa|shutterstock|alamy|pa)\b[\w\s/,.'-]{0,60}
          (?:photo|images|file|via|wire|picture|stock).{0,40}
        |.{0,60}/\s?(?:ap|afp|getty|reuters|epa|dpa|shutterstock|alamy|anadolu|bloomberg)\b.{0,40})[)\]]?""",
    re.IGNORECASE | re.VERBOSE,
)
# "LONDON, March 4 (Reuters) -" alone in a line, or a day and a time alone.
_DATELINE = re.compile(
    r"""\([A-ZÀ-Þ]{2,6}(?:[/,]\s?\w{2,6})*\)
        |[A-ZÀ-Þ][A-ZÀ-Þ\ .,'’-]{2,40}(?:,\s*\w+\.?\s\d{1,2}(?:,\s*\d{4})?)?\s*(?:\([A-Z][\w\ ]{1,20}\))?\s*[-–—]+
        |(?i:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+\w+\s+\d{1,2},?\s+\d{4}.{0,24}
        |(?i:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\w*\.?\s+\d{1,2},?\s+\d{4}.{0,28}
        |(?:[\w .’'-]{2,40}\s[-–—|]\s)?\d{1,2}\s+\w{3,10}\.?\s+\d{4}\s[-–—|]\s\d{1,2}[:.h]\d{2}(?:\s\w{1,5})?
        |(?:[\w\ .’'-]{2,40},\s)?(?:(?:den|le|el|il|op|dnia|dne)\s)?
         \d{1,2}\.?\s+(?:de\s)?\w{3,10}\.?(?:\sde)?\s+\d{4}(?:.{0,6}\d{1,2}[:.h]\d{2}.{0,12})?
        |\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일].{0,24}
        |\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?:.{0,6}\d{1,2}[:.]\d{2}.{0,12})?""",
    re.VERBOSE,
)


def is_junk(text: str, linked: float = 0.0) -> bool:
    """Whether a line is the page's and not the article's; ``linked`` is the part of it that is links, 0 to 1."""
    if len(text) > MAX_CHARS:
        return len(text) < 2 * MAX_CHARS and bool(_LEGAL.match(text))
    if _WHOLE.fullmatch(text) or _START.match(text) or _CREDIT.fullmatch(text) or _DATELINE.fullmatch(text):
        return True
    if len(text) < 60 and text.endswith(("—", "–")):
        return True  # a place and an agency before the text: “Orrin Falls, OTN —”
    if _BARE_LINE.fullmatch(text) and (not text.endswith((".", "!", "?", "”")) or text.count(" ") < 6):
        return True
    labelled = _LABELLED.match(text)
    if labelled and (linked > 0.2 or (len(text) < 140 and not text.endswith((".", "”", "!", "?")))):
        return True
    return linked > 0.5 and bool(_LABEL.match(text))


def opens_box(text: str) -> bool:
    """Whether a line names a box that is not the article's: its comments, its author, what else there is to read."""
    return len(text) <= MAX_BOX_CHARS and bool(_BOX.fullmatch(text))


_TAIL = re.compile(
    r"""\s*(?:\[\s*(?:…|\.\.\.)\s*\]\s*)?(?:\(?(?:Continue\ reading|Read\ more|Read\ the\ (?:rest|full)|Weiterlesen
        |Lire\ la\ suite|Seguir\ leyendo|Leggi\ tutto|Lees\ verder)\b[^.!?]{0,80}(?:…|\.\.\.|→|»|>|\)|$))\s*$""",
    re.VERBOSE,
)
_CUT = re.compile(r"\s*\[\s*(?:…|\.\.\.)\s*\]\s*$")


def without_tail(text: str) -> str:
    """A feed's paragraph without the “Continue reading…” or “[…]” at its end."""
    return _CUT.sub("", _TAIL.sub("", text))
