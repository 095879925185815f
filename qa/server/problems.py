"""Errors over HTTP, in one shape: RFC 9457 problem details (https://www.rfc-editor.org/rfc/rfc9457).

``type, title, status, detail`` and the extensions ``code``, ``request_id`` and ``errors: [{field, message}]``. No
text of an exception ever gets into one: a detail is written here or by a check that wrote it for the caller.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"

CODES = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "rate_limited",
    500: "internal",
    503: "unavailable",
    507: "insufficient_storage",
}
"""The ``code`` of each status."""

_DETAILS = {
    404: "There is nothing at this address; see /docs.",
    405: "This address does not take that method; see the Allow header.",
    500: "Something went wrong here. The log has it under this request_id.",
}

FieldError = tuple[str, str]
"""A field, as ``filters.sources[2]``, and what is wrong with it."""


class Problem(HTTPException):
    """An error to be sent. ``detail`` says what was wrong and what to do; ``errors`` name fields."""

    def __init__(
        self, status: int, detail: str, *, errors: Sequence[FieldError] = (), retry_after: int | None = None
    ) -> None:
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        if status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="pullquote"'
        super().__init__(status, detail, headers)
        self.errors = errors


def problem_response(problem: Problem, request_id: str) -> Response:
    """The response that carries ``problem``."""
    body = {
        "type": "about:blank",
        "title": _phrase(problem.status_code),
        "status": problem.status_code,
        "detail": problem.detail,
        "code": CODES[problem.status_code],
        "request_id": request_id,
        "errors": [{"field": field, "message": message} for field, message in problem.errors],
    }
    return Response(json.dumps(body), problem.status_code, problem.headers, MEDIA_TYPE)


def request_id(scope: Mapping[str, Any]) -> str:
    """The id that the request got when it came in."""
    return str(scope["state"]["request_id"])


async def on_http_exception(request: Request, error: HTTPException) -> Response:
    """For 404 and 405 of the router, and for problems raised by handlers."""
    if isinstance(error, Problem):
        return problem_response(error, request_id(request.scope))
    status = error.status_code if error.status_code in CODES else 500
    response = problem_response(Problem(status, _DETAILS.get(status, _phrase(status))), request_id(request.scope))
    if status == 405:  # the router knows only the first of the routes at this address
        response.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return response


async def on_unavailable(request: Request, _: Exception) -> Response:
    """For a library whose database is away, or has too much to do."""
    problem = Problem(503, "The library cannot be reached now; try again.", retry_after=1)
    return problem_response(problem, request_id(request.scope))


def _methods(request: Request) -> set[str]:
    """What can be done at the address of ``request``, by the API's own description."""
    return {
        method.upper()
        for template, operations in request.app.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\\{\w+\\}", ".+", re.escape(template)), request.url.path)
        for method in operations
    } or {"GET"}  # /docs and /openapi.json describe themselves nowhere


async def on_invalid(request: Request, error: RequestValidationError) -> Response:
    """For what pydantic finds wrong with a body or a parameter. What was sent is not repeated."""
    errors = [
        (field_name(found["loc"]), str(found["msg"]).removeprefix("Value error, ")) for found in error.errors()[:20]
    ]
    first = f"{errors[0][0]}: {errors[0][1]}" if errors else "The request is not valid."
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return problem_response(Problem(422, first + more, errors=errors), request_id(request.scope))


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase


def unexpected() -> Problem:
    """For anything that nobody foresaw."""
    return Problem(500, _DETAILS[500])


def field_name(location: Sequence[int | str]) -> str:
    """``("body", "many", 3, "headline")`` as ``[3].headline``; the whole body is ``body``."""
    name = ""
    for part in location[1:]:
        if isinstance(part, int):
            name += f"[{part}]"
        elif part not in ("one", "many"):  # names of the shapes that POST /articles takes
            name += f".{part}" if name else part
    return name or str(location[0] if location else "body")
