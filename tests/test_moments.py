"""What a question says of its time."""

from datetime import date

import pytest

from qa.moments import Moment, moment_of

TODAY = date(2025, 3, 20)  # a Thursday


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest death toll?",
        "Who is now in charge of the bank?",
        "How many people are still missing?",
        "How many have died so far?",
        "What is the current interest rate?",
    ],
)
def test_how_things_stand_is_asked_of_the_newest(question):
    assert moment_of(question, TODAY) == Moment("newest")


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What happened on 14 February?", date(2025, 2, 14), date(2025, 2, 14)),
        ("What happened on February 14th?", date(2025, 2, 14), date(2025, 2, 14)),
        ("What happened on 14 December?", date(2024, 12, 14), date(2024, 12, 14)),
        ("What happened on 14 February 2023?", date(2023, 2, 14), date(2023, 2, 14)),
        ("Who resigned on 2025-01-03?", date(2025, 1, 3), date(2025, 1, 3)),
        ("Who died on 29 February?", date(2024, 2, 29), date(2024, 2, 29)),
        ("What was the rate last April?", date(2024, 4, 1), date(2024, 4, 30)),
        ("What was the rate last March?", date(2024, 3, 1), date(2024, 3, 31)),
        ("What was the rate in March?", date(2025, 3, 1), date(2025, 3, 31)),
        ("What was the rate in June 2022?", date(2022, 6, 1), date(2022, 6, 30)),
        ("Who resigned on Friday?", date(2025, 3, 14), date(2025, 3, 14)),
        ("Who resigned last Thursday?", date(2025, 3, 13), date(2025, 3, 13)),
        ("Who resigned yesterday?", date(2025, 3, 19), date(2025, 3, 19)),
        ("Who resigned last week?", date(2025, 3, 10), date(2025, 3, 16)),
        ("Who resigned last month?", date(2025, 2, 1), date(2025, 2, 28)),
        ("Who resigned last year?", date(2024, 1, 1), date(2024, 12, 31)),
        ("How many are still missing as of February 3, 2025?", date(2025, 2, 3), date(2025, 2, 3)),
    ],
)
def test_a_named_time_is_a_window_of_days(question, first, last):
    assert moment_of(question, TODAY) == Moment("window", first, last)


@pytest.mark.parametrize(
    "question",
    [
        "Who may vote in the election?",
        "What did the march demand?",
        "How many people died?",
        "What happened on 31 February?",
        "Who painted the still life?",
    ],
)
def test_what_says_nothing_of_a_time_has_none(question):
    assert moment_of(question, TODAY) is None


@pytest.mark.parametrize("question", ["Who left yesterday?", "Who left last year?", "Who left in December?"])
def test_a_time_before_the_calendar_begins_is_none(question):
    assert moment_of(question, date.min) is None
