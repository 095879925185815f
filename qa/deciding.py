"""What is said: the status of a reply and its answers out of what was judged, or the reason for none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.articles import Article
from index.ranking.fusion import Hit
from index.words import telling_words
from qa.answers import MAX_UNCERTAIN, Answer, Question, Reply, ReplyStatus
from qa.citing import cited
from qa.evidence import coverage
from qa.judging import Judged, Judgement
from qa.phrasing import phrased

RELEVANT = 0.25
"""Cosine below which no passage is about the question at all: true of 0.2 % of the newsroom development questions, and
of 27 % of SQuAD questions asked of the newsroom (`python -m bench.relevance`). It decides only how "no" is put."""
RUNNER_UP = 1 / 3
"""In an uncertain reply, the share of the best answer's confidence from which another one is shown beside it."""


def decide(
    reply: Reply,
    question: Question,
    hits: Sequence[Hit],
    judgement: Judgement,
    articles: Mapping[str, Article],
) -> Reply:
    """``reply`` with its status and its answers, or the reason for none."""
    status, shown = _degree(question, judgement)
    answers: list[Answer] = []
    for one in shown:
        whole, kind = phrased(reply.understood_as, one, judgement.answers)
        answer = cited(whole, articles, kind)
        if answer is not None and not any(_holds(other, answer) for other in answers):
            answers.append(answer)
    if answers:
        return replace(reply, status=status, answers=tuple(answers))
    return replace(reply, reason="weak_evidence" if _relevant(reply, hits) else "nothing_relevant")


def _degree(question: Question, judgement: Judgement) -> tuple[ReplyStatus, Sequence[Judged]]:
    """How surely it can be answered, and with what, best first."""
    judged, thresholds = judgement.answers, judgement.calibration.thresholds
    sure = thresholds.sure if question.min_confidence is None else question.min_confidence
    good = [answer for answer in judged if answer.confidence >= sure][: question.top_k]
    if good:
        return "answered", good
    if question.min_confidence is None and judged and judged[0].confidence >= thresholds.perhaps:
        least = RUNNER_UP * judged[0].confidence
        return "uncertain", [one for one in judged if one.confidence >= least][: min(MAX_UNCERTAIN, question.top_k)]
    return "no_answer", []


def _relevant(reply: Reply, hits: Sequence[Hit]) -> bool:
    """Whether anything found is about the question: by its meaning, or since it has most of the question's words."""
    words = telling_words(reply.understood_as)
    return max(hit.similarity for hit in hits) >= RELEVANT or any(coverage(words, h.passage.text) > 0.5 for h in hits)


def _holds(surer: Answer, other: Answer) -> bool:
    """Whether the words of ``other`` are shown with ``surer`` already: of one sentence, or items of one list."""
    place = other.citations[0]
    return any(
        one.article_id == place.article_id and one.start <= place.start and place.end <= one.end
        for one in surer.citations
    )
