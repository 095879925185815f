"""The chat's core: asking, and showing what came of it. What the keys do beside is in :mod:`tui.app`.

Workers do everything that can take time: opening the newsroom, asking, fetching an article. Their results come back
as messages to handlers here, which alone change the state; a result that is no longer waited for is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from textual import on
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from qa.answers import Filters, Headline, Nearest, Reply
from qa.errors import PullquoteError
from qa.newsroom import ArticleView, Newsroom
from qa.suggestions import suggestions
from tui.background import Background
from tui.composer import Composer
from tui.conversation import ConversationPane
from tui.evidence import EvidencePane
from tui.memory import Memory
from tui.messages import Chosen, Progress, Submitted
from tui.printable import one_line
from tui.scope import ScopeScreen, written_scope
from tui.session import Session
from tui.transcript import Exchange, Place, State, citation_at, next_row, row_at
from tui.welcome import SHOWN, welcome

Opening = Callable[[Callable[[str], None]], Newsroom]
"""Opens the newsroom, which may take seconds, saying what it does by the function given to it."""

WIDE_CELLS = 100
"""Both panes from this width on: less leaves no room for a line of an article beside an answer."""

MAX_HEADLINES = 20_000
"""The newest articles that the picker offers; dates and sources reach the others."""


class AskingApp(App[int]):
    """Conversation on the left, evidence on the right.

    ``where`` names the library or server that ``open_newsroom`` opens; ``memory`` keeps what is said, if given.
    """

    TITLE = "Pullquote"
    AUTO_FOCUS = "#composer"
    CSS_PATH = Path(__file__).with_name("chat.tcss")

    def __init__(self, open_newsroom: Opening, *, where: str, memory: Memory | None = None) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE_CELLS, "-wide")]
        self.open_newsroom = open_newsroom
        self.where = where
        self.session = Session(memory)
        self.newsroom: Newsroom | None = None
        self.asked: Exchange | None = None
        self.place: Place | None = None
        self.article: ArticleView | None = None
        self.newest: list[Headline] = []
        self.offered: list[str] = []
        self.background = Background()
        self._waited_for: dict[str, Worker[Any]] = {}
        # Held here, not looked up: a result may come while a dialog covers the screen that they are on.
        self.pane = ConversationPane()
        self.evidence = EvidencePane()
        self.composer = Composer()
        self.status_line = Static(Content(""), id="status")
        self.scope_line = Static(Content(""), id="scope")

    def compose(self) -> ComposeResult:
        """The top line, two panes, the scope, the question field, the keys."""
        with Horizontal(id="top"):
            yield Static(Content("Pullquote"), id="name")
            yield Static(Content(one_line(self.where)), id="where")
            yield self.status_line
        with Horizontal(id="panes"):
            yield self.pane
            yield self.evidence
        yield self.scope_line
        yield self.composer
        yield Footer()

    async def on_mount(self) -> None:
        """Draw first; load behind it."""
        self.show_scope()
        await self.show_conversation([], None)
        self.open()

    # What workers do, and what comes of it

    def work_on(self, task: str, function: Callable[[], Any]) -> None:
        """Run ``function`` in a thread; only the last result of each ``task`` is waited for."""
        work = self.background.run(function)
        self._waited_for[task] = self.run_worker(work, group=task, exclusive=True, exit_on_error=False)

    def give_up(self, task: str) -> None:
        """Wait no longer for the result of ``task``."""
        worker = self._waited_for.pop(task, None)
        if worker is not None:
            worker.cancel()

    async def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Hand a result, or what went wrong, to the handler of its task; drop what is stale."""
        task = event.worker.group
        if self._waited_for.get(task) is not event.worker:
            return
        if event.state is WorkerState.SUCCESS:
            del self._waited_for[task]
            await self._succeeded(task, event.worker.result)
        elif event.state is WorkerState.ERROR:
            del self._waited_for[task]
            error = event.worker.error
            known = isinstance(error, PullquoteError)
            await self._failed(task, str(error) if known else f"a fault in Pullquote ({type(error).__name__}: {error})")

    async def _succeeded(self, task: str, result: Any) -> None:
        match task:
            case "open":
                self.newsroom = result
                self.status("ready")
                self.work_on("newest", lambda: list(islice(result.headlines(), SHOWN)))
                self.work_on("offered", partial(suggestions, result, self.is_new))
                self.choose(self.place)
                await self.ask_next()
            case "ask":
                await self.replied(result)
            case "article":
                await self.article_came(result)
            case "headlines":
                self.status("")
                self.headlines_came(result)
            case "rate":
                self.notify("Kept: thank you.")
            case "newest":
                self.newest = result
                await self.show_welcome()
            case "offered":
                self.offered = self.composer.offered = result
                await self.show_welcome()

    async def _failed(self, task: str, why: str) -> None:
        match task:
            case "open":
                self.status(f"! not ready: {why}")
                for exchange in self.session.exchanges:
                    if exchange.state is State.WAITING:
                        await self.settle(exchange, State.FAILED, why)
                self.notify(f"{why}\nThe next question tries again.", severity="error", timeout=20, markup=False)
            case "ask":
                if self.asked is not None:
                    await self.settle(self.asked, State.FAILED, why)
                self.status(f"! {why}")
                self.asked = None
                await self.ask_next()
            case "article":
                citation = citation_at(self.session.exchanges, self.place)
                if citation:
                    await self.evidence.show_missing(citation, f"The article could not be fetched: {one_line(why)}.")
                else:
                    await self.evidence.show_note(f"! The article could not be fetched: {one_line(why)}")
            case "headlines":
                self.status("")
                self.warn(f"The articles could not be listed: {why}")
            case "rate":
                self.warn(f"It could not be kept: {why}")

    def open(self) -> None:
        """Open the newsroom, saying how it goes."""
        self.status("Opening…")
        self.work_on("open", partial(self.open_newsroom, self._tell_progress))

    def open_if_closed(self) -> None:
        """Try again to open a newsroom that did not open."""
        if self.newsroom is None and "open" not in self._waited_for:
            self.open()

    def _tell_progress(self, text: str) -> None:
        self.post_message(Progress(text))

    @on(Progress)
    def progressed(self, message: Progress) -> None:
        """Show what is being loaded, unless it is loaded already."""
        if self.newsroom is None:
            self.status(message.text)

    # Asking

    @on(Submitted)
    async def submitted(self, message: Submitted) -> None:
        """Take a question: it is asked at once, or when it is its turn."""
        self.pane.screen.remove_class("-reading")
        self.session.add(message.text)
        await self.pane.show_one(self.session.exchanges, len(self.session.exchanges) - 1)
        self.open_if_closed()
        await self.ask_next()

    async def ask_next(self) -> None:
        """Ask the first question that waits, if none is being asked and the newsroom is open."""
        waiting, newsroom = self.session.waiting(), self.newsroom
        if waiting is None or self.asked is not None or newsroom is None:
            return
        self.asked = waiting
        self.work_on("ask", partial(newsroom.ask, self.session.question(waiting)))
        await self.settle(waiting, State.ASKED)

    async def replied(self, reply: Reply) -> None:
        """Show the reply to the question that was asked, and its first answer's evidence."""
        exchange, self.asked = self.asked, None
        if exchange is not None:
            await self.settle(exchange, State.REPLIED, reply=reply)
            how = "perhaps, " if reply.status == "uncertain" else "answered "
            self.status(f"{how}in {reply.timing_ms.total / 1_000:.1f} s" if reply.answers else "no answer")
            if exchange.rows:
                self.choose(Place(self.session.exchanges.index(exchange)))
        await self.ask_next()

    async def settle(self, exchange: Exchange, state: State, problem: str = "", *, reply: Reply | None = None) -> None:
        """Put ``exchange`` into ``state``, keep it, and show it."""
        try:
            self.session.settle(exchange, state, reply=reply, problem=problem)
        except PullquoteError as error:
            self.warn(str(error))
        await self.pane.show_one(self.session.exchanges, self.session.exchanges.index(exchange))

    async def ask_again(self, exchange: Exchange, *, as_typed: bool | None = None, unsure: bool | None = None) -> None:
        """Ask a settled question another time, as it was or otherwise."""
        if self.session.again(exchange, as_typed=as_typed, unsure=unsure):
            await self.settle(exchange, State.WAITING)
            self.open_if_closed()
            await self.ask_next()

    def is_new(self) -> bool:
        """Whether nothing was asked yet."""
        return not self.session.exchanges

    def welcome(self) -> Content:
        """What stands where nothing was asked yet."""
        return welcome(self.session.memory, self.newest, self.offered)

    async def show_welcome(self) -> None:
        """Show what has become known since, if nothing was asked yet."""
        if self.is_new():
            await self.pane.show([], self.welcome())

    async def show_conversation(self, exchanges: list[Exchange], conversation: int | None) -> None:
        """Leave the conversation there was, if any, for this one."""
        self.asked = None
        for task in ("ask", "article"):
            self.give_up(task)
        self.session.begin(exchanges, conversation)
        await self.pane.show(exchanges, self.welcome())
        await self.evidence.show_note("The article behind an answer appears here.")
        self.choose(next_row(exchanges, None, 1))

    # The evidence

    @on(Chosen)
    def row_chosen(self, message: Chosen) -> None:
        """A click on a row."""
        self.choose(message.place)

    def choose(self, place: Place | None) -> None:
        """Make ``place`` the chosen one and bring its article into the evidence."""
        self.place = place
        self.pane.mark(place)
        row = row_at(self.session.exchanges, place)
        if row is None or self.newsroom is None:
            return
        citation = citation_at(self.session.exchanges, place)
        article_id = citation.article_id if citation else getattr(row, "article_id", "")
        # An article is fetched anew each time: the library may have changed underneath.
        self.work_on("article", partial(self.newsroom.article, article_id))

    async def article_came(self, article: ArticleView | None) -> None:
        """Show the article at the chosen citation, or say that it is gone or another one now."""
        citation, row = citation_at(self.session.exchanges, self.place), row_at(self.session.exchanges, self.place)
        self.article = article
        if article is None and citation is None:
            await self.evidence.show_note("! This article is no longer in the library.")
        elif article is None and citation is not None:
            await self.evidence.show_missing(citation, "This article is no longer in the library.")
        elif article is not None and citation and article.text[citation.start : citation.end] != citation.quote:
            await self.evidence.show_missing(citation, "This article has changed since.")
        elif article is not None:
            near = row if isinstance(row, Nearest) else None
            await self.evidence.show_article(article, citation, near)

    # Which articles may answer

    def list_headlines(self, newsroom: Newsroom) -> None:
        """Fetch the newest headlines for the picker."""
        self.status("Listing the articles…")
        self.work_on("headlines", lambda: list(islice(newsroom.headlines(), MAX_HEADLINES)))

    def headlines_came(self, headlines: list[Headline]) -> None:
        """Let the reader pick."""
        self.push_screen(ScopeScreen(headlines, self.session.filters), self.scope_chosen)

    def scope_chosen(self, filters: Filters | None) -> None:
        """Ask within ``filters`` from now on."""
        if filters is not None:
            self.session.filters = filters
            self.show_scope()

    # Small things that are shown

    def status(self, text: str) -> None:
        """One line at the top right."""
        self.status_line.update(Content(one_line(text)))

    def warn(self, text: str) -> None:
        """A short notice about something that did not work."""
        self.notify(text, severity="warning", markup=False)

    def show_scope(self) -> None:
        """Say what may answer."""
        scope = written_scope(self.session.filters)
        self.scope_line.update(
            Content.assemble(("Asking ", ""), ("all articles" if not scope else f"only: {scope}", "bold"), "  (F2)")
        )
