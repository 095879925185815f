"""Which articles may answer, as words and as a screen to choose them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from qa.answers import MAX_FILTER_ITEMS, Filters, Headline
from qa.wording import written_date, written_headline
from tui.printable import one_line

MAX_LISTED = 200
"""Matches shown at once: more is for the filter to narrow, not for a reader to scroll."""

Scoped = tuple[Literal["source", "article"], str]


def written_scope(filters: Filters) -> str:
    """For example ``1 article, The Gallin Standard, from 1 June 2023``; empty if everything may answer."""
    parts = []
    count = len(filters.article_ids)
    if count:
        parts.append("1 article" if count == 1 else f"{count:,} articles")
    if len(filters.sources) <= 2:
        parts += [one_line(source) for source in filters.sources]
    else:
        parts.append(f"{len(filters.sources):,} sources")
    if filters.published_from:
        parts.append(f"from {written_date(filters.published_from)}")
    if filters.published_to:
        parts.append(f"to {written_date(filters.published_to)}")
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the picker; ``words`` is what typing is compared with."""

    item: Scoped
    label: str
    words: str


def choices(headlines: Iterable[Headline]) -> list[Choice]:
    """Every source with its number of articles, by name, then every article in the order given."""
    articles, counts = [], dict[str, int]()
    for headline in headlines:
        label = one_line(written_headline(headline))
        articles.append(Choice(("article", headline.article_id), label, label.casefold()))
        if headline.source:
            counts[headline.source] = counts.get(headline.source, 0) + 1
    sources = []
    for source, count in sorted(counts.items()):
        label = f"All of {one_line(source)} ({count:,})"
        sources.append(Choice(("source", source), label, f"source {label}".casefold()))
    return sources + articles


def matching(offered: Sequence[Choice], typed: str) -> list[Choice]:
    """The choices in which every typed word stands."""
    words = one_line(typed).casefold().split()
    return [choice for choice in offered if all(word in choice.words for word in words)]


class ScopeScreen(ModalScreen[Filters | None]):
    """Pick articles, sources and dates; gives the new filters, or ``None`` if the reader changed nothing."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave"),
        Binding("f2", "apply", "Ask in these", priority=True),
        Binding("down", "to_list", show=False),
        Binding("space", "pick", show=False),
    ]

    def __init__(self, headlines: Sequence[Headline], filters: Filters) -> None:
        super().__init__()
        self.offered = choices(headlines)
        self.filters = filters
        self.listed: list[Choice] = []
        self.found = 0
        self.chosen: set[Scoped] = {("article", name) for name in filters.article_ids}
        self.chosen |= {("source", name) for name in filters.sources}

    def compose(self) -> ComposeResult:
        """Filter, list, dates, buttons."""
        day_from, day_to = self.filters.published_from, self.filters.published_to
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Which articles may answer?"
            dialog.border_subtitle = "Enter or Space picks · F2 asks in these · Esc leaves"
            yield Input(placeholder="Type to filter: words of a headline, a source, a year", id="filter")
            yield OptionList(id="items")
            yield Static(Content(""), classes="hint", id="count")
            with Horizontal(id="dates"):
                for name, day in (("from", day_from), ("to", day_to)):
                    field = Input(day.isoformat() if day else "", placeholder="any day; else 2023-06-01", id=name)
                    field.border_title = f"Published {name}"
                    yield field
            yield Static(Content(""), classes="problem", id="problem")
            with Horizontal(classes="buttons"):
                yield Button("Ask in these", variant="primary", id="apply")
                yield Button("Ask in all", id="all")
                yield Button("Leave", id="leave")

    def on_mount(self) -> None:
        """List everything."""
        self.list_matching("")

    @on(Input.Changed, "#filter")
    def filter_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self.list_matching(event.value)

    @on(Input.Submitted, "#filter")
    def action_to_list(self) -> None:
        """From the filter into the list."""
        self.query_one(OptionList).focus()

    def list_matching(self, typed: str) -> None:
        """Show what matches, the picked ones first."""
        found = sorted(matching(self.offered, typed), key=lambda choice: choice.item not in self.chosen)
        self.found, self.listed = len(found), found[:MAX_LISTED]
        items = self.query_one(OptionList)
        items.clear_options()
        items.add_options(Option(self.line(choice)) for choice in self.listed)
        items.highlighted = 0 if self.listed else None
        self.show_count()

    def line(self, choice: Choice) -> Content:
        """A choice with its box."""
        return Content(f"[{'x' if choice.item in self.chosen else ' '}] {choice.label}")

    def show_count(self) -> None:
        """How many match and how many are picked."""
        more = f", the first {MAX_LISTED} shown" if self.found > MAX_LISTED else ""
        self.query_one("#count", Static).update(Content(f"{self.found:,} match{more} · {len(self.chosen):,} picked"))

    @on(OptionList.OptionSelected)
    def toggle(self, event: OptionList.OptionSelected) -> None:
        """Pick or unpick an item."""
        choice = self.listed[event.option_index]
        self.chosen ^= {choice.item}
        event.option_list.replace_option_prompt_at_index(event.option_index, self.line(choice))
        self.show_count()

    def action_pick(self) -> None:
        """Pick or unpick the highlighted item."""
        self.query_one(OptionList).action_select()

    @on(Button.Pressed, "#apply")
    def action_apply(self) -> None:
        """Give the filters, unless a date is wrong."""
        days = []
        for name in ("from", "to"):
            typed = self.query_one(f"#{name}", Input).value.strip()
            try:
                days.append(date.fromisoformat(typed) if typed else None)
            except ValueError:
                self.complain(f"{one_line(typed)[:40]!r} is not a date like 2023-06-26")
                return
        ids = tuple(sorted(name for kind, name in self.chosen if kind == "article"))
        sources = tuple(sorted(name for kind, name in self.chosen if kind == "source"))
        if days[0] and days[1] and days[0] > days[1]:
            self.complain("The first day is after the last one")
        elif max(len(ids), len(sources)) > MAX_FILTER_ITEMS:
            self.complain(f"At most {MAX_FILTER_ITEMS:,} can be picked")
        else:
            self.dismiss(Filters(ids, sources, days[0], days[1]))

    def complain(self, text: str) -> None:
        """Say what is wrong, in the dialog."""
        self.query_one("#problem", Static).update(Content(f"! {text}"))

    @on(Button.Pressed, "#all")
    def ask_in_all(self) -> None:
        """No filter at all."""
        self.dismiss(Filters())

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)
