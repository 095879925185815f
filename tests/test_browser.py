"""Deep links in a real Chromium: it scrolls to the paragraph with the quote. Slow; needs Debian's ``chromium``."""

from __future__ import annotations

import html
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from qa.deeplink import deep_link

CHROMIUM = shutil.which("chromium")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="install Debian's chromium")]

PARAGRAPHS = [
    "The council met on Friday and talked about the harbour for five hours.",
    "Ana Ortiz, 47, said the twenty-one boats – all of them – were “lost for good” & not insured.",
    "Later that day Ana Ortiz left. Nobody followed.",
    "Выборы прошли спокойно, сказал Андрей Руденко в Пекине.",
    "東京で行われた会議には、三十人が参加した。",
    "“We will rebuild,” she said, “whatever it costs: 1.2 million euro, or more.”",
    "In the end Ana Ortiz, who had waited, won the vote; the others went home without a word to anybody.",
    "RAIN fell for three days. More rain is to come, the weather office said, before the weekend is over.",
]
TEXT = "\n\n".join(PARAGRAPHS)
QUOTES = [
    ("twenty-one boats – all of them –", 2),
    ("Ana Ortiz, 47, said", 2),
    ("“lost for good” & not insured", 2),
    ("Ana Ortiz left", 3),
    ("Андрей Руденко", 4),
    ("三十人", 5),
    ("1.2 million euro, or more", 6),
    ("rain", 8),
]
_SCRIPT = """
addEventListener('load', () => setTimeout(() => {
  const seen = [...document.querySelectorAll('p')].find(p => {
    const box = p.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; });
  fetch('/seen?' + (seen && scrollY > 0 ? seen.id : 'none'));
}, 400));
"""


class _Pages(BaseHTTPRequestHandler):
    seen: queue.Queue[str] = queue.Queue()

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        if path.path == "/seen":
            self.seen.put(path.query)
        body = "".join(
            f'<div style="height:3000px"></div><p id="{number}">{html.escape(text)}</p>'
            for number, text in enumerate(PARAGRAPHS, start=1)
        )
        page = f"<!doctype html><meta charset=utf-8><script>{_SCRIPT}</script>{body}<div style='height:3000px'></div>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/article"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("quote", "paragraph"), [*QUOTES, ("Ana Ortiz", 2), ("Ana Ortiz", 3), ("Ana Ortiz", 7)])
def test_chromium_scrolls_to_the_quote(site: str, tmp_path: Path, quote: str, paragraph: int) -> None:
    start = TEXT.index(quote, TEXT.index(PARAGRAPHS[paragraph - 1]))
    link = deep_link(site, TEXT, start, start + len(quote))
    assert link is not None
    assert CHROMIUM is not None
    browser = subprocess.Popen(
        [
            CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0",
            f"--user-data-dir={tmp_path}", "--window-size=900,700", link,
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert _Pages.seen.get(timeout=40) == str(paragraph), link
    finally:
        browser.terminate()
        browser.wait()
