"""Two runs over the same questions: by how much they differ, and whether by more than chance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import SourceError
from qa.evaluation.datasets import MAX_FILE_BYTES
from qa.evaluation.resampling import numbered, paired

COMPARED = ("exact_match", "f1", "overall_exact", "overall_f1")
"""``exact_match`` and ``f1`` are of the best answers to answerable questions; the overall ones, of all questions."""

_PARTS = ("open", "reader")

Records = Sequence[Mapping[str, Any]]


def read_earlier(path: Path) -> dict[str, Any]:
    """A run that ``pullquote eval --json`` wrote: the name of its reader, and the records.

    Raises:
        SourceError: the file cannot be read or is not such a run.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SourceError(str(path), f"has more than {MAX_FILE_BYTES // 1_000_000} million bytes")
        body = json.loads(path.read_text("utf-8"))
        found = {"reader": str(body["about"]["reader"]), "records": list(body["records"])}
        for record in found["records"]:
            _key(record)
            for part in _PARTS:
                _scores(record, part)
    except OSError as error:
        raise SourceError(str(path), f"cannot be read ({error.strerror or error})") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        make = "make one with: pullquote eval --json FILE > earlier.json"
        raise SourceError(str(path), f"is not what pullquote eval --json prints; {make}") from None
    return found


def compare(earlier: Records, now: Records) -> dict[str, Any]:
    """The differences over the questions that both runs asked, for each way of asking that both took.

    Questions are the same if question, article, paragraph and the question before are. A p-value is the share of
    10,000 random attributions of each article's answers to the two runs that differ at least as much.
    """
    before = {_key(record): record for record in earlier}
    after = {_key(record): record for record in now}
    common = [key for key in after if key in before]
    body: dict[str, Any] = {
        "common": len(common), "only_earlier": len(before) - len(common), "only_now": len(after) - len(common),
    }  # fmt: skip
    for part in _PARTS:
        pairs = [
            (key, old, new)
            for key in common
            if (old := _scores(before[key], part)) is not None and (new := _scores(after[key], part)) is not None
        ]
        if rows := [row for figure in COMPARED if (row := _row(figure, pairs)) is not None]:
            body[part] = rows
    return body


_Key = tuple[str, str | None, int | None, str | None]
_Scores = Mapping[str, float | None]


def _row(figure: str, pairs: Sequence[tuple[_Key, _Scores, _Scores]]) -> dict[str, Any] | None:
    scored = [
        (key, 100.0 * a, 100.0 * b)
        for key, old, new in pairs
        if (a := old[figure]) is not None and (b := new[figure]) is not None
    ]
    if not scored:
        return None
    earlier, now = (np.array([entry[side] for entry in scored]) for side in (1, 2))
    groups = numbered([article if article is not None else (question,) for (question, article, *_), _, _ in scored])
    found = paired(now - earlier, groups)
    return {
        "figure": figure,
        "questions": len(scored),
        "earlier": round(float(earlier.mean()), 1),
        "now": round(float(now.mean()), 1),
        "difference": round(found.mean, 1),
        "interval": [round(end, 1) for end in found.interval] if found.interval else None,
        "p": round(found.p, 4),
    }


def _key(record: Mapping[str, Any]) -> _Key:
    key = (record["question"], record["article_id"], record["paragraph"], record["before"])
    hash(key)
    return key


def _scores(record: Mapping[str, Any], part: str) -> _Scores | None:
    """What a record counts for in each of :data:`COMPARED`, in [0, 1]; ``None`` where it does not count."""
    if part not in record:
        return None
    exact, f1, given = float(record[part]["exact"]), float(record[part]["f1"]), bool(record[part]["given"])
    if not record["answers"]:
        return {"exact_match": None, "f1": None, "overall_exact": float(not given), "overall_f1": float(not given)}
    return {"exact_match": exact, "f1": f1, "overall_exact": exact * given, "overall_f1": f1 * given}
