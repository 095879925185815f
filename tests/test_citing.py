"""From spans to citations: what is shown stands where it says, and what does not is left out, and logged."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from index.articles import Article, Passage, cut_passages
from index.ranking.fusion import Hit
from qa.answers import Span
from qa.citing import citation_of, cited
from qa.evidence import Candidate, Evidence, Weighed
from qa.judging import Judged
from tests.fakes import BRIDGE, article

TOLD = article("told", "Rain fell.", "The mayor, Ana Ortiz, said so.", url="https://example.org/told")
AGAIN = article("again", "The mayor, Ana Ortiz, said so.")
NEARLY = article("nearly", "Again the mayor, Ana Ortiz, said so.")
TWICE = article("twice", "The mayor, Ana Ortiz, said so, and Ana Ortiz did.")
ARTICLES = {one.id: one for one in (TOLD, AGAIN, NEARLY, TWICE)}


def last_passage(of: Article) -> Passage:
    return cut_passages(of)[-1]


def judged(*copies: Article, quote: str = "Ana Ortiz") -> Judged:
    """An answer that was read in ``TOLD``, whose passage stands nearly so in ``copies``."""
    read = last_passage(TOLD)
    start = TOLD.text.index("Ana Ortiz")
    hit = Hit(read, 1.0, 1.0, tuple(last_passage(copy) for copy in copies))
    candidate = Candidate(Span(start, start + len(quote), 2.0), hit, 1, 2.0)
    return Judged(Weighed((candidate,), Evidence(2.0, 0.0, 2.0, 2.0, 1.0, 0.0)), 0.75)


def places(*copies: Article, articles: dict[str, Article] = ARTICLES) -> list[tuple[str, int]]:
    answer = cited(judged(*copies), articles)
    return [(c.article_id, c.start) for c in answer.citations] if answer else []


def test_an_answer_has_its_words_its_confidence_its_kind_and_every_place() -> None:
    answer = cited(judged(AGAIN), ARTICLES)
    assert answer is not None
    assert (answer.text, answer.confidence, answer.kind) == ("Ana Ortiz", 0.75, "span")
    assert [(c.article_id, c.paragraph) for c in answer.citations] == [("told", 2), ("again", 1)]
    for citation in answer.citations:
        text = ARTICLES[citation.article_id].text
        assert text[citation.start : citation.end] == citation.quote == "Ana Ortiz"
        assert text[citation.sentence_start : citation.sentence_end] == citation.sentence
        assert citation.article_sha256 == ARTICLES[citation.article_id].sha256
    whole = cited(judged(AGAIN), ARTICLES, "sentence")
    assert whole is not None
    assert whole.kind == "sentence"


def test_in_other_words_a_quote_counts_where_it_stands_once() -> None:
    """A place where it stands twice is passed over, and the ones behind it are not."""
    assert places(TWICE, NEARLY) == [("told", 23), ("nearly", NEARLY.text.index("Ana Ortiz"))]


def test_what_is_not_there_is_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """An article that has changed meanwhile, or has gone; what stands behind them is cited all the same."""
    changed = {**ARTICLES, "told": replace(TOLD, text="Rain fell.\n\nThe mayor, Bo Berg, said no."), "nearly": NEARLY}
    with caplog.at_level(logging.ERROR, "pullquote"):
        assert places(AGAIN, articles=changed) == [("again", 11)]
    assert caplog.messages == ["a citation was left out: told[23:] is not what was read"]
    gone = {"again": AGAIN}
    assert places(NEARLY, AGAIN, articles=gone) == [("again", 11)]
    assert places(articles={}) == []


def test_an_answer_that_stands_nowhere_is_none_and_so_is_an_empty_one() -> None:
    assert cited(judged(), {}) is None
    assert cited(judged(quote=""), ARTICLES) is None


def test_the_link_reckons_with_the_headline_above_the_text() -> None:
    """What stands in the headline too is told apart by the words around it."""
    above = replace(TOLD, about=replace(TOLD.about, headline="Ana Ortiz speaks"))
    start = above.text.index("Ana Ortiz")
    link = citation_of(above, last_passage(above), start, "Ana Ortiz").deep_link
    assert link == "https://example.org/told#:~:text=mayor%2C-,Ana%20Ortiz,-%2C"
    assert citation_of(BRIDGE, last_passage(BRIDGE), BRIDGE.text.index("Ana"), "Ana").deep_link is not None


def test_a_citation_has_its_articles_metadata_and_the_sentence_alone() -> None:
    """Not the sentence before it in the paragraph, and not the one behind it."""
    told = article("told", "Rain fell. It rose to 4.1 m, said Ana Ortiz. Nobody was hurt.", source="Daily", author="Bo")
    citation = citation_of(told, last_passage(told), told.text.index("4.1 m"), "4.1 m")
    assert citation.about == told.about
    assert (citation.source, citation.author) == ("Daily", "Bo")
    assert citation.sentence == "It rose to 4.1 m, said Ana Ortiz."
    assert told.text[citation.sentence_start : citation.sentence_end] == citation.sentence
    assert citation.sentence_parts == ("It rose to ", "4.1 m", ", said Ana Ortiz.")
