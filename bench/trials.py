"""``python -m bench.trials``: train on one small budget, each time with one thing changed, and put it in a table.

What a long training should be made of is asked here first. The file, :data:`PLANS` unless another is named, holds the
``base``, options of ``python -m qa.training`` by their names, and ``trials``, each with the options that differ. What
has its weights in ``--out`` is not trained again, and what was killed goes on.

A row is scored with its 8-bit weights: the passage given, on all newsroom questions and a sample of SQuAD's; and open,
where the surest span, by its margin, of the ten passages found is the answer, without any fitted confidence.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from index.articles import make_article
from index.library import Library
from qa.evaluation.datasets import Item, read_items, sample
from qa.evaluation.figures import summary
from qa.evaluation.outcomes import read_all
from qa.evaluation.scores import token_f1
from qa.evidence import margin
from qa.reader import OnnxReader, Reader
from qa.training.course import CURVES
from qa.training.gather import stories

PLANS = Path(__file__).with_name("trials.toml")
FOUND = 10
"""Passages that an open question is read in."""
ROW = (
    "trial", "steps", "minutes", "newsroom_em", "newsroom_f1", "newsroom_best_f1", "newsroom_auc", "newsroom_open_f1",
    "squad1_em", "squad1_f1", "squad2_best_f1", "squad2_auc",
)  # fmt: skip

Options = Mapping[str, Any]
"""Of ``python -m qa.training``, by their names; ``files`` are its positional arguments."""


def arguments(base: Options, trial: Options, folders: Sequence[Path], bases: Mapping[str, str], out: Path) -> list[str]:
    """The command line of a trial, after ``python -m qa.training``.

    Args:
        base: what all trials have.
        trial: what this one has instead; its ``name`` is left out.
        folders: where question files are looked for, the first that has one counting.
        bases: folders that ``base`` and ``teacher`` may name.
        out: where it trains.

    Raises:
        SystemExit: a file, or a folder of weights, is not there.
    """
    options = {**base, **{name: value for name, value in trial.items() if name != "name"}}
    found = [_place(given, folders) for given in options.pop("files")]
    for name, value in options.items():
        found.append(f"--{name}")
        if isinstance(value, list):
            found += [_place(given, folders) for given in value]
        elif name in ("base", "teacher"):
            if value not in bases:
                raise SystemExit(f"which folder is {value}? Say --weights {value}=DIR")
            found.append(bases[value])
        else:
            found.append(str(value))
    return [*found, "--out", str(out)]


def _place(given: str, folders: Sequence[Path]) -> str:
    name, colon, count = given.partition(":")
    for folder in folders:
        if (folder / name).exists():
            return f"{folder / name}{colon}{count}"
    raise SystemExit(f"{name} is in none of {', '.join(map(str, folders))}; the model card says where it comes from")


def open_f1(reader: Reader, library: Library, items: Sequence[Item]) -> float:
    """Mean token F1, in percent, of the span with the best margin among the passages found for each question.

    Questions without an answer, and those that need the turn before, are left out.
    """

    def score(item: Item) -> float:
        with library.view() as view:
            passages = [hit.passage for hit in view.search(item.question, FOUND)]
            articles = [view.article(passage.article_id) for passage in passages]
        readings = reader.read(item.question, passages, [article.headline if article else "" for article in articles])
        best = max(readings, key=margin)
        low = best.passage.start
        text = best.passage.text[best.spans[0].start - low : best.spans[0].end - low] if best.spans else ""
        return token_f1(text, item.answers)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return 100 * float(np.mean([*pool.map(score, [one for one in items if one.answers and not one.history])]))


def scored(weights: Path, library: Library, newsroom: Path, squad: Sequence[Path], limit: int) -> dict[str, Any]:
    """The figures of a row, in percent, AUC from 0 to 1; ``squad`` are the development sets of 1.1 and 2.0."""
    reader = OnnxReader(weights, threads=1, spin=False)
    items = read_items(newsroom)
    of = {"newsroom": summary(read_all(reader, items))}
    of |= {f"squad{n}": summary(read_all(reader, sample(read_items(path), limit))) for n, path in enumerate(squad, 1)}
    names = {"em": "exact_match", "f1": "f1", "best_f1": "best_f1", "auc": "auc"}
    row = {f"{data}_{short}": found[name] for data, found in of.items() for short, name in names.items()}
    return row | {"newsroom_open_f1": open_f1(reader, library, items)}


def main() -> None:
    """Train what is not trained yet, score all, write the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.trials", description=__doc__)
    parser.add_argument("names", nargs="*", help="trials, or weights to score beside them; all trials if none")
    parser.add_argument("--plans", type=Path, default=PLANS, metavar="FILE.toml")
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="DIR", help="where question files are")
    parser.add_argument("--weights", nargs="+", default=[], metavar="NAME=DIR", help="where base and teacher are")
    parser.add_argument("--newsroom", type=Path, nargs="+", required=True, metavar="FILE",
                        help="the first is asked; the library holds the articles of all")  # fmt: skip
    parser.add_argument("--squad", type=Path, nargs=2, required=True, metavar=("1.1", "2.0"), help="development sets")
    parser.add_argument("--limit", type=int, default=600, help="of each of SQuAD's sets (%(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="a folder: the trials' own, and trials.csv")
    options = parser.parse_args()
    plans = tomllib.loads(options.plans.read_text("utf-8"))
    trials = {trial["name"]: trial for trial in plans["trials"]}
    bases = dict(given.split("=", 1) for given in options.weights)
    if unknown := {*options.names} - trials.keys() - bases.keys():
        raise SystemExit(f"{options.plans} has no trial {', '.join(sorted(unknown))}, and --weights no such folder")
    names = options.names or [*trials]
    folders = {name: options.out / name if name in trials else Path(bases[name]) for name in names}
    for name in names:
        if name in trials and not (folders[name] / "reader.json").exists():
            command = arguments(plans["base"], trials[name], options.data, bases, folders[name])
            print(f"{name}: training", flush=True)
            subprocess.run([sys.executable, "-W", "ignore", "-m", "qa.training", *command], check=True)
    articles = [
        make_article(id=key, headline=headline, paragraphs=paragraphs)
        for path in options.newsroom
        for key, headline, paragraphs in stories(path)
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(Path(folder), create=True) as library,
        (options.out / "trials.csv").open("w", encoding="utf-8", newline="") as file,
    ):
        library.add(articles)
        table = csv.DictWriter(file, ROW, extrasaction="ignore")
        table.writeheader()
        for name, out in folders.items():
            row: dict[str, Any] = {"trial": name}
            if (out / CURVES).exists():
                with (out / CURVES).open(encoding="utf-8") as curves:
                    *_, last = csv.DictReader(curves)
                row |= {"steps": last["step"], "minutes": round(float(last["minutes"]), 1)}
            found = scored(out, library, options.newsroom[0], options.squad, options.limit)
            row |= {name: round(found[name], 3 if name.endswith("auc") else 1) for name in ROW if name in found}
            table.writerow(row)
            file.flush()
            print("  ".join(f"{column} {row.get(column, '')}" for column in ROW), flush=True)


if __name__ == "__main__":
    main()
