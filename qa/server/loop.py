"""The routes of the newsroom's loop: kept answers, what is thought of them, and questions to suggest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path as File
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from qa.errors import AnswersBusy, AnswersError, AnswersFull, AnswersMissing, FeedbackError
from qa.loop.database import Answers
from qa.loop.feedback import take
from qa.loop.suggested import ASKED_AT_LEAST, MAX_CHECKED, Suggestion, candidates, checked, in_order, of_article
from qa.newsroom import ArticleView
from qa.server.incoming import MAX_ID_CHARS
from qa.server.keeping import FeedbackIn, FeedbackOut, KeptOut, SuggestedOut
from qa.server.observe import LOG
from qa.server.openapi import problems
from qa.server.pool import Full, Gone
from qa.server.problems import Problem
from qa.server.requests import Holder, Id, MayWrite, Shared, StrictRoute
from qa.server.service import RETRY_SECONDS, Service

T = TypeVar("T")
WAIT_SECONDS = 1.0
"""For whoever else writes to the kept answers, and for an answer that is only just being written."""
MAX_CHECKS = 32
"""Articles whose questions wait to be checked."""

router = APIRouter(route_class=StrictRoute)
AnswerId = Annotated[str, Path(max_length=MAX_ID_CHARS, description="The reply's id.")]


@router.get(
    "/answers/{answer_id}", response_model=KeptOut, summary="Read a kept answer", responses=problems(404, 422, 503)
)
async def read_answer(answer_id: AnswerId, service: Shared) -> Response:
    """The question, the reply, what it rests on, and what was thought of it."""

    def work(answers: Answers) -> dict[str, Any]:
        ratings = [rating.to_json() for rating in answers.ratings(answer_id)]
        return answers.get(answer_id).to_json() | {"ratings": ratings}

    return JSONResponse(await _with_answers(service, work))


@router.delete(
    "/answers/{answer_id}", status_code=204, summary="Delete a kept answer", responses=problems(404, 422, 503, 507)
)
async def delete_answer(answer_id: AnswerId, service: Shared) -> Response:
    """With what was thought of it."""

    def work(answers: Answers) -> None:
        if not answers.forget(answer_id):
            raise AnswersMissing(f"no answer {answer_id!r} is kept")

    await _with_answers(service, work)
    return Response(status_code=204)


@router.post(
    "/feedback", response_model=FeedbackOut, summary="Say what is thought of an answer",
    responses=problems(400, 404, 408, 413, 415, 422, 503, 507),
)  # fmt: skip
async def give_feedback(body: FeedbackIn, service: Shared, holder: Holder, may_write: MayWrite) -> Response:
    """One voice for an answer and a key: a later one takes the place of the one before."""
    feedback = body.value()
    library = service.ready.library

    def article_of(article_id: str) -> ArticleView | None:
        found = library.article(article_id)
        return None if found is None or (library.is_embargoed(found) and not may_write) else ArticleView.of(found)

    try:
        replaced = await _with_answers(service, lambda answers: take(answers, feedback, holder, article_of))
    except FeedbackError as error:
        raise Problem(422, str(error), errors=[(error.field, error.message)]) from None
    service.metrics.feedback(feedback.verdict)
    return JSONResponse({"answer_id": feedback.answer_id, "verdict": feedback.verdict, "replaced": replaced})


@router.get(
    "/articles/{article_id:path}/questions", response_model=SuggestedOut, summary="Questions to suggest for an article",
    responses=problems(404, 422, 503),
)  # fmt: skip
async def article_questions(article_id: Id, request: Request, service: Shared, may_write: MayWrite) -> Response:
    """Those of its editors, and those that readers asked most, that are answered surely from it now; best first."""
    library = service.ready.library
    found = await asyncio.to_thread(library.article, article_id)
    if found is None or (library.is_embargoed(found) and not may_write):
        raise Problem(404, "There is no article of this id; see GET /articles.")
    article = ArticleView.of(found)
    asked = await asked_of(service, article_id)
    try:
        suggested = await suggestions(service, article, asked, request.is_disconnected)
    except Gone:
        return Response(status_code=499)  # nobody reads it; the log shows it
    except Full:
        raise Problem(503, "Too many questions are waiting; try again.", retry_after=RETRY_SECONDS) from None
    sure = [{"question": s.question, "by": s.by, "confidence": s.confidence, "answer": s.answer}
            for s in suggested if s.sure]  # fmt: skip
    return JSONResponse({"article_id": article_id, "questions": sure})


async def suggestions(
    service: Service, article: ArticleView, asked: list[str], gone: Callable[[], Awaitable[bool]]
) -> list[Suggestion]:
    """The candidates of an article, checked now unless they were since it changed; one article at a time.

    None while nothing is answered from it: that ends by itself, or by another article, and is not remembered.

    Raises:
        Full: too many articles, or questions, wait.
        Gone: nobody waited any more.
    """
    if await _rests(service, article.article_id):
        return []
    found = service.checked.get(article, asked)
    if found is not None:
        return found
    if service.checks_waiting >= MAX_CHECKS:
        raise Full
    engine = service.ready
    service.checks_waiting += 1
    try:
        async with service.checking:
            if (found := service.checked.get(article, asked)) is not None:
                return found
            found = []
            for text, by in candidates(article, asked):  # each waits its turn among the readers' questions
                reply = await service.pool.run(lambda text=text: engine.ask(of_article(text, article.article_id)), gone)  # type: ignore[misc]
                found.append(checked(text, by, article.article_id, reply))
            found = in_order(found)
            if not await _rests(service, article.article_id):
                service.checked.put(article, asked, found)
            return found
    finally:
        service.checks_waiting -= 1


async def suggested_now(service: Service, article_id: str) -> list[str]:
    """What is known to be answered surely from an article, without waiting; what is not known yet is found out."""
    article = await asyncio.to_thread(service.ready.article, article_id)
    if article is None or await _rests(service, article_id):
        return []
    asked = await asked_of(service, article_id)
    found = service.checked.get(article, asked)
    if found is None and candidates(article, asked):
        service.later(_quietly(service, article, asked))
    return [suggestion.question for suggestion in found or () if suggestion.sure]


async def _rests(service: Service, article_id: str) -> bool:
    return await asyncio.to_thread(service.ready.library.rests, article_id)


async def _quietly(service: Service, article: ArticleView, asked: list[str]) -> None:
    try:
        await suggestions(service, article, asked, _never)
    except (Full, Gone):
        pass  # the next reader asks again
    except Exception:  # noqa: BLE001 - a fault in a question that nobody waits for
        LOG.exception("the questions of %s cannot be checked", article.article_id)


async def _never() -> bool:
    return False


async def asked_of(service: Service, article_id: str) -> list[str]:
    """What readers asked most of an article; nothing where no answers are kept, or they cannot be read now."""
    if service.answers is None or not service.answers.exists():
        return []
    path = service.answers

    def work() -> list[str]:
        try:
            with Answers.open(path, wait=WAIT_SECONDS / 5) as answers:
                return [text for text, _ in answers.asked_about(article_id, least=ASKED_AT_LEAST, limit=MAX_CHECKED)]
        except AnswersError:
            return []

    return await asyncio.to_thread(work)


async def _with_answers(service: Service, work: Callable[[Answers], T]) -> T:
    """Do ``work`` with the kept answers, in a thread.

    Raises:
        Problem: there are none, or they cannot be used now.
    """
    if service.answers is None or service.keeper is None:
        raise Problem(404, "This server keeps no answers; see the setting keep_answers.")
    path, keeper = service.answers, service.keeper

    def opened(file: File) -> T:
        with Answers.open(file, wait=WAIT_SECONDS) as answers:
            return work(answers)

    def done() -> T:
        unwritten = keeper.waiting
        try:
            return opened(path)
        except AnswersMissing:
            if not unwritten:
                raise
            keeper.flush(WAIT_SECONDS)  # it may be among those that are being written
            return opened(path)

    try:
        return await asyncio.to_thread(done)
    except AnswersMissing:
        raise _unknown() from None
    except AnswersBusy:
        raise Problem(503, "Somebody else writes to the kept answers; try again.", retry_after=RETRY_SECONDS) from None
    except AnswersFull:
        raise Problem(507, "The disk of the kept answers is full; nothing was written.") from None
    except AnswersError as error:
        LOG.warning("the kept answers cannot be used: %s", error)
        raise Problem(503, "The kept answers cannot be used now.", retry_after=10) from None


def _unknown() -> Problem:
    return Problem(404, "No answer of this id is kept.")
