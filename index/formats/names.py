"""Who wrote it: the people of a byline, each once, as they write themselves."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_LEAD = re.compile(
    r"""^[\s:–—|•·-]*(?:(?:additional\s+)?(?:(?:story|text|words|report|reporting|written|reported|posted|analysis|interview|photos?|posté|
        aufgezeichnet|geschrieben|publié|écrit|escrito|scritto|skriven|skrevet)\s+)?
        (?:by|von|par|por|di|door|av|af|przez|текст|автор)(?:\s*:|\b)
        |(?:كتبت?|بقلم|إعداد|تحرير)\s*:?\s
        |(?:haber|muhabir|yazan|opracowanie|oprac\.|opr\.|penulis|oleh|írta|szerző|teksti|tekijä)\s*:
        |(?:authors?|autor(?:en|es|in)?|auteurs?|auteur|redakt(?:ion|ör|eur)|textes?|text|tekst|texto|testo|journalist|byline)\s*:)\s*""",
    re.IGNORECASE | re.VERBOSE,
)
# “Von unserem Redakteur Till Brenner”: a role before a whole name.
_ROLE_BEFORE = re.compile(
    r"^(?:unsere[mr]\s+)?(?:[A-ZÀ-Þ]?\w+[\s-])?(?i:staff\s+writer|reporter(?:in)?|correspondent|editor|redakteur(?:in)?"
    r"|korrespondent(?:in)?|mitarbeiter(?:in)?|autor(?:in)?)\s+(?=[A-ZÀ-Þ]\S+\s+[A-ZÀ-Þ])"
)
_SAFE_SPLIT = re.compile(
    r"\s*(?:;|\||•|·|\n|\s/\s|\s–\s|\s—\s)\s*|\s+(?:and|&|und|with|con|mit|avec)\s+|(?:,\s*and)\s+"
)
# Words for "and" that also stand inside names (Ortega y Gasset): they part only names of two words and more.
_CAREFUL_SPLIT = re.compile(r"\s+(?:et|y|e|i|en|og|och|ja|и)\s+")
# What a byline says of its pictures, to its end or to the next part.
_PICTURES = re.compile(
    r"[\s,;/|]+(?:and\s+)?(?:photos?|photographs|fotos?|bild(?:er)?|pictures?|video)\s*(?::|by\b|von\b)[^;|]*",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d|obe|mbe|cbe|esq)\.?$", re.IGNORECASE)
_ROLE = re.compile(
    r"""\b(?:editor|reporter|correspondent|writer|staff|columnist|journalist|producer|contributor|photographer|critic
        |bureau|desk|chief|redakteur|redakteurin|korrespondent(?:in)?|correspondant|corresponsal|corrispondente
        |journaliste|rédacteur|inviato|chef|envoyée?\ spéciale?|enviad[oa]\ especial)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_HOUSE = re.compile(
    r"\b(?:News|Times|Post|Press|Agency|Tribune|Herald|Network|Radio|TV|Media|Magazine|Today|Journal|Gazette|Chronicle"
    r"|Reuters|AFP|AP|dpa|BBC|CNN|Bloomberg|Newsroom|Service|Staff|Team|Redaktion|Wire)$"
)
_TAIL = re.compile(
    r"""\s*(?:\(?@\w+\)?|\([^)]*\)|[|•·].*|\bFollow\b.*|\b(?i:published|updated|posted|last\ modified)\b.*
        |\s+on\s+(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*\b|\d).*
        |\s+(?:(?:The\s+)?Associated\ Press|Reuters|AFP|AP|dpa|EFE|ANSA)
        |\s+(?:[Ff]or|in|at|reports|reporting|of\ the|from)\s+(?:the\s+)?[A-Z].*|\s-\s.*)$""",
    re.VERBOSE,
)
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)+")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_NOBODY = re.compile(
    r"""(?:admin(?:istrator)?|super\ ?user|webmaster|editor|editors|user|guest|root|unknown|anonymous|null|none
        |undefined|n/?a|author|redakcja|staff|system|web|\d+|[a-z]+\d+|about\ the\ author.*|view\ (?:bio|profile).*
        |more\ from.*)""",
    re.IGNORECASE | re.VERBOSE,
)
# The address of an author's own page ends in their name: /staff/ann-lee.
_PROFILE = re.compile(
    r"https?://[^/\s]+/(?:[\w-]+/)*(?:authors?|staff|people|profiles?|by|journalists?|reporters?|team|contributors?|autor(?:en|es)?"
    r"|auteurs?|redaktion)/([a-z]+(?:-[a-z]+){1,2})/?",
    re.IGNORECASE,
)
_MAIL_BEHIND = re.compile(r"(?<=\w\w)[\s|,·•]+\S+@\S+\.\w+\s*$")
_MAX_CHARS = 80


def from_list(values: Iterable[str], *, besides: Iterable[str] = ()) -> tuple[str, ...]:
    """The names in values of which each is meant to be one author; ``besides`` are names of the site, not of people."""
    return _distinct([name for value in values for name in from_byline(value)], besides)


def from_byline(text: str, *, besides: Iterable[str] = ()) -> tuple[str, ...]:
    """The names in a line like “By A, B and C”."""
    line = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())
    profile = _PROFILE.fullmatch(line)
    if profile:
        line = profile[1].lower()
    mail = re.fullmatch(r"\S+@\S+\s+\(([^)]+)\)|\"?([^\"<]+?)\"?\s*<[^>]*>", line)
    if mail:
        line = mail[1] or mail[2]
    line = re.sub(r"\([^)]*\)", " ", _ROLE_BEFORE.sub("", _LEAD.sub("", line)))
    line = _PICTURES.sub("", _MAIL_BEHIND.sub("", line))
    names = [name for piece in _SAFE_SPLIT.split(line) for name in _parted(piece)]
    # What follows a person may be whose writer that is.
    return _distinct([name for place, name in enumerate(names) if not place or not _HOUSE.search(name)], besides)


def merged(declared: tuple[str, ...], visible: tuple[str, ...]) -> tuple[str, ...]:
    """What the page's data declare and what its byline shows, put together.

    The byline wins where it names the same people and more; a declared organisation yields to people.
    """
    if not declared or not visible:
        return declared or visible
    keys = {_key(name) for name in declared}
    shown = {_key(name) for name in visible}
    if keys & shown:
        return _distinct([*declared, *visible])
    return declared


def _parted(piece: str) -> list[str]:
    """The names in a piece without “and”: parted at commas, unless these are “Last, First” or “King, Jr.”."""
    words = [part.strip() for part in piece.split(",") if part.strip()]
    joined: list[str] = []
    for word in words:
        if joined and _SUFFIX.match(word):
            joined[-1] += f", {word}"
        else:
            joined.append(word)
    if len(joined) == 2 and _last_first(*joined):
        return [f"{joined[1]} {joined[0]}"]
    if joined and " " in joined[0]:
        joined = [part for part in joined if " " in part or part.lower() == part.upper()]  # “Ann Lee, Berlin”
    names: list[str] = []
    for part in joined:
        careful = _CAREFUL_SPLIT.split(part)
        names += careful if all(" " in name for name in careful) else [part]
    return names


def _last_first(last: str, first: str) -> bool:
    if _ROLE.search(first) or not first[:1].isupper():
        return False
    initials = re.search(r"(?:^|\s)\w\.(?:\s?\w\.)*$", first)
    return (" " not in last or bool(initials)) and (" " not in first or bool(initials)) and not last.isupper()


def _distinct(names: Iterable[str], besides: Iterable[str] = ()) -> tuple[str, ...]:
    """Each person once: the form with most dots, in the order given; no slugs, addresses, logins or roles."""
    sites = {_key(name) for name in besides}
    found: dict[str, str] = {}
    slugs: list[str] = []
    for raw in names:
        name = _tidy(raw)
        key = _key(name)
        if (
            not key
            or key in sites
            or len(name) > _MAX_CHARS
            or _NOBODY.fullmatch(name)
            or "@" in name
            or "//" in name
            or _DOMAIN.fullmatch(name)
        ):
            continue
        if _SLUG.fullmatch(name):
            slugs.append(name)
        elif len(name) > len(found.get(key, "")) or (found[key].isupper() and not name.isupper()):
            found[key] = name
    for slug in slugs:
        if not found and not re.search(r"\d", slug):
            found[_key(slug)] = re.sub(r"[-_]", " ", slug).title()
    people = {key: name for key, name in found.items() if not is_role(name) and not re.search(r"\d", name)}
    return tuple((people or found).values())


def is_role(name: str) -> bool:
    """Whether words say what somebody is at a newsroom, not who."""
    return bool(_ROLE.search(name)) or (name != name.upper() and not any(c.isupper() for c in name))


def _tidy(raw: str) -> str:
    name = " ".join(_LEAD.sub("", raw).split())
    name = _TAIL.sub("", name).strip(" ,:;-–—|")
    name = re.sub(r"(?<!\b\w)(?<!\b[JS]r)(?<!\.\w)\.$", "", name)
    letters = [c for c in name if c.isalpha()]
    small = sum(c.islower() for c in letters)  # O'BRIEN-McCLOUD
    if " " in name and len(letters) > 4 and small < 2 and all(c.isupper() or c.islower() for c in letters):
        name = re.sub(
            r"[^\W\d]+", lambda word: word[0] if word[0] in ("AP", "AFP", "BBC", "II", "III") else word[0].title(), name
        )
        return re.sub(r"\bMc[a-z]", lambda start: f"Mc{start[0][2].upper()}", name)
    return name


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
