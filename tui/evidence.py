"""The right pane: the article behind an answer, with the answer marked where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from qa.answers import Citation, Development, Nearest
from qa.newsroom import ArticleView
from qa.wording import written_citation, written_correction, written_date, written_stage
from tui.keys import READING
from tui.printable import printable

MARK = "bold $mark-text on $mark"
MAX_SHOWN_CHARS = 12_000
"""Shown before, and again after, the marked place: all of a long read. A pane of a million characters would freeze."""
MAX_SHOWN_PARAGRAPHS = 60
"""Likewise. Every paragraph is laid out: this many take a fifth of a second."""
LINES_ABOVE, LINES_BELOW = 5, 2
"""Left visible around the quote, so that the reader sees what led to it. If it fits, so does the headline."""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph to show, or the piece of it in ``[start, end)``, offsets in the article's text."""

    number: int
    start: int
    end: int
    cut_before: bool
    cut_after: bool


def excerpt(article: ArticleView, start: int, end: int) -> list[Part]:
    """The paragraphs around ``[start, end)``: before and after it at most the two limits."""
    low, high = start - MAX_SHOWN_CHARS, end + MAX_SHOWN_CHARS
    last_at = next((at for at, (_, _, last) in enumerate(article.paragraphs) if last >= end), 0)
    near = article.paragraphs[max(0, last_at - MAX_SHOWN_PARAGRAPHS) : last_at + MAX_SHOWN_PARAGRAPHS + 1]
    return [
        Part(number, max(first, low), min(last, high), first < low, last > high)
        for number, first, last in near
        if first < high and last > low
    ]


class ParagraphRow(Horizontal):
    """A paragraph with its number; the marked one has a sign beside it and the answer set off in its sentence."""

    def __init__(self, article: ArticleView, part: Part, citation: Citation | None) -> None:
        marked = citation is not None and part.start <= citation.start and citation.end <= part.end
        super().__init__(classes="paragraph -marked" if marked else "paragraph")
        self.citation = citation if marked else None
        self.part = part
        self.text = printable(article.text[part.start : part.end])

    def compose(self) -> ComposeResult:
        """The number and the text."""
        sign = "▸" if self.citation else " "
        yield Static(Content(f"{sign}{self.part.number:>3} "), classes="number")
        yield Static(self._content(), classes="text")

    def _content(self) -> Content:
        before, after = "… " * self.part.cut_before, " …" * self.part.cut_after
        if self.citation is None:
            return Content(f"{before}{self.text}{after}")
        offsets = (
            max(0, self.citation.sentence_start - self.part.start),
            self.citation.start - self.part.start,
            self.citation.end - self.part.start,
            self.citation.sentence_end - self.part.start,
        )
        first, quote, rest, last = offsets
        return Content.assemble(
            f"{before}{self.text[:first]}",
            (self.text[first:quote], "underline"),
            (self.text[quote:rest], MARK),
            (self.text[rest:last], "underline"),
            f"{self.text[last:]}{after}",
        )

    def lines_before_mark(self) -> int:
        """Lines of the wrapped text above the quote's first one; 0 before the layout is known."""
        text = self.query_one(".text", Static)
        if self.citation is None or text.size.width == 0:
            return 0
        # From the quote, not its sentence: that one may be longer than the pane.
        first = self.citation.start - self.part.start
        return Content(self.text[:first]).get_height({}, text.content_size.width) - 1 if first else 0


class EvidencePane(VerticalScroll):
    """The article, or a note where there is none."""

    BINDINGS: ClassVar[list[BindingType]] = [key.binding() for key in READING]
    can_focus = True

    def __init__(self) -> None:
        super().__init__(id="evidence")
        self.border_title = "Evidence"

    async def show_note(self, text: str) -> None:
        """Only ``text``."""
        await self.remove_children()
        await self.mount(Static(Content(printable(text)), classes="note"))

    async def show_timeline(self, question: str, timeline: Sequence[Development]) -> None:
        """How a fact developed, oldest first, each value in the sentence that tells it."""
        await self.remove_children()
        await self.mount(Static(Content(printable(question)), classes="headline"))
        for stage in timeline:
            citation = stage.citations[0]
            before, quote, after = (printable(part) for part in citation.sentence_parts)
            told = Content.assemble(
                (printable(written_stage(stage)), "bold $accent" if stage.current else "bold"),
                (f"\n{printable(written_citation(citation))}\n", "italic dim"),
                *(before, (quote, MARK), after),
            )
            await self.mount(Static(told, classes="note"))
        self.scroll_home(animate=False)

    async def show_missing(self, citation: Citation, why: str) -> None:
        """The sentence as it was when the answer was given, and why no more of the article is shown."""
        await self.remove_children()
        before, quote, after = (printable(part) for part in citation.sentence_parts)
        marked = Content.assemble(before, (quote, MARK), after)
        await self.mount(
            Static(Content(printable(citation.headline)), classes="headline"),
            Static(Content(f"! {why} The sentence as it stood:"), classes="note -warning"),
            Static(marked, classes="note"),
        )

    async def show_article(self, article: ArticleView, citation: Citation | None, near: Nearest | None = None) -> None:
        """The article around ``citation``, else around the sentence of ``near``, else from its beginning."""
        await self.remove_children()
        start, end = (citation.start, citation.end) if citation else (0, 0)
        if near is not None and near.start is not None and near.end is not None:
            start, end = near.start, near.end
        parts = excerpt(article, start, end)
        await self.mount_all(self._widgets(article, parts, citation))
        self.scroll_home(animate=False)
        self.call_after_refresh(self._reveal)

    def on_resize(self) -> None:
        """The text wraps anew, or the pane has just come into sight."""
        self.call_after_refresh(self._reveal)

    def _widgets(
        self, article: ArticleView, parts: list[Part], citation: Citation | None
    ) -> Iterator[Static | ParagraphRow]:
        day = written_date(article.moment) if article.moment else None
        about = " · ".join(part for part in (article.source, article.author, day) if part)
        about = about or "no author, source or date given"
        yield Static(Content(printable(article.headline)), classes="headline")
        yield Static(Content(printable(about)), classes="about")
        if correction := written_correction(article.about):
            yield Static(Content(f"! {printable(correction)}"), classes="note -warning")
        if parts and parts[0].number > 1:
            yield Static(Content("… the article begins earlier"), classes="note")
        for part in parts:
            yield ParagraphRow(article, part, citation)
        if parts and parts[-1].number < len(article.paragraphs):
            yield Static(Content("… the article goes on"), classes="note")

    def _reveal(self) -> None:
        for paragraph in self.query(ParagraphRow):
            if paragraph.citation is not None:
                line = paragraph.virtual_region.y + paragraph.lines_before_mark()
                near_top = line + LINES_BELOW < self.scrollable_content_region.height
                self.scroll_to(y=0 if near_top else line - LINES_ABOVE, animate=False)
