"""``python -m qa.training``: train a reader on question files."""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from index.articles import make_article
from index.library import Library
from qa.training import data
from qa.training.data import Example, Paragraph
from qa.training.export import save
from qa.training.teach import teach
from qa.training.train import Group, Plan, Watch, train

MOST_NEGATIVES = 8
"""Of each question, the best found, to choose from."""
QUESTIONS = "questions.json"
"""In the folder of a training: what it trains on, passages and all."""
FILE_HELP = "SQuAD JSON or newsroom JSON Lines; N: sample so many"


def main() -> None:
    """Read the data, find the negatives, train, write the weights."""
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE[:N]", help=FILE_HELP)
    parser.add_argument("--alone", nargs="*", default=[], metavar="FILE[:N]", help="likewise, but without negatives")
    parser.add_argument(
        "--base", required=True, help="a span model or encoder in the transformers format to start from"
    )
    parser.add_argument("--teacher", default="", help="a folder that training wrote, to learn from it as well")
    parser.add_argument(
        "--hidden",
        type=float,
        default=0.0,
        help="weight of the distance from the teacher's layers; 0 for its logits alone",
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="reader")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--negatives", type=int, default=4, help="hard negatives a question")
    parser.add_argument(
        "--layer-decay", type=float, default=1.0, help="how much slower a layer learns than the next one"
    )
    parser.add_argument(
        "--average", type=float, default=0.0, help="keep a running mean of the weights, by so much a step"
    )
    parser.add_argument("--frozen", type=int, default=0, help="lowest layers that stay as they are")
    parser.add_argument("--batch-tokens", type=int, default=16_384, help="padded tokens a step")
    parser.add_argument("--shared", type=float, default=0.5, help="weight of the loss over all passages of a question")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--development", nargs="*", default=[], metavar="FILE[:N]", help="read now and then, for the curves"
    )
    parser.add_argument("--look", type=int, default=100, help="after so many steps each")
    parser.add_argument(
        "--save-minutes", type=float, default=5.0, help="between checkpoints; a killed run goes on from one"
    )
    parser.add_argument("--float32", action="store_true", help="for a CPU without bfloat16")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(
        base=options.base, epochs=options.epochs, learning_rate=options.learning_rate, negatives=options.negatives,
        layer_decay=options.layer_decay, average=options.average, frozen=options.frozen, shared=options.shared,
        batch_tokens=options.batch_tokens, teacher=options.teacher, seed=options.seed, bfloat16=not options.float32,
        hidden=options.hidden,
    )  # fmt: skip
    choose = random.Random(options.seed)  # noqa: S311 - repeatable, not secret
    hashes: dict[str, Any] = {}
    examples = [example for given in options.files for example in _sampled(given, choose, hashes)]
    alone = [example for given in options.alone for example in _sampled(given, choose, hashes)]
    about = {"name": options.name, "plan": asdict(plan), "data": hashes}
    asked = _kept(options.out, about)
    if asked is None:
        answers: dict[str, tuple[str, ...]] = {}
        for given in options.files:
            path = Path(given.partition(":")[0])
            if ".jsonl" in path.name:
                answers |= data.accepted(path)
        negatives = hard_negatives(examples, answers)
        asked = [
            [example, *choose.sample(found, min(plan.negatives, len(found)))]
            for example, found in zip(examples, negatives, strict=True)
        ]
        asked += [[example] for example in alone]
        _keep(options.out, about, asked)
    development = [example for given in options.development for example in _sampled(given, random.Random(0), {})]  # noqa: S311
    taught = None
    if plan.teacher:
        everything = [example for group in asked for example in group]
        taught = teach(Path(plan.teacher), everything)
    tokenizer = Tokenizer.from_file(str(Path(plan.base) / "tokenizer.json"))
    watch = Watch(development, options.look, options.save_minutes)
    model = train(plan, asked, tokenizer, options.out, taught=taught, watch=watch)
    save(model, tokenizer, about, options.out)


def _kept(out: Path, about: dict[str, Any]) -> list[Group] | None:
    """The questions with their passages as an earlier sitting found them, or ``None``; searching takes minutes.

    Raises:
        SystemExit: the folder is of another plan, or of other data.
    """
    path = out / QUESTIONS
    if not path.exists():
        return None
    kept = json.loads(path.read_text("utf-8"))
    if kept["about"] != about:
        raise SystemExit(f"{out} is of another plan or of other questions; name another folder, or delete it")
    return [
        [
            Example(one["question"], Paragraph(**one["paragraph"]), tuple((at, text) for at, text in one["answers"]))
            for one in group
        ]
        for group in kept["asked"]
    ]


def _keep(out: Path, about: dict[str, Any], asked: list[Group]) -> None:
    body = {"about": about, "asked": [[asdict(one) for one in group] for group in asked]}
    (out / f"{QUESTIONS}.tmp").write_text(json.dumps(body), "utf-8")
    (out / f"{QUESTIONS}.tmp").replace(out / QUESTIONS)


def _sampled(given: str, choose: random.Random, hashes: dict[str, Any]) -> list[Example]:
    """The questions of ``FILE[:N]``; ``hashes`` gets what must be known to find them again."""
    name, _, count = given.partition(":")
    path = Path(name)
    found = data.read_examples(path)
    if count:
        found = choose.sample(found, min(int(count), len(found)))
    hashes[path.name] = {"sha256": data.file_hash(path), "questions": len(found)}
    print(f"{path.name}: {len(found)} questions", flush=True)
    return found


def hard_negatives(examples: list[Example], answers: dict[str, tuple[str, ...]]) -> list[list[Example]]:
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
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), create=True) as library:
        library.add(articles)
        print(f"looking for hard negatives among {library.passage_count} passages", flush=True)
        for example in examples:
            right = answers.get(example.question) or tuple(text for _, text in example.answers)
            hits = [hit.passage for hit in library.search(example.question, 12)]
            near = [known[hit.article_id, hit.paragraph] for hit in hits if (hit.article_id, hit.paragraph) in known]
            others = [paragraph for paragraph in near if paragraph.text != example.paragraph.text]
            wrong = [paragraph for paragraph in others if data.is_negative(paragraph.text, right)]
            found.append([Example(example.question, paragraph, ()) for paragraph in wrong[:MOST_NEGATIVES]])
    return found


if __name__ == "__main__":
    main()
