"""``python -m bench.sharing --library DIR --questions FILE``: should concurrent questions share a reader's batch?

The reader's forward passes over the passages of the same questions: one question a call, one after the other (what a
lone client gets); one question a call on as many threads as there are cores (what the server does); the passages of
several questions in one call. Alternating, several rounds; questions per second.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from index.library import Library
from index.runtime import length_batches, padded_inputs, session
from qa.evaluation.datasets import read_items
from qa.judging import PASSAGES
from qa.reader import BATCH_TOKENS, reader_context
from qa.weights import FAST

QUESTIONS = 48
ROUNDS = 5

Pair = tuple[str, str]


def tasks(library_folder: Path, file: Path) -> list[list[Pair]]:
    """For each question the pairs that the reader would read."""
    questions = [item.question for item in read_items(file)][:QUESTIONS]
    with Library.open(library_folder) as library:
        return [
            [
                (question, reader_context("News from the town") + hit.passage.text)
                for hit in library.search(question, PASSAGES)
            ]
            for question in questions
        ]


def forward(model: Any, tokenizer: Tokenizer, pairs: list[Pair]) -> None:
    """The model over ``pairs``, batched as the reader does."""
    names = {node.name for node in model.get_inputs()}
    encodings = tokenizer.encode_batch(pairs)
    for batch in length_batches([len(encoding) for encoding in encodings], BATCH_TOKENS):
        model.run(None, padded_inputs([encodings[i] for i in batch], names))


def run(model: Any, tokenizer: Tokenizer, work: list[list[Pair]], together: int, threads: int) -> None:
    """All of ``work``, so many questions a call, on so many threads."""
    calls = [list(chain(*work[low : low + together])) for low in range(0, len(work), together)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(partial(forward, model, tokenizer), calls))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.sharing", description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True, help="a newsroom file")
    options = parser.parse_args()
    work = tasks(options.library, options.questions)
    model = session(FAST / "model.onnx")
    tokenizer = Tokenizer.from_file(str(FAST / "tokenizer.json"))
    tokenizer.no_padding()
    cores = os.cpu_count() or 1
    ways = [(1, 1), (1, cores), (4, 1), (8, 1), (4, cores)]
    rates: dict[tuple[int, int], list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for together, threads in ways:
            began = time.perf_counter()
            run(model, tokenizer, work, together, threads)
            rates[together, threads].append(len(work) / (time.perf_counter() - began))
    for (together, threads), found in rates.items():
        spread = f"{min(found):.1f} to {max(found):.1f}"
        print(f"{together} a call, {threads} at a time: {statistics.median(found):6.1f} questions/s ({spread})")


if __name__ == "__main__":
    main()
