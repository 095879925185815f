"""Why there is no answer: what is said is so, each time, and on every front."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest

from index.articles import Filters
from index.library import Library
from index.ranking.ranker import SegmentRanker
from index.sqlite.store import SqliteStore
from pullquote.printing import print_reply
from qa.answers import Question, Reply
from qa.engine import Engine
from qa.judging import ReaderJudge
from qa.wording import written_reason
from tests.fakes import BRIDGE, MARGIN_ONLY, STORM, WordEncoder, WordReader
from tests.test_standing import Clock
from tui.export import to_markdown
from tui.plain import run_plain
from tui.transcript import Exchange, State

MAYOR = "Who is the mayor?"
HERE = Filters(article_ids=("bridge",), sources=("daily",), published_from=date(2024, 5, 1))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path, clock: Clock) -> Iterator[Library]:
    """A bridge of the Daily, in May, and a storm of the Weekly, in June."""
    encoder = WordEncoder()
    ranker = SegmentRanker(tmp_path, encoder.name, encoder.dimension)
    with Library(SqliteStore(tmp_path, create=True), ranker, encoder, clock=clock) as made:
        made.add([BRIDGE, STORM])
        clock.now += timedelta(days=30)
        yield made


def ask(library: Library, text: str = MAYOR, logit: float = -1.0, **fields: object) -> Reply:
    engine = Engine(library, ReaderJudge(WordReader({"Ana Ortiz": logit}), MARGIN_ONLY))
    return engine.ask(replace(Question(text), **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("filters", "as_of", "limits", "said"),
    [
        (Filters(sources=("Nobody",)), None, ("sources",), " in the chosen sources"),
        (Filters(published_to=date(2001, 1, 1)), None, ("dates",), " in the chosen dates"),
        (Filters(article_ids=("gone",)), None, ("article_ids",), " in the chosen articles"),
        (Filters(), date(2001, 1, 1), ("as_of",), " as of the chosen time"),
        (
            Filters(sources=("Weekly",)), date(2024, 5, 20),
            ("sources", "as_of"), " in the chosen sources as of the chosen time",
        ),
        (replace(HERE, sources=("Nobody",)), None, ("sources",), " in the chosen sources"),
        (
            replace(HERE, sources=("Weekly",)), None,
            ("article_ids", "sources", "dates"), " in the chosen articles, sources and dates",
        ),
        (
            Filters(sources=("Daily",), published_from=date(2024, 6, 1)), None,
            ("sources", "dates"), " in the chosen sources and dates",
        ),
    ],
)  # fmt: skip
def test_what_leaves_nothing_to_read_is_named(
    library: Library, filters: Filters, as_of: date | None, limits: tuple[str, ...], said: str
) -> None:
    """What does so alone is named alone: the other filters may be well chosen."""
    reply = ask(library, filters=filters, as_of=as_of)
    assert (reply.reason, reply.limits, reply.nearest) == ("outside_filters", limits, ())
    assert written_reason(reply) == f"There is nothing to read{said}."


def test_what_is_not_sure_enough_is_not_said_to_be_missing(library: Library) -> None:
    """The paragraph that says it stands below: so nothing may deny that it does."""
    reply = ask(library)
    assert (reply.reason, reply.limits) == ("weak_evidence", ())
    assert "the mayor, Ana Ortiz" in (reply.nearest[0].sentence or "")
    assert written_reason(reply) == "An article may say it, but not surely enough to answer."
    kept = ask(library, filters=HERE, as_of=date(2024, 6, 1))
    assert kept.limits == ("article_ids", "sources", "dates", "as_of")
    assert written_reason(kept) == (
        "An article in the chosen articles, sources and dates as of the chosen time may say it, but not surely enough"
        " to answer."
    )


def test_what_is_about_nothing_here_is_said_of_what_was_chosen_alone(library: Library) -> None:
    """The storm is in the library, so it is not said that nothing is about it, but that nothing chosen is."""
    assert written_reason(ask(library, "Doctor?")) == "Nothing about that was found."
    reply = ask(library, "Storm ship captain?", filters=Filters(sources=("Daily",)))
    assert (reply.reason, reply.limits) == ("nothing_relevant", ("sources",))
    assert written_reason(reply) == "Nothing about that was found in the chosen sources."


def test_a_passage_with_the_questions_words_is_about_it_whatever_the_vectors_say(library: Library) -> None:
    library.add([replace(BRIDGE, id="wolves", text="Wolves came down from Glenmorrow.")])
    reply = ask(library, "Wolves in Glenmorrow?", filters=Filters(article_ids=("wolves",)))
    assert reply.reason == "weak_evidence", "every word of it stands there"


def test_a_library_of_which_nothing_may_be_read_is_not_called_empty(library: Library, clock: Clock) -> None:
    """Under embargo all of it: no choice of the reader's is to blame."""
    held = [replace(a, about=replace(a.about, embargoed=clock.now + timedelta(days=1))) for a in (BRIDGE, STORM)]
    library.add(held)
    reply = ask(library)
    assert (reply.reason, reply.limits) == ("outside_filters", ())
    assert written_reason(reply) == "No article may answer now: those that are here are withdrawn or under embargo."


def test_a_greeting_and_an_empty_library_are_what_they_are(library: Library) -> None:
    assert written_reason(ask(library, "hello")).startswith("That is not a question about the news.")
    library.remove(["bridge", "storm"])
    assert written_reason(ask(library)) == "There are no articles yet. Add some: pullquote add PATH…"
    assert written_reason(ask(library, filters=HERE)) == written_reason(ask(library))


def test_an_answer_has_no_reason(library: Library) -> None:
    reply = ask(library, logit=2.0, filters=HERE)
    assert (reply.status, reply.limits, written_reason(reply)) == ("answered", ("article_ids", "sources", "dates"), "")


def test_every_front_says_the_same(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """The command line, plain chat and export; the chat's cards are in test_tui_chat, the component in test_widget."""
    engine = Engine(library, ReaderJudge(WordReader({"Ana Ortiz": -1.0}), MARGIN_ONLY))
    reply = engine.ask(MAYOR)
    print_reply(reply)
    out = StringIO()
    run_plain(engine, StringIO(f"{MAYOR}\n"), out, StringIO())
    exported = to_markdown("Talk", [Exchange(MAYOR, state=State.REPLIED, reply=reply)])
    for text in (capsys.readouterr().out, out.getvalue(), exported.replace("**", "")):
        assert f"No answer. {written_reason(reply)}" in text
