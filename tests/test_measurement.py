"""The JSON of a measurement: a contract with whoever reads it."""

from __future__ import annotations

import json
from dataclasses import replace

from index.library import Library
from qa.evaluation.measurement import Outcome
from qa.evaluation.outcomes import ask_all, read_all
from tests.fakes import BRIDGE, WordReader
from tests.test_evaluate import MAYOR, against_itself, engine, measurement


def test_what_is_printed_as_json_keeps_its_names(library: Library) -> None:
    """Whoever reads it goes on to find what was there; there may be more."""
    library.add([BRIDGE])
    item = replace(MAYOR, passage="Ana Ortiz.")
    made = measurement([item], ask_all(engine(library, {"Ana Ortiz": 2.0}), [item]), read_all(WordReader({}), [item]))
    printed = json.loads(json.dumps(against_itself(made).to_json(), allow_nan=False))
    assert list(printed) == ["about", "open", "reader", "against", "records"]
    assert printed["about"] == {
        "dataset": "set.jsonl", "sha256": "00", "questions": 3, "sampled_from": None, "pullquote": "1",
        "measured": "2026-01-02T03:04:05+00:00", "library": {"articles": 2, "passages": 4},
        "resamples": 1000, "seed": 0, "reader": "words",
    }  # fmt: skip
    part_names = {"threshold", "figures", "intervals", "curve", "breakdowns", "misses"}
    assert set(printed["open"]) == part_names | {"reliability"} | {"perhaps", "refused"}
    assert set(printed["reader"]) == part_names | {"perhaps", "refused"}
    assert printed["open"]["reliability"] == [{"answers": 1, "confidence": 0.8808, "right": 1.0}]
    [row] = printed["open"]["breakdowns"]["kind"]
    assert row == {
        "part": "first question", "questions": 1, "f1": 100.0, "exact_match": 100.0, "right": 100.0,
        "recall_at_10": 100.0, "f1_interval": None,
    }  # fmt: skip
    [record] = printed["records"]
    assert record["open"].pop("ms").keys() == {"search", "read", "total", "second"}
    assert record == {
        "question": "Who is the mayor?", "before": None, "answers": ["Ana Ortiz"],
        "article_id": "bridge", "paragraph": 2,
        "open": {
            "answer": "Ana Ortiz", "confidence": 0.8808, "given": True, "status": "answered", "exact": 1.0, "f1": 1.0,
            "rank": 1, "article_rank": 1, "cited": ["bridge", 2],
            "told": {
                "speaker": None, "sources": 1, "stages": 0, "newer": 0, "corrected": False,
            },
        },
        "reader": {
            "answer": None, "confidence": None, "given": False, "status": "no_answer", "exact": 0.0, "f1": 0.0,
        },
    }  # fmt: skip
    assert printed["against"]["earlier_reader"] == "v0"
    assert printed["against"]["open"][0]["figure"] == "exact_match"
    assert measurement([item], [], [Outcome(item, None, 0.0, "no_answer")]).to_json()["open"] is None
