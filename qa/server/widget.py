"""What a newsroom's page loads: the component, and what the server offers it."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from index.articles import MAX_FIELD_CHARS
from qa.server.incoming import MAX_ID_CHARS
from qa.server.loop import suggested_now
from qa.server.openapi import problems
from qa.server.outgoing import OffersOut
from qa.server.requests import Shared

STATIC = Path(__file__).parent / "static"
_SECONDS = 3_600
"""How long a browser may keep the component before it asks whether there is another."""

_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)

router = APIRouter()
Address = Annotated[
    str | None, Query(max_length=MAX_FIELD_CHARS, description="The story's address, as its page has it.")
]


StoryId = Annotated[str | None, Query(max_length=MAX_ID_CHARS, description="The story's id.")]


@router.get("/widget.js", include_in_schema=False)
async def component(request: Request) -> Response:
    """The component <pullquote-ask>. Any page may load it; it holds nothing of this server's."""
    response = static(request, "widget.js")
    response.headers["Access-Control-Allow-Origin"] = "*"  # browsers load modules of other origins only so
    return response


def static(request: Request, name: str) -> Response:
    """A built script, in gzip where the browser takes it, or 304 where it has it already."""
    encoding = "gzip" if _GZIP.search(request.headers.get("accept-encoding", "")) else "identity"
    text, tag = _file(name, encoding)
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={_SECONDS}", "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    return Response(text, media_type="text/javascript", headers=headers)


@router.get(
    "/widget.json", response_model=OffersOut, summary="What the component may offer", responses=problems(422, 503)
)
async def offers(request: Request, service: Shared, url: Address = None, article: StoryId = None) -> Response:
    """For the story at `url`, or of the id `article`, else for the library."""
    library = service.ready.library
    found = await asyncio.to_thread(library.at, url) if url else None
    reads = not getattr(request.state, "page", False)
    story = article or found
    questions = await suggested_now(service, story) if story else []
    rates = service.keeper is not None and request.state.may_rate
    return JSONResponse({"article": found, "questions": questions, "feedback": rates, "articles": reads})


@lru_cache(maxsize=8)
def _file(name: str, encoding: str) -> tuple[bytes, str]:
    """A built file as it is sent, and its entity tag."""
    text = (STATIC / name).read_bytes()
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}-{encoding}"'
    return gzip.compress(text, 9, mtime=0) if encoding == "gzip" else text, tag
