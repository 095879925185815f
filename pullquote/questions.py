"""The commands that ask: one question, or a conversation."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from index.errors import PullquoteError
from index.stores import shown
from pullquote.places import library_path, own_folder, reader_path
from qa.answers import Filters, Question
from qa.newsroom import Newsroom
from qa.terminal import say


def ask(options: argparse.Namespace) -> int:
    """Ask one question; exit status 1 if there is no answer."""
    question = Question(
        text=options.question,
        top_k=options.top_k,
        filters=Filters(tuple(options.article), tuple(options.source), options.published_from, options.published_to),
        min_confidence=options.min_confidence,
        budget_ms=options.budget_ms,
        include_passages=options.passages,
        as_of=options.as_of,
    )
    with open_newsroom(options) as newsroom:
        reply = newsroom.ask(question)
    if options.keep:
        _say_kept(options, reply.id)
    if options.json:
        print(json.dumps(reply.to_json(), ensure_ascii=False, indent=2))
    else:
        from pullquote.printing import print_reply

        print_reply(reply)
        if reply.reason == "weak_evidence":
            say("To see the best guess all the same, add: --min-confidence 0")
    return 1 if reply.status == "no_answer" else 0


def _say_kept(options: argparse.Namespace, answer_id: str) -> None:
    """Say that a reply is kept only if it is there; why it is not was said when it was written."""
    from qa.errors import AnswersError
    from qa.loop.database import Answers
    from qa.loop.kept import answers_file

    try:
        with Answers.open(answers_file(library_path(options))) as answers:
            answers.get(answer_id)
    except AnswersError:
        say("Not kept; to see what is wrong with the kept answers: pullquote doctor")
    else:
        say(f"Kept as {answer_id}")


@contextmanager
def open_newsroom(options: argparse.Namespace) -> Iterator[Newsroom]:
    """The library here, or a running server."""
    if options.server:
        if options.keep:
            raise PullquoteError("--keep keeps what is asked of a library here; a server has the setting keep_answers")
        from qa.client import Client

        with Client(options.server, key=os.environ.get("PULLQUOTE_SERVER_KEY")) as client:
            yield client
        return
    from qa.engine import Engine

    with Engine.open(library_path(options), weights=reader_path(options)) as engine:
        if not options.keep:
            yield engine
            return
        from qa.loop.keeper import Keeper
        from qa.loop.keeping import Keeping
        from qa.loop.kept import answers_file

        with Keeping(engine, Keeper(answers_file(library_path(options)), days=None)) as keeping:
            yield keeping


def chat(options: argparse.Namespace) -> int:
    """Ask on, in the terminal."""
    if options.private and options.keep:
        raise PullquoteError("--private keeps nothing, and --keep keeps every answer; leave one of them out")
    # Textual draws on standard error: where that is a file, the chat would be blank.
    drawable = sys.stdin.isatty() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if options.plain or not drawable:
        from tui.plain import run_plain

        with open_newsroom(options) as newsroom:
            return run_plain(newsroom, sys.stdin, sys.stdout, sys.stderr)
    from tui.run import run_chat

    opened: list[Any] = []

    def open_now(progress: Callable[[str], None]) -> Newsroom:
        progress("Loading the articles and the reader…")
        context = open_newsroom(options)
        newsroom = context.__enter__()
        opened.append(context)
        return newsroom

    where = library_path(options)
    try:
        return run_chat(
            open_now,
            where=options.server or shown(where),
            data_dir=None if options.private else own_folder(where),
            settings=options.settings,
            private=options.private,
        )
    finally:
        for context in opened:
            context.__exit__(None, None, None)
