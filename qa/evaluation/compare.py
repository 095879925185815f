"""Two runs over the same questions: by how much they differ, and whether by more than chance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.errors import SourceError
from qa.evaluation.datasets import MAX_FILE_BYTES, Item
from qa.evaluation.measurement import WAYS, Compared, Comparison, Outcome, Record, Way
from qa.evaluation.resampling import numbered, paired

COMPARED = ("exact_match", "f1", "overall_exact", "overall_f1")
"""``exact_match`` and ``f1`` are of the best answers to answerable questions; the overall ones, of all questions."""

_Key = tuple[str, str | None, int | None, str | None]


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """What is read back of a run: the name of its file and of its reader, and the records."""

    file: str
    reader: str
    records: tuple[Record, ...]


def read_earlier(path: Path) -> EarlierRun:
    """A run that ``pullquote eval --json`` wrote.

    Raises:
        SourceError: the file cannot be read or is not such a run.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SourceError(str(path), f"has more than {MAX_FILE_BYTES // 1_000_000} million bytes")
        body = json.loads(path.read_text("utf-8"))
        records = tuple(Record.from_json(record) for record in body["records"])
        return EarlierRun(path.name, str(body["about"]["reader"]), records)
    except OSError as error:
        raise SourceError(str(path), f"cannot be read ({error.strerror or error})") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        make = "make one with: pullquote eval --json FILE > earlier.json"
        raise SourceError(str(path), f"is not what pullquote eval --json prints; {make}") from None


def compare(earlier: EarlierRun, now: Sequence[Record]) -> Comparison:
    """The differences over the questions that both runs asked, for each way of asking that both took.

    Questions are the same if question, article, paragraph and the question before are. A p-value is the share of
    10,000 random attributions of each article's answers to the two runs that differ at least as much.
    """
    before = {_key(record.item): record for record in earlier.records}
    after = {_key(record.item): record for record in now}
    common = [key for key in after if key in before]
    ways: dict[Way, tuple[Compared, ...]] = {}
    for way in WAYS:
        pairs = [
            (key, old, new)
            for key in common
            if (old := before[key].outcomes.get(way)) is not None and (new := after[key].outcomes.get(way)) is not None
        ]
        if rows := [row for figure in COMPARED if (row := _row(figure, pairs)) is not None]:
            ways[way] = tuple(rows)
    only = (len(before) - len(common), len(after) - len(common))
    return Comparison(earlier.file, earlier.reader, len(common), *only, ways)


def _row(figure: str, pairs: Sequence[tuple[_Key, Outcome, Outcome]]) -> Compared | None:
    scored = [
        (key, 100.0 * a, 100.0 * b)
        for key, old, new in pairs
        if (a := _score(figure, old)) is not None and (b := _score(figure, new)) is not None
    ]
    if not scored:
        return None
    earlier, now = (np.array([entry[side] for entry in scored]) for side in (1, 2))
    groups = numbered([article if article is not None else (question,) for (question, article, *_), _, _ in scored])
    found = paired(now - earlier, groups)
    return Compared(
        figure,
        len(scored),
        earlier=round(float(earlier.mean()), 1),
        now=round(float(now.mean()), 1),
        difference=round(found.mean, 1),
        interval=(round(found.interval[0], 1), round(found.interval[1], 1)) if found.interval else None,
        p=round(found.p, 4),
    )


def _key(item: Item) -> _Key:
    return item.question, item.article_id, item.paragraph, item.before.question if item.before else None


def _score(figure: str, outcome: Outcome) -> float | None:
    """What an outcome counts for in one of :data:`COMPARED`, in [0, 1]; ``None`` where it does not count."""
    score = outcome.exact if figure in ("exact_match", "overall_exact") else outcome.f1
    if not figure.startswith("overall"):
        return score if outcome.item.answers else None
    return score * outcome.given if outcome.item.answers else float(not outcome.given)
