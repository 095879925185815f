"""Trials of trainings: what their commands say, and how what was trained is scored open."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bench.trials import PLANS, arguments, open_f1
from index.library import Library
from qa.answers import Turn
from qa.evaluation.datasets import Item
from qa.training.__main__ import options
from tests.fakes import BRIDGE, STORM, WordReader


def test_a_trial_is_the_base_with_what_it_has_instead(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.json"):
        (tmp_path / name).touch()
    base = {"files": ["a.jsonl:2"], "alone": ["b.json", "a.jsonl:3"], "base": "small", "learning-rate": "2e-4"}
    said = arguments(
        base, {"name": "fast", "learning-rate": "4e-4", "shared": 1}, [tmp_path], {"small": "w"}, Path("o")
    )
    assert said == [
        f"{tmp_path}/a.jsonl:2", "--alone", f"{tmp_path}/b.json", f"{tmp_path}/a.jsonl:3", "--base", "w",
        "--learning-rate", "4e-4", "--shared", "1", "--out", "o",
    ]  # fmt: skip
    with pytest.raises(SystemExit, match="which folder is big\\? Say --weights big=DIR"):
        arguments(base, {"name": "big", "base": "big"}, [tmp_path], {"small": "w"}, Path("o"))
    with pytest.raises(SystemExit, match=r"c\.json is in none of"):
        arguments(base, {"name": "other", "files": ["c.json"]}, [tmp_path], {"small": "w"}, Path("o"))


def test_every_trial_differs_from_the_base_in_options_that_the_training_has() -> None:
    plans = tomllib.loads(PLANS.read_text("utf-8"))
    known = {action.dest.replace("_", "-") for action in options()._actions}
    names = [trial["name"] for trial in plans["trials"]]
    assert len({*names}) == len(names)
    for trial in plans["trials"]:
        assert trial.keys() - {"name"} <= known
        assert all(plans["base"].get(name) != value for name, value in trial.items())


def test_open_the_surest_span_of_what_is_found_is_the_answer(library: Library) -> None:
    """Right, half right (one of two words, F1 2/3), nothing marked, and two that are not asked."""
    library.add([BRIDGE, STORM])
    items = [
        Item("Who opened the bridge in town?", ("Ana Ortiz",)),
        Item("How long did rain fall?", ("three",)),
        Item("What did it cost?", ("nothing",)),
        Item("Who paid for the bridge?", ()),
        Item("And when?", ("Friday",), before=Turn("Who opened the bridge?")),
    ]
    reader = WordReader({"Ana Ortiz": 3.0, "three days": 2.0, "Friday": 1.0})
    assert open_f1(reader, library, items[:1]) == 100.0
    assert open_f1(WordReader({"three days": 2.0, "ship": 1.0}), library, items[1:2]) == pytest.approx(200 / 3)
    assert open_f1(WordReader({}), library, items[2:3]) == 0.0
    # All five: the reader takes Ana Ortiz for everything that it finds her for.
    assert open_f1(reader, library, items) == pytest.approx(100 / 3)
