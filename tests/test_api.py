"""The HTTP contract, with an engine that can be worked out by hand."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.library import Library
from qa.answers import Question, Reply
from qa.engine import Engine
from qa.judging import ReaderJudge
from qa.server.app import create_app
from qa.server.settings import ServerSettings
from tests.fakes import BRIDGE, MARGIN_ONLY, STORM, WordEncoder, WordReader

ABOUT = (
    "headline", "source", "author", "published", "url", "updated", "embargoed", "section", "kind", "language",
    "keywords", "status", "correction", "replaces", "published_time",
)  # fmt: skip
QUESTION = {"question": "Who is the mayor?"}
STORY = {"id": "new", "headline": "Prize", "paragraphs": ["The doctor won the prize."]}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    library = Library.open(tmp_path / "library", create=True, encoder=WordEncoder())
    library.add([BRIDGE, STORM])
    return Engine(library, ReaderJudge(WordReader({"Ana Ortiz": 2.0, "The doctor": 1.0}), MARGIN_ONLY))


@asynccontextmanager
async def running(engine: Engine, answers: Path | None = None, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The application as a server runs it, with its start and its end."""
    app = create_app(lambda: engine, ServerSettings(**settings), answers)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
    ):
        while (await client.get("/readyz")).status_code != 200:
            pass
        yield client


@pytest.fixture
async def client(engine: Engine) -> AsyncIterator[httpx.AsyncClient]:
    async with running(engine) as made:
        yield made


def assert_problem(response: httpx.Response, status: int, *fields: str) -> dict[str, Any]:
    """The one shape of every error."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert list(body) == ["type", "title", "status", "detail", "code", "request_id", "errors"]
    assert body["status"] == status
    assert body["request_id"] == response.headers["x-request-id"]
    assert [error["field"] for error in body["errors"]] == list(fields)
    assert body["detail"].endswith(".") or fields, "a whole sentence, or a field and its message"
    return body


async def test_ask_gives_the_engines_reply(client: httpx.AsyncClient, engine: Engine) -> None:
    response = await client.post("/ask", json=QUESTION)
    assert response.status_code == 200
    body = response.json()
    expected = engine.ask(Question("Who is the mayor?")).to_json()
    for varying in ("id", "timing_ms"):
        assert body.pop(varying)
        expected.pop(varying)
    assert body == expected


async def test_every_field_of_a_question_reaches_the_engine(client: httpx.AsyncClient) -> None:
    body = {
        "question": "Who is the mayor?", "top_k": 1, "min_confidence": 0.0, "budget_ms": 5_000,
        "include_passages": True,
        "filters": {"article_ids": ["bridge", "storm"], "sources": ["daily"], "published_from": "2024-05-03",
                    "published_to": "2024-05-03"},
        "history": [{"question": "What opened?", "answer": "a bridge"}, {"question": "When?", "answer": None}],
    }  # fmt: skip
    reply = Reply.from_json((await client.post("/ask", json=body)).json())
    assert (reply.status, len(reply.answers)) == ("answered", 1)
    assert reply.passages is not None
    assert {passage.article_id for passage in reply.passages} == {"bridge"}


async def test_in_json_an_integral_number_is_an_integer(client: httpx.AsyncClient) -> None:
    assert (await client.post("/ask", json=QUESTION | {"top_k": 2.0})).status_code == 200


async def test_abstaining_is_no_error(client: httpx.AsyncClient) -> None:
    response = await client.post("/ask", json={"question": "Who won the vote?", "min_confidence": 1})
    assert (response.status_code, response.json()["status"]) == (200, "no_answer")


BAD_QUESTIONS: list[tuple[Any, str]] = [
    ({}, "question"),
    ({"question": ""}, "question"),
    ({"question": " \n\t"}, "question"),
    ({"question": "\x00\x19"}, "question"),
    ({"question": "x" * 1_001}, "question"),
    ({"question": None}, "question"),
    ({"question": 5}, "question"),
    ({"question": ["Who?"]}, "question"),
    (QUESTION | {"top_k": 0}, "top_k"),
    (QUESTION | {"top_k": 21}, "top_k"),
    (QUESTION | {"top_k": "3"}, "top_k"),
    (QUESTION | {"top_k": 2.5}, "top_k"),
    (QUESTION | {"top_k": True}, "top_k"),
    (QUESTION | {"top_k": None}, "top_k"),
    (QUESTION | {"min_confidence": -0.1}, "min_confidence"),
    (QUESTION | {"min_confidence": 1.1}, "min_confidence"),
    (QUESTION | {"min_confidence": "0.5"}, "min_confidence"),
    (QUESTION | {"budget_ms": 0}, "budget_ms"),
    (QUESTION | {"budget_ms": -5}, "budget_ms"),
    (QUESTION | {"include_passages": "yes"}, "include_passages"),
    (QUESTION | {"unknown": 1}, "unknown"),
    (QUESTION | {"filters": None}, "filters"),
    (QUESTION | {"filters": {"source": ["Daily"]}}, "filters.source"),
    (QUESTION | {"filters": {"sources": "Daily"}}, "filters.sources"),
    (QUESTION | {"filters": {"sources": ["Daily", 5]}}, "filters.sources[1]"),
    (QUESTION | {"filters": {"article_ids": ["a"] * 1_001}}, "filters.article_ids"),
    (QUESTION | {"filters": {"published_from": "yesterday"}}, "filters.published_from"),
    (QUESTION | {"filters": {"published_from": 20240503}}, "filters.published_from"),
    (QUESTION | {"filters": {"published_to": "2024-13-01"}}, "filters.published_to"),
    (QUESTION | {"filters": {"published_from": "2024-05-04", "published_to": "2024-05-03"}}, "filters"),
    (QUESTION | {"history": [{"answer": "a"}]}, "history[0].question"),
    (QUESTION | {"history": [{"question": "a"}] * 21}, "history"),
    (QUESTION | {"history": [{"question": "x" * 1_001}]}, "history[0].question"),
    ([QUESTION], "body"),
    ("Who?", "body"),
]


@pytest.mark.parametrize(("body", "field"), BAD_QUESTIONS, ids=lambda value: str(value)[:40])
async def test_a_bad_question_is_a_422_that_names_the_field(client: httpx.AsyncClient, body: Any, field: str) -> None:
    problem = assert_problem(await client.post("/ask", json=body), 422, field)
    assert problem["code"] == "invalid"


RAW: list[tuple[bytes, int]] = [
    (b"", 400),
    (b"{", 400),
    (b"question=Who", 400),
    (b'{"question": "Who?", "min_confidence": NaN}', 400),
    (b'{"question": "Who?", "budget_ms": Infinity}', 400),
    (b'{"question": "Who \xff?"}', 400),
    (b"[" * 100_000, 400),
    (b'{"question": "Who?", "top_k": ' + b"9" * 5_000 + b"}", 400),
    (b'{"question": "Who \\ud800?"}', 422),
    (b'{"question": "Who?"}' + b" " * 1_100_000, 413),
]


@pytest.mark.parametrize(("content", "status"), RAW, ids=lambda value: str(value)[:30])
async def test_what_is_not_json_is_refused(client: httpx.AsyncClient, content: bytes, status: int) -> None:
    response = await client.post("/ask", content=content, headers={"content-type": "application/json"})
    assert_problem(response, status, *(["question"] if status == 422 else []))
    for leak in ("Traceback", "Error", "pydantic", "Expecting"):
        assert leak not in response.text


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""]
)
async def test_other_media_types_are_a_415(client: httpx.AsyncClient, kind: str) -> None:
    assert_problem(await client.post("/ask", content=json.dumps(QUESTION), headers={"content-type": kind}), 415)


async def test_a_body_without_a_length_is_bounded_too(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65_536

    headers = {"content-type": "application/json"}
    assert_problem(await client.post("/ask", content=endless(), headers=headers), 413)


async def test_a_body_that_does_not_come_is_cut_off(engine: Engine) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    async with running(engine, body_seconds=0.05) as client:
        headers = {"content-type": "application/json"}
        assert_problem(await client.post("/ask", content=never(), headers=headers), 408)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/", 405), ("GET", "/nowhere", 404), ("POST", "/nowhere", 404), ("PUT", "/ask", 405),
        ("DELETE", "/ask", 405), ("PATCH", "/articles", 405), ("POST", "/healthz", 405),
        ("POST", "/articles/a", 405), ("GET", "/articles/", 404), ("GET", "/articles/none", 404),
        ("DELETE", "/articles/none", 404), ("GET", "/articles/%00", 404), ("GET", "/articles/..%2f..%2fetc", 404),
    ],
)  # fmt: skip
async def test_wrong_addresses_and_methods(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    response = await client.request(method, path)
    assert_problem(response, status)
    if status == 405:
        allowed = {
            "/": "GET",
            "/ask": "GET, POST",
            "/articles": "GET, POST",
            "/healthz": "GET",
            "/articles/a": "DELETE, GET, PATCH, PUT",
        }
        assert response.headers["allow"] == allowed[path]


async def test_an_article_is_added_answered_from_changed_and_removed(client: httpx.AsyncClient) -> None:
    asked = {"question": "Who won the prize?"}
    assert (await client.post("/ask", json=asked)).json()["status"] == "answered", "the mayor, for want of better"
    response = await client.post("/articles", json=STORY)
    assert (response.status_code, response.json()) == (201, {"articles": [{"id": "new", "status": "added"}]})
    answers = (await client.post("/ask", json=asked | {"min_confidence": 0})).json()["answers"]
    assert "The doctor" in [answer["text"] for answer in answers]
    again = await client.post("/articles", json=[STORY, STORY | {"id": "other", "paragraphs": ["A vote."]}])
    assert again.json() == {"articles": [{"id": "new", "status": "unchanged"}, {"id": "other", "status": "added"}]}
    changed = await client.post("/articles", json=STORY | {"paragraphs": ["The ship won."]})
    assert changed.json() == {"articles": [{"id": "new", "status": "updated"}]}
    assert (await client.delete("/articles/new")).status_code == 204
    assert_problem(await client.delete("/articles/new"), 404)
    assert_problem(await client.get("/articles/new"), 404)


async def test_an_article_is_shown_with_offsets(client: httpx.AsyncClient) -> None:
    body = (await client.get("/articles/bridge")).json()
    assert list(body) == [
        "id", *ABOUT, "text", "sha256", "paragraphs", "questions",
    ]  # fmt: skip
    assert (body["text"], body["sha256"], body["published"]) == (BRIDGE.text, BRIDGE.sha256, "2024-05-03")
    assert body["paragraphs"][1] == {"number": 2, "start": 41, "end": 94}


async def test_lists_come_in_pages(client: httpx.AsyncClient) -> None:
    first = (await client.get("/articles?limit=1")).json()
    assert ([item["id"] for item in first["articles"]], first["next"]) == (["bridge"], "bridge")
    second = (await client.get("/articles", params={"limit": 1, "after": first["next"]})).json()
    assert ([item["id"] for item in second["articles"]], second["next"]) == (["storm"], None)
    assert list(second["articles"][0]) == [
        "id", *ABOUT, "paragraphs", "copy_of",
    ]  # fmt: skip
    assert_problem(await client.get("/articles?limit=0"), 422, "limit")
    assert_problem(await client.get("/articles?limit=x"), 422, "limit")


BAD_ARTICLES: list[tuple[Any, str]] = [
    ({}, "headline"),
    ({"headline": "H"}, "text"),
    ({"headline": " ", "text": "T."}, "headline"),
    ({"headline": "H", "text": "T.", "paragraphs": ["T."]}, "text"),
    ({"headline": "H", "text": ""}, "text"),
    ({"headline": "H", "paragraphs": []}, "paragraphs"),
    ({"headline": "H", "paragraphs": "T."}, "paragraphs"),
    ({"headline": "H", "text": "T.", "published": "soon"}, "published"),
    ({"headline": "H", "text": "T.", "url": "javascript:alert(1)"}, "url"),
    ({"headline": "H", "text": "T.", "url": ""}, "url"),
    ({"headline": "H", "text": "T.", "published": ""}, "published"),
    ({"headline": "H", "text": "T.", "id": ""}, "id"),
    ({"headline": "H", "text": "T.", "id": " a"}, "id"),
    ({"headline": "H", "text": "T.", "headlines": ""}, "headlines"),
    ({"headline": "H" * 5_000, "text": "T."}, "headline"),
    ([], "body"),
    ([STORY] * 1_001, "body"),
    ([STORY, {"headline": "H"}], "[1].text"),
    ([STORY, 5], "[1]"),
    ("text", "body"),
]


@pytest.mark.parametrize(("body", "field"), BAD_ARTICLES, ids=lambda value: str(value)[:40])
async def test_a_bad_article_is_named_and_nothing_is_added(client: httpx.AsyncClient, body: Any, field: str) -> None:
    assert_problem(await client.post("/articles", json=body), 422, field)
    assert len((await client.get("/articles")).json()["articles"]) == 2


async def test_the_metadata_of_an_article_come_back_as_they_were_sent(client: httpx.AsyncClient) -> None:
    sent = STORY | {
        "published": "2024-05-03T08:30:00+02:00", "updated": "2024-05-04", "embargoed": "2024-05-03T06:00:00+00:00",
        "section": "Sport", "kind": "analysis", "language": "en-GB", "keywords": ["prize", "doctor"],
        "status": "corrected", "correction": "It said “nurse”.", "replaces": "storm",
    }  # fmt: skip
    assert (await client.post("/articles", json=sent)).status_code == 201
    shown = (await client.get("/articles/new")).json()
    assert {name: shown[name] for name in sent if name != "paragraphs"} == {
        name: value for name, value in sent.items() if name != "paragraphs"
    }
    asked = {"question": "Who won the prize?", "filters": {"article_ids": ["new"]}}
    [answer] = (await client.post("/ask", json=asked)).json()["answers"]
    assert answer["citations"][0]["correction"] == "It said “nurse”."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("embargoed", "2024-05-03T08:30:00"),
        ("embargoed", "2024-05-03"),
        ("updated", "soon"),
        ("kind", "advert"),
        ("status", "gone"),
        ("status", "corrected"),
        ("language", "English!"),
        ("keywords", ["x" * 201]),
        ("replaces", "new"),
    ],
)
async def test_bad_metadata_are_named_and_nothing_is_added(client: httpx.AsyncClient, field: str, value: Any) -> None:
    named = "correction" if value == "corrected" else field
    named += "[0]" if field == "keywords" else ""
    assert_problem(await client.post("/articles", json=STORY | {field: value}), 422, named)
    assert (await client.get("/articles/new")).status_code == 404


async def test_replacing_in_a_circle_is_a_422(client: httpx.AsyncClient) -> None:
    await client.post("/articles", json=STORY | {"replaces": "storm"})
    storm = {"id": "storm", "headline": "Storm", "text": "A storm.", "replaces": "new"}
    assert_problem(await client.post("/articles", json=storm), 422, "replaces")


async def test_putting_an_article_under_an_id(client: httpx.AsyncClient) -> None:
    story = {"headline": "Vote", "text": "A vote."}
    made = await client.put("/articles/a/b c", json=story)
    assert (made.status_code, made.json()) == (201, {"articles": [{"id": "a/b c", "status": "added"}]})
    assert (await client.put("/articles/a/b c", json=story | {"id": "a/b c"})).status_code == 200
    assert (await client.get("/articles/a%2Fb%20c")).json()["headline"] == "Vote"
    assert_problem(await client.put("/articles/other", json=story | {"id": "a/b c"}), 409, "id")
    assert_problem(await client.put("/articles/a%00b", json=story), 422, "id")


async def test_verifying_a_citation(client: httpx.AsyncClient) -> None:
    [citation] = (await client.post("/ask", json=QUESTION)).json()["answers"][0]["citations"]
    held = (await client.post("/verify", json=citation)).json()
    nothing_changed = {"before": None, "now": None, "changed_at": None, "note": None}
    place = {"start": citation["start"], "end": citation["end"], "paragraph": 2}
    assert held == {"status": "holds"} | place | nothing_changed
    moved = (await client.post("/verify", json=citation | {"start": 0, "end": 9})).json()
    assert moved == held | {"status": "moved"}
    assert (await client.post("/verify", json=citation | {"article_id": "none"})).json()["status"] == "gone"
    assert_problem(await client.post("/verify", json={"article_id": "a"}), 422, "quote", "start", "end")


async def test_request_ids_are_kept_if_harmless(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz", headers={"X-Request-ID": "abc-1.2"})).headers["x-request-id"] == "abc-1.2"
    for odd in ("a b", "x" * 65, "<script>", ""):
        assert (await client.get("/healthz", headers={"X-Request-ID": odd})).headers["x-request-id"] != odd


async def test_methods_that_a_client_makes_up_are_counted_as_one(client: httpx.AsyncClient) -> None:
    """Anybody may call /healthz, and each name would be kept for as long as the server runs."""
    for number in range(3):
        assert_problem(await client.request(f"MADEUP{number}", "/healthz"), 405)
    text = (await client.get("/metrics")).text
    assert "MADEUP" not in text
    assert 'pullquote_requests_total{method="(any)",route="/healthz",status="405"} 3.0' in text


async def test_metrics_and_docs(client: httpx.AsyncClient) -> None:
    await client.post("/ask", json=QUESTION)
    text = (await client.get("/metrics")).text
    assert 'pullquote_requests_total{method="POST",route="/ask",status="200"} 1.0' in text
    assert 'pullquote_replies_total{reason="",status="answered"} 1.0' in text
    assert 'pullquote_stage_seconds_count{stage="read"} 1.0' in text
    assert "pullquote_library_articles 2.0" in text
    docs = await client.get("/docs")
    assert "What did Rudenko and Qin Gang discuss?" in docs.text
    assert "<script" not in docs.text
    assert "src=" not in docs.text, "nothing is fetched from elsewhere"


async def test_while_loading_only_health_is_well(engine: Engine) -> None:
    load = threading.Event()

    def slowly() -> Engine:
        load.wait()
        return engine

    app = create_app(slowly, ServerSettings())
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        assert (await client.get("/healthz")).json() == {"status": "alive"}
        for response in (await client.get("/readyz"), await client.post("/ask", json=QUESTION)):
            assert_problem(response, 503)
            assert response.headers["retry-after"] == "1"
        load.set()


async def test_an_unforeseen_error_says_nothing_of_itself(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Question) -> Reply:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(engine, "ask", broken)
    async with running(engine) as client:
        problem = assert_problem(await client.post("/ask", json=QUESTION), 500)
        assert "secret" not in json.dumps(problem)
