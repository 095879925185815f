"""Replies that were given already: when they are given again, and when never."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.library import Library
from qa.answers import Filters, Question, Reply, Turn
from qa.cache import AnswerCache
from qa.engine import Engine
from qa.judging import ReaderJudge
from tests.fakes import BRIDGE, MARGIN_ONLY, STORM, WordReader

WHO = Question("Who is the mayor?")


def engine(library: Library) -> tuple[Engine, WordReader]:
    reader = WordReader({"Ana Ortiz": 2.0})
    return Engine(library, ReaderJudge(reader, MARGIN_ONLY), cache=AnswerCache()), reader


def test_the_same_question_is_read_once_and_each_reply_has_an_id_of_its_own(library: Library) -> None:
    library.add([BRIDGE])
    asks, reader = engine(library)
    first, second = asks.ask(WHO), asks.ask(replace(WHO, text="  Who is the\tmayor? "))
    assert len(reader.read_so_far) == 2, "the article's two passages, once"
    assert first.id != second.id
    assert second.question == "  Who is the\tmayor? ", "as it was typed"
    unlike = {"id": "", "question": "", "timing_ms": None}
    assert first.to_json() | unlike == second.to_json() | unlike
    assert asks.cache is not None
    assert (asks.cache.hits, asks.cache.misses, len(asks.cache)) == (1, 1, 1)


@pytest.mark.parametrize(
    "other",
    [
        replace(WHO, top_k=1),
        replace(WHO, filters=Filters(sources=("Daily",))),
        replace(WHO, history=(Turn("What opened?", "a bridge"),)),
        replace(WHO, min_confidence=0.0),
        replace(WHO, include_passages=True),
    ],
)
def test_what_is_asked_otherwise_is_another_question(library: Library, other: Question) -> None:
    library.add([BRIDGE])
    asks, reader = engine(library)
    asks.ask(WHO)
    read = len(reader.read_so_far)
    asks.ask(other)
    assert len(reader.read_so_far) > read


def test_any_write_makes_every_reply_old(library: Library) -> None:
    library.add([BRIDGE])
    asks, _ = engine(library)
    before = asks.ask(WHO)
    library.add([STORM])
    assert asks.ask(WHO).library_version == before.library_version + 1


def test_a_reply_that_ran_out_of_time_is_not_kept_and_a_whole_one_serves_the_hurried(library: Library) -> None:
    library.add([BRIDGE])
    asks, reader = engine(library)
    cache = AnswerCache()
    cache.put(WHO, Reply("id", "answered", WHO.text, WHO.text, truncated=True))
    assert len(cache) == 0
    asks.ask(WHO)
    read = len(reader.read_so_far)
    assert asks.ask(replace(WHO, budget_ms=0.001)).status == "answered"
    assert len(reader.read_so_far) == read


def test_a_reply_that_was_given_in_haste_is_given_to_nobody_else(library: Library) -> None:
    """All passages may have been read, and a step after it, or a second way to understand it, left out."""
    library.add([BRIDGE])
    asks, reader = engine(library)
    assert not asks.ask(replace(WHO, budget_ms=60_000)).truncated
    read = len(reader.read_so_far)
    asks.ask(WHO)
    assert len(reader.read_so_far) == 2 * read


def test_it_is_bounded_in_entries_and_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = Reply("id", "no_answer", "q", "q", library_version=1)
    cache = AnswerCache(entries=2)
    for text in ("a", "b", "c"):
        cache.put(Question(text), reply)
    assert [cache.get(1, Question(text)) is not None for text in ("a", "b", "c")] == [False, True, True]
    small = AnswerCache(size=len(repr(reply)))
    small.put(Question("a"), reply)
    small.put(Question("b"), reply)
    assert (len(small), small.bytes) == (1, len(repr(reply)))
    assert small.get(1, Question("b")) == reply
    monkeypatch.setattr("qa.cache.MAX_AGE_SECONDS", -1.0)
    assert small.get(1, Question("b")) is None, "too old"
    assert small.get(2, Question("b")) is None
    assert small.bytes == 0, "a newer library empties it"
