"""The API's own description: OpenAPI with the errors it really gives. Its page is in :mod:`qa.server.reference`."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from qa.server.outgoing import FieldErrorOut, ProblemOut
from qa.server.problems import CODES, MEDIA_TYPE

VERSION = version("pullquote")
DESCRIPTION = """\
Answers readers' questions about news articles with words that stand in the articles, and shows where.

For every citation `article.text[start:end] == quote`, in Unicode code points. Abstaining is a 200 with
`status: no_answer`, a `reason`, and what is `nearest`. Errors are `application/problem+json` (RFC 9457).
"""
_WHEN = {
    400: "The body is not JSON in UTF-8.",
    401: "The server wants a key: `Authorization: Bearer KEY` or `X-API-Key: KEY`.",
    403: "The key lacks the right, or the host or origin is not allowed.",
    404: "There is no such article, version or answer.",
    405: "This address does not take that method.",
    408: "The body took too long.",
    409: "The id in the body is not the one in the address.",
    413: "The body is too long.",
    415: "The body is not declared as JSON in UTF-8.",
    422: "A field is missing, unknown, or out of its bounds; `errors` names it.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    500: "Something went wrong in the server.",
    507: "The disk of the library is full; nothing was written.",
    503: "Loading, or too much is waiting; `Retry-After` says when to try again.",
}
_OPEN = ("/healthz", "/readyz")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route may answer beside its success, for FastAPI's ``responses``."""
    return {status: {"description": _WHEN[status]} for status in statuses}


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document; made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _document(app)
    return app.openapi_schema


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = found["components"]["schemas"]
    for generated in ("HTTPValidationError", "ValidationError"):
        schemas.pop(generated, None)
    _, own = models_json_schema(
        [(ProblemOut, "serialization"), (FieldErrorOut, "serialization")], ref_template="#/components/schemas/{model}"
    )
    schemas |= own["$defs"]
    found["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    for path, methods in found["paths"].items():
        for operation in methods.values():
            _describe_errors(operation, keyed=path not in _OPEN)
    return found


def _describe_errors(operation: dict[str, Any], *, keyed: bool) -> None:
    """Give every error its shape, and every operation the errors that any of them may give."""
    responses = operation["responses"]
    if responses.get("422", {}).get("description") != _WHEN[422]:
        responses.pop("422", None)  # FastAPI adds one for every path parameter
    if keyed:
        operation["security"] = [{"bearer": []}, {"header": []}, {}]
    for status in (401, 403, 429) if keyed else (403,):
        responses[str(status)] = {"description": _WHEN[status]}
    responses["500"] = {"description": _WHEN[500]}
    for status, response in responses.items():
        response.setdefault("headers", {})["X-Request-ID"] = {"schema": {"type": "string"}}
        if int(status) in CODES:
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
        if status in ("429", "503"):
            response["headers"]["Retry-After"] = {"schema": {"type": "integer"}, "description": "Seconds."}
