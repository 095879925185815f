"""``pullquote add``: files, folders and standard input become articles, a line each, with a report if asked."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING

from index.errors import PullquoteError, SourceError
from pullquote.places import library_path
from qa.terminal import say

if TYPE_CHECKING:
    from index.ingest import Found, Outcome
    from index.library import Added, Library

_BATCH_ARTICLES = 32
"""Articles a transaction: what is printed as added is on disk, and another writer waits no longer than this takes."""


def add_arguments(add: argparse.ArgumentParser) -> None:
    """What may be typed behind ``add``."""
    add.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, or - for standard input")
    add.add_argument("--model", help="embedding model for a new library: a path or a sentence-transformers name")
    add.add_argument("--dry-run", action="store_true", help="only show what would be taken; nothing is stored")
    add.add_argument("--report", type=Path, metavar="FILE", help="write every file's fate as JSON Lines")
    add.add_argument("--quiet", action="store_true", help="print only what failed")


def add(options: argparse.Namespace) -> int:
    """Take in articles; exit status 1 if something failed, or there was nothing."""
    with ExitStack() as stack:
        report = _Report(stack.enter_context(_opened(options.report)) if options.report else None)
        outcomes = _outcomes(options.paths)
        taken = _Taking(report, quiet=options.quiet)
        if options.dry_run:
            for outcome in outcomes:
                taken.shown(outcome)
            summary = f"{taken.counts['would be taken']:,} would be taken{taken.told()}. Nothing was stored."
        else:
            from index.library import Library

            with Library.open(library_path(options), create=True, model=options.model) as library:
                taken.into(library, outcomes)
                total, passages = library.article_count, library.passage_count
            told = ", ".join(
                f"{taken.counts[name]:,} {name}" for name in ("added", "updated", "unchanged") if taken.counts[name]
            )
            held = f"The library holds {total:,} articles, {passages:,} passages."
            summary = f"{told or 'nothing to add'}{taken.told()}. {held}"
    if not options.quiet or taken.counts["failed"]:
        say(summary)
    return 1 if taken.counts["failed"] or not taken.any else 0


def _opened(path: Path) -> IO[str]:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise PullquoteError(f"--report {path}: cannot be written ({error.strerror}); choose another file") from None


def _outcomes(paths: list[str]) -> Iterator[Outcome]:
    from index.ingest import read_paths, read_stream

    for path in paths:
        yield from read_stream(sys.stdin.buffer) if path == "-" else read_paths([Path(path)])


class _Report:
    """One JSON line for each article and each thing that is none."""

    def __init__(self, file: IO[str] | None) -> None:
        self._file = file

    def write(self, fate: str, where: str, **more: object) -> None:
        if self._file:
            line = {"fate": fate, "where": where} | {key: value for key, value in more.items() if value is not None}
            self._file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
            self._file.flush()


class _Taking:
    """What became of everything so far."""

    def __init__(self, report: _Report, *, quiet: bool) -> None:
        self.counts: Counter[str] = Counter()
        self._report = report
        self._quiet = quiet

    @property
    def any(self) -> bool:
        """Whether there was an article at all."""
        return any(self.counts[name] for name in ("added", "updated", "unchanged", "would be taken"))

    def told(self) -> str:
        """The part of the summary on what was not taken."""
        return "".join(f", {self.counts[name]:,} {name}" for name in ("left out", "failed") if self.counts[name])

    def into(self, library: Library, outcomes: Iterable[Outcome]) -> None:
        """Store the articles, a batch a transaction."""
        batch: list[Found] = []
        for outcome in _counted(outcomes):
            found = self._aside(outcome)
            if found:
                batch.append(found)
            if len(batch) == _BATCH_ARTICLES:
                self._store(library, batch)
                batch.clear()
        if batch:
            self._store(library, batch)

    def shown(self, outcome: Outcome) -> None:
        """Print what would be taken, as it would stand in a citation."""
        found = self._aside(outcome)
        if not found:
            return
        article = found.article
        self.counts["would be taken"] += 1
        paragraphs = article.text.count("\n\n") + 1
        written = _written(found)
        self._report.write("would be taken", found.where, headline=article.headline, **written, paragraphs=paragraphs)
        if not self._quiet:
            about = "  ·  ".join(
                str(value) for value in (written["author"], written["published"], written["source"]) if value
            )
            about = about or "no author, time or source"
            print(f"{article.headline}\n    {about}  ·  {paragraphs} paragraphs  ·  {found.where}", flush=True)

    def _aside(self, outcome: Outcome) -> Found | None:
        """The article; of anything else a line, and nothing."""
        from index.ingest import Passed

        if isinstance(outcome, SourceError | Passed):
            failed = isinstance(outcome, SourceError)
            self.counts["failed" if failed else "left out"] += 1
            self._report.write("failed" if failed else "left out", outcome.where, why=outcome.message)
            if failed or not self._quiet:
                say(f"pullquote: {outcome}")
            return None
        for note in outcome.draft.notes:
            if not self._quiet:
                say(f"pullquote: {outcome.where}: {note}")
        return outcome

    def _store(self, library: Library, batch: list[Found]) -> None:
        origins = [None if found.named else found.origin or None for found in batch]
        for found, added in zip(batch, library.add([found.article for found in batch], origins=origins), strict=True):
            self.counts[added.status] += 1
            self._report.write(
                added.status, found.where, id=added.id, headline=found.article.headline, copy_of=added.copy_of,
                notes=found.draft.notes or None, **_written(found),
            )  # fmt: skip
            if not self._quiet:
                print(_line(found, added), flush=True)


def _written(found: Found) -> dict[str, str | None]:
    """Author, time and source; the time with its zone, if the file has one."""
    published: date | None = found.draft.published
    return {
        "author": found.article.author, "published": published.isoformat() if published else None,
        "source": found.article.source,
    }  # fmt: skip


def _line(found: Found, added: Added) -> str:
    copy = f"  (nearly the same as {added.copy_of})" if added.copy_of else ""
    return f"{added.status:9}  {added.id}  {found.article.headline}{copy}"


def _counted(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The same, with a bar on a terminal: how many so far, and how many a second."""
    if not sys.stderr.isatty():
        yield from outcomes
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("Reading {task.completed:,} ({task.fields[rate]})"), TimeElapsedColumn())
    began = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, rate="")
        for count, outcome in enumerate(outcomes, start=1):
            bar.update(task, completed=count, rate=f"{count / max(0.001, time.monotonic() - began):.0f} a second")
            yield outcome
