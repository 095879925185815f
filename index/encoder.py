"""Text to unit vectors.

sentence-transformers loads the model, any of its kind, and torch with it, which takes seconds. So a model is made once
into ONNX form (:mod:`index.making`), and from then on ONNX Runtime alone gives the vectors of passages and questions.
The default one is shipped in that form; another one is made on first use, and kept in the cache. Measured on 2 cores
(AVX-512, VNNI), newsroom development questions over 2,157 passages; passages a second of the first and the last by
`make bench`, the rest once, when 8 bits were chosen, with the base model:

                          load    question   passages/s   recall@10 of vectors   fused with BM25
    sentence-transformers  5.2 s                   98
    full precision         0.2 s    2.0 ms        230                    80.5               93.3
    8-bit weights                   0.65 ms       447                    81.4               92.8
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.errors import ModelError
from index.process import cache_folder
from index.runtime import length_batches, padded_inputs, session
from index.store import Vectors

LOG = logging.getLogger("pullquote")
BASE_MODEL = "all-MiniLM-L6-v2"
DEFAULT_MODEL = "newsroom-MiniLM-L6"
"""The base, fine-tuned on questions and the paragraphs that answer them (``python -m index.training``)."""
_WEIGHTS = Path(__file__).parent / "weights"
SHIPPED: Mapping[str, Path] = {DEFAULT_MODEL: _WEIGHTS / "newsroom", BASE_MODEL: _WEIGHTS / "encoder"}
"""Models made by ``python -m index.making``. Libraries of the base, which came first, go on with it."""
_FORMAT = 4  # of the exported folder; raise it when the export changes
_BATCH_TOKENS = 1_024
"""Padded word pieces a batch, 13 % faster than 2,048. Texts are sorted by length first, so hardly any are padding."""


class Encoder(Protocol):
    """Text to vectors. ``name`` says which weights made them: vectors of two names cannot be compared."""

    @property
    def name(self) -> str:
        """The model and a fingerprint of its weights."""

    @property
    def source(self) -> str:
        """What to load it by again: a name or a path."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Unit vectors of ``texts``, float32 (len(texts), dimension); ``progress`` gets how many more are done."""

    def encode_question(self, text: str) -> Vectors:
        """The unit vector of a question, float32 (dimension,)."""


class OnnxEncoder:
    """The exported model. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        """Load what :func:`export` wrote to ``folder``.

        Raises:
            ModelError: the files are missing or damaged.
        """
        from tokenizers import Tokenizer

        try:
            about = json.loads((folder / "encoder.json").read_text("utf-8"))
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises bare Exception
            raise ModelError(f"the encoder in {folder} cannot be loaded ({error}); delete that folder") from error
        self._session = session(folder / "model.onnx")
        self.name: str = about["name"]
        self.source: str = about["source"]
        self.dimension: int = about["dimension"]
        self._prompts: dict[str, str] = about["prompts"]
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(about["max_tokens"])

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Unit vectors of ``texts``, float32 (len(texts), dimension); ``progress`` gets how many more are done."""
        found = np.empty((len(texts), self.dimension), dtype=np.float32)
        prompt = self._prompts["passage"]
        encodings = self._tokenizer.encode_batch_fast([prompt + text for text in texts])
        for batch in length_batches([len(encoding) for encoding in encodings], _BATCH_TOKENS):
            found[batch] = self._run([encodings[i] for i in batch])
            if progress:
                progress(len(batch))
        return found

    def encode_question(self, text: str) -> Vectors:
        """The unit vector of a question, float32 (dimension,)."""
        vector: Vectors = self._run([self._tokenizer.encode(self._prompts["question"] + text)])[0]
        return vector

    def _run(self, encodings: list[Any]) -> Vectors:
        vectors: Vectors = self._session.run(None, padded_inputs(encodings, self._inputs))[0]
        return vectors


def load_encoder(model: str = DEFAULT_MODEL) -> OnnxEncoder:
    """The encoder of a sentence-transformers model: a name, a path, or a shipped one, which needs nothing installed.

    Another one is made on first use (some seconds), from then on loaded from the cache.

    Raises:
        ModelError: there is no such model here (nothing is ever downloaded), or no encoder can be made of it.
    """
    if model in SHIPPED:
        return OnnxEncoder(SHIPPED[model])
    source = str(Path(model).resolve()) if Path(model).is_dir() else model
    folder = cache_folder() / "encoders" / f"{Path(model).name}-{_stamp(source)}"
    if not (folder / "encoder.json").exists():
        from index.making import export

        LOG.info("Preparing the embedding model %s for this machine (once, about 10 s)…", model)
        export(model, source, folder)
    return OnnxEncoder(folder)


def _stamp(source: str) -> str:
    """Changes when the model's files do: hashing the weights themselves would cost every start 0.1 s."""
    facts: list[Any] = [_FORMAT, source]
    files = sorted(path for path in Path(source).rglob("*") if path.is_file())
    facts += [[str(path.relative_to(source)), path.stat().st_size, path.stat().st_mtime_ns] for path in files]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]
