"""The first screen: what can be asked here, from where the focus is; and the help, in a small terminal."""

from __future__ import annotations

from textual.widgets import Static

from qa.answers import Question, Reply
from tests.tui_fakes import FakeNewsroom, answered, opening, settled, view, words
from tui.app import ChatApp

NARROW = (80, 24)
OPENED = "Who opened a new bridge on Friday?"


class Offering(FakeNewsroom):
    """Surely answers ``OPENED``, which its one article's text suggests."""

    def __init__(self) -> None:
        super().__init__(articles={"b": view("b", "Bridge", "The town opened a new bridge on Friday.")})

    def ask(self, question: Question) -> Reply:
        if question.text == OPENED:
            self.asked.append(question)
            return answered(OPENED, (0.95, "The town", (self.articles["b"],)))
        return super().ask(question)


async def test_a_question_that_the_library_answers_is_offered_and_one_key_brings_it_into_the_field() -> None:
    app = ChatApp(opening(Offering()), where="/library")
    async with app.run_test(size=NARROW) as pilot:
        await settled(pilot)
        assert f"Answered here (Up, or a click)\n{OPENED}" in words(app, "#welcome")
        assert app.composer.has_focus
        await pilot.press("up")
        assert app.composer.text == OPENED
        await pilot.press("down")
        assert app.composer.text == "", "what was being written"
        await pilot.press("up", "enter")
        await settled(pilot)
        assert app.session.exchanges[0].reply is not None


async def test_a_click_asks_what_is_offered() -> None:
    app = ChatApp(opening(Offering()), where="/library")
    async with app.run_test(size=NARROW) as pilot:
        await settled(pilot)
        text = words(app, "#welcome").splitlines()
        assert OPENED in text
        await pilot.click("#welcome", offset=_place(app, OPENED))
        await settled(pilot)
        assert [exchange.question for exchange in app.session.exchanges] == [OPENED]


def _place(app: ChatApp, text: str) -> tuple[int, int]:
    """Where ``text`` is shown in the welcome, in its own cells."""
    shown = app.screen.query_one("#welcome")
    for row in range(shown.size.height):
        line = "".join(segment.text for segment in shown.render_line(row))
        if text in line:
            return line.index(text) + shown.gutter.left, row + shown.gutter.top
    raise AssertionError(text)


async def test_the_first_screen_and_the_help_fit_a_small_terminal() -> None:
    """80 by 24: the keys' names for the settings file stand whole in a column of their own."""
    app = ChatApp(opening(Offering()), where="/library")
    async with app.run_test(size=NARROW) as pilot:
        await settled(pilot)
        assert app.pane.max_scroll_y == 0, "nothing is below the edge"
        await pilot.press("f1")
        await pilot.pause()
        names = app.screen.query(".name").results(Static)
        descriptions = list(app.screen.query(".what").results(Static))
        for name, what in zip(names, descriptions, strict=True):
            assert (name.size.height, name.size.width >= len(str(name.content))) == (1, True), name.content
            assert name.region.x >= what.region.right
