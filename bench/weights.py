"""A shipped reader as a folder that transformers loads, for the peers: the same numbers, in single precision.

The repository holds the readers as ONNX with 8-bit weights. Multiplied out by their scales they are what the peers get,
so that everybody reads with the same weights.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import save_file
from tokenizers import Tokenizer

from index.encoder import BASE_MODEL
from index.making import located
from index.runtime import padded_inputs, session
from qa.training.words import TABLE, words_of
from qa.weights import FAST

MIN_CORRELATION = {6: 0.99, 12: 0.94}
"""By layers: 8-bit activations, which only ONNX Runtime has, leave this much. Over twelve it looks more than it is:
on 300 questions of SQuAD both forms of that reader have an F1 of 85.8."""
PROBES = (
    (
        "How many lynx were freed?",
        "Six lynx freed. Six Eurasian lynx stepped out of wooden crates at dawn on Thursday.",
    ),
    (
        "Who is the mayor?",
        "Bridge closed. “We will rebuild,” said the mayor, Ana Ortíz-Løvås, 47, of the €1.2m bridge.",
    ),
    ("When did he resign?", "The minister said on Sunday that the talks in Beijing had been useful to both sides."),
)

_PT = {"format": "pt"}
_NODE = re.compile(r"/model/(?P<layer>[\w./]+)/MatMul_quant")


def reader_state(model: Any) -> dict[str, torch.Tensor]:
    """The weights of an ONNX reader by the names that transformers gives them."""
    values = {value.name: numpy_helper.to_array(value) for value in model.graph.initializer}
    state = {}
    for name, value in values.items():
        weight = name.removesuffix("_quantized")
        if not name.startswith("model.") or name.endswith(("_scale", "_zero_point")) or f"{TABLE}_" in name:
            continue
        state[weight.removeprefix("model.")] = value if weight == name else _multiplied_out(values, weight)
    [words] = {name.partition(f"{TABLE}_")[0] + TABLE for name in values if f"{TABLE}_" in name}
    state[words.removeprefix("model.")] = words_of(values, words)
    for node in model.graph.node:
        found = _NODE.fullmatch(node.name) if node.op_type == "MatMulInteger" else None
        if found:  # ONNX multiplies from the right, torch from the left
            matrix = _multiplied_out(values, node.input[1].removesuffix("_quantized"))
            factors = values.get(f"/model/{found['layer']}/MatMul/smooth")  # of what comes in: see qa.training.smooth
            if factors is not None:
                matrix = matrix * factors[:, np.newaxis]
            state[f"{found['layer'].replace('/', '.')}.weight"] = matrix.T
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in state.items()}


def _multiplied_out(values: dict[str, Any], name: str) -> Any:
    scale, zero = values[f"{name}_scale"], values[f"{name}_zero_point"]
    return ((values[f"{name}_quantized"].astype(np.float32) - zero.astype(np.float32)) * scale).astype(np.float32)


def write_transformers_folder(out: Path, weights: Path = FAST) -> Path:
    """Write the reader to ``out``, unless it is there already; returns it.

    Raises:
        RuntimeError: a weight is missing, or the logits are others: it would not be the same model.
    """
    fingerprint = hashlib.sha256((weights / "model.onnx").read_bytes()).hexdigest()
    written = out / "made-from.txt"
    if written.exists() and written.read_text("utf-8") == fingerprint:
        return out
    model, about = _empty(state := reader_state(onnx.load(weights / "model.onnx")))
    model.load_state_dict(state, strict=True)
    least = agreement(model.eval(), weights)
    if least < MIN_CORRELATION[model.config.num_hidden_layers]:
        raise RuntimeError(f"the reader in {weights} and its copy for the peers disagree (correlation {least:.4f})")
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(model.config.to_dict() | {"architectures": [type(model).__name__]}))
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, out / "model.safetensors", _PT)
    shutil.copy(weights / "tokenizer.json", out)
    (out / "tokenizer_config.json").write_text(json.dumps(about))
    written.write_text(fingerprint, "utf-8")
    return out


def _empty(state: dict[str, torch.Tensor]) -> tuple[Any, dict[str, Any]]:
    """The model that such weights are of, without them, and its tokenizer's configuration."""
    from transformers import BertConfig, BertForQuestionAnswering, MPNetConfig, MPNetForQuestionAnswering

    if any(name.startswith("bert.") for name in state):
        about = {"tokenizer_class": "BertTokenizerFast", "model_max_length": 512, "do_lower_case": True}
        return BertForQuestionAnswering(BertConfig.from_pretrained(encoder_folder())), about
    words, places = (len(state[f"mpnet.embeddings.{name}_embeddings.weight"]) for name in ("word", "position"))
    config = MPNetConfig(vocab_size=words, max_position_embeddings=places, layer_norm_eps=1e-5)
    special = {"cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "[UNK]"}
    return MPNetForQuestionAnswering(config), {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, **special
    }  # fmt: skip


def agreement(model: Any, weights: Path = FAST) -> float:
    """The least correlation of ``model``'s logits with the ONNX reader's, over some passages and both ends."""
    reader = session(weights / "model.onnx")
    tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
    names = {node.name for node in reader.get_inputs()}
    correlations = []
    for question, passage in PROBES:
        inputs = padded_inputs([tokenizer.encode(question, passage)], names)
        with torch.inference_mode():
            theirs = model(**{name: torch.tensor(value) for name, value in inputs.items()})
        ours = reader.run(["start_logits", "end_logits"], inputs)
        for one, other in zip(ours, (theirs.start_logits, theirs.end_logits), strict=True):
            correlations.append(float(np.corrcoef(one[0], other[0].numpy())[0, 1]))
    return min(correlations)


def encoder_folder() -> Path:
    """The folder of all-MiniLM-L6-v2, which everybody embeds with."""
    return Path(located(BASE_MODEL))
