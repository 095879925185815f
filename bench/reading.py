"""``python -m bench.reading FILE [--reader DIR] [--limit N]``: the reader alone, given the right passage.

SQuAD 1.1 / 2.0 JSON or newsroom JSON Lines. Exact match and F1 of the best span on the answerable questions; and, if
some are not answerable, the best F1 over all thresholds of its margin over "no answer" (as the official SQuAD 2.0
script defines it), and how well the margin tells the two kinds apart (AUC).
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from qa.commands import progress_bar
from qa.reader import WEIGHTS, OnnxReader
from qa.scores import auc, exact_match, token_f1
from qa.training.data import Example, accepted, passage_of, read_examples

Result = tuple[bool, float, float, float]
"""Answerable, exact match, F1, margin."""


def best_f1(results: list[Result]) -> float:
    """The greatest mean F1 over all thresholds: below it a question counts as not answered."""
    score = float(sum(not answerable for answerable, *_ in results))
    best = score
    for answerable, _, f1, _ in sorted(results, key=lambda result: -result[3]):
        score += f1 if answerable else -1.0
        best = max(best, score)
    return best / len(results)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.reading", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--reader", type=Path, default=WEIGHTS)
    parser.add_argument("--limit", type=int, help="a sample of so many questions, always the same")
    options = parser.parse_args()
    examples = read_examples(options.file)
    also = accepted(options.file) if ".jsonl" in options.file.name else {}
    if options.limit and options.limit < len(examples):
        examples = random.Random(0).sample(examples, options.limit)  # noqa: S311 - repeatable, not secret
    reader = OnnxReader(options.reader)
    with progress_bar("Reading", len(examples)) as tick:
        results = []
        for example in examples:
            results.append(read(reader, example, also.get(example.question)))
            tick(1)
    able = [result for result in results if result[0]]
    print(f"{options.file.name}, {reader.name}: {len(results)} questions, {len(able)} answerable")
    print(f"EM {100 * mean(able, 1):.1f}  F1 {100 * mean(able, 2):.1f}")
    if len(able) < len(results):
        margins = [result[3] for result in able], [result[3] for result in results if not result[0]]
        print(f"best F1 {100 * best_f1(results):.1f}  AUC {auc(*margins):.3f}")


def read(reader: OnnxReader, example: Example, also: tuple[str, ...] | None) -> Result:
    """The best span of the example's own paragraph, marked."""
    [reading] = reader.read(example.question, [passage_of(example.paragraph)], [example.paragraph.headline])
    answers = also or [text for _, text in example.answers]
    if not reading.spans:
        return bool(example.answers), 0.0, 0.0, float("-inf")
    span = reading.spans[0]
    words = example.paragraph.text[span.start : span.end]
    f1 = token_f1(words, answers)
    return bool(example.answers), exact_match(words, answers), f1, span.logit - reading.no_answer


def mean(results: list[Result], part: int) -> float:
    """The mean of one number of ``results``."""
    return sum(float(result[part]) for result in results) / max(1, len(results))


if __name__ == "__main__":
    main()
