"""Asking in the chat: questions, replies, evidence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from qa.answers import Turn
from qa.newsroom import ArticleView, Newsroom
from tests.tui_fakes import (
    ARTICLES,
    BRIDGE,
    COST,
    FOLLOW_UP,
    LOST,
    WEATHER,
    WHO,
    FakeNewsroom,
    ask,
    notices,
    opening,
    settled,
    words,
)
from tui.app import ChatApp
from tui.composer import Composer
from tui.conversation import AnswerRow
from tui.evidence import MARK, EvidencePane, ParagraphRow
from tui.transcript import Place

WIDE = (120, 36)


def chat(newsroom: FakeNewsroom) -> ChatApp:
    return ChatApp(opening(newsroom), where="/library")


def states(app: ChatApp) -> list[str]:
    return [exchange.state.value for exchange in app.session.exchanges]


async def test_an_answer_comes_with_its_confidence_and_citation() -> None:
    app = chat(FakeNewsroom())
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        first = str(app.query(AnswerRow).first().content)
    assert first == (
        "1.2 million euro\n▰▰▰▰▱ 87 % sure\n"
        "“Gallin opens its new bridge”, The Gallin Standard, 3 May 2024, paragraph 2  [1 of 2]"
    )


async def test_the_evidence_is_the_article_with_the_answer_marked_in_the_cited_paragraph() -> None:
    app = chat(FakeNewsroom())
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        assert words(app, "#evidence .headline") == "Gallin opens its new bridge"
        marked = [paragraph for paragraph in app.query(ParagraphRow) if paragraph.citation]
        content = marked[0].query_one(".text", Static).content
    assert [paragraph.part.number for paragraph in marked] == [2]
    assert isinstance(content, Content)
    assert [content.plain[span.start : span.end] for span in content.spans if span.style == MARK] == [
        "1.2 million euro"
    ]


async def test_the_next_citation_brings_its_article_and_then_the_next_answer() -> None:
    app = chat(FakeNewsroom())
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        await pilot.press("escape", "n")
        await settled(pilot)
        assert words(app, "#evidence .headline") == "Council told of bridge costs"
        assert app.place == Place(0, 0, 1)
        await pilot.press("n")
        await settled(pilot)
        assert app.place == Place(0, 1, 0)
        await pilot.press("n", "N")
        await settled(pilot)
        assert app.place == Place(0, 0, 1)  # back to the last citation of the answer before
        assert words(app, "#evidence .headline") == "Council told of bridge costs"


async def test_up_and_down_move_between_answers_of_all_questions() -> None:
    app = chat(FakeNewsroom())
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST, WHO)
        await pilot.press("escape", "up")
        assert app.place == Place(0, 1)
        await pilot.press("up", "up")
        assert app.place == Place(0, 0)
        await pilot.press("down", "down", "down")
        assert app.place == Place(1, 0)


async def test_without_an_answer_it_says_why_and_the_nearest_articles_open() -> None:
    app = chat(FakeNewsroom())
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, WEATHER)
        assert words(app, ".state") == "No answer. An article may say it, but not surely enough to answer."
        assert [str(row.content) for row in app.query(AnswerRow)] == [
            ("“Storm sinks ship [live]”\n1: A storm sank the *Marta* off the coast; [b]the captain[/b] drowned."),
            (
                "“Gallin opens its new bridge”, The Gallin Standard, 3 May 2024\n"
                "1: GALLIN — The town opened a new bridge over the Orre on Friday, three years late."
            ),
        ]
        assert words(app, "#evidence .headline") == "Storm sinks ship [live]"
        await pilot.press("escape", "down", "enter")
        await settled(pilot)
        assert words(app, "#evidence .headline") == "Gallin opens its new bridge"
        assert app.query_one(EvidencePane).has_focus


async def test_a_click_on_a_row_chooses_it() -> None:
    app = chat(FakeNewsroom())
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        assert app.place == Place(0, 0)
        await pilot.click(app.query(AnswerRow)[1])
        assert app.place == Place(0, 1)


async def test_a_question_typed_before_the_newsroom_is_open_waits_its_turn() -> None:
    newsroom, opened = FakeNewsroom(), threading.Event()

    def open_slowly(progress: Callable[[str], None]) -> Newsroom:
        progress("Loading the reader…")
        opened.wait(timeout=300)
        return newsroom

    app = ChatApp(open_slowly, where="/library")
    async with app.run_test(size=WIDE) as pilot:
        for question in (WHO, COST):
            app.query_one(Composer).text = question
            await pilot.press("enter")
        await pilot.pause()
        assert states(app) == ["waiting", "waiting"]
        opened.set()
        await settled(pilot)
        await settled(pilot)
        assert [question.text for question in newsroom.asked] == [WHO, COST]
        assert states(app) == ["replied", "replied"]


async def test_a_reply_that_comes_after_escape_is_dropped() -> None:
    newsroom = FakeNewsroom()
    newsroom.gate.clear()
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        app.query_one(Composer).text = COST
        await pilot.press("enter")
        await pilot.pause()
        assert states(app) == ["asked"]
        await pilot.press("escape")
        newsroom.gate.set()
        await settled(pilot)
        assert states(app) == ["cancelled"]
        assert app.session.exchanges[0].reply is None
        await pilot.press("escape", "r")
        await settled(pilot)
        assert states(app) == ["replied"]


async def test_the_conversation_before_a_question_goes_with_it() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST, WEATHER, FOLLOW_UP)
    assert newsroom.asked[0].history == ()
    assert newsroom.asked[2].history == (Turn(COST, "1.2 million euro"), Turn(WEATHER, None))


async def test_how_a_follow_up_was_understood_shows_and_one_key_asks_it_as_typed() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST, FOLLOW_UP)
        assert "understood as: When was the ferry's last trip?   (F7: as typed)" in words(app, ".aside")
        await pilot.press("escape", "u")
        await settled(pilot)
        assert newsroom.asked[-1].text == FOLLOW_UP
        assert newsroom.asked[-1].history == ()
        assert len(app.session.exchanges) == 2
        assert "understood as" not in words(app, ".aside")
        assert "asked as typed" in words(app, ".aside")


async def test_an_answer_that_was_held_back_shows_at_one_key_and_says_what_it_is() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, WEATHER)
        assert "F6: the best guess all the same" in words(app, ".aside")
        await pilot.press("escape", "g")
        await settled(pilot)
        assert newsroom.asked[-1].min_confidence == 0
        assert "the best guess, however unsure: check it" in words(app, ".aside")
        assert "12 % sure" in words(app, ".row")
        await pilot.press("g")
        assert notices(app) == ["There is no guess to show here."]


async def test_a_question_as_it_was_typed_has_nothing_to_undo() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        await pilot.press("escape", "u")
        assert notices(app) == ["This question was asked as typed."]
        assert len(newsroom.asked) == 1


async def test_a_lost_server_is_said_plainly_and_the_question_can_be_asked_again() -> None:
    newsroom = FakeNewsroom(lost=LOST)
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        assert words(app, ".state") == (
            "! Could not be asked: no answer from http://127.0.0.1:8000; is the server running?   (F8: ask again)"
        )
        newsroom.lost = None
        await pilot.press("escape", "r")
        await settled(pilot)
        assert states(app) == ["replied"]


async def test_a_fault_inside_is_one_line_and_the_chat_goes_on() -> None:
    newsroom = FakeNewsroom(lost=ZeroDivisionError("division by zero"))
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        assert "a fault in Pullquote (ZeroDivisionError: division by zero)" in words(app, ".state")
        newsroom.lost = None
        await ask(pilot, WHO)
        assert states(app) == ["failed", "replied"]


async def test_a_newsroom_that_did_not_open_is_opened_again_by_the_next_question() -> None:
    newsroom, tries = FakeNewsroom(), list[str]()

    def open_at_the_second_try(progress: Callable[[str], None]) -> Newsroom:
        tries.append("open")
        if len(tries) == 1:
            raise LOST
        return opening(newsroom)(progress)

    app = ChatApp(open_at_the_second_try, where="http://127.0.0.1:8000")
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert words(app, "#status").startswith("! not ready: no answer from")
        await ask(pilot, COST)
        assert tries == ["open", "open"]
        assert states(app) == ["replied"]


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (None, "! This article is no longer in the library. The sentence as it stood:"),
        (replace(BRIDGE, text="Another text."), "! This article has changed since. The sentence as it stood:"),
    ],
)
async def test_when_the_library_changed_underneath_the_sentence_still_shows(now: ArticleView | None, said: str) -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        newsroom.articles = {name: article for name, article in ARTICLES.items() if name != "bridge"}
        if now is not None:
            newsroom.articles["bridge"] = now
        await ask(pilot, WHO)
        notes = words(app, "#evidence .note").splitlines()
    assert notes[0] == said
    assert notes[1] == "It cost 1.2 million euro, the mayor, Ana Ortiz, said. “Nobody will miss the ferry,” she added."


async def test_a_reply_that_comes_while_a_dialog_is_open_is_there_when_it_closes() -> None:
    newsroom = FakeNewsroom()
    newsroom.gate.clear()
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        app.composer.text = COST
        await pilot.press("enter", "f1")
        newsroom.gate.set()
        await settled(pilot)
        await pilot.press("escape")
        assert states(app) == ["replied"]
        assert words(app, "#evidence .headline") == "Gallin opens its new bridge"


async def test_on_a_narrow_terminal_a_question_leads_back_to_the_conversation() -> None:
    app = chat(FakeNewsroom())
    async with app.run_test(size=(80, 24)) as pilot:
        await ask(pilot, COST)
        await pilot.press("f4")
        assert app.pane.display is False
        await ask(pilot, WHO)
        assert app.pane.display is True


async def test_a_new_reply_is_in_sight_from_its_question_and_each_chosen_row_after_it() -> None:
    app = chat(FakeNewsroom())
    async with app.run_test(size=(80, 20)) as pilot:
        await ask(pilot, WEATHER, WHO, COST)
        await pilot.pause()

        def in_sight(widget: Widget) -> bool:
            return app.pane.content_region.contains_region(widget.region)

        assert in_sight(app.query(".question").last())
        assert in_sight(app.query(AnswerRow).last())
        await pilot.press("escape", *["up"] * 6)
        await pilot.pause()
        assert app.place == Place(0, 0)
        assert in_sight(app.query(AnswerRow).first())
        assert not in_sight(app.query(AnswerRow).last())
