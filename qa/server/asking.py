"""A question that came over the network: it waits its turn, is answered in a thread, counted and logged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any

from qa.answers import Question, Reply
from qa.server.pool import Full
from qa.server.problems import Problem
from qa.server.service import RETRY_SECONDS, Service


async def reply_to(
    question: Question, service: Service, gone: Callable[[], Awaitable[bool]], facts: dict[str, Any]
) -> Reply:
    """The reply; ``facts`` for the log are put into the last argument. ``gone`` says whether nobody waits any more.

    Raises:
        Problem: 503 while the models load, or if too many questions wait.
        Gone: nobody waited for the answer.
    """
    engine = service.ready
    came = time.perf_counter()

    def work() -> Reply:
        brief = 0 < service.settings.fast_when_waiting <= service.pool.waiting
        if question.budget_ms is None:
            return engine.ask(question, brief=brief)
        left = question.budget_ms - 1_000 * (time.perf_counter() - came)  # waiting counts
        return engine.ask(replace(question, budget_ms=max(0.0, left)), brief=brief)

    try:
        # Readers of one story ask the same: who does so has no need to wait for those who ask something else.
        given = await asyncio.to_thread(engine.given, question) if service.pool.busy else None
        reply = given or await service.pool.run(work, gone)
    except Full:
        raise Problem(503, "Too many questions are waiting; try again.", retry_after=RETRY_SECONDS) from None
    service.metrics.reply(reply)
    if service.keeper is not None:
        service.keeper.keep(question, reply)
    facts |= {"reply": reply.id, "outcome": reply.reason or reply.status, **asdict(reply.timing_ms)}
    if service.settings.log_questions:
        facts["question"] = question.text
    return reply
