"""The rankings of a library: what is near a question in meaning, and what holds its words, at any state of the store.

All passages lie in segments. The first is a generation on disk; what came since lies behind it, in memory, in segments
that are joined as they get many; what went is masked. So after a change only the change is read. Every state is exact
but for the cells of a large generation (:mod:`index.ranking.vectors`), and none of it is the truth: whatever is missing
or torn is made again from the store.
"""

from __future__ import annotations

import logging
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.ranking import segments as files
from index.ranking.generations import Generations
from index.ranking.segments import Segment, Unusable
from index.ranking.state import EMPTY, RankingState, SegmentRanking
from index.ranking.vectors import EXACT_UP_TO
from index.store import Finding, Ids, Revision, Store, StoreView

LOG = logging.getLogger("pullquote")
FOLDER_NAME = "ranking"

_STATES_KEPT = 4
"""So that a view that began before a write is served without reading anything again."""
_IN_MEMORY = 16_384
"""Passages that are taken in at once; of more, each so many go to disk first, and memory stays flat."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """From how many passages on what is done; small numbers are for tests."""

    exact: int = EXACT_UP_TO
    """More are sorted into cells, in the background; as many or fewer are written when the library is closed."""
    loose: int = 64
    """Changes that are not worth writing a small generation for: reading them again takes a millisecond."""
    loose_of_large: int = 8_192
    """The same of a large one: comparing as many takes 0.4 ms, making the generation minutes."""
    share: int = 16
    """And in both cases the changes must be this part of all passages."""


class SegmentRanker:
    """States for all readers, each caught up from an earlier one. Thread-safe."""

    def __init__(
        self,
        folder: Path,
        model: str,
        dimension: int,
        *,
        sizes: Sizes = Sizes(),
        start_build: Callable[[], None] = lambda: None,
    ) -> None:
        """Open the generation of ``model`` in ``folder``; what it lacks is read at the first view.

        Args:
            folder: where generations are, or are to be.
            model: the name of the vectors' model.
            dimension: their length.
            sizes: see there.
            start_build: makes a new generation in another process (:mod:`index.building`), unless one is being made.
        """
        self._generations = Generations(folder)
        self._model = model
        self._dimension = dimension
        self._sizes = sizes
        self._start_build = start_build
        self._catching_up = threading.Lock()
        self._why_unusable = ""
        self._stamp = 0
        self._generation = self._load()
        self._states: OrderedDict[Revision, RankingState] = OrderedDict()

    def at(self, view: StoreView) -> SegmentRanking:
        """The rankings of the state that ``view`` sees."""
        return SegmentRanking(view, self.state_at(view))

    def state_at(self, view: StoreView) -> RankingState:
        """The state that ``view`` sees, caught up first if need be."""
        revision = view.revision
        state = self._held(revision)
        if state is None:
            with self._catching_up:
                state = self._held(revision)
                if state is None:
                    state = self._states[revision] = self._caught_up(view, revision)
                    if len(self._states) > _STATES_KEPT:
                        del self._states[min(self._states)]
                    if state.passages > self._sizes.exact and self._due(state):
                        self._start_build()
        return state

    def save(self, view: StoreView) -> None:
        """Write what is worth it for the next start; a large generation is made in the background."""
        state = max(self._states.values(), key=lambda state: state.revision, default=self._generation)
        changes = view.changes(state.revision)
        if changes is None or len(changes.added) > _IN_MEMORY:  # as after much was added and nothing asked
            self._start_build()
            return
        state = self.state_at(view)
        if state.passages <= self._sizes.exact and self._due(state):
            try:
                self.write_generation(state)
            except OSError as error:
                LOG.warning("The ranking could not be saved (%s); it will be made again at the next start.", error)

    def is_due(self, view: StoreView) -> bool:
        """Whether it pays to write a new generation."""
        self._look()
        changes = view.changes(self._generation.revision)
        return changes is None or len(changes.added) > _IN_MEMORY or self._due(self.state_at(view))

    def examine(self, view: StoreView) -> list[Finding]:
        """What is on disk, how it ranks, how far it is behind, and whether its words are those of the store."""
        try:
            _, revision, segment = self._generations.newest(self._model, whole=True)
        except Unusable as reason:
            well = not self._generations.names() and view.count("passages") <= self._sizes.loose
            return [Finding("ranking", well, f"{FOLDER_NAME} {reason}; the next question makes it again")]
        changes = view.changes(revision)
        if changes is None:
            return [Finding("ranking", False, "of another history; the next question makes it again")]
        how = f"in {segment.cells.count:,} cells, approximately" if segment.cells else "exactly"
        behind = f"{len(changes.added) + len(changes.removed):,} changes behind the catalog"
        detail = f"{len(segment):,} passages, searched {how}; {len(segment.postings.terms):,} words; {behind}"
        return [Finding("ranking", True, detail), _words(view, segment, changes.removed)]

    def rebuild(self, view: StoreView) -> None:
        """Make everything again."""
        with self._catching_up:
            self._states.clear()
            self._generation = EMPTY
            state = self._caught_up(view, view.revision)
        self.write_generation(state)

    def write_newest(self, store: Store) -> bool:
        """Write the newest state of ``store`` as a generation; ``False``, and nothing is read, if somebody else does.

        Raises:
            OSError: it could not be written.
        """
        with self._generations.alone() as alone:
            if alone:
                with store.read() as view:  # no longer than it is read: an open view keeps the store from tidying up
                    state = self.state_at(view)
                self._write(state)
            return alone

    def write_generation(self, state: RankingState) -> bool:
        """Write ``state`` as a generation; ``False`` if somebody else writes one.

        Raises:
            OSError: it could not be written.
        """
        with self._generations.alone() as alone:
            if alone:
                self._write(state)
            return alone

    def _write(self, state: RankingState) -> None:
        parts = state.parts()
        passages = sum(len(at) for _, at in parts)
        if passages:
            self._generations.write(state.revision, self._model, parts, cells=passages > self._sizes.exact)
        else:
            self._generations.sweep()

    def _load(self) -> RankingState:
        """The generation on disk as a state, else nothing."""
        self._stamp = self._generations.stamp()
        try:
            name, revision, segment = self._generations.newest(self._model)
        except Unusable as reason:
            self._why_unusable = str(reason)
            return EMPTY
        return RankingState(revision, (segment,), EMPTY.removed, name)

    def _held(self, revision: Revision) -> RankingState | None:
        """The state at ``revision``, if it is there and no newer generation is."""
        self._look()
        state = self._states.get(revision)
        newer = revision.version >= self._generation.revision.version
        return None if state is None or (newer and state.generation != self._generation.generation) else state

    def _look(self) -> None:
        """Take the newest generation, if somebody has written one."""
        stamp = self._generations.stamp()
        if stamp != self._stamp:
            self._stamp = stamp
            if self._generations.names()[-1:] != [self._generation.generation]:
                found = self._load()
                self._generation = found if found.kept else self._generation

    def _due(self, state: RankingState) -> bool:
        """Whether it pays to write ``state`` as a new generation."""
        large = state.passages > self._sizes.exact
        if large and not (state.kept and state.segments[0].cells):
            return True
        enough = self._sizes.loose_of_large if large else self._sizes.loose
        return state.loose > max(enough, state.passages // self._sizes.share) or (not state.kept and state.loose > 0)

    def _caught_up(self, view: StoreView, revision: Revision) -> RankingState:
        """The state at ``revision``, from the latest one before it of which ``view`` knows what came and went since."""
        for start in [*sorted(self._starts(revision), key=lambda state: -state.revision.version), EMPTY]:
            changes = view.changes(start.revision)
            if changes is not None:
                break
            LOG.info("%s is not of this catalog's history: made again from it.", FOLDER_NAME)
        else:
            raise AssertionError("every store knows what came since its beginning")
        if self._why_unusable and len(changes.added) > self._sizes.loose:
            LOG.info("%s %s: made again from the catalog.", FOLDER_NAME, self._why_unusable)
        self._why_unusable = ""
        segments = [*start.segments]
        for segment in self._taken_in(view, changes.added):
            segments.append(segment)
            _join_last(segments, keep=start.kept)
        return RankingState(revision, tuple(segments), np.union1d(start.removed, changes.removed), start.generation)

    def _starts(self, revision: Revision) -> list[RankingState]:
        """States from which that at ``revision`` can be reached: of the generation, if that is old enough."""
        generation = self._generation
        states = [state for state in self._states.values() if state.revision.version <= revision.version]
        if not generation.kept or generation.revision.version > revision.version:
            return states
        return [generation, *(state for state in states if state.generation == generation.generation)]

    def _taken_in(self, view: StoreView, ids: Ids) -> Iterator[Segment]:
        """Segments of these passages. Of many, all lie in files that are gone when nobody uses them any more."""
        if len(ids) <= _IN_MEMORY:
            if len(ids):
                yield files.made(view, ids, self._dimension)
            return
        LOG.info("Reading %s passages for the ranking; this takes a minute for each million.", f"{len(ids):,}")
        with tempfile.TemporaryDirectory(
            prefix="pullquote-ranking-", dir=_writable(self._generations.folder)
        ) as folder:
            for low in range(0, len(ids), _IN_MEMORY):
                segment = files.made(view, ids[low : low + _IN_MEMORY], self._dimension)
                path = Path(folder) / str(low)
                path.mkdir()
                files.save(path, [(segment, np.arange(len(segment)))], {}, cells=False)
                yield files.load(path)


def _join_last(segments: list[Segment], *, keep: bool) -> None:
    """Join the last two segments as long as they are of like size, so that there are few: log(n) of n passages."""
    while len(segments) > 1 + keep:
        *_, before, last = segments
        if len(before) > 2 * len(last) or len(before) + len(last) > _IN_MEMORY:
            return
        segments[-2:] = [files.joined([(one, np.arange(len(one))) for one in (before, last)])]


def _writable(folder: Path) -> Path | None:
    """``folder`` if files can be made there, else ``None`` for the system's place."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


def _words(view: StoreView, segment: Segment, removed: Ids) -> Finding:
    """Whether the words of up to 2,000 passages, spread evenly, stand in the index as they do in the store."""
    there = np.setdiff1d(segment.ids, removed)
    sample = there[:: max(1, len(there) // 2_000)]
    wrong = sum(
        not segment.postings.holds(at, text, context)
        for at, (text, context) in zip(segment.positions(sample).tolist(), view.texts(sample), strict=True)
    )
    return Finding("words", not wrong, f"{wrong} of {len(sample):,} passages looked at differ from the catalog")
