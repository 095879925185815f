"""``make bench``: Pullquote side by side with Haystack, txtai, and the plain forward pass of the same reader.

``python -m bench [--articles FILE…] [--questions FILE…] [--sizes N…] [--large] [--runs N] [--results FILE]``. Without
files it uses the sample newsroom, which the reader was trained on: its speed is telling, its EM and F1 flatter
everybody alike. The first call makes the peers' environments under ``.bench/``.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.peers import results
from bench.peers.corpus import Corpus, build, load
from bench.peers.runs import Run, run
from bench.peers.systems import BENCH, ENCODERS, READS_WITH, ROOT, SYSTEMS, PeerFailed, System, prepare
from index.articles import Article
from index.errors import SourceError
from qa.evaluation.datasets import Item

SIZES = [36, 2_000]
LARGE = 100_000
QUESTIONS = 100


def main() -> int:
    """Measure, print, and write the page, which grows with every size; the exit status."""
    options = _options()
    os.environ[READS_WITH] = options.reader
    systems = _chosen(options.only, typed=options.reader == "fast")
    try:
        prepare(systems)
        articles, asked = load(options.articles, options.questions)
        page = ""
        for page in _pages(options, systems, articles, asked):
            if options.results:
                options.results.write_text(page + "\n", "utf-8")
    except (PeerFailed, SourceError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(page)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--articles", type=Path, nargs="*", default=[], help="newsroom files, may be packed with gzip")
    parser.add_argument("--questions", type=Path, nargs="*", default=[], help="newsroom files, or a question a line")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="passages")
    parser.add_argument("--large", action="store_true", help=f"with {LARGE:,} passages too; takes hours")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--limit", type=int, default=QUESTIONS, help="questions asked in each run")
    parser.add_argument(
        "--reader", choices=["fast", "both", "accurate"], default="fast",
        help="Pullquote's; the peers read with the weights of fast, else with those of accurate",
    )  # fmt: skip
    parser.add_argument("--only", nargs="*", default=[], help="these peers: haystack, txtai, floor")
    parser.add_argument("--results", type=Path, help="write the Markdown page here as well")
    options = parser.parse_args()
    if not options.questions:
        options.questions = [ROOT / "bench" / "peers" / "questions.jsonl"]
        options.articles = options.articles or [ROOT / "seeds" / "newsroom.jsonl"]
    options.sizes = sorted({*options.sizes, *([LARGE] if options.large else [])})
    return options


def _chosen(modules: list[str], *, typed: bool) -> list[System]:
    """Without the ways that hand token types on, unless ``typed``: the large reader's weights know none."""
    kept = [system for system in SYSTEMS if system.reads_articles or not modules or system.module in modules]
    if typed:
        return kept
    return [replace(one, ways={way: name for way, name in one.ways.items() if way != "typed"}) for one in kept]


def _pages(
    options: argparse.Namespace, systems: list[System], articles: list[Article], asked: list[Item]
) -> Iterator[str]:
    """The page after each size, all runs of it done."""
    sections: list[str] = []
    versions: dict[str, str] = {}
    for size in options.sizes:
        corpus = build(articles, asked, size, options.limit)
        if not corpus.questions:
            raise SourceError("--questions", f"none is about the first {size} passages; give larger --sizes")
        data, folder = BENCH / "data" / str(size), BENCH / "index" / str(size)
        corpus.write(data)
        runs = []
        for turn in range(options.runs):
            _say(f"{size:,} passages, run {turn + 1} of {options.runs}")
            ingest = turn == 0 or size < LARGE
            encoders = ENCODERS if size < LARGE else ()  # their seconds a passage do not depend on the number
            runs.append(run(corpus, data, folder, turn, ingest=ingest, systems=systems, encoders=encoders, say=_say))
            versions |= runs[-1].versions
        sections += _section(corpus, systems, runs)
        yield "\n".join([*_head(options.runs, versions), *sections, results.NOTES.rstrip()])


def _head(runs: int, versions: dict[str, str]) -> list[str]:
    return [
        "# Pullquote beside its peers", "",
        f"{time.strftime('%Y-%m-%d')}, {runs} run{'s' * (runs > 1)} of each size. {results.machine()}.", "",
        f"Versions: {', '.join(f'{name} {number}' for name, number in sorted(versions.items()))}.", "",
        "To repeat: `make bench`, or with the same files", "",
        f"    .venv/bin/python -m bench {shlex.join(_nameonly(word) for word in sys.argv[1:])}".rstrip(), "",
    ]  # fmt: skip


def _nameonly(word: str) -> str:
    """A file's name without its folder, which others have elsewhere."""
    return Path(word).name if Path(word).is_file() else word


def _section(corpus: Corpus, systems: list[System], runs: list[Run]) -> list[str]:
    """One size: the tables and what went wrong."""
    ways = [name for system in systems for name in system.ways.values()]
    copied = f", {corpus.copied} of them copies with other names, long words and numbers" if corpus.copied else ""
    once = " Ingest was measured once." if corpus.passages >= LARGE and len(runs) > 1 else ""
    return [
        f"## {corpus.passages:,} passages", "",
        f"{len(corpus.articles):,} articles{copied}; {len(corpus.questions)} questions.{once}", "",
        *results.table(ways, runs), "",
        *results.ratios([name for name in ways if name != results.OURS], runs), "",
        *(_alone(runs) if corpus.passages < LARGE else []),
        *results.floor(runs), "",
        *results.failures(runs), "",
    ]  # fmt: skip


def _alone(runs: list[Run]) -> list[str]:
    table = results.table([system.name for system in ENCODERS], runs)
    return ["Embedding alone, and recall by vectors alone:", "", *table, ""]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
