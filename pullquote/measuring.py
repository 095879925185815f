"""The command that measures."""

from __future__ import annotations

import argparse
import json
import time
from importlib.util import find_spec
from pathlib import Path

from index.errors import PullquoteError, SourceError
from pullquote.places import library_path, reader_path
from qa.terminal import say


def eval_(options: argparse.Namespace) -> int:
    """Measure the answers on a data set, and print or write what was asked for."""
    from qa.evaluation.measure import measure

    began = time.perf_counter()
    page: Path | None = options.html
    if page and (page.is_dir() or not page.absolute().parent.is_dir()):  # before the long part
        raise SourceError(str(page), "cannot be written; name a file in a folder that exists")
    if page and find_spec("matplotlib") is None:
        raise PullquoteError(
            "a report's plots need matplotlib, which is not installed;"
            " pip install 'pullquote[report]', or leave out --html"
        )
    measurement = measure(
        options.dataset,
        library=None if options.reader_only else library_path(options),
        weights=reader_path(options),
        limit=options.limit,
        against=options.against,
    )
    if page:
        from qa.evaluation.report import report

        try:
            page.write_text(report(measurement), "utf-8")
        except OSError as error:
            raise SourceError(str(page), f"cannot be written ({error.strerror or error})") from None
        say(f"Report: {page}")
    if options.json:
        print(json.dumps(measurement.to_json(), ensure_ascii=False, allow_nan=False, indent=1))
    else:
        from qa.evaluation.scoreboard import print_measurement

        print_measurement(measurement)
    say(f"Done in {time.perf_counter() - began:.0f} s.")
    return 0
