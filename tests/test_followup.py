"""Which questions point back, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.articles import Passage
from index.ingest import Found, read_paths
from index.library import Library
from qa.answers import Question, Turn
from qa.engine import Engine
from qa.followup import MAX_CONTEXT_CHARS, follows, understandings, understood
from qa.judging import ReaderJudge
from qa.reader import Reading
from tests.fakes import BRIDGE, MARGIN_ONLY, STORM, WordReader

BEFORE = Turn("Who visited Beijing?", "Andrei Rudenko")


@pytest.mark.parametrize(
    "question",
    [
        "And when did he leave?",
        "Why?",
        "How many?",
        "What about the second ship?",
        "When was that?",
        "Why did she resign?",
        "How many of them were hurt?",
        "Who else came?",
        "but why so few?",
        "What did it cost before that?",
    ],
)
def test_these_point_back(question: str) -> None:
    assert follows(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who opened the bridge in Gallin?",
        "Who thinks that neither government wants the war to spread?",
        "Which minister had been tipped to lose her job?",
        "What did Ortiz say when she resigned?",
        "Why did the captain leave his ship?",
        "What were the shepherds called?",
        "How many people were killed in the 1994 floods?",
        "Which company said that it would close two plants?",
    ],
)
def test_these_stand_alone(question: str) -> None:
    assert not follows(question)
    assert understandings(question, [BEFORE]) == [question, f"{question} (Who visited Beijing? Andrei Rudenko)"]


def test_the_last_turn_goes_behind_the_question() -> None:
    history = [Turn("What burned?", "a mill"), BEFORE]
    assert understood("And when did he leave?", history) == (
        "And when did he leave? (Who visited Beijing? Andrei Rudenko)"
    )
    assert understood("Why?", [Turn("Who resigned?", None)]) == "Why? (Who resigned?)"


def test_without_history_a_question_stays_as_it_is() -> None:
    assert understandings("Why?", []) == ["Why?"]
    assert understandings("Who came?", []) == ["Who came?"]
    assert understood("Why?", [Turn("\x00 ", None)]) == "Why?"


def test_a_long_turn_is_cut_and_cleaned() -> None:
    found = understood("Why?", [Turn("q" * 1_000, "line\nbreak \x1b[31m" + "a" * 5_000)])
    assert len(found) == len("Why? ()") + 2 * MAX_CONTEXT_CHARS + 1
    assert "line break [31maaa" in found


def test_the_engine_says_how_it_understood(library: Library) -> None:
    library.add([BRIDGE, STORM])
    engine = Engine(library, ReaderJudge(WordReader({"Ana Ortiz": 2.0}), MARGIN_ONLY))
    reply = engine.ask(Question("Who?", history=(Turn("What did the mayor open in town?", "bridge"),)))
    assert reply.question == "Who?"
    assert reply.understood_as == "Who? (What did the mayor open in town? bridge)"
    assert reply.answers[0].text == "Ana Ortiz"
    # "Ana Ortiz" is found both ways, and no surer with the turn before.
    alone = engine.ask(Question("Who is the mayor of the town?", history=(BEFORE,)))
    assert alone.understood_as == alone.question
    assert engine.ask(Question("hello", history=(BEFORE,))).reason == "not_a_question"


class EarReader(WordReader):
    """As sure of the word as the question is long: 1 for every 30 characters."""

    def read(self, question: str, passages: Sequence[Passage], headlines: Sequence[str]) -> list[Reading]:
        self.answers = dict.fromkeys(self.answers, len(question) / 30)
        return super().read(question, passages, headlines)


def test_what_may_follow_is_asked_both_ways_and_the_surer_answer_wins(library: Library) -> None:
    library.add([BRIDGE, STORM])
    reader = EarReader({"Ana Ortiz": 0.0})
    engine = Engine(library, ReaderJudge(reader, MARGIN_ONLY))
    history = (Turn("Who is the mayor of the small town of Gallin?", "Ana Ortiz"),)
    reply = engine.ask(Question("What did the bridge cost?", history=history))
    assert reply.understood_as == "What did the bridge cost? (Who is the mayor of the small town of Gallin? Ana Ortiz)"
    assert reply.question == "What did the bridge cost?"
    barely = engine.ask(Question("What did the bridge cost?", history=(Turn("A"),)))
    assert barely.understood_as == "What did the bridge cost?"


def test_without_time_a_question_is_asked_as_typed_only(library: Library) -> None:
    library.add([BRIDGE, STORM])
    engine = Engine(library, ReaderJudge(EarReader({"Ana Ortiz": 0.0}), MARGIN_ONLY))
    history = (Turn("Who is the mayor of the small town of Gallin?", "Ana Ortiz"),)
    reply = engine.ask(Question("What did the bridge cost?", history=history, budget_ms=0))
    assert reply.understood_as == "What did the bridge cost?"


def test_a_short_question_in_lower_case_is_asked_both_ways() -> None:
    """Brevity alone proves no follow-up: it may be about somebody new."""
    context = "(Who visited Beijing? Andrei Rudenko)"
    question = "what did sjöström promise?"
    assert understandings(question, [BEFORE]) == [f"{question} {context}", question]
    assert understandings("Why?", [BEFORE]) == [f"Why? {context}"]


def test_contexts_do_not_nest() -> None:
    first = understood("And when did he leave?", [BEFORE])
    second = understood("Why then?", [BEFORE, Turn(first, "Sunday")])
    assert second == "Why then? (And when did he leave? Who visited Beijing? Andrei Rudenko Sunday)"
    new = understood("And him?", [Turn("what did sjöström promise? (How many lynx were freed? Six)", "cheaper ice")])
    assert new == "And him? (what did sjöström promise? cheaper ice)", "a new topic leaves the old one behind"


@pytest.mark.weights
def test_what_points_back_is_answered_out_of_what_was_spoken_of(tmp_path: Path) -> None:
    """Once "Who is against it?", behind the lynx, was answered with "cats"; and the context is one turn's, flat."""
    with Engine.open(tmp_path / "library", create=True) as engine:
        seeds = Path(__file__).parent.parent / "seeds"
        engine.library.add([found.article for found in read_paths([seeds]) if isinstance(found, Found)])
        history: tuple[Turn, ...] = ()
        for question in ("How many lynx were freed in Glenmorrow?", "Who is against it?", "And why are they?"):
            reply = engine.ask(Question(question, history=history))
            assert reply.understood_as.count("(") <= 1
            assert not any("cats" in answer.text for answer in reply.answers)
            if question.startswith("Who"):
                assert all(c.article_id == "c-005" for answer in reply.answers for c in answer.citations)
                assert "farmers' union" in reply.answers[0].text
            history = (*history, Turn(reply.understood_as, reply.answers[0].text if reply.answers else None))
