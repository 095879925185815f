"""What is said on standard error while work is done: lines of the log, and a progress bar."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def say(line: str) -> None:
    """One line to standard error."""
    print(line, file=sys.stderr, flush=True)


class _Lines(logging.Handler):
    """Writes records as bare lines to whatever standard error is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        say(record.getMessage())


def say_what_is_logged() -> None:
    """From now on what Pullquote logs, and takes long or was mended, is said on standard error."""
    log = logging.getLogger("pullquote")
    if not log.handlers:
        log.addHandler(_Lines())
        log.setLevel(logging.INFO)


@contextmanager
def progress_bar(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error, if that is a terminal; gives what is to be told how many more are done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda count: progress.advance(task, count)
