"""What each command does. Heavy modules are imported by the commands that need them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import PullquoteError, SourceError
from qa.answers import Filters, Newsroom, Question

if TYPE_CHECKING:
    from index.ingest import Found
    from index.library import Library

_BATCH_ARTICLES = 32
"""Articles a transaction: what is printed as added is on disk, and another writer waits no longer than this takes."""


def version() -> str:
    """The installed version."""
    return installed_version("pullquote")


def library_path(options: argparse.Namespace) -> Path:
    """The library asked for, else ``PULLQUOTE_LIBRARY``, else the one in the user's data folder."""
    import platformdirs

    chosen = options.library or os.environ.get("PULLQUOTE_LIBRARY")
    return Path(chosen) if chosen else platformdirs.user_data_path("pullquote") / "library"


def reader_path(options: argparse.Namespace) -> Path:
    """The reader asked for, else ``PULLQUOTE_READER``, else the fast one: a folder, or ``accurate``."""
    from qa.reader import ACCURATE, WEIGHTS

    chosen = str(options.reader or os.environ.get("PULLQUOTE_READER") or WEIGHTS)
    return ACCURATE if chosen == ACCURATE.name else Path(chosen)


def say(line: str) -> None:
    """One line to standard error."""
    print(line, file=sys.stderr, flush=True)


def add(options: argparse.Namespace) -> int:
    """Take in articles. A line on standard output for each one, once it is on disk."""
    from index.ingest import read_paths
    from index.library import Library

    failed = 0
    counts = dict.fromkeys(("added", "updated", "unchanged"), 0)
    with (
        Library.open(library_path(options), create=True, model=options.model, say=say) as library,
        progress_bar("Reading") as tick,
    ):
        batch: list[Found] = []
        for item in read_paths(options.paths):
            if isinstance(item, SourceError):
                say(f"pullquote: {item}")
                failed += 1
                continue
            tick(1)
            batch.append(item)
            if len(batch) == _BATCH_ARTICLES:
                _add_batch(library, batch, counts)
                batch.clear()
        if batch:
            _add_batch(library, batch, counts)
        total, passages = library.article_count, library.passage_count
    summary = ", ".join(f"{count} {status}" for status, count in counts.items() if count) or "nothing to add"
    summary += f", {failed} failed" if failed else ""
    say(f"{summary}. The library holds {total:,} articles, {passages:,} passages.")
    return 1 if failed or not sum(counts.values()) else 0


def _add_batch(library: Library, batch: list[Found], counts: dict[str, int]) -> None:
    origins = [None if found.named else found.origin for found in batch]
    for found, added in zip(batch, library.add([found.article for found in batch], origins=origins), strict=True):
        counts[added.status] += 1
        copy = f"  (nearly the same as {added.copy_of})" if added.copy_of else ""
        print(f"{added.status:9}  {added.id}  {found.article.headline}{copy}", flush=True)


@contextmanager
def progress_bar(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda count: progress.advance(task, count)


def ask(options: argparse.Namespace) -> int:
    """Ask one question; exit status 1 if there is no answer."""
    question = Question(
        text=options.question,
        top_k=options.top_k,
        filters=Filters(tuple(options.article), tuple(options.source), options.published_from, options.published_to),
        min_confidence=options.min_confidence,
        budget_ms=options.budget_ms,
        include_passages=options.passages,
    )
    with open_newsroom(options) as newsroom:
        reply = newsroom.ask(question)
    if options.json:
        print(json.dumps(reply.to_json(), ensure_ascii=False, indent=2))
    else:
        from qa.printing import print_reply

        print_reply(reply)
        if reply.reason == "weak_evidence":
            say("To see the best guess all the same, add: --min-confidence 0")
    return 0 if reply.status == "answered" else 1


@contextmanager
def open_newsroom(options: argparse.Namespace) -> Iterator[Newsroom]:
    """The library here, or a running server."""
    if options.server:
        from qa.client import Client

        with Client(options.server, key=os.environ.get("PULLQUOTE_KEY")) as client:
            yield client
        return
    from qa.engine import Engine

    engine = Engine.open(library_path(options), weights=reader_path(options), say=say)
    try:
        yield engine
    finally:
        engine.close()


def chat(options: argparse.Namespace) -> int:
    """Ask on, in the terminal."""
    if options.plain or not sys.stdin.isatty() or os.environ.get("TERM") == "dumb":
        from tui.plain import run_plain

        with open_newsroom(options) as newsroom:
            return run_plain(newsroom, sys.stdin, sys.stdout, sys.stderr)
    from tui.app import run_chat

    opened: list[Any] = []

    def open_now(progress: Callable[[str], None]) -> Newsroom:
        progress("Loading the articles and the reader…")
        context = open_newsroom(options)
        newsroom = context.__enter__()
        opened.append(context)
        return newsroom

    folder = library_path(options)
    try:
        return run_chat(
            open_now,
            where=options.server or str(folder),
            data_dir=None if options.private else folder,
            settings=options.settings,
            private=options.private,
        )
    finally:
        for context in opened:
            context.__exit__(None, None, None)


def serve(options: argparse.Namespace) -> int:
    """Serve the HTTP API."""
    from qa.serve import run

    return run(options, library_path(options))


def list_(options: argparse.Namespace) -> int:
    """List the articles: id, date, headline, by tabs; or JSON Lines."""
    from index.catalog import Catalog

    catalog = Catalog(library_path(options))
    after = None
    while True:
        with catalog.reading() as view:
            page = view.listing(after, 1_000)
        for item in page:
            published = item.published.isoformat() if item.published else None
            if options.json:
                fields = {
                    name: getattr(item, name) for name in ("id", "headline", "source", "author", "url", "paragraphs")
                }
                print(json.dumps(fields | {"published": published, "copy_of": item.copy_of}, ensure_ascii=False))
            else:
                print(f"{item.id}\t{published or '-'}\t{item.headline}")
        if not page:
            catalog.close()
            return 0
        after = page[-1].id


def show(options: argparse.Namespace) -> int:
    """Print an article with its paragraphs numbered, as citations count them."""
    from index.catalog import Catalog
    from qa.engine import article_view
    from qa.printing import print_article

    catalog = Catalog(library_path(options))
    with catalog.reading() as view:
        article = view.article(options.id)
    catalog.close()
    if article is None:
        raise PullquoteError(f"no article {options.id!r}; see: pullquote list")
    print_article(article_view(article), as_json=options.json)
    return 0


def remove(options: argparse.Namespace) -> int:
    """Remove articles; exit status 1 if one of them was not there."""
    from index.catalog import Catalog

    catalog = Catalog(library_path(options))
    with catalog.writing(10.0) as transaction:
        outcome = {article_id: transaction.remove(article_id) for article_id in dict.fromkeys(options.ids)}
        if not any(outcome.values()):
            transaction.undo()
    catalog.close()
    for article_id, was_there in outcome.items():
        if was_there:
            print(f"removed    {article_id}")
        else:
            say(f"pullquote: no article {article_id!r}; see: pullquote list")
    return 0 if all(outcome.values()) else 1


def verify(options: argparse.Namespace) -> int:
    """Check saved citations against the library; exit status 1 if one no longer holds."""
    from index.catalog import Catalog
    from qa.verify import read_claims
    from qa.verify import verify as check

    claims = read_claims(options.file)
    catalog = Catalog(library_path(options))
    failed = False
    with catalog.reading() as view:
        for claim in claims:
            verdict = check(view.article(claim.article_id), claim)
            failed |= verdict.status != "holds"
            print(f"{verdict.status:8} {claim.article_id}  “{claim.quote}”")
    catalog.close()
    return 1 if failed else 0


def eval_(options: argparse.Namespace) -> int:
    """Measure the answers on a data set."""
    from qa.evaluate import run

    return run(options, library_path(options))


def doctor(options: argparse.Namespace) -> int:
    """Examine the library; exit status 1 if something is wrong."""
    from index.doctor import examine, rebuild

    folder = library_path(options)
    if options.rebuild:
        with progress_bar("Embedding") as tick:
            rebuild(folder, model=options.model, say=say, progress=tick)
    findings = examine(folder)
    for finding in findings:
        print(f"{'ok ' if finding.well else 'BAD'}  {finding.what}: {finding.detail}")
    if all(finding.well for finding in findings):
        return 0
    say("pullquote: to make what is derived again: pullquote doctor --rebuild")
    return 1


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "add": add, "ask": ask, "chat": chat, "serve": serve, "list": list_, "show": show,
    "remove": remove, "verify": verify, "eval": eval_, "doctor": doctor,
}  # fmt: skip
