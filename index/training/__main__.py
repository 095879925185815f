"""``python -m index.training``: fine-tune the embedding model on pairs of question and passage."""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from index.articles import make_article
from index.encoder import BASE_MODEL
from index.library import Library
from index.making import located
from index.training.data import TrainingStory, flat, stories
from index.training.train import PassageAt, Recipe, train

MOST_NEGATIVES = 6
SEARCHED = 12
"""How far down the search is looked through for hard negatives."""


def main() -> None:
    """Read the pairs, find the negatives, train, write the model."""
    usual = Recipe(base="")
    parser = argparse.ArgumentParser(prog="python -m index.training", description=__doc__)
    parser.add_argument("pairs", type=Path, help="what `python -m qa.training.pairs` wrote")
    parser.add_argument("--base", default=BASE_MODEL, help="a sentence-transformers model to start from")
    parser.add_argument("--out", type=Path, required=True, help="the folder that gets the model")
    parser.add_argument("--epochs", type=int, default=usual.epochs)
    parser.add_argument("--learning-rate", type=float, default=usual.learning_rate)
    parser.add_argument("--headlines", type=float, default=usual.headlines, help="share of stories with their headline")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--float32", action="store_true", help="for a CPU without bfloat16")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(
        base=located(options.base), epochs=options.epochs, learning_rate=options.learning_rate, seed=options.seed,
        headlines=options.headlines, bfloat16=not options.float32,
    )  # fmt: skip
    data = options.pairs.read_bytes()
    asked_for = stories(data.decode().splitlines())
    questions = sum(len(story.asked) for story in asked_for)
    print(f"{len(asked_for)} stories, {questions} questions", flush=True)
    mined = options.out / "mined.json"
    if not mined.exists():
        mined.write_text(json.dumps(hard_negatives(asked_for)), "utf-8")
    found = {
        (number, asked): [(where, place) for where, place in places]
        for number, (story, rows) in enumerate(zip(asked_for, json.loads(mined.read_text("utf-8")), strict=True))
        for asked, places in zip(story.asked, rows, strict=True)
    }
    train(recipe, asked_for, found, options.out).save(str(options.out / "model"))
    about = {
        "plan": asdict(recipe) | {"base": options.base},
        "pairs": {"sha256": hashlib.sha256(data).hexdigest(), "questions": questions},
    }
    (options.out / "training.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")


def hard_negatives(asked_for: Sequence[TrainingStory]) -> list[list[list[PassageAt]]]:
    """For each story and question what the product's search finds in all the passages, without those that answer."""
    articles = []
    known: dict[tuple[str, int], PassageAt] = {}
    for number, story in enumerate(asked_for):
        kept = [(place, text) for place, text in enumerate(story.passages) if any(c.isalnum() for c in text)]
        article = make_article(
            id=f"s{number}", headline=story.headline.strip() or "Untitled", paragraphs=[text for _, text in kept]
        )
        articles.append(article)
        known |= {(article.id, at): (number, place) for at, (place, _) in enumerate(kept, start=1)}
    found: list[list[list[PassageAt]]] = []
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), create=True) as library:
        library.add(articles)
        print(f"looking for hard negatives among {library.passage_count} passages", flush=True)
        for number, story in enumerate(asked_for):
            rows = []
            for asked in story.asked:
                answers = [flat(answer) for answer in asked.answers]
                hits = [hit.passage for hit in library.search(asked.text, SEARCHED)]
                near = dict.fromkeys(known.get((hit.article_id, hit.paragraph)) for hit in hits)
                wrong = [place for place in near if place and place != (number, asked.passage)]
                rows.append([place for place in wrong if not _holds(asked_for, place, answers)][:MOST_NEGATIVES])
            found.append(rows)
    return found


def _holds(asked_for: Sequence[TrainingStory], place: PassageAt, answers: Sequence[str]) -> bool:
    text = flat(asked_for[place[0]].passages[place[1]])
    return any(answer in text for answer in answers)


if __name__ == "__main__":
    main()
