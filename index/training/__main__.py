"""``python -m index.training``: fine-tune the embedding model on question files."""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.articles import make_article
from index.encoder import DEFAULT_MODEL, _locate
from index.library import Library
from index.training.data import Asked, Story, file_hash, flat, merged, read_stories, thinned
from index.training.train import Place, Plan, train

MOST_NEGATIVES = 6
SEARCHED = 12
"""How far down the search is looked through for hard negatives."""


def main() -> None:
    """Read the data, find the negatives, train, write the weights."""
    parser = argparse.ArgumentParser(prog="python -m index.training", description=__doc__)
    parser.add_argument(
        "files", nargs="+", metavar="FILE[:N[:M]]",
        help="SQuAD JSON or newsroom JSON Lines; N: at most so many questions a paragraph; M: so many paragraphs",
    )  # fmt: skip
    parser.add_argument("--base", default=DEFAULT_MODEL, help="a sentence-transformers model to start from")
    parser.add_argument("--out", type=Path, required=True, help="the folder that gets the model")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--learning-rate", type=float, default=6e-5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--headlines", type=float, default=0.5, help="share of stories shown with their headline")
    parser.add_argument("--float32", action="store_true", help="for a CPU without bfloat16")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(
        base=_locate(options.base), epochs=options.epochs, learning_rate=options.learning_rate, seed=options.seed,
        headlines=options.headlines, bfloat16=not options.float32,
    )  # fmt: skip
    choose = random.Random(options.seed)  # noqa: S311 - repeatable, not secret
    hashes: dict[str, Any] = {}
    stories = merged([story for given in options.files for story in _sampled(given, choose, hashes)])
    print(f"{len(stories)} stories, {sum(len(story.asked) for story in stories)} questions", flush=True)
    mined = options.out / "mined.json"
    if not mined.exists():
        mined.write_text(json.dumps(hard_negatives(stories)), "utf-8")
    found = {
        (number, asked): [(story, paragraph) for story, paragraph in places]
        for number, (story, rows) in enumerate(zip(stories, json.loads(mined.read_text("utf-8")), strict=True))
        for asked, places in zip(story.asked, rows, strict=True)
    }
    model = train(plan, stories, found, options.out)
    model.save(str(options.out / "model"))
    about = {"plan": asdict(plan) | {"base": options.base}, "data": hashes}
    (options.out / "training.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")


def _sampled(given: str, choose: random.Random, hashes: dict[str, Any]) -> list[Story]:
    name, most, paragraphs = [*given.split(":"), "", ""][:3]
    path = Path(name)
    stories = read_stories(path)
    if most:
        stories = thinned(stories, int(most), choose)
    if paragraphs:
        stories = _fewer(stories, int(paragraphs), choose)
    count = sum(len(story.asked) for story in stories)
    hashes[path.name] = {"sha256": file_hash(path), "questions": count}
    print(f"{path.name}: {count} questions", flush=True)
    return stories


def _fewer(stories: list[Story], paragraphs: int, choose: random.Random) -> list[Story]:
    """The stories with the questions of so many paragraphs, and these paragraphs alone."""
    places = [(number, asked) for number, story in enumerate(stories) for asked in {a.paragraph for a in story.asked}]
    kept = set(choose.sample(places, min(paragraphs, len(places))))
    found = []
    for number, story in enumerate(stories):
        mine = sorted(place for where, place in kept if where == number)
        if mine:
            moved = {place: position for position, place in enumerate(mine)}
            asked = tuple(Asked(a.text, moved[a.paragraph], a.answers) for a in story.asked if a.paragraph in moved)
            found.append(Story(story.id, story.headline, tuple(story.paragraphs[place] for place in mine), asked))
    return found


def hard_negatives(stories: Sequence[Story]) -> list[list[list[Place]]]:
    """For each story and question what the product's search finds in all the paragraphs, without those that answer."""
    articles = []
    known: dict[tuple[str, int], Place] = {}
    for number, story in enumerate(stories):
        kept = [(place, text) for place, text in enumerate(story.paragraphs) if any(c.isalnum() for c in text)]
        article = make_article(
            id=f"s{number}", headline=story.headline.strip() or "Untitled", paragraphs=[text for _, text in kept]
        )
        articles.append(article)
        known |= {(article.id, at): (number, place) for at, (place, _) in enumerate(kept, start=1)}
    found: list[list[list[Place]]] = []
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), create=True, say=print) as library:
        library.add(articles)
        print(f"looking for hard negatives among {library.passage_count} passages", flush=True)
        for number, story in enumerate(stories):
            rows = []
            for asked in story.asked:
                answers = [flat(answer) for answer in asked.answers]
                hits = [hit.passage for hit in library.search(asked.text, SEARCHED)]
                near = [
                    known[hit.article_id, hit.paragraph] for hit in hits if (hit.article_id, hit.paragraph) in known
                ]
                rows.append(
                    [
                        (where, place)
                        for where, place in dict.fromkeys(near)
                        if (where, place) != (number, asked.paragraph)
                        and not any(answer in flat(stories[where].paragraphs[place]) for answer in answers)
                    ][:MOST_NEGATIVES]
                )
            found.append(rows)
    return found


if __name__ == "__main__":
    main()
