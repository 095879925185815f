"""Keeping answers while others wait for them: a bounded queue and one thread that writes, so that nobody waits.

Whatever happens to the file or the disk, :meth:`Keeper.keep` returns at once: what cannot be kept is dropped and
counted.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from qa.answers import Question, Reply
from qa.errors import AnswersBusy, AnswersError
from qa.loop.database import WAIT_SECONDS, Answers
from qa.loop.kept import Kept

QUEUE = 2_000
"""Answers that wait to be written; some 40 MB. Writing one takes about a millisecond."""
BATCH = 100
DAYS = 90
"""Kept unless somebody says otherwise."""
_EXPIRE_SECONDS = 3_600.0
_PAUSE_SECONDS = 1.0
"""After a failure, before the file is tried again."""
_SAY_SECONDS = 60.0
LOG = logging.getLogger("pullquote")

KeptOrDropped = Literal["kept", "dropped"]


class Keeper:
    """Keeps answers in the file at ``path``, made when the first one comes, for so many ``days``. Thread-safe.

    ``None`` deletes nothing: whoever serves the library decides how long.
    """

    def __init__(
        self,
        path: Path,
        *,
        days: int | None = DAYS,
        size: int = QUEUE,
        wait: float = WAIT_SECONDS,
        count: Callable[[KeptOrDropped, int], None] = lambda *_: None,
    ) -> None:
        """``size`` answers may wait; ``wait`` seconds for another writer; ``count`` hears what became of how many."""
        self.path = path
        self._days = days
        self._wait = wait
        self._count = count
        self._queue: queue.Queue[Kept] = queue.Queue(size)
        self._stopping = threading.Event()
        self._open: Answers | None = None
        self._expired = 0.0
        self._said = -_SAY_SECONDS
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many wait to be written, or are being written."""
        return self._queue.unfinished_tasks

    def keep(self, question: Question, reply: Reply) -> None:
        """Take an answer, or drop it; returns at once, and raises nothing."""
        try:
            self._queue.put_nowait(Kept(question, reply, datetime.now(UTC)))
        except queue.Full:
            self._count("dropped", 1)

    def flush(self, seconds: float) -> bool:
        """Wait until what was taken is written or dropped, at most so long; says whether it is."""
        with self._queue.all_tasks_done:
            return self._queue.all_tasks_done.wait_for(lambda: not self._queue.unfinished_tasks, seconds)

    def close(self, seconds: float = WAIT_SECONDS) -> None:
        """Write what waits, at most so long; what is left is dropped."""
        self.flush(seconds)
        self._stopping.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                batch = [self._queue.get(timeout=0.2)]
            except queue.Empty:
                self._expire()
                continue
            while len(batch) < BATCH:
                try:
                    batch.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            self._write(batch)
            for _ in batch:
                self._queue.task_done()
        self._let_go()
        if left := self._queue.qsize():
            self._count("dropped", left)

    def _write(self, batch: list[Kept]) -> None:
        """Write a batch, or drop it; of a file that is busy more than one try is worth it."""
        while not self._tried(batch):
            pass

    def _tried(self, batch: list[Kept]) -> bool:
        """Try to write; says whether all is done, kept or dropped."""
        try:
            if self._open is None:
                self._open = Answers.open(self.path, create=True, wait=self._wait)
            self._count("kept", self._open.put(batch))
        except AnswersBusy as error:
            self._failed(error)
            if not self._stopping.is_set():
                return False
            self._count("dropped", len(batch))
        except AnswersError as error:
            self._failed(error)
            self._stopping.wait(_PAUSE_SECONDS)
            self._count("dropped", len(batch))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next answer is to be kept again
            self._failed(error)
            if len(batch) == 1:
                self._count("dropped", 1)
            else:
                for one in batch:  # the others are not to go with the one that cannot be written
                    self._write([one])
        return True

    def _expire(self) -> None:
        """Once an hour, when there is time: what is older than it may be goes."""
        now = time.monotonic()
        if self._days is None or (self._expired and now - self._expired < _EXPIRE_SECONDS):
            return
        try:
            if self._open is None:
                if not self.path.exists():
                    return
                self._open = Answers.open(self.path, wait=self._wait)
            self._open.forget_before(datetime.now(UTC) - timedelta(days=self._days))
            self._expired = now
        except AnswersError as error:
            self._failed(error)
            self._stopping.wait(_PAUSE_SECONDS)

    def _failed(self, error: Exception) -> None:
        self._let_go()
        now = time.monotonic()
        if now - self._said >= _SAY_SECONDS:
            self._said = now
            LOG.warning("an answer cannot be kept: %s", error)

    def _let_go(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
