"""What the routes of the API share: the engine once it is loaded, the threads, the metrics."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from index.errors import LibraryBusy, LibraryError, LibraryFull, LibraryReadOnly, LibraryUnavailable
from qa.answers import Question
from qa.cache import AnswerCache
from qa.engine import Engine
from qa.loop.keeper import Keeper
from qa.loop.suggested import Checked
from qa.server.metrics import Gauged, Metrics
from qa.server.observe import LOG
from qa.server.pool import Pool
from qa.server.problems import Problem
from qa.server.settings import ServerSettings

T = TypeVar("T")
RETRY_SECONDS = 1
FOLLOW_SECONDS = 1.0
"""How often is looked for what others wrote, where nobody tells of it."""
_WAITING_WRITES = 32


class Service:
    """What the routes share: the engine once it is loaded, the threads, the metrics."""

    def __init__(self, load: Callable[[], Engine], settings: ServerSettings, answers: Path | None = None) -> None:
        """``answers`` is the file in which answers are kept, ``None`` if they are not."""
        self.load = load
        self.settings = settings
        self.engine: Engine | None = None
        self.failure: Exception | None = None
        self.settled = asyncio.Event()
        """Set once ``engine`` or ``failure`` is, or the server is to stop."""
        self.stopping = threading.Event()
        self._follower: threading.Thread | None = None
        self.metrics = Metrics(self._state)
        self.answers = answers
        self.keeper: Keeper | None = None
        self.checked = Checked()
        self.checking = asyncio.Lock()
        """Held while the questions of an article are checked: one article at a time."""
        self.checks_waiting = 0
        self._later: set[asyncio.Task[None]] = set()
        self.pool = Pool(settings.workers or os.cpu_count() or 1, settings.queue)
        self.asked: dict[Question, asyncio.Future[None]] = {}
        """What is being answered or waits for it, each done once it is answered."""
        self.following = 0
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._writes_waiting = 0

    def _state(self) -> Gauged | None:
        if self.engine is None:
            return None
        library = self.engine.library
        cache = self.engine.cache or AnswerCache()
        try:
            counts = library.article_count, library.passage_count, library.version
        except LibraryUnavailable:
            return None
        articles, passages, version = counts
        return Gauged(
            waiting=self.pool.waiting,
            unwritten=self.keeper.waiting if self.keeper else 0,
            articles=articles,
            passages=passages,
            version=version,
            cached=len(cache),
            cache_bytes=cache.bytes,
            cache_hits=cache.hits,
            cache_misses=cache.misses,
        )

    @property
    def ready(self) -> Engine:
        """The engine.

        Raises:
            Problem: 503 while it loads.
        """
        if self.engine is None:
            raise Problem(503, "The models are still loading; try again.", retry_after=RETRY_SECONDS)
        return self.engine

    async def start(self) -> None:
        """Load the engine in a thread, as soon as its database is there; then keep it caught up."""
        loop = asyncio.get_running_loop()
        if self.answers is not None:
            days = self.settings.keep_answers_days
            self.keeper = Keeper(self.answers, days=days, count=self.metrics.answers)
        while self.engine is None and not self.stopping.is_set():
            try:
                self.engine = await loop.run_in_executor(None, self.load)
            except LibraryUnavailable as error:
                LOG.warning("waiting for the library: %s", error)
                await loop.run_in_executor(None, self.stopping.wait, RETRY_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever it is, whoever runs the server is told, and stops it
                self.failure = error
                LOG.error("cannot start: %s", error)
                break
        self.settled.set()
        if self.engine is not None:
            self._follower = threading.Thread(target=self._follow, args=(self.engine,), name="follower", daemon=True)
            self._follower.start()

    def _follow(self, engine: Engine) -> None:
        """Catch up with what others write as soon as they have, so that no question has to."""
        while not self.stopping.is_set():
            try:
                engine.library.follow(FOLLOW_SECONDS)
            except LibraryError as error:
                if not self.stopping.is_set():
                    LOG.warning("cannot catch up: %s", error)
                    self.stopping.wait(RETRY_SECONDS)

    async def write(self, work: Callable[[], T]) -> T:
        """Do ``work``, a change of the library, in the one writer's thread, never in the way of questions.

        Raises:
            Problem: 503 if too many wait, or another process writes.
        """
        if self._writes_waiting >= _WAITING_WRITES:
            raise Problem(503, "Too many changes are waiting; try again.", retry_after=RETRY_SECONDS)
        self._writes_waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._writer, work)
        except LibraryBusy:
            raise Problem(503, "Another process is writing to the library; try again.", retry_after=10) from None
        except LibraryFull:
            raise Problem(507, "The disk of the library is full; nothing was written.") from None
        except LibraryReadOnly:
            raise Problem(503, "The library cannot be written where it is; nothing was written.") from None
        finally:
            self._writes_waiting -= 1

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do ``work`` when there is time; nobody waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._later.add(task)  # else nothing holds it
        task.add_done_callback(self._later.discard)

    def close(self) -> None:
        """Finish what runs."""
        self.stopping.set()
        for task in self._later:
            task.cancel()
        if self._follower is not None:
            self._follower.join()
        self.pool.close()
        self._writer.shutdown()
        if self.keeper is not None:
            self.keeper.close()
        if self.engine is not None:
            self.engine.close()
