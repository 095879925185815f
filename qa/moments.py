"""When a question asks about: *latest*, *now*, *on 14 February*, *last April*, read against a day taken for today.

Only what is said of a time is read; what is not sure is left out, for a wrong window hides the answer.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from qa.amounts import DATES, MONTH, MONTHS

_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent|now|currently|current|so far|to date|by now|at present|today|still|any longer"
    r"|yet)\b"
)
_NOT_NEWEST = re.compile(r"\b(?:now[- ]defunct|still (?:life|birth)\w*|today's (?:edition|paper))\b")
_MONTH_AND_YEAR = re.compile(
    rf"\b(?:in|during|of|last|this|since|by|until|before|after)\s+{MONTH}(?:,? (?P<year>(?:19|20)\d\d))?(?! ?\d)"
)
_ISO = re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b(?:on|last|this) (?P<weekday>{'|'.join(_WEEKDAYS)})\b")
_AGO = re.compile(r"\b(?:yesterday|last (?:week|month|year)|this (?:week|month|year))\b")


@dataclass(frozen=True, slots=True)
class Moment:
    """What a question says of its time.

    ``newest``: it asks how things stand. ``first`` and ``last``, both inclusive: it asks of these days.
    """

    kind: Literal["newest", "window"]
    first: date | None = None
    last: date | None = None


def moment_of(question: str, today: date) -> Moment | None:
    """The time that ``question`` asks about, as seen on ``today``; ``None`` if it says nothing of one.

    A day or month without a year is the latest one not after ``today``. A named time goes before *now* and *latest*.
    """
    asked = " ".join(question.lower().split())
    try:
        window = _day(asked, today) or _month(asked, today) or _relative(asked, today)
    except (OverflowError, ValueError):  # before the year 1, asked as of it
        window = None
    if window is not None:
        return Moment("window", *window)
    if _NEWEST.search(_NOT_NEWEST.sub("", asked)):
        return Moment("newest")
    return None


def _day(asked: str, today: date) -> tuple[date, date] | None:
    if iso := _ISO.search(asked):
        return _one(int(iso.group("year")), int(iso.group("month")), int(iso.group("day")))
    for pattern in DATES:
        if found := pattern.search(asked):
            month, day = MONTHS.index(found.group("month")[:3]) + 1, int(found.group("day"))
            if found.group("year"):
                return _one(int(found.group("year")), month, day)
            years = [today.year - back for back in range(9)]  # 29 February comes every eighth year at the least
            days = [window for year in years if (window := _one(year, month, day)) and window[0] <= today]
            return days[0] if days else None
    return None


def _one(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found, found


def _month(asked: str, today: date) -> tuple[date, date] | None:
    found = _MONTH_AND_YEAR.search(asked)
    if found is None or (found.group("month") == "may" and not found.group("year") and "in may" not in asked):
        return None  # “may” is mostly a verb
    month = MONTHS.index(found.group("month")[:3]) + 1
    if found.group("year"):
        year = int(found.group("year"))
    else:
        year = today.year if (month, 1) <= (today.month, today.day) else today.year - 1
        if found.group().startswith("last ") and (year, month) == (today.year, today.month):
            year -= 1
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _relative(asked: str, today: date) -> tuple[date, date] | None:
    if weekday := _WEEKDAY.search(asked):
        back = (today.weekday() - _WEEKDAYS.index(weekday.group("weekday"))) % 7
        day = today - timedelta(days=back or (7 if weekday.group().startswith("last") else 0))
        return day, day
    ago = _AGO.search(asked)
    if ago is None:
        return None
    which, _, span = ago.group().partition(" ")
    if which == "yesterday":
        return today - timedelta(days=1), today - timedelta(days=1)
    back = which == "last"
    if span == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=6)
    if span == "year":
        return date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    end = today.replace(day=1) - timedelta(days=1) if back else today
    return end.replace(day=1), end.replace(day=calendar.monthrange(end.year, end.month)[1])
