"""The table of words in 8 and 4 bits: codes worked out by hand, and ONNX Runtime reads the same from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from index.runtime import quantise, session
from qa.training.words import TABLE, by_frequency, pack, pack_words, unpack, words_of


def tokenizer_of(*words: str) -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token=words[0]))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def test_words_stand_by_how_often_they_are_seen_and_free_places_not_at_all() -> None:
    tokenizer = tokenizer_of("[UNK]", "[unused0]", "bridge", "mayor", "lynx")
    assert by_frequency(tokenizer, ["lynx lynx mayor", "lynx ?"]) == [4, 0, 3, 2]


def test_sixteen_weights_in_four_bits_are_two_a_byte_with_the_farthest_at_the_lowest_code() -> None:
    row = np.array([[-8, 7, 0, 1, *[0] * 12]], dtype=np.float32)
    codes, scales = pack(row, 4)
    assert scales.tolist() == [[1.0]]
    assert codes.tolist() == [[0 | 15 << 4, 8 | 9 << 4, *[8 | 8 << 4] * 6]]
    assert unpack(codes, scales, 4).tolist() == row.tolist()
    codes, scales = pack(-row, 4)
    assert scales.tolist() == [[-1.0]]
    assert unpack(codes, scales, 4).tolist() == (-row).tolist()


def test_each_block_has_a_scale_of_its_own() -> None:
    row = np.concatenate([np.full(128, -128.0), np.full(128, 0.5)]).astype(np.float32)[np.newaxis]
    codes, scales = pack(row, 8)
    assert scales.tolist() == [[1.0, -0.5 / 128]]
    assert codes.tolist() == [[0] * 256]
    assert unpack(codes, scales, 8).tolist() == row.tolist()


def test_a_width_that_cannot_be_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="rows of 24 weights"):
        pack(np.zeros((2, 24), np.float32), 4)


@pytest.mark.parametrize("width", [16, 384])
def test_the_runtime_reads_from_both_tables_what_they_stand_for(tmp_path: Path, width: int) -> None:
    table = np.random.default_rng(0).normal(size=(50, width)).astype(np.float32)
    full, small = looked_up(tmp_path, table)
    order = [place for place in range(49, -1, -1) if place != 7]
    pack_words(small, full, order, frequent=20)
    onnx.save(small, tmp_path / "packed.onnx")
    every = np.arange(50)[np.newaxis]
    [[found]] = session(tmp_path / "packed.onnx", threads=1).run(["found"], {"ids": every})
    values = {value.name: numpy_helper.to_array(value) for value in small.graph.initializer}
    assert np.array_equal(found, words_of(values, f"model.{TABLE}"))
    off = np.linalg.norm(found - table, axis=1) / np.linalg.norm(table, axis=1)
    assert off[30:].max() < 0.01
    assert off[[place for place in range(30) if place != 7]].max() < 0.15
    assert not found[7].any()
    bytes_of = {name.rpartition(".weight")[2]: value.nbytes for name, value in values.items()}
    assert (bytes_of["_frequent_codes"], bytes_of["_rare_codes"]) == (21 * width, 30 * width // 2)


def test_a_table_that_is_looked_up_in_another_way_is_refused(tmp_path: Path) -> None:
    full, _ = looked_up(tmp_path, np.ones((3, 16), np.float32))
    name = f"model.{TABLE}"
    other = helper.make_node("Cast", [f"{name}_quantized"], ["found"], to=TensorProto.FLOAT)
    follow = helper.make_node("Identity", ["found"], ["after"])
    model = helper.make_model(helper.make_graph([other, follow], "g", [], []))
    with pytest.raises(ValueError, match="looked up by Cast and Identity"):
        pack_words(model, full, [0, 1, 2])


def looked_up(folder: Path, table: Any) -> tuple[Any, Any]:
    """A model that looks words up in ``table``, in single precision and in 8 bits."""
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [None, None])
    found = helper.make_tensor_value_info("found", TensorProto.FLOAT, [None, None, table.shape[1]])
    name = f"model.{TABLE}"
    nodes = [helper.make_node("Gather", [name, "ids"], ["rows"]), helper.make_node("Identity", ["rows"], ["found"])]
    graph = helper.make_graph(nodes, "words", [ids], [found], [numpy_helper.from_array(table, name)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "full.onnx")
    quantise(folder / "full.onnx", folder / "small.onnx")
    return onnx.load(folder / "full.onnx"), onnx.load(folder / "small.onnx")
