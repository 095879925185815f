"""What a newsroom's page loads: the component."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

STATIC = Path(__file__).parent / "static"
_SECONDS = 3_600
"""How long a browser may keep the component before it asks whether there is another."""

router = APIRouter()


@router.get("/widget.js", include_in_schema=False)
async def component(request: Request) -> Response:
    """The component <pullquote-ask>. Any page may load it; it holds nothing of this server's."""
    text, tag = _file("widget.js")
    headers = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={_SECONDS}",
        "Access-Control-Allow-Origin": "*",  # browsers load modules of other origins only so
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type="text/javascript", headers=headers)


@lru_cache(maxsize=8)
def _file(name: str) -> tuple[bytes, str]:
    """A built file and its entity tag."""
    text = (STATIC / name).read_bytes()
    return text, f'"{hashlib.sha256(text).hexdigest()[:32]}"'
