"""NLWeb's dialect: its parameters, its shape, and the words of the article in it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from qa.engine import Engine
from qa.server.nlweb import earlier_questions
from tests.fakes import BRIDGE
from tests.test_api import assert_problem, engine, running

__all__ = ["engine"]
QUERY = "Who is the mayor?"


@pytest.fixture
async def client(engine: Engine) -> AsyncIterator[httpx.AsyncClient]:
    async with running(engine) as made:
        yield made


async def ask(client: httpx.AsyncClient, **parameters: str) -> Any:
    given = {"query": QUERY, "streaming": "false"} | parameters
    response = await client.get("/ask", params=given)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_result_is_a_news_article_with_the_quote_at_its_place(client: httpx.AsyncClient) -> None:
    body = await ask(client, query_id="q7", mode="list")
    assert (body["query_id"], body["status"]) == ("q7", "answered")
    [result] = body["results"]
    assert list(result) == ["url", "name", "site", "score", "description", "schema_object"]
    assert result["url"].startswith("https://example.org/bridge#:~:text=")
    assert (result["name"], result["site"]) == ("Bridge opened", "Daily")
    assert result["score"] == 88, "of 100; a margin of 2 logits is e² / (1 + e²)"
    assert result["description"] == "It cost 1.2 million euro, the mayor, Ana Ortiz, said."
    about = result["schema_object"]
    assert (about["@context"], about["@type"], about["identifier"]) == ("https://schema.org", "NewsArticle", "bridge")
    assert (about["datePublished"], about["url"]) == ("2024-05-03", "https://example.org/bridge")
    part = about["hasPart"]
    assert (part["@type"], part["text"], part["position"]) == ("Quotation", "Ana Ortiz", 2)
    start, end = map(int, part["identifier"]["value"].split("-"))
    assert BRIDGE.text[start:end] == part["text"]


async def test_events_say_the_same_and_then_that_they_are_done(client: httpx.AsyncClient) -> None:
    for streaming in ({}, {"streaming": "true"}, {"streaming": "1"}):
        response = await client.get("/ask", params={"query": QUERY, "query_id": "q7"} | streaming)
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = response.text.split("\n\n")
        assert lines.pop() == ""
        batch, complete = [json.loads(line.removeprefix("data: ")) for line in lines]
        assert (batch["message_type"], batch["query_id"]) == ("result_batch", "q7")
        assert batch["results"] == (await ask(client))["results"]
        assert complete == {"query_id": "q7", "message_type": "complete"}


async def test_whatever_the_mode_nothing_is_generated(client: httpx.AsyncClient) -> None:
    for mode in ("list", "summarize", "generate"):
        assert (await ask(client, mode=mode))["results"] == (await ask(client))["results"]


async def test_no_answer_has_a_reason_and_no_result(client: httpx.AsyncClient) -> None:
    body = await ask(client, site="Nobody")
    assert (body["status"], body["reason"], body["results"]) == ("no_answer", "outside_filters", [])
    assert (await ask(client, site="all"))["results"]
    assert (await ask(client, site="Weekly, Daily"))["results"]


async def test_a_follow_up_is_understood_by_what_came_before(client: httpx.AsyncClient) -> None:
    body = await ask(client, query="What did she say?", prev='["Who is the mayor?"]')
    assert "mayor" in body["decontextualized_query"]
    full = await ask(client, query="she?", decontextualized_query=QUERY, prev='["Did rain fall?"]')
    assert full["decontextualized_query"] == QUERY


@pytest.mark.parametrize(
    ("prev", "expected"),
    [
        ("", []),
        ('["Who?", "When?"]', ["Who?", "When?"]), ("Who?,When?", ["Who?", "When?"]), ('[1, null, "Who?"]', ["Who?"]),
        ('{"a": 1}', []), ("[" * 20_000, ["[" * 1_000]), ("7", []),
    ],
)  # fmt: skip
def test_earlier_questions_come_as_nlweb_writes_them(prev: str, expected: list[str]) -> None:
    assert earlier_questions(prev) == expected


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({}, "query"), ({"query": ""}, "query"), ({"query": " \n"}, "query"), ({"query": "x" * 1_001}, "query"),
        ({"query": QUERY, "mode": "sing"}, "mode"), ({"query": QUERY, "prev": "x" * 20_001}, "prev"),
        ({"query": QUERY, "query_id": "x" * 201}, "query_id"),
    ],
)  # fmt: skip
async def test_what_is_out_of_bounds_is_named(
    client: httpx.AsyncClient, parameters: dict[str, str], field: str
) -> None:
    assert_problem(await client.get("/ask", params=parameters), 422, field)
