"""The address /mcp: the tools of :mod:`qa.server.assistant` over streamable HTTP, with the API's keys and queue."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import Receive, Scope, Send

from index.articles import Article, Filters
from index.ranking.fusion import Hit
from index.store import Version
from qa.answers import Question, Reply
from qa.engine import Engine
from qa.server.asking import reply_to
from qa.server.assistant import assistant_server, found, readable
from qa.server.pool import Full
from qa.server.problems import Problem
from qa.server.service import Service


class Assistants:
    """An ASGI application; every request stands for itself, so that nothing is kept for whoever does not come back.

    Hosts, origins, keys, rates and lengths are looked at before it, in :mod:`qa.server.access`.
    """

    def __init__(self, service: Service) -> None:
        server = assistant_server(_Queued(service))
        trusting = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        server.streamable_http_app(json_response=True, stateless_http=True, transport_security=trusting)
        self._sessions = server.session_manager

    def run(self) -> AbstractAsyncContextManager[None]:
        """While it serves."""
        return self._sessions.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        await self._sessions.handle_request(scope, receive, send)


class _Queued:
    """The service as the tools ask it."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def ask(self, question: Question) -> Reply:
        facts: dict[str, Any] = {}
        try:
            return await reply_to(question, self._service, _never, facts)
        except Problem as problem:
            raise ToolError(problem.detail) from None

    async def search(self, query: str, k: int, filters: Filters) -> list[tuple[Hit, Article]]:
        engine = self._engine()
        try:
            return await self._service.pool.run(lambda: found(engine, query, k, filters), _never)
        except Full:
            raise ToolError("Too many questions are waiting; try again.") from None

    async def article(self, article_id: str) -> Article | None:
        return await asyncio.to_thread(readable, self._engine(), article_id)

    async def versions(self, article_id: str) -> list[Version]:
        return await asyncio.to_thread(self._engine().library.versions, article_id)

    def _engine(self) -> Engine:
        try:
            return self._service.ready
        except Problem as problem:
            raise ToolError(problem.detail) from None


async def _never() -> bool:
    """The package ends a call whose caller has gone."""
    return False
