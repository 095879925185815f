"""Hostile text, huge articles, any size of terminal; what the chat imports; how it is run."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.events import Paste
from textual.geometry import Region

from qa.answers import Question, Reply
from qa.newsroom import ArticleView, Newsroom
from tests.tui_fakes import COST, WEATHER, WHO, FakeNewsroom, answered, ask, opening, settled, view, words
from tui.app import ChatApp
from tui.composer import Composer
from tui.evidence import MAX_SHOWN_PARAGRAPHS, EvidencePane, ParagraphRow
from tui.memory import FILE_NAME, Memory
from tui.run import run_chat
from tui.transcript import Exchange, State

WIDE = (120, 36)
HOSTILE = "[/b][red]x[/] [@click=app.quit]y[/] \x1b[31m\x07\x9b2J \u202eright\u202c שלום 👩‍👩‍👧 {z} \\[ $primary %s"


class OneArticle(FakeNewsroom):
    """Answers every question with one quote from one article."""

    def __init__(self, article: ArticleView, quote: str) -> None:
        super().__init__(articles={article.article_id: article})
        self.shown, self.quote = article, quote

    def ask(self, question: Question) -> Reply:
        return answered(question.text, (0.5, self.quote, (self.shown,)), understood_as=f"{HOSTILE}?")


def screen_text(app: ChatApp) -> str:
    """Every character on the screen."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


@pytest.mark.parametrize("size", [WIDE, (80, 24)])
async def test_markup_and_control_characters_are_shown_as_text(tmp_path: Path, size: tuple[int, int]) -> None:
    article = view(HOSTILE, HOSTILE, f"Before. {HOSTILE}. After.", source=HOSTILE, author=HOSTILE)
    memory = Memory.open(tmp_path)
    app = ChatApp(opening(OneArticle(article, HOSTILE)), where=HOSTILE, memory=memory, problems=[HOSTILE])
    async with app.run_test(size=size) as pilot:
        await ask(pilot, HOSTILE)
        for keys in (["escape"], ["f4"], ["f4"], ["f2"], ["escape"], ["f3"], ["escape"], ["e"], ["escape"]):
            await pilot.press(*keys)
            await settled(pilot)
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", screen_text(app))
        await pilot.press("f4")
        shown = words(app, "#evidence .text")
    memory.close()
    assert "[/b][red]x[/] [@click=app.quit]y[/]" in shown
    assert app.is_running is False
    assert app.return_code in (0, None)


async def test_a_pasted_escape_sequence_does_not_stay_in_the_field() -> None:
    app = ChatApp(opening(FakeNewsroom()), where="/library")
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(Composer).post_message(Paste("one\r\n\x1b[2Jtwo"))
        await pilot.pause()
        assert app.query_one(Composer).text == "one\n\N{REPLACEMENT CHARACTER}[2Jtwo"


@pytest.mark.parametrize(
    "paragraphs",
    [
        ["Words and words. " * 6_000 + "The answer is here." + " More words." * 200],
        [*[f"Paragraph {n}." for n in range(5_000)], "The answer is here.", *["More."] * 5_000],
    ],
    ids=["one paragraph of 100 kB", "ten thousand paragraphs"],
)
@pytest.mark.parametrize("size", [WIDE, (80, 24)])
async def test_the_answer_in_a_huge_article_is_in_sight(paragraphs: list[str], size: tuple[int, int]) -> None:
    article = view("huge", "Huge", *paragraphs)
    app = ChatApp(opening(OneArticle(article, "here")), where="/library")
    async with app.run_test(size=size) as pilot:
        await ask(pilot, "Where?")
        await pilot.press("escape", "enter")
        await settled(pilot)
        pane = app.query_one(EvidencePane)
        marked = next(p for p in app.query(ParagraphRow) if p.citation)
        line = marked.virtual_region.y + marked.lines_before_mark()
        visible = Region(0, int(pane.scroll_y), 1, pane.scrollable_content_region.height)
        assert visible.contains(0, line)
        assert len(app.query(ParagraphRow)) <= 2 * MAX_SHOWN_PARAGRAPHS + 1


async def test_the_terminal_may_change_its_size_at_any_time() -> None:
    app = ChatApp(opening(FakeNewsroom()), where="/library")
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, COST)
        for size in ((20, 5), (200, 60), (1, 1), (99, 24), (100, 24)):
            await pilot.resize_terminal(*size)
            await pilot.press("n", "f4")
            await settled(pilot)
        await ask(pilot, WEATHER)
        assert [exchange.state for exchange in app.session.exchanges] == [State.REPLIED, State.REPLIED]


async def test_a_long_conversation_is_resumed_at_its_end(tmp_path: Path) -> None:
    memory = Memory.open(tmp_path)
    reply = FakeNewsroom().ask(Question(WHO))
    conversation = None
    for position in range(100):
        conversation = memory.save(conversation, position, Exchange(WHO, state=State.REPLIED, reply=reply))
    app = ChatApp(opening(FakeNewsroom()), where="/library", memory=memory)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await app.resume(conversation)
        await settled(pilot)
        assert app.place is not None
        assert app.place.exchange == 99
        assert words(app, "#evidence .headline") == "Gallin opens its new bridge"
    memory.close()


def test_the_chat_never_imports_index_by_itself() -> None:
    for path in Path("tui").glob("*.py"):
        assert not re.search(r"^\s*(?:from|import) index\b", path.read_text(encoding="utf-8"), re.MULTILINE), path


def test_the_chat_starts_without_the_heavy_libraries() -> None:
    heavy = "{'torch', 'transformers', 'sentence_transformers', 'onnxruntime', 'faiss', 'numpy', 'tokenizers'}"
    code = f"import sys, tui.run, tui.plain; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


class LeavesAtOnce(ChatApp):
    """A chat without a terminal whose reader leaves when it is ready."""

    def run(self, **_: object) -> int | None:
        return super().run(headless=True)

    def on_ready(self) -> None:
        super().on_ready()
        self.exit()


@pytest.mark.parametrize(("private", "kept"), [(False, [FILE_NAME]), (True, [])])
def test_a_private_chat_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, private: bool, kept: list[str]
) -> None:
    monkeypatch.setattr("tui.run.ChatApp", LeavesAtOnce)
    folder = tmp_path / "library"
    folder.mkdir()
    settings = tmp_path / "chat.toml"
    settings.write_text("")
    status = run_chat(opening(FakeNewsroom()), where="/library", data_dir=folder, settings=settings, private=private)
    assert status == 0
    assert [path.name for path in folder.iterdir()] == kept


def test_broken_settings_and_a_broken_memory_are_told_and_the_chat_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    class Recording(LeavesAtOnce):
        def on_ready(self) -> None:
            told.extend(self.problems)
            super().on_ready()

    monkeypatch.setattr("tui.run.ChatApp", Recording)
    settings = tmp_path / "chat.toml"
    settings.write_text("theme =")
    (tmp_path / FILE_NAME).write_bytes(b"not a database" * 100)
    status = run_chat(opening(FakeNewsroom()), where="/library", data_dir=tmp_path, settings=settings, private=False)
    assert status == 0
    assert told[0].startswith(f"{settings}: is not TOML: ")
    assert told[1].startswith(f"Nothing is kept of this chat: {tmp_path / FILE_NAME}: is damaged")


def test_a_server_that_does_not_answer_does_not_keep_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, never, given_up = threading.Event(), threading.Event(), threading.Event()

    class LeavesWhileAsking(LeavesAtOnce):
        def on_ready(self) -> None:
            self.set_interval(0.01, lambda: self.exit() if asked.is_set() else None)

    def never_opens(progress: Callable[[str], None]) -> Newsroom:
        progress("Connecting…")
        asked.set()
        never.wait(timeout=300)
        given_up.set()
        return FakeNewsroom()

    monkeypatch.setattr("tui.run.ChatApp", LeavesWhileAsking)
    settings = tmp_path / "chat.toml"
    settings.write_text("")
    assert run_chat(never_opens, where="http://10.0.0.1", data_dir=None, settings=settings, private=False) == 0
    assert not given_up.is_set(), "it waited for the server"
    never.set()
