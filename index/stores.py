"""Where a library is, and what it is made of there: its store, and the ranker beside it."""

from __future__ import annotations

import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

from index.ranking.ranker import FOLDER_NAME, LOG, SegmentRanker, Sizes
from index.sqlite.store import SqliteStore
from index.store import Store

Where = Path
"""A folder."""


def open_store(where: Where, *, create: bool = False) -> Store:
    """The store at ``where``; ``create``: made if there is none.

    Raises:
        LibraryMissing, LibraryDamaged, LibraryBusy: see ``index.errors``.
    """
    return SqliteStore(where, create=create)


def open_ranker(
    where: Where, model: str, dimension: int, *, sizes: Sizes = Sizes(), background: bool = True
) -> SegmentRanker:
    """The ranker of the store at ``where``, for vectors of ``model``.

    ``background``: it starts a process when a new large generation pays.
    """
    folder = where / FOLDER_NAME
    if not background:
        return SegmentRanker(folder, model, dimension, sizes=sizes)
    build = Builder([sys.executable, "-m", "index.building", str(where), model, str(dimension), str(sizes.exact)])
    return SegmentRanker(folder, model, dimension, sizes=sizes, start_build=build.start)


class Builder:
    """Makes a large generation in a process of its own, which goes on when this one ends."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._running = threading.Lock()

    def start(self) -> None:
        """Start it, unless this process has one running; of several processes' one works, the others end at once."""
        if not self._running.acquire(blocking=False):
            return
        LOG.info("The ranking is being made anew, in the background; until then, questions may take longer.")
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            LOG.warning("The ranking cannot be made anew (%s).", error)
            self._running.release()
            return
        threading.Thread(target=partial(self._wait, process), name="builder", daemon=True).start()

    def _wait(self, process: subprocess.Popen[str]) -> None:
        try:
            _, errors = process.communicate()
            if process.returncode:
                LOG.warning("The ranking could not be made anew: %s", (errors.strip() or "killed").split("\n")[-1])
        finally:
            self._running.release()
