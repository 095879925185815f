"""What a reply tells beside its answer, as the evaluation counts it."""

from __future__ import annotations

from dataclasses import replace

from index.articles import make_article
from index.library import Library
from qa.answers import Question, Timing
from qa.engine import Engine
from qa.evaluation.datasets import Item
from qa.evaluation.figures import NEWS, summary
from qa.evaluation.measurement import Outcome, Retrieval, Told
from qa.evaluation.outcomes import ask_all, told
from qa.judging import ReaderJudge
from tests.fakes import MARGIN_ONLY, WordReader

NOTHING = Told(None, 1, 0, 0, corrected=False)


def outcome(beside: Told | None, confidence: float = 0.9) -> Outcome:
    found = Retrieval((), 1, 1, ("a", 1), Timing())
    item = Item("Who?", ("a",), "a", 1)
    return Outcome(
        item, "a" if beside else None, confidence, "answered" if confidence > 0.5 else "no_answer", found, beside
    )


def test_what_is_told_is_counted_of_the_answers_that_are_given() -> None:
    outcomes = [
        outcome(Told("the mayor", 3, 2, 1, corrected=True)),
        outcome(Told("the mayor", 2, 0, 0, corrected=False)),
        outcome(Told("the mayor", 1, 3, 0, corrected=False)),
        outcome(NOTHING),
        outcome(Told("the mayor", 9, 9, 9, corrected=True), 0.1),  # not given
        outcome(None, 0.0),  # nothing found
    ]
    figures = summary(outcomes)
    assert [figures[one.name] for one in NEWS] == [75.0, 50.0, 50.0, 25.0, 25.0]
    assert [summary([outcome(None, 0.0)])[one.name] for one in NEWS] == [None] * 5


def test_it_is_what_the_reply_shows(library: Library) -> None:
    said = "The storm sank nine ships, the captain, Ana Ortiz, said."
    library.add([
        make_article(id="one", headline="Storm", paragraphs=[said], source="Daily", published="2024-05-01"),
        make_article(
            id="two", headline="Rain", paragraphs=["Rain fell.", "Nine ships sank in the storm, a school was told."],
            source="Weekly", published="2024-05-01", status="corrected", correction="The day was wrong.",
        ),
    ])  # fmt: skip
    engine = Engine(library, ReaderJudge(WordReader({"nine": 2.0, "Nine": 1.0}), MARGIN_ONLY))
    reply = engine.ask(Question("How many ships sank in the storm?"))
    shown = reply.answers[0]
    assert told(reply) == Told("the captain, Ana Ortiz", 2, 0, 0, corrected=False)
    last = replace(shown, citations=shown.citations[::-1])
    assert told(replace(reply, answers=(last,))).corrected, "the article that is cited first counts"
    [asked] = ask_all(engine, [Item("How many ships sank in the storm?", ("nine",), "one", 1)])
    assert asked.told == told(reply)
    assert asked.to_json()["told"]["sources"] == 2
