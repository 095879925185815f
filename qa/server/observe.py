"""What is known of every request: its id, its log line, its count; and headers that keep browsers careful."""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.server.metrics import Metrics
from qa.server.problems import problem_response, unexpected

LOG = logging.getLogger("pullquote")
_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Counted by name: of others a client can make up as many as it likes, and each would be kept."""
MAX_LOGGED_PATH = 200


class JsonLines(logging.Formatter):
    """A log record as one line of ASCII JSON: what a client sent can start no new line and steer no terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """See the class."""
        body: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        body |= getattr(record, "facts", {})
        if record.exc_info:
            body["traceback"] = self.formatException(record.exc_info)
        return json.dumps(body, default=str)


class Observe:
    """The outermost ASGI middleware."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        scope["state"] = {**scope.get("state", {}), "request_id": request_id, "facts": {}}
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            LOG.exception("unexpected error", extra={"facts": {"request_id": request_id}})
            if status:
                raise  # too late for another answer: the server cuts the connection
            await problem_response(unexpected(), request_id)(scope, receive, send_with_headers)
        finally:
            route = getattr(scope.get("route"), "path", "(none)")
            named = route != "(none)" and scope["method"] in _METHODS
            self._metrics.request(scope["method"] if named else "(any)", route, status)
            facts = {
                "request_id": request_id,
                "method": scope["method"][:20],
                "path": scope["path"][:MAX_LOGGED_PATH],
                "status": status,
                "ms": round(1_000 * (time.perf_counter() - began), 1),
                "client": scope["state"].get("key") or (scope["client"][0] if scope.get("client") else None),
            }
            LOG.info("request", extra={"facts": facts | scope["state"]["facts"]})
