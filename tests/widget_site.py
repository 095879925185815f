"""What the component meets: a newsroom's pages, and a server of written replies. Each on an origin of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parent.parent / "qa" / "server" / "static"
Given = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""


@dataclass
class Seen:
    """A request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Site:
    """A server on loopback; ``answer`` makes the response to each request."""

    answer: Callable[[Seen], Given]
    url: str = ""
    seen: list[Seen] = field(default_factory=list)

    def asked(self) -> list[Any]:
        """The bodies of the questions that came, in order."""
        return [request.body for request in self.seen if request.path == "/ask" and request.method == "POST"]


@contextmanager
def serving(answer: Callable[[Seen], Given]) -> Iterator[Site]:
    """A running :class:`Site`."""
    site = Site(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            request = Seen(self.command, self.path, dict(self.headers), json.loads(body) if body else None)
            site.seen.append(request)
            status, headers, sent = site.answer(request)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(sent)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_OPTIONS = _do  # noqa: N815 - http.server calls them so

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def as_json(body: Any, status: int = 200, **headers: str) -> Given:
    """A JSON response."""
    return status, {"Content-Type": "application/json", **headers}, json.dumps(body).encode()


class Pullquote:
    """The server's part as far as the component sees it.

    ``replies`` by question, or several in a list; ``offers`` for /widget.json, which an older server does not have
    (``None``).
    """

    def __init__(self) -> None:
        self.replies: dict[str, Any] = {}
        self.offers: dict[str, Any] | None = {}

    def __call__(self, request: Seen) -> Given:
        """The response, readable from every page."""
        status, headers, body = self._answer(request)
        cors = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "authorization, content-type"}
        return status, headers | cors | {"Access-Control-Expose-Headers": "Retry-After"}, body

    def _answer(self, request: Seen) -> Given:
        path = request.path.partition("?")[0]
        if request.method == "OPTIONS":
            return 204, {}, b""
        if path == "/widget.js":
            return 200, {"Content-Type": "text/javascript"}, (STATIC / "widget.js").read_bytes()
        if path == "/widget.json" and self.offers is not None:
            return as_json(self.offers)
        if path == "/feedback":
            return 204, {}, b""
        if path == "/ask":
            found = self.replies.get(request.body["question"], reply())
            if isinstance(found, list):  # one after the other, the last for good
                found = found.pop(0) if len(found) > 1 else found[0]
            return found if isinstance(found, tuple) else as_json({"question": request.body["question"]} | found)
        return as_json({"detail": "nothing here"}, 404)


SENTENCES = (
    "The town opened a new bridge on Friday.",
    "The bridge over the Arle cost 1.2 million euro – “a bargain” 🌉, the mayor, Ana Ortiz, said.",
    "Work on the second pier begins in May.",
)


def citation(quote: str, sentence: str = SENTENCES[1], **fields: Any) -> dict[str, Any]:
    """A citation of ``quote`` in ``sentence``, which starts at 100 in an article named bridge."""
    at = sentence.index(quote) if quote in sentence else 0
    made = {
        "article_id": "bridge", "headline": "Town opens bridge", "source": "The Daily", "author": "A. Reporter",
        "published": "2024-05-03", "url": "https://news.example/bridge",
        "deep_link": "https://news.example/bridge#:~:text=bridge", "paragraph": 2, "quote": quote,
        "start": 100 + at, "end": 100 + at + len(quote), "sentence": sentence, "sentence_start": 100,
        "sentence_end": 100 + len(sentence), "article_sha256": "0" * 64,
    }  # fmt: skip
    return made | fields


def near(**fields: Any) -> dict[str, Any]:
    """An article by name with its best sentence, as ``nearest`` and ``newer`` give it."""
    made = {
        "article_id": "pier", "headline": "Second pier", "source": "W", "published": "2024-06-01",
        "url": "https://w.example/pier", "sentence": SENTENCES[2], "paragraph": 3, "start": 0, "end": 38,
        "deep_link": "https://w.example/pier#:~:text=Work",
    }  # fmt: skip
    return made | fields


def answer(text: str, confidence: float = 0.91, **fields: Any) -> dict[str, Any]:
    """An answer that stands in one place."""
    return {"text": text, "confidence": confidence, "citations": [citation(text)]} | fields


def reply(*answers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The body of a reply; without answers it has none."""
    made = {
        "id": "r1", "status": "answered" if answers else "no_answer", "reason": None if answers else "weak_evidence",
        "understood_as": fields.get("question", ""), "answers": list(answers), "nearest": [], "passages": None,
        "passages_read": 10, "truncated": False, "timing_ms": {"search": 1, "read": 2, "total": 3},
        "library_version": 1,
    }  # fmt: skip
    return made | fields


def page(widget: str, server: str, *, lang: str = "en", csp: bool = True, extra: str = "", **headers: str) -> Given:
    """A story with the component under it, as a newsroom's page has it, under a strict policy."""
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    html = f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Town opens bridge</title>
<meta name="viewport" content="width=device-width"><script type="module" src="{server}/widget.js"></script></head>
<body><main><article><h1>Town opens bridge</h1>{extra}{paragraphs}</article>{widget}</main></body></html>"""
    policy = (
        f"default-src 'none'; script-src {server}; connect-src {server}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'"
    )
    given = {"Content-Type": "text/html; charset=utf-8"} | ({"Content-Security-Policy": policy} if csp else {})
    return 200, given | headers, html.encode()
