"""What the keys do beside asking: writing, copying, exporting, panes, themes, remapping, the command palette."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Footer, Input

from qa.answers import MAX_QUESTION_CHARS, Reply
from tests.tui_fakes import COST, WEATHER, WHO, FakeNewsroom, ask, notices, opening, settled, words
from tui.app import ChatApp
from tui.composer import Composer
from tui.conversation import ConversationPane
from tui.evidence import EvidencePane
from tui.keys import ALL, WRITING, written_keys
from tui.outside import has_browser
from tui.screens import ExportScreen, HelpScreen
from tui.settings import ChatSettings

WIDE, NARROW = (120, 36), (80, 24)


def chat(newsroom: FakeNewsroom | None = None, settings: ChatSettings | None = None) -> ChatApp:
    return ChatApp(opening(newsroom or FakeNewsroom()), where="/library", settings=settings)


async def test_keys_typed_in_one_burst_keep_their_order() -> None:
    """Enter is caught before the letters reach the field; it must not overtake them."""
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press(*"abc", "enter", *"def", "enter")
        await settled(pilot)
        assert [question.text for question in newsroom.asked] == ["abc", "def"]


async def test_both_new_line_keys_break_the_line_and_enter_sends_it_all() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("a", "ctrl+j", "b", "shift+enter", "c", "enter")
        await settled(pilot)
        assert [question.text for question in newsroom.asked] == ["a\nb\nc"]


async def test_up_recalls_earlier_questions_and_down_comes_back_to_the_draft() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST, WHO)
        composer = app.query_one(Composer)
        await pilot.press("x")
        seen = []
        for key in ("up", "up", "up", "down", "down"):
            await pilot.press(key)
            seen.append(composer.text)
    assert seen == [WHO, COST, COST, WHO, "x"]


@pytest.mark.parametrize("typed", ["", "  \n "])
async def test_nothing_is_asked_for_an_empty_question(typed: str) -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, typed)
        assert app.session.exchanges == []


async def test_a_question_that_is_too_long_stays_in_the_field() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        long = "x" * (MAX_QUESTION_CHARS + 1)
        await ask(pilot, long)
        assert app.query_one(Composer).text == long
        assert notices(app) == ["1,001 characters; a question has at most 1,000"]


async def test_copy_puts_quote_citation_and_link_on_the_clipboard() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        await pilot.press("escape", "y")
        assert app.clipboard == (
            "“1.2 million euro” (“Gallin opens its new bridge”, The Gallin Standard, 3 May 2024, paragraph 2)\n"
            "https://example.org/bridge#:~:text=x"
        )


async def test_without_a_browser_the_link_is_copied_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        await pilot.press("escape", "o")
        assert app.clipboard == "https://example.org/bridge#:~:text=x"
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("o")
        assert notices(app)[-1] == "This article has no web address."


@pytest.mark.parametrize(
    ("platform", "display", "there"), [("linux", "", False), ("linux", ":0", True), ("win32", "", True)]
)
def test_a_browser_is_there_on_desktops_only(
    monkeypatch: pytest.MonkeyPatch, platform: str, display: str, there: bool
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setattr("sys.platform", platform)
    assert has_browser() is there


@pytest.mark.parametrize("name", ["talk.md", "talk.json"])
async def test_export_writes_the_conversation_and_never_over_a_file(tmp_path: Path, name: str) -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST, WEATHER)
        for _ in range(2):
            await pilot.press("escape", "e")
            app.screen.query_one(Input).value = str(tmp_path / name)
            await pilot.press("enter")
            await pilot.pause()
            await pilot.press("i")
        assert isinstance(app.screen, ExportScreen)
        assert words(app, ".problem") == "! There is such a file already; choose another name"
    written = (tmp_path / name).read_text(encoding="utf-8")
    if name.endswith("json"):
        exchanges = json.loads(written)["exchanges"]
        assert [exchange["question"] for exchange in exchanges] == [COST, WEATHER]
        assert Reply.from_json(exchanges[0]["reply"]) == app.session.exchanges[0].reply
    else:
        assert "## What did the bridge cost?" in written


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("talk.txt", "! The name must end in .md or .json"),
        ("/nowhere/talk.md", "! It cannot be written: No such file or directory"),
    ],
)
async def test_export_says_what_is_wrong_with_the_name(typed: str, said: str) -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        await pilot.press("escape", "e")
        app.screen.query_one(Input).value = typed
        await pilot.press("enter")
        assert words(app, ".problem") == said


async def test_on_a_narrow_terminal_one_pane_shows_and_a_key_switches() -> None:
    app = chat()
    async with app.run_test(size=NARROW) as pilot:
        conversation, evidence = app.query_one(ConversationPane), app.query_one(EvidencePane)
        await ask(pilot, COST)
        assert (conversation.display, evidence.display) == (True, False)
        await pilot.press("f4")
        assert (conversation.display, evidence.display) == (False, True)
        await pilot.press("f4")
        assert (conversation.display, evidence.display) == (True, False)
        await pilot.resize_terminal(*WIDE)
        await pilot.pause()
        assert (conversation.display, evidence.display) == (True, True)


async def test_tab_moves_through_conversation_evidence_and_field() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        seen = []
        for _ in range(3):
            await pilot.press("tab")
            seen.append(app.focused.id if app.focused else None)
    assert seen == ["conversation", "evidence", "composer"]


async def test_letters_are_commands_beside_the_field_and_letters_in_it() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        await pilot.press("n", "y", "e")
        assert app.query_one(Composer).text == "nye"
        assert app.clipboard == ""


async def test_a_new_conversation_begins_empty() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        await pilot.press("ctrl+n")
        assert app.session.exchanges == []
        await ask(pilot, WHO)
        assert newsroom.asked[-1].history == ()


async def test_a_key_can_be_remapped_and_help_and_footer_show_the_new_one() -> None:
    app = chat(settings=ChatSettings(keys={"copy": "c", "help": "f8"}))
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        await pilot.press("escape", "y")
        assert app.clipboard == ""
        await pilot.press("c")
        assert app.clipboard.startswith("“1.2 million euro”")
        shown = " ".join(str(key.render()) for key in app.query_one(Footer).query("FooterKey"))
        assert "c Copy" in shown
        assert "F8 Help" in shown
        await pilot.press("f8")
        assert isinstance(app.screen, HelpScreen)
        rows = zip(
            *(words(app, f".help-key .{column}").splitlines() for column in ("keys", "what", "name")), strict=True
        )
        assert ("c", "Copy the quote with its citation", "copy") in rows


async def test_help_shows_every_key_and_escape_leaves_it() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("f1")
        shown = words(app, ".help-key Static")
        await pilot.press("escape")
        assert not isinstance(app.screen, HelpScreen)
    assert len(shown.splitlines()) == 3 * len(ALL)
    assert all(key.help in shown and key.id in shown for key in ALL)


async def test_the_palette_has_every_command() -> None:
    app = chat()
    async with app.run_test(size=WIDE):
        titles = {command.title for command in app.get_system_commands(app.screen)}
    assert titles >= {key.help for key in ALL if key not in WRITING}


async def test_the_theme_switches_between_dark_and_light() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        themes = [app.theme]
        for _ in range(2):
            await pilot.press("f5")
            themes.append(app.theme)
    assert themes == ["pullquote-dark", "pullquote-light", "pullquote-dark"]


async def test_a_theme_that_there_is_not_is_named_with_those_that_there_are() -> None:
    app = chat(settings=ChatSettings(theme="neon"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert app.theme == "pullquote-dark"
        assert "there is no theme 'neon'; there are" in notices(app)[0]


async def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        colours = {
            colour.triplet
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour and colour.triplet
        }
    assert colours
    assert all(red == green == blue for red, green, blue in colours)


def test_keys_are_written_as_they_stand_on_the_keyboard() -> None:
    assert [written_keys(keys) for keys in ("ctrl+j,shift+enter", "n", "N", "escape", "f1", "i,slash")] == [
        "Ctrl+J or Shift+Enter", "n", "N", "Esc", "F1", "i or /",
    ]  # fmt: skip


async def test_the_chat_is_left_from_the_question_field_too() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("a", "ctrl+q")
    assert app.return_code == 0


async def test_what_is_offered_works_from_the_question_field() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, WEATHER)
        assert app.composer.has_focus
        await pilot.press("f6")
        await settled(pilot)
        assert app.session.exchanges[0].unsure
        assert app.composer.text == "", "no letter is typed"
        await pilot.press("enter")
        await settled(pilot)
        assert app.evidence.has_focus, "Enter with nothing typed reads the chosen article"


@pytest.mark.parametrize("taken", [True, False])
async def test_inside_tmux_it_says_copied_only_of_what_tmux_took(monkeypatch: pytest.MonkeyPatch, taken: bool) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    given: list[str] = []

    def load(text: str) -> bool:
        given.append(text)
        return taken

    monkeypatch.setattr("tui.app.load_tmux_buffer", load)
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        await pilot.press("escape", "y")
        assert given[0].startswith("“1.2 million euro”")
        assert ("Copied into tmux" in notices(app)[-1]) is taken
        assert ("set-clipboard on" in notices(app)[-1]) is not taken
