"""The report: one page that needs nothing else, holds what was measured, and trusts no text from outside."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from index.library import Library
from qa.engine import Engine
from qa.evaluation.datasets import Item
from qa.evaluation.measurement import Measurement
from qa.evaluation.outcomes import ask_all, read_all
from qa.evaluation.report import report
from qa.judging import ReaderJudge
from tests.fakes import BRIDGE, MARGIN_ONLY, STORM, WordReader, article
from tests.test_evaluate import ABOUT, MAYOR, against_itself, measurement

EVIL = '<script>alert("x")</script>'


@pytest.fixture
def body(library: Library) -> Measurement:
    """Three questions on three articles, asked both ways, against themselves; the third one is hostile."""
    library.add([BRIDGE, STORM, article("evil", f"A prize, {EVIL}, was won.", headline="Prize")])
    items = [
        replace(MAYOR, passage="It was Ana Ortiz.", headline="Bridge"),
        Item("What drowned in rain, mayor of the town?", (), "storm", 1),
        Item(f"Who won the prize {EVIL}?", (f"nobody {EVIL}",), "evil", 1),
    ]
    reader = WordReader({"Ana Ortiz": 2.0, EVIL: 1.0})
    opened, read = ask_all(Engine(library, ReaderJudge(reader, MARGIN_ONLY)), items), read_all(reader, items[:1])
    return against_itself(measurement(items, opened, read), EVIL, EVIL)


class Page(HTMLParser):
    """Collects the tags with their attributes, and checks that they nest."""

    void = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_nothing_from_outside_becomes_markup(body: Measurement) -> None:
    page = report(body)
    assert "&lt;script&gt;" in page
    assert "script" not in {tag for tag, _ in Page(page).tags}


def test_the_page_is_whole_and_fetches_nothing(body: Measurement) -> None:
    page = Page(report(body))
    assert page.open == []
    assert {"link", "img", "iframe", "object"}.isdisjoint(tag for tag, _ in page.tags)
    outside = [
        value for _, attrs in page.tags for name, value in attrs.items() if name in ("src", "href", "xlink:href")
    ]
    assert all(value and value.startswith("#") for value in outside)
    assert "url(http" not in report(body)


def test_names_in_the_page_are_its_own(body: Measurement) -> None:
    """Every drawing has names of its own, and refers to none that is not there."""
    text = report(body)
    ids = [attrs["id"] for _, attrs in Page(text).tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)


def test_every_plot_is_described_in_words_and_takes_the_page_s_colours(body: Measurement) -> None:
    text = report(body)
    described = [attrs["aria-label"] for _, attrs in Page(text).tags if attrs.get("role") == "img"]
    assert [label.partition(".")[0] for label in described if label] == [
        "At a glance",
        "Answering fewer questions, and more of them right",
        "Does the confidence mean what it says?",
        "Finding the paragraph",
        "Time by stage",
    ]
    assert "Token F1, whole library: 50.0 %" in str(described[0])
    assert "100% within 1" in str(described[3])
    assert "#01020" not in text
    assert "var(--accent)" in text


def test_figures_comparison_and_misses_are_there(body: Measurement) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", report(body)))
    assert (
        "3 questions · a library of 2 articles, 4 passages · reader words · Pullquote 1 · 2026-01-02 03:04 UTC" in text
    )
    assert "Token F1 50.0 % 0.0 to 100.0 100.0 % of the best answer" in text
    assert "Overall F1 3 33.3 % 33.3 % +0.0 0.0 to 0.0 p = 1.000" in text
    assert "It cannot be answered, and an answer was given. storm, paragraph 1." in text
    assert "the expected paragraph" in text


def test_the_same_measurement_is_the_same_page(body: Measurement) -> None:
    assert report(body) == report(body)


def test_a_reader_alone_and_a_set_without_places_have_reports_too(library: Library) -> None:
    item = replace(MAYOR, article_id=None, paragraph=None, passage="It was Ana Ortiz.")
    reader = WordReader({"Ana Ortiz": 2.0})
    made = measurement([item], [], read_all(reader, [item]))
    alone = report(replace(made, about=replace(ABOUT, library=None, sampled_from=1_000)))
    assert "drawn from 1,000 · the file’s own passages, no library" in re.sub(r"\s+", " ", alone).replace(" ,", ",")
    assert "Finding the paragraph" not in alone
    library.add([BRIDGE])
    asked = ask_all(Engine(library, ReaderJudge(WordReader({}), MARGIN_ONLY)), [item])
    assert "The worst misses" in report(measurement([item], asked))


def test_the_page_says_how_much_is_given_and_what_was_right_but_refused(library: Library) -> None:
    library.add([BRIDGE])
    judge = ReaderJudge(WordReader({"Ana Ortiz": -1.0}), MARGIN_ONLY)  # 27 % sure: right, and not given
    page = report(measurement([MAYOR], ask_all(Engine(library, judge), [MAYOR])))
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    cards = text[: text.index("In pictures")]
    assert "Given 0.0 %" in cards
    assert "Surely answered 0.0 % of the answerable questions" in cards
    assert "Surely or perhaps answered 0.0 %" in cards
    assert "Right, but refused Right answers that were not given, not even as perhaps" in text
    assert "Who is the mayor? Got Ana Ortiz (confidence 0.27, not given) ; expected Ana Ortiz" in text
    assert "The worst misses" not in text
