"""The floor: one plain forward pass of transformers over the passages that Pullquote found, and nothing else.

No search, no spans. Single precision, all passages in one batch, padded to the longest, as anyone would write it.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from bench.peers.paths import READER
from bench.peers.worker import THREADS, Answered, serve

MAX_TOKENS = 384  # as every other reader here
_SIZE = 1_024


class Floor:
    """A model and its tokenizer."""

    def __init__(self, folder: Path, new: bool) -> None:  # noqa: ARG002 - it keeps nothing
        self.tokenizer = AutoTokenizer.from_pretrained(READER)
        self.model = AutoModelForQuestionAnswering.from_pretrained(READER).eval()

    def ingest(self, file: Path) -> None:
        """Takes nothing in."""

    def ask(self, question: str, way: str, passages: list[str]) -> Answered:
        """The forward pass. The way ``peak`` instead measures what this machine's arithmetic can do, in GFLOP/s."""
        if way == "peak":
            return Answered(None, [], {"gflops": peak_gflops()})
        inputs = self.tokenizer(
            [question] * len(passages), passages, padding=True, truncation="only_second", max_length=MAX_TOKENS,
            return_tensors="pt",
        )  # fmt: skip
        with torch.inference_mode():
            self.model(**inputs)
        lengths = inputs["attention_mask"].sum(dim=1).tolist()
        return Answered(None, [], {"flops": sum(flops(self.model.config, tokens) for tokens in lengths)})


def flops(config: Any, tokens: int) -> float:
    """Additions and multiplications of one BERT-like forward pass over one text, padding not counted.

    A layer has four matrices of hidden x hidden, two of hidden x intermediate, and the two products of attention.
    """
    hidden, inner = config.hidden_size, config.intermediate_size
    matrices = 2 * tokens * (4 * hidden * hidden + 2 * hidden * inner)
    attention = 2 * 2 * tokens * tokens * hidden
    return float(config.num_hidden_layers * (matrices + attention))


def peak_gflops() -> float:
    """Single precision, by the median of some matrix products."""
    one = torch.rand(_SIZE, _SIZE)
    seconds = []
    for _ in range(20):
        began = time.perf_counter()
        torch.mm(one, one)
        seconds.append(time.perf_counter() - began)
    return 2 * _SIZE**3 / statistics.median(seconds) / 1e9


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    serve(Floor, ["transformers", "torch"])
