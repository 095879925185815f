"""Vectors of one segment and the nearest of them: the only importer of faiss.

Vectors lie in a file that is mapped, not read: processes share it, and it need not fit into their memory. Up to
``EXACT_UP_TO`` of them are compared with the question one by one. More lie in half precision, with a code of one bit a
dimension beside them (RaBitQ: Gao and Long 2024) in the cells of an inverted file: the cells nearest to the question
are scanned, and the best by code are compared by their vectors.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import faiss
import numpy as np

from index.process import keep_faiss_to_one_thread
from index.ranking.postings import Mask, Positions, Scores
from index.store import Vectors

keep_faiss_to_one_thread(faiss)

EXACT_UP_TO = 50_000
"""Passages up to which every one is compared: 1.6 ms of processor time for as many (half precision; AMD EPYC, AVX-512).
The cells take 0.6 ms of 100,000, but miss some neighbours."""
_PROBED = 8
"""So many times the square root of the number of cells are scanned. Of the exact ten nearest, and processor ms:
100,000 passages, 128 of 1,024 cells 0.964 and 1.5, 256 0.986 and 1.8; a million, 256 of 4,096 0.978 and 2.3, 512 0.990
and 3.8 (`bench/synthetic.py`, AMD EPYC)."""
_RESCORED = 10
"""So many times as many passages as are wanted are taken by code and compared by vector."""
_FEW = 80_000
"""Passages inside a filter up to which every one is compared. Processor ms of that, and of the cells, in a million: 8.6
and 16.8 for 20,000, 16.9 and 30.5 for 50,000, 27.9 and 23.7 for 100,000; 3.3 and 48.1 for 28,750 side by side."""
_TRAINED_ON = 40
"""Vectors for each cell of which its middle is learnt."""
_BLOCK = 16_384
_JOINED_AT_ONCE = 1_024


class Flat:
    """Vectors compared one by one. Immutable; safe to search from many threads."""

    def __init__(self, index: faiss.IndexFlatCodes) -> None:
        self.index = index

    def __len__(self) -> int:
        return int(self.index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.index.d)

    @classmethod
    def of(cls, vectors: Vectors) -> Flat:
        """In memory, in full precision."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> Flat:
        """What :func:`write` wrote, mapped."""
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))

    def nearest(self, vector: Vectors, k: int, mask: Mask | None = None) -> tuple[Positions, Scores]:
        """Positions of the ``k`` nearest inside ``mask``, and their cosines, nearest first."""
        selector = None if mask is None else _selector(mask)
        parameters = None if selector is None else faiss.SearchParameters(sel=selector)
        scores, found = self.index.search(vector[np.newaxis], min(k, len(self)), params=parameters)
        return _without_nothing(found[0], scores[0])

    def vectors(self, positions: Positions) -> Vectors:
        """The vectors at these positions, float32 (n, dimension)."""
        return self.index.reconstruct_batch(np.ascontiguousarray(positions, dtype=np.int64))  # type: ignore[no-any-return]


class Cells:
    """An inverted file of codes beside the vectors. Immutable; safe to search from many threads."""

    def __init__(self, flat: Flat, codes: faiss.IndexIVFRaBitQFastScan) -> None:
        self._flat = flat
        self._codes = codes
        self._both = faiss.IndexRefine(codes, flat.index)

    @property
    def count(self) -> int:
        """How many cells there are."""
        return int(self._codes.nlist)

    @classmethod
    def load(cls, flat: Flat, path: Path) -> Cells:
        """What :func:`write_cells` wrote of the vectors ``flat``."""
        return cls(flat, faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))

    def nearest(self, vector: Vectors, k: int, mask: Mask | None = None) -> tuple[Positions, Scores]:
        """As :meth:`Flat.nearest`, nearly: it misses some 2 in 100."""
        share = 1.0
        if mask is not None:
            inside = int(np.count_nonzero(mask))
            if inside <= _FEW:
                return self._flat.nearest(vector, k, mask)
            share = inside / len(mask)
        selector = None if mask is None else _selector(mask)
        # the fewer passages are inside, the more cells hold the nearest of them
        probes = min(self._codes.nlist, int(_PROBED * (self._codes.nlist / share) ** 0.5))
        scan = faiss.IVFRaBitQSearchParameters()
        scan.nprobe = probes
        scan.qb = 8
        if selector is not None:
            scan.sel = selector
        parameters = faiss.IndexRefineSearchParameters(k_factor=_RESCORED, base_index_params=scan)
        scores, found = self._both.search(vector[np.newaxis], k, params=parameters)
        return _without_nothing(found[0], scores[0])


def groups(vectors: Vectors, least: float) -> list[list[int]]:
    """Positions that are joined, over however many steps, by cosines of at least ``least``; the largest group first.

    Of unit ``vectors``, float32 (n, dimension). That is DBSCAN (Ester et al. 1996) with one point to a core, which is
    single linkage: the neighbours are faiss's range search.
    """
    first = np.arange(len(vectors))
    if len(vectors):
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        for low in range(0, len(vectors), _JOINED_AT_ONCE):
            block = np.ascontiguousarray(vectors[low : low + _JOINED_AT_ONCE])
            limits, _, found = index.range_search(block, least)
            for at in range(len(block)):
                near = first[np.append(found[limits[at] : limits[at + 1]], low + at)]
                first[np.isin(first, near)] = near.min()
    members: dict[int, list[int]] = {}
    for position, name in enumerate(first.tolist()):
        members.setdefault(name, []).append(position)
    return sorted(members.values(), key=len, reverse=True)


def write(path: Path, blocks: Iterable[Vectors], count: int, dimension: int, *, half: bool) -> None:
    """Write ``count`` vectors, which come in ``blocks``, as a file for :meth:`Flat.load`, front to back.

    faiss itself would want all of them in memory; the file is the same. ``half``: in half precision.
    """
    index = (
        faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        if half
        else faiss.IndexFlatIP(dimension)
    )
    index.add(np.zeros((1, dimension), dtype=np.float32))
    one = faiss.serialize_index(index).tobytes()
    head = bytearray(one[: -index.code_size])
    # the number of vectors stands behind four letters and the dimension, their length in the last eight bytes
    for place in (slice(8, 16), slice(len(head) - 8, len(head))):
        head[place] = (int.from_bytes(head[place], "little") * count).to_bytes(8, "little")
    with path.open("wb") as file:
        file.write(head)
        for block in blocks:
            file.write(block.astype("<f2" if half else "<f4").tobytes())
    written = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    if written.ntotal != count:
        raise AssertionError(f"faiss reads {written.ntotal} vectors where {count} were written")


def write_cells(path: Path, flat: Flat) -> None:
    """Sort the vectors into cells and write their codes as a file for :meth:`Cells.load`."""
    count, dimension = len(flat), flat.index.d
    cells = int(2 ** round(np.log2(4 * count**0.5)))  # 1,024 for 100,000; 4,096 for a million
    index = faiss.index_factory(dimension, f"IVF{cells},RaBitQfs", faiss.METRIC_INNER_PRODUCT)
    index.cp.max_points_per_centroid = _TRAINED_ON
    index.cp.min_points_per_centroid = 1  # else it warns of few on standard error
    draw = np.random.default_rng(1)
    sample = np.sort(draw.choice(count, min(count, cells * _TRAINED_ON), replace=False))
    index.train(flat.vectors(sample))
    for low in range(0, count, _BLOCK):
        index.add(flat.vectors(np.arange(low, min(low + _BLOCK, count))))
    faiss.write_index(index, str(path))


def _selector(mask: Mask) -> faiss.IDSelectorBitmap:
    return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))


def _without_nothing(found: Positions, scores: Scores) -> tuple[Positions, Scores]:
    """Faiss says -1 for "nothing"; nobody else needs to know."""
    there = found >= 0
    return found[there], scores[there]
