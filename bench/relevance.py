"""``python -m bench.relevance --library DIR --about FILE --not-about FILE``: when is a question about nothing here?

The share of questions whose nearest passage is below a cosine, for questions about the library's articles and for
questions about something else. ``RELEVANT`` in ``qa/deciding.py`` comes from here.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from index.library import Library
from qa.evaluation.datasets import read_items
from qa.followup import understood
from qa.judging import PASSAGES

LIMIT = 1_000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.relevance", description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--about", type=Path, required=True, help="questions that the library's articles are about")
    parser.add_argument("--not-about", type=Path, required=True, help="questions about something else")
    options = parser.parse_args()
    nearest = {}
    with Library.open(options.library) as library:
        for name, path in (("about the library", options.about), ("not about it", options.not_about)):
            questions = [understood(item.question, item.history) for item in read_items(path)]
            random.Random(0).shuffle(questions)  # noqa: S311 - repeatable, not secret
            nearest[name] = [
                max(hit.similarity for hit in library.search(question, PASSAGES)) for question in questions[:LIMIT]
            ]
    for cosine in (0.2, 0.25, 0.3, 0.35, 0.4):
        shares = (
            f"{100 * sum(value < cosine for value in values) / len(values):5.1f} % of those {name}"
            for name, values in nearest.items()
        )
        print(f"below {cosine:.2f}: {', '.join(shares)}")


if __name__ == "__main__":
    main()
