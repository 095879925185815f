"""A quote neither begins nor ends inside a word, by the rules of UAX 29."""

from __future__ import annotations

import pytest

from qa.boundaries import inside_word, possessive


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("Quaye’s book", {1, 2, 3, 4, 5, 6, 9, 10, 11}),
        ("it cost 14.2 million", {1, 4, 5, 6, 9, 10, 11, 14, 15, 16, 17, 18, 19}),
        ("1,200", {1, 2, 3, 4}),
        ("well-known", {1, 2, 3, 6, 7, 8, 9}),
        ("Ende. Neu", {1, 2, 3, 7, 8}),
        ("the workers’ pay", {1, 2, 5, 6, 7, 8, 9, 10, 14, 15}),
    ],
)
def test_where_a_cut_goes_through_a_word(text: str, inside: set[int]) -> None:
    assert {at for at in range(len(text) + 1) if inside_word(text, at)} == inside


def test_a_name_may_be_quoted_without_its_possessive() -> None:
    assert possessive("Quaye’s novel", 5)
    assert not possessive("don’t", 3)
    assert not possessive("the workers’ pay", 11)
