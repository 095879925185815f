"""Two runs beside each other: what an earlier one is read back from, and what the difference says."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from index.errors import SourceError
from qa.answers import Turn
from qa.evaluation.compare import EarlierRun, compare, read_earlier
from qa.evaluation.datasets import Item
from qa.evaluation.measurement import Outcome
from tests.test_evaluate import MAYOR, measurement, outcome


def test_two_runs_are_compared_on_their_common_questions() -> None:
    items = [outcome(f"q{n}", ["a"], "a", 1.0, f"article {n}").item for n in range(12)]
    items.append(Item("none", (), "article 0"))
    worse = [Outcome(item, "b", -1.0, "no_answer") for item in items]
    better = [Outcome(item, "a", 1.0, "answered") for item in items]
    old = EarlierRun("old.json", "v0", tuple(measurement(items[1:], [], worse[1:]).records))
    found = compare(old, measurement(items, [], better).records).to_json()
    assert (found["common"], found["only_earlier"], found["only_now"]) == (12, 0, 1)
    assert "open" not in found
    rows = {row["figure"]: row for row in found["reader"]}
    assert rows["f1"].pop("p") == pytest.approx(2 / 2048, abs=1e-3), "eleven articles, all better"
    assert rows["f1"] == {
        "figure": "f1", "questions": 11, "earlier": 0.0, "now": 100.0, "difference": 100.0, "interval": [100.0, 100.0],
    }  # fmt: skip
    assert (rows["overall_f1"]["questions"], rows["overall_f1"]["earlier"]) == (12, 8.3), "silence was right once"
    assert rows["overall_f1"]["now"] == 91.7


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        *(f'{{"about": {{"reader": "v0"}}, "records": {r}}}' for r in ("3", "[{}]", '[{"question": []}]')),
        "[" * 9_999,
    ],
)
def test_an_earlier_run_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(SourceError, match="is not what pullquote eval --json prints; make one with: pullquote eval"):
        read_earlier(tmp_path / "x.json")


def test_an_earlier_run_is_read_back(tmp_path: Path) -> None:
    items = [MAYOR, Item("When?", (), before=Turn("Who?"))]
    outcomes = [Outcome(MAYOR, "Ana Ortiz", 0.25, "uncertain"), Outcome(items[1], None, -math.inf, "no_answer")]
    made = measurement(items, [], outcomes)
    (tmp_path / "x.json").write_text(json.dumps(made.to_json()))
    assert read_earlier(tmp_path / "x.json") == EarlierRun("x.json", "words", tuple(made.records))


def test_a_run_from_before_there_was_perhaps_is_read_back(tmp_path: Path) -> None:
    made = measurement([MAYOR], [], [Outcome(MAYOR, "Ana Ortiz", 1.0, "answered")]).to_json()
    del made["records"][0]["reader"]["status"]
    (tmp_path / "x.json").write_text(json.dumps(made))
    [record] = read_earlier(tmp_path / "x.json").records
    assert record.outcomes["reader"].status == "answered"
