"""Small text rules: trimming, normalising, scoring, wording."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answers import Headline, Metadata
from qa.normalize import normalized
from qa.trim import trimmed
from qa.wording import written_confidence, written_date, written_headline


@pytest.mark.parametrize(
    ("span", "kept"),
    [
        (" Ana Ortiz, ", "Ana Ortiz"),
        ("Ana Ortiz.", "Ana Ortiz"),
        ("“We will rebuild”", "We will rebuild"),
        ("(about 40)", "about 40"),
        ("the so-called “bridge”", "the so-called “bridge”"),
        ("rebuild”", "rebuild"),
        ("“rebuild", "rebuild"),
        ("-4 degrees", "-4 degrees"),
        ("– a storm –", "a storm"),
        ("1:40 a.m.", "1:40 a.m."),
        ("Martin Luther King Jr.", "Martin Luther King Jr."),
        ("the workers’", "the workers’"),
        ("Yahoo!", "Yahoo"),
        ("… .", "…"),
        (" , ;", ""),
    ],
)
def test_an_answer_loses_stray_marks_and_keeps_its_own(span: str, kept: str) -> None:
    text = f"before {span} after"
    low, high = trimmed(text, 7, 7 + len(span))
    assert text[low:high] == kept


@given(st.text(alphabet="a1 .,“”()’-–…", max_size=30), st.data())
def test_trimming_stays_inside_and_is_done_after_one_go(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    low, high = trimmed(text, start, end)
    assert start <= low <= high <= end
    assert trimmed(text, low, high) == (low, high)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  Bridge, opened!", "bridge opened"),
        ("a theatre", "theatre"),
        ("an U.S. $1.2-million", "us 12million"),
        ("“Quoted” – l’eau", "quoted leau"),
        ("the", ""),
    ],
)
def test_normalisation_is_the_official_one(text: str, expected: str) -> None:
    """Worked by hand with the official evaluation script's four steps; typographic marks count as punctuation too."""
    assert normalized(text) == expected


def test_confidence_is_never_put_as_certain() -> None:
    assert [written_confidence(c) for c in (0.0, 0.874, 0.999, 1.0)] == [
        "0 % sure", "87 % sure", "99 % sure", "99 % sure",
    ]  # fmt: skip


def test_a_headline_is_written_with_what_is_known_of_it() -> None:
    assert written_date(date(2023, 6, 5)) == "5 June 2023"
    assert (
        written_headline(Headline("a", Metadata("Town", "Daily", published=date(2023, 6, 5))))
        == "“Town”, Daily, 5 June 2023"
    )
    assert written_headline(Headline("a", Metadata("Town"))) == "“Town”"
