"""What the reader says of an answer, in the chat and line by line."""

from __future__ import annotations

from textual.widgets import Input, RadioButton, RadioSet

from qa.feedback import Better, Feedback
from tests.test_tui_plain import plain
from tests.tui_fakes import BRIDGE, COST, LOST, WEATHER, WHO, FakeNewsroom, ask, notices, opening, settled, words
from tui.app import ChatApp
from tui.evidence import ParagraphRow
from tui.rating import RatingScreen

FERRY = "The old ferry"
AT = BRIDGE.text.index(FERRY)


def chat(newsroom: FakeNewsroom) -> ChatApp:
    return ChatApp(opening(newsroom), where="/library")


async def test_plus_says_right_of_the_chosen_answer() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("escape", "+")
        assert newsroom.rated == []
        await ask(pilot, COST)
        await pilot.press("escape", "+")
        await settled(pilot)
        await pilot.press("down", "+")
        await settled(pilot)
        await ask(pilot, WEATHER)
        await pilot.press("escape", "+")
        await settled(pilot)
    assert newsroom.rated == [Feedback("id", "right", 0), Feedback("id", "right", 1), Feedback("id", "right", 0)]


async def test_minus_opens_a_form_that_marks_the_right_words_in_the_evidence() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=(120, 36)) as pilot:
        await ask(pilot, COST)
        await pilot.press("escape", "-")
        screen = app.screen
        assert isinstance(screen, RatingScreen)
        screen.query_one("#words", Input).value = "The old fairy"
        await pilot.pause()
        assert "do not stand" in words(app, ".problem")
        await pilot.press("enter")
        assert app.screen is screen, "words that stand nowhere are not kept"
        screen.query_one("#words", Input).value = FERRY
        await pilot.pause()
        assert words(app, ".problem").strip() == ""
        await settled(pilot)
        [shown] = [one for one in app.evidence.query(ParagraphRow) if one.has_class("-marked")]
        assert shown.part.number == 3
        screen.query_one(RadioSet).query(RadioButton)[1].value = True
        screen.query_one("#note", Input).value = " It was the ferry. "
        await pilot.press("enter")
        await settled(pilot)
        assert "Kept: thank you." in notices(app)
    better = Better("bridge", AT, AT + len(FERRY))
    assert newsroom.rated == [Feedback("id", "incomplete", 0, better, "It was the ferry.")]


async def test_a_reply_that_comes_while_the_form_is_open_takes_no_verdict_that_was_not_meant_for_it() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=(120, 36)) as pilot:
        await ask(pilot, COST)
        newsroom.gate.clear()
        app.composer.text = WHO
        await pilot.press("enter")
        app.pane.focus()
        await pilot.press("down", "-")
        assert isinstance(app.screen, RatingScreen)
        newsroom.gate.set()
        await settled(pilot)
        assert app.place is not None
        assert app.place.exchange == 1, "the reply has come, and is chosen"
        await pilot.press("enter")
        await settled(pilot)
    assert newsroom.rated == [Feedback("id", "wrong", 1)]


async def test_leaving_the_form_says_nothing_and_shows_the_answer_again() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=(80, 24)) as pilot:
        await ask(pilot, COST)
        await pilot.press("escape", "-")
        app.screen.query_one("#words", Input).value = FERRY
        await pilot.press("escape")
        await settled(pilot)
        assert not isinstance(app.screen, RatingScreen)
        [shown] = [one for one in app.evidence.query(ParagraphRow) if one.has_class("-marked")]
        assert shown.part.number == 2
    assert newsroom.rated == []


async def test_what_cannot_be_kept_is_told() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=(120, 36)) as pilot:
        await ask(pilot, COST)
        newsroom.lost = LOST
        await pilot.press("escape", "+")
        await settled(pilot)
        assert any("could not be kept" in notice for notice in notices(app))


def test_line_by_line_a_command_says_it() -> None:
    newsroom = FakeNewsroom()
    status, _, err = plain(
        newsroom, COST, ":right", ":wrong 2", f":incomplete {FERRY}", f":outdated 2 {FERRY}", WEATHER, ":right"
    )
    better = Better("bridge", AT, AT + len(FERRY))
    assert (status, err.count("Kept: thank you.")) == (0, 5)
    assert newsroom.rated == [
        Feedback("id", "right", 0), Feedback("id", "wrong", 1), Feedback("id", "incomplete", 0, better),
        Feedback("id", "outdated", 1, better), Feedback("id", "right", 0),
    ]  # fmt: skip


def test_line_by_line_what_cannot_be_is_a_problem() -> None:
    newsroom = FakeNewsroom()
    status, _, err = plain(newsroom, ":right", COST, ":wrong no such words")
    assert status == 1
    assert "nothing was answered yet" in err
    assert "do not stand" in err
    assert newsroom.rated == []
