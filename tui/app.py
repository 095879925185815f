"""The chat as it is used: what keys and commands do, settings, themes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen

from qa.answers import Answer
from qa.errors import PullquoteError
from qa.feedback import Better, Feedback, FeedbackVerdict
from tui.asking import AskingApp, Opening
from tui.export import copied
from tui.keys import ALL, ANYWHERE, WRITING, written_keys
from tui.memory import Memory
from tui.messages import ReadChosen, Submitted
from tui.outside import has_browser, load_tmux_buffer
from tui.printable import one_line
from tui.rating import Opinion, RatingScreen, marked
from tui.screens import ExportScreen, HelpScreen, PastScreen
from tui.settings import ChatSettings, default_path
from tui.themes import DARK, LIGHT, MARK_DEFAULTS
from tui.transcript import Exchange, State, citation_at, next_citation, next_row, row_at

Rated = tuple[str, int]
"""The id of a reply, and which of its answers, from 0."""


class ChatApp(AskingApp):
    """The chat: what its keys and commands do, by the handlers of :class:`AskingApp`, which alone change the state.

    Textual runs one app, and together the two would be 600 lines: this class can be read by whoever adds a key, that
    one by whoever asks what a late result does. ``problems`` are told to the reader at the start; ``settings_path`` is
    named in the help.
    """

    BINDINGS: ClassVar[list[BindingType]] = [key.binding() for key in ANYWHERE]

    def __init__(
        self,
        open_newsroom: Opening,
        *,
        where: str,
        memory: Memory | None = None,
        settings: ChatSettings | None = None,
        settings_path: Path | None = None,
        problems: Iterable[str] = (),
    ) -> None:
        super().__init__(open_newsroom, where=where, memory=memory)
        self.settings = settings or ChatSettings()
        self.settings_path = settings_path or default_path()
        self.problems = list(problems)
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        if self.settings.theme in self.available_themes:
            self.theme = self.settings.theme
        elif self.settings.theme:
            known = ", ".join(sorted(self.available_themes))
            self.problems.append(f"{self.settings_path}: there is no theme {self.settings.theme!r}; there are {known}")
        self.set_keymap(self.settings.keys)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The highlighter's colours, for themes that do not name them."""
        return MARK_DEFAULTS

    def get_key_display(self, binding: Binding) -> str:
        """Keys in the footer as the help writes them."""
        return written_keys(binding.key)

    def on_ready(self) -> None:
        """Tell what was wrong with the settings or the memory."""
        for problem in self.problems:
            self.warn(problem)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Everything that a key does, and the themes, for the command palette; nothing while a dialog is open."""
        if isinstance(screen, ModalScreen):
            return
        for key in ALL:
            if key not in WRITING:
                keys = written_keys(self.settings.keys.get(key.id, key.keys))
                yield SystemCommand(key.help, f"Key: {keys}", partial(self.run_action, key.action))
        yield SystemCommand("Choose another theme", "All themes, by name", self.action_change_theme)

    # What keys do

    def action_next_citation(self) -> None:
        """The next citation, going on to the next answer."""
        self.choose(next_citation(self.session.exchanges, self.place, 1))

    def action_previous_citation(self) -> None:
        """The citation before."""
        self.choose(next_citation(self.session.exchanges, self.place, -1))

    def action_next_answer(self) -> None:
        """The next answer or headline."""
        self.choose(next_row(self.session.exchanges, self.place, 1))

    def action_previous_answer(self) -> None:
        """The answer or headline before."""
        self.choose(next_row(self.session.exchanges, self.place, -1))

    def action_read(self) -> None:
        """To the article, in either layout."""
        self.screen.add_class("-reading")
        self.evidence.focus()

    @on(ReadChosen)
    def read_chosen(self) -> None:
        """Enter in the empty question field."""
        if self.place is not None:
            self.action_read()

    def action_offered(self, number: int) -> None:
        """Ask a question that the first screen offers."""
        self.post_message(Submitted(self.offered[number]))

    async def action_timeline(self) -> None:
        """How the fact of the chosen question developed; choosing an answer brings its article back."""
        exchange = self.session.exchanges[self.place.exchange] if self.place is not None else None
        if exchange is None or exchange.reply is None or not exchange.reply.timeline:
            self.notify("Nothing developed here.")
            return
        await self.evidence.show_timeline(exchange.question, exchange.reply.timeline)
        self.action_read()

    def action_switch(self) -> None:
        """To the other pane."""
        if self.evidence.has_focus or (self.screen.has_class("-narrow") and self.screen.has_class("-reading")):
            self.screen.remove_class("-reading")
            self.pane.focus()
        else:
            self.action_read()

    def action_write(self) -> None:
        """To the question field."""
        self.screen.remove_class("-reading")
        self.composer.focus()

    async def action_cancel(self) -> None:
        """Give up the question being asked; else leave or enter the question field."""
        if self.asked is not None:
            exchange, self.asked = self.asked, None
            self.give_up("ask")
            await self.settle(exchange, State.CANCELLED)
            self.status("given up")
            await self.ask_next()
        elif self.composer.has_focus:
            self.pane.focus()
        else:
            self.action_write()

    async def action_as_typed(self) -> None:
        """Undo the understanding of a follow-up: ask as typed."""
        exchange = self._chosen_exchange()
        if exchange is None or not exchange.reinterpreted:
            self.warn("This question was asked as typed.")
            return
        await self.ask_again(exchange, as_typed=True)

    async def action_guess(self) -> None:
        """Show an answer that was held back because it is not sure enough."""
        exchange = self._chosen_exchange()
        if exchange is None or not exchange.has_guess:
            self.warn("There is no guess to show here.")
            return
        await self.ask_again(exchange, unsure=True)

    async def action_again(self) -> None:
        """Ask the failed questions again, else the chosen one; open the newsroom if it is not."""
        self.open_if_closed()
        failed = [one for one in self.session.exchanges if one.state is State.FAILED]
        chosen = self._chosen_exchange()
        for exchange in failed or ([chosen] if chosen else []):
            await self.ask_again(exchange)

    def _chosen_exchange(self) -> Exchange | None:
        """The exchange of the chosen row, else the last one."""
        if self.place is not None and self.place.exchange < len(self.session.exchanges):
            return self.session.exchanges[self.place.exchange]
        return self.session.exchanges[-1] if self.session.exchanges else None

    def action_copy(self) -> None:
        """Copy the quote and its citation."""
        citation = citation_at(self.session.exchanges, self.place)
        if citation is None:
            self.warn("Nothing to copy: choose an answer first.")
            return
        self._copy(copied(citation), "the quote with its citation")

    def action_open(self) -> None:
        """Open the article in the browser, at the quote."""
        citation, row = citation_at(self.session.exchanges, self.place), row_at(self.session.exchanges, self.place)
        link = citation.deep_link if citation else (None if row is None or isinstance(row, Answer) else row.url)
        if link is None or not link.lower().startswith(("https://", "http://")):
            self.warn("This article has no web address.")
        elif has_browser():
            self.open_url(link)
        else:
            self._copy(link, f"the link, since there is no browser here: {link}")

    def _copy(self, text: str, what: str) -> None:
        """Into the terminal's clipboard, or tmux's own where that is between. What arrived can only be said of tmux."""
        self.copy_to_clipboard(text)
        if not os.environ.get("TMUX"):
            self.notify(f"Sent to the terminal's clipboard: {what}", markup=False)
        elif load_tmux_buffer(text):
            self.notify(f"Copied into tmux (prefix and ] pastes): {what}", markup=False)
        else:
            self.warn("tmux keeps it from the clipboard; allow it with: tmux set -g set-clipboard on")

    def action_rate_right(self) -> None:
        """The chosen answer is right."""
        self._rate(self._rated(), "right")

    def action_rate_wrong(self) -> None:
        """Ask what is wrong with the chosen answer, the right words marked in the evidence as they are typed."""
        rated = self._rated()
        if rated is None:
            self.warn("Nothing to rate: ask something first.")
            return
        article, selected = self.article, one_line(self.screen.get_selected_text() or "")

        def show_words(better: Better | None) -> None:
            if article is not None and better is not None:
                self.call_later(self.evidence.show_article, article, marked(article, better))

        self.screen.add_class("-reading")  # where there is room for one pane, it is the evidence
        self.push_screen(RatingScreen(article, selected, show_words), partial(self._opined, rated))

    def _opined(self, rated: Rated, opinion: Opinion | None) -> None:
        """Keep what the form was filled in with; else the evidence shows the answer again."""
        if opinion is None:
            self.choose(self.place)
        else:
            self._rate(rated, opinion.verdict, opinion.better, opinion.note)

    def _rated(self) -> Rated | None:
        """What is rated now; while a form is open, the next reply may come and be chosen."""
        exchange = self._chosen_exchange()
        if exchange is None or exchange.reply is None:
            return None
        row = row_at(self.session.exchanges, self.place)
        chosen = self.place.row if self.place is not None and isinstance(row, Answer) else 0
        return exchange.reply.id, chosen

    def _rate(
        self, rated: Rated | None, verdict: FeedbackVerdict, better: Better | None = None, note: str | None = None
    ) -> None:
        if rated is None or self.newsroom is None:
            self.warn("Nothing to rate: ask something first.")
            return
        answer_id, index = rated
        feedback = Feedback(answer_id, verdict, index, better, note)
        self.work_on("rate", partial(self.newsroom.rate, feedback))

    def action_theme(self) -> None:
        """Between dark and light."""
        self.theme = LIGHT.name if self.current_theme.dark else DARK.name

    def action_help(self) -> None:
        """Every key."""
        self.push_screen(HelpScreen(self.settings.keys, self.settings_path))

    def action_scope(self) -> None:
        """Pick the articles that may answer."""
        if self.newsroom is None:
            self.warn("The articles are not there yet; try again in a moment.")
        else:
            self.list_headlines(self.newsroom)

    def action_export(self) -> None:
        """Write the conversation to a file."""
        if not self.session.exchanges:
            self.warn("Nothing to export: nothing was asked yet.")
            return
        now = datetime.now().astimezone()
        self.push_screen(ExportScreen(self.session.exchanges, f"pullquote-{now:%Y-%m-%d-%H%M}.md"), self.exported)

    def exported(self, path: Path | None) -> None:
        """Say where the conversation is now."""
        if path is not None:
            self.notify(f"Written to {path.resolve()}", markup=False)

    def action_past(self) -> None:
        """Earlier conversations."""
        if self.session.memory is None:
            self.warn("Nothing is kept of this chat: there are no earlier conversations here.")
        else:
            self.push_screen(PastScreen(self.session.memory, self.session.kept_as), self.resume)

    async def resume(self, conversation: int | None) -> None:
        """Go on with an earlier conversation."""
        if conversation is None or self.session.memory is None or conversation == self.session.kept_as:
            return
        try:
            exchanges = self.session.memory.load(conversation)
        except PullquoteError as error:
            self.warn(str(error))
            return
        await self.show_conversation(exchanges, conversation)

    async def action_new(self) -> None:
        """A new conversation."""
        await self.show_conversation([], None)
        self.action_write()
