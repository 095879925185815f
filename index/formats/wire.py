"""What stands around the text of a wire story or a press release: routing, fields, bylines, marks of the end."""

from __future__ import annotations

import re

from index.formats import names
from index.formats.dates import When, quiet_date

_RELEASE = re.compile(
    r"""(?:(?:presse?|medien)-?\s?(?:mitteilung|information|meddelande|meddelelse|melding)|communiqu[ée]\ de\ presse
         |(?:comunicado|nota)\ (?:de|[àa])\ (?:prensa|imprensa)|comunicato\ stampa|persbericht|tiskov[áa]\ zpr[áa]va
         |(?:informacja|komunikat)\ (?:prasow[ay]|dla\ medi[óo]w)|bas[ıi]n\ b[üu]lteni|δελτίο\ τύπου
         |пресс?-рел[иі]з|lehdistötiedote
         |(?:press|news|media)\ release)\W{0,3}""",
    re.IGNORECASE | re.VERBOSE,
)
_ROUTING = re.compile(
    r"""[a-z]\d{4}(?:\s.*)?|[a-z]\s[a-z](?:\s.{0,60})?|\d{1,4}(?:st|nd|rd|th)\sLd.{0,60}
        |(?:BC|AM|PM|AP|US|EU|ML|AS|AF|LA|CN|FBN|BBN|TEN|SOC|CRI)-[A-Z][^.]{0,80}
        |(?:\(?(?:URGENT|BULLETIN|FLASH|ALERT|NEWSALERT|ADVISORY|UPDATE\s?\d*|LEAD(?:ALL)?|ATTN:?.{0,60})\)?[\s:!-]*)+
        |\(?(?:Eds|EDS|Editors|EDITORS|Editor's\ note|Ed\.\ note)\s?[:.-].{0,400}
        |\(?(?:Adds?|Updates?|Recasts?|Corrects?|Writes\ through|Releads?|Repeats?|Clarifies|Refiles)\b.{0,200}\)
        |[A-Z]{2,5}\d{3,5}\s+\d\s+[a-zA-Z]{2,4}\b.{0,60}
        |FOR\ (?:IMMEDIATE\ )?RELEASE.{0,60}|(?:PRESS|NEWS|MEDIA)\ (?:RELEASE|STATEMENT|NOTICE).{0,30}|ZCZC.{0,60}|NNNN
        |\d{3,6}\s[A-Z]{2,5}\s.{0,60}|(?:\d{4}\s)?\d{6}\s[A-Z]{3}\s\d{2}|[A-Z]{2,4}-[A-Z]{2,4}-\d\d-\d\d-\d\d.{0,30}
        |[\s=*_#-]{3,}|-?\s?more\s?-?
        |(?=[^a-z]*\d{3})[A-Z0-9]+(?:[\s/.:,-]+[A-Z0-9]+){1,9}
        |.{2,60}(?:,\s?\d{1,2}(?:st|nd|rd|th)\sLd(?:-Writethru)?.{0,30}
          |\b\d{1,2}(?:st|nd|rd|th)\ (?:Lead|Ld)-?\s?Writethru.{0,30}),?\s?\d{0,5}""",
    re.VERBOSE,
)
_FIELD = re.compile(
    r"\s*(headline|title|hed|slug|slugline|byline|by|author|authors|date|published|publication date|source|publication"
    r"|url|link|dateline|section|category|keywords?|copyright|priority|language|desk|words?|word count|id|service"
    r"|urgency|embargo(?:ed)?(?: until)?|hold (?:for release|until))\s*:\s*(.*)",
    re.IGNORECASE,
)
_ANY_FIELD = re.compile(r"\s*[A-Z][\w -]{1,20}:\s\S.{0,120}")
_EMBARGO = re.compile(
    r"(?:strictly\s+)?(?:under\s+)?(?:embargo(?:ed)?|hold for release"
    r"|not for (?:publication|release) (?:before|until))\b"
    r"\W*(?:(?:for\s+(?:release\s+)?)?(?:until|till|to|before)\b)?\W*(.*)",
    re.IGNORECASE,
)
_END = re.compile(
    r"\s*(?:[-–—(*\s]*ends?[-–—)*\s]*|-\s?30\s?-|###?|NNNN|[A-Z]{2,4}-[A-Z]{2,4}-\d\d-\d\d-\d\d.{0,30}|={3,}|_{3,}"
    r"|[A-Z]{2,4} \d{6} [A-Z]{3} [A-Z]{3} \d{2}|\(PROFILE|\((?:[A-Z]{2,8}:[^()]{0,80};?)+\)|\))\s*",
    re.IGNORECASE,
)
_FINAL = re.compile(r"\s*(?:[-–—(*\s]*ENDS?[-–—)*\s]*|-\s?ends\s?-|-\s?30\s?-|###|NNNN)\s*")
# Behind it stands whom to ask, and who sent it.
_CONTACT = re.compile(
    r"\s*(?:(?:press|media)\s+(?:contacts?|enquiries|inquiries)|contacts?\s+(?:presse|médias?|stampa|for\s+(?:media|press))"
    r"|(?:presse|medien)-?\s?kontakte?|(?:ihr\s+)?(?:presse|medien)?-?ansprechpartner(?:in)?(?:\s+für\s+(?:die\s+)?(?:presse|medien))?"
    r"|contactos?\s+(?:de|para|com)\s+(?:a\s+)?(?:la\s+)?(?:prensa|imprensa|medios)|contatti?\s+(?:per\s+la\s+)?stampa|perscontact(?:en)?"
    r"|kontakt\s+(?:dla\s+mediów|pro\s+média|prasowy)|basın\s+iletişim|επικοινωνία|rückfragen|kontakt)\s*:?\s*",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"\s*(?:by|von|par|por|di|door|av)\s+(?=[A-ZÀ-Þ])", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*\s*$")
_NAMES = {
    "title": "headline", "hed": "headline", "by": "author", "byline": "author", "authors": "author",
    "published": "date", "publication date": "date", "publication": "source", "link": "url", "category": "section",
}  # fmt: skip
_LINES_BELOW = 8


def lines_of(text: str) -> list[str]:
    """Lines without what old wires and typesetters write into them."""
    text = re.sub(r"\r\n?|\x03|\x04", "\n", text).replace("\f", "\n\n")
    text = re.sub(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", " ", text).expandtabs(4).strip("\n")
    return [re.sub(r"^\s?\^(.*?)[<=]?\s*$", r"\1", line) for line in text.split("\n")]


def head(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Routing lines, fields and a date before the headline, taken off: what the fields say, and the rest."""
    about: dict[str, str] = {}
    place = 0
    while place < len(lines):
        line = lines[place].strip()
        if line and not _of_head(line, about):
            break
        place += 1
    rest = lines[place:]
    return (about, rest) if "headline" in about or any(line.strip() for line in rest) else ({}, lines)


def _is_routing(line: str) -> bool:
    return bool(_ROUTING.fullmatch(line) or _RELEASE.fullmatch(line))


def _of_head(line: str, about: dict[str, str]) -> bool:
    """Whether a line is no headline; what it says goes into ``about``."""
    field = _FIELD.fullmatch(line)
    embargo = _EMBARGO.match(line)
    if embargo and (not field or field[1].lower().startswith(("embargo", "hold"))) and len(line) < 120:
        about["embargo"] = embargo[1].strip(" .)")
    elif field and (field[2] or about):
        about.setdefault(_NAMES.get(field[1].lower(), field[1].lower()), field[2].strip())
    elif about and _ANY_FIELD.fullmatch(line):
        pass
    elif re.search(r"\d", line) and len(line) < 60 and quiet_date(line):
        about.setdefault("date", line)
    else:
        return _is_routing(line)
    return True


def below_headline(lines: list[str]) -> tuple[tuple[str, ...], When | None, list[str]]:
    """Byline and date alone in a line each, right below the headline; a second headline there stays a paragraph."""
    authors: tuple[str, ...] = ()
    published: When | None = None
    deck: list[str] = []
    rest = list(lines)
    for _ in range(_LINES_BELOW):
        if not rest:
            break
        line = rest[0].strip()
        when = quiet_date(line) if len(line) < 60 and re.search(r"\d", line) else None
        if not authors and is_byline(line):
            authors = names.from_byline(line)
        elif published is None and when is not None:
            published = when
        elif not deck and not authors and _is_deck(rest):
            deck = [line, ""]
        elif line and not (authors and _is_affiliation(line)) and not _is_routing(line):
            break
        rest.pop(0)
    return authors, published, deck + rest


def is_byline(line: str) -> bool:
    """“By Ann Lee”, alone."""
    return len(line) < 120 and bool(_BYLINE.match(line)) and not _SENTENCE_END.search(re.sub(r"\b\w\.$", "", line))


def _is_deck(lines: list[str]) -> bool:
    """Whether a second headline stands here: a short line that is no sentence, with a byline below."""
    line, following = lines[0].strip(), [later.strip() for later in lines[1:3] if later.strip()]
    short = bool(line) and len(line) < 120 and not _SENTENCE_END.search(line) and not _is_routing(line)
    return short and any(is_byline(later) for later in following)


def _is_affiliation(line: str) -> bool:
    """A line below a byline that says whose writer it is: “Coast Wire News”, “Staff Writer”."""
    words = line.split()
    named = all(word[:1].isupper() or word in ("of", "the", "for", "and") for word in words)
    return len(words) <= 5 and named and not line.endswith((".", "!", "?", ":", "”", '"'))


def without_end(lines: list[str]) -> list[str]:
    """Without the marks of the end, and what stands behind the last of them: notes to editors, contacts."""
    for place, line in enumerate(lines):
        if place > 2 and (_FINAL.fullmatch(line) or _CONTACT.fullmatch(line)):
            lines = lines[:place]
            break
    while lines and (not lines[-1].strip() or is_end(lines[-1])):
        lines = lines[:-1]
    return lines


def without_label(headline: str) -> str:
    """A subject without the words “Press release:” before it."""
    label, _, rest = headline.partition(":")
    return rest.strip() if rest.strip() and _RELEASE.fullmatch(label.strip()) else headline


def is_end(line: str) -> bool:
    """Whether a line says that the story ends."""
    return bool(_END.fullmatch(line))
