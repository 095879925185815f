"""From spans to citations. ``article.text[c.start:c.end] == c.quote`` is the product's one promise, checked here."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping

from index.articles import Article, Passage, sentence_at
from qa.answers import Answer, AnswerKind, Citation
from qa.deeplink import deep_link
from qa.evidence import Candidate
from qa.judging import Judged

LOG = logging.getLogger("pullquote")


def cited(judged: Judged, articles: Mapping[str, Article], kind: AnswerKind = "span") -> Answer | None:
    """The answer with every place where it stands, or ``None`` if it can be shown nowhere.

    A citation that does not hold is left out and logged: better no answer than a wrong citation.
    """
    citations = tuple(dict.fromkeys(c for one in judged.candidates for c in _citations(one, articles)))
    return Answer(judged.candidates[0].quote, judged.confidence, citations, kind) if citations else None


def _citations(candidate: Candidate, articles: Mapping[str, Article]) -> Iterator[Citation]:
    """Where the quote stands: in the passage that was read, and in its copies in other articles."""
    read, span, quote = candidate.hit.passage, candidate.span, candidate.quote
    for place in (read, *candidate.hit.copies):
        article = articles.get(place.article_id)
        start = place.start + span.start - read.start
        if place.text != read.text:  # nearly the same words: only where the quote can be told apart
            start = place.start + place.text.find(quote)
            if place.text.count(quote) != 1:
                continue
        if not quote or article is None or article.text[start : start + len(quote)] != quote:
            LOG.error("a citation was left out: %s[%d:] is not what was read", place.article_id, start)
            continue
        yield citation_of(article, place, start, quote)


def citation_of(article: Article, place: Passage, start: int, quote: str) -> Citation:
    """The citation of ``quote``, which stands in ``article`` at ``start``, inside ``place``."""
    end = start + len(quote)
    low, high = sentence_at(article.text, start, end)
    return Citation(
        article_id=article.id,
        about=article.about,
        deep_link=deep_link(article.url, article.text, start, end, article.headline),
        paragraph=place.paragraph,
        quote=quote,
        start=start,
        end=end,
        sentence=article.text[low:high],
        sentence_start=low,
        sentence_end=high,
        article_sha256=article.sha256,
    )
