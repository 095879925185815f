"""What the reader thinks of an answer: the short form, and the right words marked in the evidence behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, RadioButton, RadioSet, Static

from qa.answers import Citation
from qa.feedback import MAX_BETTER_CHARS, MAX_NOTE_CHARS, Better, FeedbackVerdict, better_of
from qa.newsroom import ArticleView

BAD: tuple[FeedbackVerdict, ...] = tuple(verdict for verdict in get_args(FeedbackVerdict) if verdict != "right")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the form was filled in with."""

    verdict: FeedbackVerdict
    better: Better | None
    note: str | None


def marked(article: ArticleView, better: Better) -> Citation:
    """The right words as the evidence marks an answer, in their paragraph."""
    number, start, end = next(place for place in article.paragraphs if better.start < place[2] or place[2] == 0)
    return Citation(
        article.article_id, article.about, None, number, article.text[better.start : better.end], better.start,
        better.end, article.text[start:end], start, end, article.sha256,
    )  # fmt: skip


class RatingScreen(ModalScreen[Opinion | None]):
    """Ask what was wrong; gives ``None`` if the reader leaves.

    The words typed, or selected in the evidence before, are looked for in its article as they are typed, and
    ``show_words`` is told where they stand.
    """

    AUTO_FOCUS = "#words"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, article: ArticleView | None, selected: str, show_words: Callable[[Better | None], None]) -> None:
        super().__init__(classes="-rating")
        self.article = article
        self.selected = selected
        self.show_words = show_words
        self.better: Better | None = None

    def compose(self) -> ComposeResult:
        """The verdict, the right words, a note."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "What was wrong?"
            dialog.border_subtitle = "Enter keeps it · Tab goes on · Esc leaves"
            with RadioSet(id="verdict"):
                for at, verdict in enumerate(BAD):
                    yield RadioButton(verdict, value=at == 0)
            yield Input(self.selected, placeholder="The right words, as they stand in the evidence", id="words",
                        max_length=MAX_BETTER_CHARS, select_on_focus=False, disabled=self.article is None)  # fmt: skip
            yield Input(placeholder="A note for the newsroom", id="note", max_length=MAX_NOTE_CHARS)
            yield Static(Content(""), classes="problem")

    @on(Input.Changed, "#words")
    def words_changed(self, event: Input.Changed) -> None:
        """Mark the words where they stand."""
        typed = event.value.strip()
        self.better = better_of(self.article.article_id, self.article.text, typed) if self.article and typed else None
        self.show_words(self.better)
        missing = "" if self.better or not typed else "! These words do not stand in the article shown."
        self.query_one(".problem", Static).update(Content(missing))

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Give what was filled in, unless the words stand nowhere."""
        if self.query_one("#words", Input).value.strip() and self.better is None:
            return
        chosen = max(0, self.query_one(RadioSet).pressed_index)
        self.dismiss(Opinion(BAD[chosen], self.better, self.query_one("#note", Input).value.strip() or None))

    def action_leave(self) -> None:
        """Say nothing."""
        self.dismiss(None)
