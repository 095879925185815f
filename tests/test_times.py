"""Days in the newsroom's zone, and moments as they are compared."""

from datetime import UTC, date, datetime, timedelta

import pytest

from index.times import ZoneUnknown, day_of, end_of, instant_of, stood_from, written, zone_of

NOON = datetime(2024, 5, 3, 12, tzinfo=UTC)


def test_a_day_begins_at_midnight_in_the_newsrooms_zone() -> None:
    assert written(instant_of(date(2024, 5, 3), "UTC")) == "2024-05-03T00:00:00Z"
    assert written(instant_of(date(2024, 5, 3), "Europe/Zurich")) == "2024-05-02T22:00:00Z"
    assert (
        written(instant_of(datetime.fromisoformat("2024-05-03T08:30:00+02:00"), "Asia/Tokyo")) == "2024-05-03T06:30:00Z"
    )


def test_a_time_is_of_the_day_that_it_is_in_the_newsroom() -> None:
    late = datetime(2024, 5, 3, 23, 30, tzinfo=UTC)
    assert day_of(late, "UTC") == date(2024, 5, 3)
    assert day_of(late, "Europe/Zurich") == date(2024, 5, 4)
    assert day_of(date(2024, 5, 3), "Asia/Tokyo") == date(2024, 5, 3)


def test_by_a_day_is_by_its_end() -> None:
    assert end_of(date(2024, 5, 3), "UTC") == datetime(2024, 5, 3, 23, 59, 59, tzinfo=UTC)
    assert end_of(NOON, "Asia/Tokyo") == NOON


def test_the_ends_of_the_calendar_do_not_overflow() -> None:
    assert written(instant_of(date.min, "Asia/Tokyo")) == "0001-01-01T00:00:00Z"
    assert end_of(date.max, "America/New_York").year == 9999
    nowhere, never = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert day_of(nowhere, "America/New_York") == date.min, "what programs write that know no date"
    assert day_of(never, "Europe/Zurich") == date.max


def test_a_version_stands_from_when_it_says_if_that_can_be() -> None:
    hour = timedelta(hours=1)
    assert stood_from(None, None, NOON, "UTC") == NOON
    assert stood_from(NOON - hour, None, NOON, "UTC") == NOON - hour
    assert stood_from(NOON + hour, None, NOON, "UTC") == NOON, "not from the future"
    assert stood_from(NOON - hour, NOON - hour, NOON, "UTC") == NOON, "not from before the one that it changes"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime"])
def test_an_unknown_zone_is_named(name: str) -> None:
    with pytest.raises(ZoneUnknown, match="no time zone"):
        zone_of(name)
