"""Facts that develop: 60 questions on the running stories of the newsroom, in both directions.

    python -m bench.developments [--reader NAME] [--show]

``bench/sets/developments.jsonl`` holds what was asked and what is right: the values in their order, or that there are
none to be told apart; ``first`` is the answer that should come first. The group ``dated`` asks of a time in words. The
articles are those of the running stories, among others as distractors. Half of the questions, drawn by lot, could be
looked at while the rules were written; the test half is what counts. Every question is asked with ``min_confidence`` 0,
for what is measured here is the timeline, not when to keep silent.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from index.articles import Article, make_article
from qa.amounts import value_of
from qa.answers import Question, Reply
from qa.engine import STEPS, Engine
from qa.normalize import normalized
from qa.timeline import with_story
from qa.weights import reader_folder

SETS = Path(__file__).parent / "sets"
DISTRACTORS = Path(__file__).parent.parent / "qa" / "training" / "questions" / "train_newsroom.jsonl"


def main() -> None:
    """Print precision and recall of the timelines, and how often the first answer is right without and with them."""
    parser = argparse.ArgumentParser(prog="python -m bench.developments", description=__doc__)
    parser.add_argument("--reader", help="a reader's name or folder")
    parser.add_argument("--show", action="store_true", help="print what was got wrong in the development half")
    options = parser.parse_args()
    rows = [json.loads(line) for line in (SETS / "developments.jsonl").read_text("utf-8").splitlines()]
    with (
        tempfile.TemporaryDirectory() as folder,
        Engine.open(Path(folder), create=True, weights=reader_folder(options.reader)) as engine,
    ):
        engine.library.add([*articles_in(SETS / "running_stories.jsonl"), *articles_in(DISTRACTORS)])
        plain = [step for step in STEPS if step is not with_story]
        for half in ("development", "test"):
            asked = [row for row in rows if row["half"] == half]
            engine.steps = plain
            before, slow = _replies(engine, asked)
            engine.steps = STEPS
            after, slower = _replies(engine, asked)
            print(f"{half}: {len(asked)} questions, {slow:.0f} ms each without the timeline, {slower:.0f} ms with it")
            for name, wanted in (("all", None), ("with as_of", True), ("without as_of", False)):
                print(f"  {name}: {_figures(asked, before, after, wanted)}")
            print(f"  {_sureness(asked, after)}")
            if options.show and half == "development":
                _show(asked, after)


def articles_in(path: Path) -> list[Article]:
    """The articles of a newsroom file, with when and by whom they were published."""
    names = ("id", "headline", "source", "author", "published", "paragraphs")
    bodies = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [make_article(**{name: body.get(name) for name in names}) for body in bodies if body.get("paragraphs")]


def _replies(engine: Engine, rows: Sequence[dict[str, Any]]) -> tuple[list[Reply], float]:
    """The replies, and milliseconds a question."""
    began = time.perf_counter()
    replies = []
    for row in rows:
        as_of = date.fromisoformat(row["as_of"]) if row["as_of"] else None
        replies.append(engine.ask(Question(row["question"], min_confidence=0.0, as_of=as_of)))
    return replies, 1_000 * (time.perf_counter() - began) / len(rows)


def _figures(
    rows: Sequence[dict[str, Any]], before: Sequence[Reply], after: Sequence[Reply], as_of: bool | None
) -> str:
    count: Counter[str] = Counter()
    for row, old, new in zip(rows, before, after, strict=True):
        if as_of is not None and bool(row["as_of"]) != as_of:
            continue
        if row["timeline"] is not None:
            count["shown"] += bool(new.timeline)
            count["wanted"] += bool(row["timeline"])
            count["right"] += is_right(row["timeline"], new)
        for name, reply in (("before", old), ("after", new)):
            count[name] += bool(row["first"] and reply.answers and same(reply.answers[0].text, row["first"]))
        count["first"] += bool(row["first"])
        if row["timeline"] is None:
            count["dated"] += bool(new.answers and same(new.answers[0].text, row["first"]))
            count["of dated"] += 1
    precision, recall = (100 * count["right"] / max(1, count[name]) for name in ("shown", "wanted"))
    return (
        f"timelines shown {count['shown']}, right {count['right']} of {count['wanted']}: precision {precision:.0f} %,"
        f" recall {recall:.0f} %; first answer right {count['before']} -> {count['after']} of {count['first']};"
        f" dated {count['dated']} of {count['of dated']}"
    )


def _sureness(rows: Sequence[dict[str, Any]], replies: Sequence[Reply]) -> str:
    """Whether those who are shown a timeline are told rightly how sure the first answer is."""
    told = [
        (reply.answers[0].confidence, bool(row["first"]) and same(reply.answers[0].text, row["first"]))
        for row, reply in zip(rows, replies, strict=True)
        if reply.timeline and reply.answers
    ]
    sure, right = (100 * sum(values) / max(1, len(told)) for values in zip(*told, strict=True)) if told else (0.0, 0.0)
    return f"with a timeline {len(told)}: first answer {sure:.0f} % sure, {right:.0f} % right"


def is_right(wanted: Sequence[dict[str, str]], reply: Reply) -> bool:
    """Whether two or more of the wanted values are told, the last of them as the current one, and no other."""
    told = [stage.text for stage in reply.timeline]
    values = [step["value"] for step in wanted]
    return (
        len(told) >= 2
        and bool(values)
        and all(any(same(text, value) for value in values) for text in told)
        and same(told[-1], values[-1])
    )


def same(one: str, other: str) -> bool:
    """Whether both are the same value, or else the same words."""
    left, right = value_of(one), value_of(other)
    if left is not None and right is not None:
        return left.same(right)
    return normalized(one) == normalized(other)


def _show(rows: Sequence[dict[str, Any]], replies: Sequence[Reply]) -> None:
    for row, reply in zip(rows, replies, strict=True):
        good = not reply.timeline if not row["timeline"] else is_right(row["timeline"], reply)
        first = reply.answers[0].text if reply.answers else None
        if not good or (row["first"] and (first is None or not same(first, row["first"]))):
            told = [f"{stage.hedge or ''} {stage.text}" for stage in reply.timeline]
            wanted = [step["value"] for step in row["timeline"] or ()]
            print(f"- {row['question']} {row['as_of'] or ''}\n  wanted {wanted}, told {told}")
            print(
                f"  first wanted {row['first']!r}, given {first!r}; newer {[item.article_id for item in reply.newer]}"
            )


if __name__ == "__main__":
    main()
