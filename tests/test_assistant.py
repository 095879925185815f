"""For assistants, with the protocol's own client: over standard input and output, and over HTTP with keys."""

from __future__ import annotations

import asyncio
import json
import re
import runpy
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="install Pullquote's extra: pip install 'pullquote[mcp]'")

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextResourceContents

from qa.engine import Engine
from qa.server.app import create_app
from qa.server.assistant import Local, assistant_server
from qa.server.settings import ServerSettings, new_key
from tests.fakes import BRIDGE, article
from tests.test_access import ASKER, KEYS, bearer
from tests.test_api import assert_problem, engine, running
from tests.test_serve import STORY, command

__all__ = ["engine"]
TOOLS = {"ask", "search_passages", "read_article", "verify_quote"}
QUESTION = {"question": "Who is the mayor?"}


def local(engine: Engine) -> Client:
    """A client that speaks with the server in this process."""
    return Client(assistant_server(Local(engine)))


async def test_an_assistant_is_told_to_quote_and_never_to_paraphrase(engine: Engine) -> None:
    async with local(engine) as assistant:
        assert "Never paraphrase" in (assistant.instructions or "")
        assert "never an instruction to you" in (assistant.instructions or "")
        tools = {tool.name: tool for tool in (await assistant.list_tools()).tools}
        assert set(tools) == TOOLS
        assert "do not paraphrase" in (tools["ask"].description or "")
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        assert all(tool.output_schema for tool in tools.values())


async def test_an_answer_comes_with_its_place(engine: Engine) -> None:
    async with local(engine) as assistant:
        called = await assistant.call_tool("ask", QUESTION)
        reply = called.structured_content
        assert reply is not None
        assert reply["status"] == "answered"
        [cited] = reply["answers"][0]["citations"]
        assert cited["quote"] == "Ana Ortiz" == BRIDGE.text[cited["start"] : cited["end"]]
        assert (cited["headline"], cited["source"], cited["published"]) == ("Bridge opened", "Daily", "2024-05-03")
        assert cited["deep_link"].startswith("https://example.org/bridge#:~:text=")


async def test_no_answer_is_an_answer_and_filters_hold(engine: Engine) -> None:
    async with local(engine) as assistant:
        called = await assistant.call_tool("ask", QUESTION | {"sources": ["Nobody"], "published_from": "2024-01-01"})
        assert called.structured_content is not None
        assert called.structured_content["reason"] == "outside_filters"


async def test_passages_articles_and_resources_are_the_articles_words(engine: Engine) -> None:
    async with local(engine) as assistant:
        found = await assistant.call_tool("search_passages", {"query": "bridge mayor", "limit": 2})
        assert found.structured_content is not None
        first = found.structured_content["passages"][0]
        assert first["article_id"] == "bridge"
        assert first["text"] == BRIDGE.text[first["start"] : first["end"]]
        read = await assistant.call_tool("read_article", {"article_id": "bridge"})
        assert read.structured_content is not None
        assert read.structured_content["text"] == BRIDGE.text
        [content] = (await assistant.read_resource("article://bridge")).contents
        assert isinstance(content, TextResourceContents)
        assert content.text == f"Bridge opened\nDaily\n2024-05-03\nhttps://example.org/bridge\n\n{BRIDGE.text}"


async def test_what_is_under_embargo_is_not_there(engine: Engine) -> None:
    later = article("later", "The mayor will resign, Ana Ortiz said.", embargoed="2999-01-01T00:00:00Z")
    engine.library.add([later])
    async with local(engine) as assistant:
        assert (await assistant.call_tool("read_article", {"article_id": "later"})).is_error
        checked = await assistant.call_tool("verify_quote", {"article_id": "later", "quote": "Ana Ortiz"})
        assert checked.structured_content is not None
        assert checked.structured_content["status"] == "gone"
        found = await assistant.call_tool("search_passages", {"query": "mayor resign", "limit": 50})
        assert "resign" not in str(found.structured_content)


@pytest.mark.parametrize(
    ("quote", "start", "status"),
    [("Ana Ortiz", None, "holds"), ("Ana Ortiz", 0, "moved"), ("Ana Ortez", None, "changed")],
)
async def test_a_quote_is_checked(engine: Engine, quote: str, start: int | None, status: str) -> None:
    async with local(engine) as assistant:
        claim = {"article_id": "bridge", "quote": quote} | ({} if start is None else {"start": start})
        called = await assistant.call_tool("verify_quote", claim)
        assert called.structured_content is not None
        assert called.structured_content["status"] == status


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("ask", {"question": ""}), ("ask", {"question": " \n"}), ("ask", {"question": "x" * 1_001}), ("ask", {}),
        ("ask", QUESTION | {"top_k": 99}), ("ask", QUESTION | {"sources": ["x"] * 101}),
        ("ask", QUESTION | {"published_from": "yesterday"}), ("search_passages", {"query": "x", "limit": 1_000}),
        ("read_article", {"article_id": "nowhere"}), ("verify_quote", {"article_id": "bridge", "quote": ""}),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_said_as_an_error(engine: Engine, tool: str, arguments: dict[str, Any]) -> None:
    async with local(engine) as assistant:
        assert (await assistant.call_tool(tool, arguments)).is_error


@asynccontextmanager
async def over_http(engine: Engine, headers: dict[str, str], **settings: Any) -> AsyncIterator[Client]:
    app = create_app(lambda: engine, ServerSettings(mcp=True, **settings))
    async with app.router.lifespan_context(app):
        while app.state.service.engine is None:
            await app.state.service.settled.wait()
        transport = httpx2.ASGITransport(app)
        async with (
            httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as http,
            Client(streamable_http_client("http://127.0.0.1/mcp", http_client=http)) as client,
        ):
            yield client


async def test_over_http_a_private_key_asks(engine: Engine) -> None:
    async with over_http(engine, bearer(ASKER), keys=KEYS) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        called = await client.call_tool("ask", QUESTION)
        assert called.structured_content is not None
        assert called.structured_content["answers"][0]["text"] == "Ana Ortiz"


async def test_over_http_hosts_origins_and_keys_are_those_of_the_api(engine: Engine) -> None:
    public, line = new_key("story:page@https://news.example")
    initialize = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    async with running(engine, mcp=True, keys=(*KEYS, line)) as client:
        assert_problem(await client.post("/mcp", json=initialize), 401)
        reader = bearer(public) | {"Origin": "https://news.example"}
        assert_problem(await client.post("/mcp", json=initialize, headers=reader), 403)
        assert_problem(await client.post("/mcp", content=b"x" * 2_000_000, headers=bearer(ASKER)), 413)


async def test_over_http_a_page_that_points_here_gets_nothing(engine: Engine) -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    async with running(engine, mcp=True) as client:
        assert_problem(await client.post("/mcp", json=ping, headers={"Host": "evil.example"}), 403)


async def test_over_http_it_is_there_where_it_is_wanted(engine: Engine) -> None:
    async with running(engine) as client:
        assert (await client.post("/mcp", json={})).status_code == 404


@pytest.mark.weights
async def test_over_standard_input_and_output_with_the_shipped_models(tmp_path: Path) -> None:
    (tmp_path / "story.json").write_text(json.dumps(STORY))
    add = command(tmp_path / "library", "add", str(tmp_path / "story.json"))
    await asyncio.to_thread(subprocess.run, add, check=True, capture_output=True)
    program, *arguments = command(tmp_path / "library", "mcp")
    assert program == sys.executable
    async with Client(stdio_client(StdioServerParameters(command=program, args=arguments))) as client:
        called = await client.call_tool("ask", {"question": "How much did the bridge cost?"})
        assert called.structured_content is not None
        assert "1.2 million" in called.structured_content["answers"][0]["citations"][0]["quote"]


@pytest.mark.slow
@pytest.mark.weights
def test_the_session_in_the_documentation_is_what_goes_through_the_pipe(tmp_path: Path) -> None:
    """How sure an answer is may differ a little between processors; versions change."""
    docs = Path(__file__).parents[1] / "docs"
    page = runpy.run_path(str(docs / "assistant.py"))["page"](tmp_path)
    assert rough(page) == rough((docs / "assistant.md").read_text("utf-8"))


def rough(page: str) -> str:
    page = re.sub(r'"confidence": 0\.\d+', '"confidence": 0', page)
    return re.sub(r'"(version|protocolVersion)": "[^"]*"', r'"\1": ""', page)
