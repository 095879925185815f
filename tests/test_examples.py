"""The examples: each runs, or is held to what can be held here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chromium import NODE_HINT, Chromium, needs_chromium
from tests.test_serve import STORY, command, running
from tests.test_widget import SHADOW
from tests.widget_site import Pullquote, answer, reply, serving

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
ESBUILD = ROOT / "web" / "node_modules" / ".bin" / "esbuild"
CADDY = shutil.which("caddy")
COST = "1.2 million euro"


def test_every_example_says_how_it_is_tested() -> None:
    told = (EXAMPLES / "README.md").read_text("utf-8")
    for path in EXAMPLES.iterdir():
        if path.name != "README.md":
            assert re.search(rf"^\| \[{re.escape(path.name)}\].*\| [^|]+ \| [^|]+ \|$", told, re.MULTILINE), path.name


@pytest.mark.browser
@needs_chromium
def test_the_static_page_asks_and_shows_the_answer(browser: Chromium) -> None:
    pullquote = Pullquote()
    pullquote.offers = {"article": "bridge", "questions": ["How much did it cost?"]}
    pullquote.replies["How much did it cost?"] = reply(answer(COST))
    html = (EXAMPLES / "static.html").read_text("utf-8")
    with serving(pullquote) as server:
        shown = html.replace("https://ask.example", server.url).encode()
        with serving(lambda _: (200, {"Content-Type": "text/html; charset=utf-8"}, shown)) as site:
            tab = browser.page()
            tab.open(site.url)
            tab.wait(f"{SHADOW}.querySelector('[part=suggestion]')")
            tab.js(f"{SHADOW}.querySelector('[part=suggestion]').click()")
            assert tab.wait(f"{SHADOW}.querySelector('mark')?.textContent") == COST
            tab.js(f"{SHADOW}.querySelector('[part=link]').click()")
            assert tab.wait("[...CSS.highlights.get('pullquote') ?? []].map(String).join()") == COST
            tab.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    library = tmp_path_factory.mktemp("examples") / "library"
    story = library.parent / "story.txt"
    story.write_text(f"{STORY['headline']}\n\n{STORY['text']}\n")
    subprocess.run(command(library, "add", str(story)), check=True, capture_output=True)
    with running(library) as started:
        yield started.url


@pytest.mark.weights
@pytest.mark.parametrize("program", [["sh", "ask.sh"], [sys.executable, "ask.py"]], ids=["curl", "python"])
def test_a_script_prints_the_answer(server: str, program: list[str]) -> None:
    if "ask.sh" in program and shutil.which("curl") is None:
        pytest.skip("install curl")
    question = 'How much did "the bridge" cost?'
    environment = os.environ | {"PULLQUOTE_SERVER": server}
    done = subprocess.run(
        [*program, question], cwd=EXAMPLES, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert COST in done.stdout


@pytest.mark.skipif(not ESBUILD.exists(), reason=NODE_HINT)
def test_the_react_component_compiles() -> None:
    done = subprocess.run(
        [ESBUILD, EXAMPLES / "PullquoteAsk.jsx", "--jsx=automatic", "--format=esm"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"pullquote-ask"' in done.stdout


def test_the_wordpress_plugin_escapes_every_value_and_sets_attributes_that_there_are() -> None:
    code = (EXAMPLES / "wordpress.php").read_text("utf-8")
    template = re.search(r"'(<script.*)',", code)
    assert template is not None
    assert template[1].count("%s") == len(re.findall(r"^\t\tesc_(?:url|attr)\(", code, re.MULTILINE)) == 4
    documented = (ROOT / "docs" / "widget.md").read_text("utf-8")
    for attribute in re.findall(r'(\w+)="', template[1].partition("<pullquote-ask")[2]):
        assert f"| `{attribute}` |" in documented


@pytest.mark.skipif(CADDY is None, reason="install Caddy to check examples/Caddyfile")
def test_the_proxy_in_front_is_well_formed() -> None:
    done = subprocess.run(
        [CADDY or "", "validate", "--config", EXAMPLES / "Caddyfile", "--adapter", "caddyfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
