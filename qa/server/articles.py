"""The routes that list, read and change articles."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse

from index.articles import Article, make_article
from index.errors import ArticleError
from index.store import Version
from qa.newsroom import ArticleView
from qa.server.incoming import MAX_ID_CHARS, ArticleIn, ArticlesIn, StatusIn
from qa.server.openapi import problems
from qa.server.outgoing import ArticleOut, PageOut, VersionsOut, VersionTextOut, WrittenOut
from qa.server.problems import Problem
from qa.server.requests import Id, MayWrite, NewId, Shared, StrictRoute
from qa.server.service import Service
from qa.versions import version_json

router = APIRouter(route_class=StrictRoute)
Limit = Annotated[int, Query(ge=1, le=1_000, description="At most so many.")]
Number = Annotated[int, Path(ge=1, le=10**9, description="The version's.")]
After = Annotated[str | None, Query(max_length=MAX_ID_CHARS, description="`next` of the page before.")]


@router.get("/articles", response_model=PageOut, summary="List the articles", responses=problems(422, 503))
async def list_articles(service: Shared, may_write: MayWrite, limit: Limit = 100, after: After = None) -> Response:
    """By id, in pages. What is under embargo is shown to those who may write."""
    page = await asyncio.to_thread(service.ready.library.listing, after, limit + 1, embargoed=may_write)
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
    "/articles/{article_id:path}/versions", response_model=VersionsOut, summary="List the versions of an article",
    responses=problems(404, 422, 503),
)  # fmt: skip
async def list_versions(article_id: Id, service: Shared, may_write: MayWrite) -> Response:
    """Oldest first, the current one last."""
    found = await _versions(service, article_id, may_write)
    return JSONResponse({"versions": [version_json(version, text=False) for version in found]})


@router.get(
    "/articles/{article_id:path}/versions/{number}", response_model=VersionTextOut, summary="Read a version",
    responses=problems(404, 422, 503),
)  # fmt: skip
async def read_version(article_id: Id, number: Number, service: Shared, may_write: MayWrite) -> Response:
    """With its text, as long as it is kept."""
    for version in await _versions(service, article_id, may_write):
        if version.number == number:
            return JSONResponse(version_json(version, text=True))
    raise Problem(404, "There is no version of this number; see GET /articles/{id}/versions.")


@router.get(
    "/articles/{article_id:path}", response_model=ArticleOut, summary="Read an article",
    responses=problems(404, 422, 503),
)  # fmt: skip
async def read_article(article_id: Id, service: Shared, may_write: MayWrite) -> Response:
    """With its text, the text's sha256, and where its paragraphs stand."""
    library = service.ready.library
    article = await asyncio.to_thread(library.article, article_id)
    if article is None or (library.is_embargoed(article) and not may_write):
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


@router.patch(
    "/articles/{article_id:path}", response_model=ArticleOut, summary="Correct, retract or restore an article",
    responses=problems(400, 404, 408, 413, 415, 422, 503, 507),
)  # fmt: skip
async def patch_article(article_id: Id, body: StatusIn, service: Shared) -> Response:
    """A retracted or withdrawn article answers nothing from then on, in every server on the library."""
    library = service.ready.library
    try:
        article = await service.write(lambda: library.set_status(article_id, body.status, body.correction))
    except ArticleError as error:
        raise Problem(422, str(error), errors=[(error.field, error.message)]) from None
    if article is None:
        raise _unknown()
    return JSONResponse(ArticleView.of(article).to_json())


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
        try:
            added = library.add(articles)
        except ArticleError as error:
            raise Problem(422, str(error), errors=[(error.field, error.message)]) from None
        library.refresh()  # so that the next question need not
        return [{"id": item.id, "status": item.status} for item in added]

    return await service.write(work)


async def _versions(service: Service, article_id: str, may_write: bool) -> list[Version]:
    library = service.ready.library
    versions = await asyncio.to_thread(library.versions, article_id)
    if not versions or (library.is_embargoed(versions[-1]) and not may_write):
        raise _unknown()
    return versions


def _made(item: ArticleIn, prefix: str) -> Article:
    try:
        return make_article(**item.model_dump(exclude_none=True))
    except ArticleError as error:
        field = f"{prefix}{error.field}"
        raise Problem(422, f"{field}: {error.message}", errors=[(field, error.message)]) from None


def _unknown() -> Problem:
    return Problem(404, "There is no article of this id; see GET /articles.")
