"""The side-by-side measurement: fair weights, an honest corpus, figures worked out by hand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.followups import cases
from bench.mixed import make, run, varied
from bench.peers import results
from bench.peers.corpus import build, load, paragraphs
from bench.peers.runs import Run
from bench.peers.systems import SYSTEMS
from bench.peers.worker import Answered, _obey
from index.articles import make_article
from qa.answers import Reply, Turn
from qa.evaluation.datasets import Item
from qa.weights import ACCURATE, FAST
from tests.fakes import BRIDGE

ARTICLES = [
    make_article(id="one", headline="Mayor Castellan resigns", paragraphs=["Castellan resigned on Monday.", "Why?"]),
    make_article(id="two", headline="Flood in Ostrava", paragraphs=["The Vltava rose 3 metres.", "Nobody was hurt."]),
]
ASKED = [
    Item("Who resigned?", ("Castellan",), "one", 1),
    Item("Who was hurt?", ("Nobody",), "two", 2),
]
ROOT = Path(__file__).parents[1]


class Echo:
    """A peer that answers with the question, or fails."""

    def ingest(self, file: Path) -> None:
        raise OSError(file)

    def ask(self, question: str, way: str, passages: list[str]) -> Answered:
        if question == "fail":
            raise ValueError(way)
        return Answered(question, [("one", 1)], {"passages": len(passages)})


def test_a_corpus_has_exactly_so_many_paragraphs_and_asks_only_about_those() -> None:
    corpus = build(ARTICLES, ASKED, 3, None)
    assert [len(paragraphs(article)) for article in corpus.articles] == [2, 1]
    assert [item.question for item in corpus.questions] == ["Who resigned?"]
    assert corpus.copied == 0


def test_copies_have_other_ids_words_and_numbers_and_are_the_same_every_time() -> None:
    corpus = build(ARTICLES, ASKED, 12, None)
    assert sum(len(paragraphs(article)) for article in corpus.articles) == 12
    assert corpus.copied == 4
    assert len({article.id for article in corpus.articles}) == 6
    rises = [text for article in corpus.articles for text in paragraphs(article) if "rose" in text]
    assert len(set(rises)) == 3
    assert corpus == build(ARTICLES, ASKED, 12, None)


def test_the_passages_of_the_peers_are_those_of_pullquote(tmp_path: Path) -> None:
    build(ARTICLES, ASKED, 4, None).write(tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "passages.jsonl").read_text("utf-8").splitlines()]
    assert [(row["article_id"], row["paragraph"]) for row in rows] == [("one", 1), ("one", 2), ("two", 1), ("two", 2)]
    assert rows[3]["text"] == "Nobody was hurt."
    assert rows[3]["headline"] == "Flood in Ostrava"


def test_without_files_the_sample_newsroom_is_asked() -> None:
    articles, asked = load([ROOT / "seeds" / "newsroom.jsonl"], [ROOT / "bench" / "peers" / "questions.jsonl"])
    by_id = {article.id: article for article in articles}
    assert len(asked) == 100
    for item in asked:
        paragraph = paragraphs(by_id[item.article_id or ""])[(item.paragraph or 0) - 1]
        assert item.answers[0] in paragraph


def test_follow_ups_are_told_from_full_questions(tmp_path: Path) -> None:
    qas = [
        {"question": "Who resigned?", "paragraph": 0, "answer": "Castellan", "also": ["the mayor"]},
        {"question": "And when?", "paragraph": 0, "answer": "Monday", "after": "Who resigned?"},
        {"question": "Which party?", "paragraph": 0},
        {"question": "What did Castellan do?", "paragraph": 0, "answer": "resigned"},
    ]
    story = {"id": "one", "headline": "H", "paragraphs": ["Castellan resigned on Monday."], "qas": qas}
    (tmp_path / "q.jsonl").write_text(json.dumps(story))
    found = cases(tmp_path / "q.jsonl")
    first = Turn("Who resigned?", "Castellan")
    assert found["follow-ups"] == [("And when?", first, ("Monday",))]
    assert found["full, after one of its article"] == [("What did Castellan do?", first, ("resigned",))]
    assert [accepted for _, _, accepted in found["full, after any"]] == [("Castellan", "the mayor"), ("resigned",)]


def test_a_worker_answers_and_counts_what_failed() -> None:
    asked = _obey(Echo(), {"op": "ask", "question": "Who?", "way": "", "passages": ["a", "b"]}, [])
    assert (asked["answer"], asked["found"], asked["extra"]) == ("Who?", [("one", 1)], {"passages": 2})
    work: list[tuple[str, str, list[str]]] = [("Who?", "", []), ("fail", "", []), ("When?", "", [])]
    assert _obey(Echo(), {"op": "many", "clients": 2, "work": work}, [])["failed"] == 1
    about = _obey(Echo(), {"op": "about"}, ["pullquote"])
    assert about["peak_mib"] > 1
    assert "pullquote" in about["versions"]


def test_figures_are_the_median_with_least_and_most_and_ratios_are_taken_run_by_run() -> None:
    runs = []
    for ours, theirs in ((10.0, 100.0), (20.0, 100.0), (20.0, 400.0)):
        run = Run()
        run.figures["Pullquote"] |= {"p50": ours, "rate": 8.0}
        run.figures["Haystack"] |= {"p50": theirs, "rate": 4.0}
        runs.append(run)
    shown = "\n".join(results.table(["Pullquote", "Haystack"], runs))
    assert "20.0 (10.0–20.0)" in shown
    assert "100.0 (100.0–400.0)" in shown
    compared = "\n".join(results.ratios(["Haystack"], runs))
    assert "10.00 × (5.00–20.00)" in compared
    assert "2.00 ×" in compared  # more questions a second are better


def test_flops_of_a_forward_pass_worked_out_by_hand() -> None:
    from bench.peers.floor import flops

    config = SimpleNamespace(hidden_size=2, intermediate_size=4, num_hidden_layers=3)
    # A layer, 5 tokens: 2 x 5 x (4 x 2 x 2 + 2 x 2 x 4) = 320 and 4 x 5 x 5 x 2 = 200.
    assert flops(config, 5) == 3 * (320 + 200)


def test_every_peer_of_its_own_environment_has_its_pinned_packages() -> None:
    lock = re.findall(r"^(\S+==\S+)", (ROOT / "requirements-dev.lock").read_text("utf-8"), re.MULTILINE)
    for name in {system.environment for system in SYSTEMS if system.environment}:
        wanted = (ROOT / "bench" / f"requirements-{name}.txt").read_text("utf-8").splitlines()
        assert all("==" in line for line in wanted if not line.startswith("#"))
        for same in ("torch==", "transformers==", "sentence-transformers=="):
            assert [line for line in wanted if line.startswith(same)] == [
                line for line in lock if line.startswith(same)
            ]


@pytest.mark.weights
@pytest.mark.filterwarnings("ignore")  # other people's libraries
@pytest.mark.parametrize(("weights", "layers", "kind"), [(FAST, 6, "Bert"), (ACCURATE, 12, "MPNet")])
def test_the_peers_read_with_the_shipped_weights(tmp_path: Path, weights: Path, layers: int, kind: str) -> None:
    from transformers import AutoModelForQuestionAnswering

    from bench.weights import MIN_CORRELATION, agreement, write_transformers_folder

    folder = write_transformers_folder(tmp_path / "reader", weights)
    model: Any = AutoModelForQuestionAnswering.from_pretrained(folder)
    assert type(model).__name__ == f"{kind}ForQuestionAnswering"
    assert agreement(model.eval(), weights) > MIN_CORRELATION[layers]
    for weight in model.qa_outputs.parameters():
        weight.data.zero_().add_(weight.data.new_tensor(1.0))
    assert not agreement(model.eval(), weights) > MIN_CORRELATION[layers]  # it can tell


@pytest.mark.slow
@pytest.mark.weights
def test_a_run_from_beginning_to_end_without_the_peers_that_need_an_environment(tmp_path: Path) -> None:
    page = tmp_path / "results.md"
    options = ["--only", "floor", "--sizes", "36", "--runs", "1", "--limit", "3", "--results", str(page)]
    subprocess.run([sys.executable, "-m", "bench", *options], cwd=ROOT, check=True)
    text = page.read_text("utf-8")
    for heading, _ in results.MEASURES.values():
        assert heading in text
    assert "GFLOP/s" in text


def test_a_day_asks_everything_once_and_some_often() -> None:
    from bench.day import drawn

    items = [Item(f"Question {n}?", ("x",), f"a{n}") for n in range(20)]
    asked = drawn(items, 100)
    counts = Counter(item.question for item in asked)
    assert (len(asked), len(counts)) == (100, 20)
    assert counts.most_common(1)[0][1] > 10
    assert drawn(items, 100) == asked, "always the same day"


def test_a_day_rates_by_the_known_answers() -> None:
    from bench.day import better, right

    text = "It cost 1.2 million euro, the mayor, Ana Ortiz, said."
    item = Item("Who is the mayor?", ("Ana Ortiz",), "bridge", 2, None, text, "", ((37, 46),))
    found = better(item, BRIDGE)
    assert found is not None
    assert BRIDGE.text[found.start : found.end] == "Ana Ortiz"
    assert better(replace(item, paragraph=1), BRIDGE) is None, "the article has other words there"
    none = Reply("x", "no_answer", "Who?", "Who?", "nothing_relevant")
    assert not right(none, item)
    assert right(none, replace(item, answers=()))


def test_mixed_files_are_different_articles_and_each_meets_its_fate(tmp_path: Path) -> None:
    """Addresses, ids, headlines and words of a file change with its number, in archives too."""
    made = make(tmp_path, 80)
    assert (made["empty"], made["torn"], made["other kind"], made.total()) == (2, 2, 4, 80)
    found = run(tmp_path, tmp_path / "library", tmp_path / "report.jsonl", store=False)
    assert found.status == 1, "some of them failed"
    assert {path.name for path in tmp_path.glob("*/*") if path.suffix not in (".jpg", ".bin")} <= found.told
    assert found.looks
    right = {"articles": [{"headline": "Ferry sails", "paragraphs": ["The night ferry sails again from May."]}]}
    page = b"<h1>Ferry sails</h1><p>The night ferry sails again from May.</p><a href='https://t.example/1'>"
    changed = b"<h1>Ferry sails 7</h1><p>The 7 night ferry sails again from May.</p><a href='https://t.example/7/1'>"
    assert varied(page, right, 7) == changed
