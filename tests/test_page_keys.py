"""Keys for pages: public, bound to origins, good for questions alone, and worth so many of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from index.library import Library
from qa.engine import Engine
from qa.errors import SettingsError
from qa.server.access import PageLimits, network
from qa.server.app import create_app
from qa.server.problems import Problem
from qa.server.settings import ServerSettings, load_settings, new_key
from tests.fakes import article
from tests.test_access import EDITOR, EDITOR_LINE, bearer
from tests.test_api import QUESTION, STORY, assert_problem, engine, running

__all__ = ["engine"]
NEWS = "https://news.example"
PUBLIC, PUBLIC_LINE = new_key(f"story:page@{NEWS}@http://127.0.0.1:3000")
OTHER, OTHER_LINE = new_key("other:page@https://other.example")
KEYS = (EDITOR_LINE, PUBLIC_LINE, OTHER_LINE)
READER = bearer(PUBLIC) | {"Origin": NEWS}


@asynccontextmanager
async def addressed(engine: Engine, **settings: Any) -> AsyncIterator[Any]:
    """``status(address)``: what a question gets that comes from there with the public key."""
    app = create_app(lambda: engine, ServerSettings(keys=KEYS, **settings))
    async with app.router.lifespan_context(app):

        async def status(address: str, **headers: str) -> httpx.Response:
            transport = httpx.ASGITransport(app, client=(address, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://ask.example") as client:
                while (await client.get("/readyz")).status_code != 200:
                    pass
                return await client.post("/ask", json=QUESTION, headers=READER | headers)

        yield status


async def test_a_key_for_pages_asks_from_its_origins_alone(engine: Engine) -> None:
    async with running(engine, keys=KEYS) as client:
        for origin in (NEWS, "http://127.0.0.1:3000"):
            good = await client.post("/ask", json=QUESTION, headers=bearer(PUBLIC) | {"Origin": origin})
            assert (good.status_code, good.headers["access-control-allow-origin"]) == (200, origin)
        for origin in (
            "https://evil.example",
            "https://other.example",
            "null",
            f"{NEWS}.evil.example",
            "http://news.example",
            "",
        ):
            assert_problem(await client.post("/ask", json=QUESTION, headers=bearer(PUBLIC) | {"Origin": origin}), 403)
        assert_problem(await client.post("/ask", json=QUESTION, headers=bearer(PUBLIC)), 403)


async def test_a_key_for_pages_can_do_nothing_else(engine: Engine) -> None:
    async with running(engine, keys=KEYS) as client:
        refused = [
            ("GET", "/articles"), ("GET", "/articles/bridge"), ("POST", "/articles"), ("PUT", "/articles/new"),
            ("DELETE", "/articles/bridge"), ("POST", "/verify"), ("GET", "/metrics"), ("POST", "/ask/"),
            ("POST", "/mcp"),
        ]  # fmt: skip
        for method, path in refused:
            assert_problem(await client.request(method, path, json=STORY, headers=READER), 403)
        for method, path in (("GET", "/articles"), ("POST", "/ask")):
            assert (await client.request(method, path, json=QUESTION, headers=bearer(EDITOR))).status_code == 200


async def test_a_key_for_pages_gets_quotes_and_no_passages(engine: Engine) -> None:
    async with running(engine, keys=KEYS) as client:
        whole = await client.post("/ask", json=QUESTION | {"include_passages": True}, headers=READER)
        assert "include_passages" in assert_problem(whole, 403)["detail"]
        private = await client.post("/ask", json=QUESTION | {"include_passages": True}, headers=bearer(EDITOR))
        assert private.json()["passages"]


async def test_browsers_are_told_of_bound_origins_alone(engine: Engine) -> None:
    async with running(engine, keys=KEYS) as client:
        wanted = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type",
        }
        good = await client.options("/ask", headers={"Origin": NEWS} | wanted)
        assert (good.status_code, good.headers["access-control-allow-origin"]) == (200, NEWS)
        bad = await client.options("/ask", headers={"Origin": "https://evil.example"} | wanted)
        assert "access-control-allow-origin" not in bad.headers
        assert "access-control-allow-credentials" not in good.headers, "no cookie ever goes along"


async def test_a_page_of_the_server_itself_reads_without_an_origin(engine: Engine) -> None:
    """Browsers send none when a page reads from where it came from; they say so in a header that pages cannot set."""
    key, line = new_key("own:page@http://127.0.0.1")
    async with running(engine, keys=(line,)) as client:
        assert_problem(await client.get("/widget.json", headers=bearer(key)), 403)
        assert_problem(await client.get("/widget.json", headers=bearer(key) | {"Sec-Fetch-Site": "cross-site"}), 403)
        assert (await client.get("/widget.json", headers=bearer(key) | {"Sec-Fetch-Site": "same-origin"})).is_success
        foreign = {"Sec-Fetch-Site": "same-origin", "Host": "evil.example"}
        assert_problem(await client.get("/widget.json", headers=bearer(key) | foreign), 403)


async def test_one_reader_cannot_use_up_what_the_others_have(engine: Engine) -> None:
    async with addressed(engine, page_per_minute=1) as ask:
        assert (await ask("203.0.113.1")).status_code == 200
        late = await ask("203.0.113.1")
        assert_problem(late, 429)
        assert int(late.headers["retry-after"]) > 0
        assert late.headers["access-control-allow-origin"] == NEWS, "so that the component can say how long"
        assert (await ask("203.0.113.2")).status_code == 200


async def test_all_readers_of_a_key_together_have_a_bucket(engine: Engine) -> None:
    async with addressed(engine, page_key_per_minute=2) as ask:
        assert [(await ask(f"203.0.113.{n}")).status_code for n in range(3)] == [200, 200, 429]
        other = await ask("203.0.113.9", Authorization=f"Bearer {OTHER}", Origin="https://other.example")
        assert other.status_code == 200, "another key has its own"
        assert (await ask("203.0.113.9", Authorization=f"Bearer {EDITOR}")).status_code == 200


async def test_a_day_of_a_key_ends(engine: Engine) -> None:
    async with addressed(engine, page_per_day=2) as ask:
        assert [(await ask(f"203.0.113.{n}")).status_code for n in range(3)] == [200, 200, 429]


def test_the_quota_counts_questions_and_is_new_at_midnight() -> None:
    limits = PageLimits(ServerSettings(page_per_day=1))
    noon = 86_400.0 * 3 + 43_200
    limits.check("k", "a", asks=False, now=0, clock=noon)
    limits.check("k", "a", asks=True, now=0, clock=noon)
    limits.check("other", "a", asks=True, now=0, clock=noon)
    with pytest.raises(Problem) as caught:
        limits.check("k", "b", asks=True, now=0, clock=noon)
    assert caught.value.headers is not None
    assert caught.value.headers["Retry-After"] == "43201"
    limits.check("k", "a", asks=True, now=0, clock=86_400.0 * 4)


def test_what_is_refused_for_its_rate_costs_no_quota() -> None:
    limits = PageLimits(ServerSettings(page_per_minute=1, page_per_day=2))
    limits.check("k", "a", asks=True, now=0, clock=0)
    for _ in range(5):
        with pytest.raises(Problem):
            limits.check("k", "a", asks=True, now=0, clock=0)
    limits.check("k", "b", asks=True, now=0, clock=0)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.1", "203.0.113.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.1", "203.0.113.1"),
        ("-", "-"),
    ],
)
def test_a_household_is_one_reader(address: str, expected: str) -> None:
    assert network(address) == expected


def test_a_key_for_pages_says_that_it_is_public_and_where_it_works() -> None:
    assert PUBLIC.startswith("pk_")
    assert PUBLIC_LINE.endswith(f"@{NEWS}@http://127.0.0.1:3000")
    settings = load_settings(keys=f"{PUBLIC_LINE}, {EDITOR_LINE}")
    found = settings.holder(PUBLIC)
    assert found is not None
    assert (found.name, found.rights) == ("story", frozenset({"page"}))
    assert settings.page_origins == {NEWS, "http://127.0.0.1:3000"}


@pytest.mark.parametrize(
    "wanted",
    ["site:page", "site:page@", "site:page@*", "site:page@https://news.example/path", "site:page@https://NEWS.example",
     "site:ask@https://news.example", "site:ask+page@https://news.example", "site:page@ftp://news.example"],
)  # fmt: skip
def test_a_key_for_pages_without_its_origins_is_refused(wanted: str) -> None:
    with pytest.raises(SettingsError, match=r"site:page@https://news\.example"):
        new_key(wanted)
    line = wanted.replace("page", f"page:{'0' * 64}").replace(":ask", f":ask:{'0' * 64}")
    with pytest.raises(SettingsError, match="the setting keys"):
        load_settings(keys=line)


async def test_the_component_is_told_what_there_is(engine: Engine) -> None:
    async with running(engine, keys=KEYS) as client:
        offered = await client.get("/widget.json", params={"url": "https://example.org/bridge"}, headers=READER)
        assert offered.json() == {"article": "bridge", "questions": [], "feedback": False, "articles": False}
        assert (await client.get("/widget.json", headers=bearer(EDITOR))).json()["articles"] is True
        assert (await client.get("/widget.json", params={"url": "https://x.example"}, headers=READER)).json()[
            "article"
        ] is None
        assert_problem(await client.get("/widget.json", params={"url": "x" * 10_000}, headers=READER), 422, "url")


def test_a_story_is_found_by_its_address_as_pages_write_it(library: Library) -> None:
    library.add(
        [article("a", "One.", url="https://n.example/a?id=7"), article("b", "Two.", url="https://n.example/b/")]
    )
    assert library.at("https://n.example/a?id=7#comments") == "a"
    assert library.at("https://n.example/a?id=8") is None
    assert library.at("https://n.example/b?utm_source=feed") == "b"
    assert library.at("https://n.example/b") == "b"
    assert library.at("https://N.example:443/b") == "b"
    assert library.at("") is None
    assert library.at("http://[") is None
    library.add([article("later", "Three.", url="https://n.example/later", embargoed="2999-01-01T00:00:00Z")])
    assert library.at("https://n.example/later") is None, "what is under embargo is not there yet"
