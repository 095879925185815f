"""The order that times make of what was found."""

from __future__ import annotations

from datetime import date

from index.articles import Article, cut_passages, make_article
from index.library import Library
from index.ranking.fusion import Hit
from qa.answers import Question
from qa.engine import Engine
from qa.judging import ReaderJudge
from qa.moments import Moment
from qa.recency import by_time
from tests.fakes import MARGIN_ONLY, WordReader
from tests.test_timeline import FIRST, NAMES, SECOND, THIRD, VALUES, ask

ARTICLES = {article.id: article for article in (FIRST, SECOND, THIRD)}


def hit(article: Article, score: float) -> Hit:
    return Hit(cut_passages(article)[0], score, 0.5)


def order(*hits: Hit, moment: Moment | None = None) -> list[str]:
    return [found.passage.article_id for found in by_time(hits, ARTICLES, moment, "UTC")]


def test_of_passages_that_fit_alike_the_newer_one_of_the_story_comes_first() -> None:
    assert order(hit(FIRST, 1.0), hit(SECOND, 0.96)) == ["two", "one"]
    assert order(hit(FIRST, 1.0), hit(SECOND, 0.9)) == ["one", "two"], "that one fits better"
    assert order(hit(SECOND, 1.0), hit(FIRST, 0.99)) == ["two", "one"]


def test_where_the_question_asks_how_things_stand_more_counts_as_alike() -> None:
    assert order(hit(FIRST, 1.0), hit(SECOND, 0.8), moment=Moment("newest")) == ["two", "one"]


def test_another_story_is_not_newer() -> None:
    other = make_article(id="x", headline="X", text="Nothing of it.", published="2030-01-01")
    articles = ARTICLES | {"x": other}
    found = by_time([hit(FIRST, 1.0), hit(other, 1.0)], articles, None, "UTC")
    assert [one.passage.article_id for one in found] == ["one", "x"]


def test_a_named_time_brings_what_was_published_then_forward() -> None:
    window = Moment("window", date(2024, 5, 2), date(2024, 5, 2))
    assert order(hit(THIRD, 1.0), hit(FIRST, 0.9), hit(SECOND, 0.8), moment=window) == ["two", "three", "one"]


def test_a_question_of_a_day_is_answered_as_things_stood_then(library: Library) -> None:
    library.add([THIRD, FIRST, SECOND])
    asks = Engine(library, ReaderJudge(WordReader(VALUES), MARGIN_ONLY))
    reply = asks.ask(Question("How many people had the storm killed on 2 May 2024?"))
    assert reply.answers[0].text == "eleven"
    assert [stage.text for stage in reply.timeline] == ["nine", "eleven", "12"]
    assert ask(library, VALUES).answers[0].text == "12"
    assert NAMES in FIRST.text
