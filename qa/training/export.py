"""A trained model to the files that the product reads."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import onnx
import torch
from tokenizers import Tokenizer

from index.runtime import padded_inputs, quantise
from qa.training.data import features, read_examples
from qa.training.smooth import Inputs, smooth
from qa.training.teach import input_names
from qa.training.words import by_frequency, pack_words

QUESTIONS = Path(__file__).parent / "questions"
"""Our own; the words that are frequent there keep more bits."""
SAMPLES = QUESTIONS / "train_near_misses.jsonl"
"""Shown to a finished reader, so that its 8-bit weights suit what it will meet."""

LARGE_BYTES = 5_000_000
"""From this size on a table of words has a file of its own: code hosts refuse files of more than 100 MB."""


def _samples(tokenizer: Tokenizer, names: set[str]) -> list[Inputs]:
    choose = random.Random(0)  # noqa: S311 - repeatable, not secret
    examples = choose.sample(read_examples(SAMPLES), 100)
    return [padded_inputs(features(tokenizer, one, choose)[:1], names) for one in examples]


def _written() -> Iterator[str]:
    """Every headline, paragraph and question of our own training questions."""
    for path in sorted(QUESTIONS.glob("train_*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            body = json.loads(line)
            yield body.get("headline", "")
            yield from body.get("paragraphs", [])
            yield from (asked["question"] for asked in body["qas"])


def save(model: Any, tokenizer: Tokenizer, about: dict[str, Any], out: Path) -> None:
    """Write the weights for transformers (``hf/``) and for the product (``model.onnx``, 8 bits, with its tokenizer)."""
    model.float().save_pretrained(out / "hf")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(out / "tokenizer.json"))
    tokenizer.save(str(out / "hf" / "tokenizer.json"))
    full, even = out / "full.onnx", out / "even.onnx"
    names = input_names(model)
    example = torch.ones(2, 8, dtype=torch.long)

    class Head(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *inputs: torch.Tensor) -> tuple[Any, Any]:
            found = self.model(**dict(zip(names, inputs, strict=True)))
            return found.start_logits, found.end_logits

    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "start_logits", "end_logits"]}
    torch.onnx.export(
        Head().eval(), tuple([example] * len(names)), str(full), input_names=names,
        output_names=["start_logits", "end_logits"], dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip
    smooth(full, _samples(tokenizer, set(names)), even)
    quantise(even, out / "model.onnx")
    even.unlink()
    packed = onnx.load(str(out / "model.onnx"))
    pack_words(packed, onnx.load(str(full)), by_frequency(tokenizer, _written()))
    words = out / "words.bin"
    words.unlink(missing_ok=True)  # onnx appends to what is there
    onnx.save_model(
        packed, str(out / "model.onnx"), save_as_external_data=True, location=words.name, size_threshold=LARGE_BYTES
    )
    (out / "reader.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")
