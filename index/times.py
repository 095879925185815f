"""Days and moments. A date alone is a day in the newsroom's zone; a time always has its own zone.

Stores compare moments as text: UTC to the second, ``2024-05-03T06:30:00Z``, which sorts as time does.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from index.errors import ArticleError, PullquoteError

DEFAULT_ZONE = "UTC"


class ZoneUnknown(PullquoteError):
    """No time zone is of that name."""


@lru_cache(maxsize=16)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name.

    Raises:
        ZoneUnknown: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneUnknown(f"{name!r} is no time zone; it is named like Europe/Zurich or UTC") from None


def parse_when(field: str, value: str | date | None) -> date | None:
    """A day, or a time with its zone (a ``datetime``), from ISO 8601. A time without a zone is only a day.

    Raises:
        ArticleError: ``value`` is none of these; it names ``field``.
    """
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        try:
            value = datetime.fromisoformat(text) if len(text) > len("2023-06-26") else date.fromisoformat(text)
        except ValueError:
            raise ArticleError(
                field, f"{text[:40]!r} is not a date like 2023-06-26 or a time like 2023-06-26T14:30:00+02:00"
            ) from None
    if not isinstance(value, datetime):
        return value
    return _checked(field, value) if value.tzinfo else value.date()


def parse_moment(field: str, value: str | date | None) -> datetime | None:
    """A time with its zone.

    Raises:
        ArticleError: it is none; it names ``field``.
    """
    found = parse_when(field, value)
    if found is not None and not isinstance(found, datetime):
        raise ArticleError(field, "must be a time with its zone, like 2023-06-26T14:30:00+02:00")
    return found


def parse_as_of(value: str, today: datetime) -> date | None:
    """A day or a time with its zone as of which a question is asked, not after ``today``.

    Raises:
        ArticleError: it is none, or in the future; it names ``as_of``.
    """
    found = parse_when("as_of", value)
    if found is None or (not isinstance(found, datetime) and len(value.strip()) > len("2023-06-26")):
        raise ArticleError("as_of", "is a time without its zone; write it like 2023-06-26T14:30:00+02:00")
    # Somewhere it may be tomorrow already.
    if found > today if isinstance(found, datetime) else found > (today + timedelta(hours=14)).date():
        raise ArticleError("as_of", f"{value.strip()[:40]} is in the future")
    return found


def _checked(field: str, value: datetime) -> datetime:
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise ArticleError(field, f"{value.isoformat()} is outside the years 1 to 9999") from None
    return value.replace(microsecond=0)


def day_of(when: date, zone: str) -> date:
    """The day of ``when`` in the newsroom's ``zone``."""
    if not isinstance(when, datetime):
        return when
    try:
        return when.astimezone(zone_of(zone)).date()
    except OverflowError:  # on the first day of year 1, or the last of 9999: the day there is in UTC
        return when.astimezone(UTC).date()


def instant_of(when: date, zone: str) -> datetime:
    """The time of ``when`` in UTC; a day begins at midnight in the newsroom's ``zone``."""
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(), zone_of(zone))
    try:
        return when.astimezone(UTC)
    except OverflowError:  # the first day of year 1, or the last of 9999
        return when.replace(tzinfo=UTC)


def end_of(when: date, zone: str) -> datetime:
    """The time up to which something is *by* ``when``: that time, or the end of that day."""
    if isinstance(when, datetime) or when == date.max:
        return instant_of(when, zone)
    return instant_of(when + timedelta(days=1), zone) - timedelta(seconds=1)


def stood_from(said: date | None, earlier: datetime | None, at: datetime, zone: str) -> datetime:
    """From when a version stands that came in ``at``: from when it is ``said`` to, if that can be.

    ``earlier`` is when the version before it began to stand, ``None`` if it is the first.
    """
    if said is None:
        return at
    moment = instant_of(said, zone)
    return at if moment > at or (earlier is not None and moment <= earlier) else moment


def moved(since: datetime, said: date | None, before: str, after: str) -> datetime:
    """``since``, when it is the beginning of the day ``said`` in the zone ``before``: its beginning in ``after``."""
    if said is None or isinstance(said, datetime) or since != instant_of(said, before):
        return since
    return instant_of(said, after)


def written(moment: datetime) -> str:
    """As stores compare it."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)
