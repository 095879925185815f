"""``python -m bench.stores FOLDER URL``: a question on the same library in a folder and in a database, in turns.

Copies the library of :mod:`bench.scale` in ``FOLDER`` to the database at ``URL`` first, unless it is there. Wall clock,
since a database works while this process waits; and how soon another session sees a write.
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
from pathlib import Path

from bench.scale import TEN, GivenVectors, _archive, _read_questions, rank
from index.errors import LibraryError
from index.library import Library
from index.migration import migrate
from index.stores import open_store

ROUNDS = 3


def main() -> None:
    """Copy, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.stores", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    options = parser.parse_args()
    began = time.perf_counter()
    try:
        open_store(options.url).close()
    except LibraryError:
        counts = migrate(options.folder, options.url)
        print(f"copied and compared {sum(counts.values()):,} rows in {time.perf_counter() - began:.0f} s")
    encoder = GivenVectors()
    for where in (options.folder, options.url):  # both with the same generation
        rank(where, encoder)
    asked = _read_questions(options.folder)
    with (
        Library.open(options.folder, encoder=encoder) as folder,
        Library.open(options.url, encoder=encoder) as database,
    ):
        times: dict[str, list[float]] = {"folder": [], "database": []}
        for _ in range(ROUNDS):
            for one in asked:
                for name, library in (("folder", folder), ("database", database)):
                    at = time.perf_counter()
                    library.search(one.text, TEN)
                    times[name].append(1_000 * (time.perf_counter() - at))
        for name, found in times.items():
            p95 = statistics.quantiles(found, n=20)[-1]
            print(f"{name:9} p50 {statistics.median(found):6.1f} ms, p95 {p95:6.1f} ms, {len(found)} questions")
        print(f"a write is seen by another session after {1_000 * _seen_after(database, options.url, encoder):.0f} ms")


def _seen_after(library: Library, url: str, encoder: GivenVectors) -> float:
    """Median seconds from the acknowledgement of an article to another session's being caught up, by NOTIFY."""
    found = []
    with Library.open(url, encoder=encoder) as other:
        for number in range(5):
            article, vectors = _archive(encoder).article(10**7 + number)
            started = threading.Thread(target=other.follow, args=(30.0,))
            started.start()
            time.sleep(0.3)
            library.add(encoder.give([(article, vectors)]))
            at = time.perf_counter()
            started.join()
            found.append(time.perf_counter() - at)
            library.remove([article.id])
    return statistics.median(found)


if __name__ == "__main__":
    main()
