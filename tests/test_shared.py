"""Several servers on one database: each answers from what any of them took in, and says so when it cannot."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.postgres import MISSING, Cluster
from tests.test_serve import STORY, Server, get, post, running

pytestmark = pytest.mark.weights


@pytest.fixture
def mortal() -> Iterator[Cluster]:
    """A server of one's own, that keeps what it acknowledged."""
    if MISSING:
        pytest.skip("no PostgreSQL server is installed: apt-get install postgresql")
    made = Cluster().create().start()
    yield made
    made.remove()


def ask(server: Server, question: str) -> httpx.Response:
    return post(f"{server.url}/ask", json={"question": question, "min_confidence": 0})


def until(server: Server, status: int) -> httpx.Response:
    end = time.monotonic() + 600
    while (response := get(f"{server.url}/readyz")).status_code != status:
        assert time.monotonic() < end
        time.sleep(0.05)
    return response


def test_what_one_server_takes_in_another_answers_from_at_once(database: str, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    with (
        running(database, logs=tmp_path, PULLQUOTE_CACHE=cache) as one,
        running(database, logs=tmp_path, PULLQUOTE_CACHE=cache) as other,
    ):
        assert post(f"{one.url}/articles", json=STORY).status_code == 201
        began = time.monotonic()
        reply = ask(other, "Who is the mayor?").json()
        print(f"answered by the other server {time.monotonic() - began:.2f} s after the acknowledgement")
        assert "Ana Ortiz" in reply["answers"][0]["text"]
        assert reply["library_version"] == 1
        assert httpx.delete(f"{other.url}/articles/bridge").status_code == 204
        assert ask(one, "Who is the mayor?").json()["reason"] == "empty_library"


def test_a_server_waits_for_its_database_and_says_so_when_it_goes(mortal: Cluster, tmp_path: Path) -> None:
    mortal.stop()
    server = Server(f"{mortal.url}?pool_timeout=0.5", logs=tmp_path, PULLQUOTE_CACHE=str(tmp_path / "cache"))
    try:
        end = time.monotonic() + 600
        while "waiting for the library" not in server.log.read_text():
            assert time.monotonic() < end
            time.sleep(0.05)
        assert get(f"{server.url}/healthz").status_code == 200
        assert get(f"{server.url}/readyz").status_code == 503
        mortal.start()
        until(server, 200)
        assert post(f"{server.url}/articles", json=STORY).status_code == 201
        mortal.kill()
        gone = until(server, 503)
        assert (gone.json()["code"], gone.headers["Retry-After"]) == ("unavailable", "1")
        for response in (
            ask(server, "Who is the mayor of the town?"),
            post(f"{server.url}/articles", json=STORY | {"id": "other"}),
            get(f"{server.url}/articles/bridge"),
        ):
            assert response.status_code == 503, response.text
            assert "try again" in response.json()["detail"]
            assert "postgres" not in response.text, "nothing of the database is told"
        assert get(f"{server.url}/metrics").status_code == 200
        mortal.start()
        until(server, 200)
        assert "Ana Ortiz" in ask(server, "Who is the mayor?").json()["answers"][0]["text"]
    finally:
        server.process.kill()
        server.process.wait()
