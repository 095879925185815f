"""How the chat is run: with its settings, and its memory unless it is private."""

from __future__ import annotations

from pathlib import Path

from qa.errors import PullquoteError
from tui.app import ChatApp
from tui.asking import Opening
from tui.memory import Memory
from tui.settings import load_settings


def run_chat(open_newsroom: Opening, *, where: str, data_dir: Path | None, settings: Path | None, private: bool) -> int:
    """Run the chat until the reader leaves; returns the exit status.

    ``where`` names the library or server; conversations are kept in ``data_dir`` unless it is ``None`` or the chat
    is ``private``; ``settings`` is a TOML file, by default the one in the user's configuration folder.
    """
    chosen, problems = load_settings(settings)
    memory = None
    if data_dir is not None and not private:
        try:
            memory = Memory.open(data_dir)
        except PullquoteError as error:
            problems.append(f"Nothing is kept of this chat: {error}")
    app = ChatApp(
        open_newsroom,
        where=f"{where}  (private: nothing is kept)" if private else where,
        memory=memory,
        settings=chosen,
        settings_path=settings,
        problems=problems,
    )
    try:
        app.run()
    finally:
        app.background.leave()
        if memory is not None:
            memory.close()
    return app.return_code or 0
