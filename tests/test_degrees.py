"""Three degrees of an answer as the evaluation counts them: surely, perhaps, not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.library import Library
from qa.answers import Timing
from qa.confidence import Thresholds
from qa.engine import Engine
from qa.evaluation.breakdowns import misses, refused
from qa.evaluation.datasets import Item
from qa.evaluation.figures import summary
from qa.evaluation.measurement import Outcome, Retrieval
from qa.evaluation.outcomes import ask_all, status
from qa.judging import ReaderJudge
from tests.fakes import BRIDGE, MARGIN_ONLY, WordReader
from tests.test_evaluate import MAYOR


def asked(confidence: float, accepted: Sequence[str], answer: str) -> Outcome:
    thresholds = Thresholds(sure=0.8, perhaps=0.5)
    found = Retrieval((), 1, 1, ("a", 1), Timing())
    return Outcome(Item("Who?", tuple(accepted), "a", 1), answer, confidence, status(confidence, thresholds), found)


def test_three_degrees_are_counted_by_hand() -> None:
    outcomes = [
        asked(0.95, ["a"], "a"),  # surely and rightly
        asked(0.80, ["a"], "b"),  # surely and wrongly
        asked(0.60, ["a"], "a"),  # perhaps and rightly
        asked(0.50, ["a"], "b"),  # perhaps and wrongly
        asked(0.30, ["a"], "a"),  # right, but refused
        asked(0.90, [], "b"),  # it cannot be answered: surely
        asked(0.70, [], "b"),  # perhaps
        asked(0.10, [], "b"),  # not at all
    ]
    figures = summary(outcomes)
    assert (figures["sure"], figures["sure_right"]) == (40.0, 50.0), "2 of 5, and 1 of these 2"
    assert (figures["perhaps"], figures["perhaps_right"]) == (80.0, 50.0), "4 of 5, and 2 of these 4"
    assert figures["refused_right"] == 20.0
    assert (figures["unanswerable_sure"], figures["unanswerable_perhaps"]) == (33.3, 66.7)
    assert (figures["given"], figures["given_right"]) == (37.5, 33.3), "3 of 8, 1 of these right"
    assert (figures["coverage_at_90"], figures["coverage_at_80"]) == (12.5, 12.5)
    assert [miss.outcome for miss in refused(outcomes)] == [outcomes[4]]
    assert [miss.outcome.confidence for miss in misses(outcomes)] == [0.90, 0.80, 0.70, 0.50]
    assert misses(outcomes)[2].why == "It cannot be answered, and an answer was perhaps given."


def test_the_degrees_are_the_engines(library: Library) -> None:
    """Asked for the best guess at any confidence; counted as what a reader of news would get."""
    library.add([BRIDGE])
    for sure, perhaps, degree in ((0.8, 0.5, "answered"), (0.9, 0.8, "uncertain"), (0.95, 0.9, "no_answer")):
        calibration = replace(MARGIN_ONLY, thresholds=Thresholds(sure, perhaps))
        made = Engine(library, ReaderJudge(WordReader({"Ana Ortiz": 2.0}), calibration))
        [outcome] = ask_all(made, [MAYOR])
        assert outcome.status == made.ask(MAYOR.question).status == degree
