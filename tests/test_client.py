"""The client gives what the engine gives; a server's troubles are told in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from index.library import Library
from qa.answers import Filters, Question, Turn
from qa.client import Client
from qa.engine import Engine
from qa.errors import ServerRefused, ServerUnavailable
from qa.feedback import Better, Feedback
from qa.judging import ReaderJudge
from qa.loop.database import Answers
from qa.server.app import create_app
from qa.server.settings import ServerSettings
from tests.fakes import BRIDGE, MARGIN_ONLY, STORM, WordEncoder, WordReader, article

URL = "http://localhost:8000"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    library = Library.open(tmp_path / "library", create=True, encoder=WordEncoder())
    library.add([BRIDGE, STORM, article("a/b ü", "A vote.")])
    return Engine(library, ReaderJudge(WordReader({"Ana Ortiz": 2.0}), MARGIN_ONLY))


class Bridge(httpx.BaseTransport):
    """Hands the client's requests to the application in this process."""

    def __init__(self, server: TestClient) -> None:
        self.server = server

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.server.request(
            request.method, str(request.url), content=request.read(), headers=dict(request.headers)
        )
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)


@pytest.fixture
def client(engine: Engine) -> Iterator[Client]:
    with TestClient(create_app(lambda: engine, ServerSettings()), base_url=URL) as server:
        while server.get("/readyz").status_code != 200:
            pass
        yield Client(URL, transport=Bridge(server))


def test_replies_articles_and_headlines_are_the_engines(client: Client, engine: Engine) -> None:
    question = Question(
        "Who is the mayor?",
        filters=Filters(("bridge",), (), BRIDGE.published, BRIDGE.published),
        history=(Turn("What opened?", "a bridge"),),
        include_passages=True,
    )
    reply, expected = client.ask(question), engine.ask(question)
    assert (reply.answers, reply.passages, reply.status) == (expected.answers, expected.passages, "answered")
    assert client.article("bridge") == engine.article("bridge")
    assert client.article("a/b ü") == engine.article("a/b ü")
    assert client.article("none") is None
    assert list(client.headlines()) == list(engine.headlines())


def test_what_the_server_refuses_is_said_in_its_words(client: Client) -> None:
    with pytest.raises(ServerRefused, match=rf"{URL} says: question: .*at most 1000") as caught:
        client.ask(Question("x" * 1_001))
    assert (caught.value.status, caught.value.code) == (422, "invalid")


def answering(respond: Callable[[httpx.Request], httpx.Response]) -> Client:
    return Client(URL, transport=httpx.MockTransport(respond))


def test_a_server_that_is_not_there_or_busy_is_unavailable() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused", request=request)

    with pytest.raises(ServerUnavailable, match=r"Connection refused.*start it with: pullquote serve"):
        answering(refuse).ask(Question("Who?"))
    problem = {"detail": "The models are still loading; try again."}
    busy = answering(lambda _: httpx.Response(503, json=problem, headers={"Retry-After": "1"}))
    with pytest.raises(ServerUnavailable, match="says: The models are still loading") as caught:
        busy.ask(Question("Who?"))
    assert caught.value.retry_after == 1.0


def test_something_else_at_that_address_is_named() -> None:
    with pytest.raises(ServerRefused, match="is not a Pullquote server"):
        answering(lambda _: httpx.Response(200, text="<html>")).ask(Question("Who?"))
    with pytest.raises(ServerUnavailable, match=r"it looks like http://127.0.0.1:8000"):
        Client("localhost")


@pytest.mark.parametrize("body", [{"hello": 1}, [1], "words", None, {"articles": [1], "next": None}])
def test_json_of_something_else_is_named_too(body: object) -> None:
    other = answering(lambda _: httpx.Response(200, json=body))
    for call in (lambda: other.ask("Who?"), lambda: other.article("a"), lambda: list(other.headlines())):
        with pytest.raises(ServerRefused, match="is not a Pullquote server"):
            call()


def test_a_key_is_sent_without_the_white_space_around_it_and_what_is_none_is_not_repeated() -> None:
    sent: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers["Authorization"])
        return httpx.Response(404, json={})

    assert Client(URL, "secret\n", transport=httpx.MockTransport(respond)).article("a") is None
    assert sent == ["Bearer secret"], "as it comes out of a file"
    for key in ("pk_…", "two\nlines"):
        with pytest.raises(ServerUnavailable, match="pullquote serve --new-key") as caught:
            Client(URL, key)
        assert key not in str(caught.value)


def test_what_is_thought_of_a_reply_reaches_the_server(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite3"
    with TestClient(create_app(lambda: engine, ServerSettings(), path), base_url=URL) as server:
        while server.get("/readyz").status_code != 200:
            pass
        client = Client(URL, transport=Bridge(server))
        reply = client.ask("Who is the mayor?")
        start = BRIDGE.text.index("1.2 million")
        client.rate(Feedback(reply.id, "wrong", 0, Better("bridge", start, start + 11), "The cost."))
        with pytest.raises(ServerRefused, match="No answer of this id"):
            client.rate(Feedback("unknown", "right"))
    with Answers.open(path) as answers:
        [rating] = answers.ratings(reply.id)
    assert (rating.verdict, rating.quote, rating.note) == ("wrong", "1.2 million", "The cost.")
