"""A client of a running server. It gives what :class:`~qa.engine.Engine` gives, so front ends take either.

>>> with Client("http://127.0.0.1:8000") as client:             # doctest: +SKIP
...     reply = client.ask(Question("Who resigned on Friday?"))
...     reply.answers[0].citations[0].quote
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx

from index.times import DEFAULT_ZONE, instant_of, written
from qa.answers import Headline, Question, Reply
from qa.errors import ServerRefused, ServerUnavailable
from qa.feedback import Feedback
from qa.newsroom import ArticleView

T = TypeVar("T")
_PAGE = 1_000


class Client:
    """Asks a server. Thread-safe; a context manager."""

    def __init__(
        self, url: str, key: str | None = None, *, timeout: float = 60.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        """``url`` is the server's, as ``http://127.0.0.1:8000``; ``timeout`` in seconds.

        Raises:
            ServerUnavailable: ``url`` is not one, or ``key`` is no key.
        """
        secret = (key or "").strip()
        if not (secret.isascii() and secret.isprintable()):  # never shown: part of it may be right
            raise ServerUnavailable(
                "the key for the server holds characters that are in no key; give the whole line that"
                " `pullquote serve --new-key` printed first"
            )
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        if not url.startswith(("http://", "https://")):
            raise ServerUnavailable(f"{url!r} is not the address of a server; it looks like http://127.0.0.1:8000")
        self._url = url.rstrip("/")
        try:
            self._http = httpx.Client(base_url=self._url, headers=headers, timeout=timeout, transport=transport)
        except httpx.InvalidURL:
            raise ServerUnavailable(
                f"{url!r} is not the address of a server; it looks like http://127.0.0.1:8000"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(self, question: Question | str) -> Reply:
        """The reply of ``POST /ask``.

        Raises:
            ServerUnavailable, ServerRefused: see ``qa.errors``.
        """
        asked = Question(question) if isinstance(question, str) else question
        return self._understood(Reply.from_json, self._json("POST", "/ask", json=asked.to_json()))

    def article(self, article_id: str) -> ArticleView | None:
        """The article, or ``None`` if the server has none of that id.

        Raises:
            ServerUnavailable, ServerRefused: see ``qa.errors``.
        """
        try:
            body = self._json("GET", f"/articles/{quote(article_id, safe='')}")
        except ServerRefused as error:
            if error.status == 404:
                return None
            raise
        return self._understood(ArticleView.from_json, body)

    def headlines(self) -> Iterator[Headline]:
        """Every article by name, newest first.

        Raises:
            ServerUnavailable, ServerRefused: see ``qa.errors``.
        """
        found: list[Headline] = []
        after: str | None = None
        while True:
            query: dict[str, Any] = {"limit": _PAGE} | ({"after": after} if after else {})
            some, after = self._understood(_page, self._json("GET", "/articles", params=query))
            found += some
            if after is None:
                break
        yield from sorted((h for h in found if h.published), key=_newest, reverse=True)
        yield from (h for h in found if not h.published)

    def rate(self, feedback: Feedback) -> None:
        """What ``POST /feedback`` does.

        Raises:
            ServerUnavailable, ServerRefused: see ``qa.errors``.
        """
        self._json("POST", "/feedback", json=feedback.to_json())

    def _json(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            response = self._http.request(method, path, **arguments)
            body = response.json()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServerUnavailable(
                f"no answer from {self._url} ({error}); is it running? start it with: pullquote serve"
            ) from error
        except ValueError:
            raise ServerRefused(f"{self._url} is not a Pullquote server", response.status_code, "not_json") from None
        if response.is_success:
            return body
        detail = body.get("detail") if isinstance(body, dict) else None
        message = f"{self._url} says: {detail or response.reason_phrase}"
        if response.status_code in (429, 503):
            wait = response.headers.get("Retry-After", "")
            raise ServerUnavailable(message, float(wait) if wait.isdecimal() else None)
        code = body.get("code", "") if isinstance(body, dict) else ""
        raise ServerRefused(message, response.status_code, str(code))

    def _understood(self, read: Callable[[Any], T], body: Any) -> T:
        try:
            return read(body)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise ServerRefused(
                f"{self._url} is not a Pullquote server, or one of another version: its answer cannot be read",
                200,
                "not_understood",
            ) from None


def _page(body: dict[str, Any]) -> tuple[list[Headline], str | None]:
    """What ``GET /articles`` lists, and behind which one it goes on."""
    return [Headline.from_json(item | {"article_id": item["id"]}) for item in body["articles"]], body["next"]


def _newest(headline: Headline) -> str:
    return written(instant_of(headline.moment, DEFAULT_ZONE)) if headline.moment else ""
