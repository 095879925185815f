"""Work in threads that nobody has to wait for.

An executor's threads are joined when the program ends: a chat with a server that does not answer could not be left
before the connection times out. These threads are daemons, and leaving waits for them only a moment.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

LEAVE_SECONDS = 2.0
"""Enough for a question to a library here to come to its end; a server may take a minute."""


class Background:
    """Runs functions in daemon threads. Used by one event loop."""

    def __init__(self) -> None:
        self._threads: list[Thread] = []

    async def run(self, function: Callable[[], T]) -> T:
        """What ``function`` returns or raises, called in a thread of its own.

        A cancelled wait leaves the thread to itself; what it then brings is dropped.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def tell(settle: Callable[[], None]) -> None:
            with suppress(RuntimeError):  # the loop is closed: the reader has left
                loop.call_soon_threadsafe(lambda: None if future.done() else settle())

        def work() -> None:
            try:
                result = function()
            except Exception as error:  # noqa: BLE001  # nothing is hidden: whoever waits gets it
                failure = error
                tell(lambda: future.set_exception(failure))
            else:
                tell(lambda: future.set_result(result))

        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()
        return await future

    def leave(self, seconds: float = LEAVE_SECONDS) -> None:
        """Wait at most ``seconds`` for what is still under way."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
