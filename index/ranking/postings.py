"""BM25 over one segment: which passages hold a term, and how often. Arrays that can lie in memory or in mapped files.

The score is the one of SQLite's FTS5 (Robertson and Zaragoza 2009, with ``k1`` 1.2 and ``b`` 0.75) over a passage and
its context as one text. Document frequencies and the mean length come from outside, since they are those of all
segments together: a passage's score does not depend on the segment in which it lies.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from index.ranking.terms import Terms, terms

Positions = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

Make = Callable[[str, int, np.dtype[Any]], npt.NDArray[Any]]
"""Name, length and type of an array to the array."""

_K1 = 1.2
_B = 0.75
_FEW = 8
"""Looking a passage up in a term's list takes as long as reading some eight entries of the list in order."""
_NOTHING = 1e-12
_MOST_OFTEN = 255
"""A term that stands more often in a passage counts as that often; BM25 tells 255 from more by 0.5 %."""
_LONGEST = 65_535


def _in_memory(_name: str, length: int, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    return np.empty(length, dtype=kind)


@dataclass(frozen=True, slots=True)
class Postings:
    """The words of passages at positions 0 to n - 1.

    ``terms`` is uint64 (t,), rising. The passages that hold term i are ``at[starts[i] : starts[i + 1]]``, uint32 and
    rising; ``often`` beside it says how often, uint8. ``lengths`` is uint16 (n,): terms in each, with its context.
    """

    terms: Terms
    starts: npt.NDArray[np.int64]
    at: npt.NDArray[np.uint32]
    often: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.uint16]

    @property
    def total(self) -> int:
        """Terms in all passages."""
        return int(self.lengths.sum(dtype=np.int64))

    def of(self, term: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
        """The positions of the passages that hold ``term``, and how often each does."""
        i = int(np.searchsorted(self.terms, np.uint64(term)))
        if i == len(self.terms) or int(self.terms[i]) != term:
            return self.at[:0], self.often[:0]
        low, high = int(self.starts[i]), int(self.starts[i + 1])
        return self.at[low:high], self.often[low:high]

    def holds(self, position: int, text: str, context: str) -> bool:
        """Whether the passage at ``position`` is indexed with exactly these words."""
        wanted = Counter(terms(text) + terms(context))
        for term, count in wanted.items():
            at, often = self.of(term)
            spot = int(np.searchsorted(at, position))
            if spot == len(at) or at[spot] != position or often[spot] != min(count, _MOST_OFTEN):
                return False
        return int(self.lengths[position]) == min(wanted.total(), _LONGEST)


def index_texts(texts: Iterable[tuple[str, str]]) -> Postings:
    """The postings of passages, given as ``(text, context)``, at the positions in which they come."""
    flat, lengths = array("Q"), array("L")
    context, context_terms = "", list[int]()
    for text, beside in texts:
        if beside != context:  # neighbours of one article share it
            context, context_terms = beside, terms(beside)
        before = len(flat)
        flat.extend(terms(text))
        flat.extend(context_terms)
        lengths.append(len(flat) - before)
    counts = np.array(lengths, dtype=np.int64)
    return _grouped(np.array(flat, dtype=np.uint64), np.repeat(np.arange(len(counts)), counts), counts)


def _grouped(flat: Terms, at: Positions, lengths: Positions) -> Postings:
    """Postings of the terms ``flat``, each standing in the passage at the position beside it."""
    found = np.unique(flat)
    which = np.searchsorted(found, flat)  # four times as fast as return_inverse
    pairs, often = np.unique(which * max(len(lengths), 1) + at, return_counts=True)
    of, positions = np.divmod(pairs, max(len(lengths), 1))
    return Postings(
        found,
        np.searchsorted(of, np.arange(len(found) + 1)),
        positions.astype(np.uint32),
        np.minimum(often, _MOST_OFTEN).astype(np.uint8),
        np.minimum(lengths, _LONGEST).astype(np.uint16),
    )


class Statistics:
    """What BM25 needs to know of all segments together."""

    def __init__(self, segments: Sequence[Postings]) -> None:
        self._segments = segments
        self.passages = sum(len(postings.lengths) for postings in segments)
        self.mean_length = max(sum(postings.total for postings in segments) / max(self.passages, 1), 1.0)

    def weights(self, words: Iterable[str]) -> dict[int, float]:
        """How much each term of ``words`` tells: high if few passages hold it, never below a millionth."""
        weights = {}
        for term in (term for word in words for term in terms(word)):
            held = sum(len(postings.of(term)[0]) for postings in self._segments)
            weights[term] = max(math.log((self.passages - held + 0.5) / (held + 0.5)), 1e-6)
        return weights


def best(
    postings: Postings, weights: dict[int, float], mean_length: float, k: int, mask: Mask | None = None
) -> tuple[Positions, Scores]:
    """The ``k`` passages of highest BM25, best first; those that hold no term are left out.

    Terms are taken rarest first. As soon as the remaining ones together cannot lift a passage that holds none of the
    earlier ones among the best ``k`` (MaxScore: Turtle and Flood 1995), they are looked up for those found alone.

    Args:
        postings: the segment's.
        weights: of the question's terms, from :class:`Statistics`, as is ``mean_length``.
        mean_length: of the passages of all segments, in terms.
        k: how many at most.
        mask: bool (n,), the passages that may be found; ``None`` for all.
    """
    order = sorted(weights.items(), key=lambda item: -item[1])
    to_come = np.cumsum([0.0] + [weight * (_K1 + 1) for _, weight in reversed(order)])[::-1].tolist()
    scores = np.zeros(len(postings.lengths), dtype=np.float32)
    bar = 0.0  # the k-th best has at least this
    found: Positions | None = None
    if mask is not None and np.count_nonzero(mask) < len(mask) // _FEW:
        found = np.flatnonzero(mask)
    for i, (term, weight) in enumerate(order):
        if found is None and bar > to_come[i]:
            found = np.flatnonzero(scores >= bar - to_come[i])
        elif found is not None and len(found) > k:
            found = found[scores[found] >= bar - to_come[i]]
        at, often = postings.of(term)
        if found is not None and len(found) * _FEW < len(at):
            spots = np.searchsorted(at, found.astype(np.uint32))
            spots[spots == len(at)] = 0
            spots = spots[at[spots] == found]
            at, often = at[spots], often[spots]
        elif mask is not None:
            inside = mask[at]
            at, often = at[inside], often[inside]
        count = often.astype(np.float32)
        norm = postings.lengths[at] * np.float32(_K1 * _B / mean_length) + np.float32(_K1 * (1 - _B))
        held = scores[at] + count * np.float32(weight * (_K1 + 1)) / (count + norm)
        scores[at] = held
        high = held[held > bar]
        if len(high) >= k:
            bar = float(np.partition(high, -k)[-k])
    if found is None:
        found = np.flatnonzero(scores >= max(bar, _NOTHING))
    values = scores[found]
    if len(found) > k:
        high = values >= np.partition(values, -k)[-k]
        found, values = found[high], values[high]
    ranked = np.lexsort((found, -values))[:k]
    ranked = ranked[values[ranked] > 0]
    return found[ranked], values[ranked]


def merged(parts: Sequence[tuple[Postings, Positions]], make: Make = _in_memory) -> Postings:
    """The postings of several segments one behind the other; of each, the passages at the given rising positions.

    ``make`` gives the two long arrays their place.
    """
    kept = [_kept(postings, positions) for postings, positions in parts]
    found = np.unique(np.concatenate([postings.terms for postings in kept]))
    counts = np.zeros(len(found) + 1, dtype=np.int64)
    places = [np.searchsorted(found, postings.terms) for postings in kept]
    for postings, place in zip(kept, places, strict=True):
        counts[place + 1] += np.diff(postings.starts)
    starts = np.cumsum(counts)
    at = make("at", int(starts[-1]), np.dtype(np.uint32))
    often = make("often", int(starts[-1]), np.dtype(np.uint8))
    free = starts[:-1].copy()
    before = 0
    for postings, place in zip(kept, places, strict=True):
        sizes = np.diff(postings.starts)
        goals = np.repeat(free[place] - postings.starts[:-1], sizes)
        goals += np.arange(len(goals))
        at[goals] = postings.at + np.uint32(before)
        often[goals] = postings.often
        free[place] += sizes
        before += len(postings.lengths)
    return Postings(found, starts, at, often, np.concatenate([postings.lengths for postings in kept]))


def _kept(postings: Postings, positions: Positions) -> Postings:
    """The postings of the passages at these positions alone, moved up."""
    if len(positions) == len(postings.lengths):
        return postings
    stays = np.zeros(len(postings.lengths), dtype=bool)
    stays[positions] = True
    moved = np.cumsum(stays, dtype=np.uint32) - np.uint32(1)
    inside = stays[postings.at]
    starts = np.concatenate([[0], np.cumsum(inside)])[postings.starts]
    used = np.diff(starts) > 0
    return Postings(
        postings.terms[used],
        np.concatenate([starts[:-1][used], starts[-1:]]),
        moved[postings.at[inside]],
        postings.often[inside],
        postings.lengths[positions],
    )
