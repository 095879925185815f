"""``python -m qa.training``: train a reader on question files."""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from qa.reader import OnnxReader
from qa.terminal import progress_bar
from qa.training import data
from qa.training.data import Example, Paragraph
from qa.training.export import save
from qa.training.negatives import hard_negatives, tempting
from qa.training.teach import teach
from qa.training.train import Group, Plan, Watch, train

QUESTIONS = "questions.json"
"""In the folder of a training: what it trains on, passages and all."""
FILE_HELP = "SQuAD JSON or newsroom JSON Lines; N: sample so many"


def main() -> None:
    """Read the data, find the negatives, train, write the weights."""
    given = options().parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(
        base=given.base, epochs=given.epochs, learning_rate=given.learning_rate, negatives=given.negatives,
        layer_decay=given.layer_decay, average=given.average, frozen=given.frozen, shared=given.shared,
        batch_tokens=given.batch_tokens, teacher=given.teacher, seed=given.seed, bfloat16=not given.float32,
        hidden=given.hidden, tempting=given.tempting,
    )  # fmt: skip
    choose = random.Random(given.seed)  # noqa: S311 - repeatable, not secret
    hashes: dict[str, Any] = {}
    examples = [example for name in given.files for example in _sampled(name, choose, hashes)]
    alone = [example for name in given.alone for example in _sampled(name, choose, hashes)]
    about = {"name": given.name, "plan": asdict(plan), "data": hashes}
    asked = _kept(given.out, about)
    if asked is None:
        answers: dict[str, tuple[str, ...]] = {}
        for name in given.files:
            path = Path(name.partition(":")[0])
            if ".jsonl" in path.name:
                answers |= data.accepted(path)
        negatives = hard_negatives(examples, answers)
        if plan.tempting:
            reader = OnnxReader(Path(plan.tempting), threads=1, spin=False)
            with progress_bar("Tempting", len(examples)) as tick:
                worst = tempting(examples, negatives, reader, tick)
            asked = [
                [one, *found[: plan.negatives]] for one, found in zip(examples, worst, strict=True) if found is not None
            ]
            print(f"{len(asked)} of {len(examples)} questions are hard", flush=True)
        else:
            asked = [
                [example, *choose.sample(found, min(plan.negatives, len(found)))]
                for example, found in zip(examples, negatives, strict=True)
            ]
        asked += [[example] for example in alone]
        _keep(given.out, about, asked)
    development = [example for name in given.development for example in _sampled(name, random.Random(0), {})]  # noqa: S311
    taught = None
    if plan.teacher:
        everything = [example for group in asked for example in group]
        taught = teach(Path(plan.teacher), everything)
    tokenizer = Tokenizer.from_file(str(Path(plan.base) / "tokenizer.json"))
    watch = Watch(development, given.look, given.save_minutes)
    model = train(plan, asked, tokenizer, given.out, taught=taught, watch=watch)
    save(model, tokenizer, about, given.out)


def options() -> argparse.ArgumentParser:
    """Of the command line."""
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
        "--tempting", default="", metavar="DIR", help="a reader's weights: of the FILEs those questions alone that"
        " it finds hard, with the passages that tempt it most as negatives",
    )  # fmt: skip
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
    return parser


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


if __name__ == "__main__":
    main()
