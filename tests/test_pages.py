"""Every page and file of ``data/pages`` comes in as it was published: own words and invented names, real habits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.pages import DATA, Tally, compare
from index.ingest import read_paths

RIGHT: dict[str, dict[str, Any]] = json.loads((DATA / "right.json").read_text("utf-8"))


@pytest.mark.parametrize("name", RIGHT)
def test_it_comes_in_as_it_was_published(name: str) -> None:
    tally = Tally()
    compare(tally, name, RIGHT[name], list(read_paths([DATA / name])))
    assert tally.wrong == []


def test_nothing_is_measured_that_is_not_there() -> None:
    assert {path.name for path in DATA.iterdir()} == {*RIGHT, "right.json"}
