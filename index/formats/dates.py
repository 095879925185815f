"""Dates as files write them: ISO 8601, RFC 5322, and as newspapers do, in two dozen languages. Nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

When = date | datetime

# The day and the month of 03/04/2025 change places with the country; with dots, the day stands first everywhere.
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})\b")
_LEAD = re.compile(
    r"""^\W*(?:first\s+)?(?:published|posted|issued|released|date|on|veröffentlicht|publié|publicado|pubblicato|geplaatst
         |gepubliceerd|yayınlanma(?:\s+tarihi)?|yayın\s+tarihi|giriş|oluşturulma|入力|입력|등록|승인|公開日?|投稿日?|配信|掲載|发布(?:时间|日期)?|时间|publicerad|publisert|udgivet|opublikowano|vom|am|le|el|il)\b[\s:,]*(?:(?:on|am|le|el|il|op|at)\b\s*)?""",
    re.IGNORECASE | re.VERBOSE,
)
_NOISE = re.compile(
    r"""\b(?:at|um|uhr|kl|klo|ore|alle|um|o'clock|de|del|of|the|à|a\ las|às|om|den)\b\.?|(?<=\d)(?:st|nd|rd|th|er|º|ª)\b
        |[|·•–—,]|(?<=\d)\.(?=\s*[^\W\d])""",
    re.IGNORECASE | re.VERBOSE,
)
_MONTHS = {
    1: "januar january janvier enero gennaio janeiro januari stycznia styczeń ledna tammikuuta ocak января"
    " jänner gener",
    2: "februar february février fevrier febrero febbraio fevereiro februari lutego luty února helmikuuta şubat"
    " февраля",
    3: "märz march mars marzo março maart marca marzec března maaliskuuta mart марта marts maerz",
    4: "april avril abril aprile kwietnia kwiecień dubna huhtikuuta nisan апреля",
    5: "mai may mayo maggio maio mei maj maja května toukokuuta mayıs мая",
    6: "juni june juin junio giugno junho czerwca czerwiec června kesäkuuta haziran июня",
    7: "juli july juillet julio luglio julho lipca lipiec července heinäkuuta temmuz июля",
    8: "august août aout agosto augustus augusti sierpnia sierpień srpna elokuuta ağustos августа",
    9: "september septembre septiembre settembre setembro września wrzesień září syyskuuta eylül сентября setiembre",
    10: "oktober october octobre octubre ottobre outubro października październik října lokakuuta ekim октября",
    11: "november novembre noviembre novembro listopada listopad listopadu marraskuuta kasım ноября",
    12: "dezember december décembre decembre diciembre dicembre dezembro grudnia grudzień prosince joulukuuta aralık"
    " декабря desember",
}
# Rumanian, Catalan, Indonesian, Ukrainian, Greek, Arabic of Egypt, the Maghreb and the Levant, Hindi.
_MORE_MONTHS = {
    1: "ianuarie gener januari січня ιανουαρίου يناير جانفي كانونالثاني जनवरी",
    2: "februarie febrer februari лютого φεβρουαρίου فبراير فيفري شباط फरवरी फ़रवरी",
    3: "martie març maret березня μαρτίου مارس آذار मार्च",
    4: "aprilie abril april квітня απριλίου أبريل إبريل أفريل نيسان अप्रैल",
    5: "mai maig mei травня μαΐου μαίου مايو ماي أيار मई",
    6: "iunie juny juni червня ιουνίου يونيو جوان حزيران जून",
    7: "iulie juliol juli липня ιουλίου يوليو جويلية تموز जुलाई",
    8: "agost agustus серпня αυγούστου أغسطس أوت آب अगस्त",
    9: "septembrie setembre вересня σεπτεμβρίου سبتمبر أيلول सितंबर सितम्बर",
    10: "octombrie жовтня οκτωβρίου أكتوبر تشرينالأول अक्टूबर अक्तूबर",
    11: "noiembrie novembre листопада νοεμβρίου نوفمبر تشرينالثاني नवंबर नवम्बर",
    12: "decembrie desembre грудня δεκεμβρίου ديسمبر كانونالأول दिसंबर दिसम्बर",
}
_TWO_WORDS = re.compile(r"(?:كانون|تشرين) (?:الأول|الثاني)")
_ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_OF = {
    name: _ENGLISH[number - 1]
    for months in (_MORE_MONTHS, _MONTHS)
    for number, names in months.items()
    for name in names.split()
}
_WITH_SIGNS = re.compile("|".join(name for name in _MONTH_OF if not re.fullmatch(r"\w+", name)))
"""Months that expressions for words would cut, at a vowel sign."""
_ZONES = {
    "EST": -5, "EDT": -4, "ET": -5, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "GMT": 0,
    "UTC": 0, "BST": 1, "WET": 0, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5,
    "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
_MAX_CHARS = 80


_EAST_ASIAN = re.compile(
    r"""(?<!\d)(?P<year>\d{4})\s*[年년.]\s*(?P<month>\d{1,2})\s*[月월.]\s*(?P<day>\d{1,2})(?:\s*[日일.]|(?!\d))(?:\s*[(（][^)）]{1,4}[)）])?
        (?:\s*(?P<half>午前|午後|上午|下午|오전|오후)?\s*(?P<hour>\d{1,2})\s*[時时시:：]\s*(?P<minute>\d{1,2})?\s*[分분]?)?""",
    re.VERBOSE,
)


class Ambiguous(ValueError):
    """A date whose day and month could change places."""


def read_date(value: Any) -> When | None:
    """The date, or date and time, that ``value`` says; ``None`` for nothing.

    Raises:
        Ambiguous: day and month could change places.
        ValueError: it is no complete date.
    """
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError("must be a string")  # noqa: TRY004 # one kind of error for every bad date
    text = _in_ascii_digits(" ".join(value.split()))
    if not text:
        return None
    if len(text) > _MAX_CHARS:
        raise ValueError(f"{text[:40]!r} is not a date like 2023-06-26 or a time like 2023-06-26T14:30:00+02:00")
    try:
        return _iso(text)
    except ValueError:
        return _written(text)


def _in_ascii_digits(text: str) -> str:
    """Digits of other scripts as ours, and East Asian dates, “2025年3月4日 18時05分”, as ISO writes them."""
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    east = _EAST_ASIAN.search(text)
    if not east:
        return text
    hour = None if east["hour"] is None else int(east["hour"]) % 24
    if hour is not None and east["half"] in ("午後", "下午", "오후"):
        hour = hour % 12 + 12
    day = f"{east['year']}-{int(east['month']):02}-{int(east['day']):02}"
    if hour is not None:
        day += f"T{hour:02}:{int(east['minute'] or 0):02}"
    return text[: east.start()] + day + text[east.end() :]


def quiet_date(value: Any) -> When | None:
    """The same, and ``None`` for what is no date or may be two."""
    try:
        return read_date(value)
    except ValueError:
        return None


def first_date(values: Iterable[str]) -> When | None:
    """The first of these that is a date and only one; ``None`` if none is."""
    return next((found for value in values if (found := quiet_date(value))), None)


def _iso(text: str) -> When:
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text):
        return date.fromisoformat(text)
    if not re.match(r"\d{4}-?\d{2}-?\d{2}[T ]", text):
        raise ValueError(text)
    text = re.sub(r"(\.\d{1,6})\d*", r"\1", text)
    text = re.sub(r"\s+(?:UTC|GMT|Z)$", "Z", text)
    return datetime.fromisoformat(re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", text))


def _written(text: str) -> When:
    from dateutil import parser, tz

    numeric = _NUMERIC.search(text)
    day_first = False
    if numeric:
        first, mark, second = int(numeric[1]), numeric[2], int(numeric[3])
        if mark != "." and first != second and first <= 12 and second <= 12:
            raise Ambiguous(f"{text[:40]!r} may be two days; write it like 2023-06-26")
        day_first = mark == "." or first > 12
    plain = _NOISE.sub(" ", _LEAD.sub("", text.replace("_", " ")) if not numeric else _LEAD.sub("", text))
    plain = _WITH_SIGNS.sub(lambda month: f" {_MONTH_OF[month[0]]} ", plain)
    plain = _TWO_WORDS.sub(lambda month: month[0].replace(" ", ""), plain)
    plain = re.sub(r"[^\W\d]+\.?", lambda word: _english(word[0]), plain)
    plain = re.sub(r"\b(\d{1,2})h(\d{2})\b", r"\1:\2", plain)
    plain = re.sub(
        r"\b([012]\d)([0-5]\d)(?=\s*(?:hrs|hours)?\s*(?:GMT|UTC|BST|CES?T|E[SD]T|P[SD]T)\b)", r"\1:\2", plain
    )

    def zone(name: str | None, offset: int | None) -> Any:
        if offset is not None:
            return tz.tzoffset(name, offset)
        return tz.tzoffset(name, int(_ZONES[name] * 3600)) if name in _ZONES else None

    found = []
    for unlike in (datetime(2000, 1, 1), datetime(2001, 2, 2)):  # noqa: DTZ001 # what a date leaves out shows itself
        try:
            found.append(parser.parse(plain, default=unlike, tzinfos=zone, dayfirst=day_first))
        except (ValueError, OverflowError, TypeError, parser.ParserError):
            raise ValueError(
                f"{text[:40]!r} is not a date like 2023-06-26 or a time like 2023-06-26T14:30:00+02:00"
            ) from None
    if found[0].date() != found[1].date() or not re.search(r"\d{4}", plain):
        raise ValueError(f"{text[:40]!r} is not a date like 2023-06-26 or a time like 2023-06-26T14:30:00+02:00")
    when: datetime = found[0]
    return when if re.search(r"\d:\d|\d\s*[ap]\.?m\b", plain, re.IGNORECASE) else when.date()


def _english(word: str) -> str:
    """A month in English; a.m. and p.m. as they are read; any other word as it is."""
    low = word.lower()
    if low in ("a.m.", "p.m.", "am", "pm"):
        return low
    low = low.rstrip(".")
    if low in _MONTH_OF:
        return _MONTH_OF[low]
    near = {english for name, english in _MONTH_OF.items() if len(low) >= 3 and name.startswith(low)}
    return near.pop() if len(near) == 1 else ("" if low in _WEEKDAYS else word)


_WEEKDAYS = frozenset(
    [
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
        "mo",
        "di",
        "mi",
        "do",
        "fr",
        "sa",
        "so",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
        "lunedì",
        "martedì",
        "mercoledì",
        "giovedì",
        "venerdì",
        "sabato",
        "domenica",
        "segunda",
        "terça",
        "quarta",
        "quinta",
        "sexta",
        "feira",
        "maandag",
        "dinsdag",
        "woensdag",
        "donderdag",
        "vrijdag",
        "zaterdag",
        "zondag",
        "måndag",
        "tisdag",
        "onsdag",
        "torsdag",
        "fredag",
        "lördag",
        "söndag",
        "mandag",
        "tirsdag",
        "lørdag",
        "søndag",
        "poniedziałek",
        "wtorek",
        "środa",
        "czwartek",
        "piątek",
        "sobota",
        "niedziela",
    ]
)
