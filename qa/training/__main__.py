"""``python -m qa.training``: train a reader on question files."""

from __future__ import annotations

import argparse
import random
import tempfile
from dataclasses import asdict
from pathlib import Path

from tokenizers import Tokenizer

from index.articles import make_article
from index.library import Library
from qa.training import data
from qa.training.data import Example, Paragraph
from qa.training.train import Plan, save, train


def main() -> None:
    """Read the data, find the negatives, train, write the weights."""
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    parser.add_argument(
        "files", nargs="+", metavar="FILE[:N]", help="SQuAD JSON or newsroom JSON Lines; N: sample so many"
    )
    parser.add_argument("--base", required=True, help="a span model in the transformers format to start from")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="reader")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--negatives", type=int, default=4, help="hard negatives a question")
    parser.add_argument("--batch-tokens", type=int, default=16_384, help="padded tokens a step")
    parser.add_argument("--shared", type=float, default=0.5, help="weight of the loss over all passages of a question")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--float32", action="store_true", help="for a CPU without bfloat16")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(
        base=options.base, epochs=options.epochs, learning_rate=options.learning_rate, negatives=options.negatives,
        shared=options.shared, batch_tokens=options.batch_tokens,
        seed=options.seed, bfloat16=not options.float32,
    )  # fmt: skip
    choose = random.Random(options.seed)  # noqa: S311 - repeatable, not secret
    examples: list[Example] = []
    answers: dict[str, tuple[str, ...]] = {}
    hashes = {}
    for given in options.files:
        name, _, count = given.partition(":")
        path = Path(name)
        found = data.read_examples(path)
        if ".jsonl" in path.name:
            answers |= data.accepted(path)
        if count:
            found = choose.sample(found, min(int(count), len(found)))
        hashes[path.name] = {"sha256": data.file_hash(path), "questions": len(found)}
        examples += found
        print(f"{path.name}: {len(found)} questions", flush=True)
    negatives = hard_negatives(examples, answers)
    epochs = [
        [
            [
                example,
                *(
                    Example(example.question, paragraph, ())
                    for paragraph in choose.sample(found, min(plan.negatives, len(found)))
                ),
            ]
            for example, found in zip(examples, negatives, strict=True)
        ]
        for _ in range(options.epochs)
    ]
    tokenizer = Tokenizer.from_file(str(Path(options.base) / "tokenizer.json"))
    model = train(plan, epochs, tokenizer, options.out)
    save(model, tokenizer, {"name": options.name, "plan": asdict(plan), "data": hashes}, options.out)


def hard_negatives(examples: list[Example], answers: dict[str, tuple[str, ...]]) -> list[list[Paragraph]]:
    """For each example what the product's search finds for it in all the paragraphs, without those that may answer."""
    by_article: dict[str, dict[str, Paragraph]] = {}
    for example in examples:
        by_article.setdefault(example.paragraph.article, {})[example.paragraph.text] = example.paragraph
    articles = []
    known: dict[tuple[str, int], Paragraph] = {}
    for name, paragraphs in by_article.items():
        kept = [paragraph for text, paragraph in paragraphs.items() if text.strip()]
        article = make_article(
            id=name or "untitled", headline=kept[0].headline or "Untitled",
            paragraphs=[" ".join(paragraph.text.split()) for paragraph in kept],
        )  # fmt: skip
        articles.append(article)
        known |= {(article.id, number): paragraph for number, paragraph in enumerate(kept, start=1)}
    found = []
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), create=True, say=print) as library:
        library.add(articles)
        print(f"looking for hard negatives among {library.passage_count} passages", flush=True)
        for example in examples:
            right = answers.get(example.question) or tuple(text for _, text in example.answers)
            hits = [hit.passage for hit in library.search(example.question, 12)]
            near = [known[hit.article_id, hit.paragraph] for hit in hits if (hit.article_id, hit.paragraph) in known]
            others = [paragraph for paragraph in near if paragraph.text != example.paragraph.text]
            found.append([paragraph for paragraph in others if data.is_negative(paragraph.text, right)][:8])
    return found


if __name__ == "__main__":
    main()
