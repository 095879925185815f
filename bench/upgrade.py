"""``python -m bench.upgrade [--passages N]``: how long a library of 0.1 takes to open, with all its schema's steps.

The library of ``tests/data`` that 0.1.0 made, its articles and passages repeated until there are so many.
"""

from __future__ import annotations

import argparse
import gzip
import sqlite3
import tempfile
import time
from pathlib import Path

from index.shelf import Shelf

MADE_BY_0_1 = Path(__file__).parent.parent / "tests" / "data" / "library-0.1.0.sqlite3.gz"


def main() -> None:
    """Print the seconds."""
    parser = argparse.ArgumentParser(prog="python -m bench.upgrade", description=__doc__)
    parser.add_argument("--passages", type=int, default=2_000, metavar="N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        catalog = Path(folder) / "catalog.sqlite3"
        catalog.write_bytes(gzip.decompress(MADE_BY_0_1.read_bytes()))
        passages = _grow(catalog, options.passages)
        for what in ("the first time, upgraded", "again"):
            began = time.perf_counter()
            with Shelf.of(Path(folder)):
                print(f"{passages:,} passages opened {what}: {time.perf_counter() - began:.2f} s")


def _grow(catalog: Path, passages: int) -> int:
    count: int
    connection = sqlite3.connect(catalog)
    names = [row[1] for row in connection.execute("PRAGMA table_info(articles)")]
    articles = connection.execute("SELECT * FROM articles ORDER BY num").fetchall()
    number = max(row[names.index("num")] for row in articles)
    (count,) = connection.execute("SELECT count(*) FROM passages").fetchone()
    while count < passages:
        for row in articles:
            number += 1
            values = dict(zip(names, row, strict=True))
            old, values["num"], values["id"] = values["num"], number, f"{values['id']}-{number}"
            marks = ", ".join("?" * len(names))
            connection.execute(f"INSERT INTO articles ({', '.join(names)}) VALUES ({marks})", tuple(values.values()))
            places = connection.execute("SELECT * FROM passages JOIN vectors ON passage = id WHERE article = ?", (old,))
            for _, _, paragraph, start, end, _, vector in places.fetchall():
                last = connection.execute(
                    "INSERT INTO passages (article, paragraph, start, end) VALUES (?, ?, ?, ?)",
                    (number, paragraph, start, end),
                ).lastrowid
                connection.execute("INSERT INTO vectors VALUES (?, ?)", (last, vector))
                count += 1
    connection.execute("INSERT INTO fulltext (fulltext) VALUES ('rebuild')")
    connection.commit()
    connection.close()
    return count


if __name__ == "__main__":
    main()
