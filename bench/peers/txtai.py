"""txtai: a hybrid index, and its two ways to an extracted answer.

- ``joined``, its documented one: the passages found become one text, cut where the reader's 512 tokens end.
- ``each``: its question pipeline reads every passage; the best-ranked one that gives an answer gives it.

Index and reader see one text, the paragraph with the headline before it. An answer that starts at "no answer" makes
txtai raise ``TypeError``; that counts as none. Its index shares one SQLite cursor between threads, which ends the
process when two of them search, so searches take turns.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import torch
from txtai import Embeddings  # type: ignore[import-not-found]
from txtai.pipeline import RAG, Questions  # type: ignore[import-not-found]

from bench.peers.paths import ENCODER, READER
from bench.peers.worker import PASSAGES, THREADS, Answered, lines, serve


class Txtai:
    """An index and a reader."""

    def __init__(self, folder: Path, new: bool) -> None:
        self.folder = folder
        self.embeddings = Embeddings(path=ENCODER, hybrid=True, content=True, gpu=False)
        if new:
            self.embeddings.batchtransform(["warm up"])
            return
        self.embeddings.load(str(folder))
        self.reader = Questions(READER, gpu=False)
        self.joined = RAG(self._search, self.reader, context=PASSAGES)
        self.last = threading.local()
        self.searching = threading.Lock()

    def ingest(self, file: Path) -> None:
        """Embed, index, save."""
        self.embeddings.index(
            (f"{line['article_id']} {line['paragraph']} {line['id']}", f"{line['headline']}. {line['text']}", None)
            for line in lines(file)
        )
        self.embeddings.save(str(self.folder))

    def ask(self, question: str, way: str, passages: list[str]) -> Answered:  # noqa: ARG002 - it finds its own
        """Search and read, one way or the other."""
        failed = 0
        answer = None
        if way == "joined":
            try:
                answer = self.joined(question)["answer"]
            except TypeError:
                failed = 1
        else:
            for row in self._search([question], PASSAGES)[0]:
                try:
                    read = self.reader([question], [row["text"]])[0]
                except TypeError:
                    failed += 1
                    continue
                answer = answer or read
        found = [(row["id"].split()[0], int(row["id"].split()[1])) for row in self.last.rows]
        return Answered(answer, found, {"failed": failed})

    def _search(self, queries: list[str], limit: int) -> Any:
        with self.searching:
            rows = self.embeddings.batchsearch(queries, limit)
        self.last.rows = rows[0]
        return rows


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    serve(Txtai, ["txtai", "transformers", "sentence-transformers", "torch", "faiss-cpu"])
