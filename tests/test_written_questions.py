"""Written questions: whole, and unknown to what judges the reader."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import qa.training
from qa.evaluation.datasets import Item, Story, read_stories
from qa.training.check import copies, faults, read_articles


def test_our_own_questions_are_whole_and_unknown_to_the_reader() -> None:
    """Every accepted answer stands in its article; nothing that is trained on is near what judges the reader."""
    folder = Path(qa.training.__path__[0]) / "questions"
    judges = [folder / f"{name}_newsroom.jsonl" for name in ("held_out", "spare")]
    trained_on = {path.stem: read_articles(path) for path in folder.glob("train_*.jsonl") if path.stem != "train_wiki"}
    assert trained_on.keys() == {"train_near_misses", "train_newsroom", "train_pages", "train_world", "train_entries"}
    for articles in (*map(read_articles, judges), *trained_on.values()):
        assert [*faults(articles)] == []
    unknown = [story for path in judges for story in read_stories(path)]
    assert [*copies([article for articles in trained_on.values() for article in articles], unknown)] == []


def test_a_slip_in_written_questions_is_named() -> None:
    good = {"question": "Who opened it?", "kind": "answerable", "paragraph": 0, "answer": "Ana"}
    wrong = [
        good | {"also": ["Ana Ortiz"]},
        good | {"question": "Who paid?", "answer": "Rome"},
        good | {"question": "Who paid for it?", "kind": "unanswerable"},
        {"question": "And when?", "kind": "followup", "paragraph": 0, "answer": "Ana", "after": "Where?"},
    ]
    article = {"id": "a", "paragraphs": ["Ana opened it."], "qas": [good, *wrong]}
    assert list(faults([article, article | {"qas": [good]}])) == [
        "a: comes twice",
        "a: 'Who opened it?' comes twice",
        "a: 'Who opened it?' comes twice",
        "a: 'Who opened it?': 'Ana Ortiz' does not stand in the article",
        "a: 'Who paid?': 'Rome' does not stand in paragraph 0",
        "a: 'Who paid for it?' is unanswerable, with an answer",
        "a: 'And when?' follows no question of its article",
    ]


def test_a_near_copy_of_what_judges_the_reader_is_named() -> None:
    """Nine of eleven words are the other article's, two of four runs of eight; case and stops do not count."""
    judge = Story("j", "", ("One two three four five six seven eight nine.",), (Item("How many?", ("nine",)),))
    copied = {"id": "c", "paragraphs": ["one Two three four five six seven eight nine ten eleven"], "qas": []}
    asked = {"id": "q", "paragraphs": ["Nothing."], "qas": [{"question": "how many"}]}
    assert list(copies([copied, asked], [judge])) == [
        "c: has 2 of its 4 runs of 8 words in j",
        "q: 'how many' is asked of j",
    ]


def test_what_judges_may_be_a_squad_file_and_what_a_follow_up_asks_is_no_copy(tmp_path: Path) -> None:
    squad, newsroom = tmp_path / "dev.json.gz", tmp_path / "held_out.jsonl"
    text = "One two three four five six seven eight."
    entry = {"context": text, "qas": [{"id": "1", "question": "How many?", "answers": []}]}
    squad.write_bytes(gzip.compress(json.dumps({"data": [{"title": "Counting", "paragraphs": [entry]}]}).encode()))
    asked = {"kind": "answerable", "paragraph": 0, "answer": "One"}
    qas = [asked | {"question": "Which first?"}, asked | {"question": "And then?", "after": "Which first?"}]
    newsroom.write_text(json.dumps({"id": "n", "headline": "N", "paragraphs": [text], "qas": qas}), "utf-8")
    article = {
        "id": "c", "paragraphs": ["Zero one two three four five six seven eight."],
        "qas": [{"question": "how many"}, {"question": "And then?"}],
    }  # fmt: skip
    assert list(copies([article], read_stories(squad))) == [
        "c: has 1 of its 2 runs of 8 words in Counting",
        "c: 'how many' is asked of Counting",
    ]
    assert list(copies([article], read_stories(newsroom))) == ["c: has 1 of its 2 runs of 8 words in n"]
