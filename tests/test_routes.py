"""Every route for every kind of caller: the table in docs/security.md is what the server does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.library import Library
from qa.engine import Engine
from qa.judging import ReaderJudge
from qa.server.app import create_app
from qa.server.settings import ServerSettings, new_key
from tests.fakes import BRIDGE, MARGIN_ONLY, WordEncoder, WordReader
from tests.test_access import ASKER, ASKER_LINE, bearer
from tests.test_api import QUESTION, STORY, running
from tests.test_page_keys import NEWS, PUBLIC, PUBLIC_LINE
from tests.test_security import DOCUMENT

OPEN_HOUSE = {"allowed_hosts": ("ask.example",), "behind_proxy": True, "page": True}
"""Without keys, the most that settings allow."""
WRITER, WRITER_LINE = new_key("import:write")
KEYED = {"keys": (WRITER_LINE, ASKER_LINE, PUBLIC_LINE), "page": True, "page_key": PUBLIC}
CALLERS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "this machine": (OPEN_HOUSE, {}),
    "handed on by a proxy": (OPEN_HOUSE, {"Host": "ask.example", "X-Forwarded-For": "203.0.113.9"}),
    "a page of another origin": (OPEN_HOUSE, {"Origin": "https://evil.example"}),
    "another host name": (OPEN_HOUSE, {"Host": "evil.example"}),
    "without one": (KEYED, {}),
    "`page`, on its page": (KEYED, bearer(PUBLIC) | {"Origin": NEWS}),
    "`ask`": (KEYED, bearer(ASKER)),
    "`write`": (KEYED, bearer(WRITER)),
}
BODIES: dict[str, Any] = {
    "POST /ask": QUESTION, "POST /articles": STORY, "PUT /articles/{article_id}": STORY,
    "PATCH /articles/{article_id}": {"status": "live"},
    "POST /verify": {"article_id": "bridge", "quote": "Ana", "start": 0, "end": 3},
    "POST /feedback": {"answer_id": "none-such", "verdict": "right"},
}  # fmt: skip


def routes() -> Iterator[tuple[str, str]]:
    """Method and path of all that the server has."""
    api = create_app(lambda: None, ServerSettings()).openapi()  # type: ignore[arg-type,return-value]
    yield from ((method.upper(), path) for path, methods in api["paths"].items() for method in methods)
    yield from (("GET", path) for path in ("/", "/chat.js", "/widget.js", "/docs", "/openapi.json"))


def newsroom(folder: Path) -> Engine:
    library = Library.open(folder, create=True, encoder=WordEncoder())
    library.add([BRIDGE])
    return Engine(library, ReaderJudge(WordReader({"Ana Ortiz": 2.0}), MARGIN_ONLY))


async def test_the_table_of_routes_is_what_the_server_does(tmp_path: Path) -> None:
    """A cell is ``yes``, or the status that refuses: 401 without a key, 403 with one, or from there, that may not."""
    seen: dict[str, list[str]] = {f"{method} {path}": [] for method, path in routes()}
    for caller, (settings, headers) in CALLERS.items():
        async with running(newsroom(tmp_path / caller.strip("`")), **settings) as client:
            for method, path in routes():
                name = f"{method} {path}"
                address = re.sub(r"\{\w+\}", "1", path.replace("{article_id}", "none-such"))
                response = await client.request(method, address, headers=headers, json=BODIES.get(name))
                seen[name].append(str(response.status_code) if response.status_code in (401, 403) else "yes")
    rows = re.findall(r"^\| `((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)` \| (.*) \|$", DOCUMENT, re.MULTILINE)
    assert {name: cells.split(" | ") for name, cells in rows} == seen
    [head] = re.findall(r"^\| route \| (.*) \|$", DOCUMENT, re.MULTILINE)
    assert head.split(" | ") == list(CALLERS)
