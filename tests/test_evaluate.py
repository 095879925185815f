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
from typing import Any

import pytest

from index.articles import Passage
from index.errors import PullquoteError, SourceError
from index.library import Library
from qa.answers import Turn
from qa.engine import Engine
from qa.evaluation.breakdowns import answer_length, breakdowns, misses, part, question_word
from qa.evaluation.compare import compare, read_earlier
from qa.evaluation.datasets import Item
from qa.evaluation.figures import ALL_FIGURES, article_groups, summary, table_of
from qa.evaluation.measure import measured, run
from qa.evaluation.outcomes import Outcome, ask_all, read_all
from qa.evaluation.scoreboard import print_measurement
from qa.judging import ReaderJudge
from qa.reader import Reading
from qa.weights import FAST
from tests.fakes import BRIDGE, MARGIN_ONLY, STORM, WordReader, article

MAYOR = Item("Who is the mayor?", ("Ana Ortiz",), "bridge", 2)
ABOUT: dict[str, Any] = {
    "dataset": "set.jsonl", "sha256": "00", "questions": 3, "sampled_from": None, "pullquote": "1", "reader": "words",
    "measured": "2026-01-02T03:04:05+00:00", "library": {"articles": 2, "passages": 4}, "resamples": 1000, "seed": 0,
}  # fmt: skip


def engine(library: Library, answers: dict[str, float]) -> Engine:
    return Engine(library, ReaderJudge(WordReader(answers), MARGIN_ONLY))


def outcome(
    question: str, accepted: Sequence[str], answer: str | None, confidence: float, article_id: str = "a"
) -> Outcome:
    return Outcome(Item(question, tuple(accepted), article_id), answer, confidence, given=confidence > 0)


def body(items: Sequence[Item], outcomes: Sequence[Outcome], read: Sequence[Outcome] = ()) -> dict[str, Any]:
    return measured(ABOUT, items, dict(enumerate(outcomes)), 0.5, dict(enumerate(read)))


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
    assert {figure.name for figure in ALL_FIGURES} == set(figures)


def test_ranks_count_passages_and_exact_copies(library: Library) -> None:
    library.add([BRIDGE, STORM, replace(STORM, id="copy")])
    places = [("storm", 2), ("copy", 2), ("bridge", 2), ("nowhere", 1)]
    items = [Item("Rain for days?", ("three days",), *place) for place in places]
    found = [outcome.retrieval for outcome in ask_all(engine(library, {"three days": 1.0}), items)]
    assert [one and one.rank for one in found] == [1, 1, 3, None]
    assert [one and one.article_rank for one in found] == [1, 1, 3, None]
    assert [one and one.cited for one in found] == [("storm", 2)] * 4
    figures = summary(ask_all(engine(library, {"three days": 1.0}), items))
    assert (figures["recall_at_1"], figures["recall_at_5"], figures["mrr"]) == (50.0, 75.0, round((2 + 1 / 3) / 4, 3))
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
    assert [(o.answer, o.confidence, o.given) for o in outcomes] == [
        ("9 euro", 0.5, True), ("Ana", -1.0, False), (None, -math.inf, False),
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
    assert [(row["part"], row["questions"], row["f1"]) for row in found["question word"]] == [
        ("who", 2, 50.0), ("when", 1, 100.0),
    ]  # fmt: skip
    assert [(row["part"], row["questions"]) for row in found["answer length"]] == [("1 word", 2), ("3 to 4", 1)]
    assert found["question word"][0]["f1_interval"] == [0.0, 100.0]
    assert found["question word"][1]["f1_interval"] is None, "one article"


def test_the_worst_misses_are_the_surest_wrong_answers() -> None:
    outcomes = [
        outcome("right", ["a"], "a", 9.0),
        outcome("unsure", ["a"], "b", -1.0),
        outcome("sure", ["a"], "b", 3.0),
        outcome("given though there is none", [], "b", 2.0),
        outcome("kept back", [], "b", -2.0),
        outcome("silent", ["a"], None, -math.inf),
    ]
    assert [miss["question"] for miss in misses(outcomes)] == ["sure", "given though there is none", "unsure", "silent"]
    assert misses(outcomes)[3]["confidence"] is None
    assert len(misses([outcome(str(n), ["a"], "b", 1.0) for n in range(30)])) == 20


def test_a_miss_shows_what_was_found_and_why_it_went_wrong(library: Library) -> None:
    library.add([BRIDGE, STORM])
    library.add([article(f"rain{n:02}", f"Rain, rain {n}.") for n in range(22)])
    items = [
        Item("Who is the mayor?", ("Ortiz family",), "bridge", 2),
        Item("How long was the rain?", ("x",), "bridge", 2),
        Item("Storm?", (), "storm", 1),
    ]
    found = {m["question"]: m for m in misses(ask_all(engine(library, {"Friday": 1.0, "storm": 0.5}), items))}
    assert found["Who is the mayor?"]["why"] == "Its paragraph was read (rank 1); another span was preferred."
    assert found["How long was the rain?"]["why"] == "Its paragraph is not among the first 20 found."
    assert found["Storm?"]["why"] == "It cannot be answered, and an answer was given."
    assert found["Who is the mayor?"]["retrieved"][0] == {
        "article_id": "bridge", "paragraph": 2, "text": "It cost 1.2 million euro, the mayor, Ana Ortiz, said.",
        "expected": True,
    }  # fmt: skip
    assert len(found["How long was the rain?"]["retrieved"]) == 5
    assert not any(passage["expected"] for passage in found["Storm?"]["retrieved"]), "no paragraph answers it"


def test_a_part_is_json_with_intervals_for_what_chance_may_move() -> None:
    outcomes = [outcome("Who?", ["a"], "a", 1.0, "x"), outcome("When?", ["b"], None, -math.inf, "y")]
    made = part(outcomes, 0.0)
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert made["intervals"]["f1"] == [0.0, 100.0]
    assert "questions" not in made["intervals"]
    assert made["curve"] == [[0.5, 1.0], [1.0, 0.5]]
    assert made["figures"]["best_f1_threshold"] == 1.0


def test_two_runs_are_compared_on_their_common_questions() -> None:
    items = [outcome(f"q{n}", ["a"], "a", 1.0, f"article {n}").item for n in range(12)]
    items.append(Item("none", (), "article 0"))
    worse = [Outcome(item, "b", -1.0, given=False) for item in items]
    better = [Outcome(item, "a", 1.0, given=True) for item in items]
    old = body(items[1:], [], worse[1:])["records"]
    found = compare(old, body(items, [], better)["records"])
    assert (found["common"], found["only_earlier"], found["only_now"]) == (12, 0, 1)
    assert "open" not in found
    rows = {row["figure"]: row for row in found["reader"]}
    assert rows["f1"].pop("p") == pytest.approx(2 / 2048, abs=1e-3), "eleven articles, all better"
    assert rows["f1"] == {
        "figure": "f1", "questions": 11, "earlier": 0.0, "now": 100.0, "difference": 100.0, "interval": [100.0, 100.0],
    }  # fmt: skip
    assert (rows["overall_f1"]["questions"], rows["overall_f1"]["earlier"]) == (12, 8.3), "silence was right once"
    assert rows["overall_f1"]["now"] == 91.7


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        *(f'{{"about": {{"reader": "v0"}}, "records": {r}}}' for r in ("3", "[{}]", '[{"question": []}]')),
        "[" * 9_999,
    ],
)
def test_an_earlier_run_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(SourceError, match="is not what pullquote eval --json prints; make one with: pullquote eval"):
        read_earlier(tmp_path / "x.json")


def test_an_earlier_run_is_read_back(tmp_path: Path) -> None:
    made = body([MAYOR], [], [Outcome(MAYOR, "Ana Ortiz", 1.0, given=True)])
    (tmp_path / "x.json").write_text(json.dumps(made))
    assert read_earlier(tmp_path / "x.json") == {"reader": "words", "records": made["records"]}


def options(tmp_path: Path, **given: Any) -> Namespace:
    (tmp_path / "set.jsonl").write_text(json.dumps({"question": "Who?", "answers": ["I"], "article_id": "none"}))
    chosen = {"json": False, "html": None, "reader_only": False, "against": None, "reader": None, "limit": None}
    return Namespace(dataset=tmp_path / "set.jsonl", **(chosen | given))


def test_what_cannot_be_done_is_said_before_the_long_part(tmp_path: Path) -> None:
    for given, message in (
        ({"html": tmp_path / "no" / "r.html"}, "cannot be written; name a file in a folder that exists"),
        ({"html": tmp_path}, "cannot be written; name a file in a folder that exists"),
        ({"reader_only": True}, "holds no passages for the reader alone; leave --reader-only out"),
        ({"against": tmp_path / "no.json"}, r"cannot be read \(No such file or directory\)"),
    ):
        with pytest.raises(SourceError, match=message):
            run(options(tmp_path, **given), tmp_path / "library", FAST)


@pytest.mark.weights
def test_questions_about_articles_that_are_not_there_are_refused(tmp_path: Path) -> None:
    Library.open(tmp_path / "library", create=True).close()
    with pytest.raises(PullquoteError, match=r"none of the articles asked about, as 'none'; add them first, or give"):
        run(options(tmp_path), tmp_path / "library", FAST)


def test_the_scoreboard_shows_figures_intervals_and_misses(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    library.add([BRIDGE, STORM])
    items = [replace(MAYOR, passage="Ana Ortiz."), Item("How long did rain fall?", ("3 [b]days",), "storm", 2)]
    opened = ask_all(engine(library, {"Ana Ortiz": 2.0}), items)
    made = body(items, opened, read_all(WordReader({"Ana": 1.0}), items[:1]))
    made["against"] = {"file": "earlier.json", "earlier_reader": "v0"} | compare(made["records"], made["records"])
    print_measurement(made)
    printed = capsys.readouterr().out
    assert "set.jsonl, words" in printed
    assert "│ Token F1                   │        50.0 % │ 0.0 to 100.0   │        66.7 % │      │" in printed
    assert "Against earlier.json (v0), whole library" in " ".join(printed.split())
    assert "+0.0" in printed
    assert "p = 1.000" in printed
    assert "got Ana Ortiz, expected 3 [b]days" in printed, "nothing from outside is markup"


def test_the_plots_are_loaded_only_for_a_report() -> None:
    modules = "qa.evaluation.measure, qa.evaluation.scoreboard"
    program = f"import sys, {modules}; assert not {{'matplotlib', 'jinja2', 'sklearn'}} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
