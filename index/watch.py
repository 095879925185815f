"""Sources watched: folders by the system's notices, addresses at intervals, failures with patience."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from index.errors import LibraryBusy, LibraryFull, LibraryUnavailable
from index.sources import Source, Sources
from index.sync import Look, Syncer
from index.taking import Event

_MOST_SECONDS = 6 * 3_600.0
"""However often a source has failed, it is looked at again after this."""
_FOLDER_SECONDS = 300.0
"""Folders are looked at anyway now and then: network disks give no notices."""
_RETRY_SECONDS = 30.0


class Watcher:
    """Looks at every source when it is due, until it is stopped."""

    def __init__(
        self,
        syncer: Syncer,
        sources: Sources,
        tell: Callable[[Source, Event], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._syncer = syncer
        self._sources = sources.sources
        self._tell = tell
        self._clock = clock
        self._due = {source.name: clock() for source in self._sources}
        self._failures = dict.fromkeys(self._due, 0)

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set. Everything is looked at once at the beginning."""
        folders = [source.folder for source in self._sources if source.folder and source.folder.is_dir()]
        if not folders:
            self.look_at_what_is_due()
            while not stop.wait(1.0):
                self.look_at_what_is_due()
            return
        from watchfiles import watch

        # The notices begin before anything is looked at, and the first one comes after a second at the latest: what
        # changes during the first look is not missed.
        # A notice may come before the last byte: what is torn is read again when the next notice comes.
        for changes in watch(*folders, stop_event=stop, yield_on_timeout=True, rust_timeout=1_000, debounce=500):
            for source in self._sources:
                if source.folder and any(Path(path).is_relative_to(source.folder) for _, path in changes):
                    self._due[source.name] = self._clock()
            self.look_at_what_is_due()

    def look_at_what_is_due(self) -> None:
        """Look at each source whose time has come, and set its next."""
        for source in self._sources:
            if self._clock() >= self._due[source.name]:
                self._due[source.name] = self._clock() + self._look(source)

    def _look(self, source: Source) -> float:
        """Seconds until the next look: the source's own interval, twice as long after each failure in a row."""
        try:
            outcomes = self._syncer.look(source)
        except (LibraryBusy, LibraryUnavailable, LibraryFull) as error:  # in a while it may be otherwise
            self._tell(source, Event(fate="failed", where=source.name, why=str(error)))
            return _RETRY_SECONDS
        every = _FOLDER_SECONDS if source.folder else source.every
        self._failures[source.name] = self._failures[source.name] + 1 if self._reached_nothing(outcomes) else 0
        patience: float = every * 2.0 ** min(self._failures[source.name], 12)
        return max(outcomes.wait, min(_MOST_SECONDS, patience))

    @staticmethod
    def _reached_nothing(outcomes: Look) -> bool:
        """Whether the source itself failed: some of its articles may fail every time."""
        taken = any(outcomes.counts.get(fate) for fate in ("added", "updated", "unchanged"))
        return outcomes.failed and not taken and not outcomes.skipped
