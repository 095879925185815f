"""The routes that list, read and change articles."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from index.articles import Article, make_article
from index.errors import ArticleError
from qa.answers import ArticleView
from qa.server.openapi import problems
from qa.server.problems import Problem
from qa.server.requests import Id, NewId, Shared, StrictRoute
from qa.server.schemas import MAX_ID_CHARS, ArticleIn, ArticleOut, ArticlesIn, PageOut, WrittenOut
from qa.server.service import Service

router = APIRouter(route_class=StrictRoute)
Limit = Annotated[int, Query(ge=1, le=1_000, description="At most so many.")]
After = Annotated[str | None, Query(max_length=MAX_ID_CHARS, description="`next` of the page before.")]


@router.get("/articles", response_model=PageOut, summary="List the articles", responses=problems(422, 503))
async def list_articles(service: Shared, limit: Limit = 100, after: After = None) -> Response:
    """By id, in pages."""
    page = await asyncio.to_thread(service.ready.library.listing, after, limit + 1)
    items = [
        {"id": item.id} | item.about.to_json() | {"paragraphs": item.paragraphs, "copy_of": item.copy_of}
        for item in page[:limit]
    ]
    return JSONResponse({"articles": items, "next": page[limit - 1].id if len(page) > limit else None})


@router.post(
    "/articles", response_model=WrittenOut, status_code=201, summary="Add or change articles",
    responses=problems(400, 408, 413, 415, 422, 503, 507),
)  # fmt: skip
async def add_articles(body: ArticlesIn, service: Shared) -> Response:
    """One article or a list of up to 1,000. All or nothing; the next question finds them."""
    if isinstance(body, list):
        articles = [_made(item, f"[{number}].") for number, item in enumerate(body)]
    else:
        articles = [_made(body, "")]
    return JSONResponse({"articles": await _add(service, articles)}, 201)


@router.get(
    "/articles/{article_id:path}", response_model=ArticleOut, summary="Read an article",
    responses=problems(404, 422, 503),
)  # fmt: skip
async def read_article(article_id: Id, service: Shared) -> Response:
    """With its text, the text's sha256, and where its paragraphs stand."""
    article = await asyncio.to_thread(service.ready.library.article, article_id)
    if article is None:
        raise _unknown()
    return JSONResponse(ArticleView.of(article).to_json())


@router.put(
    "/articles/{article_id:path}", response_model=WrittenOut, summary="Put an article under an id",
    responses={
        201: {"model": WrittenOut, "description": "It is new."}, **problems(400, 408, 409, 413, 415, 422, 503, 507),
    },
)  # fmt: skip
async def put_article(article_id: NewId, body: ArticleIn, service: Shared) -> Response:
    """201 if it is new, else 200."""
    if body.id is not None and body.id != article_id:
        detail = "The id in the body is not the one in the address; leave it out."
        raise Problem(409, detail, errors=[("id", "is not the one in the address")])
    article = _made(body.model_copy(update={"id": article_id}), "")
    written = await _add(service, [article])
    return JSONResponse({"articles": written}, 201 if written[0]["status"] == "added" else 200)


@router.delete(
    "/articles/{article_id:path}", status_code=204, summary="Remove an article", responses=problems(404, 422, 503, 507)
)
async def remove_article(article_id: Id, service: Shared) -> Response:
    """It is in no answer from then on."""
    library = service.ready.library
    if not await service.write(lambda: library.remove([article_id])):
        raise _unknown()
    return Response(status_code=204)


async def _add(service: Service, articles: list[Article]) -> list[dict[str, str]]:
    library = service.ready.library

    def work() -> list[dict[str, str]]:
        added = library.add(articles)
        library.refresh()  # so that the next question need not
        return [{"id": item.id, "status": item.status} for item in added]

    return await service.write(work)


def _made(item: ArticleIn, prefix: str) -> Article:
    try:
        return make_article(**item.model_dump())
    except ArticleError as error:
        field = f"{prefix}{error.field}"
        raise Problem(422, f"{field}: {error.message}", errors=[(field, error.message)]) from None


def _unknown() -> Problem:
    return Problem(404, "There is no article of this id; see GET /articles.")
