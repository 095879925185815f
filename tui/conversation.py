"""The left pane: a card for each question with its answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from qa.answers import Answer, Nearest
from qa.wording import (
    written_citation,
    written_confidence,
    written_correction,
    written_headline,
    written_lead,
    written_newer,
    written_notes,
    written_reason,
)
from tui.keys import CHOOSING, READING
from tui.messages import Chosen
from tui.printable import one_line, printable
from tui.scope import written_scope
from tui.transcript import Exchange, Place, State

_METER_CELLS = 5


def meter(confidence: float) -> str:
    """A bar of five cells, for example ``▰▰▰▰▱`` for 0.76."""
    full = max(0, min(_METER_CELLS, round(confidence * _METER_CELLS)))
    return "▰" * full + "▱" * (_METER_CELLS - full)


class AnswerRow(Static):
    """An answer, sure or ``perhaps``, or a nearest article; ``place`` is where it is, with its citation shown."""

    def __init__(self, place: Place, item: Answer | Nearest, *, perhaps: bool = False) -> None:
        super().__init__(classes="row")
        self.place = place
        self.item = item
        self.perhaps = perhaps
        self.set_class(isinstance(item, Answer) and place.row == 0, "-best")
        self.show(place, chosen=False)

    def show(self, place: Place, *, chosen: bool) -> None:
        """Show the citation of ``place``; the bar beside the chosen one is a character, not only a colour."""
        self.place = place
        self.set_class(chosen, "-chosen")
        if isinstance(self.item, Nearest):
            sentence = f"\n{self.item.paragraph}: {printable(self.item.sentence)}" if self.item.sentence else ""
            self.update(Content.assemble(printable(written_headline(self.item)), (sentence, "italic dim")))
            return
        citation = self.item.citations[place.citation]
        count = len(self.item.citations)
        places = f"  [{place.citation + 1} of {count}]" if count > 1 else ""
        correction = written_correction(citation.about)
        notes = [
            (f"\n{printable(n)}", "bold $warning" if n == correction else "dim")
            for n in written_notes(self.item, citation)
        ]
        self.update(
            Content.assemble(
                written_lead(self.item, perhaps=self.perhaps),
                (printable(self.item.text), "bold $accent" if place.row == 0 else "bold"),
                f"\n{meter(self.item.confidence)} {written_confidence(self.item.confidence)}\n",
                (printable(written_citation(citation)) + places, "italic dim"),
                *notes,
            )
        )

    def on_click(self, event: events.Click) -> None:
        """Choose this row; a drag that selects text is no click."""
        if self.screen.get_selected_text() is None:
            event.stop()
            self.post_message(Chosen(self.place))


class Card(Vertical):
    """One question and what became of it."""

    def __init__(self, number: int, exchange: Exchange) -> None:
        super().__init__(classes="card")
        self.number = number
        self.exchange = exchange

    def compose(self) -> ComposeResult:
        """The question, how it was understood, and its rows or its state."""
        exchange, reply = self.exchange, self.exchange.reply
        with Horizontal(classes="question"):
            yield Static(Content("?"), classes="sign")
            yield Static(Content(printable(exchange.question)), classes="asked")
        scope = written_scope(exchange.filters)
        if scope:
            yield Static(Content(f"only in {scope}"), classes="aside")
        if exchange.reinterpreted and reply is not None:
            yield Static(Content(f"understood as: {printable(reply.understood_as)}   (F7: as typed)"), classes="aside")
        elif exchange.as_typed:
            yield Static(Content("asked as typed"), classes="aside")
        if exchange.unsure:
            yield Static(Content("the best guess, however unsure: check it"), classes="aside")
        if exchange.state is not State.REPLIED:
            yield Static(Content(self._state()), classes=f"state -{exchange.state.value}")
            return
        if reply is not None and reply.status == "no_answer":
            yield Static(Content.assemble(("No answer. ", "bold"), written_reason(reply)), classes="state")
            if exchange.has_guess:
                yield Static(Content("F6: the best guess all the same"), classes="aside")
            if reply.nearest:
                yield Static(Content("The nearest articles; Enter, with nothing typed, reads one:"), classes="aside")
        yield from self._rows()

    def _rows(self) -> Iterator[Static]:
        perhaps = self.exchange.reply is not None and self.exchange.reply.status == "uncertain"
        for row, item in enumerate(self.exchange.rows):
            if row == 1 and isinstance(item, Answer):
                yield Static(Content("other answers:"), classes="aside")
            yield AnswerRow(Place(self.number, row), item, perhaps=perhaps)
        reply = self.exchange.reply
        if reply is not None and reply.timeline:
            values = " → ".join(printable(stage.text) for stage in reply.timeline)
            yield Static(Content(f"it developed: {values}   (t: the timeline)"), classes="aside")
        for later in reply.newer if reply is not None else ():
            yield Static(Content(printable(written_newer(later))), classes="aside")

    def _state(self) -> str:
        return {
            State.WAITING: "Waits its turn…",
            State.ASKED: "Reading the articles…   (Esc: give up)",
            State.CANCELLED: "Given up.   (F8: ask again)",
            State.FAILED: f"! Could not be asked: {one_line(self.exchange.problem)}   (F8: ask again)",
        }.get(self.exchange.state, "")


class ConversationPane(VerticalScroll):
    """The cards, oldest first."""

    BINDINGS: ClassVar[list[BindingType]] = [key.binding() for key in (*CHOOSING, *READING)]
    can_focus = True

    def __init__(self) -> None:
        super().__init__(id="conversation")
        self.border_title = "Conversation"
        self._followed: Card | AnswerRow | None = None

    async def show(self, exchanges: Sequence[Exchange], welcome: Content) -> None:
        """All cards anew, or the welcome if there are none."""
        self._followed = None
        await self.remove_children()
        cards = [Card(number, exchange) for number, exchange in enumerate(exchanges)]
        await self.mount_all(cards or [Static(welcome, id="welcome")])

    async def show_one(self, exchanges: Sequence[Exchange], number: int) -> None:
        """The card of one question, new or changed, scrolled into view."""
        for welcome in self.query("#welcome"):
            await welcome.remove()
        card = next((card for card in self.query(Card) if card.number == number), None)
        if card is None:
            card = Card(number, exchanges[number])
            await self.mount(card)
        else:
            await card.recompose()
        self._follow(card)

    def _follow(self, widget: Card | AnswerRow) -> None:
        """Keep ``widget`` in sight, a card from its top, until another is followed."""
        self._followed = widget
        self.call_after_refresh(self._reveal)

    def watch_virtual_size(self) -> None:
        """The cards have got another height, which they have only some time after they changed."""
        self.call_after_refresh(self._reveal)

    def _reveal(self) -> None:
        if self._followed is not None and self._followed.is_attached:
            self.scroll_to_widget(self._followed, animate=False, top=isinstance(self._followed, Card))

    def mark(self, place: Place | None) -> None:
        """Show ``place`` as chosen, and nothing else."""
        for row in self.query(AnswerRow):
            chosen = place is not None and (row.place.exchange, row.place.row) == (place.exchange, place.row)
            if chosen and place is not None:
                row.show(place, chosen=True)
                # A new reply's first row is in sight with the whole card.
                if place.row or not isinstance(self._followed, Card) or self._followed.number != place.exchange:
                    self._follow(row)
            elif row.has_class("-chosen"):
                row.show(row.place, chosen=False)
