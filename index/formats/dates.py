"""Dates as files write them: ISO 8601, RFC 5322, and as newspapers do, in two dozen languages. Nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from index.formats.date_words import CROATIAN_MONTHS, DAY_FIRST, LABELS, MONTH_OF, WEEKDAYS, WITH_SIGNS, ZONES

When = date | datetime

# The day and the month of 03/04/2025 change places with the country; with dots, the day stands first everywhere.
_NUMERIC = re.compile(r"(\d{1,2})([/.-])\s?(\d{1,2})\2\s?(\d{4})\b\.?")
_LEAD = re.compile(
    rf"""^\W*(?:first\s+)?(?:{LABELS}|date|on|vom|am|le|el|il)\b[\s:,]*(?:(?:on|am|le|el|il|op|at)\b\s*)?""",
    re.IGNORECASE | re.VERBOSE,
)
_NOISE = re.compile(
    r"""\b(?:at|um|uhr|kl|klo|ore|alle|um|o'clock|de|del|of|the|à|a\ l[ae]s|às|om|den|o|u|v|w|r|в|о|у|г
        |ob|saat|στις|lúc|ngày|năm)\b\.?|น\.|(?<=\d)(?:st|nd|rd|th|er|º|ª)\b
        |[|·•–—,]|(?<=\d)\.(?=\s*[^\W\d])""",
    re.IGNORECASE | re.VERBOSE,
)
_CROATIAN = re.compile(rf"(\d\.)\s*({'|'.join(CROATIAN_MONTHS)})\b", re.IGNORECASE)
"""With a dot behind the day, as Croatian has it and Polish has not."""
_MAX_CHARS = 80
_FIRST_YEAR = 1600
"""Nothing was published in a newspaper before; an empty field of a database is the year 0 or 1."""


_EAST_ASIAN = re.compile(
    r"""(?<!\d)(?P<year>\d{4})\s*[年년.]\s*(?P<month>\d{1,2})\s*[月월.]\s*(?P<day>\d{1,2})(?:\s*[日일.]|(?!\d))(?:\s*[(（][^)）]{1,4}[)）])?
        (?:\s*(?P<half>午前|午後|上午|下午|오전|오후)?\s*(?P<hour>\d{1,2})\s*[時时시:：]\s*(?P<minute>\d{1,2})?\s*[分분]?)?""",
    re.VERBOSE,
)


_TWO_WORDS = re.compile(r"(?:كانون|تشرين) (?:الأول|الثاني)")
_WEEKDAY = re.compile(r"^[^\d,:]{2,20},\s+(?=\d)")
"""What stands before a comma and a date: a day of the week, or a place."""


class Ambiguous(ValueError):
    """A date whose day and month could change places."""


def read_date(value: Any, *, day_first: bool | None = None) -> When | None:
    """The date, or date and time, that ``value`` says; ``None`` for nothing.

    ``day_first``: its language and country are known to set the day before the month, or to set the month first
    (``False``); ``None`` where the words around it may tell.

    Raises:
        Ambiguous: day and month could change places.
        ValueError: it is no complete date.
    """
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError("must be a string")  # noqa: TRY004 # one kind of error for every bad date
    text = re.sub(r"(?<=[+-]\d\d:\d\d)(?:Z|\[\w+/\w+\])$", "", _in_ascii_digits(" ".join(value.split())))
    if not text:
        return None
    if len(text) > _MAX_CHARS:
        raise ValueError(f"{text[:40]!r} is not a date like 2023-06-26 or a time like 2023-06-26T14:30:00+02:00")
    try:
        when = _iso(text)
    except ValueError:
        when = _written(text, day_first=day_first)
    if when.year < _FIRST_YEAR:
        raise ValueError(f"{text[:40]!r} is not a date like 2023-06-26: before the first newspaper")
    return when


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


def quiet_date(value: Any, *, day_first: bool | None = None) -> When | None:
    """The same, and ``None`` for what is no date or may be two."""
    try:
        return read_date(value, day_first=day_first)
    except ValueError:
        return None


def first_date(values: Iterable[str], *, day_first: bool | None = None) -> When | None:
    """The first of these that is a date and only one; ``None`` if none is."""
    return next((found for value in values if (found := quiet_date(value, day_first=day_first))), None)


def _iso(text: str) -> When:
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text):
        return date.fromisoformat(text)
    if not re.match(r"\d{4}-?\d{2}-?\d{2}[T ]", text):
        raise ValueError(text)
    text = re.sub(r"(\.\d{1,6})\d*", r"\1", text)
    text = re.sub(r"\s+(?:UTC|GMT|Z)$", "Z", text)
    return datetime.fromisoformat(re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", text))


def _in_digits(text: str, *, day_first: bool | None) -> str:
    """The text with its date of numbers as ISO writes it, its time with a colon, and its zone as hours.

    Raises:
        Ambiguous: day and month could change places.
    """
    text = re.sub(r"(\d{1,2})\s+tháng\s+(\d{1,2}),?\s+(?:năm\s+)?(?=\d{4})", r"\1.\2.", text)
    text = _CROATIAN.sub(lambda day: f"{day[1]} {CROATIAN_MONTHS[day[2].lower()]}", text)
    numeric = _NUMERIC.search(text)
    if numeric:
        first, second = int(numeric[1]), int(numeric[3])
        told = day_first
        if told is None:
            told = bool(DAY_FIRST.search(text)) and not re.search(r"\d\s?[ap]\.?m", text, re.IGNORECASE)
        if numeric[2] != "." and not told and first != second and first <= 12 and second <= 12:
            raise Ambiguous(f"{text[:40]!r} may be two days; write it like 2023-06-26")
        day, month = (second, first) if second > 12 and numeric[2] != "." else (first, second)
        text = f"{text[: numeric.start()]}{numeric[4]}-{month:02}-{day:02} {text[numeric.end() :]}"
    text = re.sub(r"\b(klo?\.?\s?\d{1,2})\.(?=\d\d\b)", r"\1:", text)  # “kl. 06.15”
    text = re.sub(r"\b(\d{1,2})\s?h\s?(?=\d\d\b)", r"\1:", text)  # “18 h 12”
    text = re.sub(r"(?<=:\d\d)\s?h(?:s|rs)?\b\.?", " ", text)  # “23:45h.”
    text = re.sub(r"\(?\b(?:GMT|UTC)\s?([+-])(\d{1,2})(?::?(\d\d))?\)?", _zone_of, text)
    text = re.sub(r"\s*\([^()]*\)$", "", text)
    if re.search(r"[\u0e00-\u0e7f]", text):  # Thailand counts from the death of the Buddha
        text = re.sub(r"\b2[45]\d\d\b", lambda year: str(int(year[0]) - 543), text)
    return text


def _zone_of(found: re.Match[str]) -> str:
    return f" {found[1]}{int(found[2]):02}:{found[3] or '00'}"


def _written(text: str, *, day_first: bool | None = None) -> When:
    from dateutil import parser, tz

    plain = _NOISE.sub(" ", _WEEKDAY.sub("", _LEAD.sub("", _in_digits(text.replace("_", " "), day_first=day_first))))
    plain = WITH_SIGNS.sub(lambda month: f" {MONTH_OF[month[0]]} ", plain)
    plain = _TWO_WORDS.sub(lambda month: month[0].replace(" ", ""), plain)
    plain = re.sub(r"[^\W\d]+\.?", lambda word: _english(word[0]), plain)
    plain = re.sub(
        r"\b([012]\d)([0-5]\d)(?=\s*(?:hrs|hours)?\s*(?:GMT|UTC|BST|CES?T|E[SD]T|P[SD]T)\b)", r"\1:\2", plain
    )

    def zone(name: str | None, offset: int | None) -> Any:
        if offset is not None:
            return tz.tzoffset(name, offset)
        return tz.tzoffset(name, int(ZONES[name] * 3600)) if name in ZONES else None

    found = []
    for unlike in (datetime(2000, 1, 1), datetime(2001, 2, 2)):  # noqa: DTZ001 # what a date leaves out shows itself
        try:
            found.append(parser.parse(plain, default=unlike, tzinfos=zone))
        except (ValueError, OverflowError, TypeError, parser.ParserError):
            raise ValueError(
                f"{text[:40]!r} is not a date like 2023-06-26 or a time like 2023-06-26T14:30:00+02:00"
            ) from None
    if found[0].date() != found[1].date() or not re.search(r"\d{4}", plain):
        raise ValueError(f"{text[:40]!r} is not a date like 2023-06-26 or a time like 2023-06-26T14:30:00+02:00")
    when: datetime = found[0]
    return when if re.search(r"\d:\d|\d\s*[ap]\.?m\b", plain, re.IGNORECASE) else when.date()


@lru_cache(1_024)
def _english(word: str) -> str:
    """A month in English; a.m. and p.m. as they are read; any other word as it is."""
    low = word.lower()
    if low in ("a.m.", "p.m.", "am", "pm"):
        return low
    low = low.rstrip(".")
    if low in MONTH_OF:
        return MONTH_OF[low]
    near = {english for name, english in MONTH_OF.items() if len(low) >= 3 and name.startswith(low)}
    return near.pop() if len(near) == 1 else ("" if low in WEEKDAYS else word)
