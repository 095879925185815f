"""A conversation as values: its questions and what became of each. No widgets here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from qa.answers import MAX_HISTORY, MAX_QUESTION_CHARS, Answer, Citation, Filters, Nearest, Question, Reply, Turn


class State(Enum):
    """Where a question stands."""

    WAITING = "waiting"
    ASKED = "asked"
    REPLIED = "replied"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True, eq=False)
class Exchange:
    """One question and what became of it; changed by the app's message handlers alone.

    With ``as_typed`` it is asked without the conversation before it, with ``unsure`` for the best span however
    unsure. ``problem`` says why it failed.
    """

    question: str
    filters: Filters = Filters()
    as_typed: bool = False
    unsure: bool = False
    state: State = State.WAITING
    reply: Reply | None = None
    problem: str = ""

    @property
    def rows(self) -> tuple[Answer | Nearest, ...]:
        """What can be chosen under the question: its answers, else what is nearest."""
        if self.reply is None:
            return ()
        return self.reply.answers or self.reply.nearest

    @property
    def has_guess(self) -> bool:
        """Whether there is an answer that was held back because it is not sure enough."""
        return self.reply is not None and self.reply.reason == "weak_evidence" and not self.unsure

    @property
    def reinterpreted(self) -> bool:
        """Whether the question was understood as another one than was typed."""
        return self.reply is not None and self.reply.reinterpreted


@dataclass(frozen=True, slots=True)
class Place:
    """What is chosen: a row under a question, and one of that row's citations. All count from 0."""

    exchange: int
    row: int = 0
    citation: int = 0


def question_of(exchanges: Sequence[Exchange], at: int) -> Question:
    """The question of ``exchanges[at]`` with the answered ones before it as its history."""
    exchange = exchanges[at]
    least = 0.0 if exchange.unsure else None
    if exchange.as_typed:
        return Question(exchange.question, filters=exchange.filters, min_confidence=least)
    turns = [
        Turn(_full(earlier.question, earlier.reply), earlier.reply.answers[0].text if earlier.reply.answers else None)
        for earlier in exchanges[:at]
        if earlier.reply is not None
    ]
    history = tuple(turns[-MAX_HISTORY:])
    return Question(exchange.question, filters=exchange.filters, history=history, min_confidence=least)


def _full(question: str, reply: Reply) -> str:
    """The question as it was understood, which names what "he" and "there" were; as typed, if that is too long."""
    return reply.understood_as if len(reply.understood_as) <= MAX_QUESTION_CHARS else question


def row_at(exchanges: Sequence[Exchange], place: Place | None) -> Answer | Nearest | None:
    """The row at ``place``, or ``None`` if nothing is there."""
    if place is None or not 0 <= place.exchange < len(exchanges):
        return None
    rows = exchanges[place.exchange].rows
    return rows[place.row] if 0 <= place.row < len(rows) else None


def citation_at(exchanges: Sequence[Exchange], place: Place | None) -> Citation | None:
    """The citation at ``place``, or ``None`` if there is none."""
    row = row_at(exchanges, place)
    if place is None or not isinstance(row, Answer) or not 0 <= place.citation < len(row.citations):
        return None
    return row.citations[place.citation]


def next_row(exchanges: Sequence[Exchange], place: Place | None, step: int) -> Place | None:
    """The row after (``step`` 1) or before (-1) ``place``; the same place at either end.

    From nowhere it is the first row of the last question that has any; ``None`` if none has.
    """
    places = [Place(at, row) for at, exchange in enumerate(exchanges) for row in range(len(exchange.rows))]
    if not places:
        return None
    here = Place(place.exchange, place.row) if place else None
    if here not in places:
        return Place(places[-1].exchange)
    position = places.index(here) + step
    return places[position] if 0 <= position < len(places) else place


def next_citation(exchanges: Sequence[Exchange], place: Place | None, step: int) -> Place | None:
    """The citation after or before ``place``, going on to the neighbouring answer at the end of this one's."""
    row = row_at(exchanges, place)
    if place is None or row is None:
        return next_row(exchanges, None, step)
    count = len(row.citations) if isinstance(row, Answer) else 1
    if 0 <= place.citation + step < count:
        return Place(place.exchange, place.row, place.citation + step)
    neighbour = next_row(exchanges, place, step)
    if neighbour is None or neighbour == place or step > 0:
        return neighbour
    beside = row_at(exchanges, neighbour)
    last = len(beside.citations) - 1 if isinstance(beside, Answer) else 0
    return Place(neighbour.exchange, neighbour.row, last)
