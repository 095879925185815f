"""Deep links in a real Chromium: it scrolls to the paragraph with the quote, and marks the quote alone."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from qa.deeplink import deep_link
from tests.chromium import Chromium, Page, needs_chromium
from tests.widget_site import serving

pytestmark = [pytest.mark.browser, needs_chromium]


def on_the_page(text: str) -> str:
    """As the page writes it: in decomposed letters, which articles are not kept in."""
    return unicodedata.normalize("NFD", text)


PARAGRAPHS = [
    "The council met on Friday and talked about the harbour for five hours.",
    "Ana Ortiz, 47, said the twenty-one boats – all of them – were “lost for good” & not insured.",
    "Later that day Ana Ortiz left. Nobody followed.",
    "Выборы прошли спокойно, сказал Андрей Руденко в Пекине.",
    "東京で行われた会議には、三十人が参加した。",
    "“We will rebuild,” she said, “whatever it costs: 1.2 million euro, or more.”",
    "In the end Ana Ortiz, who had waited, won the vote; the others went home without a word to anybody.",
    "Cafés stay shut in Århus, where nobody may go out.",
    "Marlow’s novel was read aloud in the market place.",
    "Afterwards Marlow, the elder, rose and thanked the readers.",
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
    ("Århus", 8),
    ("Marlow", 9),
    ("Marlow", 10),
    ("rain", 11),
]
HEADLINE = "Rain, and Marlow"
PAGE = f"<h1>{HEADLINE}</h1>" + "".join(
    f'<div style="height:3000px"></div><p id="{number}">{html.escape(on_the_page(text))}</p>'
    for number, text in enumerate(PARAGRAPHS, start=1)
)
MARK = "<style>::target-text { background: #f0f; color: #f0f }</style>"
SEEN = """[...document.querySelectorAll('p')].find(p => {
  const box = p.getBoundingClientRect(); return scrollY > 0 && box.top >= 0 && box.bottom <= innerHeight; })?.id"""


@pytest.fixture(scope="module")
def article() -> Iterator[str]:
    body = f"<!doctype html><meta charset=utf-8>{MARK}{PAGE}<div style='height:3000px'></div>".encode()
    with serving(lambda _: (200, {"Content-Type": "text/html; charset=utf-8"}, body)) as site:
        yield f"{site.url}/article"


@pytest.mark.parametrize(("quote", "paragraph"), [*QUOTES, ("Ana Ortiz", 2), ("Ana Ortiz", 3), ("Ana Ortiz", 7)])
def test_chromium_scrolls_to_the_quote_and_marks_it(
    browser: Chromium, article: str, tmp_path: Path, quote: str, paragraph: int
) -> None:
    start = TEXT.index(quote, TEXT.index(PARAGRAPHS[paragraph - 1]))
    link = deep_link(article, TEXT, start, start + len(quote), HEADLINE)
    assert link is not None
    tab = browser.page()
    tab.open(link)
    assert tab.wait(SEEN) == str(paragraph), link
    at = start - TEXT.index(PARAGRAPHS[paragraph - 1])
    assert marked(tab, tmp_path / "seen.png") == pytest.approx(place(tab, paragraph, at, len(quote)), abs=2), link
    tab.close()


def marked(tab: Page, file: Path) -> tuple[float, ...]:
    """Left, top, right and bottom of what stands on the mark's colour, in pixels."""
    tab.picture(file)
    red, green, blue = (imread(file)[:, :, channel] for channel in range(3))
    rows, columns = np.nonzero((red > 0.9) & (green < 0.1) & (blue > 0.9))
    assert len(rows), "something is marked"
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def place(tab: Page, paragraph: int, start: int, length: int) -> tuple[float, ...]:
    """The same of a paragraph's letters, by the layout."""
    low = len(on_the_page(PARAGRAPHS[paragraph - 1][:start]))
    high = len(on_the_page(PARAGRAPHS[paragraph - 1][: start + length]))
    box = tab.js(
        f"""(() => {{ const range = new Range(), text = document.getElementById("{paragraph}").firstChild;
        range.setStart(text, {low}); range.setEnd(text, {high}); const box = range.getBoundingClientRect();
        return [box.left, box.top, box.right, box.bottom]; }})()"""
    )
    return tuple(box)
