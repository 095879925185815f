"""A bounded pool of threads for questions: so many at work, so many waiting, the next one is refused at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

_LOOK_SECONDS = 0.2
"""How often one that waits looks whether its client is still there."""


class Full(Exception):
    """As many are waiting as may."""


class Gone(Exception):
    """The client went away while it waited."""


class Pool:
    """Runs work in threads. To be used in one event loop."""

    def __init__(self, workers: int, queue: int) -> None:
        """``workers`` at work at the same time, ``queue`` waiting."""
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="question")
        self._free = asyncio.Semaphore(workers)
        self._queue = queue
        self.waiting = 0

    @property
    def busy(self) -> bool:
        """Whether the next one has to wait."""
        return self._free.locked()

    async def run(self, work: Callable[[], T], gone: Callable[[], Awaitable[bool]]) -> T:
        """The result of ``work``, done in a thread once one is free.

        Args:
            work: what to do.
            gone: whether nobody waits for the result any more; asked while it is in the queue.

        Raises:
            Full: no place in the queue.
            Gone: ``gone`` said so before the work began.
        """
        await self._acquire(gone)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._free.release()

    async def _acquire(self, gone: Callable[[], Awaitable[bool]]) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        if self.waiting >= self._queue:
            raise Full
        self.waiting += 1
        place = asyncio.ensure_future(self._free.acquire())  # held through all looks: first come, first served
        try:
            await until(place, gone)
        except BaseException:
            if not place.cancel():  # it came free just now
                self._free.release()
            raise
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Let what runs finish."""
        self._threads.shutdown()


async def until(place: asyncio.Future[Any], gone: Callable[[], Awaitable[bool]]) -> None:
    """Wait for ``place``.

    Raises:
        Gone: nobody waits any more.
    """
    while not (await asyncio.wait({place}, timeout=_LOOK_SECONDS))[0]:
        if await gone():
            raise Gone
