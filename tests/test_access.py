"""Who may come in, how often, and how many at a time."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa.answers import Question, Reply
from qa.cache import AnswerCache
from qa.engine import Engine
from qa.errors import SettingsError
from qa.judging import PairJudge, ReaderJudge
from qa.server.access import RateLimit
from qa.server.app import create_app
from qa.server.pool import Full, Gone, Pool
from qa.server.settings import ServerSettings, load_settings, new_key
from tests.fakes import BRIDGE, MARGIN_ONLY, WordReader
from tests.test_api import QUESTION, STORY, assert_problem, engine, running

__all__ = ["engine"]
ASKER, ASKER_LINE = new_key("web:ask")
EDITOR, EDITOR_LINE = new_key("desk:ask+write")
KEYS = (ASKER_LINE, EDITOR_LINE)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def test_with_keys_nothing_is_told_without_one(engine: Engine) -> None:
    async with running(engine, keys=KEYS) as client:
        for headers in ({}, bearer("wrong"), {"Authorization": "Basic eDp5"}, {"X-API-Key": ""}, bearer(ASKER_LINE)):
            for path in ("/articles", "/articles/bridge", "/metrics", "/nowhere"):
                response = await client.get(path, headers=headers)
                assert_problem(response, 401)
                assert response.headers["www-authenticate"] == 'Bearer realm="pullquote"'
        for path in ("/healthz", "/readyz", "/docs", "/openapi.json"):
            assert (await client.get(path)).status_code == 200


async def test_rights_are_separate(engine: Engine) -> None:
    async with running(engine, keys=KEYS) as client:
        for headers in (bearer(ASKER), {"X-API-Key": ASKER}, {"authorization": f"bearer {ASKER}"}):
            assert (await client.post("/ask", json=QUESTION, headers=headers)).status_code == 200
        for method, path in (("POST", "/articles"), ("PUT", "/articles/new"), ("DELETE", "/articles/bridge")):
            assert_problem(await client.request(method, path, json=STORY, headers=bearer(ASKER)), 403)
        assert (await client.post("/articles", json=STORY, headers=bearer(EDITOR))).status_code == 201
        assert (await client.get("/articles/bridge", headers=bearer(ASKER))).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", ""])
async def test_without_keys_other_host_names_are_refused(engine: Engine, host: str) -> None:
    """A page whose name was made to point here (DNS rebinding) gets nothing."""
    async with running(engine) as client:
        assert_problem(await client.post("/ask", json=QUESTION, headers={"Host": host}), 403)
        for good in ("localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"):
            assert (await client.post("/ask", json=QUESTION, headers={"Host": good})).status_code == 200


async def test_without_keys_other_pages_are_refused(engine: Engine) -> None:
    async with running(engine, allow_origins=("https://news.example",)) as client:
        for bad in ("https://evil.example", "null", "https://news.example.evil"):
            response = await client.post("/ask", json=QUESTION, headers={"Origin": bad})
            assert_problem(response, 403)
            assert "access-control-allow-origin" not in response.headers
        good = await client.post("/ask", json=QUESTION, headers={"Origin": "https://news.example"})
        assert good.headers["access-control-allow-origin"] == "https://news.example"
        preflight = {"Origin": "https://news.example", "Access-Control-Request-Method": "POST"}
        allowed = await client.options("/ask", headers=preflight | {"Access-Control-Request-Headers": "content-type"})
        assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, "https://news.example")
        own = await client.post("/ask", json=QUESTION, headers={"Origin": "http://127.0.0.1"})
        assert own.status_code == 200, "a page of this server"


async def test_cors_is_off_by_default(engine: Engine) -> None:
    async with running(engine, keys=KEYS) as client:
        headers = bearer(ASKER) | {"Origin": "https://news.example"}
        response = await client.post("/ask", json=QUESTION, headers=headers)
        assert response.status_code == 200
        assert not [name for name in response.headers if name.startswith("access-control")]


async def test_a_client_over_its_rate_waits(engine: Engine) -> None:
    async with running(engine, rate_per_minute=8) as client:
        statuses = [(await client.get("/articles")).status_code for _ in range(9)]
        assert statuses == [*[200] * 8, 429], "the few that a slow bucket holds, at once"
        response = await client.get("/articles")
        assert_problem(response, 429)
        assert 1 <= int(response.headers["retry-after"]) <= 8
        assert (await client.get("/healthz")).status_code == 200


def test_a_bucket_fills_evenly_and_each_client_has_its_own() -> None:
    limit = RateLimit(60)
    assert [limit.wait("a", 0.0) for _ in range(16)] == [0.0] * 15 + [1.0]
    assert limit.wait("b", 0.0) == 0.0
    assert limit.wait("a", 0.5) == 0.5
    assert limit.wait("a", 1.0) == 0.0
    assert limit.wait("a", 1.0) == 1.0


async def not_gone() -> bool:
    return False


async def gone() -> bool:
    return True


async def test_a_full_pool_refuses_at_once_and_drops_who_left() -> None:
    pool = Pool(workers=1, queue=1)
    go = threading.Event()
    ran: list[str] = []
    first = asyncio.create_task(pool.run(go.wait, not_gone))
    await asyncio.sleep(0)
    second = asyncio.create_task(pool.run(lambda: ran.append("second"), not_gone))
    await asyncio.sleep(0)
    assert pool.waiting == 1
    with pytest.raises(Full):
        await pool.run(lambda: ran.append("third"), not_gone)
    go.set()
    assert await first is True
    await second
    go.clear()
    blocking = asyncio.create_task(pool.run(go.wait, not_gone))
    await asyncio.sleep(0)
    with pytest.raises(Gone):
        await pool.run(lambda: ran.append("left"), gone)
    go.set()
    await blocking
    assert ran == ["second"]
    assert pool.waiting == 0
    pool.close()


async def test_whoever_waits_longest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking whether its client is still there does not cost a question its place."""
    monkeypatch.setattr("qa.server.pool._LOOK_SECONDS", 0.005)
    pool = Pool(workers=1, queue=10)
    go = threading.Event()
    ran: list[str] = []
    others: list[asyncio.Task[None]] = []
    blocking = asyncio.create_task(pool.run(go.wait, not_gone))
    await asyncio.sleep(0)

    async def another_comes() -> bool:
        if not others:
            others.append(asyncio.create_task(pool.run(partial(ran.append, "second"), not_gone)))
            await asyncio.sleep(0)
            go.set()
            await blocking
        return False

    await pool.run(partial(ran.append, "first"), another_comes)
    await others[0]
    assert ran == ["first", "second"]
    pool.close()


async def test_a_question_that_is_cancelled_gives_its_place_up() -> None:
    pool = Pool(workers=1, queue=10)
    go = threading.Event()
    blocking = asyncio.create_task(pool.run(go.wait, not_gone))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(pool.run(lambda: "too late", not_gone))
    await asyncio.sleep(0)
    waiting.cancel()
    go.set()
    await asyncio.gather(blocking, waiting, return_exceptions=True)
    assert await pool.run(lambda: "free again", not_gone) == "free again"
    assert pool.waiting == 0
    pool.close()


async def test_a_full_queue_is_a_503(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    go, began = threading.Event(), threading.Event()
    ask = engine.ask

    def slowly(question: Question, *, brief: bool) -> Reply:
        began.set()
        go.wait()
        return ask(question, brief=brief)

    monkeypatch.setattr(engine, "ask", slowly)
    async with running(engine, workers=1, queue=0) as client:
        first = asyncio.create_task(client.post("/ask", json=QUESTION))
        await asyncio.to_thread(began.wait)
        response = await client.post("/ask", json=QUESTION)
        assert_problem(response, 503)
        assert response.headers["retry-after"] == "1"
        assert (await client.get("/healthz")).status_code == 200
        go.set()
        assert (await first).status_code == 200


async def test_what_was_asked_lately_is_answered_though_others_wait(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers of one story ask the same; they do not wait behind those who ask something else."""
    go, began = threading.Event(), threading.Event()
    caching = Engine(engine.library, engine.judge, cache=AnswerCache())
    ask = caching.ask

    def slowly(question: Question, *, brief: bool) -> Reply:
        began.set()
        go.wait()
        return ask(question, brief=brief)

    async with running(caching, workers=1, queue=0) as client:
        first = (await client.post("/ask", json=QUESTION)).json()
        monkeypatch.setattr(caching, "ask", slowly)
        other = asyncio.create_task(client.post("/ask", json={"question": "What did the storm do?"}))
        await asyncio.to_thread(began.wait)
        again = await client.post("/ask", json=QUESTION)
        assert again.json()["answers"] == first["answers"]
        assert_problem(await client.post("/ask", json={"question": "Who is the doctor?"}), 503)
        assert caching.cache is not None
        assert (caching.cache.hits, caching.cache.misses) == (1, 1), "the one that was refused was not read for"
        go.set()
        assert (await other).status_code == 200


async def test_those_who_ask_the_same_at_once_wait_for_one_answer(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is read, the others are given its reply: they take no place in the queue."""
    go, began = threading.Event(), threading.Event()
    caching = Engine(engine.library, engine.judge, cache=AnswerCache())
    ask, reads = caching.ask, []

    def slowly(question: Question, *, brief: bool) -> Reply:
        reads.append(question.text)
        began.set()
        go.wait()
        return ask(question, brief=brief)

    monkeypatch.setattr(caching, "ask", slowly)
    async with running(caching, workers=1, queue=8) as client:
        app = client._transport.app  # type: ignore[attr-defined]
        asked = [asyncio.create_task(client.post("/ask", json=QUESTION)) for _ in range(8)]
        await asyncio.to_thread(began.wait)
        while app.state.service.following < 7:
            await client.get("/healthz")
        assert app.state.service.pool.waiting == 0
        go.set()
        replies = [(await one).json() for one in asked]
        assert reads == [QUESTION["question"]]
        assert len({reply["id"] for reply in replies}) == 8
        assert {reply["answers"][0]["text"] for reply in replies} == {"Ana Ortiz"}


@pytest.mark.parametrize(("setting", "readers"), [(1, ["both", "fast", "both"]), (0, ["both", "both", "both"])])
async def test_while_many_wait_the_fast_reader_answers_alone(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, setting: int, readers: list[str]
) -> None:
    """The second of three is read while the third waits behind it; nobody waits behind the others."""
    go, began = threading.Event(), threading.Event()
    words = WordReader({"Ana Ortiz": 2.0})
    pair = Engine(engine.library, PairJudge(ReaderJudge(words, MARGIN_ONLY, "fast"), words, MARGIN_ONLY))
    ask = pair.ask

    def slowly(question: Question, *, brief: bool) -> Reply:
        began.set()
        go.wait()
        return ask(question, brief=brief)

    monkeypatch.setattr(pair, "ask", slowly)
    async with running(pair, workers=1, fast_when_waiting=setting) as client:
        asked = [asyncio.create_task(client.post("/ask", json=QUESTION))]
        await asyncio.to_thread(began.wait)
        for waiting in (1, 2):  # one behind the other
            asked.append(asyncio.create_task(client.post("/ask", json=QUESTION)))
            while f"pullquote_queue_depth {waiting}.0" not in (await client.get("/metrics")).text:
                pass
        go.set()
        assert [(await one).json()["read_by"] for one in asked] == readers


def test_settings_come_from_file_environment_and_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(
        f'port = 1\nqueue = 1\nworkers = 1\nkeys = ["{ASKER_LINE}"]\nallow_origins = ["https://a.example"]\n'
    )
    monkeypatch.setenv("PULLQUOTE_CONFIG", str(file))
    monkeypatch.setenv("PULLQUOTE_QUEUE", "2")
    monkeypatch.setenv("PULLQUOTE_WORKERS", "2")
    monkeypatch.setenv("PULLQUOTE_ALLOW_ORIGINS", "https://b.example, https://c.example")
    settings = load_settings(workers=3)
    assert (settings.port, settings.queue, settings.workers) == (1, 2, 3)
    assert settings.allow_origins == ("https://b.example", "https://c.example")
    assert settings.holder(ASKER) == ("web", frozenset({"ask"}), frozenset())
    assert settings.holder(EDITOR) is None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "x", "the setting port: "),
        ("PORT", "70000", "the setting port: "),
        ("KEYS", "secret", "the setting keys: a key is NAME:RIGHTS:SHA256"),
        ("ALLOW_ORIGINS", "*", r"the setting allow_origins: '\*' is not an origin like"),
        ("RATE_PER_MINUT", "5", "there is no setting PULLQUOTE_RATE_PER_MINUT; did you mean rate_per_minute?"),
        ("COLOUR", "red", "there is no setting PULLQUOTE_COLOUR; there are host, port"),
        ("CONFIG", "/nowhere.toml", "the settings file /nowhere.toml is not there"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str) -> None:
    monkeypatch.setenv(f"PULLQUOTE_{name}", value)
    with pytest.raises(SettingsError, match=expected):
        load_settings()


def test_new_keys_are_long_and_only_their_hash_is_kept() -> None:
    secret, line = new_key("web")
    assert len(secret) == 43
    assert secret not in line
    assert ServerSettings(keys=(line,)).holder(secret) == ("web", frozenset({"ask"}), frozenset())
    with pytest.raises(SettingsError, match="try: web:ask"):
        new_key("web:admin")


def test_what_kubernetes_says_of_a_service_is_no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLQUOTE_PORT", "tcp://10.96.7.12:8000")
    assert load_settings().port == 8000


def test_a_misspelt_setting_in_the_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("rate_per_minut = 5\n")
    monkeypatch.setenv("PULLQUOTE_CONFIG", str(file))
    with pytest.raises(SettingsError, match="no setting rate_per_minut; did you mean rate_per_minute"):
        load_settings()


def test_what_kubernetes_sets_beside_a_service_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTP", "PORT_8000_TCP", "PORT_8000_TCP_ADDR"):
        monkeypatch.setenv(f"PULLQUOTE_{name}", "10.96.7.12")
    assert load_settings().port == 8000


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
async def test_without_keys_nobody_writes_through_a_proxy(engine: Engine, header: str) -> None:
    async with running(engine) as client:
        for method, path in (("DELETE", "/articles/bridge"), ("PUT", "/articles/bridge"), ("POST", "/articles")):
            response = await client.request(method, path, json=STORY, headers={header: "203.0.113.9"})
            assert_problem(response, 403)
        assert (await client.get("/articles/bridge", headers={header: "203.0.113.9"})).status_code == 200
        assert (await client.delete("/articles/bridge")).status_code == 204, "this machine itself may"


@pytest.mark.parametrize("shape", [{"behind_proxy": True}, {"allowed_hosts": ("ask.example",)}, {"host": "0.0.0.0"}])
def test_a_shape_that_would_serve_the_world_is_told(shape: dict[str, Any]) -> None:
    assert ServerSettings(**shape).reachable
    assert not ServerSettings(allowed_hosts=("localhost",)).reachable


async def test_readers_of_one_key_have_a_bucket_each(engine: Engine) -> None:
    settings = ServerSettings(keys=(ASKER_LINE,), rate_per_minute=1)
    app = create_app(lambda: engine, settings)
    async with app.router.lifespan_context(app):
        for address in ("203.0.113.1", "203.0.113.2"):
            transport = httpx.ASGITransport(app, client=(address, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                statuses = [(await client.get("/articles", headers=bearer(ASKER))).status_code for _ in range(2)]
                assert statuses[1] == 429
                assert statuses[0] != 429, "not yet taken by another reader"


async def test_what_is_under_embargo_is_shown_only_to_those_who_may_write(engine: Engine) -> None:
    held = replace(BRIDGE, id="held", about=replace(BRIDGE.about, embargoed=datetime(9999, 1, 1, tzinfo=UTC)))
    engine.library.add([held])
    async with running(engine, keys=KEYS) as client:
        for secret, status, ids in ((ASKER, 404, []), (EDITOR, 200, ["held"])):
            headers = bearer(secret)
            assert (await client.get("/articles/held", headers=headers)).status_code == status
            listed = (await client.get("/articles", headers=headers)).json()["articles"]
            assert [item["id"] for item in listed if item["id"] == "held"] == ids
