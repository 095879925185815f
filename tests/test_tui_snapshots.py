"""How the chat looks. After a wanted change: ``pytest tests/test_tui_snapshots.py --snapshot-update``, and look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui_fakes import COST, FOLLOW_UP, WEATHER, FakeNewsroom, ask, opening, settled
from tui.app import ChatApp
from tui.composer import Composer

WIDE, NARROW = (120, 36), (80, 24)
Walk = Callable[[Pilot[int]], Awaitable[None]]


def walk(*questions: str, press: tuple[str, ...] = (), theme: str = "pullquote-dark") -> Walk:
    """Ask, press, and hold still: no cursor blinks."""

    async def go(pilot: Pilot[int]) -> None:
        pilot.app.theme = theme
        pilot.app.query_one(Composer).cursor_blink = False
        await settled(pilot)
        await ask(pilot, *questions)
        await pilot.press(*press)
        await settled(pilot)

    return go


@pytest.mark.parametrize(
    ("steps", "size"),
    [
        pytest.param(walk(), WIDE, id="welcome"),
        pytest.param(walk(COST, FOLLOW_UP), WIDE, id="answers-wide-dark"),
        pytest.param(walk(COST, WEATHER, theme="pullquote-light", press=("escape",)), WIDE, id="answers-wide-light"),
        pytest.param(walk(WEATHER, COST), NARROW, id="conversation-narrow"),
        pytest.param(walk(COST, press=("escape", "enter")), NARROW, id="evidence-narrow"),
        pytest.param(walk(press=("f2",)), NARROW, id="scope-narrow"),
        pytest.param(walk(press=("f1",)), WIDE, id="help"),
    ],
)
def test_the_chat_looks_as_it_did(snap_compare: Any, steps: Walk, size: tuple[int, int]) -> None:
    app = ChatApp(opening(FakeNewsroom()), where="/library", settings_path=Path("chat.toml"))
    assert snap_compare(app, terminal_size=size, run_before=steps)
