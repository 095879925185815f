"""Every page and file of ``data/pages`` comes in as it was published: own words and invented names, real habits."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from typing import Any

import pytest

from bench.pages import DATA, Tally, compare
from index.formats import FormatError, kind_of, parse
from index.ingest import read_paths

RIGHT: dict[str, dict[str, Any]] = json.loads((DATA / "right.json").read_text("utf-8"))


@pytest.mark.parametrize("name", RIGHT)
def test_it_comes_in_as_it_was_published(name: str) -> None:
    tally = Tally()
    compare(tally, name, RIGHT[name], list(read_paths([DATA / name])))
    assert tally.wrong == []


def test_nothing_is_measured_that_is_not_there() -> None:
    assert {path.name for path in DATA.iterdir()} == {*RIGHT, "right.json"}


@pytest.mark.parametrize("name", [name for name in RIGHT if not name.endswith((".gz", ".zip"))])
def test_a_torn_file_leads_to_articles_or_to_one_line(name: str) -> None:
    """Cut off, with bytes changed, with a piece missing: never to an error that names no file."""
    path, chance = DATA / name, random.Random(name)
    kind = (kind_of(path) or ("", False))[0]
    whole = path.read_bytes()
    changed = bytearray(whole)
    for _ in range(20):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    middle = chance.randrange(len(whole))
    for data in (whole[:middle], bytes(changed), whole[:middle] + whole[middle + 200 :]):
        with suppress(FormatError):
            assert parse(kind, data)
