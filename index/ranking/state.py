"""All passages at one revision of the store, and both rankings of a view over them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from index.articles import Filters
from index.ranking.postings import Mask, Positions, Scores, Statistics, best
from index.ranking.repeats import Edges
from index.ranking.segments import Part, Segment
from index.store import NOTHING_YET, Ids, Revision, StoreView, Vectors
from index.words import telling_words

_NONE: Ids = np.empty(0, dtype=np.int64)
_FILTERS = 16
"""Filters by source and date whose passages are remembered, a byte a passage each: the readers of one page ask with the
same one, and to gather them takes 12 to 180 ms of a million passages."""


class _Latest:
    """What was made for the filters that were used last. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Filters, list[Mask | None]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, filters: Filters, make: Callable[[], list[Mask | None]]) -> list[Mask | None]:
        with self._lock:
            if filters in self._kept:
                self._kept.move_to_end(filters)
                return self._kept[filters]
        made = make()  # outside the lock: nobody waits for another one's filter
        with self._lock:
            self._kept[filters] = made
            while len(self._kept) > _FILTERS:
                self._kept.popitem(last=False)
        return made


@dataclass(frozen=True)
class RankingState:
    """All passages at one revision. ``generation`` names the one on disk that is the first segment, if it is one."""

    revision: Revision
    segments: tuple[Segment, ...]
    removed: Ids
    generation: str = ""

    @property
    def kept(self) -> bool:
        """Whether the first segment is on disk."""
        return bool(self.generation)

    @cached_property
    def statistics(self) -> Statistics:
        """Of the words in all segments."""
        return Statistics([segment.postings for segment in self.segments])

    @cached_property
    def masks(self) -> list[Mask | None]:
        """For each segment, what is still there; ``None`` for all of it."""
        masks = [segment.mask(self.removed) if len(self.removed) else None for segment in self.segments]
        return [~mask if mask is not None and mask.any() else None for mask in masks]

    @cached_property
    def latest(self) -> _Latest:
        """The masks of the filters that were used last: they hold as long as the revision does."""
        return _Latest()

    @property
    def passages(self) -> int:
        """How many there are, those included that went."""
        return sum(len(segment) for segment in self.segments)

    @property
    def loose(self) -> int:
        """What came and went since the generation was written."""
        return sum(len(segment) for segment in self.segments[self.kept :]) + len(self.removed)

    def parts(self) -> list[Part]:
        """Each segment with the passages that are still there."""
        return [
            (segment, np.arange(len(segment)) if mask is None else np.flatnonzero(mask))
            for segment, mask in zip(self.segments, self.masks, strict=True)
            if mask is None or mask.any()
        ]


EMPTY = RankingState(NOTHING_YET, (), _NONE)


class SegmentRanking:
    """Both rankings of one view."""

    def __init__(self, view: StoreView, state: RankingState) -> None:
        self._view = view
        self._state = state
        self._masks = {Filters(): state.masks}

    def dense(self, vector: Vectors, k: int, filters: Filters) -> list[int]:
        """The ``k`` passages inside ``filters`` that are nearest to ``vector``, nearest first."""
        return self._best(lambda segment, mask: segment.nearest(vector, k, mask), k, filters)

    def words(self, question: str, k: int, filters: Filters) -> list[int]:
        """The ``k`` passages inside ``filters`` in which telling words of the question stand, by BM25."""
        statistics = self._state.statistics
        weights = statistics.weights(telling_words(question))
        mean = statistics.mean_length
        return self._best(lambda segment, mask: best(segment.postings, weights, mean, k, mask), k, filters)

    def similarity(self, vector: Vectors, ids: Sequence[int]) -> list[float]:
        """Cosines with these passages, in this order."""
        cosines = self._of_each(ids, lambda segment, at: segment.vectors.vectors(at) @ vector)
        return [float(cosine) for cosine in cosines]

    def edges(self, ids: Sequence[int]) -> list[Edges]:
        """By which near copies are suspected."""
        return [(first, last) for first, last in self._of_each(ids, lambda segment, at: segment.edges[at].tolist())]

    def _of_each(self, ids: Sequence[int], take: Callable[[Segment, Positions], Iterable[Any]]) -> list[Any]:
        """What ``take`` finds of each passage, in the order of ``ids``."""
        rising = np.unique(np.array(ids, dtype=np.int64))
        found: list[Any] = []
        for segment in self._state.segments:  # the ids of one are all smaller than those of the next
            found.extend(take(segment, segment.positions(rising)))
        by_id = dict(zip(rising.tolist(), found, strict=True))
        return [by_id[key] for key in ids]

    def _best(
        self, rank: Callable[[Segment, Mask | None], tuple[Positions, Scores]], k: int, filters: Filters
    ) -> list[int]:
        ids, scores = [_NONE], [np.empty(0, dtype=np.float32)]
        for segment, mask in zip(self._state.segments, self._inside(filters), strict=True):
            if mask is None or mask.any():
                at, values = rank(segment, mask)
                ids.append(segment.ids[at])
                scores.append(values)
        found, values = np.concatenate(ids), np.concatenate(scores)
        return found[np.lexsort((found, -values))[:k]].tolist()  # type: ignore[no-any-return]

    def _inside(self, filters: Filters) -> list[Mask | None]:
        if filters not in self._masks:
            if filters.article_ids or filters.until is not None:  # hardly ever the same again, and soon made
                self._masks[filters] = self._made(filters)
            else:
                self._masks[filters] = self._state.latest.get(filters, lambda: self._made(filters))
        return self._masks[filters]

    def _made(self, filters: Filters) -> list[Mask | None]:
        allowed = self._view.passage_ids(filters)
        return [segment.mask(allowed) for segment in self._state.segments]
