"""Pullquote, as ``pullquote add`` and ``pullquote ask`` use it; the best guess is always given, as the peers do."""

from __future__ import annotations

import os
from pathlib import Path

from bench.peers.systems import READS_WITH
from bench.peers.worker import Answered, lines, serve
from index.articles import make_article
from index.encoder import BASE_MODEL
from index.library import Library
from qa.answers import Question
from qa.engine import Engine
from qa.weights import reader_folder

BATCH_ARTICLES = 32  # as `pullquote add`
FIELDS = ("id", "headline", "paragraphs")


class Pullquote:
    """A library to fill, or one with a reader to ask. Everybody has the same two models: not the default ones."""

    def __init__(self, folder: Path, new: bool) -> None:
        if new:
            self.library = Library.open(folder, create=True, model=BASE_MODEL)
        else:
            self.engine = Engine.open(folder, weights=reader_folder(os.environ.get(READS_WITH, "fast")))

    def ingest(self, file: Path) -> None:
        """Cut, embed, index and store; then save the vector index, as a process does that ends."""
        articles = [make_article(**{name: line[name] for name in FIELDS}) for line in lines(file)]
        for low in range(0, len(articles), BATCH_ARTICLES):
            self.library.add(articles[low : low + BATCH_ARTICLES])
        self.library.close()

    def ask(self, question: str, way: str, passages: list[str]) -> Answered:  # noqa: ARG002 - there is one way
        """Search, read, compare, cite."""
        reply = self.engine.ask(Question(question, min_confidence=0.0, include_passages=True))
        found = reply.passages or ()
        return Answered(
            reply.answers[0].text if reply.answers else None,
            [(passage.article_id, passage.paragraph) for passage in found],
            {"texts": [passage.text for passage in found]},
        )


if __name__ == "__main__":
    serve(Pullquote, ["pullquote", "onnxruntime", "faiss-cpu", "tokenizers"])
