"""What is said of a citation after its article changed."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.articles import Article, sentence_at
from index.errors import SourceError
from index.metadata import ArticleStatus
from index.store import Version
from qa.claims import read_claims
from qa.verify import Claim, Verdict, verify
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


def test_a_citation_in_decomposed_letters_is_the_same_words() -> None:
    """It was kept from a library of before letters were composed when they came in, or went through another editor."""
    first, second = "The café of Malmö burned.", "Åsa Sjöström, its owner, is safe."
    old = [unicodedata.normalize("NFD", text) for text in (first, second)]
    before = Article("fire", article("fire", "x").about, "\n\n".join(old))
    quote = unicodedata.normalize("NFD", "Sjöström")
    start = before.text.index(quote)
    low, high = sentence_at(before.text, start, start + len(quote))
    kept = Claim("fire", quote, start, start + len(quote), before.text[low:high], low)
    assert verify(before, kept).status == "holds", "where it still stands so"
    now = article("fire", first, second)
    place = now.text.index("Sjöström")
    for claim in (kept, replace(kept, sentence=None, sentence_start=None)):
        assert verify(now, claim) == Verdict("moved", place, place + len("Sjöström"), 2)
    other = article("fire", first, "Åsa Sjöström, its owner, is not safe.")
    assert verify(other, kept).status == "changed"


# The sentence, not the quote alone

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRE = article("fire", "Six people died in the fire. It began in a bakery.", "Six engines came.")


def cited(story: Article, quote: str) -> Claim:
    """A citation of the first place of ``quote``, as a reply gives it."""
    start = story.text.index(quote)
    low, high = sentence_at(story.text, start, start + len(quote))
    return Claim(story.id, quote, start, start + len(quote), story.text[low:high], low, story.sha256)


def version(number: int, story: Article, until: datetime | None = None) -> Version:
    return Version(number, story.about, story.text, NOON, until)


def test_a_sentence_that_was_turned_round_does_not_hold() -> None:
    reversed_ = article("fire", "Six people did not die in the fire. It began in a bakery.", "Six engines came.")
    verdict = verify(reversed_, cited(FIRE, "Six"), [version(1, FIRE, NOON + HOUR), version(2, reversed_)])
    assert verdict.status == "changed"
    assert verdict.before == "Six people died in the fire."
    assert verdict.now == "Six people did not die in the fire."
    assert verdict.changed_at == NOON + HOUR


def test_another_sentence_with_the_same_word_is_no_place_to_move_to() -> None:
    later = article("fire", "It began in a bakery.", "Six engines came.")
    assert verify(later, cited(FIRE, "Six")).status == "changed"


@pytest.mark.parametrize("later", ["Deaths: 60", "Deaths: 6.5 thousand", "Deaths: 6th in a year"])
def test_a_line_whose_last_word_grew_does_not_hold(later: str) -> None:
    """It ends without a full stop, as items of a list do."""
    listed = article("fire", "The fire in figures.", "Deaths: 6")
    changed = article("fire", "The fire in figures.", later)
    verdict = verify(changed, cited(listed, "6"), [version(1, listed, NOON + HOUR), version(2, changed)])
    assert (verdict.status, verdict.before, verdict.changed_at) == ("changed", "Deaths: 6", NOON + HOUR)
    assert verify(article("fire", "Now.", "Deaths: 6", "Deaths: 60"), cited(listed, "6")).status == "moved"


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("Sixty died.", "Six", "changed"),
        ("About 16 died.", "6", "changed"),
        ("Quaye’s house burned.", "Quaye", "holds"),
        ("Sixty died, Six of them at once.", "Six", "moved"),
        ("六人死亡。", "六", "holds"),
    ],
)
def test_a_quote_alone_is_looked_for_as_whole_words(text: str, quote: str, expected: str) -> None:
    assert verify(article("fire", text), Claim("fire", quote, 0, len(quote))).status == expected


def test_a_line_grows_in_letters_without_case_too() -> None:
    listed, later = article("fire", "火灾。", "死亡六"), article("fire", "火灾。", "死亡六十")
    assert verify(later, cited(listed, "六")).status == "changed"


def test_what_became_of_a_sentence_is_told_whole_where_no_space_parts_them() -> None:
    before = article("fire", "Nobody fled。Six people died in the fire。")
    later = article("fire", "Nobody fled。Six people did not die in the fire。")
    assert verify(later, cited(before, "Six")).now == "Six people did not die in the fire。"


def test_a_sentence_that_moved_takes_its_quote_along() -> None:
    later = article("fire", "News came late. Six people died in the fire.")
    assert verify(later, cited(FIRE, "people")) == Verdict("moved", 20, 26, 1)


def test_without_its_sentence_a_citation_is_looked_up_in_the_version_that_it_names() -> None:
    bare = replace(cited(FIRE, "Six"), sentence=None, sentence_start=None)
    later = article("fire", "Six people lived. It began in a bakery.")
    assert (
        verify(later, bare, [version(1, FIRE, NOON + HOUR), version(2, later)]).before == "Six people died in the fire."
    )
    assert verify(later, bare).status == "holds", "of which nothing is kept: the quote alone"


@pytest.mark.parametrize("status", ["retracted", "withdrawn"])
def test_what_was_retracted_is_withdrawn_with_its_note(status: ArticleStatus) -> None:
    about = replace(FIRE.about, status=status, correction="There was no fire.")
    verdict = verify(replace(FIRE, about=about), cited(FIRE, "Six"))
    assert (verdict.status, verdict.note) == ("withdrawn", "There was no fire.")


def test_a_correction_is_told_with_what_holds() -> None:
    about = replace(FIRE.about, status="corrected", correction="It said five.")
    verdict = verify(replace(FIRE, about=about), cited(FIRE, "Six"))
    assert (verdict.status, verdict.note) == ("holds", "It said five.")


def test_a_sentence_that_is_no_part_of_the_claim_is_not_believed() -> None:
    forged = replace(cited(FIRE, "Six"), sentence="Nobody died.")
    assert verify(FIRE, forged).status == "holds", "by its quote, or by its version"


def test_claims_are_read_from_several_replies_and_from_what_the_chat_exports(tmp_path: Path) -> None:
    claim = cited(FIRE, "Six")
    reply = {"answers": [{"citations": [asdict(claim) | {"headline": "more"}]}]}
    export = {"title": "t", "exchanges": [{"reply": reply}, {"reply": None}]}
    file = tmp_path / "claims.json"
    for content, count in (
        (json.dumps(export), 1),
        (json.dumps(reply) + "\n" + json.dumps(reply, indent=2) + "\n", 2),
        (json.dumps([export, reply]), 2),
    ):
        file.write_text(content)
        assert read_claims(file) == [claim] * count
