"""What the routes of the API share: the engine once it is loaded, the threads, the metrics."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from index.errors import LibraryBusy, LibraryFull, LibraryReadOnly
from qa.cache import AnswerCache
from qa.engine import Engine
from qa.server.metrics import Metrics, State
from qa.server.observe import LOG
from qa.server.pool import Pool
from qa.server.problems import Problem
from qa.server.settings import ServerSettings

T = TypeVar("T")
RETRY_SECONDS = 1
_WAITING_WRITES = 32


class Service:
    """What the routes share: the engine once it is loaded, the threads, the metrics."""

    def __init__(self, load: Callable[[], Engine], settings: ServerSettings) -> None:
        self.load = load
        self.settings = settings
        self.engine: Engine | None = None
        self.failure: Exception | None = None
        self.settled = asyncio.Event()
        """Set once ``engine`` or ``failure`` is."""
        self.metrics = Metrics(self._state)
        self.pool = Pool(settings.workers or os.cpu_count() or 1, settings.queue)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._writes_waiting = 0

    def _state(self) -> State | None:
        if self.engine is None:
            return None
        library = self.engine.library
        cache = self.engine.cache or AnswerCache()
        return State(
            waiting=self.pool.waiting,
            articles=library.article_count,
            passages=library.passage_count,
            version=library.version,
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
        """Load the engine in a thread."""
        try:
            self.engine = await asyncio.get_running_loop().run_in_executor(None, self.load)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever runs the server is told, and stops it
            self.failure = error
            LOG.error("cannot start: %s", error)
        self.settled.set()

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

    def close(self) -> None:
        """Finish what runs."""
        self.pool.close()
        self._writer.shutdown()
        if self.engine is not None:
            self.engine.close()
