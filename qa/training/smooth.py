"""Make a model fit for 8 bits: even out what goes into the dense layers that narrow (the second of each block).

There a few channels are up to sixty times larger than the rest, and activations have one scale for all: with 8 bits
nothing is left of the others. SmoothQuant (Xiao et al. 2023) moves a part of each channel's size into the weights,
which have a scale for each output: activations are divided, weights multiplied by the same numbers, and the product
stays what it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.runtime import session

SHARE = 0.7
"""How much of a channel's size goes into the weights, 0 to 1."""
_LEAST = 1e-3

Inputs = Mapping[str, NDArray[np.int64]]


def smooth(model: Path, samples: Sequence[Inputs], out: Path) -> None:
    """Write ``model`` to ``out`` with its narrowing layers evened out, by what ``samples`` bring there.

    Args:
        model: ONNX in single precision.
        samples: some hundred inputs like those that it will meet.
        out: computes the same.
    """
    import onnx
    from onnx import helper, numpy_helper

    graph_of = onnx.load(str(model))
    graph = graph_of.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    narrowing = [
        node
        for node in graph.node
        if node.op_type == "MatMul" and node.input[1] in weights and _narrows(weights[node.input[1]].dims)
    ]
    sizes = _sizes(graph_of, [node.input[0] for node in narrowing], samples, out)
    for node in narrowing:
        before, name = node.input
        matrix = numpy_helper.to_array(weights[name])
        scale = np.maximum(sizes[before], _LEAST) ** SHARE
        scale /= np.maximum(np.abs(matrix).max(axis=1), _LEAST) ** (1 - SHARE)
        scale = (scale / scale.mean()).astype(np.float32)
        weights[name].CopyFrom(numpy_helper.from_array(matrix * scale[:, np.newaxis], name))
        factors, after = f"{node.name}/smooth", f"{node.name}/smoothed"
        graph.initializer.append(numpy_helper.from_array(1 / scale, factors))
        graph.node.insert(list(graph.node).index(node), helper.make_node("Mul", [before, factors], [after], after))
        node.input[0] = after
    onnx.save(graph_of, str(out))


def _narrows(dims: Sequence[int]) -> bool:
    return len(dims) == 2 and dims[0] > dims[1]


def _sizes(model: Any, names: Sequence[str], samples: Sequence[Inputs], scratch: Path) -> dict[str, NDArray[Any]]:
    """For each tensor of ``names`` the greatest size of each channel over all samples, (channels,)."""
    import onnx
    from onnx import TensorProto, helper

    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    onnx.save(watched, str(scratch))
    run = session(scratch)
    found = [np.zeros(1)] * len(names)
    for sample in samples if names else ():  # asked for no outputs, ONNX Runtime gives all
        values = run.run(list(names), dict(sample))
        found = [np.maximum(old, np.abs(new).max(axis=(0, 1))) for old, new in zip(found, values, strict=True)]
    return dict(zip(names, found, strict=True))
