"""Dates are read as they are written; none is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from index.formats.dates import Ambiguous, quiet_date, read_date

EST = timezone(timedelta(hours=-5))


def _naive() -> datetime:
    return datetime.fromisoformat("2025-03-04T22:40")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2025-03-04", date(2025, 3, 4)),
        ("20250304", date(2025, 3, 4)),
        ("2025-03-04T22:40:00-05:00", datetime(2025, 3, 4, 22, 40, tzinfo=EST)),
        ("2025-03-04 22:40:00 -0500", datetime(2025, 3, 4, 22, 40, tzinfo=EST)),
        ("20250304T224000-0500", datetime(2025, 3, 4, 22, 40, tzinfo=EST)),
        ("2025-03-04T22:40:00.1234567Z", datetime(2025, 3, 4, 22, 40, 0, 123456, tzinfo=UTC)),
        ("Tue, 04 Mar 2025 22:40:00 -0500", datetime(2025, 3, 4, 22, 40, tzinfo=EST)),
        ("Tue, 04 Mar 2025 22:40:00 EST", datetime(2025, 3, 4, 22, 40, tzinfo=EST)),
        ("March 4, 2025", date(2025, 3, 4)),
        ("Julkaistu: 4.3.2025 klo 22:40", _naive()),
        ("Data publicării: 04.03.2025 22:40", _naive()),
        ("Published: Tuesday, March 4th, 2025 at 10:40 p.m.", _naive()),
        ("4 March 2025 · 22:40 GMT", datetime(2025, 3, 4, 22, 40, tzinfo=UTC)),
        ("Dienstag, 4. März 2025, 22:40 Uhr", _naive()),
        ("le 4 mars 2025 à 22h40", _naive()),
        ("4 de marzo de 2025", date(2025, 3, 4)),
        ("4 marca 2025", date(2025, 3, 4)),
        ("4 марта 2025", date(2025, 3, 4)),
        ("04.03.2025", date(2025, 3, 4)),
        ("25/03/2025", date(2025, 3, 25)),
        ("03/25/2025", date(2025, 3, 25)),
        ("05/05/2025", date(2025, 5, 5)),
        ("2025年3月4日（火） 午後10時40分", _naive()),
        ("2025년 3월 4일 22:40", _naive()),
        ("2025年3月4日", date(2025, 3, 4)),
        ("٤ مارس ٢٠٢٥", date(2025, 3, 4)),
        ("4 كانون الثاني 2025", date(2025, 1, 4)),
        ("४ मार्च २०२५, 22:40", _naive()),
        ("4 березня 2025", date(2025, 3, 4)),
        ("4 Μαρτίου 2025", date(2025, 3, 4)),
        ("Saturday, the 8th of March, 2025", date(2025, 3, 8)),
        ("4. 3. 2025 22:40", _naive()),
        ("4/3/2025 a las 22:40h.", _naive()),
        ("04/03/2025 22h40", _naive()),
        ("le 4 mars 2025 à 22 h 40", _naive()),
        ("Qua, 4 mar 2025 22:40", _naive()),
        ("4 Mart 2025 Salı 22:40", _naive()),
        ("Вівторок, 4 березня 2025, 22:40", _naive()),
        ("4 марта 2025 г., 22:40", _naive()),
        ("4 март 2025, 22:40", _naive()),
        ("4. marca 2025 o 22:40", _naive()),
        ("2025. március 4. 22:40", _naive()),
        ("4. ožujka 2025. u 22:40", _naive()),
        ("4. listopada 2025.", date(2025, 10, 4)),
        ("4 listopada 2025", date(2025, 11, 4)),
        ("4/3/2025 a les 22:40 h", _naive()),
        ("4. maaliskuuta 2025 klo 22.40", _naive()),
        ("4. marts 2025 kl. 22.40", _naive()),
        ("4 במרץ 2025, 22:40", _naive()),
        ("4 มี.ค. 2568 22:40 น.", _naive()),
        ("4 tháng 3, 2025", date(2025, 3, 4)),
        ("Thứ ba, 4/3/2025, 22:40 (GMT+7)", datetime(2025, 3, 4, 22, 40, tzinfo=timezone(timedelta(hours=7)))),
        ("Selasa, 4 Mar 2025 22:40 WIB", datetime(2025, 3, 4, 22, 40, tzinfo=timezone(timedelta(hours=7)))),
        ("Tue Mar 04 2025 22:40:00 GMT-0500 (Eastern Standard Time)", datetime(2025, 3, 4, 22, 40, tzinfo=EST)),
        ("2025-03-04T22:40-05:00[America/Bogota]", datetime(2025, 3, 4, 22, 40, tzinfo=EST)),
        ("2025-03-04T22:40:00-05:00Z", datetime(2025, 3, 4, 22, 40, tzinfo=EST)),
        (None, None),
        (" ", None),
    ],
)
def test_dates_as_files_write_them(written: str | None, expected: date | datetime | None) -> None:
    found = read_date(written)
    assert found == expected
    assert isinstance(found, datetime) == isinstance(expected, datetime)


@pytest.mark.parametrize("written", ["03/04/2025", "3-4-2025", "Published 3/4/2025, 10:40 pm"])
def test_a_date_that_may_be_two_is_none(written: str) -> None:
    with pytest.raises(Ambiguous, match="may be two days"):
        read_date(written)


def test_the_language_of_a_page_says_which_of_two_days_it_is() -> None:
    assert read_date("03/04/2025", day_first=True) == date(2025, 4, 3)
    assert quiet_date("03/04/2025 a las 10:00", day_first=False) is None, "Spanish, of a country that may mean March"


@pytest.mark.parametrize(
    "written",
    [
        "soon",
        "2025",
        "March 2025",
        "4 March",
        "Tuesday",
        "22:40",
        "2 hours ago",
        "-0001-11-30T00:00:00+00:00",
        "x" * 200,
        "2025-13-45",
        "2025年3月",
        "2025年2月31日",
        17,
    ],
)
def test_what_is_no_whole_date_is_none(written: object) -> None:
    with pytest.raises(ValueError, match=r"is not a date|must be a string"):
        read_date(written)
    assert quiet_date(written) is None
