"""The page at /: a chat for people without a newsroom's site around it."""

from __future__ import annotations

import html
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from qa.server.requests import Shared
from qa.server.widget import static

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page(service: Shared) -> Response:
    """The chat; what it asks with is public."""
    key = service.settings.page_key
    attribute = f' key="{html.escape(key)}"' if key else ""
    return HTMLResponse(_template().replace("{{ key }}", attribute), headers={"Content-Security-Policy": _POLICY})


@router.get("/chat.js")
async def script(request: Request) -> Response:
    """What the page does."""
    return static(request, "chat.js")


@router.get("/chat.css")
async def style(request: Request) -> Response:
    """How the page looks."""
    return static(request, "chat.css")


@lru_cache(maxsize=1)
def _template() -> str:
    return (Path(__file__).parent / "templates" / "chat.html").read_text("utf-8")
