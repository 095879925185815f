"""One conversation without widgets: what the chat and the plain mode do alike."""

from __future__ import annotations

from collections.abc import Iterable

from qa.answers import Filters, Question, Reply
from qa.errors import PullquoteError
from tui.memory import Memory
from tui.transcript import Exchange, State, question_of


class Session:
    """The questions of one conversation, what became of them, and where they are kept, if anywhere.

    Used by one thread. Whatever changes is kept at once, a question already when it is asked: whoever leaves while it
    is read finds it again.
    """

    def __init__(self, memory: Memory | None = None) -> None:
        self.memory = memory
        self.kept_as: int | None = None
        """Its number in the memory, once there is something to keep."""
        self.exchanges: list[Exchange] = []
        self.filters = Filters()

    def begin(self, exchanges: Iterable[Exchange] = (), kept_as: int | None = None) -> None:
        """Leave the conversation there was for a new one, or for one that was kept."""
        self.exchanges, self.kept_as = list(exchanges), kept_as

    def add(self, text: str) -> Exchange:
        """A new question, which waits to be asked."""
        self.exchanges.append(Exchange(text, self.filters))
        return self.exchanges[-1]

    def question(self, exchange: Exchange) -> Question:
        """The exchange's question with the answered ones before it as its history."""
        return question_of(self.exchanges, self.exchanges.index(exchange))

    def waiting(self) -> Exchange | None:
        """The first question that waits."""
        return next((one for one in self.exchanges if one.state is State.WAITING), None)

    def again(self, exchange: Exchange, *, as_typed: bool | None = None, unsure: bool | None = None) -> bool:
        """Let a settled question wait once more, as it was or otherwise. Says whether it was settled."""
        if exchange.state in (State.WAITING, State.ASKED):
            return False
        exchange.reply = None
        exchange.as_typed = exchange.as_typed if as_typed is None else as_typed
        exchange.unsure = exchange.unsure if unsure is None else unsure
        exchange.state = State.WAITING
        return True

    def settle(self, exchange: Exchange, state: State, *, reply: Reply | None = None, problem: str = "") -> None:
        """Put ``exchange`` into ``state``, and keep it.

        Raises:
            PullquoteError: it cannot be kept; from then on nothing is.
        """
        exchange.state, exchange.problem = state, problem
        if reply is not None:
            exchange.reply = reply
        if self.memory is not None and state is not State.WAITING:
            try:
                self.kept_as = self.memory.save(self.kept_as, self.exchanges.index(exchange), exchange)
            except PullquoteError as error:
                self.memory = None
                raise PullquoteError(f"From now on nothing is kept: {error}") from error
