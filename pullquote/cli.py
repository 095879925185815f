"""The command line: what may be typed, and what a mistake leads to. The commands are in the modules beside it.

Data goes to standard output, everything else to standard error. Exit status: 0 done, 1 failed in part or no
answer found, 2 usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path

import pullquote
from index.errors import PullquoteError
from index.metadata import ArticleStatus
from pullquote import adding, articles, loop, measuring, questions, syncing, values
from qa.terminal import say_what_is_logged

Command = Callable[[argparse.Namespace], int]

_EXAMPLES = """\
examples:
  pullquote add seeds/                          take in every article of a folder
  pullquote ask "What did Rudenko and Qin Gang discuss?"
  pullquote chat                                ask on, in the terminal
  pullquote serve                               the HTTP API, and a chat, on http://127.0.0.1:8000
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    typed = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what the terminal cannot show becomes "?", and stops nothing
            stream.reconfigure(errors="replace")
    parser = _parser(typed)
    options = parser.parse_args(typed)
    _check_dates(parser, options)
    say_what_is_logged()
    try:
        status: int = options.run(options)
        sys.stdout.flush()  # a closed pipe shows here, not in the interpreter's last breath
    except PullquoteError as error:
        print(f"pullquote: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("pullquote: stopped; what was acknowledged is stored", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `pullquote list | head`: nobody wants the rest
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pullquote",
        description="Answers questions about news articles with words that stand in them, and shows where.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--library", metavar="DIR", default=None,
        help="where the library is: a folder, or postgresql://… (default: $PULLQUOTE_LIBRARY, else your data folder)",
    )  # fmt: skip
    parser.add_argument("--version", action=_Version, nargs=0, help="show program's version number and exit")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    # `--library` may stand after the command too; SUPPRESS keeps it from undoing the one before.
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--library", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)

    def command(run: Command, name: str, summary: str, example: str) -> argparse.ArgumentParser:
        made = subparsers.add_parser(
            name, help=summary, description=summary[0].upper() + summary[1:] + ".", epilog=f"example: {example}",
            parents=[common],
        )  # fmt: skip
        made.set_defaults(run=run)
        return made

    taking = command(
        adding.add,
        "add",
        "take in articles from files, folders and addresses, in the formats of news",
        "pullquote add stories/ https://news.example/rss",
    )
    adding.add_arguments(taking)
    matching = command(syncing.sync, "sync", "bring sources and library together", "pullquote sync sources.toml")
    syncing.add_sync_arguments(matching)
    watching = command(syncing.watch, "watch", "the same, for as long as it runs", "pullquote watch export/ --json")
    syncing.add_watch_arguments(watching)

    ask = command(
        questions.ask, "ask", "ask one question", 'pullquote ask --source "The Gallin Standard" "Who resigned?"'
    )
    _add_asking(ask)

    chat = command(questions.chat, "chat", "ask on, in the terminal", "pullquote chat")
    chat.add_argument("--plain", action="store_true", help="line by line, for pipes, screen readers, dumb terminals")
    chat.add_argument("--private", action="store_true", help="keep nothing of the conversation")
    chat.add_argument("--settings", type=Path, metavar="FILE", help="a TOML file with keys and theme")
    for remote in (ask, chat):
        remote.add_argument("--keep", action="store_true", help="keep questions and replies beside the library")
        remote.add_argument("--server", metavar="URL", help="use a running server instead of a library here")

    serve = command(_serve, "serve", "serve the HTTP API", "pullquote serve --port 8000")
    if "serve" in arguments:  # its options come from the settings, whose library takes longer to load than a question
        from pullquote.serving import add_arguments

        add_arguments(serve)

    assistants = command(_mcp, "mcp", "serve an assistant (MCP) on standard input and output", "pullquote mcp")
    listed = command(articles.list_, "list", "list the articles", "pullquote list")
    show = command(
        articles.show, "show", "show an article, its paragraphs numbered", "pullquote show town-opens-bridge-1a2b3c4d"
    )
    show.add_argument("id", type=values.text, metavar="ID")
    for printed in (listed, show):
        printed.add_argument("--json", action="store_true", help="print JSON")
    show.add_argument(
        "--version", type=values.number, metavar="N", help="as it stood in this version; see: pullquote history"
    )
    _add_editing(command)
    remove = command(articles.remove, "remove", "remove articles", "pullquote remove town-opens-bridge-1a2b3c4d")
    remove.add_argument("ids", type=values.text, nargs="+", metavar="ID")
    verify = command(
        articles.verify,
        "verify",
        "check the citations of a saved reply",
        "pullquote ask --json … > r.json; pullquote verify r.json",
    )
    verify.add_argument("file", type=Path, metavar="FILE", help="a reply, a citation, or a list of citations, as JSON")
    measure = command(
        measuring.eval_,
        "eval",
        "measure the answers on a data set",
        "pullquote eval questions.jsonl --html report.html",
    )
    _add_measuring(measure)
    loop.add_arguments(command, _add_reader)
    for reading in (ask, chat, serve, assistants, measure):
        _add_reader(reading)
    migrate = command(
        articles.migrate,
        "migrate",
        "copy a library to another place: a folder, or a database",
        "pullquote migrate ./library postgresql://pullquote@db/pullquote",
    )
    migrate.add_argument("source", metavar="FROM")
    migrate.add_argument("target", metavar="TO")

    doctor = command(
        articles.doctor, "doctor", "examine the library; mend what can be made again", "pullquote doctor --rebuild"
    )
    doctor.add_argument("--rebuild", action="store_true", help="make the vectors and the ranking again")
    doctor.add_argument(
        "--zone", metavar="NAME", help="the newsroom's time zone, where its days begin, as Europe/Zurich (UTC)"
    )
    doctor.add_argument(
        "--keep-versions",
        type=values.whole,
        metavar="N",
        help="keep N earlier versions of an article (100), forget the rest",
    )
    doctor.add_argument("--model", help="with --rebuild: another sentence-transformers model, a path or a name")
    return parser


class _Version(argparse.Action):
    """Looks the version up only where it is asked for: that takes 20 ms, a sixth of ``--help``."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"pullquote {pullquote.__version__}")
        parser.exit()


def _add_reader(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--reader", metavar="NAME",
        help="both (the default), fast, accurate, or a folder that training wrote (else $PULLQUOTE_READER)",
    )  # fmt: skip


def _check_dates(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """As the API and the chat do: a range that holds no day is a mistake, not an answer."""
    first, last = getattr(options, "published_from", None), getattr(options, "published_to", None)
    if first and last and first > last:
        parser.error(f"--from {first} is after --to {last}; give the earlier day to --from")


def _add_asking(ask: argparse.ArgumentParser) -> None:
    ask.add_argument("question", type=values.question, metavar="QUESTION")
    ask.add_argument("--json", action="store_true", help="print the reply as the HTTP API gives it")
    ask.add_argument("--top-k", type=values.top_k, default=3, metavar="N", help="at most so many answers, 1 to 20 (3)")
    ask.add_argument(
        "--article", action="append", type=values.text, default=[], metavar="ID",
        help="ask in this article only (repeatable)",
    )  # fmt: skip
    ask.add_argument(
        "--source", action="append", type=values.text, default=[], help="ask in this source only (repeatable)"
    )
    ask.add_argument(
        "--from", dest="published_from", type=values.day, metavar="DATE", help="published on this day or later"
    )
    ask.add_argument(
        "--to", dest="published_to", type=values.day, metavar="DATE", help="published on this day or earlier"
    )
    ask.add_argument(
        "--as-of", type=values.as_of, metavar="TIME", help="only what stood by then: a day, or a time with its zone"
    )
    ask.add_argument(
        "--min-confidence", type=values.probability, metavar="P", help="0 to 1; with 0 the best is always given"
    )
    ask.add_argument(
        "--budget-ms", type=values.milliseconds, metavar="MS", help="stop reading after so many milliseconds"
    )
    ask.add_argument("--passages", action="store_true", help="with --json: the passages found, too")


def _add_editing(command: Callable[[Command, str, str, str], argparse.ArgumentParser]) -> None:
    """The newsroom's word on an article, and its versions."""

    def later(name: str) -> Command:
        def run(options: argparse.Namespace) -> int:
            from pullquote import editing

            found: Command = getattr(editing, name, None) or editing.setting(_STATUS_OF[name])
            return found(options)

        return run

    for name, summary in (
        ("correct", "tell readers of a correction; the article answers on, with the note"),
        ("retract", "retract an article: it answers nothing any more"),
        ("withdraw", "withdraw an article, the trade's kill: it answers nothing any more"),
        ("restore", "take a correction, a retraction or a withdrawal back"),
    ):
        note = "" if name == "restore" else ' --note "…"'
        word = command(later(name), name, summary, f"pullquote {name} town-opens-bridge-1a2b3c4d{note}")
        word.add_argument("id", type=values.text, metavar="ID")
        if name != "restore":
            word.add_argument("--note", required=True, help="what readers are told")
    past = command(later("history"), "history", "list the versions of an article", "pullquote history ID")
    past.add_argument("id", type=values.text, metavar="ID")
    past.add_argument("--json", action="store_true", help="print JSON")
    diff = command(later("diff"), "diff", "show what changed in an article, by paragraphs", "pullquote diff ID")
    diff.add_argument("id", type=values.text, metavar="ID")
    diff.add_argument(
        "--from", dest="from_", type=values.number, metavar="N", help="since this version (the one before)"
    )
    diff.add_argument("--to", type=values.number, metavar="N", help="until this version (the current one)")


_STATUS_OF: dict[str, ArticleStatus] = {
    "correct": "corrected", "retract": "retracted", "withdraw": "withdrawn", "restore": "live",
}  # fmt: skip


def _serve(options: argparse.Namespace) -> int:
    from pullquote.serving import serve

    return serve(options)


def _mcp(options: argparse.Namespace) -> int:
    from pullquote.assisting import mcp

    return mcp(options)


def _add_measuring(measure: argparse.ArgumentParser) -> None:
    measure.add_argument(
        "dataset", type=Path, metavar="FILE", help="SQuAD JSON, or JSON Lines of articles or questions"
    )
    measure.add_argument("--json", action="store_true", help="print JSON: figures, and a record of every question")
    measure.add_argument("--html", type=Path, metavar="REPORT", help="write a report with plots")
    measure.add_argument(
        "--reader-only", action="store_true", help="only give the file's passages to the reader; no library"
    )
    measure.add_argument("--against", type=Path, metavar="EARLIER", help="compare with what --json printed before")
    measure.add_argument(
        "--limit", type=values.number, metavar="N", help="at most N of the questions, always the same ones"
    )


if __name__ == "__main__":
    sys.exit(main())
