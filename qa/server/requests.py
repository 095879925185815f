"""Requests whose JSON is taken by the letter, and the parts that every route shares."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response
from fastapi.routing import APIRoute

from qa.loop.keeping import HERE
from qa.server.incoming import CLEAN, MAX_ID_CHARS
from qa.server.problems import Problem
from qa.server.service import Service

_JSON = re.compile(r'application/json\s*(;\s*charset="?utf-8"?\s*)?', re.IGNORECASE)


class StrictRequest(Request):
    """JSON by RFC 8259: in UTF-8, without NaN and Infinity, and not nested without end."""

    async def json(self) -> Any:
        """The body.

        Raises:
            Problem: 400 or 415.
        """
        if not _JSON.fullmatch(self.headers.get("content-type", "").strip()):
            raise Problem(415, "Send JSON in UTF-8, with the header Content-Type: application/json.")
        if not hasattr(self, "_json"):
            self._json = _parsed(await self.body())
        return self._json


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise Problem(400, "The body is not UTF-8.") from None
    except RecursionError:
        raise Problem(400, "The JSON is nested too deeply.") from None
    except ValueError as error:
        where = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise Problem(400, f"The body is not JSON{where}; send an object like the examples in /docs.") from None


def _refuse(name: str) -> Any:
    raise ValueError(name)


class StrictRoute(APIRoute):
    """A route whose handler gets a :class:`StrictRequest`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """See FastAPI's "Custom Request and APIRoute class"."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            strict_request = StrictRequest(request.scope, request.receive)
            if self.body_field is not None:
                await strict_request.json()  # else an empty body or another media type would reach the validation
            return await handle(strict_request)

        return strict


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _may_write(request: Request) -> bool:
    return bool(request.state.may_write)


def _holder(request: Request) -> str:
    return str(getattr(request.state, "key", HERE))


Shared = Annotated[Service, Depends(_service)]
MayWrite = Annotated[bool, Depends(_may_write)]
"""Whether the client may write, and so may see what is under embargo."""
Holder = Annotated[str, Depends(_holder)]
"""The name of the client's key; without keys there is one client, this machine."""
Id = Annotated[str, Path(max_length=MAX_ID_CHARS, description="The article's id.")]
NewId = Annotated[
    str, Path(max_length=MAX_ID_CHARS, description="The article's id.", json_schema_extra={"pattern": CLEAN})
]
