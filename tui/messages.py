"""What widgets and workers tell the app. Handlers of the app alone change its state."""

from __future__ import annotations

from textual.message import Message

from tui.transcript import Place


class Progress(Message):
    """One line on what is being loaded."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Submitted(Message):
    """A question was sent from the question field."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Chosen(Message):
    """A row of the conversation was clicked."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


class ReadChosen(Message):
    """Enter was pressed in the empty question field: the chosen article is to be read."""
