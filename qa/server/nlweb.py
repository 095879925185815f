"""NLWeb's dialect of a question: ``GET /ask?query=…``, so that its widgets and agents can use this server.

By https://github.com/nlweb-ai/NLWeb (docs, "NLWeb REST API"): ``query``, ``site``, ``prev``,
``decontextualized_query``, ``streaming`` (on unless it is 0 or false), ``query_id``, ``mode``. A result has ``url``,
``name``, ``site``, ``score`` (0 to 100), ``description`` and ``schema_object``. Nothing is generated here, whatever the
mode: a description is the sentence that holds the answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from index.articles import Filters, clean_text
from qa.answers import MAX_HISTORY, MAX_QUESTION_CHARS, Answer, Citation, Nearest, Question, Reply, Turn
from qa.server.asking import reply_to
from qa.server.openapi import problems
from qa.server.pool import Gone
from qa.server.problems import Problem
from qa.server.requests import Shared

router = APIRouter()
MAX_PREV_CHARS = 20_000
Question_ = Annotated[str, Query(min_length=1, max_length=MAX_QUESTION_CHARS, description="The question.")]
Full = Annotated[str | None, Query(max_length=MAX_QUESTION_CHARS, description="The question in full, without `prev`.")]
Prev = Annotated[str, Query(max_length=MAX_PREV_CHARS, description="Earlier questions: a JSON list, or with commas.")]
Site = Annotated[str, Query(max_length=MAX_QUESTION_CHARS, description="A source, or several with commas.")]
Mode = Annotated[Literal["list", "summarize", "generate"], Query(description="All the same: nothing is generated.")]
Streaming = Annotated[str, Query(max_length=10, description="Server-sent events; not with `false` or `0`.")]
Given = Annotated[str | None, Query(max_length=200, description="Given back; else one is made.")]


@router.get(
    "/ask",
    summary="Ask in NLWeb's dialect",
    operation_id="ask_nlweb",
    responses={200: {"content": {"application/json": {}, "text/event-stream": {}}}, **problems(422, 503)},
)
async def ask(
    *,
    request: Request,
    service: Shared,
    query: Question_,
    prev: Prev = "",
    decontextualized_query: Full = None,
    site: Site = "all",
    mode: Mode = "list",  # noqa: ARG001 - a list of quotes answers all of them
    streaming: Streaming = "true",
    query_id: Given = None,
) -> Response:
    """`results` are quotes with their places, best first; empty where there is no answer."""
    full = decontextualized_query or ""
    text = full if clean_text(full) else query
    if not clean_text(text):
        raise Problem(422, "query: must not be empty", errors=[("query", "must not be empty")])
    history = () if clean_text(full) else tuple(Turn(earlier) for earlier in earlier_questions(prev))
    question = Question(text, filters=Filters(sources=sources(site)), history=history[-MAX_HISTORY:])
    try:
        reply = await reply_to(question, service, request.is_disconnected, request.state.facts)
    except Gone:
        return Response(status_code=499)
    body = {"query_id": query_id or reply.id} | as_nlweb(reply)
    if streaming.lower() in ("false", "0"):
        return JSONResponse(body)
    return StreamingResponse(events(body), media_type="text/event-stream")


def earlier_questions(prev: str) -> list[str]:
    """The questions of ``prev``, oldest first. A comma inside a question cannot be told from one between two."""
    try:
        given = json.loads(prev)
    except (ValueError, RecursionError):
        given = prev.split(",")
    texts = [text for text in given if isinstance(text, str)] if isinstance(given, list) else []
    return [text[:MAX_QUESTION_CHARS] for text in texts if clean_text(text)]


def sources(site: str) -> tuple[str, ...]:
    """The sources that ``site`` names; none for all."""
    names = [name.strip() for name in site.split(",")]
    return tuple(name for name in names if name and name != "all")


def as_nlweb(reply: Reply) -> dict[str, Any]:
    """``results``, and beside them what NLWeb has no word for: ``status``, ``reason``, ``nearest``."""
    quotes = [_quoted(answer, citation) for answer in reply.answers for citation in answer.citations]
    return {
        "decontextualized_query": reply.understood_as,
        "status": reply.status,
        "reason": reply.reason,
        "results": quotes,
        "nearest": [_near(item) for item in reply.nearest],
    }


def events(body: dict[str, Any]) -> Iterator[str]:
    """``body`` as server-sent events: the results in one batch, then the end."""
    head = {"query_id": body["query_id"]}
    rest = {name: body[name] for name in ("status", "reason", "nearest", "decontextualized_query")}
    yield _event(head | {"message_type": "result_batch", "results": body["results"]} | rest)
    yield _event(head | {"message_type": "complete"})


def _event(message: dict[str, Any]) -> str:
    return f"data: {json.dumps(message)}\n\n"


def _quoted(answer: Answer, citation: Citation) -> dict[str, Any]:
    quotation = {
        "@type": "Quotation",
        "text": citation.quote,
        "position": citation.paragraph,
        "url": citation.deep_link,
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": "code points of the article's text, half-open",
            "value": f"{citation.start}-{citation.end}",
        },
    }
    score = round(100 * answer.confidence)
    return _result(citation, score, citation.sentence, _without_none(quotation))


def _near(item: Nearest) -> dict[str, Any]:
    return _result(item, 0, item.sentence or item.headline, None)


def _result(item: Citation | Nearest, score: int, description: str, part: dict[str, Any] | None) -> dict[str, Any]:
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "identifier": item.article_id,
        "headline": item.headline,
        "url": item.url,
        "datePublished": item.moment.isoformat() if item.moment else None,
        "author": {"@type": "Person", "name": item.author} if item.author else None,
        "publisher": {"@type": "Organization", "name": item.source} if item.source else None,
        "hasPart": part,
    }
    return {
        "url": item.deep_link or item.url or "",
        "name": item.headline,
        "site": item.source or "",
        "score": score,
        "description": description,
        "schema_object": _without_none(article),
    }


def _without_none(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not None}
