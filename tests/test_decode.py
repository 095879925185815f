"""Logits to spans, against a search that tries every span."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.decode import TokenSpan, best_spans, no_answer


def spans(
    start: list[float],
    end: list[float],
    *,
    may_start: list[int] | None = None,
    may_end: list[int] | None = None,
    max_tokens: int = 30,
    count: int = 3,
) -> list[TokenSpan]:
    everywhere = [1] * len(start)
    return best_spans(
        np.array(start, dtype=np.float32),
        np.array(end, dtype=np.float32),
        np.array(may_start or everywhere, dtype=bool),
        np.array(may_end or everywhere, dtype=bool),
        price=np.zeros(max_tokens, dtype=np.float32),
        count=count,
    )


def test_the_best_span_has_the_greatest_sum_of_logits() -> None:
    assert spans([0, 5, 1, 0], [0, 0, 4, 1], count=1) == [TokenSpan(1, 2, 9.0)]


def test_a_span_never_ends_before_it_starts() -> None:
    assert spans([0, 0, 9], [9, 0, 0], count=1) == [TokenSpan(0, 0, 9.0)]


def test_further_spans_do_not_overlap_the_better_ones() -> None:
    assert spans([5, 4, 0, 3], [0, 5, 0, 3]) == [TokenSpan(0, 1, 10.0), TokenSpan(3, 3, 6.0), TokenSpan(2, 2, 0.0)]


def test_spans_keep_to_their_length_and_to_the_allowed_tokens() -> None:
    assert spans([9, 0, 1], [0, 0, 9], max_tokens=2, count=1) == [TokenSpan(2, 2, 10.0)]
    assert spans([9, 0, 1], [0, 0, 9], may_start=[0, 1, 0], count=1) == [TokenSpan(1, 2, 9.0)]
    assert spans([9, 0, 1], [0, 0, 9], may_end=[0, 1, 0], count=1) == [TokenSpan(0, 1, 9.0)]
    assert spans([1, 2], [3, 4], may_start=[0, 0]) == [], "no allowed token, no span"


def test_no_answer_is_both_logits_of_the_first_token() -> None:
    assert no_answer(np.array([1.5, 9.0], dtype=np.float32), np.array([2.0, 9.0], dtype=np.float32)) == 3.5


_LOGITS = st.lists(
    st.tuples(st.integers(-50, 50), st.integers(-50, 50), st.booleans(), st.booleans()), min_size=1, max_size=12
)


def test_a_long_span_pays_for_its_length_and_loses_to_a_short_one_that_is_nearly_as_good() -> None:
    """The start of "46 pounds" and the end of "24" in "46 pounds, up from 24" outdo either alone."""
    logits = np.array([5, 0, 0, 4], dtype=np.float32), np.array([4, 0, 0, 5], dtype=np.float32)
    anywhere = np.ones(4, dtype=bool)

    def best(price: list[float]) -> list[TokenSpan]:
        return best_spans(*logits, anywhere, anywhere, price=np.array(price, dtype=np.float32), count=2)

    assert best([0, 0, 0, 0]) == [TokenSpan(0, 3, 10.0)]
    assert best([0, 0, 0, 2]) == [TokenSpan(0, 0, 9.0), TokenSpan(3, 3, 9.0)]


@given(_LOGITS, st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(1, 4))
def test_as_an_exhaustive_search_finds_them(
    tokens: list[tuple[int, int, bool, bool]], price: list[int], count: int
) -> None:
    """Taking the best of all allowed spans again and again, each free of the tokens taken before."""
    start, end, may_start, may_end = (list(column) for column in zip(*tokens, strict=True))
    found = best_spans(
        np.array(start, dtype=np.float32), np.array(end, dtype=np.float32), np.array(may_start), np.array(may_end),
        price=np.array(price, dtype=np.float32), count=count,
    )  # fmt: skip
    taken: set[int] = set()
    for span in found:
        allowed = [
            start[first] + end[last] - price[last - first]
            for first in range(len(tokens))
            for last in range(first, min(first + len(price), len(tokens)))
            if may_start[first] and may_end[last] and not taken & set(range(first, last + 1))
        ]
        assert span.logit == max(allowed) == start[span.first] + end[span.last] - price[span.last - span.first]
        assert not taken & set(range(span.first, span.last + 1))
        assert span.last - span.first < len(price)
        taken |= set(range(span.first, span.last + 1))


def test_long_passages_are_decoded_in_a_band() -> None:
    """512 tokens with spans of 30: 15,360 cells are looked at, not 262,144."""
    start = np.zeros(512, dtype=np.float32)
    end = np.zeros(512, dtype=np.float32)
    start[100], end[129], end[130] = 5, 5, 50
    anywhere = np.ones(512, dtype=bool)
    found = best_spans(start, end, anywhere, anywhere, price=np.zeros(30, dtype=np.float32), count=1)
    assert found == [pytest.approx((101, 130, 50.0))]
