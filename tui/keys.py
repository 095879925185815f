"""Every key of the chat, in one table: what the bindings, the help, the palette and the settings file are made of."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Key:
    """One thing to do by key. ``id`` names it in the settings file; ``keys`` are alternatives, by commas."""

    id: str
    keys: str
    action: str
    label: str
    help: str
    shown: bool = False
    priority: bool = False

    def binding(self) -> Binding:
        """As Textual wants it."""
        return Binding(self.keys, self.action, self.label, id=self.id, show=self.shown, priority=self.priority)


# In the question field. The first two are taken before the field itself can put in a line break.
WRITING = (
    Key("send", "enter", "send", "Send", "Send the question", shown=True, priority=True),
    Key("newline", "ctrl+j,shift+enter", "newline", "New line", "Start a new line in the question", priority=True),
    Key(
        "recall",
        "up",
        "cursor_up",
        "Earlier",
        "In the first line: a question before, or one that is offered",
    ),
    Key("recall_later", "down", "cursor_down", "Later", "In the last line: bring back the question after"),
)

# In the conversation and in the evidence, where letters are not typed into anything.
READING = (
    Key("next_citation", "n", "app.next_citation", "Next", "Next citation, then next answer", shown=True),
    Key("previous_citation", "N", "app.previous_citation", "Previous", "Previous citation"),
    Key("timeline", "t", "app.timeline", "Timeline", "How the fact developed, where the answer says that it did"),
    Key("copy", "y", "app.copy", "Copy", "Copy the quote with its citation", shown=True),
    Key("open", "o", "app.open", "Open", "Open the article in the browser, at the quote", shown=True),
    Key(
        "right", "plus", "app.rate_right", "Right", "Say that the chosen answer is right, or that there is rightly none"
    ),
    Key("wrong", "minus", "app.rate_wrong", "Wrong", "Say what is wrong with it, and mark the right words"),
    Key("export", "e", "app.export", "Export", "Write the conversation to a file"),
    Key("as_typed", "u", "app.as_typed", "As typed", "Ask the question as typed, without what was said before"),
    Key("guess", "g", "app.guess", "Guess", "Where there is no answer: show the best guess, however unsure"),
    Key("again", "r", "app.again", "Again", "Ask the chosen, or a failed, question again"),
    Key("write", "i,slash", "app.write", "Write", "Back to the question field"),
)

# In the conversation alone; in the evidence the same keys scroll.
CHOOSING = (
    Key("next_answer", "down,j", "app.next_answer", "Next answer", "Next answer or headline"),
    Key("previous_answer", "up,k", "app.previous_answer", "Previous answer", "Previous answer or headline"),
    Key("read", "enter", "app.read", "Read", "Read the article of the chosen answer", shown=True),
)

ANYWHERE = (
    Key("help", "f1", "help", "Help", "This help", shown=True),
    Key("scope", "f2", "scope", "Scope", "Choose the articles, sources and dates that may answer", shown=True),
    Key("past", "f3", "past", "Past", "Search, resume or delete earlier conversations"),
    Key("switch", "f4", "switch", "Pane", "Switch between the conversation and the evidence", shown=True),
    Key("new", "ctrl+n", "new", "New", "Start a new conversation", priority=True),
    Key("theme", "f5", "theme", "Theme", "Switch between the dark and the light theme"),
    Key("cancel", "escape", "cancel", "Cancel", "Give up the question being asked; else leave or enter the field"),
    # The field itself would take the first two of these.
    Key("guess_anywhere", "f6", "guess", "Guess", "The best guess, from the question field, too", priority=True),
    Key("as_typed_anywhere", "f7", "as_typed", "As typed", "Ask as typed, from the field, too", priority=True),
    Key("again_anywhere", "f8", "again", "Again", "Ask once more, from the field, too", priority=True),
    Key("quit", "ctrl+q", "quit", "Quit", "Leave", priority=True),
)

GROUPS = {"Writing a question": WRITING, "Reading the answers": (*CHOOSING, *READING), "Anywhere": ANYWHERE}
ALL = tuple(key for group in GROUPS.values() for key in group)


def written_keys(keys: str) -> str:
    """For example ``Ctrl+J or Shift+Enter``."""
    return " or ".join(_written(key) for key in keys.split(","))


def _written(key: str) -> str:
    words = {"escape": "Esc", "slash": "/", "plus": "+", "minus": "-", "pageup": "PgUp", "pagedown": "PgDn"}
    *modifiers, last = key.strip().split("+") if len(key) > 1 else [key]
    # A letter alone is written as it is typed: n and N are two keys. With Ctrl its case says nothing.
    shown = words.get(last) or (
        last.upper() if len(last) == 1 and modifiers else last if len(last) == 1 else last.title()
    )
    return "+".join([*(modifier.title() for modifier in modifiers), shown])
