"""The question field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.widgets import TextArea

from qa.answers import MAX_QUESTION_CHARS
from tui.keys import WRITING
from tui.messages import ReadChosen, Submitted
from tui.printable import printable


class Composer(TextArea):
    """A few lines to write a question in. Up and Down, at its first and last line, bring back earlier questions."""

    BINDINGS: ClassVar[list[BindingType]] = [key.binding() for key in WRITING]

    def __init__(self) -> None:
        super().__init__(
            id="composer",
            compact=True,
            highlight_cursor_line=False,
            placeholder="Ask about the articles…",
        )
        self.earlier: list[str] = []
        self.offered: Sequence[str] = ()
        """Questions to begin with: they come back behind the earlier ones, the first of them first."""
        self._recalled = 0
        self._draft = ""

    # Both keys are caught by the app before the letters typed ahead of them have reached the field: they take their
    # turn behind these.

    def action_send(self) -> None:
        """Hand over what is written and empty the field, unless it is too long; with nothing written, read."""
        self.call_later(self._send)

    def action_newline(self) -> None:
        """Break the line at the cursor."""
        self.call_later(self.insert, "\n")

    def _send(self) -> None:
        question = self.text.strip()
        if len(question) > MAX_QUESTION_CHARS:
            limit = f"a question has at most {MAX_QUESTION_CHARS:,}"
            self.app.notify(f"{len(question):,} characters; {limit}", severity="warning", markup=False)
        elif question:
            if not self.earlier or self.earlier[-1] != question:
                self.earlier.append(question)
            self._recalled = 0
            self.text = ""
            self.post_message(Submitted(question))
        else:
            self.post_message(ReadChosen())

    def action_cursor_up(self, select: bool = False) -> None:
        """Up a line, or to the question before."""
        known = self._known
        if select or self.cursor_location[0] > 0 or self._recalled == len(known):
            super().action_cursor_up(select)
            return
        if self._recalled == 0:
            self._draft = self.text
        self._recalled += 1
        self._write(known[-self._recalled])

    def action_cursor_down(self, select: bool = False) -> None:
        """Down a line, or to the question after, and at last to what was being written."""
        if select or self.cursor_location[0] < self.document.line_count - 1 or self._recalled == 0:
            super().action_cursor_down(select)
            return
        self._recalled -= 1
        self._write(self._known[-self._recalled] if self._recalled else self._draft)

    @property
    def _known(self) -> list[str]:
        return [*reversed(self.offered), *self.earlier]

    def _write(self, text: str) -> None:
        self.text = text
        self.move_cursor(self.document.end)

    async def _on_paste(self, event: events.Paste) -> None:
        # The field writes what it holds to the terminal; a pasted escape sequence must not arrive there.
        event.prevent_default()
        event.stop()
        self.replace(printable(event.text.replace("\r\n", "\n").replace("\r", "\n")), *self.selection)
