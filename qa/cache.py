"""Replies that were given already: readers of one story ask the same.

A reply is kept under the library's version and everything that it was asked with; any write makes all of them old.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace

from qa.answers import Question, Reply

MAX_ENTRIES = 2_000
MAX_BYTES = 32 * 1024 * 1024
MAX_AGE_SECONDS = 60.0
"""What is true may change by itself: an embargo ends."""


@dataclass(frozen=True, slots=True)
class _Kept:
    reply: Reply
    size: int
    at: float


_Key = tuple[Question, Hashable]


class AnswerCache:
    """The replies of one library version, the oldest unused one dropped first. Thread-safe."""

    def __init__(self, *, entries: int = MAX_ENTRIES, size: int = MAX_BYTES) -> None:
        """At most so many ``entries``, of ``size`` bytes together, as their JSON counts them."""
        self._entries = entries
        self._size = size
        self._lock = threading.Lock()
        self._version = -1
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self.bytes = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        """How many replies are kept."""
        return len(self._kept)

    def get(self, version: int, question: Question, moment: Hashable = None, *, first: bool = False) -> Reply | None:
        """The reply to ``question`` as it is at ``version``, if it was given lately.

        ``moment``: whatever changes a reply by the passing of time alone. ``first``: without one, it is looked for
        again before the question is read for, so nothing is counted yet.
        """
        key = _key(question, moment)
        with self._lock:
            self._at(version)
            kept = self._kept.get(key)
            if kept is None or time.monotonic() - kept.at > MAX_AGE_SECONDS:
                self.misses += not first
                return None
            self._kept.move_to_end(key)
            self.hits += 1
            return kept.reply

    def put(self, question: Question, reply: Reply, moment: Hashable = None) -> None:
        """Keep ``reply``, unless time ran out for it: more time would have given another."""
        if reply.truncated:
            return
        key = _key(question, moment)
        size = len(repr(reply))
        with self._lock:
            self._at(reply.library_version)
            if reply.library_version != self._version or size > self._size:
                return
            self._drop(key)
            self._kept[key] = _Kept(reply, size, time.monotonic())
            self.bytes += size
            while len(self._kept) > self._entries or self.bytes > self._size:
                self._drop(next(iter(self._kept)))

    def _at(self, version: int) -> None:
        """Forget everything when the library has moved on; an older view's reply is of no use to anybody."""
        if version > self._version:
            self._version = version
            self._kept.clear()
            self.bytes = 0

    def _drop(self, key: _Key) -> None:
        kept = self._kept.pop(key, None)
        self.bytes -= kept.size if kept else 0


def _key(question: Question, moment: Hashable) -> _Key:
    """What decides the reply: everything but the time that it may take."""
    return replace(question, budget_ms=None), moment
