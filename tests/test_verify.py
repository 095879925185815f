"""What is said of a citation after its article changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.errors import SourceError
from qa.verify import Claim, Verdict, read_claims, verify
from tests.fakes import BRIDGE, article

START = BRIDGE.text.index("Ana Ortiz")
CLAIM = Claim("bridge", "Ana Ortiz", START, START + 9)


def test_it_holds_where_it_stands() -> None:
    assert verify(BRIDGE, CLAIM) == Verdict("holds", START, START + 9, 2)


def test_it_moved_with_its_text() -> None:
    later = article("bridge", "New first paragraph.", *BRIDGE.text.split("\n\n"))
    shift = len("New first paragraph.\n\n")
    assert verify(later, CLAIM) == Verdict("moved", START + shift, START + shift + 9, 3)


def test_of_several_places_the_nearest_is_named() -> None:
    twice = article("bridge", "Ana Ortiz came.", "Then, much later, Ana Ortiz left.")
    place = twice.text.rindex("Ana Ortiz")
    assert verify(twice, Claim("bridge", "Ana Ortiz", place + 3, place + 12)) == Verdict("moved", place, place + 9, 2)


def test_it_changed_or_its_article_is_gone() -> None:
    assert verify(article("bridge", "The mayor spoke."), CLAIM) == Verdict("changed")
    assert verify(None, CLAIM) == Verdict("gone")


def test_claims_are_read_from_replies_citations_and_lists(tmp_path: Path) -> None:
    citation = {"article_id": "bridge", "quote": "Ana Ortiz", "start": START, "end": START + 9, "headline": "more"}
    file = tmp_path / "claims.json"
    for body in (citation, [citation], {"answers": [{"citations": [citation]}]}):
        file.write_text(json.dumps(body))
        assert read_claims(file) == [CLAIM]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "is not JSON"),
        ("[]", "holds no citations"),
        ('{"answers": []}', "holds no citations"),
        ('{"article_id": "a"}', "it lacks 'quote'"),
        ('{"article_id": "a", "quote": "", "start": 0, "end": 0}', "it lacks article_id and quote as text"),
        ('{"article_id": "a", "quote": "q", "start": -1, "end": 0}', "it lacks start and end as whole numbers"),
        ("[1]", "is no reply and no citation"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_what_is_no_citation_is_said_so(tmp_path: Path, content: str, expected: str) -> None:
    file = tmp_path / "claims.json"
    file.write_text(content)
    with pytest.raises(SourceError, match=expected):
        read_claims(file)
    with pytest.raises(SourceError, match="cannot be read"):
        read_claims(tmp_path / "none.json")
