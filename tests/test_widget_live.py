"""The component on a newsroom's page, asking a real server with the shipped models."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from qa.server.app import create_app
from qa.server.settings import ServerSettings, new_key
from tests.chromium import Chromium, needs_chromium
from tests.test_serve import running
from tests.test_widget import MARKED, SHADOW
from tests.widget_site import SENTENCES, STATIC, page, serving

pytestmark = [pytest.mark.weights, pytest.mark.browser, needs_chromium]
WIDGET = "document.querySelector('pullquote-ask')"


def test_a_reader_asks_under_the_story_and_is_shown_the_words(tmp_path: Path, browser: Chromium) -> None:
    shown: list[str] = []
    with (
        serving(lambda _: page('<pullquote-ask article="bridge"></pullquote-ask>', shown[0])) as site,
        running(tmp_path / "library", PULLQUOTE_ALLOW_ORIGINS=site.url) as server,
    ):
        shown.append(server.url)
        story = {"id": "bridge", "headline": "Bridge", "paragraphs": list(SENTENCES), "url": f"{site.url}/bridge"}
        assert httpx.post(f"{server.url}/articles", json=story).status_code == 201
        tab = browser.page()
        tab.open(f"{site.url}/bridge")
        tab.js(f"{WIDGET}.ask('How much did the bridge cost?')")
        assert "1.2 million" in tab.js(f"{SHADOW}.querySelector('mark').textContent")
        tab.js(f"{SHADOW}.querySelector('[part=link]').click()")
        assert "1.2 million" in tab.wait(MARKED)
        tab.close()


def test_suggested_questions_and_opinions_go_all_the_way(tmp_path: Path, browser: Chromium) -> None:
    """What the story answers surely is offered under it, and what a reader says of the answer is kept."""
    shown: list[str] = []
    with (
        serving(lambda _: page('<pullquote-ask article="bridge"></pullquote-ask>', shown[0])) as site,
        running(tmp_path / "library", PULLQUOTE_ALLOW_ORIGINS=site.url, PULLQUOTE_KEEP_ANSWERS="true") as server,
    ):
        shown.append(server.url)
        asked = ["How much did the bridge cost?", "Who is the king of Norway?"]
        story = {"id": "bridge", "headline": "Bridge", "paragraphs": list(SENTENCES), "questions": asked}
        assert httpx.post(f"{server.url}/articles", json=story).status_code == 201
        suggested = httpx.get(f"{server.url}/articles/bridge/questions", timeout=60).json()["questions"]
        assert [one["question"] for one in suggested] == asked[:1]
        tab = browser.page()
        tab.open(f"{site.url}/bridge")
        assert tab.wait(f"{SHADOW}.querySelector('[part=suggestion]')?.textContent") == asked[0]
        tab.js(f"{SHADOW}.querySelector('[part=suggestion]').click()")
        assert "1.2 million" in tab.wait(f"{SHADOW}.querySelector('mark')?.textContent")
        answer_id = tab.js(f"{WIDGET}.turns[0].reply.id")
        tab.js(f"{SHADOW}.querySelectorAll('[part=verdict]')[1].click()")
        tab.wait(f"{SHADOW}.querySelector('[part=feedback]').textContent === 'Thank you.'")
        kept: list[str] = []
        while not kept:  # the reader is thanked while it travels
            body = httpx.get(f"{server.url}/answers/{answer_id}").json()
            kept = [rating["verdict"] for rating in body["ratings"]]
        assert kept == ["wrong"]
        assert body["question"]["question"] == asked[0]
        tab.close()


def test_a_public_key_works_on_its_page_and_on_no_other(tmp_path: Path, browser: Chromium) -> None:
    shown: list[str] = []
    key = ""

    def story(_: object) -> tuple[int, dict[str, str], bytes]:
        return page(
            f'<pullquote-ask url="http://127.0.0.1:{shown[1]}/bridge?from=mail" key="{key}"></pullquote-ask>', shown[0]
        )

    with serving(story) as site, serving(story) as thief:
        key, line = new_key(f"story:page@{site.url}")
        desk, desk_line = new_key("desk:write")
        with running(tmp_path / "library", PULLQUOTE_KEYS=f"{line} {desk_line}") as server:
            shown += [server.url, site.url.rpartition(":")[2]]
            made = {"id": "bridge", "headline": "Bridge", "paragraphs": list(SENTENCES), "url": f"{site.url}/bridge"}
            put = httpx.post(f"{server.url}/articles", json=made, headers={"Authorization": f"Bearer {desk}"})
            assert put.status_code == 201
            tab = browser.page()
            tab.open(f"{site.url}/bridge")
            tab.js(f"{WIDGET}.ask('How much did the bridge cost?')")
            assert "1.2 million" in tab.wait(f"{SHADOW}.querySelector('mark')?.textContent")
            tab.open(f"{thief.url}/bridge")
            tab.wait(f"{SHADOW}.querySelector('[part=status]').textContent.startsWith('No questions can be asked')")
            tab.close()


def test_a_page_of_another_origin_may_load_the_component_but_not_ask(tmp_path: Path, browser: Chromium) -> None:
    shown: list[str] = []
    with (
        serving(lambda _: page("<pullquote-ask></pullquote-ask>", shown[0])) as site,
        running(tmp_path / "library") as server,
    ):
        shown.append(server.url)
        tab = browser.page()
        tab.open(site.url)
        tab.js(f"{WIDGET}.ask('How much did the bridge cost?')")
        assert tab.js(f"{SHADOW}.querySelector('[part=error]').textContent").startswith("The answers cannot be reached")
        tab.close()


def test_a_browser_that_has_the_component_is_not_sent_it_again(tmp_path: Path) -> None:
    with running(tmp_path / "library") as server:
        first = httpx.get(f"{server.url}/widget.js", headers={"Origin": "https://news.example"})
        assert (first.status_code, first.headers["access-control-allow-origin"]) == (200, "*")
        assert first.headers["content-type"].startswith("text/javascript")
        again = httpx.get(f"{server.url}/widget.js", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_the_component_is_sent_compressed_to_whoever_takes_it() -> None:
    app = create_app(lambda: None, ServerSettings())  # type: ignore[arg-type, return-value]
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        plain = (STATIC / "widget.js").read_bytes()
        sent = {}
        for takes, encoding in (
            ("br, gzip", "gzip"),
            ("gzip;q=0", None),
            ("GZIP;q=0.5, *", "gzip"),
            ("identity", None),
        ):
            response = await client.get("/widget.js", headers={"Accept-Encoding": takes})
            assert response.headers.get("content-encoding") == encoding, takes
            assert response.headers["vary"] == "Accept-Encoding"
            assert response.content == plain
            sent[encoding] = int(response.headers["content-length"]), response.headers["etag"]
        assert sent["gzip"][0] <= 15_000 < sent[None][0] == len(plain)
        assert sent["gzip"][1] != sent[None][1], "another representation, another tag"
