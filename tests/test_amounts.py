"""Values are compared as values."""

import tracemalloc

import pytest

from qa.amounts import MAX_CHARS, value_of, values_in


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12", "twelve"),
        ("£14.2m", "£14.2 million"),
        ("£14.2m", "14.2 million pounds"),
        ("at least nine", "nine"),
        ("At least 11 soldiers", "eleven"),
        ("3,100", "three thousand one hundred"),
        ("a hundred and twelve", "112"),
        ("two dozen", "24 people"),
        ("twenty-nine", "29"),
        ("51 percent", "51%"),
        ("51 per cent", "51 percent"),
        ("14 February", "February 14, 2025"),
        ("Feb. 14, 2025", "14th of February 2025"),
        ("4.52 a.m.", "4:52 am"),
        ("10:40 p.m.", "22:40"),
        ("no one", "none"),
        ("1.9 percent of hull value from 1.1", "1.9 percent"),
        ("12, up from 9", "12"),
        ("$1.3bn", "1.3 billion dollars"),
        ("half a million", "500,000"),
        ("30 km", "30 kilometres"),
        ("seven years in prison", "seven years"),
    ],
)
def test_the_same_value_is_the_same_however_it_is_written(one, other):
    left, right = value_of(one), value_of(other)
    assert left is not None
    assert right is not None
    assert left.same(right)
    assert right.same(left)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12", "13"),
        ("£14.2m", "$14.2m"),
        ("nine percent", "9 euros"),
        ("14 February 2024", "14 February 2025"),
        ("10 kilometres", "10 miles"),
        ("12", "12 million"),
    ],
)
def test_different_values_differ(one, other):
    left, right = value_of(one), value_of(other)
    assert left is not None
    assert right is not None
    assert not left.same(right)


@pytest.mark.parametrize(
    ("text", "hedge"), [("at least nine", "at least"), ("About 900", "about"), ("12", None), ("up to £2m", "up to")]
)
def test_the_hedge_is_kept(text, hedge):
    value = value_of(text)
    assert value is not None
    assert value.hedge == hedge


@pytest.mark.parametrize(
    "text",
    ["Ingrid Solheim-Pratt", "a fire", "nine horses and 12 cows", "", "between 30 and 34 hours", "9" * (MAX_CHARS + 1)],
)
def test_what_states_no_single_value_has_none(text):
    assert value_of(text) is None


def test_only_like_can_stand_for_like():
    euros, dollars, people = value_of("9 euros"), value_of("9 dollars"), value_of("9 people")
    assert euros is not None
    assert dollars is not None
    assert people is not None
    assert not euros.comparable(dollars)
    assert not euros.comparable(people)
    assert people.comparable(people)


def test_the_numbers_of_a_long_table_take_little_memory_and_time():
    """What stands behind each number must not be kept whole, nor looked through again from each digit."""
    tracemalloc.start()
    try:
        assert len(values_in("1,234 votes " * 4_000)) == 4_000
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
    assert values_in("1." * 40_000 + " 12 votes")[-1].number == 12  # the time limit is the assertion
