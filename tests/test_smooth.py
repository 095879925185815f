"""Evening out what 8 bits could not hold, on a model of one product."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from index.runtime import session
from qa.training.smooth import smooth


def product(path: Path, matrix: list[list[float]]) -> None:
    """``y = x @ matrix``, ``x`` whole numbers of shape (1, 1, rows)."""
    weights = np.array(matrix, dtype=np.float32)
    graph = helper.make_graph(
        [helper.make_node("Cast", ["x"], ["real"], to=TensorProto.FLOAT),
         helper.make_node("MatMul", ["real", "weights"], ["y"], name="dense")],
        "product",
        [helper.make_tensor_value_info("x", TensorProto.INT64, [1, 1, weights.shape[0]])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, weights.shape[1]])],
        [numpy_helper.from_array(weights, "weights")],
    )  # fmt: skip
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))


def test_channels_come_closer_and_the_product_stays_what_it_was(tmp_path: Path) -> None:
    before, after = tmp_path / "before.onnx", tmp_path / "after.onnx"
    product(before, [[1.0], [1.0]])
    smooth(before, [{"x": np.array([[[1000, 0]]])}, {"x": np.array([[[-2, 1]]])}], after)
    graph = onnx.load(str(after)).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    # The sizes are 1000 and 1, and 1000 ** 0.7 of the first goes into its weights: 1000 ** 0.3 is left.
    first, second = constants["dense/smooth"]
    assert 1000 * first / second == pytest.approx(1000**0.3, rel=1e-5)
    assert constants["weights"][:, 0] * constants["dense/smooth"] == pytest.approx([1.0, 1.0])
    [y] = session(after).run(["y"], {"x": np.array([[[3, 4]]])})
    assert y.item() == pytest.approx(7.0, rel=1e-5)


def test_a_layer_that_does_not_narrow_stays_as_it_is(tmp_path: Path) -> None:
    before, after = tmp_path / "before.onnx", tmp_path / "after.onnx"
    product(before, [[1.0, 0.0], [0.0, 1.0]])
    smooth(before, [{"x": np.array([[[1000, 1]]])}], after)
    assert [node.op_type for node in onnx.load(str(after)).graph.node] == ["Cast", "MatMul"]
