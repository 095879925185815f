"""What the chat shows before anything was asked: how to begin, what was asked lately, what is new."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from qa.answers import Headline
from qa.errors import PullquoteError
from qa.wording import written_headline
from tui.memory import Memory
from tui.printable import one_line

SHOWN = 3
"""Of each: more would push the keys out of an 80 by 24 terminal."""
_KEYS = (
    ("Enter  ", "sends a question"),
    ("Esc    ", "goes to the answers, and back"),
    ("F2     ", "picks the articles that may answer"),
    ("F3     ", "goes on with an earlier conversation"),
    ("F1     ", "shows every key"),
    ("Ctrl+P ", "finds every command"),
)


def welcome(memory: Memory | None, newest: Sequence[Headline]) -> Content:
    """The first screen. ``newest`` are the newest articles, newest first."""
    parts: list[str | tuple[str, str]] = [
        ("Ask the articles.\n\n", "bold $accent"),
        "Every answer is words that stand in an article, and the article is shown with them.\n\n",
    ]
    for keys, what in _KEYS:
        parts += [(keys, "bold"), f"{what}\n"]
    if newest:
        parts.append(("\nThe newest articles\n", "bold"))
        parts += [f"{one_line(written_headline(item))}\n" for item in newest[:SHOWN]]
    if earlier := _earlier(memory):
        parts.append(("\nAsked lately (F3)\n", "bold"))
        parts += [f"{title}\n" for title in earlier]
    return Content.assemble(*parts)


def _earlier(memory: Memory | None) -> list[str]:
    try:
        return [one_line(kept.title) for kept in memory.listing(limit=SHOWN)] if memory else []
    except PullquoteError:
        return []  # the chat works without what was kept; what is wrong is told when it is used
