"""An evaluation worked out by hand: what is asked, what comes of it, and what two runs say of each other."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.articles import Passage
from index.errors import PullquoteError, SourceError
from index.library import Library
from pullquote.measuring import eval_
from qa.answers import ReplyStatus, Turn
from qa.confidence import Thresholds
from qa.engine import Engine
from qa.evaluation.breakdowns import answer_length, breakdowns, measured, misses, question_word
from qa.evaluation.compare import EarlierRun, compare
from qa.evaluation.datasets import Item
from qa.evaluation.figures import ALL_METRICS, article_groups, summary, table_of
from qa.evaluation.measure import measure, parts_of, records_of
from qa.evaluation.measurement import About, LibrarySize, Measurement, Miss, Outcome
from qa.evaluation.outcomes import ask_all, read_all
from qa.evaluation.scoreboard import print_measurement
from qa.judging import ReaderJudge
from qa.reader import Reading
from qa.weights import FAST
from tests.fakes import BRIDGE, MARGIN_ONLY, STORM, WordReader, article

MAYOR = Item("Who is the mayor?", ("Ana Ortiz",), "bridge", 2)
ABOUT = About(
    dataset="set.jsonl", sha256="00", questions=3, sampled_from=None, pullquote="1", reader="words",
    resamples=1000, seed=0, measured="2026-01-02T03:04:05+00:00", library=LibrarySize(articles=2, passages=4),
)  # fmt: skip
SURE = Thresholds(sure=0.5, perhaps=0.5)


def engine(library: Library, answers: dict[str, float]) -> Engine:
    return Engine(library, ReaderJudge(WordReader(answers), MARGIN_ONLY))


def outcome(
    question: str, accepted: Sequence[str], answer: str | None, confidence: float, article_id: str = "a"
) -> Outcome:
    degree: ReplyStatus = "answered" if confidence > 0 else "no_answer"
    return Outcome(Item(question, tuple(accepted), article_id), answer, confidence, degree)


def measurement(items: Sequence[Item], outcomes: Sequence[Outcome], read: Sequence[Outcome] = ()) -> Measurement:
    ways = dict(enumerate(outcomes)), dict(enumerate(read))
    return Measurement(ABOUT, parts_of(ways[0], SURE, ways[1]), records_of(items, *ways))


def against_itself(made: Measurement, name: str = "earlier.json", reader: str = "v0") -> Measurement:
    return replace(made, against=compare(EarlierRun(name, reader, tuple(made.records)), made.records))


def test_the_figures_of_an_evaluation_by_hand(library: Library) -> None:
    library.add([BRIDGE, STORM])
    items = [
        MAYOR,  # right, confidence 0.8808
        Item("What drowned in rain, mayor of the town?", (), "bridge", 1),  # answered all the same
        Item("hello", ("x",), "storm", 1),  # nothing at all
    ]
    figures = summary(ask_all(engine(library, {"Ana Ortiz": 2.0}), items))
    assert (figures["questions"], figures["answerable"]) == (3, 2)
    assert (figures["exact_match"], figures["f1"], figures["right"]) == (50.0, 50.0, 50.0)
    assert (figures["recall_at_1"], figures["recall_at_20"], figures["mrr"]) == (50.0, 50.0, 0.5)
    assert (figures["article_recall_at_1"], figures["article_recall_at_10"]) == (50.0, 50.0)
    assert figures["auc"] == 0.25, "one tie and one loss against the unanswerable one"
    assert (figures["coverage_at_90"], figures["given"], figures["given_right"]) == (33.3, 66.7, 50.0)
    assert (figures["has_answer_exact"], figures["has_answer_f1"], figures["no_answer"]) == (50.0, 50.0, 0.0)
    assert (figures["overall_exact"], figures["overall_f1"]) == (33.3, 33.3)
    assert (figures["best_exact"], figures["best_f1"], figures["best_f1_threshold"]) == (66.7, 66.7, 0.881)
    assert (figures["citation_article"], figures["citation_paragraph"]) == (100.0, 100.0)
    assert figures["ece"] == pytest.approx(abs(2 * 0.8808 - 1) / 3, abs=1e-3)
    assert {metric.name for metric in ALL_METRICS} == set(figures)


def test_ranks_count_passages_and_exact_copies(library: Library) -> None:
    library.add([BRIDGE, STORM, replace(STORM, id="copy")])
    places = [("storm", 2), ("copy", 2), ("bridge", 2), ("nowhere", 1)]
    items = [Item("Rain for days?", ("three days",), *place) for place in places]
    found = [outcome.retrieval for outcome in ask_all(engine(library, {"three days": 1.0}), items)]
    assert [one and one.rank for one in found] == [1, 1, 2, None]
    assert [one and one.article_rank for one in found] == [1, 1, 2, None]
    assert [one and one.cited for one in found] == [("storm", 2)] * 4
    figures = summary(ask_all(engine(library, {"three days": 1.0}), items))
    assert (figures["recall_at_1"], figures["recall_at_5"], figures["mrr"]) == (50.0, 75.0, round((2 + 1 / 2) / 4, 3))
    assert (figures["citation_article"], figures["citation_paragraph"]) == (25.0, 25.0), "the first place cited counts"


def test_a_question_without_a_place_has_no_recall(library: Library) -> None:
    library.add([BRIDGE])
    figures = summary(ask_all(engine(library, {"Ana Ortiz": 2.0}), [Item("Who is the mayor?", ("Ana Ortiz",))]))
    assert (figures["recall_at_1"], figures["mrr"], figures["citation_article"]) == (None, None, None)
    assert (figures["f1"], figures["no_answer"], figures["auc"]) == (100.0, None, None)


class Heard(WordReader):
    """Remembers what it was asked."""

    def __init__(self, answers: dict[str, float]) -> None:
        super().__init__(answers)
        self.heard: list[tuple[str, tuple[str, ...]]] = []

    def read(self, question: str, passages: Sequence[Passage], headlines: Sequence[str]) -> list[Reading]:
        self.heard.append((question, tuple(headlines)))
        return super().read(question, passages, headlines)


FOLLOW_UP = Item(
    "And how much did it cost?", ("1.2 million euro",), "bridge", 2, Turn("Who is the mayor?", "Ana Ortiz"),
    "It cost 1.2 million euro.", "Bridge opened",
)  # fmt: skip


def test_a_follow_up_is_asked_with_the_turn_before_it(library: Library) -> None:
    library.add([BRIDGE])
    reader = Heard({"1.2 million euro": 1.0})
    understood = "And how much did it cost? (Who is the mayor? Ana Ortiz)"
    [asked] = ask_all(Engine(library, ReaderJudge(reader, MARGIN_ONLY)), [FOLLOW_UP])
    [read] = read_all(reader, [FOLLOW_UP])
    assert asked.answer == read.answer == "1.2 million euro"
    assert reader.heard == [(understood, ("Bridge opened",) * 2), (understood, ("Bridge opened",))]


def test_with_the_passage_given_the_margin_decides() -> None:
    items = [replace(FOLLOW_UP, before=None, passage=text) for text in ("It cost 9 euro.", "Ana paid.", "Nothing.")]
    ticks: list[int] = []
    outcomes = read_all(WordReader({"9 euro": 0.5, "Ana": -1.0}), items, ticks.append)
    assert [(o.answer, o.confidence, o.status) for o in outcomes] == [
        ("9 euro", 0.5, "answered"), ("Ana", -1.0, "no_answer"), (None, -math.inf, "no_answer"),
    ]  # fmt: skip
    assert sum(ticks) == 3
    figures = summary(outcomes)
    assert (figures["f1"], figures["has_answer_f1"]) == (13.3, 13.3), "9 euro of 1.2 million euro: 2 / 5"
    assert "recall_at_1" not in figures


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("In which year did it open?", "which"),
        ("How much was it?", "how many"),
        ("And how was it?", "how"),
        ("Whose ship sank?", "who"),
        ("Name the mayor.", "other"),
    ],
)
def test_the_question_word_is_the_first_there_is(question: str, word: str) -> None:
    assert question_word(question) == word


def test_answer_lengths_are_in_words() -> None:
    lengths = [answer_length(" ".join(["x"] * n)) for n in (1, 2, 4, 5, 9, 40)]
    assert lengths == ["1 word", "2 words", "3 to 4", "5 to 8", "9 or more", "9 or more"]


def test_breakdowns_are_of_the_answerable_questions() -> None:
    outcomes = [
        outcome("Who?", ["a b c"], "a b c", 1.0, "x"),
        outcome("Who else?", ["d"], "e", 1.0, "y"),
        outcome("When?", ["d"], "d", 1.0, "y"),
        outcome("Why?", [], "d", 1.0, "y"),
    ]
    found = breakdowns(outcomes, table_of(outcomes), article_groups([o.item for o in outcomes]))
    assert [(row.name, row.questions, row.figures["f1"]) for row in found["question word"]] == [
        ("who", 2, 50.0), ("when", 1, 100.0),
    ]  # fmt: skip
    assert [(row.name, row.questions) for row in found["answer length"]] == [("1 word", 2), ("3 to 4", 1)]
    assert found["question word"][0].f1_interval == (0.0, 100.0)
    assert found["question word"][1].f1_interval is None, "one article"


def test_the_worst_misses_are_the_surest_wrong_answers() -> None:
    outcomes = [
        outcome("right", ["a"], "a", 9.0),
        outcome("unsure", ["a"], "b", -1.0),
        outcome("sure", ["a"], "b", 3.0),
        outcome("given though there is none", [], "b", 2.0),
        outcome("kept back", [], "b", -2.0),
        outcome("silent", ["a"], None, -math.inf),
    ]
    assert [miss.outcome.item.question for miss in misses(outcomes)] == [
        "sure",
        "given though there is none",
        "unsure",
        "silent",
    ]
    assert misses(outcomes)[3].to_json()["confidence"] is None
    assert len(misses([outcome(str(n), ["a"], "b", 1.0) for n in range(30)])) == 20


def test_a_miss_shows_what_was_found_and_why_it_went_wrong(library: Library) -> None:
    library.add([BRIDGE, STORM])
    library.add([article(f"rain{n:02}", f"Rain, rain {n}.") for n in range(22)])
    items = [
        Item("Who is the mayor?", ("Ortiz family",), "bridge", 2),
        Item("How long was the rain?", ("x",), "bridge", 2),
        Item("Storm?", (), "storm", 1),
    ]
    found = {
        m["question"]: m
        for m in map(Miss.to_json, misses(ask_all(engine(library, {"Friday": 1.0, "storm": 0.5}), items)))
    }
    assert found["Who is the mayor?"]["why"] == "Its paragraph was read (rank 1); another span was preferred."
    assert found["How long was the rain?"]["why"] == ("Its paragraph was found, but only at rank 14, and 10 are read.")
    assert found["Storm?"]["why"] == "It cannot be answered, and an answer was given."
    assert found["Who is the mayor?"]["retrieved"][0] == {
        "article_id": "bridge", "paragraph": 2, "text": "It cost 1.2 million euro, the mayor, Ana Ortiz, said.",
        "expected": True,
    }  # fmt: skip
    assert len(found["How long was the rain?"]["retrieved"]) == 5
    assert not any(passage["expected"] for passage in found["Storm?"]["retrieved"]), "no paragraph answers it"


def test_a_part_is_json_with_intervals_for_what_chance_may_move() -> None:
    outcomes = [outcome("Who?", ["a"], "a", 1.0, "x"), outcome("When?", ["b"], None, -math.inf, "y")]
    made = measured(outcomes, SURE).to_json()
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert made["intervals"]["f1"] == [0.0, 100.0]
    assert "questions" not in made["intervals"]
    assert made["curve"] == [[0.5, 1.0], [1.0, 0.5]]
    assert made["figures"]["best_f1_threshold"] == 1.0


def data_set(tmp_path: Path) -> Path:
    (tmp_path / "set.jsonl").write_text(json.dumps({"question": "Who?", "answers": ["I"], "article_id": "none"}))
    return tmp_path / "set.jsonl"


def test_what_cannot_be_done_is_said_before_the_long_part(tmp_path: Path) -> None:
    path, library = data_set(tmp_path), tmp_path / "library"
    with pytest.raises(SourceError, match="holds no passages for the reader alone; leave --reader-only out"):
        measure(path, library=None, weights=FAST)
    with pytest.raises(SourceError, match=r"cannot be read \(No such file or directory\)"):
        measure(path, library=library, weights=FAST, against=tmp_path / "no.json")
    for page in (tmp_path / "no" / "r.html", tmp_path):
        with pytest.raises(SourceError, match="cannot be written; name a file in a folder that exists"):
            eval_(Namespace(html=page))


@pytest.mark.weights
def test_questions_about_articles_that_are_not_there_are_refused(tmp_path: Path) -> None:
    Library.open(tmp_path / "library", create=True).close()
    with pytest.raises(PullquoteError, match=r"none of the articles asked about, as 'none'; add them first, or give"):
        measure(data_set(tmp_path), library=tmp_path / "library", weights=FAST)


def test_the_scoreboard_shows_figures_intervals_and_misses(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    library.add([BRIDGE, STORM])
    items = [replace(MAYOR, passage="Ana Ortiz."), Item("How long did rain fall?", ("3 [b]days",), "storm", 2)]
    opened = ask_all(engine(library, {"Ana Ortiz": 2.0}), items)
    made = measurement(items, opened, read_all(WordReader({"Ana": 1.0}), items[:1]))
    print_measurement(against_itself(made))
    printed = capsys.readouterr().out
    assert "set.jsonl, words" in printed
    assert "│ Token F1                      │        50.0 % │ 0.0 to 100.0   │        66.7 % │      │" in printed
    assert "Against earlier.json (v0), whole library" in " ".join(printed.split())
    assert "+0.0" in printed
    assert "p = 1.000" in printed
    assert "got Ana Ortiz, expected 3 [b]days" in printed, "nothing from outside is markup"


def test_the_plots_are_loaded_only_for_a_report() -> None:
    modules = "qa.evaluation.measure, qa.evaluation.scoreboard"
    program = f"import sys, {modules}; assert not {{'matplotlib', 'jinja2', 'sklearn'}} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
