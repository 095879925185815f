"""The only importer of ONNX Runtime: model files to sessions, on the CPU, without a word to anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from index.errors import ModelError
from index.process import keep_onnxruntime_quiet

_SLOWER = ["SkipLayerNormFusion"]
"""Graph optimisations left out. Fused, adding and normalising 958 x 384 takes 0.77 ms, apart 0.13 ms (ONNX Runtime
1.32 on Zen 5): 5 of a question's 30 ms of reading."""


def session(path: Path, *, threads: int = 0, spin: bool = False) -> Any:
    """An ``InferenceSession`` of the model in ``path``. Several threads may run it at once.

    Args:
        path: the model.
        threads: so many work on one run; 0 for one on each core.
        spin: whether they wait for their next step actively. It makes a run of many small steps a tenth faster, and
            for some milliseconds after the run it is in the way of whoever works next: a question took 66 to 82 ms
            with both models spinning, 45 to 62 with neither, 42 with the reader alone (2 cores, 2,157 passages).

    Raises:
        ModelError: the file is missing or damaged.
    """
    keep_onnxruntime_quiet()
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spin)))
    options.log_severity_level = 3  # errors only; those are raised as well
    try:
        return onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER
        )
    except Exception as error:  # ONNX Runtime's classes share no base of their own
        reason = str(error).strip().split("\n")[0]
        raise ModelError(f"{path} cannot be loaded ({reason})") from error


def quantise(model: Path, out: Path) -> None:
    """Write ``model`` to ``out`` with 8-bit weights; activations get 8 bits as they come (dynamic quantisation).

    Weights keep to seven of the eight bits: with all of them, sums of products overflow on processors without VNNI.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(model, out, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def length_batches(lengths: list[int], limit: int) -> list[list[int]]:
    """Positions of ``lengths`` in batches of like length, each at most ``limit`` with padding (or one item)."""
    batches: list[list[int]] = []
    for position in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batches and lengths[position] * (len(batches[-1]) + 1) <= limit:
            batches[-1].append(position)
        else:
            batches.append([position])
    return batches


def padded_inputs(encodings: list[Any], names: set[str]) -> dict[str, Any]:
    """The arrays that a BERT-like model takes: int64 (len(encodings), longest), padded with zeros."""
    width = max(len(encoding) for encoding in encodings)
    rows = {name: np.zeros((len(encodings), width), dtype=np.int64) for name in names}
    sources = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
    for name, array in rows.items():
        for row, encoding in enumerate(encodings):
            array[row, : len(encoding)] = getattr(encoding, sources[name])
    return rows
