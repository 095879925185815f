"""``python -m bench.readers --library DIR --questions FILE``: what a question costs with each of the readers, in turn.

The readers take turns question by question, so that whatever else the machine does meets all of them alike; the first
questions are not counted. A reply that is given again from the cache is timed apart.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from qa.answers import Question
from qa.cache import AnswerCache
from qa.engine import Engine
from qa.evaluation.datasets import read_items, sample
from qa.weights import SHIPPED, reader_folder

WARM_UP = 3


def main() -> None:
    """Print p50 and p95 of each reader in milliseconds, beside the first one's."""
    parser = argparse.ArgumentParser(prog="python -m bench.readers", description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=60)
    options = parser.parse_args()
    questions = [item.question for item in sample(read_items(options.questions), options.limit + WARM_UP)]
    engines = {name: Engine.open(options.library, weights=reader_folder(name)) for name in SHIPPED}
    kept = Engine(next(iter(engines.values())).library, next(iter(engines.values())).judge, cache=AnswerCache())
    times: dict[str, list[float]] = {name: [] for name in (*engines, "again")}
    for number, text in enumerate(questions):
        question = Question(text, min_confidence=0.0)
        for name, engine in engines.items():
            milliseconds = _timed(engine, question)
            if number >= WARM_UP:
                times[name].append(milliseconds)
        kept.ask(question)
        times["again"].append(_timed(kept, question))
    for engine in engines.values():
        engine.close()
    first = statistics.median(times[next(iter(engines))])
    print(f"{len(questions) - WARM_UP} questions in turn")
    for name, taken in times.items():
        p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
        print(f"{name:9} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   {p50 / first:5.2f} times {next(iter(engines))}")


def _timed(engine: Engine, question: Question) -> float:
    began = time.perf_counter()
    engine.ask(question)
    return 1_000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
