"""A client of a running server. It gives what :class:`~qa.engine.Engine` gives, so front ends take either.

>>> with Client("http://127.0.0.1:8000") as client:             # doctest: +SKIP
...     reply = client.ask(Question("Who resigned on Friday?"))
...     reply.answers[0].citations[0].quote
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from index.times import DEFAULT_ZONE, instant_of, written
from qa.answers import Headline, Question, Reply
from qa.errors import ServerRefused, ServerUnavailable
from qa.feedback import Feedback
from qa.newsroom import ArticleView

_PAGE = 1_000


class Client:
    """Asks a server. Thread-safe; a context manager."""

    def __init__(
        self, url: str, key: str | None = None, *, timeout: float = 60.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        """``url`` is the server's, as ``http://127.0.0.1:8000``; ``timeout`` in seconds.

        Raises:
            ServerUnavailable: ``url`` is not one.
        """
        headers = {"Authorization": f"Bearer {key}"} if key else {}
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
        return Reply.from_json(self._json("POST", "/ask", json=asked.to_json()))

    def article(self, article_id: str) -> ArticleView | None:
        """The article, or ``None`` if the server has none of that id.

        Raises:
            ServerUnavailable, ServerRefused: see ``qa.errors``.
        """
        try:
            return ArticleView.from_json(self._json("GET", f"/articles/{quote(article_id, safe='')}"))
        except ServerRefused as error:
            if error.status == 404:
                return None
            raise

    def headlines(self) -> Iterator[Headline]:
        """Every article by name, newest first.

        Raises:
            ServerUnavailable, ServerRefused: see ``qa.errors``.
        """
        found: list[Headline] = []
        after: str | None = None
        while True:
            query: dict[str, Any] = {"limit": _PAGE} | ({"after": after} if after else {})
            page = self._json("GET", "/articles", params=query)
            found += [Headline.from_json(item | {"article_id": item["id"]}) for item in page["articles"]]
            after = page["next"]
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


def _newest(headline: Headline) -> str:
    return written(instant_of(headline.moment, DEFAULT_ZONE)) if headline.moment else ""
