"""The HTTP API. Every reply comes from an :class:`~qa.engine.Engine`; nothing is decided here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from index.errors import LibraryUnavailable
from qa.engine import Engine
from qa.server import articles, chat, loop, nlweb, openapi, widget
from qa.server.access import Access
from qa.server.asking import reply_to
from qa.server.incoming import AskIn, ClaimIn
from qa.server.metrics import CONTENT_TYPE
from qa.server.observe import Observe
from qa.server.openapi import problems
from qa.server.outgoing import HealthOut, ReplyOut, VerdictOut
from qa.server.pool import Gone
from qa.server.problems import Problem, on_http_exception, on_invalid, on_unavailable
from qa.server.reference import page
from qa.server.requests import MayWrite, Shared, StrictRoute
from qa.server.service import Service
from qa.server.settings import ServerSettings
from qa.verify import Claim, verify

router = APIRouter(route_class=StrictRoute)


@router.post(
    "/ask", response_model=ReplyOut, summary="Ask a question", responses=problems(400, 408, 413, 415, 422, 503)
)
async def ask(body: AskIn, request: Request, service: Shared) -> Response:
    """Answers with citations, best first; or `no_answer` with a reason, which is a 200 too."""
    question = body.value()
    if question.include_passages and getattr(request.state, "page", False):
        raise Problem(403, "A key for pages gets quotes, not passages; leave include_passages out.")
    try:
        reply = await reply_to(question, service, request.is_disconnected, request.state.facts)
    except Gone:
        return Response(status_code=499)  # nobody reads it; the log shows it
    return JSONResponse(reply.to_json())


@router.post(
    "/verify", response_model=VerdictOut, summary="Check a citation", responses=problems(400, 408, 413, 415, 422, 503)
)
async def check(body: ClaimIn, service: Shared, may_write: MayWrite) -> Response:
    """Whether it `holds`, has `moved`, `changed`, or its article was `withdrawn` or is `gone`."""
    library = service.ready.library
    article = await asyncio.to_thread(library.article, body.article_id)
    if article is not None and library.is_embargoed(article) and not may_write:
        article = None
    versions = await asyncio.to_thread(library.versions, body.article_id) if article is not None else []
    return JSONResponse(verify(article, Claim(**body.model_dump()), versions).to_json())


@router.get("/healthz", response_model=HealthOut, summary="Whether the server is alive")
async def healthz() -> Response:
    """Waits for nothing."""
    return JSONResponse({"status": "alive"})


@router.get("/readyz", response_model=HealthOut, summary="Whether it can answer", responses=problems(503))
async def readyz(service: Shared) -> Response:
    """Yes once library and models are loaded, and as long as the library can be read."""
    library = service.ready.library
    await asyncio.to_thread(lambda: library.version)
    return JSONResponse({"status": "ready"})


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
async def metrics(service: Shared) -> Response:
    """In the text format."""
    return Response(await asyncio.to_thread(service.metrics.text), media_type=CONTENT_TYPE)


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """This API for people."""
    return HTMLResponse(page(request.app.openapi()))


def create_app(load: Callable[[], Engine], settings: ServerSettings, answers: Path | None = None) -> FastAPI:
    """The ASGI application. ``load`` is called in a thread at start-up; until it is done, /readyz says no.

    ``answers`` is the file in which answers are kept, ``None`` if they are not.
    """
    service = Service(load, settings, answers)
    assistants = None
    if settings.mcp:
        from qa.server.assistants import Assistants  # with the package mcp, whose import takes a second

        assistants = Assistants(service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(service.start())
        async with assistants.run() if assistants else nullcontext():
            yield
        service.stopping.set()
        await loading
        service.close()

    origins = sorted({*settings.allow_origins, *settings.page_origins})
    cors = Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
        expose_headers=["X-Request-ID", "Retry-After"],
        max_age=600,
    )
    app = FastAPI(
        title="Pullquote",
        version=openapi.VERSION,
        description=openapi.DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        exception_handlers={
            HTTPException: on_http_exception,
            RequestValidationError: on_invalid,
            LibraryUnavailable: on_unavailable,
        },
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        middleware=[
            Middleware(Observe, metrics=service.metrics),
            *([cors] if origins else []),
            Middleware(Access, settings=settings),
        ],
    )
    app.state.service = service
    app.include_router(router)
    app.include_router(loop.router)  # before the articles, whose ids may hold slashes
    app.include_router(articles.router)
    app.include_router(widget.router)
    app.include_router(nlweb.router)
    if settings.serves_page:
        app.include_router(chat.router)
    if assistants:
        app.router.routes.append(Route("/mcp", assistants))
    app.openapi = partial(openapi.document, app)  # type: ignore[method-assign] # as FastAPI's documentation does
    return app
