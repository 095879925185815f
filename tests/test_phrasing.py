"""How much of a sentence answers, by what is asked; and how front ends put it."""

from __future__ import annotations

import json

import pytest

from index.library import Library
from pullquote.printing import print_reply
from qa.answers import Answer, Question, Reply
from qa.engine import Engine
from qa.judging import ReaderJudge
from qa.wording import written_lead
from tests.fakes import MARGIN_ONLY, WordReader, article
from tui.export import to_markdown
from tui.transcript import Exchange, State

STRIKE = article(
    "strike",
    "The school stayed shut. The strike, called on Monday, began because the doctor had lost her post, the mayor said. "
    "Rain fell.",
    "Ana Ortiz, Bo Lee and Cy Dahl won the prize, but not the vote.",
    "The captain freed the ship by cutting two ropes; nobody was hurt.",
    "In Paris, Di Ek and Flo Gau opened the bridge. They sold bread, cheese and salt.",
)


def reply_to(library: Library, question: str, pointed: dict[str, float], least: float | None = None) -> Reply:
    library.add([STRIKE])
    return Engine(library, ReaderJudge(WordReader(pointed), MARGIN_ONLY)).ask(Question(question, min_confidence=least))


@pytest.mark.parametrize(
    ("question", "pointed", "answer", "kind"),
    [
        ("Why did the strike begin?", "post", "because the doctor had lost her post", "span"),
        ("Why did the strike begin?", "doctor had lost her post", "because the doctor had lost her post", "span"),
        ("Why was the school shut?", "shut", "The school stayed shut.", "sentence"),
        ("How did the captain free the ship?", "cutting", "by cutting two ropes", "span"),
        ("Was nobody hurt?", "nobody", "The captain freed the ship by cutting two ropes; nobody was hurt.", "sentence"),
        ("Who were the winners of the prize?", "Bo Lee", "Ana Ortiz, Bo Lee and Cy Dahl", "span"),
        ("Who were the winners of the prize?", "Cy Dahl", "Ana Ortiz, Bo Lee and Cy Dahl", "span"),
        ("Who won the prize?", "Bo Lee", "Bo Lee", "span"),
        ("Who were in Paris to open the bridge?", "Flo Gau", "Di Ek and Flo Gau", "span"),
        ("When did the strike begin?", "Monday", "Monday", "span"),
    ],
)
def test_a_question_gets_the_words_that_its_form_asks_for(
    library: Library, question: str, pointed: str, answer: str, kind: str
) -> None:
    [found] = reply_to(library, question, {pointed: 3.0}).answers
    assert (found.text, found.kind) == (answer, kind)
    [citation] = found.citations
    assert STRIKE.text[citation.start : citation.end] == citation.quote == answer


def test_items_that_the_reader_points_at_make_one_list(library: Library) -> None:
    pointed = {"cheese": 9.0, "salt": 6.0, "bread": 4.0}
    [found] = reply_to(library, "What did they sell?", pointed).answers
    assert found.text == "bread, cheese and salt"
    [found] = reply_to(library, "Who were heard?", {"the mayor": 9.0, "had lost her post": 6.0}).answers
    assert found.text == "the mayor", "a comma alone makes no list"
    [found] = reply_to(library, "Who were the losers?", {"the prize": 9.0, "the vote": 6.0}).answers
    assert found.text == "the prize", "“but not” is no list"


def test_two_answers_in_one_sentence_are_told_once(library: Library) -> None:
    made = reply_to(library, "Was the doctor in the strike?", {"The strike": 5.0, "Monday": 5.0}, least=0.0)
    assert [answer.kind for answer in made.answers] == ["sentence"]


def test_equal_words_elsewhere_are_cited_only_where_the_whole_sentence_stands(library: Library) -> None:
    library.add([article("again", "The mayor said that nobody was hurt."), STRIKE])
    [answer] = reply_to(library, "Was nobody hurt?", {"nobody": 5.0}).answers
    [citation] = answer.citations
    assert citation.quote == answer.text == citation.sentence


def test_a_sentence_is_said_to_be_the_articles(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    made = reply_to(library, "Was nobody hurt?", {"nobody": 3.0})
    words = "The article says: The captain freed the ship by cutting two ropes; nobody was hurt."
    print_reply(made)
    assert capsys.readouterr().out.startswith(words)
    exchange = Exchange("Was nobody hurt?", state=State.REPLIED, reply=made)
    assert words.replace(": The", ": **The", 1) in to_markdown("Title", [exchange])
    assert Reply.from_json(json.loads(json.dumps(made.to_json()))) == made
    assert written_lead(Answer("a.", 0.5, (), "sentence"), perhaps=True) == "Perhaps: the article says: "
    assert written_lead(Answer("a", 0.5, ()), perhaps=True) == "Perhaps: "


def test_an_answer_of_an_earlier_server_is_a_span(library: Library) -> None:
    body = reply_to(library, "Who won the prize?", {"Bo Lee": 3.0}).to_json()
    del body["answers"][0]["kind"]
    assert Reply.from_json(body).answers[0].kind == "span"
