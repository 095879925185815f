"""Make the README's pictures of the chat from the sample newsroom: ``python docs/screenshots.py``.

Writes ``docs/chat-*.svg``, and PNG beside them if ``rsvg-convert`` (Debian: librsvg2-bin) is there.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from pathlib import Path

from textual.pilot import Pilot
from textual.worker import WorkerCancelled, WorkerFailed

from index.ingest import read_paths
from index.library import Library
from qa.engine import Engine
from tui.app import ChatApp
from tui.composer import Composer

ROOT = Path(__file__).parent.parent
QUESTIONS = (
    "Who painted the Mona Lisa?",
    "What was found in the Tarrow Bridge?",
    "How much did the quince portrait sell for?",
    "And who painted it?",
)
SIZES = {"wide": (120, 36), "80x24": (80, 24)}
PNG_WIDTH = 1_400
# rsvg knows neither Textual's web font nor textLength: DejaVu Sans Mono is 0.602 em wide, Textual counts on 0.61.
_CELL = 12.2
_FONT = "font-family: DejaVu Sans Mono; font-size: 20.26px;"


async def _settled(pilot: Pilot[int]) -> None:
    for _ in range(3):
        for worker in list(pilot.app.workers):
            try:
                await worker.wait()
            except (WorkerFailed, WorkerCancelled) as error:
                raise SystemExit(f"the chat failed: {error}") from error
        await pilot.pause()


async def _shoot(engine: Engine, name: str, size: tuple[int, int], theme: str, press: tuple[str, ...]) -> None:
    app = ChatApp(lambda _: engine, where=".library")
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        composer = app.query_one(Composer)
        composer.cursor_blink = False
        for question in QUESTIONS:
            composer.text = question
            await pilot.press("enter")
            await _settled(pilot)
        await pilot.press(*press)
        await _settled(pilot)
        svg = re.sub(r"@font-face\s*\{.*?\}", "", app.export_screenshot(), flags=re.DOTALL)
    path = ROOT / "docs" / f"chat-{name}.svg"
    path.write_text(svg, encoding="utf-8")
    converter = shutil.which("rsvg-convert")
    if converter:
        options = ("-w", str(PNG_WIDTH), "-o", str(path.with_suffix(".png")))
        process = await asyncio.create_subprocess_exec(converter, *options, stdin=asyncio.subprocess.PIPE)
        await process.communicate(_for_rsvg(svg).encode())


def _for_rsvg(svg: str) -> str:
    """Leading spaces made part of the position, and a font that is there."""

    def moved(found: re.Match[str]) -> str:
        x = float(found["x"]) + _CELL * (len(found["spaces"]) // len("&#160;"))
        return f'{found["before"]}x="{x:.1f}"{found["after"]}>'

    pattern = r'(?P<before><text [^>]*?)x="(?P<x>[\d.]+)"(?P<after>[^>]*)>(?P<spaces>(?:&#160;)+)'
    svg = re.sub(pattern, moved, svg)
    return re.sub(r"font-family: Fira Code, monospace;\s*font-size: 20px;", _FONT, svg)


async def _shoot_all(engine: Engine) -> None:
    for theme in ("dark", "light"):
        for name, size in SIZES.items():
            await _shoot(engine, f"{name}-{theme}", size, f"pullquote-{theme}", ())
    await _shoot(engine, "80x24-evidence-dark", SIZES["80x24"], "pullquote-dark", ("escape", "enter"))
    await _shoot(engine, "scope-dark", SIZES["wide"], "pullquote-dark", ("f2",))


def main() -> None:
    """Make a library of ``seeds/`` and take every picture of it."""
    with tempfile.TemporaryDirectory() as folder:
        with Library.open(Path(folder), create=True) as library:
            library.add([found.article for found in read_paths([ROOT / "seeds"]) if hasattr(found, "article")])
        engine = Engine.open(Path(folder))
        try:
            asyncio.run(_shoot_all(engine))
        finally:
            engine.close()


if __name__ == "__main__":
    main()
