"""``python -m qa.training.join``: put our questions beside paragraphs that may not be kept with them.

``questions/train_wiki.jsonl`` and ``questions/spare_wiki.jsonl`` hold questions on paragraphs of SQuADShifts (Miller
et al. 2020) and QED (Lamm et al. 2021), which have their own licences and are fetched from their authors. A line names
its paragraph by the first 16 hex digits of the SHA-256 of its text; the command writes a SQuAD 2.0 file of both.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qa.evaluation.datasets import Story, read_stories

KEY_DIGITS = 16


def main() -> None:
    """Read both, and write the joined file."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.join", description=__doc__)
    parser.add_argument("questions", type=Path, help='JSON Lines: {"key", "qas": [{"question", "answer"?}]}')
    parser.add_argument("paragraphs", type=Path, nargs="+", help="SQuAD files that have the paragraphs, or .json.gz")
    parser.add_argument("out", type=Path, help="the file to write")
    options = parser.parse_args()
    sources = [story for path in options.paragraphs for story in read_stories(path)]
    lines = [json.loads(line) for line in options.questions.read_text("utf-8").splitlines()]
    options.out.write_text(json.dumps({"version": options.questions.stem, "data": joined(lines, sources)}), "utf-8")


def joined(lines: Iterable[dict[str, Any]], sources: Iterable[Story]) -> list[dict[str, Any]]:
    """One SQuAD article a line.

    Raises:
        SystemExit: ``sources`` lack a paragraph.
    """
    known = {paragraph_key(text): (story.id, text) for story in sources for text in story.paragraphs}
    articles = []
    for line in lines:
        if line["key"] not in known:
            raise SystemExit(f"no paragraph {line['key']} among the {len(known):,} given; are these the right files?")
        title, context = known[line["key"]]
        qas = []
        for number, qa in enumerate(line["qas"]):
            answers = [{"text": qa["answer"], "answer_start": context.index(qa["answer"])}] if "answer" in qa else []
            name = f"{line['key']}-{number}"
            qas.append({"id": name, "question": qa["question"], "answers": answers, "is_impossible": not answers})
        articles.append({"title": title, "paragraphs": [{"context": context, "qas": qas}]})
    return articles


def paragraph_key(text: str) -> str:
    """By what a paragraph is named."""
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_DIGITS]


if __name__ == "__main__":
    main()
