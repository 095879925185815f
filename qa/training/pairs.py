"""``python -m qa.training.pairs``: question files to the pairs of question and passage that train an encoder.

Answered questions alone, and no follow-ups: as they are asked, they do not say what they are about.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

from qa.evaluation.datasets import Item, read_items


def main() -> None:
    """Write the pairs of all files."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.pairs", description=__doc__)
    parser.add_argument(
        "files", nargs="+", metavar="FILE[:N[:M]]",
        help="SQuAD JSON or newsroom JSON Lines; N: at most so many questions a passage; M: so many passages",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="the file to write, for python -m index.training")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    choose = random.Random(options.seed)  # noqa: S311 - repeatable, not secret
    with options.out.open("w", encoding="utf-8") as out:
        for given in options.files:
            name, most, passages = [*given.split(":"), "", ""][:3]
            items = thinned(read_items(Path(name)), int(most or 0), int(passages or 0), choose)
            out.writelines(json.dumps(pair(item), ensure_ascii=False) + "\n" for item in items)
            print(f"{Path(name).name}: {len(items)} pairs", flush=True)


def thinned(items: Sequence[Item], most: int, passages: int, choose: random.Random) -> list[Item]:
    """The items that make a pair: at most ``most`` a passage, and of ``passages`` passages; 0: all."""
    by_passage: dict[tuple[str | None, str], list[Item]] = {}
    for item in items:
        if item.answers and item.passage and item.before is None:
            by_passage.setdefault((item.article_id, item.passage), []).append(item)
    groups = list(by_passage.values())
    if passages:
        groups = choose.sample(groups, min(passages, len(groups)))
    if most:
        groups = [choose.sample(group, min(most, len(group))) for group in groups]
    return [item for group in groups for item in group]


def pair(item: Item) -> dict[str, object]:
    """A line of the file."""
    return {
        "article": item.article_id,
        "headline": item.headline,
        "passage": item.passage,
        "question": item.question,
        "answers": list(dict.fromkeys(item.answers)),
    }


if __name__ == "__main__":
    main()
