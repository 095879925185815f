"""A newsroom that answers from a table, for the chat's tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static
from textual.worker import WorkerCancelled, WorkerFailed

from qa.answers import Answer, Citation, Headline, Metadata, Nearest, Question, Reason, Reply, Timing
from qa.errors import PullquoteError
from qa.feedback import Feedback
from qa.newsroom import ArticleView, Newsroom
from tui.app import ChatApp
from tui.composer import Composer


def view(article_id: str, headline: str, *paragraphs: str, **fields: str) -> ArticleView:
    """An article from its paragraphs."""
    text = "\n\n".join(paragraphs)
    spans, start = [], 0
    for number, paragraph in enumerate(paragraphs, start=1):
        spans.append((number, start, start + len(paragraph)))
        start += len(paragraph) + 2
    about = Metadata.from_json({"headline": headline} | fields)
    return ArticleView(article_id, about, text, f"sha-{article_id}", tuple(spans))


def cite(article: ArticleView, quote: str) -> Citation:
    """The first place where ``quote`` stands; its sentence is its paragraph."""
    start = article.text.index(quote)
    number, low, high = next(p for p in article.paragraphs if p[1] <= start < p[2])
    link = f"{article.url}#:~:text=x" if article.url else None
    return Citation(
        article.article_id, article.about, link, number, quote, start, start + len(quote),
        article.text[low:high], low, high, article.sha256,
    )  # fmt: skip


BRIDGE = view(
    "bridge",
    "Gallin opens its new bridge",
    "GALLIN — The town opened a new bridge over the Orre on Friday, three years late.",
    "It cost 1.2 million euro, the mayor, Ana Ortiz, said. “Nobody will miss the ferry,” she added.",
    "The old ferry, which had crossed since 1911, made its last trip at noon.",
    source="The Gallin Standard",
    author="Jo Reed",
    published="2024-05-03",
    url="https://example.org/bridge",
)
COUNCIL = view(
    "council",
    "Council told of bridge costs",
    "The bridge cost 1.2 million euro, the council heard.",
    source="Orre Valley News",
    published="2024-05-07",
)
STORM = view("storm", "Storm sinks ship [live]", "A storm sank the *Marta* off the coast; [b]the captain[/b] drowned.")

ARTICLES = {article.article_id: article for article in (BRIDGE, COUNCIL, STORM)}

COST = "What did the bridge cost?"
WHO = "Who is the mayor?"
WEATHER = "Will it rain?"
FOLLOW_UP = "And when was its last trip?"


def answered(question: str, *answers: tuple[float, str, tuple[ArticleView, ...]], understood_as: str = "") -> Reply:
    """A reply with answers given as confidence, words, and the articles where they stand."""
    made = tuple(Answer(words, sure, tuple(cite(a, words) for a in where)) for sure, words, where in answers)
    return Reply("id", "answered", question, understood_as or question, answers=made, timing_ms=Timing(total=26.0))


def unanswered(question: str, reason: Reason, *nearest: ArticleView) -> Reply:
    """A reply with no answer."""
    items = tuple(_near(article) for article in nearest)
    return Reply("id", "no_answer", question, question, reason=reason, nearest=items)


def _near(article: ArticleView) -> Nearest:
    """Its first paragraph as its nearest sentence."""
    number, start, end = article.paragraphs[0]
    return Nearest(article.article_id, article.about, article.url, number, start, end, article.text[start:end])


@dataclass
class FakeNewsroom:
    """Answers ``COST``, ``WHO``, ``WEATHER`` and ``FOLLOW_UP``; everything else is "nothing relevant".

    ``asked`` keeps the questions, ``rated`` what was thought of the replies. While ``gate`` is cleared a question waits
    in its thread; ``lost`` is what every call fails with.
    """

    articles: dict[str, ArticleView] = field(default_factory=lambda: dict(ARTICLES))
    asked: list[Question] = field(default_factory=list)
    rated: list[Feedback] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    lost: Exception | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        self.gate.wait(timeout=300)
        if self.lost:
            raise self.lost
        if question.text == COST:
            cost = (0.87, "1.2 million euro", (BRIDGE, COUNCIL))
            return answered(COST, cost, (0.41, "three years", (BRIDGE,)))
        if question.text == WHO:
            return answered(WHO, (0.93, "Ana Ortiz", (BRIDGE,)))
        if question.text == WEATHER and question.min_confidence == 0:
            return answered(WEATHER, (0.12, "A storm", (STORM,)))
        if question.text == WEATHER:
            return unanswered(WEATHER, "weak_evidence", STORM, BRIDGE)
        if question.text == FOLLOW_UP:
            understood = "When was the ferry's last trip?" if question.history else FOLLOW_UP
            return answered(FOLLOW_UP, (0.66, "noon", (BRIDGE,)), understood_as=understood)
        return unanswered(question.text, "nothing_relevant")

    def article(self, article_id: str) -> ArticleView | None:
        if self.lost:
            raise self.lost
        return self.articles.get(article_id)

    def rate(self, feedback: Feedback) -> None:
        if self.lost:
            raise self.lost
        self.rated.append(feedback)

    def headlines(self) -> Iterator[Headline]:
        if self.lost:
            raise self.lost
        for article in self.articles.values():
            yield Headline(article.article_id, article.about)


def opening(newsroom: Newsroom) -> Callable[[Callable[[str], None]], Newsroom]:
    """Opens ``newsroom`` at once."""

    def open_now(progress: Callable[[str], None]) -> Newsroom:
        progress("Loading…")
        return newsroom

    return open_now


async def settled(pilot: Pilot[int]) -> None:
    """Nothing is waited for any more: every worker's result was handled, and so was what came of that."""
    app = cast("ChatApp", pilot.app)
    quiet = False
    while not quiet or app._waited_for:
        quiet = not app._waited_for
        for worker in list(app.workers):
            with suppress(WorkerFailed, WorkerCancelled):
                await worker.wait()
        await pilot.pause()


async def ask(pilot: Pilot[int], *questions: str) -> None:
    """Type and send each of ``questions`` and wait for what comes of it."""
    for question in questions:
        composer = pilot.app.query_one(Composer)
        composer.focus()
        composer.text = question
        await pilot.press("enter")
        await settled(pilot)


def words(app: App[int], selector: str) -> str:
    """What the widgets of ``selector`` show, a line each."""
    return "\n".join(str(widget.content) for widget in app.screen.query(selector).results(Static))


def notices(app: App[int]) -> list[str]:
    """What the notifications on the screen say."""
    return [notice.message for notice in app._notifications]


LOST = PullquoteError("no answer from http://127.0.0.1:8000; is the server running?")
