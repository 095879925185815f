"""Pages, feeds and sitemaps over HTTP: politely, bounded, and only when somebody asks for it.

Sizes, times and redirects have limits; robots.txt is respected (RFC 9309); what has not changed is not sent again
(ETag, Last-Modified); a host is asked no faster than the set rate; private addresses are refused unless allowed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx

from index.connections import TOO_SLOWLY, NotPublic, Transport
from index.errors import SourceError

MAX_REDIRECTS = 5
MAX_BYTES = 32 * 1024 * 1024
"""Of one answer, unpacked. A sitemap may have 50 MB by its protocol; those of news have a thousand addresses."""
_MAX_ROBOTS_BYTES = 512 * 1024  # RFC 9309, 2.5
_MAX_WAIT_SECONDS = 60.0
_MAX_RETRY_SECONDS = 24 * 3600.0
_ANSWER_TIMES = 3
"""So many times as long as the server may be silent, a whole answer may take."""
_ROBOTS_SECONDS = 24 * 3600.0
NAME = "Pullquote"
"""What robots.txt calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How to fetch. ``agent`` names the newsroom in the User-Agent; ``rate`` is requests a second to one host."""

    agent: str = ""
    timeout: float = 20.0
    rate: float = 1.0
    robots: bool = True
    allow_private: bool = False

    @property
    def user_agent(self) -> str:
        """``Pullquote/0.1.0 (The Calder Post; desk@calder.example)``."""
        return f"{NAME}/{version('pullquote')}" + (f" ({self.agent})" if self.agent else "")


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server told of a version, to be asked with next time."""

    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. ``data`` is ``None`` if nothing has changed since the validators; ``url`` is where it was found."""

    url: str
    data: bytes | None
    content_type: str
    charset: str | None
    validators: Validators


class FetchError(SourceError):
    """An address that could not be fetched. ``gone`` if the server says that it is (404, 410); else try again later.

    ``after`` is how many seconds the server asked to wait, or 0.
    """

    def __init__(self, where: str, message: str, *, gone: bool = False, after: float = 0.0) -> None:
        super().__init__(where, message)
        self.gone = gone
        self.after = after


class Fetcher:
    """Fetches; close it when done. For one thread."""

    def __init__(
        self,
        manners: Manners = Manners(),
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._manners = manners
        self._sleep = sleep
        self._clock = clock
        self._robots: dict[str, tuple[float, Any]] = {}
        self._next: dict[str, float] = {}
        self._client = httpx.Client(
            transport=Transport(allow_private=manners.allow_private, seconds=_ANSWER_TIMES * manners.timeout),
            headers={"User-Agent": manners.user_agent, "Accept-Encoding": "gzip, deflate"},
            timeout=manners.timeout,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def get(self, url: str, known: Validators = Validators()) -> Fetched:
        """What is at ``url``, following up to ``MAX_REDIRECTS``; ``known`` is of the version that is here already.

        Raises:
            FetchError: it cannot be had, or is not to be fetched.
        """
        at = url
        for _ in range(MAX_REDIRECTS + 1):
            if not _is_http(at):
                raise FetchError(url, f"leads to {at[:200]!r}, which is no http address")
            if self._manners.robots:
                self._ask_robots(url, at)
            answer, onward = self._ask(url, at, known)
            if answer:
                return replace(answer, url=at)
            at = _joined(at, onward)
        raise FetchError(url, f"was redirected more than {MAX_REDIRECTS} times")

    def _ask(self, url: str, at: str, known: Validators) -> tuple[Fetched | None, str]:
        """One request: the answer, or where it is redirected to."""
        headers = {}
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.modified:
            headers["If-Modified-Since"] = known.modified
        self._wait(at)
        try:
            with self._client.stream("GET", at, headers=headers) as answer:
                if answer.is_redirect and "location" in answer.headers:
                    return None, answer.headers["location"]
                self._check(url, answer)
                data = None if answer.status_code == httpx.codes.NOT_MODIFIED else self._read(url, answer)
                held = Validators(answer.headers.get("etag"), answer.headers.get("last-modified"))
                kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
                unchanged = known if data is None and held == Validators() else held
                return Fetched(at, data, kind, answer.charset_encoding, unchanged), ""
        except NotPublic as error:
            raise FetchError(url, f"{error} is a private address; to allow it: --allow-private") from None
        except httpx.TimeoutException as error:
            silent = f"gave no answer within {self._manners.timeout:g} s"
            why = TOO_SLOWLY if str(error) == TOO_SLOWLY else silent
            raise FetchError(url, f"{why}; try again later") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise FetchError(url, f"cannot be fetched ({str(error) or type(error).__name__})") from None

    def _check(self, url: str, answer: httpx.Response) -> None:
        status = answer.status_code
        if status in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
            raise FetchError(url, f"is not there any more ({status})", gone=True)
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.PAYMENT_REQUIRED, httpx.codes.FORBIDDEN):
            raise FetchError(url, f"is not for everybody ({status}); export it from your content system instead")
        if status != httpx.codes.NOT_MODIFIED and not answer.is_success:
            raise FetchError(url, f"the server says {status}; try again later", after=_seconds(answer))

    def _read(self, url: str, answer: httpx.Response) -> bytes:
        pieces, total = [], 0
        for piece in answer.iter_bytes(65_536):
            total += len(piece)
            if total > MAX_BYTES:
                raise FetchError(url, f"is longer than {MAX_BYTES // 1_048_576} MiB")
            pieces.append(piece)
        return b"".join(pieces)

    def _wait(self, url: str, delay: float = 0.0) -> None:
        """Until the host may be asked again."""
        host = urlsplit(url).netloc
        now = self._clock()
        ready = self._next.get(host, now)
        if ready > now:
            self._sleep(ready - now)
        gap = max(1 / self._manners.rate if self._manners.rate > 0 else 0.0, delay, self._delay(host))
        self._next[host] = max(now, ready) + gap

    def _delay(self, host: str) -> float:
        for scheme in ("https", "http"):
            rules = self._robots.get(f"{scheme}://{host}", (0.0, None))[1]
            if rules is not None:
                return min(float(rules.crawl_delay(NAME) or 0.0), _MAX_WAIT_SECONDS)
        return 0.0

    def _ask_robots(self, url: str, at: str) -> None:
        """Go on if robots.txt allows ``at``, or if there is none.

        Raises:
            FetchError: it does not, or cannot be had: then nothing is allowed.
        """
        parts = urlsplit(at)
        site = f"{parts.scheme}://{parts.netloc}"
        when, rules = self._robots.get(site, (float("-inf"), None))
        if self._clock() - when > _ROBOTS_SECONDS:
            rules = self._read_robots(url, site)
            self._robots[site] = (self._clock(), rules)
        if rules is not None and not rules.can_fetch(at, NAME):
            raise FetchError(url, f"robots.txt of {parts.hostname} asks {NAME} to stay away")

    def _read_robots(self, url: str, site: str) -> Any:
        """The rules of a site; ``None`` if it has none."""
        from protego import Protego

        at = f"{site}/robots.txt"
        for _ in range(MAX_REDIRECTS + 1):
            try:
                with self._client.stream("GET", at) as answer:
                    if answer.is_redirect and "location" in answer.headers:
                        at = _joined(at, answer.headers["location"])
                        continue
                    if answer.is_server_error:
                        raise FetchError(url, f"its robots.txt cannot be had ({answer.status_code}); try again later")
                    return Protego.parse(_beginning(answer)) if answer.is_success else None
            except NotPublic as error:
                raise FetchError(url, f"{error} is a private address; to allow it: --allow-private") from None
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
                raise FetchError(url, f"cannot be fetched ({str(error) or type(error).__name__})") from None
        return None


def _beginning(answer: httpx.Response) -> str:
    data = b""
    for piece in answer.iter_bytes(65_536):
        data += piece
        if len(data) > _MAX_ROBOTS_BYTES:
            break
    return data[:_MAX_ROBOTS_BYTES].decode("utf-8", "replace")


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # half a bracket
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _joined(at: str, onward: str) -> str:
    """Where ``onward`` leads from ``at``; itself, if it leads nowhere."""
    try:
        return urljoin(at, onward)
    except ValueError:
        return onward


def _seconds(answer: httpx.Response) -> float:
    """How long ``Retry-After`` asks to wait; 0 if it does not."""
    said = answer.headers.get("retry-after", "")
    if said.isdecimal():
        return min(float(said), _MAX_RETRY_SECONDS)
    try:
        from datetime import UTC, datetime

        seconds = (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds() if said else 0.0
        return min(max(0.0, seconds), _MAX_RETRY_SECONDS)
    except (ValueError, TypeError):
        return 0.0
