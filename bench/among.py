"""``python -m bench.among FOLDER --questions FILE…``: what a large library costs in answers, not in milliseconds.

FOLDER is a library that ``python -m bench.scale`` made; the articles of the files are added to it, once. Their
questions are asked three times, each time with the readers of every day: of these articles alone, every passage
compared; alone, but in cells, as a large library is searched; and among all the others. The first step says what the
approximation costs, the second what the company does. Vectors are the base model's, whose name those archives bear.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.articles import Article, make_article
from index.building import open_ranker
from index.encoder import BASE_MODEL, load_encoder
from index.library import Library
from index.ranking.ranker import Sizes
from index.stores import open_store
from qa.engine import Engine
from qa.evaluation.datasets import Item, read_items, read_stories, sample
from qa.evaluation.figures import summary
from qa.evaluation.outcomes import ask_all
from qa.judging import Judge, open_judge
from qa.terminal import progress_bar
from qa.weights import BOTH

FIGURES = ("recall_at_10", "f1", "sure", "sure_right", "perhaps", "unanswerable_sure", "search_ms_p50")
EVERY_PASSAGE, IN_CELLS = Sizes(exact=10**9), Sizes(exact=0)


@contextmanager
def alone(articles: Sequence[Article], sizes: Sizes) -> Iterator[Library]:
    """A library of these articles and no others, searched as one of another size would be."""
    encoder = load_encoder(BASE_MODEL)
    with tempfile.TemporaryDirectory() as name:
        store = open_store(Path(name), create=True)
        ranker = open_ranker(Path(name), encoder.name, encoder.dimension, sizes=sizes, background=False)
        with Library(store, ranker, encoder) as library:
            library.add(articles)
            if sizes == IN_CELLS:
                ranker.write_newest(store)
            yield library


def ask(library: Library, judge: Judge, items: Sequence[Item], name: str) -> None:
    """Print the figures of one library."""
    with progress_bar(name, len(items)) as tick:
        figures = summary(ask_all(Engine(library, judge), items, tick))
    told = "".join(f"{figures[one] or 0.0:18.1f}" for one in FIGURES)
    print(f"{name:32}{library.passage_count:>11,}{told}", flush=True)


def main() -> None:
    """Ask three times, and print a line each."""
    parser = argparse.ArgumentParser(prog="python -m bench.among", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=Path, nargs="+", required=True, help="SQuAD or newsroom files")
    parser.add_argument("--limit", type=int, help="a sample of so many questions a file, always the same")
    options = parser.parse_args()
    judge = open_judge(BOTH)
    print(f"{'':32}{'passages':>11}{''.join(f'{name:>18}' for name in FIGURES)}")
    for path in options.questions:
        articles = [
            make_article(id=story.id, headline=story.headline, paragraphs=story.paragraphs)
            for story in read_stories(path)
        ]
        items = sample(read_items(path), options.limit)
        print(f"{path.name}, {len(items):,} questions")
        for name, sizes in (("alone, every one compared", EVERY_PASSAGE), ("alone, in cells", IN_CELLS)):
            with alone(articles, sizes) as library:
                ask(library, judge, items, name)
        with Library.open(options.folder, encoder=load_encoder(BASE_MODEL)) as library:
            library.add(articles)
            ask(library, judge, items, "among the others")


if __name__ == "__main__":
    main()
