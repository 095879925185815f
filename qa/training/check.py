"""``python -m qa.training.check``: whether written questions are whole, and none is known from what judges the reader.

Articles with questions as JSON Lines, in the newsroom's form. Wrong is: an answer, or another accepted one, that does
not stand in the article; a question that comes twice; a follow-up to nothing; and a near copy of an article or a
question in the files ``--against`` which readers are developed and judged.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from qa.evaluation.datasets import Story, read_stories
from qa.normalize import normalized

ArticleBody = Mapping[str, Any]
RUN_WORDS = 8
"""So many words in a row are no accident, unless they are few and far between."""
MOST_SHARED = 0.05
"""Of an article's runs of words, the share that another article may have too: stock phrases, names of bodies."""
KINDS = ("answerable", "unanswerable", "followup")


def main() -> None:
    """Print what is wrong, a fault a line; exit status 1 if anything is."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.check", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", help="JSON Lines, packed with gzip or not")
    parser.add_argument(
        "--against", type=Path, nargs="*", default=[], help="files that must stay unknown, likewise, or SQuAD JSON"
    )
    options = parser.parse_args()
    articles = [article for path in options.files for article in read_articles(path)]
    unknown = [story for path in options.against for story in read_stories(path)]
    found = [*faults(articles), *copies(articles, unknown)]
    print("\n".join(found), end="\n" if found else "")
    kinds = [qa["kind"] for article in articles for qa in article["qas"]]
    counted = ", ".join(f"{kinds.count(kind):,} {kind}" for kind in KINDS)
    print(f"{len(articles):,} articles, {len(kinds):,} questions: {counted}; {len(found):,} faults")
    raise SystemExit(bool(found))


def read_articles(path: Path) -> list[ArticleBody]:
    """The articles of a file, with their questions."""
    data = path.read_bytes()
    lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()
    return [json.loads(line) for line in lines]


def faults(articles: Sequence[ArticleBody]) -> Iterator[str]:
    """What is wrong with the articles themselves, in words."""
    ids = sorted(article["id"] for article in articles)
    yield from (f"{one}: comes twice" for one, other in pairwise(ids) if one == other)
    for article in articles:
        paragraphs: list[str] = article["paragraphs"]
        asked = [qa["question"] for qa in article["qas"]]
        for qa in article["qas"]:
            place = f"{article['id']}: {qa['question']!r}"
            if asked.count(qa["question"]) > 1:
                yield f"{place} comes twice"
            if ("answer" in qa) == (qa["kind"] == "unanswerable"):
                yield f"{place} is {qa['kind']}, {'with an' if 'answer' in qa else 'without'} answer"
            if qa.get("answer", "") not in paragraphs[qa["paragraph"]]:
                yield f"{place}: {qa['answer']!r} does not stand in paragraph {qa['paragraph']}"
            for also in qa.get("also", ()):
                if not any(also in text for text in paragraphs):
                    yield f"{place}: {also!r} does not stand in the article"
            if (qa["kind"] == "followup") != ("after" in qa) or qa.get("after", asked[0]) not in asked:
                yield f"{place} follows no question of its article"


def copies(articles: Iterable[ArticleBody], unknown: Iterable[Story]) -> Iterator[str]:
    """Articles of which too much stands in one of ``unknown``, and questions that are asked there, in words."""
    runs: dict[tuple[str, ...], str] = {}
    questions: dict[str, str] = {}
    for story in unknown:
        runs |= dict.fromkeys(_runs(story.paragraphs), story.id)
        # "What happened?" may be asked of anything
        questions |= {normalized(item.question): story.id for item in story.items if item.before is None}
    for article in articles:
        own = _runs(article["paragraphs"])
        shared = [runs[run] for run in own if run in runs]
        if len(shared) > MOST_SHARED * len(own):
            yield f"{article['id']}: has {len(shared)} of its {len(own)} runs of {RUN_WORDS} words in {shared[0]}"
        for qa in article["qas"]:
            known = questions.get(normalized(qa["question"]))
            if known is not None:
                yield f"{article['id']}: {qa['question']!r} is asked of {known}"


def _runs(paragraphs: Iterable[str]) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for text in paragraphs:
        words = normalized(text).split()
        found |= {tuple(words[low : low + RUN_WORDS]) for low in range(len(words) - RUN_WORDS + 1)}
    return found


if __name__ == "__main__":
    main()
