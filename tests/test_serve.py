"""The real server: started, asked, stopped, killed."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.doctor import examine
from qa.answers import Question
from qa.client import Client

pytestmark = pytest.mark.weights
STORY = {"id": "bridge", "headline": "Bridge", "text": "It cost 1.2 million euro, the mayor, Ana Ortiz, said."}


def command(library: Path | str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "pullquote.cli", "--library", str(library), *arguments]


get, post = partial(httpx.get, timeout=None), partial(httpx.post, timeout=None)


class Server:
    """A running ``pullquote serve``."""

    def __init__(self, library: Path | str, *, logs: Path | None = None, **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = (logs or Path(library).parent) / f"log{self.port}"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command(library, "serve", "--port", str(self.port)), stderr=log, env=os.environ | environment
            )

    def wait_until_ready(self) -> None:
        while True:
            try:
                if get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.02)

    def wait_until_closed(self) -> None:
        with suppress(httpx.TransportError):
            while True:
                get(f"{self.url}/healthz")


@contextmanager
def running(library: Path | str, *, logs: Path | None = None, **environment: str) -> Iterator[Server]:
    server = Server(library, logs=logs, **environment)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.process.kill()
        server.process.wait()


def test_a_day_in_the_life_of_a_server(tmp_path: Path) -> None:
    library = tmp_path / "library"
    with running(library) as server:
        assert post(f"{server.url}/ask", json={"question": "Who is the mayor?"}).json()["reason"] == "empty_library"
        assert post(f"{server.url}/articles", json=STORY).status_code == 201
        with Client(server.url) as client:
            reply = client.ask(Question("Who is the mayor?", min_confidence=0.0))
            assert "Ana Ortiz" in reply.answers[0].text
            assert [headline.headline for headline in client.headlines()] == ["Bridge"]
        asked = subprocess.run(
            command(library, "ask", "--server", server.url, "--json", "--min-confidence", "0", "Who is the mayor?"),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert json.loads(asked.stdout)["answers"][0]["text"] == reply.answers[0].text
        story = tmp_path / "storm.txt"
        story.write_text("Storm\n\nA storm sank a ship.\n")
        subprocess.run(command(library, "add", str(story)), check=True, capture_output=True)
        answer = post(f"{server.url}/ask", json={"question": "What sank a ship?", "min_confidence": 0}).json()
        assert answer["library_version"] == 2, "what another process added is there at the next question"
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(600) == 0
        log = server.log.read_text()
        for line in log.splitlines():
            json.loads(line)
        assert "mayor" not in log, "questions are personal data"
    assert all(finding.well for finding in examine(library))


def test_a_retraction_holds_in_every_running_server_from_the_moment_the_command_returns(tmp_path: Path) -> None:
    library = tmp_path / "library"

    def asked(server: Server) -> dict[str, Any]:
        question = {"question": "Who is the mayor?", "min_confidence": 0}
        return dict(post(f"{server.url}/ask", json=question).json())

    def told(*arguments: str) -> str:
        return subprocess.run(command(library, *arguments), capture_output=True, text=True, check=True).stdout

    with running(library) as one, running(library) as other:
        assert post(f"{one.url}/articles", json=STORY).status_code == 201
        before = [asked(one), asked(other)]
        [claim] = before[0]["answers"][0]["citations"]
        assert [reply["answers"][0]["text"] for reply in before] == ["Ana Ortiz"] * 2
        told("retract", "bridge", "--note", "She is not the mayor.")
        for server in (one, other):
            gone = asked(server)
            assert (gone["status"], gone["answers"], gone["nearest"]) == ("no_answer", [], [])
            verdict = post(f"{server.url}/verify", json=claim).json()
            assert (verdict["status"], verdict["note"]) == ("withdrawn", "She is not the mayor.")
        told("restore", "bridge")
        told("correct", "bridge", "--note", "It cost 1.3 million.")
        for server in (one, other):
            [citation] = asked(server)["answers"][0]["citations"]
            assert (citation["status"], citation["correction"]) == ("corrected", "It cost 1.3 million.")


def test_sigterm_finishes_what_runs_and_refuses_what_is_new(tmp_path: Path) -> None:
    body = json.dumps(STORY).encode()
    with running(tmp_path / "library") as server, socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(
            b"POST /articles HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        assert line.recv(1_000).startswith(b"HTTP/1.1 100 "), "from here on the request runs"
        server.process.send_signal(signal.SIGTERM)
        server.wait_until_closed()
        line.sendall(body)
        assert line.recv(1_000).startswith(b"HTTP/1.1 201 ")
        assert server.process.wait() == 0


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        (["--host", "0.0.0.0"], 2, "without a key the server stays on this machine"),
        (["--port", "99999"], 2, "the setting port: "),
        (["--config", "/nowhere.toml"], 2, "the settings file /nowhere.toml is not there"),
        (["--new-key", "web:everything"], 2, "try: web:ask"),
    ],
)
def test_it_does_not_start_with_wrong_settings(
    tmp_path: Path, arguments: list[str], status: int, expected: str
) -> None:
    done = subprocess.run(
        command(tmp_path / "library", "serve", *arguments), check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (status, "")
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_it_stops_if_the_library_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "catalog.sqlite3").write_bytes(b"not a database at all" * 100)
    done = subprocess.run(
        command(tmp_path / "library", "serve", "--port", "0"), check=False, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "catalog.sqlite3" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_new_key_opens_the_server(tmp_path: Path) -> None:
    made = subprocess.run(
        command(tmp_path / "library", "serve", "--new-key", "web:ask"), check=True, capture_output=True, text=True
    )
    secret = made.stdout.strip()
    line = made.stderr.split('PULLQUOTE_KEYS="')[1].split('"')[0]
    with running(tmp_path / "library", PULLQUOTE_KEYS=line) as server:
        assert get(f"{server.url}/articles").status_code == 401
        with Client(server.url, secret) as client:
            assert client.ask(Question("Who?")).reason == "empty_library"
        asked = subprocess.run(
            command(tmp_path / "none", "ask", "--server", server.url, "Who is the mayor?"), check=False,
            capture_output=True, text=True, env=os.environ | {"PULLQUOTE_SERVER_KEY": secret},
        )  # fmt: skip
        assert asked.stdout.startswith("No answer. There are no articles yet.")


@pytest.mark.slow
def test_killing_the_server_while_it_writes_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """SIGKILL at 30 random moments; each acknowledged article is there after the restart, and nothing is half there."""
    library = tmp_path / "library"
    moments = random.Random(0)
    acknowledged: set[str] = set()
    for kill in range(30):
        with running(library) as server:
            listed = get(f"{server.url}/articles?limit=1000").json()["articles"]
            assert acknowledged <= {item["id"] for item in listed}
            assert all(item["paragraphs"] == 3 for item in listed)
            timer = threading.Timer(moments.uniform(0.05, 1.0), server.process.kill)
            timer.start()
            for number in range(10_000):
                paragraphs = [f"Council {kill} of place {number} met on day {day} and voted." for day in range(3)]
                story = {"headline": f"Vote {number}", "paragraphs": paragraphs}
                name = f"a{kill}-{number}"
                try:
                    if httpx.put(f"{server.url}/articles/{name}", json=story).status_code == 201:
                        acknowledged.add(name)
                except httpx.TransportError:
                    break
            timer.join()
        wrong = {finding.what: finding.detail for finding in examine(library) if not finding.well}
        assert set(wrong) <= {"ranking"}, wrong
    print(f"{len(acknowledged)} writes acknowledged, all there after 30 kills")
    assert len(acknowledged) > 30


def taken(url: str, body: dict[str, Any]) -> httpx.Response:
    """What a process answers that is ready; each time over another connection, so that either may take it."""
    while (response := post(url, json=body)).status_code == 503:
        time.sleep(0.05)
    return response


def test_several_processes_serve_one_library(tmp_path: Path) -> None:
    """Whoever takes a question answers from what any has taken in; counts are of all; SIGTERM ends all."""
    with running(tmp_path / "library", PULLQUOTE_PROCESSES="2") as server:
        assert taken(f"{server.url}/articles", STORY).status_code == 201
        for number in range(8):
            reply = taken(f"{server.url}/ask", {"question": f"Who is the mayor, {number}?", "min_confidence": 0}).json()
            assert (reply["library_version"], "Ana Ortiz" in reply["answers"][0]["text"]) == (1, True)
        while get(f"{server.url}/readyz").status_code != 200:
            time.sleep(0.05)
        counted = get(f"{server.url}/metrics").text
        assert 'pullquote_requests_total{method="POST",route="/ask",status="200"} 8.0' in counted
        assert "pullquote_library_articles 1.0" in counted
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(600) == 0
        assert server.log.read_text().count("Started server process") == 2
    assert all(finding.well for finding in examine(tmp_path / "library"))


def test_several_processes_end_when_the_library_cannot_be_opened(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "catalog.sqlite3").write_text("no database at all, just some text" * 100)
    server = Server(library, PULLQUOTE_PROCESSES="2")
    assert server.process.wait(600) == 1
    assert "not a Pullquote catalog" in server.log.read_text()
