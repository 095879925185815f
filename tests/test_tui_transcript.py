"""Conversations as values, exports, and text made safe to print."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qa.answers import MAX_HISTORY, Answer, Question, Turn
from tests.tui_fakes import (
    BRIDGE,
    COST,
    COUNCIL,
    STORM,
    WEATHER,
    WHO,
    FakeNewsroom,
    answered,
    cite,
    unanswered,
    view,
)
from tui.evidence import MAX_SHOWN_CHARS, excerpt
from tui.export import copied, to_json, to_markdown
from tui.printable import one_line, printable
from tui.transcript import Exchange, Place, State, citation_at, next_citation, next_row, question_of, row_at


def talk(*questions: str) -> list[Exchange]:
    newsroom = FakeNewsroom()
    return [Exchange(q, state=State.REPLIED, reply=newsroom.ask(Question(q))) for q in questions]


def test_only_the_latest_turns_go_with_a_question() -> None:
    exchanges = [*talk(*[WHO] * (MAX_HISTORY + 5)), Exchange("Why?")]
    assert len(question_of(exchanges, len(exchanges) - 1).history) == MAX_HISTORY


def test_a_turn_is_the_question_as_understood_unless_that_is_too_long_to_send() -> None:
    kept = Exchange("And he?", reply=answered("And he?", (0.5, "noon", (BRIDGE,)), understood_as="And Ana Ortiz?"))
    long = Exchange("Why?", reply=answered("Why?", (0.5, "noon", (BRIDGE,)), understood_as="x" * 1_001))
    assert question_of([kept, long, Exchange("q")], 2).history == (Turn("And Ana Ortiz?", "noon"), Turn("Why?", "noon"))


def test_a_question_without_a_reply_is_no_turn() -> None:
    exchanges = [Exchange(COST, state=State.FAILED), *talk(WHO), Exchange("Why?")]
    assert [turn.question for turn in question_of(exchanges, 2).history] == [WHO]


@given(
    counts=st.lists(st.lists(st.integers(1, 3), max_size=3), min_size=1, max_size=4),
    steps=st.lists(st.sampled_from([1, -1]), max_size=12),
)
def test_wherever_the_keys_lead_a_row_with_a_citation_stands(counts: list[list[int]], steps: list[int]) -> None:
    citation = cite(BRIDGE, "noon")
    exchanges = []
    for rows in counts:
        reply = answered("q")
        answers = tuple(Answer("noon", 0.5, (citation,) * count) for count in rows)
        exchanges.append(Exchange("q", reply=type(reply)("id", "answered", "q", "q", answers=answers)))
    places = [Place(e, r, c) for e, rows in enumerate(counts) for r, count in enumerate(rows) for c in range(count)]
    place = None
    for step in steps:
        before, place = place, next_citation(exchanges, place, step)
        assert (place in places) if places else (place is None)
        if before is not None and place is not None:
            expected = places.index(before) + step
            assert places.index(place) == min(max(expected, 0), len(places) - 1)


def test_without_rows_there_is_nowhere_to_go() -> None:
    assert next_row([Exchange("q")], None, 1) is None
    assert row_at([], Place(3)) is None
    assert citation_at(talk(WEATHER), Place(0)) is None


@given(st.text())
def test_printable_text_keeps_its_offsets_and_has_no_control_characters(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert {c for c in shown if unicodedata.category(c) in ("Cc", "Cs")} <= {"\n"}
    shown.encode()


def test_printable_text_keeps_every_script_and_the_line_feed() -> None:
    text = "नमस्ते שלום\u200f العربية 👩‍👩‍👧 é\n[b]"
    assert printable(text) == text


def test_one_line_folds_white_space() -> None:
    assert one_line(" a\n\tb\x1b[2Jc ") == "a b\N{REPLACEMENT CHARACTER}[2Jc"


@given(
    lengths=st.lists(st.integers(1, 30_000), min_size=1, max_size=6),
    at=st.floats(0, 1),
    length=st.integers(0, 50),
)
def test_an_excerpt_is_bounded_and_has_the_marked_place(lengths: list[int], at: float, length: int) -> None:
    article = view("a", "A", *("x" * n for n in lengths))
    number, low, high = article.paragraphs[int(at * (len(lengths) - 1))]
    start = low + int(at * (high - low - 1))
    end = min(high, start + length)
    parts = excerpt(article, start, end)
    assert sum(part.end - part.start for part in parts) <= 2 * MAX_SHOWN_CHARS + length
    assert any(part.number == number and part.start <= start and end <= part.end for part in parts)
    for part in parts:
        _, first, last = article.paragraphs[part.number - 1]
        assert (part.cut_before, part.cut_after) == (part.start > first, part.end < last)


def test_a_copy_without_a_link_is_the_quote_and_its_citation() -> None:
    assert copied(cite(COUNCIL, "1.2 million euro")) == (
        "“1.2 million euro” (“Council told of bridge costs”, Orre Valley News, 7 May 2024, paragraph 1)"
    )


def test_markdown_has_question_answers_citations_and_reasons() -> None:
    exchanges = [*talk(WHO, WEATHER), Exchange("Why?", state=State.CANCELLED)]
    assert (
        to_markdown("A talk", exchanges)
        == """\
# A talk

## Who is the mayor?

**Ana Ortiz** (93 % sure)

> It cost 1.2 million euro, the mayor, **Ana Ortiz**, said. “Nobody will miss the ferry,” she added.
>
> — [“Gallin opens its new bridge”, The Gallin Standard, 3 May 2024, paragraph 2](<https://example.org/bridge#:~:text=x>)

## Will it rain?

**No answer.** An article may say it, but not surely enough to answer.

- Nearest: “Storm sinks ship \\[live\\]”: A storm sank the \\*Marta\\* off the coast; \\[b\\]the \
captain\\[/b\\] drowned.
- Nearest: “Gallin opens its new bridge”, The Gallin Standard, 3 May 2024: GALLIN — The town opened a new bridge over \
the Orre on Friday, three years late.

## Why?

*Not answered: cancelled.*
"""
    )


def test_markdown_in_articles_and_questions_stays_text() -> None:
    reply = answered("q", (0.5, "[b]the captain[/b]", (STORM,)))
    written = to_markdown("1. <b>", [Exchange("# *q*\n- x", reply=reply)])
    assert written.splitlines()[0] == "# 1\\. \\<b\\>"
    assert "## \\# \\*q\\* - x" in written
    assert "> A storm sank the \\*Marta\\* off the coast; **\\[b\\]the captain\\[/b\\]** drowned." in written


def test_json_has_each_reply_as_the_http_api_gives_it() -> None:
    exchanges = [*talk(WHO), Exchange("Why?", as_typed=True, state=State.FAILED)]
    body = to_json("A talk", exchanges)
    assert exchanges[0].reply is not None
    as_asked = {"as_typed": False, "unsure": False}
    assert body == {
        "title": "A talk",
        "exchanges": [
            {"question": WHO, "state": "replied", "reply": exchanges[0].reply.to_json()} | as_asked,
            {"question": "Why?", "state": "failed", "reply": None} | as_asked | {"as_typed": True},
        ],
    }


def test_a_question_understood_as_itself_but_for_white_space_and_composed_letters_is_not_reinterpreted() -> None:
    def asked(question: str, understood: str) -> Exchange:
        return Exchange(question, reply=replace(unanswered(question, "nothing_relevant"), understood_as=understood))

    assert not asked("Who\n is it?", "Who is it?").reinterpreted
    assert not asked("Who is A\u030asa?", "Who is Åsa?").reinterpreted
    assert asked("Who?", "Who? (Is it Åsa?)").reinterpreted
