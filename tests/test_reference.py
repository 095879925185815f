"""/docs: the API for people."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from qa.server.reference import coded, page, written_type
from tests.chromium import Chromium, needs_chromium
from tests.test_openapi import FILE
from tests.widget_site import serving


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return made


class Rows(HTMLParser):
    """The terms of each heading, with what is said of them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: dict[str, dict[str, str]] = {}
        self._under = self._in = self._term = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h2", "h3"):
            self._under = dict(attrs).get("id") or ""
        if tag in ("dt", "dd"):
            self._in = tag
            if tag == "dt":
                self._term = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("dt", "dd"):
            self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "dt":
            self._term += data
        elif self._in == "dd" and self._under:
            about = self.rows.setdefault(self._under, {})
            about[self._term.split()[0]] = about.get(self._term.split()[0], "") + data


def test_every_field_that_is_sent_or_comes_back_is_described(api: dict[str, Any]) -> None:
    """The filters', the history's and all of a reply among them."""
    rows = Rows(page(api)).rows
    shapes = api["components"]["schemas"]
    assert {"AskIn", "FiltersIn", "TurnIn", "ReplyOut", "CitationOut", "ProblemOut"} <= set(shapes)
    for name, shape in shapes.items():
        if "properties" in shape:
            assert set(rows[name]) == set(shape["properties"]), name
            empty = [field for field, said in rows[name].items() if not said.strip()]
            assert not empty, f"{name}: say in qa/server what these are"


def test_whatever_a_shape_is_made_of_is_linked_to(api: dict[str, Any]) -> None:
    html = page(api)
    ids = set(re.findall(r'id="([^"]+)"', html))
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert {"TurnIn", "FiltersIn", "CitationOut", "NearestOut"} <= links <= ids


def test_code_is_shown_as_code_and_nothing_else_is_markup(api: dict[str, Any]) -> None:
    assert "`" not in page(api)
    assert coded("`a < b`, as <b>") == "<code>a &lt; b</code>, as &lt;b&gt;"


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, "string"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/TurnIn"}}, "list of TurnIn"),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, "day or null"),
        ({"enum": ["fast", "both"]}, '"fast" or "both"'),
        ({}, "any JSON"),
    ],
)
def test_a_type_in_words(schema: dict[str, Any], expected: str) -> None:
    assert "".join(text for text, _ in written_type(schema)) == expected


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("width", [320, 360, 400, 1_000])
def test_nothing_is_scrolled_sideways(api: dict[str, Any], browser: Chromium, width: int) -> None:
    html = page(api).encode()
    with serving(lambda _: (200, {"Content-Type": "text/html; charset=utf-8"}, html)) as site:
        tab = browser.page(width)
        tab.open(f"{site.url}/docs")
        assert tab.js("document.documentElement.scrollWidth") <= width
        wide = """[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
          || e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline').map(e => e.outerHTML)"""
        assert tab.js(wide) == [], "neither the page nor a part of it"
        tab.close()
