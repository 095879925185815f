"""What the chat shows before anything was asked: what can be asked, what was asked lately, what is new."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from qa.answers import Headline
from qa.errors import PullquoteError
from qa.wording import written_headline
from tui.memory import Memory
from tui.printable import one_line

SHOWN = 3
"""Of each: more would not fit into an 80 by 24 terminal."""
_KEYS = (
    ("Enter", "sends"), ("Up", "brings a question back"), ("Esc", "to the answers and back"),
    ("F2", "picks articles"), ("F3", "earlier conversations"), ("F1", "every key"), ("Ctrl+P", "every command"),
)  # fmt: skip


def welcome(memory: Memory | None, newest: Sequence[Headline], questions: Sequence[str]) -> Content:
    """The first screen. ``newest`` are the newest articles, newest first; ``questions`` have answers in them."""
    parts: list[str | Content | tuple[str, str]] = [
        ("Ask the articles. ", "bold $accent"),
        "Every answer is words of an article, shown beside it.\n",
    ]
    for number, (key, what) in enumerate(_KEYS):
        parts += [" · " if number else "", (key, "bold"), f" {what}"]
    parts.append("\n")
    if questions:
        parts.append(("\nAnswered here (Up, or a click)\n", "bold"))
        for number, question in enumerate(questions[:SHOWN]):
            parts += [Content.from_markup(f"[@click=app.offered({number})]$text[/]", text=one_line(question)), "\n"]
    for title, lines in (
        ("Asked lately (F3)", _earlier(memory)),
        ("The newest articles (F2)", [one_line(written_headline(item)) for item in newest[:SHOWN]]),
    ):
        if lines:
            parts.append((f"\n{title}\n", "bold"))
            parts += [f"{line}\n" for line in lines]
    return Content.assemble(*parts)


def _earlier(memory: Memory | None) -> list[str]:
    try:
        return [one_line(kept.title) for kept in memory.listing(limit=SHOWN)] if memory else []
    except PullquoteError:
        return []  # the chat works without what was kept; what is wrong is told when it is used
