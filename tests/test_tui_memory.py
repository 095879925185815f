"""Conversations kept, searched, resumed and deleted."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from qa.answers import Filters
from qa.errors import PullquoteError
from tests.tui_fakes import BRIDGE, COST, STORM, WEATHER, WHO, FakeNewsroom, answered, ask, notices, opening, settled
from tui.app import ChatApp
from tui.memory import FILE_NAME, Memory
from tui.screens import PastScreen
from tui.transcript import Exchange, State

WIDE = (120, 36)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    opened = Memory.open(tmp_path)
    yield opened
    opened.close()


def mayor(*, as_typed: bool = False) -> Exchange:
    reply = answered(WHO, (0.93, "Ana Ortiz", (BRIDGE,)), understood_as="Who is the mayor of Gallin?")
    return Exchange(WHO, Filters(("bridge",), ("Daily",), date(2024, 5, 1)), as_typed, state=State.REPLIED, reply=reply)


def test_a_conversation_comes_back_as_it_was(memory: Memory) -> None:
    kept = [mayor(as_typed=True), Exchange("Why?", unsure=True, state=State.FAILED, problem="no answer")]
    conversation = memory.save(None, 0, kept[0])
    assert memory.save(conversation, 1, kept[1]) == conversation
    loaded = memory.load(conversation)
    fields = Exchange.__slots__
    assert [[getattr(one, name) for name in fields] for one in loaded] == [
        [getattr(one, name) for name in fields] for one in kept
    ]


def test_asking_again_replaces_what_was_kept(memory: Memory) -> None:
    conversation = memory.save(None, 0, Exchange(WHO, state=State.FAILED))
    memory.save(conversation, 0, mayor())
    assert [exchange.state for exchange in memory.load(conversation)] == [State.REPLIED]


@pytest.mark.parametrize(
    ("search", "found"),
    [("", [2, 1]), ("MAYOR", [1]), ("ortiz gallin", [1]), ("storm", [2]), ("mayor storm", []), ("%", []), ('"', [])],
)
def test_a_search_finds_the_conversations_with_every_word_in_question_or_answer(
    memory: Memory, search: str, found: list[int]
) -> None:
    memory.save(None, 0, mayor())
    memory.save(None, 0, Exchange("What did the storm sink?"))
    assert [kept.id for kept in memory.listing(search)] == found


def test_the_last_one_used_comes_first_within_the_same_second_too(memory: Memory) -> None:
    older = memory.save(None, 0, mayor())
    newer = memory.save(None, 0, Exchange("What did the storm sink?"))
    assert [kept.id for kept in memory.listing()] == [newer, older]
    memory.save(older, 1, mayor())
    assert [kept.id for kept in memory.listing()] == [older, newer]


def test_what_is_deleted_is_gone_from_the_file(memory: Memory) -> None:
    conversation = memory.save(None, 0, mayor())
    memory.delete(conversation)
    assert memory.listing() == []
    assert memory.load(conversation) == []
    assert b"Ortiz" not in memory.path.read_bytes()


def test_only_its_owner_can_read_the_file(memory: Memory) -> None:
    assert stat.S_IMODE(memory.path.stat().st_mode) == 0o600


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database at all, but long enough to be looked at as one" * 20)
    with pytest.raises(PullquoteError, match=r"conversations\.sqlite: is damaged \(file is not a database\); move it"):
        Memory.open(tmp_path)


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(PullquoteError, match="written by a newer Pullquote"):
        Memory.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PullquoteError, match="conversations cannot be kept there"):
        Memory.open(tmp_path / "file")


def test_a_kept_reply_that_cannot_be_read_is_one_error(memory: Memory) -> None:
    conversation = memory.save(None, 0, mayor())
    with sqlite3.connect(memory.path) as connection:
        connection.execute("""UPDATE exchanges SET reply = '{"id": 1}'""")
    connection.close()
    with pytest.raises(PullquoteError, match="is damaged"):
        memory.load(conversation)


async def test_a_conversation_is_kept_and_resumed_with_its_evidence(memory: Memory) -> None:
    first = ChatApp(opening(FakeNewsroom()), where="/library", memory=memory)
    async with first.run_test(size=WIDE) as pilot:
        await ask(pilot, COST, WEATHER)
    newsroom = FakeNewsroom()
    second = ChatApp(opening(newsroom), where="/library", memory=memory)
    async with second.run_test(size=WIDE) as pilot:
        await ask(pilot, "Is it raining?")
        await pilot.press("f3")
        assert [kept.title for kept in memory.listing()] == ["Is it raining?", COST]
        await pilot.press(*"bridge", "enter")
        await settled(pilot)
        assert [exchange.question for exchange in second.session.exchanges] == [COST, WEATHER]
        assert second.article == STORM  # the last question had no answer; its nearest article shows
        await ask(pilot, WHO)
        assert [turn.question for turn in newsroom.asked[-1].history] == [COST, WEATHER]
    assert [len(memory.load(kept.id)) for kept in memory.listing()] == [3, 1]


async def test_a_conversation_is_deleted_at_the_second_press_and_never_the_one_on_the_screen(memory: Memory) -> None:
    memory.save(None, 0, Exchange("An old question?"))
    app = ChatApp(opening(FakeNewsroom()), where="/library", memory=memory)
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        await pilot.press("f3", "ctrl+d", "ctrl+d")
        assert len(memory.listing()) == 2
        await pilot.press("down", "ctrl+d")
        assert len(memory.listing()) == 2
        await pilot.press("ctrl+d")
        assert [kept.title for kept in memory.listing()] == [COST]
        assert app.screen.query_one(OptionList).option_count == 1
        assert app.screen.query_one(Input).has_focus


async def test_without_a_memory_there_is_nothing_to_resume() -> None:
    app = ChatApp(opening(FakeNewsroom()), where="/library")
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        await pilot.press("f3")
        assert not isinstance(app.screen, PastScreen)
        assert notices(app) == ["Nothing is kept of this chat: there are no earlier conversations here."]


async def test_a_file_that_fails_later_is_said_once_and_the_chat_goes_on(memory: Memory) -> None:
    app = ChatApp(opening(FakeNewsroom()), where="/library", memory=memory)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        with sqlite3.connect(memory.path) as connection:
            connection.execute("DROP TABLE exchanges")
        connection.close()
        await ask(pilot, COST, WHO)
        assert [exchange.state for exchange in app.session.exchanges] == [State.REPLIED, State.REPLIED]
        assert len(notices(app)) == 1
        assert notices(app)[0].startswith("From now on nothing is kept: ")


async def test_a_question_that_is_left_while_it_is_read_is_found_again(memory: Memory) -> None:
    newsroom = FakeNewsroom()
    newsroom.gate.clear()
    app = ChatApp(opening(newsroom), where="/library", memory=memory)
    async with app.run_test(size=WIDE) as pilot:
        app.composer.text = COST
        await pilot.press("enter")
        while not newsroom.asked:
            await pilot.pause()
        [kept] = memory.listing()
        assert [(one.question, one.state) for one in memory.load(kept.id)] == [(COST, State.CANCELLED)]
        newsroom.gate.set()
        await settled(pilot)


async def test_the_first_screen_shows_what_is_new_and_what_was_asked(memory: Memory) -> None:
    memory.save(None, 0, mayor())
    app = ChatApp(opening(FakeNewsroom()), where="/library", memory=memory)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        shown = str(app.screen.query_one("#welcome", Static).content)
    assert "The newest articles (F2)\n“Gallin opens its new bridge”" in shown
    assert f"Asked lately (F3)\n{WHO}" in shown
