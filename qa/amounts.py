"""What an answer is worth: ``12`` and ``twelve``, ``£14.2m`` and ``£14.2 million`` are the same value.

A hedge (*at least*, *about*) is kept beside the value and does not change it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

ValueKind = Literal["count", "money", "share", "measure", "date", "time"]

MAX_CHARS = 200
"""A longer answer is a sentence, not a value."""

_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {
    "hundred": 100, "dozen": 12, "score": 20, "thousand": 1_000, "k": 1_000, "million": 10**6, "m": 10**6, "mn": 10**6,
    "billion": 10**9, "bn": 10**9, "b": 10**9, "trillion": 10**12, "tn": 10**12,
}  # fmt: skip
_NOUGHT = frozenset({"nobody", "none", "no", "nil", "nought"})
_CURRENCIES = {
    "£": "pound", "$": "dollar", "€": "euro", "¥": "yen", "us$": "dollar", "a$": "dollar", "c$": "dollar",
}  # fmt: skip
_MONEY = re.compile(
    r"(?:pound|dollar|euro|crown|franc|peso|dinar|mark|krona|krone|kroner|shilling|florin|rupee|yen|yuan|corrie|livre|real"
    r"|reale|lira|rouble|ruble|pence|penny|cent)s?"
)
_MEASURES = {
    "km": "kilometre", "kilometer": "kilometre", "m": "metre", "meter": "metre", "cm": "centimetre",
    "centimeter": "centimetre", "mm": "millimetre", "kg": "kilogram", "kilo": "kilogram", "gram": "gram", "g": "gram",
    "tonne": "tonne", "ton": "tonne", "mile": "mile", "litre": "litre", "liter": "litre", "degree": "degree",
    "hour": "hour", "minute": "minute", "second": "second", "day": "day", "week": "week", "month": "month",
    "year": "year", "kilometre": "kilometre", "metre": "metre", "centimetre": "centimetre",
    "millimetre": "millimetre", "kilogram": "kilogram", "nanogram": "nanogram",
    "hectare": "hectare", "acre": "acre", "point": "point", "mph": "mph",
}  # fmt: skip
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
"""A month in lower case, whose first three letters are in ``MONTHS``."""
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<year>(?:19|20)\d\d))?"
DATES = (re.compile(rf"\b{_DAY} (?:of )?{MONTH}{_YEAR}(?!\w)"), re.compile(rf"\b{MONTH} {_DAY}{_YEAR}\b"))
"""A day in words, with or without its year."""
_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))? ?(?P<half>[ap])\.?m\b|\b(?P<h>\d{1,2}):(?P<m>\d\d)\b"
)
_HEDGE = re.compile(
    r"\b(?:at least|at most|no (?:more|fewer|less) than|(?:more|less|fewer) than|up to|as (?:many|much) as|about|around"
    r"|some|roughly|approximately|nearly|almost|just (?:over|under)|over|under|an estimated|estimated)\b"
)
_NUMBER = re.compile(
    r"(?P<sign>[£$€¥])?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<suffix>k|mn?|bn?|tn)?(?![\w.]{0,40}\d)",
    re.IGNORECASE,
)
_SCALE = re.compile(r"[ -](hundred|dozen|thousand|million|billion|trillion|bn|mn?|tn)\b")
_BEHIND = 100
"""Characters behind a number in which its unit stands: an article may have thousands of numbers, and a million
characters behind each."""
_BEFORE = re.compile(r"(?<=\w),?(?: up| down)? from [^a-z]*\d\S*(?: \w+)?$")
"""What a value was before, told behind it: *1.9 percent, up from 1.1*."""
_ONES = "|".join([*_UNITS, *_TENS])
_WORDS = re.compile(
    rf"\b(?:(?:an?|half a|{_ONES})(?:[ -](?:and[ -])?(?:{_ONES}|hundred|dozen|score|thousand|million|billion"
    r"|trillion))*"
    rf"|{'|'.join(_NOUGHT)})\b"
)


@dataclass(frozen=True, slots=True)
class Value:
    """What an answer says: a number of a kind, with its unit in the singular if it has one that matters.

    Of dates ``number`` is month * 100 + day, with the year * 10,000 if it is given; of times of day minutes.
    ``hedge`` is as written, in lower case.
    """

    kind: ValueKind
    number: Decimal
    unit: str | None = None
    hedge: str | None = None

    def same(self, other: Value) -> bool:
        """Whether both say the same, hedges apart; a unit or a year that one leaves out is taken for the other's."""
        if self.kind == "date" == other.kind:
            known = min(self.number, other.number) >= 10_000
            return self.number == other.number if known else self.number % 10_000 == other.number % 10_000
        alike = self.kind == other.kind or "count" in (self.kind, other.kind)
        return alike and self.number == other.number and (not self.unit or not other.unit or self.unit == other.unit)

    def comparable(self, other: Value) -> bool:
        """Whether one could stand in the other's place: euros for euros, a date for a date."""
        if self.kind != other.kind:
            return False
        return not self.unit or not other.unit or self.unit == other.unit


def value_of(text: str) -> Value | None:
    """The one value that ``text``, an answer, states; ``None`` if there is none, or more than one."""
    if len(text) > MAX_CHARS:
        return None
    plain = " ".join(text.lower().replace("\u00a0", " ").strip(" .,;:!?\"'“”‘’()").split())
    plain = re.sub(r"\bno one\b", "nobody", plain)
    hedge = _HEDGE.search(plain)
    rest = (plain[: hedge.start()] + plain[hedge.end() :]).strip() if hedge else plain
    shown = hedge.group() if hedge else None
    rest = _BEFORE.sub("", rest)
    for pattern in DATES:
        if date := pattern.search(rest):
            return _date(date, shown)
    clock = _CLOCK.search(rest)
    if clock:
        return _time(clock, shown)
    numbers = _numbers(rest)
    if len(numbers) != 1:
        return None
    sign, number, after = numbers[0]
    return _with_unit(sign, number, after, shown)


def _date(found: re.Match[str], hedge: str | None) -> Value | None:
    month = MONTHS.index(found.group("month")[:3]) + 1
    day = int(found.group("day"))
    year = int(found.group("year") or 0)
    return Value("date", Decimal(year * 10_000 + month * 100 + day), hedge=hedge) if 1 <= day <= 31 else None


def _time(found: re.Match[str], hedge: str | None) -> Value | None:
    if found.group("half"):
        hour = int(found.group("hour")) % 12 + (12 if found.group("half") == "p" else 0)
        minute = int(found.group("minute") or 0)
    else:
        hour, minute = int(found.group("h")), int(found.group("m"))
    return Value("time", Decimal(hour * 60 + minute), hedge=hedge) if hour < 24 and minute < 60 else None


def _numbers(text: str) -> list[tuple[str, Decimal, str]]:
    """Each number with the currency sign before it and the text behind it."""
    found: list[tuple[int, str, Decimal, str]] = []
    covered = 0
    for match in sorted([*_NUMBER.finditer(text), *_WORDS.finditer(text)], key=lambda m: m.start()):
        if match.start() < covered:
            continue
        sign, number, covered = "", Decimal(0), match.end()
        if match.re is _NUMBER:
            sign = match.group("sign") or ""
            number = Decimal(match.group("digits").replace(",", ""))
            if suffix := match.group("suffix"):
                number *= _SCALES[suffix.lower()]
        else:
            spelled = _spelled(match.group())
            if spelled is None:
                continue
            number = spelled
        while scale := _SCALE.match(text, covered):
            if scale.group(1) == "m" and not sign:
                break  # metres
            number *= _SCALES[scale.group(1)]
            covered = scale.end()
        found.append((match.start(), sign, number, text[covered : covered + _BEHIND]))
    return [(sign, number, after) for _, sign, number, after in found]


def _spelled(words: str) -> Decimal | None:
    """A number in words; ``None`` for a bare *a* or *an*, which counts nothing."""
    parts = [part for part in re.split(r"[ -]", words) if part != "and"]
    if parts in (["a"], ["an"]):
        return None
    if parts[0] in _NOUGHT:
        return Decimal(0)
    total, current = Decimal(0), Decimal(0)
    if parts[0] == "half":
        parts, current = parts[2:], Decimal("0.5")
    for part in parts:
        if part in ("a", "an"):
            current = Decimal(1)
        elif part in _UNITS:
            current += _UNITS[part]
        elif part in _TENS:
            current += _TENS[part]
        elif part in ("hundred", "dozen", "score"):
            current = (current or Decimal(1)) * _SCALES[part]
        else:
            total += (current or Decimal(1)) * _SCALES[part]
            current = Decimal(0)
    return total + current


def _with_unit(sign: str, number: Decimal, after: str, hedge: str | None) -> Value:
    if sign:
        return Value("money", number, _CURRENCIES[sign], hedge)
    if re.match(r" ?%| ?per ?cent\b", after):
        return Value("share", number, hedge=hedge)
    first = re.match(r"[ -](?:(?:more|further|other) )?([a-z]+)", after)
    word = first.group(1) if first else ""
    if _MONEY.fullmatch(word):
        return Value("money", number, word.removesuffix("s"), hedge)
    single = word.removesuffix("s")
    for unit in (word, single):
        if unit in _MEASURES:
            return Value("measure", number, _MEASURES[unit], hedge)
    return Value("count", number, hedge=hedge)


def values_in(text: str) -> list[Value]:
    """Every number in ``text`` as a value, whatever it counts."""
    plain = " ".join(text.lower().replace("\u00a0", " ").split())
    return [_with_unit(sign, number, after, None) for sign, number, after in _numbers(plain)]


def holds_comparable(text: str, asked: Value) -> bool:
    """Whether a value stands in ``text`` that could stand in the place of ``asked``."""
    plain = " ".join(text.lower().replace("\u00a0", " ").split())
    if asked.kind == "date":
        return any(pattern.search(plain) for pattern in DATES)
    if asked.kind == "time":
        return _CLOCK.search(plain) is not None
    return any(value.comparable(asked) for value in values_in(text))


def hedge_before(text: str) -> str | None:
    """The words at the end of ``text`` that weaken a value behind them, in lower case."""
    found = re.search(rf"{_HEDGE.pattern}\s*$", text.lower())
    return found.group().strip() if found else None
