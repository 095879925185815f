"""A segment: some of the passages with their vectors and words, in memory, or in a folder that is mapped, not read.

A segment never changes. Passages of one segment have smaller ids than those of the next.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.ranking.postings import Mask, Positions, Postings, Scores, index_texts, merged
from index.ranking.repeats import edges
from index.ranking.vectors import Cells, Flat, write, write_cells
from index.store import Ids, StoreView, Vectors

Hashes = npt.NDArray[np.uint64]

_ABOUT = "segment.json"
_FORMAT = 1
_CHECKED_WHOLE = 64 * 2**20
"""Bytes of a file up to which its sum is checked when it is opened; of a longer one the length, unless asked."""
_BLOCK = 16_384


class Unusable(Exception):
    """A segment's folder is missing, torn, damaged, or of something else. ``str(error)`` says which."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Passages at positions 0 to n - 1: ``ids`` int64 (n,), rising; ``edges`` uint64 (n, 2)."""

    ids: Ids
    edges: Hashes
    vectors: Flat
    postings: Postings
    cells: Cells | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def nearest(self, vector: Vectors, k: int, mask: Mask | None) -> tuple[Positions, Scores]:
        """Positions of the ``k`` passages inside ``mask`` nearest to ``vector``, and their cosines, nearest first."""
        return (self.cells or self.vectors).nearest(vector, k, mask)

    def positions(self, ids: Ids) -> Positions:
        """Where those of ``ids``, which rise, are that are here."""
        low, high = np.searchsorted(ids, self.ids[[0, -1]])
        wanted = ids[low : high + 1]
        spots = np.searchsorted(self.ids, wanted)
        inside = spots < len(self.ids)
        spots, wanted = spots[inside], wanted[inside]
        found: Positions = spots[self.ids[spots] == wanted]
        return found

    def mask(self, ids: Ids) -> Mask:
        """Bool (n,): whether each passage is one of ``ids``, which rise."""
        inside = np.zeros(len(self.ids), dtype=bool)
        inside[self.positions(ids)] = True
        return inside


Part = tuple[Segment, Positions]
"""A segment, and which of its passages are meant: rising positions."""


def made(view: StoreView, ids: Ids, dimension: int) -> Segment:
    """The segment of these passages, in memory; ``ids`` rise, and there is at least one."""
    texts = view.texts(ids)
    hashes = np.array([edges(text) for text, _ in texts], dtype=np.uint64)
    return Segment(ids, hashes, Flat.of(view.vectors(ids, dimension)), index_texts(texts))


def joined(parts: Sequence[Part]) -> Segment:
    """One segment of several, in memory."""
    return Segment(
        np.concatenate([segment.ids[at] for segment, at in parts]),
        np.concatenate([segment.edges[at] for segment, at in parts]),
        Flat.of(np.concatenate([segment.vectors.vectors(at) for segment, at in parts])),
        merged([(segment.postings, at) for segment, at in parts]),
    )


def save(folder: Path, parts: Sequence[Part], about: dict[str, Any], *, cells: bool) -> None:
    """Write one segment of several to ``folder``, which is there and empty; all of it is on disk at the end.

    Args:
        folder: where to.
        parts: what of.
        about: what :func:`read_about` is to give back.
        cells: for more passages than are compared one by one; in half precision then.
    """
    count = sum(len(at) for _, at in parts)

    def make(name: str, length: int, kind: np.dtype[Any]) -> npt.NDArray[Any]:
        return np.lib.format.open_memmap(folder / f"{name}.npy", "w+", kind, (length,))

    postings = merged([(segment.postings, at) for segment, at in parts], make)
    for name, array in [
        ("ids", np.concatenate([segment.ids[at] for segment, at in parts])),
        ("edges", np.concatenate([segment.edges[at] for segment, at in parts])),
        ("terms", postings.terms), ("starts", postings.starts), ("lengths", postings.lengths),
    ]:  # fmt: skip
        np.save(folder / f"{name}.npy", array)
    del postings
    write(folder / "vectors.faiss", _blocks(parts), count, parts[0][0].vectors.dimension, half=cells)
    if cells:
        write_cells(folder / "cells.faiss", Flat.load(folder / "vectors.faiss"))
    files = {path.name: _sealed(path) for path in sorted(folder.iterdir())}
    (folder / _ABOUT).write_text(json.dumps({"format": _FORMAT, "files": files} | about), "utf-8")
    _sealed(folder / _ABOUT)
    sync(folder)


def read_about(folder: Path) -> dict[str, Any]:
    """What was given to :func:`save`.

    Raises:
        Unusable: there is nothing, or something else.
    """
    try:
        about = json.loads((folder / _ABOUT).read_text("utf-8"))
    except FileNotFoundError:
        raise Unusable("is missing") from None
    except (OSError, ValueError) as error:
        raise Unusable(f"cannot be read ({error})") from None
    if not isinstance(about, dict) or about.get("format") != _FORMAT:
        raise Unusable("is not of this version")
    return about


def load(folder: Path, *, whole: bool = False) -> Segment:
    """The segment in ``folder``, mapped. ``whole``: with every byte checked.

    Raises:
        Unusable: it is missing, torn or damaged.
    """
    about = read_about(folder)
    try:
        for name, (size, checksum) in about["files"].items():
            path = folder / name
            if path.stat().st_size != size or ((whole or size <= _CHECKED_WHOLE) and _checksum(path) != checksum):
                raise Unusable("is torn")
        arrays = {
            name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))
            for name in ("ids", "edges", "terms", "starts", "at", "often", "lengths")
        }
        vectors = Flat.load(folder / "vectors.faiss")
        cells = Cells.load(vectors, folder / "cells.faiss") if "cells.faiss" in about["files"] else None
    except FileNotFoundError:
        raise Unusable("is torn") from None
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:  # faiss raises RuntimeError
        raise Unusable(f"cannot be read ({error})") from None
    words = Postings(*(arrays[name] for name in ("terms", "starts", "at", "often", "lengths")))
    return Segment(arrays["ids"], arrays["edges"], vectors, words, cells)


def sync(folder: Path) -> None:
    """What was created, renamed or removed in ``folder`` is on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _blocks(parts: Sequence[Part]) -> Iterator[Vectors]:
    for segment, at in parts:
        for low in range(0, len(at), _BLOCK):
            yield segment.vectors.vectors(at[low : low + _BLOCK])


def _sealed(path: Path) -> tuple[int, int]:
    """Its length and checksum, once it is on disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return path.stat().st_size, _checksum(path)


def _checksum(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while block := file.read(2**20):
            value = zlib.crc32(block, value)
    return value
