"""Embedding alone: ``sentence-transformers`` with its default ``encode``, and Pullquote's encoder. Nearest by cosine.

The folder's name says which of the two, ``theirs`` or ``ours``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.peers.paths import ENCODER
from bench.peers.worker import PASSAGES, THREADS, Answered, lines, serve


class NearestVectors:
    """Vectors in a file, and brute force."""

    def __init__(self, folder: Path, new: bool) -> None:
        self.folder = folder
        self.encode = _theirs() if folder.name == "theirs" else _ours()
        self.encode(["warm up"])
        if not new:
            self.vectors = np.load(folder / "vectors.npy")
            self.places = json.loads((folder / "places.json").read_text("utf-8"))

    def ingest(self, file: Path) -> None:
        """Embed and save."""
        passages = lines(file)
        np.save(self.folder / "vectors.npy", self.encode([line["text"] for line in passages]))
        (self.folder / "places.json").write_text(json.dumps([[p["article_id"], p["paragraph"]] for p in passages]))

    def ask(self, question: str, way: str, passages: list[str]) -> Answered:  # noqa: ARG002 - it finds its own
        """The nearest passages; no answer."""
        order = np.argsort(-(self.vectors @ self.encode([question])[0]))[:PASSAGES]
        return Answered(None, [(self.places[i][0], self.places[i][1]) for i in order])


def _theirs() -> Callable[[Sequence[str]], Any]:
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(THREADS)
    model = SentenceTransformer(ENCODER, device="cpu", local_files_only=True)
    return lambda texts: model.encode(list(texts))


def _ours() -> Callable[[Sequence[str]], Any]:
    from index.encoder import BASE_MODEL, load_encoder

    return load_encoder(BASE_MODEL).encode_passages


if __name__ == "__main__":
    serve(NearestVectors, ["sentence-transformers"])
