"""The API's description as a page for people: no script, nothing from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

Printed = tuple[str, str | None]
"""Words, and the name of the shape that they link to."""

_FORMATS = {"date": "day", "date-time": "time"}
_CODE = re.compile(r"`([^`]+)`")


def page(api: dict[str, Any]) -> str:
    """The OpenAPI document ``api`` as HTML."""
    shapes = {name: shape for name, shape in api["components"]["schemas"].items() if "properties" in shape}

    def shape_of(schema: dict[str, Any]) -> Any:
        return next(shapes[name] for _, name in written_type(schema) if name)

    return str(_template().render(api=api, shapes=shapes, shape_of=shape_of))


def written_type(schema: dict[str, Any]) -> list[Printed]:
    """What values ``schema`` takes, for example ``list of``, a link to ``TurnIn``, ``or``, ``null``."""
    return list(_type(schema))


def _type(schema: dict[str, Any]) -> Iterator[Printed]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield name, name
    elif choices := schema.get("anyOf") or schema.get("oneOf"):
        for number, choice in enumerate(choices):
            if number:
                yield " or ", None
            yield from _type(choice)
    elif "enum" in schema:
        yield " or ".join(json.dumps(value) for value in schema["enum"]), None
    elif schema.get("type") == "array":
        yield "list of ", None
        yield from _type(schema["items"])
    else:
        yield _FORMATS.get(schema.get("format", ""), schema.get("type", "any JSON")), None


def coded(text: str | None) -> Markup:
    """``text`` with what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text or ""))))  # noqa: S704 - escaped one step before


@lru_cache(maxsize=1)
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader

    folder = Path(__file__).parent / "templates"
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True)
    environment.filters["coded"] = coded
    environment.globals["written_type"] = written_type
    return environment.get_template("docs.html")
