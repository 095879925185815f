"""The rankings of a library: nearest vectors from a FAISS snapshot, BM25 from the store's own word index.

A reader that opens a view and finds the snapshot of another state catches it up from the view first, by what came and
went since. So words, vectors and articles always speak of the same state.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.articles import Filters
from index.ranking.vectors import FILE_NAME, StaleSnapshot, VectorIndex
from index.store import NOTHING_YET, Finding, Ids, Revision, Vectors, View
from index.words import telling_words

LOG = logging.getLogger("pullquote")


class _Snapshot(NamedTuple):
    revision: Revision
    vectors: VectorIndex


class SnapshotRanking:
    """Both rankings of one view."""

    def __init__(self, view: View, vectors: VectorIndex) -> None:
        self._view = view
        self._vectors = vectors

    def dense(self, vector: Vectors, k: int, filters: Filters) -> list[int]:
        """The ``k`` nearest passages inside ``filters``, by exact search."""
        allowed = None if filters == Filters() else self._view.passage_ids(filters)
        return self._vectors.search(vector, k, allowed)[0]

    def words(self, question: str, k: int, filters: Filters) -> list[int]:
        """The ``k`` passages inside ``filters`` in which any telling word of the question stands, by BM25."""
        return self._view.words(telling_words(question), k, filters)

    def similarity(self, vector: Vectors, ids: Sequence[int]) -> list[float]:
        """Cosines with these passages, in this order."""
        return self._vectors.similarity(vector, list(ids))


class SnapshotRanker:
    """One immutable snapshot for all readers, swapped whole. Thread-safe."""

    def __init__(self, folder: Path, model: str, dimension: int) -> None:
        """Load the snapshot of ``model`` in ``folder``; without a usable one it is made at the first view."""
        self._path = folder / FILE_NAME
        self._model = model
        self._dimension = dimension
        self._catching_up = threading.Lock()
        self._why_stale = ""
        self._on_disk: VectorIndex | None = None
        self._held = _Snapshot(NOTHING_YET, VectorIndex.empty(dimension))
        try:
            self._held = _Snapshot(*VectorIndex.load(self._path, model))
            self._on_disk = self._held.vectors
        except StaleSnapshot as reason:
            self._why_stale = str(reason)

    def at(self, view: View) -> SnapshotRanking:
        """The rankings of the state that ``view`` sees."""
        revision = view.revision
        held = self._held
        if revision == NOTHING_YET:
            self._why_stale = ""  # nothing is missing of what was never there
        if held.revision != revision:
            with self._catching_up:
                held = self._held
                if held.revision != revision:
                    held = _Snapshot(revision, self._caught_up(view, held))
                    if revision.version >= self._held.revision.version:  # an old view must not take the newest away
                        self._held = held
        return SnapshotRanking(view, held.vectors)

    def save(self) -> None:
        """Write the snapshot if another is on disk. It can be made again, so a full disk is no failure."""
        held = self._held
        if held.vectors is self._on_disk:
            return
        try:
            held.vectors.save(self._path, self._model, held.revision)
            self._on_disk = held.vectors
        except OSError as error:
            LOG.warning("The vector index could not be saved (%s); it will be made again at the next start.", error)

    def examine(self, view: View) -> list[Finding]:
        """What is on disk, and how far it is behind."""
        try:
            revision, stored = VectorIndex.load(self._path, self._model)
        except StaleSnapshot as reason:
            detail = f"{FILE_NAME} {reason}; the next question makes it again"
            return [Finding("snapshot", view.count("passages") == 0, detail)]
        changes = view.changes(revision)
        behind = "of another history" if changes is None else f"{len(changes.added) + len(changes.removed)} changes"
        return [Finding("snapshot", True, f"{len(stored.ids)} vectors, {behind} behind the catalog")]

    def rebuild(self, view: View) -> None:
        """Make the snapshot again from every vector."""
        with self._catching_up:
            self._held = _Snapshot(view.revision, self._made(view))
        self.save()

    def _caught_up(self, view: View, held: _Snapshot) -> VectorIndex:
        """What ``held`` becomes in the state that ``view`` sees."""
        changes = view.changes(held.revision)
        if changes is None:
            LOG.info("%s is not of this catalog's history: made again from it.", self._path.name)
            return self._made(view)
        if self._why_stale and len(changes.added):
            LOG.info("%s %s: made again from the catalog.", self._path.name, self._why_stale)
        self._why_stale = ""
        if not len(changes.added) and not len(changes.removed):
            return held.vectors
        return held.vectors.changed(changes.removed, changes.added, view.vectors(changes.added, self._dimension))

    def _made(self, view: View) -> VectorIndex:
        wanted: Ids = view.passage_ids()
        nothing = np.empty(0, dtype=np.int64)
        return VectorIndex.empty(self._dimension).changed(nothing, wanted, view.vectors(wanted, self._dimension))
