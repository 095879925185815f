"""The ranker of a library, and large generations, which are made in processes of their own.

``python -m index.building MODEL DIMENSION EXACT`` makes one for the library at ``PULLQUOTE_LIBRARY``, unless another is
at it already. Up to ``EXACT`` passages are compared one by one.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from hashlib import blake2b
from pathlib import Path

from index.process import cache_folder
from index.ranking.ranker import FOLDER_NAME, SegmentRanker, Sizes
from index.stores import Where, is_address, open_store, place, shown

LOG = logging.getLogger("pullquote")


def ranking_folder(where: Where) -> Path:
    """Where the ranking of a library is kept: in its folder, or for a database in this machine's cache."""
    if not is_address(where):
        return Path(where) / FOLDER_NAME
    name = blake2b(shown(where).encode(), digest_size=8).hexdigest()
    return cache_folder() / FOLDER_NAME / name


def open_ranker(
    where: Where, model: str, dimension: int, *, sizes: Sizes = Sizes(), background: bool = True
) -> SegmentRanker:
    """The ranker of the store at ``where``, for vectors of ``model``.

    ``background``: it starts a process when a new large generation pays.
    """
    folder = ranking_folder(where)
    if not background:
        return SegmentRanker(folder, model, dimension, sizes=sizes)
    builder = Builder(where, [model, str(dimension), str(sizes.exact)])
    return SegmentRanker(folder, model, dimension, sizes=sizes, start_build=builder.start)


class Builder:
    """Makes a large generation in a process of its own, which goes on when this one ends."""

    def __init__(self, where: Where, arguments: list[str]) -> None:
        self._command = [sys.executable, "-m", "index.building", *arguments]
        self._environment = os.environ | {"PULLQUOTE_LIBRARY": str(where)}  # no password on a command line
        self._running = threading.Lock()

    def start(self) -> None:
        """Start it, unless this process has one running; of several processes' one works, the others end at once."""
        if not self._running.acquire(blocking=False):
            return
        LOG.info("The ranking is being made anew, in the background; until then, questions may take longer.")
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                start_new_session=True, env=self._environment,
            )  # fmt: skip
        except OSError as error:
            LOG.warning("The ranking cannot be made anew (%s).", error)
            self._running.release()
            return
        threading.Thread(target=self._wait, args=(process,), name="builder", daemon=True).start()

    def _wait(self, process: subprocess.Popen[str]) -> None:
        try:
            _, errors = process.communicate()
            if process.returncode:
                LOG.warning("The ranking could not be made anew: %s", (errors.strip() or "killed").split("\n")[-1])
        finally:
            self._running.release()


def main() -> None:
    """Build, out of the way of everything else on the machine."""
    model, dimension, exact = sys.argv[1:]
    where = place(os.environ["PULLQUOTE_LIBRARY"])
    os.nice(15)
    store = open_store(where)
    try:
        with store.read() as view:
            stored = view.meta("model")
        if stored == model:
            sizes = Sizes(exact=int(exact))
            open_ranker(where, model, int(dimension), sizes=sizes, background=False).write_newest(store)
    finally:
        store.close()


if __name__ == "__main__":
    main()
