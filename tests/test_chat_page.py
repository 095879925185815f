"""The page at /: who gets it, under which policy, and what a reader does with it in a real Chromium."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from qa.engine import Engine
from qa.errors import SettingsError
from qa.server.settings import ServerSettings, load_settings, new_key
from tests.chromium import NODE_HINT, Chromium, Page, needs_chromium
from tests.test_access import ASKER_LINE, KEYS
from tests.test_api import engine, running
from tests.test_serve import running as serving
from tests.test_widget import AXE, SHADOW, violations
from tests.widget_site import STATIC

__all__ = ["engine"]
OWN, OWN_LINE = new_key("own:page@https://ask.example")
QUESTION = "How much did the bridge cost?"
HOSTILE = "<img src=x onerror=alert(1)> 1.2 million euro is what the bridge cost 🌉, the mayor, Ana Ortiz, said."
STORY = {
    "id": "a/bridge?#", "headline": "<script>alert(1)</script> Bridge", "source": "The Daily",
    "published": "2024-05-03",
    "paragraphs": ["The town opened a new bridge 🌉 on Friday.", HOSTILE],
}  # fmt: skip
MARK = "document.querySelector('#article mark.quote')"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, True), ({"page": False}, False), ({"keys": KEYS}, False), ({"host": "0.0.0.0"}, False),
        ({"keys": (OWN_LINE,), "page_key": OWN}, True), ({"keys": (OWN_LINE,), "page_key": OWN, "page": False}, False),
        ({"behind_proxy": True}, False), ({"page": True}, True),
    ],
)  # fmt: skip
def test_the_page_is_there_for_this_machine_or_where_it_is_wanted(settings: dict[str, Any], expected: bool) -> None:
    assert ServerSettings(**settings).serves_page is expected


def test_a_page_that_could_not_ask_is_refused() -> None:
    with pytest.raises(SettingsError, match="the setting page_key: with keys the page needs one of its own"):
        load_settings(page=True, keys=KEYS)
    for wrong in ("pk_other", OWN_LINE):
        with pytest.raises(SettingsError, match="the setting page_key: is not one of the keys for pages"):
            load_settings(keys=(OWN_LINE, ASKER_LINE), page_key=wrong)


@pytest.mark.parametrize(("settings", "status"), [({"page": False}, 404), ({"keys": KEYS}, 401)])
async def test_where_it_is_off_nothing_stands_there(engine: Engine, settings: dict[str, Any], status: int) -> None:
    async with running(engine, **settings) as client:
        assert (await client.get("/")).status_code == status


async def test_it_comes_under_a_strict_policy_and_loads_nothing_from_elsewhere(engine: Engine) -> None:
    async with running(engine, keys=(OWN_LINE,), page_key=OWN) as client:
        page = await client.get("/")
        assert f'<pullquote-ask key="{OWN}">' in page.text
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        loaded = await client.get("/chat.js")
        assert loaded.content == (STATIC / "chat.js").read_bytes()
        again = await client.get("/chat.js", headers={"If-None-Match": loaded.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert not re.search(r"https?://|//[a-z]", page.text)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("chat") / "library") as server:
        assert httpx.post(f"{server.url}/articles", json=STORY).status_code == 201
        yield server.url


@pytest.fixture
def tab(browser: Chromium, url: str) -> Iterator[Page]:
    made = browser.page(1200, 800)
    made.open(url)
    yield made
    made.close()


def ask(tab: Page) -> None:
    tab.js(f"document.querySelector('pullquote-ask').ask({json.dumps(QUESTION)})")
    tab.wait(MARK)


class TestInTheBrowser:
    """With the real server and the shipped models."""

    pytestmark: ClassVar = [pytest.mark.weights, pytest.mark.browser, needs_chromium]

    def test_the_article_stands_beside_the_answer_with_its_words_marked(self, tab: Page) -> None:
        ask(tab)
        assert "1.2 million" in tab.js(f"{MARK}.textContent")
        assert tab.js("document.querySelector('#article mark.sentence').parentElement.textContent") == HOSTILE
        assert tab.js("document.querySelector('#article h2').textContent") == STORY["headline"]
        assert tab.js("document.querySelectorAll('img, #article script').length") == 0, "what is written stays text"
        assert not tab.complaints

    def test_with_the_keyboard_a_reader_goes_to_the_article_and_back(self, tab: Page) -> None:
        ask(tab)
        tab.js(f"{SHADOW}.querySelector('[part=link]').focus()")
        tab.press("Enter")
        tab.wait("document.activeElement.id === 'article'")
        tab.press("Tab", "Enter")
        tab.wait("document.querySelector('#article').hidden")
        assert tab.js("document.activeElement.localName") == "pullquote-ask"

    def test_the_conversation_is_kept_in_this_browser_until_it_is_forgotten(self, tab: Page, url: str) -> None:
        ask(tab)
        tab.open(url)
        tab.wait(f"{SHADOW}.querySelector('.reply')")
        assert tab.js("document.querySelector('pullquote-ask').turns.length") == 1
        assert tab.js("document.cookie") == ""
        tab.js(f"{SHADOW}.querySelector('[part=clear]').click()")
        assert tab.js("localStorage.length") == 0
        tab.open(url)
        assert tab.js("document.querySelector('pullquote-ask').turns.length") == 0

    def test_what_another_page_left_in_the_storage_breaks_nothing(self, tab: Page, url: str) -> None:
        for left in (
            "no json",
            '{"a": 1}',
            '[null, {"question": 1}, {"question": "Who?", "reply": {"answers": [{}]}}]',
        ):
            tab.js(f"localStorage.setItem('pullquote.conversation', {json.dumps(left)})")
            tab.open(url)
            ask(tab)
            tab.js("localStorage.clear()")
        assert not tab.complaints

    def test_a_link_asks_one_question_again_in_its_scope(self, tab: Page, browser: Chromium) -> None:
        tab.js("document.querySelector('#scope').elements.sources.value = 'The Daily'")
        tab.js("document.querySelector('#scope').dispatchEvent(new Event('change'))")
        ask(tab)
        link = tab.js("location.href")
        assert link.partition("#")[2] == "q=How+much+did+the+bridge+cost%3F&sources=The+Daily"
        other = browser.page(1200, 800)
        other.open(link)
        other.wait(MARK)
        assert other.js("document.querySelector('pullquote-ask').getAttribute('sources')") == "The Daily"
        other.close()

    def test_a_source_that_there_is_not_gives_no_answer(self, tab: Page) -> None:
        tab.js("document.querySelector('#scope').elements.sources.value = 'Nobody'")
        tab.js("document.querySelector('#scope').dispatchEvent(new Event('change'))")
        tab.js(f"document.querySelector('pullquote-ask').ask({json.dumps(QUESTION)})")
        tab.wait(f"{SHADOW}.querySelector('.reply.none')")

    @pytest.mark.skipif(not AXE.is_file(), reason=NODE_HINT)
    @pytest.mark.parametrize("look", ["light", "dark", "320"])
    def test_axe_finds_no_violation(self, browser: Chromium, url: str, look: str) -> None:
        theme = "dark" if look == "dark" else "light"
        features = {"prefers_color_scheme": theme, "prefers_reduced_motion": "reduce"}
        tab = browser.page(320 if look == "320" else 1200, 800, features=features)
        tab.open(url)
        tab.js(AXE.read_text("utf-8"))
        assert violations(tab) == []
        tab.js(f"document.querySelector('pullquote-ask').ask({json.dumps(QUESTION)})")
        tab.js(f"{SHADOW}.querySelector('[part=link]').click()")
        tab.wait(MARK)
        assert violations(tab) == []
        assert tab.js("document.documentElement.scrollWidth <= innerWidth")
        tab.close()


def test_the_page_is_quick_because_it_is_small() -> None:
    """First paint needs the page alone, its style in it; `python -m bench.paint` measures it."""
    page = (Path(__file__).parent.parent / "qa" / "server" / "templates" / "chat.html").read_bytes()
    assert len(page) + len((STATIC / "chat.css").read_bytes()) < 6_000
