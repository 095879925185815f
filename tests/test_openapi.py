"""The API's description: in the repository, and true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.engine import Engine
from qa.server.app import create_app
from qa.server.settings import ServerSettings

FILE = Path(__file__).parent.parent / "openapi.json"


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    def never() -> Engine:
        raise AssertionError("describing the API loads nothing")

    return create_app(never, ServerSettings()).openapi()


def test_the_file_in_the_repository_is_this_code(api: dict[str, Any]) -> None:
    """To make it again: make openapi."""
    assert json.loads(FILE.read_text("utf-8")) == api


def test_every_error_is_a_problem_and_every_route_says_which(api: dict[str, Any]) -> None:
    assert api["openapi"].startswith("3.1")
    routes = {(method.upper(), path) for path, methods in api["paths"].items() for method in methods}
    assert routes == {
        ("GET", "/ask"), ("POST", "/ask"), ("POST", "/verify"), ("GET", "/articles"), ("POST", "/articles"),
        ("GET", "/articles/{article_id}"), ("PUT", "/articles/{article_id}"), ("DELETE", "/articles/{article_id}"),
        ("PATCH", "/articles/{article_id}"), ("GET", "/articles/{article_id}/versions"),
        ("GET", "/articles/{article_id}/versions/{number}"),
        ("GET", "/articles/{article_id}/questions"), ("GET", "/answers/{answer_id}"),
        ("DELETE", "/answers/{answer_id}"),
        ("POST", "/feedback"), ("GET", "/widget.json"), ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics"),
    }  # fmt: skip
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    for methods in api["paths"].values():
        for operation in methods.values():
            errors = {status: r for status, r in operation["responses"].items() if int(status) >= 400}
            assert {"403", "500"} <= set(errors)
            assert all(response["content"] == problem for response in errors.values())
            if "requestBody" in operation:
                assert {"400", "413", "415", "422", "429", "503"} <= set(errors)


def test_limits_and_an_example_are_there(api: dict[str, Any]) -> None:
    ask = api["components"]["schemas"]["AskIn"]
    assert ask["required"] == ["question"]
    assert ask["additionalProperties"] is False
    assert (ask["properties"]["question"]["maxLength"], ask["properties"]["top_k"]["maximum"]) == (1_000, 20)
    assert ask["examples"][0]["question"]
