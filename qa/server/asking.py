"""A question that came over the network: it waits its turn, is answered in a thread, counted and logged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any

from qa.answers import Question, Reply
from qa.server.pool import Full, until
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
        reply = await _given(question, service, gone) or await _in_turn(question, service, work, gone)
    except Full:
        raise Problem(503, "Too many questions are waiting; try again.", retry_after=RETRY_SECONDS) from None
    service.metrics.reply(reply)
    if service.keeper is not None:
        service.keeper.keep(question, reply)
    facts |= {"reply": reply.id, "outcome": reply.reason or reply.status, **asdict(reply.timing_ms)}
    if service.settings.log_questions:
        facts["question"] = question.text
    return reply


async def _given(question: Question, service: Service, gone: Callable[[], Awaitable[bool]]) -> Reply | None:
    """The reply that another got to the same question, or gets now.

    Readers of one story ask the same: who does so waits for that one answer, not behind those who ask something else.
    Whether it is still true is the cache's to say.
    """
    engine = service.ready
    same = service.asked.get(question)
    if engine.cache is None or (same is None and not service.pool.busy):
        return None
    if same is not None and question.budget_ms is None and service.following < service.settings.queue:
        service.following += 1
        try:
            await until(same, gone)
        finally:
            service.following -= 1
    return await asyncio.to_thread(engine.given, question)


async def _in_turn(
    question: Question, service: Service, work: Callable[[], Reply], gone: Callable[[], Awaitable[bool]]
) -> Reply:
    """The reply, once it is this question's turn; who asks the same meanwhile can wait for it."""
    done = asyncio.get_running_loop().create_future()
    first = service.asked.setdefault(question, done) is done
    try:
        return await service.pool.run(work, gone)
    finally:
        if first:
            del service.asked[question]
        done.set_result(None)
