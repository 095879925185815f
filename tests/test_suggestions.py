"""Questions to begin with: the library answers each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.articles import make_article
from index.library import Library
from qa.engine import Engine
from qa.judging import ReaderJudge
from qa.newsroom import ArticleView
from qa.suggestions import MOST_ASKED, candidates, suggestions
from tests.fakes import MARGIN_ONLY, WordEncoder, WordReader
from tests.tui_fakes import FakeNewsroom, view


def always() -> bool:
    return True


@pytest.mark.parametrize(
    ("headline", "text", "expected"),
    [
        ("Six lynx freed in Glenmorrow as farmers wait", "Snow fell.", ["How many lynx were freed in Glenmorrow?"]),
        ("Tram", "Nine people were hurt when a tram left the rails.", []),
        ("Tram", "Nine people were hurt in Dunmere, the police said.", ["How many people were hurt in Dunmere?"]),
        ("Bridge", "The town opened a new bridge on Friday.", ["Who opened a new bridge on Friday?"]),
        ("Bridge", "The town opened its new bridge on Friday.", []),
        ("Bridge", "It was opened by Ana Ortiz, the mayor of Gallin, on Friday.", ["Who is Ana Ortiz?"]),
        ("Bridge", "On Friday the storm was over.", []),
    ],
)
def test_a_question_is_a_sentence_of_the_article_with_its_beginning_asked_for(
    headline: str, text: str, expected: list[str]
) -> None:
    """Only if what is left says by itself what it is about."""
    assert list(candidates(view("a", headline, text))) == expected


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Engine]:
    """Three articles of whom two can be answered, and the answer about the third stands elsewhere."""
    encoder = WordEncoder()
    with Library.open(tmp_path, create=True, encoder=encoder) as library:
        library.add([
            make_article(id="a", headline="A", text="The town opened a bridge on Friday.", published="2024-05-03"),
            make_article(id="b", headline="B", text="The captain sold a ship in May.", published="2024-05-02"),
            make_article(id="c", headline="C", text="Ana Ortiz, the mayor of Gallin, won.", published="2024-05-01"),
            make_article(id="d", headline="D", text="Ana Ortiz, a doctor and mayor, lost.", published="2020-05-01"),
        ])  # fmt: skip
        reader = WordReader({"The town": 3.0, "The captain": -3.0, "a doctor": 2.0})
        yield Engine(library, ReaderJudge(reader, MARGIN_ONLY))


def test_only_what_its_own_article_surely_answers_is_suggested(newsroom: Engine) -> None:
    assert suggestions(newsroom, always) == ["Who opened a bridge on Friday?"]


def test_it_stops_when_it_is_no_longer_wanted_or_has_asked_enough() -> None:
    articles: dict[str, ArticleView] = {
        str(n): view(str(n), f"Six cats freed in Town{n}", "Snow fell.") for n in range(MOST_ASKED + 3)
    }
    room = FakeNewsroom(articles=articles)
    assert suggestions(room, lambda: len(room.asked) < 2) == []
    assert len(room.asked) == 2
    room.asked.clear()
    assert suggestions(room, always) == []
    assert len(room.asked) == MOST_ASKED


@pytest.mark.weights
def test_the_sample_newsroom_answers_what_it_suggests(tmp_path: Path) -> None:
    from index.ingest import Found, read_paths

    seeds = Path(__file__).parent.parent / "seeds"
    with Engine.open(tmp_path / "library", create=True) as engine:
        engine.library.add([one.article for one in read_paths([seeds]) if isinstance(one, Found)])
        found = suggestions(engine, always)
        assert len(found) == 3
        assert [engine.ask(question).status for question in found] == ["answered"] * 3
