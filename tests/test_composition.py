"""A letter may be one character, or a letter and its marks: it is the same letter, in questions and in articles."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from index.articles import Article, make_article
from index.library import Library
from qa.answers import Question, Reply, Turn
from qa.engine import Engine
from qa.verify import Claim, verify
from tests.fakes import WordEncoder

QUESTIONS = ("What did Sjöström promise Västerhamn?", "Who resigned in Malmvik?", "Where was the café fire?")
PARAGRAPHS = (
    "The fishermen’s leader Ingvar Sjöström promised cheaper ice and a new crane for Västerhamn on Friday.",
    "Åsa Lindqvist resigned in Malmvik after the café fire.",
)


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def as_before(article: Article) -> Article:
    """The article as a library holds it that took it in before letters were composed."""
    about = replace(article.about, headline=decomposed(article.headline))
    return Article(article.id, about, decomposed(article.text))


def test_text_comes_in_composed_and_names_stay_as_they_are() -> None:
    """Ids and addresses are compared as they stand, elsewhere too."""
    article = make_article(
        id=decomposed("köln"), headline=decomposed("Öl"), text=decomposed("Café.\n\nBrücke."),
        source=decomposed("Århus"),
        url=f"https://example.org/{decomposed('öl')}", keywords=[decomposed("Öl")],
    )  # fmt: skip
    assert (article.headline, article.text, article.source, article.about.keywords) == (
        "Öl", "Café.\n\nBrücke.", "Århus", ("Öl",),
    )  # fmt: skip
    assert (article.id, article.url) == (decomposed("köln"), f"https://example.org/{decomposed('öl')}")
    assert [article.text[low:high] for _, low, high in article.paragraphs()] == ["Café.", "Brücke."]


def test_the_same_text_in_other_letters_changes_nothing(tmp_path: Path) -> None:
    with Library.open(tmp_path, create=True, encoder=WordEncoder()) as library:
        for form in (str, decomposed):
            [added] = library.add(
                [make_article(headline=form("Öl"), text=form("Café."), url="https://example.org/oel")]
            )
        assert added.status == "unchanged"


@pytest.mark.weights
def test_however_question_and_article_are_written_the_answer_is_the_same(tmp_path: Path) -> None:
    """With the shipped models: the same words, equally sure, where they stand in the text as it is stored."""
    article = make_article(id="vote", headline="Sjöström wins in Västerhamn", paragraphs=PARAGRAPHS)
    forms = {"composed": article, "of before": as_before(article)}
    seen: set[tuple[str, str, float]] = set()
    for name, stored in forms.items():
        with Engine.open(tmp_path / name, create=True) as engine:
            engine.library.add([stored])
            for question in QUESTIONS:
                for written in (question, decomposed(question)):
                    reply = engine.ask(Question(written, history=(Turn(decomposed("Wo ist Öl?")),)))
                    [citation, *_] = reply.answers[0].citations
                    assert stored.text[citation.start : citation.end] == citation.quote
                    claim = Claim("vote", citation.quote, citation.start, citation.end)
                    assert verify(stored, claim).status == "holds"
                    seen.add((question, unicodedata.normalize("NFC", citation.quote), reply.answers[0].confidence))
    assert len(seen) == len(QUESTIONS), seen


def long_paragraph() -> str:
    """18,000 characters without a full stop, with what is asked for at their end."""
    draw = random.Random(3)
    words = ("council", "harbour", "winter", "budget", "crane", "fish", "market", "road", "vote", "ferry", "storm")
    end = " and the harbour master Oskar Blom sold the tugboat Marianne for nine hundred crowns"
    text = ""
    while len(text) < 18_000 - len(end):
        text += f"{draw.choice(words)} "
    return text.strip() + end


@pytest.mark.weights
@pytest.mark.parametrize("space", [" ", ", "])
def test_an_answer_at_the_end_of_a_paragraph_without_a_full_stop_is_found(tmp_path: Path, space: str) -> None:
    text = long_paragraph().replace(" ", space, 1)
    with Engine.open(tmp_path / "library", create=True) as engine:
        engine.library.add([make_article(id="long", headline="Harbour", paragraphs=["It was a long winter.", text])])
        replies: list[Reply] = [
            engine.ask(q) for q in ("Who sold the tugboat Marianne?", "What did the tugboat Marianne cost?")
        ]
    assert [(reply.status, reply.answers[0].text) for reply in replies] == [
        ("answered", "Oskar Blom"), ("answered", "nine hundred crowns"),
    ]  # fmt: skip
    assert all(c.paragraph == 2 for reply in replies for c in reply.answers[0].citations)
