"""``pullquote eval``: ask a data set's questions, of the whole library and with the passage given, and report."""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from index.errors import PullquoteError, SourceError
from qa.engine import Engine
from qa.evaluation.breakdowns import part
from qa.evaluation.compare import compare, read_earlier
from qa.evaluation.datasets import Item, read_items, sample
from qa.evaluation.outcomes import Outcome, ask_all, read_all
from qa.evaluation.resampling import RESAMPLES, SEED
from qa.reader import OnnxReader
from qa.terminal import progress_bar, say

Outcomes = Mapping[int, Outcome]
"""By position among the items: the reader alone answers only those that come with their passage."""


def run(options: argparse.Namespace, folder: Path, weights: Path) -> int:
    """Measure, and print or write what was asked for.

    Raises:
        PullquoteError: the data set, the earlier run or the library cannot be used, or the report not written.
    """
    began = time.perf_counter()
    everything = read_items(options.dataset)
    items = sample(everything, options.limit)
    earlier = read_earlier(options.against) if options.against else None
    if options.html and (options.html.is_dir() or not options.html.absolute().parent.is_dir()):  # before the long part
        raise SourceError(str(options.html), "cannot be written; name a file in a folder that exists")
    if options.html and find_spec("matplotlib") is None:
        raise PullquoteError(
            "a report's plots need matplotlib, which is not installed;"
            " pip install 'pullquote[report]', or leave out --html"
        )
    about: dict[str, Any] = {
        "dataset": options.dataset.name,
        "sha256": hashlib.sha256(options.dataset.read_bytes()).hexdigest(),
        "questions": len(items),
        "sampled_from": len(everything) if len(items) < len(everything) else None,
        "pullquote": version("pullquote"),
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "library": None,
        "resamples": RESAMPLES,
        "seed": SEED,
    }
    with_passage = [position for position, item in enumerate(items) if item.passage]
    if options.reader_only and not with_passage:
        raise SourceError(str(options.dataset), "holds no passages for the reader alone; leave --reader-only out")
    opened: Outcomes = {}
    threshold = 0.0
    if not options.reader_only:
        engine = Engine.open(folder, weights=weights)
        try:
            threshold, library = engine.judge.thresholds.sure, engine.library
            about |= {"library": {"articles": library.article_count, "passages": library.passage_count}}
            opened = _ask(engine, items)
        finally:
            engine.close()
    reader = OnnxReader(weights, threads=1)
    with progress_bar("Reading the passages", len(with_passage)) as tick:
        outcomes = read_all(reader, [items[position] for position in with_passage], tick)
    read = dict(zip(with_passage, outcomes, strict=True))
    body = measured(about | {"reader": reader.name}, items, opened, threshold, read)
    if earlier is not None:
        body["against"] = {"file": options.against.name, "earlier_reader": earlier["reader"]} | compare(
            earlier["records"], body["records"]
        )
    _deliver(options, body)
    say(f"Done in {time.perf_counter() - began:.0f} s.")
    return 0


def _ask(engine: Engine, items: Sequence[Item]) -> Outcomes:
    named = dict.fromkeys(item.article_id for item in items if item.article_id is not None)
    missing = [article_id for article_id in named if engine.article(article_id) is None]
    if missing and len(missing) == len(named):
        raise PullquoteError(
            f"the library has none of the articles asked about, as {missing[0]!r}; add them first, "
            "or give the file's own passages to the reader: pullquote eval --reader-only"
        )
    if missing:
        say(f"{len(missing):,} of the {len(named):,} articles asked about are not in the library, as {missing[0]!r}.")
    with progress_bar("Asking the library", len(items)) as tick:
        return dict(enumerate(ask_all(engine, items, tick)))


def measured(
    about: dict[str, Any], items: Sequence[Item], opened: Outcomes, threshold: float, read: Outcomes
) -> dict[str, Any]:
    """The whole measurement, as ``--json`` prints it.

    ``open`` and ``reader`` are each made by :func:`qa.evaluation.breakdowns.part`, ``null`` if not taken; ``records``
    hold what came back for each item, which is what a later run compares itself with.

    Args:
        about: what was measured.
        items: all that were asked.
        opened: the outcomes of the whole library.
        threshold: from which confidence an answer of the library is given.
        read: the outcomes with the passage given.
    """
    records = []
    for position, item in enumerate(items):
        before = item.before.question if item.before else None
        place = {"article_id": item.article_id, "paragraph": item.paragraph}
        ways = {"open": opened.get(position), "reader": read.get(position)}
        outcomes = {name: outcome.to_json() for name, outcome in ways.items() if outcome is not None}
        records.append({"question": item.question, "before": before, **place, "answers": list(item.answers)} | outcomes)
    return {
        "about": about,
        "open": part(list(opened.values()), threshold) if opened else None,
        "reader": part(list(read.values()), 0.0) if read else None,
        "against": None,
        "records": records,
    }


def _deliver(options: argparse.Namespace, body: dict[str, Any]) -> None:
    if options.html:
        from qa.evaluation.report import report

        try:
            options.html.write_text(report(body), "utf-8")
        except OSError as error:
            raise SourceError(str(options.html), f"cannot be written ({error.strerror or error})") from None
        say(f"Report: {options.html}")
    if options.json:
        print(json.dumps(body, ensure_ascii=False, allow_nan=False, indent=1))
    else:
        from qa.evaluation.scoreboard import print_measurement

        print_measurement(body)
