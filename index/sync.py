"""Sources and library brought together: what is new comes in, what changed changes, what vanished goes or is kept.

Running it again changes nothing. A place whose size and time, or whose validators, are the same is not read again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import SourceError
from index.fetch import Fetcher, FetchError
from index.formats import kind_of
from index.ingest import Found, Intake, read_file
from index.library import Library
from index.online import Read, read_page, read_url
from index.seen import Location, Seen
from index.sources import Source
from index.taking import GONE, Event, take, withdraw

_RECHECKED = 20
"""So many pages that a feed or sitemap lists no longer are asked for at one time, those longest unseen first."""
_FORGET_SECONDS = 90 * 86_400.0
"""A page that is no longer listed is asked for again as long as this."""


@dataclass(slots=True)
class Look:
    """What one look at a source led to.

    ``skipped`` is how many articles were not read again, since their place is the same; ``wait`` how many seconds a
    server asked to be left alone; ``later`` the addresses that could not be had now, and may be later.
    """

    counts: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
    wait: float = 0.0
    later: set[str] = field(default_factory=set)

    @property
    def failed(self) -> bool:
        """Whether anything did."""
        return self.counts.get("failed", 0) > 0

    def add(self, event: Event) -> None:
        """Count it."""
        self.counts[event.fate] = self.counts.get(event.fate, 0) + 1


class Syncer:
    """Looks at sources, one at a time. Every event is told as soon as it is true."""

    def __init__(
        self, library: Library, seen: Seen, fetcher: Fetcher, tell: Callable[[Source, Event], None],
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._library = library
        self._seen = seen
        self._fetcher = fetcher
        self._tell = tell
        self._clock = clock
        self._failed: dict[str, tuple[str, str]] = {}
        """Marks of the files that could not be read whole: told once, and read again when they change."""

    def look(self, source: Source) -> Look:
        """Bring one source and the library together.

        Raises:
            LibraryBusy: another process writes, and did not end; what was told is stored.
        """
        outcomes = Look()
        try:
            if source.folder is not None:
                self._folder(source, source.folder, outcomes)
            else:
                self._online(source, outcomes)
        finally:
            self._seen.save()
        return outcomes

    def _told(self, source: Source, event: Event, outcomes: Look) -> None:
        outcomes.add(event)
        self._tell(source, event)

    # Folders

    def _folder(self, source: Source, folder: Path, outcomes: Look) -> None:
        places = self._seen.of(source.name)
        present: dict[str, tuple[str, str]] = {}
        errors: list[OSError] = []
        for path in _files(folder, errors):
            try:
                about = path.stat()
            except FileNotFoundError:
                continue  # it went while we looked
            except OSError as error:
                errors.append(error)  # it is there, and may not be looked at: no reason to take it out
                continue
            present[str(path)] = (str(about.st_size), str(about.st_mtime_ns))
        changed = [
            at for at, mark in present.items()
            if (at not in places or places[at].mark != mark) and self._failed.get(at) != mark
        ]  # fmt: skip
        outcomes.skipped = sum(len(places[at].ids) for at in present.keys() & places.keys() if at not in changed)
        self._read_files(source, changed, present, outcomes)
        if errors or not present:
            # A disk that is not there is no reason to take everything out.
            why = f"cannot be read ({errors[0].strerror})" if errors else "holds no articles"
            where = str(errors[0].filename or folder) if errors else str(folder)
            self._told(source, Event(fate="failed", where=where, why=why), outcomes)
            return
        gone = [at for at in places if at not in present]
        for at in gone:
            ids = places.pop(at).ids
            self._vanished(source, at, ids, outcomes)

    def _read_files(
        self, source: Source, changed: list[str], present: dict[str, tuple[str, str]], outcomes: Look
    ) -> None:
        owner: dict[str, str] = {}
        new = {at: Location(present[at], looked=self._clock()) for at in changed}
        for event in take(self._library, self._reading(changed, present, owner)):
            if event.id and event.found:
                new[owner[event.found.origin]].ids.append(event.id)
            self._told(source, event, outcomes)
        for at, place in new.items():
            self._replaced(source, at, place, outcomes)

    def _reading(
        self, changed: list[str], present: dict[str, tuple[str, str]], owner: dict[str, str]
    ) -> Iterator[Intake]:
        """The outcomes of these files; ``owner`` is told which file each origin is in."""
        for at in changed:
            self._failed.pop(at, None)
            for outcome in read_file(Path(at)):
                if isinstance(outcome, Found):
                    owner[outcome.origin] = at
                elif isinstance(outcome, SourceError):
                    self._failed[at] = present[at]
                yield outcome

    def _replaced(self, source: Source, at: str, place: Location, outcomes: Look) -> None:
        """A file that was read again takes the place of its old self; one that cannot be read keeps what it had."""
        places = self._seen.of(source.name)
        old = places.get(at)
        if at in self._failed:
            ids = dict.fromkeys([*(old.ids if old else ()), *place.ids])
            places[at] = Location((None, None), list(ids), place.looked)
            return
        places[at] = place
        if old:
            self._vanished(source, at, old.ids, outcomes)

    def _vanished(self, source: Source, where: str, ids: list[str], outcomes: Look) -> None:
        """Articles that stood at a place once: those that stand nowhere now are withdrawn, or kept with a line."""
        held = self._seen.held()
        lost = [article for article in ids if article not in held]
        if not lost:
            return
        for article in lost:
            if source.withdraw:
                event = withdraw(self._library, article, where, GONE)
            else:
                event = Event(fate="kept", where=where, id=article, why="is gone there")
            if event:
                self._told(source, event, outcomes)

    # Addresses

    def _online(self, source: Source, outcomes: Look) -> None:
        places = self._seen.of(source.name)
        known = {at: place.validators for at, place in places.items()}
        seen_now: set[str] = set()
        missed = True  # until every page that is listed has been asked for
        try:
            for read in read_url(
                self._fetcher, source.url or "", known=known, follow=source.follow, limit=source.limit
            ):
                seen_now.add(read.url)
                self._keep(source, read, outcomes)
            missed = any(url != source.url for url in outcomes.later)
        finally:
            if missed and source.url in places:
                # The list is read again, though it may not change: else nobody would ask for what was missed.
                places[source.url].mark = (None, None)
        if outcomes.counts.get("failed", 0) and len(seen_now) == 1:
            return
        self._recheck(source, seen_now, outcomes)

    def _keep(self, source: Source, read: Read, outcomes: Look) -> None:
        """Take what was read at one address, and remember what the server told of it."""
        places = self._seen.of(source.name)
        old = places.get(read.url)
        if read.unchanged and old:
            old.looked = self._clock()
            outcomes.skipped += len(old.ids)
        elif read.gone and old:
            del places[read.url]
            self._vanished(source, read.url, old.ids, outcomes)
        else:
            self._taken(source, read, outcomes)

    def _taken(self, source: Source, read: Read, outcomes: Look) -> None:
        places = self._seen.of(source.name)
        place = Location((read.validators.etag, read.validators.modified), looked=self._clock())
        events = []
        for event in take(self._library, read.outcomes):
            self._told(source, event, outcomes)
            events.append(event)
        place.ids = [event.id for event in events if event.id]
        missed = [outcome for outcome in read.outcomes if isinstance(outcome, FetchError)]
        outcomes.wait = max([outcomes.wait, *(outcome.after for outcome in missed)])
        if any(not outcome.gone for outcome in missed):
            outcomes.later.add(read.url)
        if not any(event.fate == "failed" for event in events):
            places[read.url] = place
        elif read.url in places:
            places[read.url].looked = place.looked

    def _recheck(self, source: Source, listed: set[str], outcomes: Look) -> None:
        """Ask for pages that are listed no longer: lists are short, and only the page itself tells that it is gone."""
        places = self._seen.of(source.name)
        unlisted = sorted((place.looked, at) for at, place in places.items() if at not in listed and place.ids)
        for looked, at in unlisted[:_RECHECKED]:
            if self._clock() - looked > _FORGET_SECONDS:
                del places[at]
                continue
            for read in read_page(self._fetcher, at, {at: places[at].validators}):
                self._keep(source, read, outcomes)


def _files(folder: Path, errors: list[OSError]) -> Iterator[Path]:
    """Every file of a known kind, in a fixed order; hidden ones are passed over, links are not followed."""
    for root, folders, files in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and kind_of(Path(name)):
                yield Path(root, name)
