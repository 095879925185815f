"""What the ranking by time changes, and what the steps behind an answer cost.

    python -m bench.recency QUESTIONS.jsonl [ARTICLES.jsonl …] [--timed N]

Recall@10 of the paragraph that answers, over all questions, with the ranking by time and without; token F1 of the best
answer, of those questions whose ten passages it changes (of all others it is the same by construction). ``--timed N``:
milliseconds of N questions with all steps, and without each of those that look at the story.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.developments import articles_in
from index.times import day_of
from qa import engine as engines
from qa.answers import Question
from qa.engine import STEPS, Engine
from qa.evaluation.datasets import Item, read_items
from qa.evaluation.scores import token_f1
from qa.followup import understood
from qa.moments import moment_of
from qa.recency import by_time
from qa.steps import with_support
from qa.timeline import with_story

K = 10


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.recency", description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("articles", type=Path, nargs="*", help="more newsroom files whose articles are in the library")
    parser.add_argument("--timed", type=int, default=0, metavar="N")
    options = parser.parse_args()
    articles = [article for path in [options.questions, *options.articles] for article in articles_in(path)]
    asked = [item for item in read_items(options.questions) if item.answers and item.article_id and item.paragraph]
    with tempfile.TemporaryDirectory() as folder, Engine.open(Path(folder), create=True) as engine:
        engine.library.add(articles)
        print(f"{engine.library.article_count:,} articles, {len(asked):,} questions with an answer")
        _ranking(engine, asked)
        if options.timed:
            _cost(engine, asked[:: max(1, len(asked) // options.timed)][: options.timed])


def _ranking(engine: Engine, asked: Sequence[Item]) -> None:
    found = {"before": 0, "after": 0}
    changed = []
    for item in asked:
        text = understood(item.question, item.history)
        with engine.library.view() as view:
            moment = moment_of(text, day_of(view.time, view.zone))
            wanted = engine.judge.passages * (2 if moment is not None and moment.kind == "window" else 1)
            hits = view.search(text, wanted)
            ids = {place.article_id for hit in hits for place in (hit.passage, *hit.copies)}
            articles = {id_: article for id_ in ids if (article := view.article(id_)) is not None}
            ranked = by_time(hits, articles, moment, view.zone)
        places = {}
        for name, order in (("before", hits), ("after", ranked)):
            places[name] = [(hit.passage.article_id, hit.passage.paragraph) for hit in order[: engine.judge.passages]]
            found[name] += (item.article_id, item.paragraph) in places[name][:K]
        if places["before"] != places["after"]:
            changed.append(item)
    before, after = (100 * found[name] / len(asked) for name in ("before", "after"))
    print(f"recall@{K}: {before:.1f} % without the ranking by time, {after:.1f} % with it")
    with_time = [_f1(engine, item) for item in changed]
    vars(engines)["by_time"] = lambda hits, *_: list(hits)
    try:
        without = [_f1(engine, item) for item in changed]
    finally:
        vars(engines)["by_time"] = by_time
    gain = 100 * (sum(with_time) - sum(without)) / len(asked)
    old, new = (100 * sum(scores) / max(1, len(changed)) for scores in (without, with_time))
    print(
        f"it changes the passages of {len(changed)} questions; F1 of these {old:.1f} % -> {new:.1f} %,"
        f" of all {gain:+.2f} points"
    )


def _f1(engine: Engine, item: Item) -> float:
    reply = engine.ask(Question(item.question, history=item.history, min_confidence=0.0))
    return token_f1(reply.answers[0].text, item.answers) if reply.answers else 0.0


def _cost(engine: Engine, asked: Sequence[Item]) -> None:
    engine.ask(Question(asked[0].question))
    for name, left_out in (
        ("all steps", ()), ("without with_story", (with_story,)), ("without with_support", (with_support,)),
        ("without both", (with_story, with_support)),
    ):  # fmt: skip
        engine.steps = [step for step in STEPS if step not in left_out]
        times = []
        for item in asked:
            began = time.perf_counter()
            engine.ask(Question(item.question, history=item.history))
            times.append(1_000 * (time.perf_counter() - began))
        median, mean = statistics.median(times), statistics.mean(times)
        print(f"{name:22}{median:8.0f} ms a question (median of {len(times)}), {mean:.0f} on average")
    engine.steps = STEPS


if __name__ == "__main__":
    main()
