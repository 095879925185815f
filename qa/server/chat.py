"""The page at /: a chat for people without a newsroom's site around it."""

from __future__ import annotations

import base64
import hashlib
import html
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from qa.server.requests import Shared
from qa.server.widget import STATIC, static

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'sha256-{digest}'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page(service: Shared) -> Response:
    """The chat; what it asks with is public."""
    key = service.settings.page_key
    text, policy = _made(f' key="{html.escape(key)}"' if key else "")
    return HTMLResponse(text, headers={"Content-Security-Policy": policy})


@router.get("/chat.js")
async def script(request: Request) -> Response:
    """What the page does."""
    return static(request, "chat.js")


@lru_cache(maxsize=1)
def _made(attribute: str) -> tuple[str, str]:
    """The page and its policy. The style stands in it: a browser paints without another request."""
    style = (STATIC / "chat.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = (Path(__file__).parent / "templates" / "chat.html").read_text("utf-8")
    return template.replace("{{ key }}", attribute).replace("{{ style }}", style), _POLICY.format(digest=digest)
