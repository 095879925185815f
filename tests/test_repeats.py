"""Copies of one report take one place in a ranking, however many papers printed it."""

from __future__ import annotations

import pytest

from index.articles import Passage
from index.library import Library
from index.ranking.repeats import told_once
from qa.answers import Question
from qa.engine import Engine
from qa.judging import ReaderJudge
from tests.fakes import MARGIN_ONLY, WordReader, article

LEAD = "The strike at the shipyard ended on Friday after eleven days, the union and the owner of the ship said."
REST = ("Welders had stopped work over pay.", "The deal was brokered by Saskia Thorne, a retired judge.")


@pytest.mark.parametrize("copies", [1, 20, 150])
def test_the_right_paragraph_is_found_among_any_number_of_copies(library: Library, copies: int) -> None:
    library.add([article(f"wire-{n}", LEAD, *REST, source=f"Paper {n}") for n in range(copies)])
    reply = Engine(library, ReaderJudge(WordReader({"Saskia Thorne": 2.0}), MARGIN_ONLY)).ask(
        Question("Who ended the strike at the shipyard of the ship?")
    )
    assert reply.passages_read == 3
    assert len(reply.answers[0].citations) == copies, "every copy is cited"


def test_near_copies_are_told_once_and_each_is_cited_where_it_says_so(library: Library) -> None:
    library.add([article("a", LEAD), article("b", LEAD.replace("the owner of the ship", "the ship owner"))])
    [hit] = library.search("strike at the shipyard", 10)
    assert [copy.article_id for copy in hit.copies] == ["b"]
    reply = Engine(library, ReaderJudge(WordReader({"eleven days": 2.0}), MARGIN_ONLY)).ask("How long was the strike?")
    assert [citation.article_id for citation in reply.answers[0].citations] == ["a", "b"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Rain fell.", "RAIN fell", True),
        ("Rain fell.", "Snow fell.", False),
        (LEAD, LEAD + " It was late.", True),
        (LEAD.replace("eleven", "11"), LEAD.replace("eleven", "12"), False),
        (LEAD, " ".join(reversed(LEAD.split())), False),
    ],
)
def test_what_counts_as_told_already(one: str, other: str, same: bool) -> None:
    passages = [Passage(number, "a", 1, 0, len(text), text) for number, text in enumerate((one, other), start=1)]
    assert told_once(passages) == {1: 1, 2: 1 if same else 2}
