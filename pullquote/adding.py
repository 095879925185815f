"""``pullquote add``: files, folders, addresses and standard input become articles, with a report if asked."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING

from index.errors import PullquoteError
from pullquote import values
from pullquote.places import library_path
from qa.terminal import say

if TYPE_CHECKING:
    from index.fetch import Manners
    from index.ingest import Intake
    from index.taking import Event

_TAKEN = ("added", "updated", "unchanged", "restored")
_DONE = (*_TAKEN, "withdrawn", "left out", "would be taken")


def add_arguments(add: argparse.ArgumentParser) -> None:
    """What may be typed behind ``add``."""
    add.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, an address, or - for standard input")
    add.add_argument("--model", help="embedding model for a new library: a path or a sentence-transformers name")
    add.add_argument("--dry-run", action="store_true", help="only show what would be taken; nothing is stored")
    add_reporting(add)
    add_fetching(add)
    add.add_argument("--follow", action="store_true", help="of a feed: fetch the pages of its entries")
    add.add_argument(
        "--limit", type=values.number, default=200, metavar="N", help="at most N pages of a feed or sitemap (200)"
    )


def add_reporting(command: argparse.ArgumentParser) -> None:
    """How much is printed, and where else."""
    command.add_argument("--report", type=Path, metavar="FILE", help="write every file's fate as JSON Lines")
    command.add_argument("--quiet", action="store_true", help="print only what failed")


def add_fetching(command: argparse.ArgumentParser) -> None:
    """How addresses are fetched."""
    command.add_argument("--agent", metavar="WHO", help="your newsroom and an address, for the User-Agent")
    command.add_argument("--allow-private", action="store_true", help="fetch from private and loopback addresses, too")


def manners(options: argparse.Namespace) -> Manners:
    """What was typed, else ``PULLQUOTE_AGENT`` and ``PULLQUOTE_ALLOW_PRIVATE``."""
    from index.fetch import Manners

    private = options.allow_private or os.environ.get("PULLQUOTE_ALLOW_PRIVATE", "").lower() in ("1", "true", "yes")
    return Manners(agent=options.agent or os.environ.get("PULLQUOTE_AGENT", ""), allow_private=private)


def add(options: argparse.Namespace) -> int:
    """Take in articles; exit status 1 if something failed, or there was nothing."""
    with ExitStack() as stack:
        teller = Teller(options, stack)
        files = Files(options.paths)
        outcomes = _counted(_outcomes(options, stack, files), files)
        if options.dry_run:
            for outcome in outcomes:
                teller.tell(_preview(outcome))
            held = "Nothing was stored."
        else:
            from index.library import Library
            from index.taking import take

            with Library.open(library_path(options), create=True, model=options.model) as library:
                for event in take(library, outcomes):
                    teller.tell(event)
                held = f"The library holds {library.article_count:,} articles, {library.passage_count:,} passages."
    teller.summary(held)
    return 1 if teller.counts["failed"] or not any(teller.counts[fate] for fate in _DONE) else 0


class Files:
    """How many files there are to read, and how many were."""

    def __init__(self, paths: Iterable[str]) -> None:
        from index.ingest import files_in

        own = [path for path in paths if path != "-" and not _is_address(path)]
        self.total = files_in(map(Path, own)) if sys.stderr.isatty() else 0
        self.done = 0

    def finished(self) -> None:
        """One more was read."""
        self.done += 1


def _is_address(path: str) -> bool:
    return path.lower().startswith(("http://", "https://"))


def _outcomes(options: argparse.Namespace, stack: ExitStack, files: Files) -> Iterator[Intake]:
    from index.ingest import read_paths, read_stream

    fetcher = None
    for path in options.paths:
        if path == "-":
            yield from read_stream(sys.stdin.buffer)
        elif _is_address(path):
            from index.fetch import Fetcher
            from index.online import found_in, read_url

            fetcher = fetcher or stack.enter_context(Fetcher(manners(options)))
            yield from found_in(read_url(fetcher, path, follow=options.follow, limit=options.limit))
        else:
            yield from read_paths([Path(path)], files.finished)


def _preview(outcome: Intake) -> Event:
    from index.ingest import Found
    from index.taking import Event, aside

    if not isinstance(outcome, Found):
        return aside(outcome)
    return Event(fate="would be taken", where=outcome.where, headline=outcome.article.headline, found=outcome)


class Teller:
    """Prints and reports events: articles to standard output, everything else to standard error."""

    def __init__(self, options: argparse.Namespace, stack: ExitStack) -> None:
        self.counts: Counter[str] = Counter()
        self._quiet: bool = options.quiet
        self._report: IO[str] | None = stack.enter_context(_opened(options.report)) if options.report else None

    def tell(self, event: Event) -> None:
        """One event."""
        self.counts[event.fate] += 1
        if self._report:
            self._report.write(json.dumps(event.to_json(), ensure_ascii=False) + "\n")
            self._report.flush()
        if event.fate == "failed":
            say(f"pullquote: {event.line}")
        elif self._quiet:
            return
        elif event.fate == "left out":
            say(f"pullquote: {event.line}")
        else:
            for note in event.found.draft.notes if event.found else ():
                say(f"pullquote: {event.where}: {note}")
            print(_previewed(event) if event.fate == "would be taken" else event.line, flush=True)

    def summary(self, held: str) -> None:
        """The last line: how many of each fate, then ``held``."""
        told = [f"{count:,} {fate}" for fate, count in _in_order(self.counts) if count]
        if not self._quiet or self.counts["failed"]:
            say(f"{', '.join(_or_nothing(told, self.counts))}. {held}")


def _in_order(counts: Counter[str]) -> list[tuple[str, int]]:
    order = ("would be taken", *_TAKEN, "withdrawn", "kept", "left out", "failed")
    return [(fate, counts[fate]) for fate in order]


def _or_nothing(told: list[str], counts: Counter[str]) -> list[str]:
    return told if any(counts[fate] for fate in _DONE if fate != "left out") else ["nothing to add", *told]


def _previewed(event: Event) -> str:
    """What would be taken, as it would stand in a citation."""
    told = event.to_json()
    about = "  ·  ".join(str(told[name]) for name in ("author", "published", "source") if name in told)
    count = told["paragraphs"]
    paragraphs = f"{count} paragraph{'' if count == 1 else 's'}"
    return f"{event.headline}\n    {about or 'no author, time or source'}  ·  {paragraphs}  ·  {event.where}"


def _opened(path: Path) -> IO[str]:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise PullquoteError(f"--report {path}: cannot be written ({error.strerror}); choose another file") from None


def _counted(outcomes: Iterable[Intake], files: Files) -> Iterator[Intake]:
    """The same, with a line on a terminal: how many of how many files, how many articles a second, the time left."""
    if not sys.stderr.isatty():
        yield from outcomes
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Reading"), BarColumn(), TextColumn("{task.fields[told]}"), TimeRemainingColumn())
    began = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=files.total or None, told="")
        for count, outcome in enumerate(outcomes, start=1):
            rate = count / max(0.001, time.monotonic() - began)
            bar.update(task, completed=files.done, told=told_progress(files.done, files.total, count, rate))
            yield outcome


def told_progress(done: int, total: int, items: int, rate: float) -> str:
    """For example ``312 of 10,000 files, 290 items, 41 a second``."""
    files = f"{done:,} of {total:,} files, " if total > 1 else ""
    return f"{files}{items:,} items, {rate:.0f} a second"
