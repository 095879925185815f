"""From a question to a cited reply, with an encoder and a reader that can be worked out by hand."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.articles import Passage
from index.library import Library
from qa.answers import Filters, Question, Reply
from qa.confidence import Calibration
from qa.engine import Engine
from qa.judging import ReaderJudge
from qa.reader import Reading
from tests.fakes import BRIDGE, MARGIN_ONLY, STORM, WordReader, article


def engine(library: Library, answers: dict[str, float], calibration: Calibration = MARGIN_ONLY) -> Engine:
    return Engine(library, ReaderJudge(WordReader(answers), calibration))


def logistic(x: float) -> float:
    return round(1 / (1 + math.exp(-x)), 4)


def test_an_answer_comes_with_everything_that_cites_it(library: Library) -> None:
    library.add([BRIDGE, STORM])
    reply = engine(library, {"Ana Ortiz": 2.0}).ask(Question("Who is the mayor?"))
    assert (reply.status, reply.reason, reply.library_version, reply.passages_read) == ("answered", None, 1, 4)
    [answer] = reply.answers
    [citation] = answer.citations
    assert (answer.text, answer.confidence) == ("Ana Ortiz", logistic(2.0))
    assert (citation.article_id, citation.headline, citation.source, citation.author) == (
        "bridge", "Bridge opened", "Daily", None,
    )  # fmt: skip
    assert (citation.published, citation.paragraph) == (date(2024, 5, 3), 2)
    assert BRIDGE.text[citation.start : citation.end] == citation.quote == "Ana Ortiz"
    assert citation.sentence == "It cost 1.2 million euro, the mayor, Ana Ortiz, said."
    assert BRIDGE.text[citation.sentence_start : citation.sentence_end] == citation.sentence
    assert citation.deep_link == "https://example.org/bridge#:~:text=Ana%20Ortiz"
    assert citation.article_sha256 == BRIDGE.sha256


def test_answers_are_compared_over_all_passages_and_given_best_first(library: Library) -> None:
    library.add([BRIDGE, STORM])
    reply = engine(library, {"Friday": 1.0, "three days": 3.0, "1.2 million euro": 2.0}).ask(
        Question("When?", top_k=2, min_confidence=0.0)
    )
    assert [answer.text for answer in reply.answers] == ["three days", "1.2 million euro"]


def test_equal_answers_are_one_with_all_their_citations(library: Library) -> None:
    """Equal but for case, articles and marks; the best one's words are shown."""
    library.add([article("a", "The captain came."), article("b", "It was a Captain!")])
    reply = engine(library, {"The captain": 1.0, "a Captain": 2.0}).ask(Question("Who was the captain?"))
    [answer] = reply.answers
    assert answer.text == "a Captain"
    assert [(c.article_id, c.quote) for c in answer.citations] == [("b", "a Captain"), ("a", "The captain")]


def test_exact_copies_of_a_passage_are_all_cited(library: Library) -> None:
    library.add([STORM, replace(STORM, id="copy", about=replace(STORM.about, source="Other"))])
    reader = WordReader({"three days": 1.0})
    reply = Engine(library, ReaderJudge(reader, MARGIN_ONLY)).ask(Question("How long did rain fall?"))
    assert [c.article_id for c in reply.answers[0].citations] == ["storm", "copy"]
    assert len(reader.read_so_far) == 2, "each passage is read once"


def test_weak_evidence_is_no_answer_with_the_nearest_headlines(library: Library) -> None:
    library.add([BRIDGE, STORM])
    reply = engine(library, {"Ana Ortiz": -1.0}).ask(Question("Who is the mayor of the town?"))
    assert (reply.status, reply.reason, reply.answers) == ("no_answer", "weak_evidence", ())
    nearest = reply.nearest[0]
    assert (nearest.article_id, nearest.about, nearest.paragraph) == ("bridge", BRIDGE.about, 2)
    assert nearest.sentence == BRIDGE.text[nearest.start : nearest.end], "with the sentence that comes nearest"
    assert nearest.sentence == "It cost 1.2 million euro, the mayor, Ana Ortiz, said."
    assert nearest.deep_link is not None
    assert nearest.deep_link.startswith("https://example.org/bridge#:~:text=It%20cost")


def test_a_question_about_something_else_is_said_to_be_so(library: Library) -> None:
    library.add([BRIDGE])
    assert engine(library, {}).ask(Question("Doctor?")).reason == "nothing_relevant", "cosine 0 with every passage"


def test_the_threshold_can_be_replaced(library: Library) -> None:
    library.add([BRIDGE])
    weak = engine(library, {"Ana Ortiz": -1.0})
    [answer] = weak.ask(Question("Who is the mayor?", min_confidence=0.0)).answers
    assert (answer.text, answer.confidence) == ("Ana Ortiz", logistic(-1.0))
    assert weak.ask(Question("Who is the mayor?", min_confidence=0.27)).status == "no_answer"


@pytest.mark.parametrize("text", ["", " \n", "?!", "…", "hello", "Hi!", "Thank you.", "ok", "\u200b"])
def test_what_is_no_question_is_not_searched_for(library: Library, text: str) -> None:
    library.add([BRIDGE])
    reply = engine(library, {"Ana Ortiz": 9.0}).ask(Question(text))
    assert (reply.status, reply.reason, reply.passages_read) == ("no_answer", "not_a_question", 0)


def test_an_empty_library_and_an_empty_selection_are_told_apart(library: Library) -> None:
    asks = engine(library, {"Ana Ortiz": 9.0})
    assert asks.ask(Question("Who is the mayor?")).reason == "empty_library"
    library.add([BRIDGE])
    elsewhere = Question("Who is the mayor?", filters=Filters(sources=("Weekly",)))
    assert asks.ask(elsewhere).reason == "outside_filters"


def test_passages_are_shown_when_asked_for(library: Library) -> None:
    library.add([BRIDGE])
    asks = engine(library, {})
    assert asks.ask(Question("mayor?")).passages is None
    shown = asks.ask(Question("mayor?", include_passages=True)).passages
    assert shown is not None
    assert [(p.article_id, p.paragraph) for p in shown] == [("bridge", 2), ("bridge", 1)]
    assert shown[0].score > shown[1].score


class SlowReader(WordReader):
    """Takes 30 ms a call."""

    def read(self, question: str, passages: Sequence[Passage], headlines: Sequence[str]) -> list[Reading]:
        time.sleep(0.03)
        return super().read(question, passages, headlines)


def test_a_time_budget_reads_the_best_passages_first(library: Library) -> None:
    library.add([article("a", *(f"The storm number {word}." for word in "abcdefgh"))])
    reader = SlowReader({"The storm": 1.0})
    reply = Engine(library, ReaderJudge(reader, MARGIN_ONLY)).ask(
        Question("Which storm?", budget_ms=1, include_passages=True)
    )
    assert (reply.status, reply.truncated, reply.passages_read) == ("answered", True, 2)
    assert reply.passages is not None
    assert reader.read_so_far == [p.text for p in reply.passages[:2]]
    reply = Engine(library, ReaderJudge(reader, MARGIN_ONLY)).ask(Question("Which storm?", budget_ms=60_000))
    assert (reply.truncated, reply.passages_read) == (False, 8)


_PARAGRAPH = st.text(alphabet="ab é\u0301\U0001f600“.,\n\t", min_size=1, max_size=60)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(st.lists(_PARAGRAPH.filter(lambda text: any(c.isalnum() for c in text)), min_size=1, max_size=4), st.data())
def test_every_quote_stands_where_its_citation_says(library: Library, texts: list[str], data: st.DataObject) -> None:
    made = article("any", *texts)
    low = data.draw(st.integers(0, len(made.text) - 1))
    quote = made.text[low : low + data.draw(st.integers(1, 12))]
    library.add([made])
    reply = engine(library, {quote: 5.0}).ask(Question("a b?"))
    for answer in reply.answers:
        for c in answer.citations:
            assert made.text[c.start : c.end] == c.quote == answer.text
            assert made.text[c.sentence_start : c.sentence_end] == c.sentence
            assert c.sentence_start <= c.start < c.end <= c.sentence_end


def test_a_reply_survives_json(library: Library) -> None:
    library.add([BRIDGE])
    asks = engine(library, {"Ana Ortiz": 1.0})
    for question in (Question("Who is the mayor?", include_passages=True), Question("Doctor?"), Question("")):
        reply = asks.ask(question)
        assert Reply.from_json(json.loads(json.dumps(reply.to_json()))) == reply


def test_the_json_body_has_the_fields_of_the_contract(library: Library) -> None:
    library.add([BRIDGE])
    body = engine(library, {"Ana Ortiz": 1.0}).ask(Question("Who is the mayor?")).to_json()
    assert list(body) == [
        "id", "status", "reason", "limits", "question", "understood_as", "answers", "nearest", "timeline", "newer",
        "passages", "passages_read",
        "truncated", "timing_ms", "library_version", "read_by",
    ]  # fmt: skip
    assert list(body["answers"][0]) == ["text", "confidence", "citations", "kind", "as_of", "corroboration"]
    assert list(body["answers"][0]["citations"][0]) == [
        "article_id", "headline", "source", "author", "published", "url", "updated", "embargoed", "section", "kind",
        "language", "keywords", "status", "correction", "replaces", "published_time", "deep_link", "paragraph",
            "quote", "start", "end",
        "sentence", "sentence_start", "sentence_end", "article_sha256", "attribution",
    ]  # fmt: skip
    assert body["answers"][0]["citations"][0]["published"] == "2024-05-03"
    assert list(body["timing_ms"]) == ["search", "read", "total", "second"]


def test_the_engine_shows_articles_and_headlines(library: Library) -> None:
    library.add([BRIDGE, STORM])
    asks = engine(library, {})
    view = asks.article("bridge")
    assert view is not None
    assert (view.text, view.sha256, view.paragraphs) == (BRIDGE.text, BRIDGE.sha256, ((1, 0, 39), (2, 41, 94)))
    assert asks.article("nowhere") is None
    assert [headline.article_id for headline in asks.headlines()] == ["storm", "bridge"]
