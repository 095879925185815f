"""Haystack 3, put together as its documentation does: BM25 and embeddings in memory, fused, and its reader.

The embedding is of the paragraph, as Pullquote's; the text that BM25 and the reader see has the headline before it.
Its reader does not hand the model token types, which the weights were trained with; the way ``typed`` does.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from haystack import Document, Pipeline  # type: ignore[import-not-found]
from haystack.components.joiners import DocumentJoiner  # type: ignore[import-not-found]
from haystack.components.retrievers.in_memory import (  # type: ignore[import-not-found]
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore  # type: ignore[import-not-found]
from haystack_integrations.components.embedders.sentence_transformers import (  # type: ignore[import-not-found]
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.readers.transformers import (  # type: ignore[import-not-found]
    TransformersExtractiveReader,
)

from bench.peers.paths import ENCODER, READER
from bench.peers.worker import DEPTH, PASSAGES, THREADS, Answered, lines, serve

FILE = "store.json"


class Haystack:
    """A pipeline."""

    def __init__(self, folder: Path, new: bool) -> None:
        self.file = folder / FILE
        self.store = InMemoryDocumentStore() if new else InMemoryDocumentStore.load_from_disk(str(self.file))
        if new:
            self.embedder = SentenceTransformersDocumentEmbedder(model=ENCODER, progress_bar=False)
            self.embedder.warm_up()
            return
        self.reader = TransformersExtractiveReader(READER, no_answer=False)
        self.pipeline = Pipeline()
        self.pipeline.add_component("embedder", SentenceTransformersTextEmbedder(model=ENCODER, progress_bar=False))
        self.pipeline.add_component("dense", InMemoryEmbeddingRetriever(self.store, top_k=DEPTH))
        self.pipeline.add_component("sparse", InMemoryBM25Retriever(self.store, top_k=DEPTH))
        self.pipeline.add_component("joiner", DocumentJoiner("reciprocal_rank_fusion", top_k=PASSAGES))
        self.pipeline.add_component("reader", self.reader)
        self.pipeline.connect("embedder.embedding", "dense.query_embedding")
        self.pipeline.connect("dense", "joiner")
        self.pipeline.connect("sparse", "joiner")
        self.pipeline.connect("joiner", "reader.documents")
        self.pipeline.warm_up()
        self.typed = False
        self.reader.model.register_forward_pre_hook(self._token_types, with_kwargs=True)

    def ingest(self, file: Path) -> None:
        """Embed, store, save."""
        documents, contents = [], []
        for line in lines(file):
            meta = {"article_id": line["article_id"], "paragraph": line["paragraph"]}
            documents.append(Document(id=line["id"], content=line["text"], meta=meta))
            contents.append(f"{line['headline']}. {line['text']}")
        embedded = self.embedder.run(documents)["documents"]
        self.store.write_documents(
            [replace(document, content=content) for document, content in zip(embedded, contents, strict=True)]
        )
        self.store.save_to_disk(str(self.file))

    def ask(self, question: str, way: str, passages: list[str]) -> Answered:  # noqa: ARG002 - it finds its own
        """Run the pipeline."""
        self.typed = way == "typed"
        inputs = {"embedder": {"text": question}, "sparse": {"query": question}, "reader": {"query": question}}
        ran = self.pipeline.run(inputs, include_outputs_from={"joiner"})
        answers = ran["reader"]["answers"]
        found = [(d.meta["article_id"], d.meta["paragraph"]) for d in ran["joiner"]["documents"]]
        return Answered(answers[0].data if answers else None, found)

    def _token_types(self, _: Any, inputs: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Zeros up to the first separator and ones behind it, for the way ``typed``."""
        if self.typed:
            ids = named["input_ids"]
            separators = (ids == self.reader.tokenizer.sep_token_id).int()
            behind = (torch.cumsum(separators, dim=1) - separators) == 1
            named = named | {"token_type_ids": behind.to(ids.dtype)}
        return inputs, named


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    serve(Haystack, ["haystack-ai", "transformers-haystack", "sentence-transformers-haystack", "transformers", "torch"])
