"""``python -m bench.followups --library DIR --questions FILE``: follow-ups understood, and full questions unharmed.

Follow-ups of a newsroom file are asked as typed, with the turn before them as the history, and with that turn always
put behind them. Full questions are asked alone, and with another question of the same article, or of another one,
before them: that must not harm them.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from qa.answers import Question, Turn
from qa.engine import Engine
from qa.evaluation.datasets import read_stories
from qa.evaluation.scores import exact_match, token_f1
from qa.followup import follows

Case = tuple[str, Turn, Sequence[str]]


def cases(path: Path) -> dict[str, list[Case]]:
    """Questions with the turn before them and the accepted answers."""
    stories = read_stories(path)
    asked = [item for story in stories for item in story.items if item.answers]
    turns = [Turn(item.question, item.answers[0]) for item in asked if item.before is None]
    choose = random.Random(0)  # noqa: S311 - repeatable, not secret
    found: dict[str, list[Case]] = {"follow-ups": [], "full, after one of its article": [], "full, after any": []}
    for story in stories:
        before: Turn | None = None
        for item in story.items:
            if item.answers and item.before is not None:
                found["follow-ups"].append((item.question, item.before, item.answers))
            elif item.answers:
                if before:
                    found["full, after one of its article"].append((item.question, before, item.answers))
                found["full, after any"].append((item.question, choose.choice(turns), item.answers))
                before = Turn(item.question, item.answers[0])
    return found


def measure(engine: Engine, asked: Sequence[Case], mode: str) -> tuple[float, float, float]:
    """Exact match and F1 of the best span at any confidence, and questions taken for follow-ups; in percent."""
    exact = f1 = taken = 0.0
    for text, turn, accepted in asked:
        question = Question(text, min_confidence=0.0, top_k=1)
        if mode == "history":
            question = Question(text, min_confidence=0.0, top_k=1, history=(turn,))
        elif mode == "always":
            question = Question(f"{text} ({turn.question} {turn.answer or ''})", min_confidence=0.0, top_k=1)
        reply = engine.ask(question)
        taken += reply.understood_as != question.text
        if reply.answers:
            exact += exact_match(reply.answers[0].text, accepted)
            f1 += token_f1(reply.answers[0].text, accepted)
    return 100 * exact / len(asked), 100 * f1 / len(asked), 100 * taken / len(asked)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.followups", description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=300, help="at most so many of each kind")
    options = parser.parse_args()
    engine = Engine.open(options.library)
    try:
        for name, asked in cases(options.questions).items():
            chosen = random.Random(1).sample(asked, min(options.limit, len(asked)))  # noqa: S311
            point = sum(follows(text) for text, _, _ in chosen) / len(chosen)
            print(f"{name}: {len(chosen)} questions, {100 * point:.0f} % point back")
            for mode in ("as typed", "history", "always"):
                exact, f1, taken = measure(engine, chosen, mode)
                print(f"    {mode:10} EM {exact:5.1f}  F1 {f1:5.1f}  taken {taken:3.0f} %", flush=True)
    finally:
        engine.close()


if __name__ == "__main__":
    main()
