"""Who wrote it: the people of a byline, each once, as they write themselves."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

_LEAD = re.compile(
    r"""^[\s:–—|•·-]*(?:(?:additional\s+)?(?:(?:story|text|words|report|reporting|written|reported|posted|analysis|interview|photos?|posté|
        aufgezeichnet|geschrieben|publié|écrit|escrito|scritto|skriven|skrevet)\s+)?
        (?:by|von|par|por|di|door|av|af|przez|текст|автор)(?:\s*:|\b)
        |(?:كتبت?|بقلم|إعداد|تحرير)\s*:?\s
        |(?:συντάκτ(?:ης|ρια)|(?:του|της)|מאת|ผู้เขียน|tác giả|रिपोर्ट|लेखक|글|نویسنده|napsala?
         |připravila?|piš[ue]|napísala?)\s*:\s
        |(?:haber|muhabir|yazan|opracowanie|oprac\.|opr\.|penulis|oleh|írta|szerző|teksti|tekijä)\s*:
        |(?:authors?|autor(?:en|es|in)?|auteurs?|auteur|redakt(?:ion|ör|eur)|textes?|text|tekst|texto|testo|journalist|byline)\s*:)\s*""",
    re.IGNORECASE | re.VERBOSE,
)
# “Von unserem Redakteur Till Brenner”: a role before a whole name.
_ROLE_BEFORE = re.compile(
    r"^(?:(?:unsere[mr]|notre|onze|nostr[oa]|nuestr[oa]|noss[oa])\s+)?(?:[A-ZÀ-Þ]?\w+[\s-])?(?i:staff\s+writer|reporter(?:in)?|correspondent|editor|redakteur(?:in)?"
    r"|korrespondent(?:in)?|mitarbeiter(?:in)?|autor(?:in)?"
    r"|correspondante?|envoyée?\s+spéciale?|journaliste|verslag(?:gever|geefster)|corresponsal|corrispondente|inviat[oa]|reportero)\s+(?=[A-ZÀ-Þ]\S+\s+[A-ZÀ-Þ])"
)
_SAFE_SPLIT = re.compile(
    r"\s*(?:;|\||•|·|\n|\s/\s|\s–\s|\s—\s)\s*|\s+(?:and|&|und|with|con|mit|avec)\s+|(?:,\s*and)\s+"
)
# Words for "and" that also stand inside names (Ortega y Gasset): they part only names of two words and more.
_CAREFUL_SPLIT = re.compile(r"\s+(?:et|y|e|i|en|og|och|ja|и|і|та|ve|és|și|dan|và|και)\s+")
# “A, inviato a Borgo, e B”: the last of several begins with the word for "and".
_LED_BY_AND = re.compile(r"^(?:et|y|e|ed|i|en|og|och|ja|и|та|και|ve|und|and)\s+(?=[^\W\d_]\S*\s)")
# What a byline says of its pictures, to its end or to the next part.
_PICTURES = re.compile(
    r"[\s,;/|]+(?:and\s+)?(?:photos?|photographs|fotos?|fotografi[ae]s?|kuvat?|фото|bild(?:er)?|bilde|pictures?|video)\s*(?::|by\b|von\b)[^;|]*",
    re.IGNORECASE,
)
# “Ann Lee (text), Bob Ray (photos)”
_PICTURED = re.compile(
    r"[^,;|()]+\((?:photos?|photograph\w*|fotos?|fotograf\w*|bild(?:er)?|billed\w*|images?|imagens|imágenes|immagini|kuvat?|zdjęcia|videos?|vídeos?"
    r"|фото|illustrat\w*|ilustra\w*|grafi\w*|infogra\w*)\)",
    re.IGNORECASE,
)
_LAST_AND = re.compile(r".*\s(?=(?:and|&|und|et|y|e|en|og|och|ja|i|mit|con|avec|met)\s)", re.IGNORECASE)
_DESK = re.compile(
    r"""(?:afp|ap|efe|ansa|agi|adnkronos|dpa|apa|sda|anp|belga|pap|čtk|ctk|tasr|mti|lusa|reuters|tass|тасс|unian|aa|dha|iha|απε-μπε
         |pti|ians|bhasha|ntb|ritzau|tt|stt|europa\ press|associated\ press|agencias?|agences?|agenturen|agenzie)
        |(?:(?:la|die|de|el|web|online|news)[\s-])?(?:redacción|rédaction|redaktion|redazione|redactie|redakcja|redakce|redação
         |redacció|redaktionen|redaksjonen|toimitus|szerkesztőség|redacția|редакция|редакція|haber\ merkezi|σύνταξη
         |newsroom|(?:news|web)\s?desk)(?:\s.{2,30})?""",
    re.IGNORECASE | re.VERBOSE,
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
    r"|Sentinel|Observer|Dispatch|Examiner|Inquirer|Enquirer|Bulletin|Telegraph|Advertiser|Newspapers?"
    r"|Reuters|AFP|AP|dpa|BBC|CNN|Bloomberg|Newsroom|Service|Staff|Team|Redaktion|Wire)$"
)
_TAIL = re.compile(
    r"""\s*(?:\(?@\w+\)?|\([^)]*\)|[|•·].*|/\s?[A-ZÀ-Þ]{2,8}|\bFollow\b.*
        |\b(?i:published|updated|posted|last\ modified)\b.*
        |\s+on\s+(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*\b|\d).*
        |\s+(?:(?:The\s+)?Associated\ Press|Reuters|AFP|AP|dpa|EFE|ANSA)
        |\s+(?:[Ff]or|in|at|reports|reporting|of\ the|from)\s+(?:the\s+)?[A-Z].*|\s-\s.*)$""",
    re.VERBOSE,
)
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)+")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_NOBODY = re.compile(
    r"""(?:(?:\S+\ ){0,3}admin(?:istrator)?|super\ ?user|webmaster
        |editor|editors|user|guest|root|unknown|anonymous|null|none
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
_FAMILY_NAME = re.compile(
    r"(?<=[^\W\d_][a-zà-ÿğışı] |[a-zà-ÿğışı]{2} )(?:[^\W\d_a-zà-ÿğışı]{2,}[ -])*[^\W\d_a-zà-ÿğışı]{3,}$"
)
"""“Elif SANCAKTAR”: behind a name in small letters, as agencies of several countries set it."""
_TURKISH = re.compile(r"[ğışĞİŞ]")
_REPORTER = re.compile(r"(?<=[가-힣])\s*(?:선임기자|인턴기자|기자|특파원|논설위원)(?:\s+\S+@\S+)?$")
_MAX_CHARS = 80
_MAX_LINE_CHARS = 2_000
"""Some expressions look from each character to the end; no byline is longer."""
_MAX_AGENCY_CHARS = 5


def from_list(values: Iterable[str], *, besides: Iterable[str] = ()) -> tuple[str, ...]:
    """The names in values of which each is meant to be one author; ``besides`` are names of the site, not of people."""
    return _distinct([name for value in values for name in from_byline(value)], besides)


def from_byline(text: str, *, besides: Iterable[str] = ()) -> tuple[str, ...]:
    """The names in a line like “By A, B and C”."""
    line = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text[:_MAX_LINE_CHARS])).split())
    profile = _PROFILE.fullmatch(line)
    if profile:
        line = profile[1].lower()
    mail = re.fullmatch(r"\S+@\S+\s+\(([^)]+)\)|\"?([^\"<]+?)\"?\s*<[^>]*>", line)
    if mail:
        line = mail[1] or mail[2]
    line = _PICTURED.sub(lambda found: last[0] if (last := _LAST_AND.match(found[0])) else " ", line)
    line = re.sub(r"\([^)]*\)", " ", _ROLE_BEFORE.sub("", _LEAD.sub("", line)))
    line = _PICTURES.sub("", _MAIL_BEHIND.sub("", line))
    names = [name for piece in _SAFE_SPLIT.split(line) for name in _parted(piece)]
    # What follows a person may be whose writer that is.
    return _distinct([name for place, name in enumerate(names) if not place or not _HOUSE.search(name)], besides)


def merged(declared: tuple[str, ...], visible: tuple[str, ...]) -> tuple[str, ...]:
    """What the page's data declare and what its byline shows, put together.

    The byline wins where it names the same people and more; a declared organisation yields to people.
    """
    if not declared or not visible or all(is_role(name) or is_desk(name) for name in declared):
        return visible or declared  # a role, a login, a desk is who put it in
    keys = {_key(name) for name in declared}
    shown = {_key(name) for name in visible}
    if keys & shown:
        return _distinct([*declared, *visible])
    return declared


def _parted(piece: str) -> list[str]:
    """The names in a piece without “and”: parted at commas, unless these are “Last, First” or “King, Jr.”."""
    words = [_LED_BY_AND.sub("", part.strip()) for part in piece.split(",") if part.strip()]
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
    besides = tuple(besides)
    sites = {_site_key(name) for name in besides}
    initials = {"".join(word[0] for word in name.split()) for name in besides if " " in name.strip()}
    found: dict[str, str] = {}
    slugs: list[str] = []
    for raw in names:
        before, _, last = raw.strip().rpartition(" ")
        name = _tidy(before if " " in before and last in initials and not _SUFFIX.match(last) else raw)
        key = _key(name)
        if (
            not key
            or _site_key(name) in sites
            or len(name) > _MAX_CHARS
            or _NOBODY.fullmatch(name)
            or "@" in name
            or "//" in name
            or _DOMAIN.fullmatch(name)
        ):
            continue
        if _SLUG.fullmatch(name):
            slugs.append(name)
        elif (
            len(name) > len(found.get(key, ""))
            or (found[key].isupper() and not name.isupper())
            or (found[key].isascii() and not name.isascii())
        ):
            found[key] = name
    for slug in slugs:
        if not found and not re.search(r"\d", slug):
            found[_key(slug)] = re.sub(r"[-_]", " ", slug).title()
    people = {
        key: name
        for key, name in found.items()
        if not is_role(name) and not is_desk(name) and not re.search(r"\d", name)
    }
    own = {word for site in besides if (word := site.partition(" ")[0]).isupper() and len(word) > 1}
    persons = {key: name for key, name in people.items() if not _is_house(name, own)}
    return tuple((persons or people or found).values())


def _is_house(name: str, own: set[str]) -> bool:
    """Whether what stands among people is an agency (TNN, Associated Press) or, by ``own``, a desk of the site."""
    first, _, rest = name.partition(" ")
    house = bool(_HOUSE.search(name)) and rest != "Post"  # Emily Post is a person
    return house or first in own or (not rest and name.isupper() and len(name) <= _MAX_AGENCY_CHARS)


def is_desk(name: str) -> bool:
    """Whether a name is an agency's, or that of a newsroom in whole."""
    return bool(_DESK.fullmatch(name))


def is_label(words: str) -> bool:
    """Whether words with a colon, “Szerző:”, lead into the names of who wrote it."""
    return bool(_LEAD.fullmatch(words + " "))


def is_role(name: str) -> bool:
    """Whether words say what somebody is at a newsroom, not who."""
    return bool(_ROLE.search(name)) or (name != name.upper() and not any(c.isupper() for c in name))


def _tidy(raw: str) -> str:
    name = _REPORTER.sub("", " ".join(_LEAD.sub("", raw).split()))
    name = _TAIL.sub("", name).strip(" ,:;-–—|")
    name = re.sub(r"(?<!\b\w)(?<!\b[JS]r)(?<!\.\w)\.$", "", name)
    letters = [c for c in name if c.isalpha()]
    small = sum(c.islower() for c in letters)  # O'BRIEN-McCLOUD
    if " " in name and len(letters) > 4 and small < 2 and all(c.isupper() or c.islower() for c in letters):
        name = re.sub(
            r"[^\W\d]+", lambda word: word[0] if word[0] in ("AP", "AFP", "BBC", "II", "III") else word[0].title(), name
        )
        return re.sub(r"\bMc[a-z]", lambda start: f"Mc{start[0][2].upper()}", name)
    return _FAMILY_NAME.sub(lambda word: _small(word[0], turkish=bool(_TURKISH.search(name))), name)


def _small(word: str, *, turkish: bool) -> str:
    """Words in capitals with their first ones alone; in Turkish, a capital without a dot is small without one."""
    low = word.replace("İ", "i")
    low = (low.replace("I", "ı") if turkish else low).lower()
    return "".join(
        high if not place or word[place - 1] in " -" else small
        for place, (high, small) in enumerate(zip(word, low, strict=True))
    )


def _key(name: str) -> str:
    """Its letters; Latin ones without accents, which a slug of the same name has not."""
    return re.sub(r"[\W_]+", "", _unaccented(name) if max(name, default="") < "\u0250" else name).casefold()


def _unaccented(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def _site_key(name: str) -> str:
    """The key of a site's name, which its address has without accents."""
    return _key(_unaccented(name))
