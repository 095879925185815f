"""Who may come in: hosts, origins, keys, rates, and how long a body may be. Before anything costs anything."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter, OrderedDict
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.server.problems import Problem, problem_response, request_id
from qa.server.settings import LOOPBACK, Holder, ServerSettings

OPEN = frozenset({"/healthz", "/readyz", "/docs", "/openapi.json"})
"""Paths that need no key and are not counted."""
PAGE = frozenset({"/", "/chat.js"})
"""Paths of the chat, which need no key where it is served."""
EMBEDDED = frozenset({"/widget.js"})
"""Paths that need no key and that every page may load."""
ASKING = frozenset({("POST", "/ask"), ("GET", "/ask")})
FEEDBACK = ("POST", "/feedback")
FOR_PAGES = ASKING | {("GET", "/widget.json"), FEEDBACK}
"""All that a key for pages may do."""
MAX_FEEDBACK_BYTES = 16_384
_MAY_NOT = {"write": "write", "ask": "ask", "feedback": "say what is thought of answers"}
_MAX_CLIENTS = 10_000
_DAY_SECONDS = 86_400
_AT_ONCE = 10
"""Requests that even a slow bucket holds."""
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


class RateLimit:
    """A token bucket for each client: a quarter of a minute's requests at once, or the first ten, then evenly."""

    def __init__(self, per_minute: int) -> None:
        self._rate = per_minute / 60
        self._size = max(per_minute / 4, float(min(per_minute, _AT_ONCE)))
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, now: float) -> float:
        """0 if ``client`` may go on at ``now`` (seconds), else the seconds that it has to wait."""
        tokens, then = self._buckets.pop(client, (self._size, now))
        tokens = min(self._size, tokens + (now - then) * self._rate)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
        self._buckets[client] = (tokens if wait else tokens - 1, now)
        if len(self._buckets) > _MAX_CLIENTS:
            self._buckets.popitem(last=False)
        return wait


class PageLimits:
    """What a key for pages is worth: its readers have a bucket each and one together, and it has a daily quota.

    Everybody can read such a key: whoever floods with it must take nothing from private keys, nor, from one address,
    the key's quota from its readers.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self._readers = RateLimit(settings.page_per_minute)
        self._keys = RateLimit(settings.page_key_per_minute)
        self._quota = settings.page_per_day
        self._day = -1
        self._asked: Counter[str] = Counter()

    def check(self, key: str, address: str, *, asks: bool, now: float, clock: float) -> None:
        """Let a request through; ``now`` is monotonic, ``clock`` seconds since 1970 in UTC.

        Raises:
            Problem: 429, with the seconds to wait.
        """
        wait = self._readers.wait(f"{key} {network(address)}", now) or self._keys.wait(key, now)
        if wait:
            raise _too_many(wait)
        if not asks:
            return
        day = int(clock // _DAY_SECONDS)
        if day != self._day:
            self._day = day
            self._asked.clear()
        if self._asked[key] >= self._quota:
            raise _too_many((day + 1) * _DAY_SECONDS - clock)
        self._asked[key] += 1


def network(address: str) -> str:
    """The address, of IPv6 the /64 that a household has: its other half changes at will."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))


class Access:
    """ASGI middleware that lets a request through, its body read and bounded, or answers with a problem."""

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self._app = app
        self._settings = settings
        self._rates = RateLimit(settings.limit) if settings.limit else None
        self._feedback = RateLimit(settings.feedback_per_minute)
        self._pages = PageLimits(settings)
        self._open = OPEN | EMBEDDED | (PAGE if settings.serves_page else frozenset())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            headers = Headers(scope=scope)
            self._check_host(headers)
            if scope["path"] not in EMBEDDED:
                self._check_origin(headers)
            if scope["path"] not in self._open:
                self._check_key(scope, headers)
            body = await self._body(scope, headers, receive)
        except Problem as problem:
            await problem_response(problem, request_id(scope))(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)

    def _check_host(self, headers: Headers) -> None:
        """Without keys a browser must not be led here under another name (DNS rebinding)."""
        allowed = self._settings.allowed_hosts
        if self._settings.keys and not allowed:
            return
        host = re.sub(r":\d+$", "", headers.get("host", "").lower()).strip("[]")
        if host not in (*LOOPBACK, *allowed):
            raise Problem(403, "This host name is not one of this server's; see the setting allowed_hosts.")

    def _check_origin(self, headers: Headers) -> None:
        """Without keys every page that a browser shows could ask and write; only the allowed ones may."""
        origin = headers.get("origin")
        if origin is None or self._settings.keys or origin in self._settings.allow_origins:
            return
        if re.sub(r"^https?://", "", origin) != headers.get("host"):
            raise Problem(403, "This page may not call this server; see the setting allow_origins.")

    def _check_key(self, scope: Scope, headers: Headers) -> None:
        """Rights and rates of whoever comes: of a key, or without keys of an address."""
        address = str(scope["client"][0]) if scope.get("client") else "-"
        write = scope["method"] in ("PUT", "DELETE", "PATCH") or (scope["method"], scope["path"]) == (
            "POST",
            "/articles",
        )
        rates = (scope["method"], scope["path"]) == FEEDBACK
        scope["state"]["may_write"] = not self._settings.keys and _direct(address, headers)
        scope["state"]["may_rate"] = not self._settings.keys
        if not self._settings.keys:
            if write and not _direct(address, headers):
                raise Problem(403, "Without keys only this machine itself may write; see the setting keys.")
            self._check_rate(address, rates=rates)
            return
        scheme, _, secret = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            secret = headers.get("x-api-key", "")
        found = self._settings.holder(secret.strip()) if secret else None
        if found is None:
            raise Problem(401, "Send a key of this server: the header Authorization: Bearer KEY.")
        scope["state"]["key"] = found.name
        if found.origins:
            self._check_page(scope, headers, found, address)
            scope["state"]["may_rate"] = True
            if rates:
                self._check_rate(f"{found.name} {network(address)}", rates=True)
            return
        scope["state"]["may_write"] = "write" in found.rights
        scope["state"]["may_rate"] = "feedback" in found.rights
        needed = "write" if write else "feedback" if rates else "ask"
        if needed not in found.rights:
            raise Problem(403, f"This key may not {_MAY_NOT[needed]}.")
        self._check_rate(f"{found.name} {address}", rates=rates)  # several may share a key, but not one bucket

    def _check_page(self, scope: Scope, headers: Headers, found: Holder, address: str) -> None:
        """A key for pages asks from its origins alone; a browser says where it is, and pages cannot change that."""
        if (scope["method"], scope["path"]) not in FOR_PAGES:
            raise Problem(403, "This key is for pages: it may only ask.")
        origin = headers.get("origin")
        if origin is None and headers.get("sec-fetch-site") == "same-origin":  # its own pages, when they only read
            host = headers.get("host")
            origin = next((one for one in found.origins if one.partition("://")[2] == host), None)
        if origin not in found.origins:
            raise Problem(403, "This key is for other pages; see the setting keys.")
        scope["state"]["page"] = True
        asks = (scope["method"], scope["path"]) in ASKING
        self._pages.check(found.name, address, asks=asks, now=time.monotonic(), clock=datetime.now(UTC).timestamp())

    def _check_rate(self, client: str, *, rates: bool = False) -> None:
        """``rates``: it gives feedback, which has a limit of its own."""
        limit = self._feedback if rates else self._rates
        wait = limit.wait(client, time.monotonic()) if limit is not None else 0.0
        if wait:
            raise _too_many(wait)

    async def _body(self, scope: Scope, headers: Headers, receive: Receive) -> bytes:
        """The whole body; of a client that went away, nothing."""
        limit = self._settings.max_ask_bytes
        if scope["path"].startswith("/articles"):
            limit = self._settings.max_articles_bytes
        elif scope["path"] == FEEDBACK[1]:
            limit = MAX_FEEDBACK_BYTES
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            raise Problem(400, "The Content-Length is not a number.")
        if int(length) > limit:
            raise _too_large(limit)
        body = bytearray()
        more = True
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                while more:
                    message = await receive()
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
                    if len(body) > limit:
                        raise _too_large(limit)
        except TimeoutError:
            raise Problem(408, f"The body was not here after {self._settings.body_seconds:g} s.") from None
        return bytes(body)


def _direct(address: str, headers: Headers) -> bool:
    """Whether a request comes from this machine itself, and nobody handed it on."""
    return (address in LOOPBACK or address.startswith("127.")) and not any(name in headers for name in _FORWARDED)


def _too_many(wait: float) -> Problem:
    return Problem(429, "Too many requests; wait as Retry-After says.", retry_after=int(wait) + 1)


def _too_large(limit: int) -> Problem:
    return Problem(413, f"The body is longer than {limit:,} bytes; send less at once.")


def _replayed(body: bytes, receive: Receive) -> Receive:
    """``receive`` as if ``body`` came in one piece; after it, whatever the client does next."""
    first = [True]

    async def replay() -> Message:
        if first.pop() if first else False:
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay
