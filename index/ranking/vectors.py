"""The vector index: the only importer of faiss. A snapshot of the catalog's vectors, searched exactly.

Ids are the catalog's passage ids (``IndexIDMap2``), never positions, so a snapshot can be compared with the
catalog and caught up. A snapshot never changes: a changed one is a new one, and readers keep the one they hold.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path

import faiss
import numpy as np

from index.process import keep_faiss_to_one_thread
from index.store import Ids, Revision, Vectors

keep_faiss_to_one_thread(faiss)

FILE_NAME = "vectors.faiss"
_MAGIC = b"pullquote-vectors-2\n"


class StaleSnapshot(Exception):
    """The snapshot's file is missing, torn, or of another model. ``str(error)`` says which."""


class VectorIndex:
    """Immutable; safe to search from many threads."""

    def __init__(self, index: faiss.IndexIDMap2) -> None:
        self._index = index
        self.ids: Ids = np.sort(faiss.vector_to_array(index.id_map)) if index.ntotal else np.empty(0, dtype=np.int64)

    @classmethod
    def empty(cls, dimension: int) -> VectorIndex:
        """A snapshot of no passages."""
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    def changed(self, removed: Ids, added: Ids, vectors: Vectors) -> VectorIndex:
        """A new snapshot without ``removed`` and with ``vectors``, float32 (n, dimension), under ``added`` (n,)."""
        index = faiss.clone_index(self._index)
        if len(removed):
            index.remove_ids(faiss.IDSelectorBatch(removed))
        if len(added):
            index.add_with_ids(np.ascontiguousarray(vectors), added)
        return VectorIndex(index)

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> tuple[list[int], list[float]]:
        """The ``k`` nearest passages among ``allowed`` (``None``: all).

        Args:
            vector: float32 (dimension,) of unit length.
            k: how many; fewer come back if there are fewer.
            allowed: int64 (m,), passage ids.

        Returns:
            ids and cosines in [-1, 1], nearest first.
        """
        k = min(k, len(self.ids) if allowed is None else len(allowed))
        if k == 0:
            return [], []
        parameters = None if allowed is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))
        scores, ids = self._index.search(vector[np.newaxis], k, params=parameters)
        found = ids[0] >= 0  # faiss says -1 for "nothing"; nobody else needs to know
        return ids[0][found].tolist(), scores[0][found].tolist()

    def similarity(self, vector: Vectors, ids: list[int]) -> list[float]:
        """Cosines of ``vector`` with these passages, in this order."""
        return [float(vector @ self._index.reconstruct(passage)) for passage in ids]

    def save(self, path: Path, model: str, revision: Revision) -> None:
        """Write the snapshot of ``revision``: ``path`` holds the old one or the new one, whole, at any moment."""
        payload = faiss.serialize_index(self._index).tobytes()
        about = {"model": model, "revision": revision, "bytes": len(payload), "crc32": zlib.crc32(payload)}
        header = json.dumps(about).encode()
        draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            with draft.open("wb") as file:
                file.write(_MAGIC + header + b"\n" + payload)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path, model: str) -> tuple[Revision, VectorIndex]:
        """The snapshot that ``save`` wrote for this model, and of which state it is.

        Raises:
            StaleSnapshot: it is missing, torn, damaged or of another model.
        """
        try:
            with path.open("rb") as file:
                if file.readline(100) != _MAGIC:
                    raise StaleSnapshot("is not a snapshot of this version")
                header = json.loads(file.readline(1_000))
                payload = np.fromfile(file, dtype=np.uint8)
        except FileNotFoundError:
            raise StaleSnapshot("is missing") from None
        except (OSError, ValueError) as error:
            raise StaleSnapshot(f"cannot be read ({error})") from None
        if header.get("model") != model:
            raise StaleSnapshot(f"is of the model {header.get('model')}, not {model}")
        if len(payload) != header.get("bytes") or zlib.crc32(payload.data) != header.get("crc32"):
            raise StaleSnapshot("is torn")
        return Revision(*header["revision"]), cls(faiss.deserialize_index(payload))
