"""The chat line by line: for pipes, screen readers and terminals that cannot draw."""

from __future__ import annotations

from io import TextIOWrapper
from typing import TextIO

from qa.answers import MAX_QUESTION_CHARS, Answer, Reply
from qa.errors import PullquoteError
from qa.feedback import VERDICTS, Feedback, FeedbackVerdict, better_of
from qa.newsroom import ArticleView, Newsroom
from qa.wording import (
    written_citation,
    written_confidence,
    written_headline,
    written_lead,
    written_newer,
    written_notes,
    written_reason,
    written_stage,
)
from tui.printable import one_line
from tui.session import Session
from tui.transcript import Exchange, State

_MAX_LINE = 8 * MAX_QUESTION_CHARS
_VERDICTS: dict[str, FeedbackVerdict] = {f":{verdict}": verdict for verdict in VERDICTS}
_HELP = """\
Type a question and press Enter. Every answer is words of an article, followed by where they stand.
:typed    ask the last question again exactly as typed, without the conversation before it
:guess    ask it again for the best guess, however unsure
:show N   print the article of answer or headline number N of the last reply
:right N  answer N of the last reply is right (the first, if you name none); so is that there is none
:wrong N  it is wrong; add the right words, if you know them, as they stand in its article;
          :incomplete N and :outdated N likewise
:new      forget the conversation and start another
:help     this help
:quit     leave (so does the end of the input)"""


def run_plain(newsroom: Newsroom, stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Answer each line of ``stdin`` on ``stdout``; prompts and problems go to ``stderr``.

    Returns the exit status: 0, or 1 if a line could not be obeyed. That there is no answer is no failure.
    """
    for stream in (stdin, stdout, stderr):
        if isinstance(stream, TextIOWrapper):  # what cannot be decoded or written becomes "?", not a traceback
            stream.reconfigure(errors="replace")
    return _Dialogue(newsroom, stdin, stdout, stderr).run()


class _Dialogue:
    def __init__(self, newsroom: Newsroom, stdin: TextIO, stdout: TextIO, stderr: TextIO) -> None:
        self.newsroom = newsroom
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self.session = Session()
        self.failed = False

    def run(self) -> int:
        """Read lines until the end of the input or ``:quit``."""
        interactive = self.stdin.isatty()
        if interactive:
            self.note("Pullquote. Ask about the articles; :help for help, :quit to leave.")
        while True:
            if interactive:
                self.stderr.write("? ")
                self.stderr.flush()
            line = self.read_line()
            text = one_line(line)
            if not line or text == ":quit":
                return 1 if self.failed else 0
            if text:
                try:
                    self.obey(text)
                except PullquoteError as error:
                    self.problem(str(error))

    def read_line(self) -> str:
        """The next line, empty at the end of the input; of an endless one no more than can be too long."""
        line = piece = self.stdin.readline(_MAX_LINE)
        while len(piece) == _MAX_LINE and not piece.endswith("\n"):
            piece = self.stdin.readline(_MAX_LINE)
        return line

    def obey(self, text: str) -> None:
        """One command or question."""
        command, _, argument = text.partition(" ")
        if command == ":help":
            self.note(_HELP)
        elif command == ":new":
            self.session.begin()
            self.note("A new conversation.")
        elif command == ":typed":
            self.ask_as_typed()
        elif command == ":guess":
            self.ask_for_guess()
        elif command == ":show":
            self.show(argument)
        elif command in _VERDICTS:
            self.rate(_VERDICTS[command], argument)
        elif text.startswith(":"):
            self.problem(f"there is no command {command}; see :help")
        elif len(text) > MAX_QUESTION_CHARS:
            self.problem(f"{len(text):,} characters; a question has at most {MAX_QUESTION_CHARS:,}")
        else:
            if not self.stdin.isatty():
                self.line(f"? {text}")  # whoever reads the output of a pipe sees what was asked
            self.session.add(text)
            self.ask_last()

    def ask_as_typed(self) -> None:
        """The last question again, without history."""
        if not self.session.exchanges:
            self.problem("nothing was asked yet")
            return
        self.session.again(self.session.exchanges[-1], as_typed=True)
        self.ask_last()

    def ask_for_guess(self) -> None:
        """The last question again, for an answer that was held back."""
        if not self.session.exchanges or not self.session.exchanges[-1].has_guess:
            self.problem("there is no guess to show")
            return
        self.session.again(self.session.exchanges[-1], unsure=True)
        self.ask_last()

    def ask_last(self) -> None:
        """Ask the last question and print what came of it."""
        exchange = self.session.exchanges[-1]
        try:
            reply = self.newsroom.ask(self.session.question(exchange))
        except PullquoteError:
            self.session.settle(exchange, State.FAILED)
            raise
        self.session.settle(exchange, State.REPLIED, reply=reply)
        if exchange.reinterpreted:
            self.line(f"Understood as: {reply.understood_as} (:typed asks it as typed)")
        if reply.status == "no_answer":
            self.tell_nothing(exchange, reply)
        for number, answer in enumerate(reply.answers, start=1):
            lead = written_lead(answer, perhaps=reply.status == "uncertain")
            self.line(f"{number}. {lead}{answer.text} ({written_confidence(answer.confidence)})")
            for citation in answer.citations:
                self.line(f"   {written_citation(citation)}")
                self.line("   {}»{}«{}".format(*citation.sentence_parts))
                for note in written_notes(answer, citation):
                    self.line(f"   {note}")
        for told in (*map(written_stage, reply.timeline), *map(written_newer, reply.newer)):
            self.line(f"  {told}")
        self.stdout.write("\n")
        self.stdout.flush()

    def tell_nothing(self, exchange: Exchange, reply: Reply) -> None:
        """Why there is no answer, and what is nearest."""
        self.line(f"No answer. {written_reason(reply)}".rstrip())
        if exchange.has_guess:
            self.line("  :guess shows the best guess all the same")
        for number, headline in enumerate(reply.nearest, start=1):
            self.line(f"  {number}. Nearest: {written_headline(headline)}")
            if headline.sentence:
                self.line(f"     paragraph {headline.paragraph}: {headline.sentence}")

    def show(self, argument: str) -> None:
        """Print the article behind a numbered answer or headline."""
        rows = self.session.exchanges[-1].rows if self.session.exchanges else ()
        if not argument.isdecimal() or not 1 <= int(argument) <= len(rows):
            choice = f"a number from 1 to {len(rows)}" if rows else "an answer first"
            self.problem(f":show needs {choice}")
            return
        row = rows[int(argument) - 1]
        article_id = row.citations[0].article_id if isinstance(row, Answer) else row.article_id
        article = self.newsroom.article(article_id)
        if article is None:
            self.problem("that article is no longer in the library")
        else:
            self.print_article(article)

    def rate(self, verdict: FeedbackVerdict, argument: str) -> None:
        """Keep what is thought of an answer of the last reply; ``argument``: its number, and the right words."""
        exchange = self.session.exchanges[-1] if self.session.exchanges else None
        if exchange is None or exchange.reply is None:
            self.problem("nothing was answered yet")
            return
        first, _, rest = argument.partition(" ")
        rows = exchange.rows
        number, typed = (int(first), rest) if first.isdecimal() and 1 <= int(first) <= len(rows) else (1, argument)
        better = None
        if typed.strip() and rows:
            row = rows[number - 1]
            article_id = row.citations[0].article_id if isinstance(row, Answer) else row.article_id
            article = self.newsroom.article(article_id)
            better = better_of(article_id, article.text, typed) if article else None
        if typed.strip() and better is None:
            self.problem("these words do not stand in the article; :show N prints it")
            return
        index = number - 1 if exchange.reply.answers else 0
        self.newsroom.rate(Feedback(exchange.reply.id, verdict, index, better))
        self.note("Kept: thank you.")

    def print_article(self, article: ArticleView) -> None:
        """Headline and numbered paragraphs."""
        self.line(article.headline)
        for number, start, end in article.paragraphs:
            self.line(f"[{number}] {article.text[start:end]}")
        self.stdout.write("\n")
        self.stdout.flush()

    def line(self, text: str) -> None:
        """One line of data."""
        leading = len(text) - len(text.lstrip(" "))
        self.stdout.write(f"{' ' * leading}{one_line(text)}\n")

    def note(self, text: str) -> None:
        """Something about the chat itself."""
        self.stderr.write(f"{text}\n")
        self.stderr.flush()

    def problem(self, text: str) -> None:
        """Something that did not work."""
        self.failed = True
        self.note(f"pullquote: {one_line(text)}")
