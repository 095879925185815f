"""Deep links in a real Chromium: it scrolls to the paragraph with the quote."""

from __future__ import annotations

import html
from collections.abc import Iterator

import pytest

from qa.deeplink import deep_link
from tests.chromium import Chromium, needs_chromium
from tests.widget_site import serving

pytestmark = [pytest.mark.browser, needs_chromium]

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
PAGE = "".join(
    f'<div style="height:3000px"></div><p id="{number}">{html.escape(text)}</p>'
    for number, text in enumerate(PARAGRAPHS, start=1)
)
SEEN = """[...document.querySelectorAll('p')].find(p => {
  const box = p.getBoundingClientRect(); return scrollY > 0 && box.top >= 0 && box.bottom <= innerHeight; })?.id"""


@pytest.fixture(scope="module")
def article() -> Iterator[str]:
    body = f"<!doctype html><meta charset=utf-8>{PAGE}<div style='height:3000px'></div>".encode()
    with serving(lambda _: (200, {"Content-Type": "text/html; charset=utf-8"}, body)) as site:
        yield f"{site.url}/article"


@pytest.mark.parametrize(("quote", "paragraph"), [*QUOTES, ("Ana Ortiz", 2), ("Ana Ortiz", 3), ("Ana Ortiz", 7)])
def test_chromium_scrolls_to_the_quote(browser: Chromium, article: str, quote: str, paragraph: int) -> None:
    start = TEXT.index(quote, TEXT.index(PARAGRAPHS[paragraph - 1]))
    link = deep_link(article, TEXT, start, start + len(quote))
    assert link is not None
    tab = browser.page()
    tab.open(link)
    assert tab.wait(SEEN) == str(paragraph), link
    tab.close()
