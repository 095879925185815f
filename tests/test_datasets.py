"""Question files: what is read from each format, and what is said of a bad one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import SourceError
from qa.answers import Turn
from qa.evaluation.datasets import Item, read_items, read_stories, sample

SQUAD: dict[str, Any] = {
    "version": "v2.0",
    "data": [
        {
            "title": "Old_Bridge",
            "paragraphs": [
                {"context": "Nothing.", "qas": []},
                {
                    "context": "It cost 5 euro.\n",
                    "qas": [
                        {"question": " What did it  cost?", "answers": [{"text": "5 euro"}, {"text": "5"}]},
                        {"question": "Who paid?", "answers": [], "is_impossible": True, "plausible_answers": []},
                    ],
                },
            ],
        }
    ],
}
NEWSROOM: dict[str, Any] = {
    "id": "bridge",
    "headline": "Bridge opened",
    "paragraphs": ["The town opened a bridge.", "It cost 5 euro."],
    "qas": [
        {"question": "What did it cost?", "paragraph": 1, "answer": "5 euro", "also": ["5"]},
        {"question": "Who paid?", "paragraph": 0},
        {"question": "And opened what?", "paragraph": 0, "answer": "a bridge", "after": "What did it cost?"},
    ],
}


def written(tmp_path: Path, *lines: Any) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), "utf-8")
    return path


@pytest.mark.parametrize("indent", [None, 2])
def test_squad_gives_title_paragraph_and_passage(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(SQUAD, indent=indent))
    place = ("Old_Bridge", 2, None, "It cost 5 euro.", "Old Bridge")
    assert read_items(path) == [
        Item("What did it cost?", ("5 euro", "5"), *place, ((8, 14), (8, 9))),
        Item("Who paid?", (), *place),
    ]


def test_newsroom_gives_follow_ups_with_the_turn_before(tmp_path: Path) -> None:
    first, second = NEWSROOM["paragraphs"]
    assert read_items(written(tmp_path, NEWSROOM)) == [
        Item("What did it cost?", ("5 euro", "5"), "bridge", 2, None, second, "Bridge opened", ((8, 14),)),
        Item("Who paid?", (), "bridge", 1, None, first, "Bridge opened"),
        Item(
            "And opened what?",
            ("a bridge",),
            "bridge",
            1,
            Turn("What did it cost?", "5 euro"),
            first,
            "Bridge opened",
            ((16, 24),),
        ),
    ]


def test_plain_questions_need_only_their_answers(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"question": "Who paid?", "answers": []},
        "",
        {"question": "What?", "answers": ["a"], "article_id": "bridge", "paragraph": 1, "after": "Who paid?"},
        {"question": "When?", "answers": ["b"], "after": {"question": "Who paid?", "answer": "I"}, "editor": "Jo"},
    )
    assert read_items(path) == [
        Item("Who paid?", ()),
        Item("What?", ("a",), "bridge", 1, Turn("Who paid?")),
        Item("When?", ("b",), before=Turn("Who paid?", "I")),
    ]


def test_a_packed_file_and_one_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    line = b'\xef\xbb\xbf{"question": "Who?", "answers": ["I"]}'
    for name, data in (("a", line), ("b.gz", gzip.compress(line))):
        (tmp_path / name).write_bytes(data)
        assert read_items(tmp_path / name) == [Item("Who?", ("I",))]


PLAIN = {"question": "Who?", "answers": ["I"]}


@pytest.mark.parametrize(
    ("lines", "place", "message"),
    [
        (["{"], ":1", "is not JSON"),
        ([PLAIN, "[1]"], ":2", "is not a JSON object"),
        ([PLAIN, {"answers": []}], ":2", 'has neither "question" nor "qas"; write for example'),
        ([PLAIN, "", {"question": "Who?"}], ":3", '"answers" is missing or not a list'),
        ([PLAIN | {"answers": "I"}], ":1", '"answers" is missing or not a list'),
        ([PLAIN | {"answers": [" "]}], ":1", '"answers" is not a list of at most 100 texts'),
        ([PLAIN | {"question": "x" * 1001}], ":1", '"question" has 1,001 characters; a question has 1 to 1,000'),
        ([PLAIN | {"question": "\x00"}], ":1", '"question" has 0 characters'),
        ([PLAIN | {"paragraph": 0, "article_id": "a"}], ":1", '"paragraph" is not a whole number from 1'),
        ([PLAIN | {"paragraph": 1}], ":1", '"paragraph" is given without "article_id"'),
        ([PLAIN | {"after": {"answer": "I"}}], ":1", '"after.question" is missing, empty or not text'),
        ([PLAIN | {"after": ["x"]}], ":1", '"after" is missing, empty or not text'),
        ([NEWSROOM | {"id": ""}], ":1", '"id" is missing, empty or not text'),
        ([NEWSROOM | {"paragraphs": ["x"]}], ":1", '"qas[0].paragraph" is 1, but the article has 1 (counted from 0)'),
        ([NEWSROOM | {"paragraphs": ["x", 2]}], ":1", '"paragraphs[1]" is not text'),
        ([NEWSROOM | {"qas": [7]}], ":1", '"qas[0]" is not an object'),
        ([{"data": [{"title": "T", "paragraphs": [{"context": "C", "qas": [{}]}]}]}], "", '"data[0].paragraphs[0].qas'),
        ([{"data": 3}], "", '"data" is missing or not a list'),
        ([{"data": []}], "", "holds no questions"),
        ([""], "", "holds no questions"),
        (["[" * 100_000], ":1", "is not JSON"),
    ],
)
def test_an_error_names_file_line_and_field(tmp_path: Path, lines: list[Any], place: str, message: str) -> None:
    path = written(tmp_path, *lines)
    with pytest.raises(SourceError) as raised:
        read_items(path)
    assert str(raised.value).startswith(f"{path}{place}: {message}")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x1f\x8b\x08broken", "cannot be read ("),
        (gzip.compress(b"x" * 1000, mtime=0)[:-9], "cannot be read ("),
        (b"\xff\xfe", "is not UTF-8 (byte 0)"),
    ],
)
def test_what_is_no_text_is_said_to_be_so(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(SourceError, match=r"x: ") as raised:
        read_items(tmp_path / "x")
    assert raised.value.message.startswith(message)


def test_a_sample_keeps_the_order_and_is_always_the_same() -> None:
    items = [Item(str(n), ()) for n in range(100)]
    chosen = sample(items, 10)
    assert len(chosen) == 10
    assert chosen == sorted(chosen, key=lambda item: int(item.question)) == sample(items, 10)
    assert sample(items, 100) == sample(items, None) == items


def test_a_story_has_its_paragraphs_as_they_stand_in_the_file(tmp_path: Path) -> None:
    """Also those that nothing is asked of; a question that stands alone is a story of its own."""
    articles = written(tmp_path, NEWSROOM, {"id": "x", "headline": "X", "paragraphs": ["Two  spaces."]}, PLAIN)
    stories = read_stories(articles)
    assert [(story.id, story.headline, story.paragraphs, len(story.items)) for story in stories] == [
        ("bridge", "Bridge opened", ("The town opened a bridge.", "It cost 5 euro."), 3),
        ("x", "X", ("Two  spaces.",), 0),
        ("", "", (), 1),
    ]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(SQUAD))
    [story] = read_stories(path)
    assert (story.id, story.paragraphs) == ("Old_Bridge", ("Nothing.", "It cost 5 euro.\n"))


@pytest.mark.parametrize(
    ("context", "answer", "start", "span"),
    [
        ("5 is 5.", "5", 5, (5, 6)),  # the second one, as the file says
        ("\n It  is\n5.", "5", 9, (6, 7)),  # "It is 5.": by as much as was folded before it
        ("It is  5  euro.", "5  euro", 7, (6, 12)),  # in the answer, too
        ("It is 5.", "5", 2, (6, 7)),  # not there: where it first stands
    ],
)
def test_an_answer_stands_where_the_file_says_in_the_cleaned_paragraph(
    tmp_path: Path, context: str, answer: str, start: int, span: tuple[int, int]
) -> None:
    qas = [{"question": "What?", "answers": [{"text": answer, "answer_start": start}, {"text": "nowhere"}]}]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"title": "T", "paragraphs": [{"context": context, "qas": qas}]}]}))
    [item] = read_items(path)
    assert item.spans == (span,), "what does not stand there has no place"
    assert item.answers == (answer, "nowhere")
