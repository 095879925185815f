"""What opens over the chat: help, earlier conversations, export."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from qa.errors import PullquoteError
from qa.wording import written_date
from tui.export import to_json, to_markdown
from tui.keys import GROUPS, written_keys
from tui.memory import Conversation, Memory
from tui.printable import one_line
from tui.transcript import Exchange


class HelpScreen(ModalScreen[None]):
    """Every key, with its name in the settings file."""

    AUTO_FOCUS = "*"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q,enter", "dismiss", "Back")]

    def __init__(self, remapped: Mapping[str, str], settings_path: Path) -> None:
        super().__init__()
        self.remapped = remapped
        self.settings_path = settings_path

    def compose(self) -> ComposeResult:
        """The keys, by where they work."""
        with VerticalScroll(classes="dialog") as dialog:
            dialog.border_title = "Keys"
            dialog.border_subtitle = "Esc goes back"
            for title, keys in GROUPS.items():
                yield Static(Content.assemble((title, "bold underline")), classes="help-title")
                for key in keys:
                    written = written_keys(self.remapped.get(key.id, key.keys))
                    with Horizontal(classes="help-key"):
                        yield Static(Content(written), classes="keys")
                        yield Static(Content(key.help), classes="what")
                        yield Static(Content(key.id), classes="name")
            yield Static(
                Content(
                    f"Ctrl+P finds every command. To change a key, name it in {self.settings_path}, "
                    'for example under [keys]: copy = "c".\nDrag to select text, Ctrl+C copies it.'
                ),
                classes="hint",
            )


class PastScreen(ModalScreen[int | None]):
    """Earlier conversations: type to search, Enter resumes, Delete twice deletes. Gives the chosen one's id."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f3", "leave", "Leave"),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("ctrl+d", "delete", "Delete", priority=True),
    ]

    def __init__(self, memory: Memory, current: int | None) -> None:
        super().__init__()
        self.memory = memory
        self.current = current
        self.listed: list[Conversation] = []
        self._confirming: int | None = None

    def compose(self) -> ComposeResult:
        """Search and list."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Earlier conversations"
            dialog.border_subtitle = "Enter resumes · Ctrl+D deletes · Esc leaves"
            yield Input(placeholder="Type to search questions and answers")
            yield OptionList()
            yield Static(Content(""), classes="problem")

    def on_mount(self) -> None:
        """List all."""
        self.list_matching("")

    @on(Input.Changed)
    def search_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self.list_matching(event.value)

    def list_matching(self, typed: str) -> None:
        """Show the conversations that match."""
        self._confirming = None
        try:
            self.listed = self.memory.listing(typed)
        except PullquoteError as error:
            self.say(f"! {error}")
            return
        options = self.query_one(OptionList)
        options.clear_options()
        for kept in self.listed:
            when = kept.updated.astimezone().strftime("%d %b %Y %H:%M")
            count = "1 question" if kept.questions == 1 else f"{kept.questions} questions"
            now = "  (this one)" if kept.id == self.current else ""
            options.add_option(Option(Content.assemble((f"{when}  ", "dim"), kept.title, (f"  {count}{now}", "dim"))))
        options.highlighted = 0 if self.listed else None
        self.say("" if self.listed else "Nothing found." if typed else "No conversation is kept yet.")

    def say(self, text: str) -> None:
        """A line below the list."""
        self.query_one(".problem", Static).update(Content(one_line(text)))

    def action_move(self, step: int) -> None:
        """Up or down the list, from the search field, too."""
        options = self.query_one(OptionList)
        if step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()
        self._confirming = None

    def _highlighted(self) -> Conversation | None:
        at = self.query_one(OptionList).highlighted
        return None if at is None or at >= len(self.listed) else self.listed[at]

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def resume(self) -> None:
        """Give the highlighted conversation."""
        kept = self._highlighted()
        if kept is not None:
            self.dismiss(kept.id)

    def action_delete(self) -> None:
        """Delete the highlighted conversation at the second press."""
        kept = self._highlighted()
        if kept is None:
            return
        if kept.id == self.current:
            self.say("That is the conversation on the screen; start a new one first (Ctrl+N).")
        elif self._confirming != kept.id:
            self._confirming = kept.id
            self.say(f"Ctrl+D again deletes “{kept.title}” for good.")
        else:
            try:
                self.memory.delete(kept.id)
            except PullquoteError as error:
                self.say(f"! {error}")
                return
            self.list_matching(self.query_one(Input).value)

    def action_leave(self) -> None:
        """Resume nothing."""
        self.dismiss(None)


class ExportScreen(ModalScreen[Path | None]):
    """Ask where to write the conversation, and write it; gives the file, or ``None``."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, exchanges: Sequence[Exchange], proposed: str) -> None:
        super().__init__()
        self.exchanges = exchanges
        self.proposed = proposed

    def compose(self) -> ComposeResult:
        """The path."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Export the conversation"
            dialog.border_subtitle = "Enter writes · Esc leaves"
            yield Static(Content("A file that ends in .md gets Markdown, one in .json gets JSON."), classes="hint")
            yield Input(self.proposed, select_on_focus=False)
            yield Static(Content(""), classes="problem")

    @on(Input.Submitted)
    def write(self, event: Input.Submitted) -> None:
        """Write the file; one that exists is never overwritten."""
        typed = event.value.strip()
        if not typed.lower().endswith((".md", ".json")):
            self.complain("The name must end in .md or .json")
            return
        title = f"Pullquote, {written_date(datetime.now().astimezone().date())}"
        if typed.lower().endswith(".md"):
            text = to_markdown(title, self.exchanges)
        else:
            text = json.dumps(to_json(title, self.exchanges), ensure_ascii=False, indent=2) + "\n"
        try:
            path = Path(typed).expanduser()
            with path.open("x", encoding="utf-8", errors="replace") as file:
                file.write(text)
        except FileExistsError:
            self.complain("There is such a file already; choose another name")
        except (OSError, ValueError, RuntimeError) as error:
            self.complain(f"It cannot be written: {getattr(error, 'strerror', None) or error}")
        else:
            self.dismiss(path)

    def complain(self, text: str) -> None:
        """Say what is wrong, in the dialog."""
        self.query_one(".problem", Static).update(Content(f"! {one_line(text)}"))

    def action_leave(self) -> None:
        """Write nothing."""
        self.dismiss(None)
