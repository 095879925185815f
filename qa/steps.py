"""What is added to a reply once it is decided, while the library's view is still open. A step changes nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index.articles import Article, Passage, sentence_at
from index.library import View
from index.ranking.fusion import Hit
from index.times import instant_of
from index.words import telling_words
from qa.answers import Answer, Citation, FoundPassage, Nearest, Question, Reply
from qa.attribution import attribution
from qa.citing import citation_of
from qa.corroboration import corroborated
from qa.evidence import coverage
from qa.judging import Judge, Judged, Judgement

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided reply, and everything that it was made of.

    ``articles`` are those of the hits, by id; ``deadline`` is on the clock of ``time.perf_counter``, ``inf`` for none;
    ``brief``: others wait, what can be left out is.
    """

    reply: Reply
    question: Question
    hits: Sequence[Hit]
    judgement: Judgement
    articles: Mapping[str, Article]
    view: View
    judge: Judge
    deadline: float
    brief: bool

    @property
    def judged(self) -> Sequence[Judged]:
        """The different answers, best first."""
        return self.judgement.answers


Step = Callable[[Decided], Reply]


def with_nearest(decided: Decided) -> Reply:
    """Where there is no answer: the nearest articles, each with the sentence that comes nearest."""
    if decided.reply.status != "no_answer":
        return decided.reply
    first_hits = {hit.passage.article_id: hit.passage for hit in reversed(decided.hits)}
    order = dict.fromkeys(hit.passage.article_id for hit in decided.hits)
    nearest = [_nearest(decided, first_hits[article_id]) for article_id in list(order)[:NEAREST]]
    return replace(decided.reply, nearest=tuple(nearest))


def with_passages(decided: Decided) -> Reply:
    """The passages found, for those who asked for them."""
    if not decided.question.include_passages:
        return decided.reply
    shown = [
        FoundPassage(h.passage.article_id, h.passage.paragraph, h.passage.text, round(h.score, 6)) for h in decided.hits
    ]
    return replace(decided.reply, passages=tuple(shown))


def with_support(decided: Decided) -> Reply:
    """Each answer with how many say so and as of when it stands, each citation with who says it."""
    reply = decided.reply
    known = dict(decided.articles)
    cited = [c for answer in reply.answers for c in answer.citations]
    for citation in (*cited, *(c for stage in reply.timeline for c in stage.citations)):
        if citation.article_id not in known and (article := decided.view.article(citation.article_id)) is not None:
            known[citation.article_id] = article
    timeline = tuple(replace(stage, citations=_attributed(stage.citations, known)) for stage in reply.timeline)
    return replace(
        reply,
        answers=tuple(_supported(answer, known, decided.view.zone) for answer in reply.answers),
        timeline=timeline,
    )


def _supported(answer: Answer, articles: Mapping[str, Article], zone: str) -> Answer:
    dates = [when for citation in answer.citations if (when := citation.moment)]
    return replace(
        answer,
        citations=_attributed(answer.citations, articles),
        as_of=max(dates, key=lambda when: instant_of(when, zone), default=None),
        corroboration=corroborated(answer, articles),
    )


def _attributed(citations: Sequence[Citation], articles: Mapping[str, Article]) -> tuple[Citation, ...]:
    return tuple(
        replace(c, attribution=attribution(articles[c.article_id].text, c.start, c.end))
        if c.article_id in articles
        else c
        for c in citations
    )


def _nearest(decided: Decided, passage: Passage) -> Nearest:
    article = decided.articles[passage.article_id]
    start, end = _best_sentence(decided, passage, article)
    place = citation_of(article, passage, start, article.text[start:end])
    return Nearest(article.id, article.about, place.deep_link, place.paragraph, start, end, place.quote)


def _best_sentence(decided: Decided, passage: Passage, article: Article) -> tuple[int, int]:
    """Of the passage, in characters of the article: with the likeliest span, else with most of the question's words."""
    for judged in decided.judged:
        for candidate in judged.candidates:
            if candidate.hit.passage.id == passage.id:
                return sentence_at(article.text, candidate.span.start, candidate.span.end)
    words = telling_words(decided.reply.understood_as)
    return max(_sentences(article, passage), key=lambda place: coverage(words, article.text[slice(*place)]))


def _sentences(article: Article, passage: Passage) -> Iterator[tuple[int, int]]:
    """Half-open places of the sentences that the passage touches."""
    for word in re.finditer(r"\S+", passage.text):
        at = passage.start + word.start()
        low, high = sentence_at(article.text, at, at + 1)
        if low == at or word.start() == 0:
            yield low, high
