"""The best few answers beside each other."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index.articles import Passage
from index.ranking.fusion import Hit
from qa.answers import Span
from qa.comparison import AROUND, COMPARED, compared, side_by_side
from qa.evidence import MAX_MARGIN, UNSEEN, Candidate, Weighed, weighed
from tests.fakes import WordReader

TEXT = "Six lynx were freed. Four were females, one of them old. It rained."


def _hits(*texts: str) -> list[Hit]:
    return [Hit(Passage(n, f"a{n}", 1, 7, 7 + len(text), text), 1.0, 0.5) for n, text in enumerate(texts, start=1)]


def _found(answers: dict[str, float], *texts: str) -> list[Weighed]:
    hits = _hits(*texts)
    headlines = ["News"] * len(hits)
    readings = WordReader(answers).read("How many?", [hit.passage for hit in hits], headlines)
    return weighed("How many?", hits, headlines, dict(enumerate(readings)))


def _quotes(found: Sequence[Weighed]) -> list[str]:
    text, places = side_by_side(found)
    return [text[low:high] for low, high in places]


def test_each_sentence_stands_once_and_each_answer_in_it() -> None:
    found = _found({"Six": 3.0, "Four": 2.0, "one": 1.5, "Nine": 1.0}, TEXT, "Nine ships came. None sank.")
    text, _ = side_by_side(found)
    assert text == "Six lynx were freed. Four were females, one of them old. Nine ships came."
    assert _quotes(found) == ["Six", "Four", "one", "Nine"]


@pytest.mark.parametrize("at", [0, 50, 400, 5_000])
def test_of_a_sentence_without_an_end_its_surroundings_are_shown(at: int) -> None:
    long = "so " * 3_000
    found = _found({"Six": 2.0, "Nine": 1.0}, f"Six {long[: 3 * at]} Nine {long}")
    text, _ = side_by_side(found)
    assert len(text) <= 2 * (2 * AROUND + 5)
    assert _quotes(found) == ["Six", "Nine"]


def test_the_reader_tells_them_apart() -> None:
    found = _found({"Six": 3.0, "Four": 2.0, "one": 1.0}, TEXT)
    together = WordReader({"Four": 5.0, "Six": 4.0})
    six, four, one = compared("How many?", found, together)
    assert [six.evidence.beside, four.evidence.beside] == [4.0, 5.0]
    assert one.evidence.beside == 4.0 - UNSEEN, "not among what it found there: a little less than the last that is"
    assert six.evidence.margin == 3.0, "nothing else is changed"
    assert six.candidates == found[0].candidates


def test_what_is_not_compared_is_taken_for_less() -> None:
    many = _found({f"n{n}": 20.0 - n for n in range(COMPARED + 2)}, " ".join(f"n{n}." for n in range(COMPARED + 2)))
    reader = WordReader({f"n{n}": 4.0 for n in range(COMPARED)})
    assert [one.evidence.beside for one in compared("How many?", many, reader)] == [4.0] * COMPARED + [2.0, 2.0]
    assert reader.read_so_far == ["n0. n1. n2. n3. n4."]


def test_margins_are_bounded() -> None:
    found = _found({"Six": 3.0, "Four": 2.0}, TEXT)
    assert [one.evidence.beside for one in compared("How many?", found, WordReader({"Six": 99.0}))] == [
        MAX_MARGIN,
        MAX_MARGIN,
    ], "97 would be more than is told apart"
    assert [one.evidence.beside for one in compared("How many?", found, WordReader({}))] == [-MAX_MARGIN] * 2


def test_one_answer_alone_is_not_read_again() -> None:
    reader = WordReader({"Six": 9.0})
    hit = _hits(TEXT)[0]
    alone = [Weighed((Candidate(Span(7, 10, 3.0), hit, 1, 3.0),), _found({"Six": 3.0}, TEXT)[0].evidence)]
    assert compared("How many?", alone, reader) == alone
    assert compared("How many?", [], reader) == []
    assert reader.read_so_far == []
