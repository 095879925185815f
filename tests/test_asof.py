"""The library as it stood at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from index.articles import Article, make_article
from index.errors import ArticleError
from index.library import Library
from index.ranking.ranker import SegmentRanker
from index.sqlite.store import SqliteStore
from index.times import parse_as_of, zone_of
from pullquote.cli import main
from qa.answers import Question, Reply
from qa.engine import Engine
from qa.judging import ReaderJudge
from tests.fakes import MARGIN_ONLY, WordEncoder, WordReader
from tests.test_api import assert_problem, client, engine
from tests.test_standing import NOON, Clock

__all__ = ["client", "engine"]
HOUR = timedelta(hours=1)


def storm(*paragraphs: str, **about: str) -> Article:
    return make_article(id="storm", headline="Storm", paragraphs=paragraphs, published="2024-05-01", **about)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path, clock: Clock) -> Iterator[Library]:
    """A storm with nine dead on the 1st of May, eleven since noon of the 1st of June; a vote on the 10th of May."""
    encoder = WordEncoder()
    ranker = SegmentRanker(tmp_path, encoder.name, encoder.dimension)
    with Library(SqliteStore(tmp_path, create=True), ranker, encoder, clock=clock) as made:
        made.add([storm("The storm killed nine.", "A ship sank in the storm.", "The captain lived.")])
        made.add(
            [make_article(id="vote", headline="Vote", text="The vote on the storm was won.", published="2024-05-10")]
        )
        made.add([storm("The storm killed eleven.", "A ship sank in the storm.")])
        clock.now += 2 * HOUR
        yield made


def found(library: Library, as_of: date | None) -> list[str]:
    with library.view(as_of) as view:
        hits = view.search("Whom did the storm kill?", 10)
        for hit in hits:
            article = view.article(hit.passage.article_id)
            assert article is not None
            assert article.text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert len({hit.passage.id for hit in hits}) == len(hits)
        return [hit.passage.text for hit in hits]


def test_now_the_current_version_answers(library: Library) -> None:
    texts = found(library, None)
    assert "The storm killed eleven." in texts
    assert "The storm killed nine." not in texts


def test_what_came_later_takes_no_place_of_what_stood_then(library: Library) -> None:
    """The vote, of the 10th of May, would be the best and only one."""
    with library.view(date(2024, 5, 5)) as view:
        assert {hit.passage.article_id for hit in view.search("Was the vote on the storm won?", 1)} == {"storm"}


def test_as_of_an_earlier_time_the_version_answers_that_stood_then(library: Library) -> None:
    texts = found(library, NOON - HOUR)
    assert texts[0] == "The storm killed nine."
    assert "The storm killed eleven." not in texts
    assert "The vote on the storm was won." in texts


def test_as_of_a_day_nothing_counts_that_came_later(library: Library) -> None:
    assert "The vote on the storm was won." not in found(library, date(2024, 5, 9))
    assert "The vote on the storm was won." in found(library, date(2024, 5, 10)), "the day itself counts"
    assert found(library, date(2024, 4, 30)) == []


def test_what_was_under_embargo_then_answers_nothing_as_of_then(library: Library) -> None:
    """Nobody could read it, though it had been published by its own date."""
    secret = make_article(
        id="report", headline="Storm report", text="The storm killed ten.", published="2024-05-02",
        embargoed="2024-05-06T12:00:00Z",
    )  # fmt: skip
    library.add([secret])
    assert "The storm killed ten." not in found(library, date(2024, 5, 5))
    assert "The storm killed ten." in found(library, date(2024, 5, 6))
    with library.view(date(2024, 5, 5)) as view:
        assert view.article("report") is None
    with library.view(date(2024, 5, 6)) as view:
        assert view.article("report") is not None


@pytest.mark.parametrize(("zone", "day_before", "day"), [("America/New_York", 30, 1), ("Asia/Tokyo", 30, 1)])
def test_a_day_begins_in_the_newsrooms_zone_though_that_was_set_later(
    library: Library, zone: str, day_before: int, day: int
) -> None:
    library.set_zone(zone)
    assert found(library, date(2024, 4, day_before)) == []
    assert "The storm killed nine." in found(library, date(2024, 5, day))
    assert "The vote on the storm was won." not in found(library, date(2024, 5, 9))
    begin = datetime(2024, 5, 1, tzinfo=zone_of(zone))
    assert found(library, begin - timedelta(seconds=1)) == []
    assert "The storm killed nine." in found(library, begin)
    [version, now] = library.versions("storm")
    assert (version.since, version.until, now.since) == (begin, NOON, NOON), "what has a time of its own keeps it"


def test_a_retracted_article_answers_as_of_no_time(library: Library) -> None:
    library.set_status("storm", "retracted", "No storm.")
    assert found(library, NOON - HOUR) == ["The vote on the storm was won."]


def test_a_correction_is_told_of_earlier_versions_too(library: Library) -> None:
    library.set_status("storm", "corrected", "It was eleven.")
    with library.view(NOON - HOUR) as view:
        article = view.article("storm")
    assert article is not None
    assert (article.text[:22], article.about.correction) == ("The storm killed nine.", "It was eleven.")


def test_a_citation_as_of_then_is_of_the_version_that_stood(library: Library) -> None:
    asks = Engine(library, ReaderJudge(WordReader({"nine": 3.0, "eleven": 3.0}), MARGIN_ONLY))

    def answer(as_of: date | None) -> Reply:
        return asks.ask(Question("How many did the storm kill?", as_of=as_of))

    assert answer(None).answers[0].text == "eleven"
    then = answer(NOON - HOUR).answers[0]
    assert then.text == "nine"
    [version, _] = library.versions("storm")
    assert then.citations[0].article_sha256 == version.sha256


@pytest.mark.parametrize("value", ["2024-06-03", "2024-06-01T12:00:01Z", "2024-06-01T10:00:00", "soon", " "])
def test_an_as_of_that_cannot_be_is_refused(value: str) -> None:
    with pytest.raises(ArticleError) as error:
        parse_as_of(value, NOON)
    assert error.value.field == "as_of"


def test_an_as_of_may_be_today_or_a_time() -> None:
    assert parse_as_of("2024-06-01", NOON) == date(2024, 6, 1)
    assert parse_as_of("2024-06-02", NOON) == date(2024, 6, 2), "where the newsroom is it may be tomorrow"
    assert parse_as_of("2024-06-01T13:59:00+02:00", NOON) == datetime(2024, 6, 1, 11, 59, tzinfo=UTC)


@pytest.mark.parametrize("value", ["9999-01-01", "2024-06-01T10:00:00", "soon", ""])
async def test_over_http_and_typed_it_is_named(
    client: httpx.AsyncClient, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_problem(await client.post("/ask", json={"question": "Who?", "as_of": value}), 422, "as_of")
    with pytest.raises(SystemExit) as stopped:
        main(["ask", "Who?", "--as-of", value])
    assert stopped.value.code == 2
    assert "--as-of" in capsys.readouterr().err


async def test_as_of_reaches_the_engine(client: httpx.AsyncClient) -> None:
    body = {"question": "Who is the mayor?", "as_of": "2024-05-02"}
    assert (await client.post("/ask", json=body)).json()["reason"] == "outside_filters", "published on the 3rd"
    assert (await client.post("/ask", json=body | {"as_of": "2024-05-03"})).json()["status"] == "answered"
    question = replace(Question("Who?"), as_of=date(2024, 5, 3))
    assert question.to_json()["as_of"] == "2024-05-03"
    assert "until" not in question.to_json()["filters"]
