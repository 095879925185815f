"""Steps that look at an answer's story: how the fact developed, and what came later without it.

The articles of the story are read apart from each other. Read together, the values of different days compete for one
confidence, though each was right in its time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from index.articles import PARAGRAPH_BREAK, Article, sentence_at
from index.metadata import Described
from index.ranking.fusion import Hit
from index.times import day_of, instant_of
from qa.amounts import Value, hedge_before, holds_comparable, value_of, values_in
from qa.answers import MAX_UNCERTAIN, Answer, Development, Headline, Reply
from qa.citing import citation_of
from qa.developments import SUBJECT_WEIGHT, Sighting, Stage, stages
from qa.evidence import Candidate
from qa.judging import Judged
from qa.moments import moment_of
from qa.normalize import normalized
from qa.steps import Decided
from qa.stories import story_of
from qa.surroundings import Surroundings, of_the_fact, refers_back, subject_share

PASSAGES_EACH = 2
"""Passages read of each article of the story: those nearest to the question that hold such a value."""
LOOKED_AT = 40
"""Passages of the story among which these are looked for."""
FIRST_VALUES = 3
"""Among so many of the best answers one must be a value."""
MOST_NEWER = 3
MOST_DOUBTED = 2
"""Passages that the accurate reader reads, too: in which the fast one saw too little, but something."""
DOUBTED_MARGIN = -8.0


def with_story(decided: Decided) -> Reply:
    """The reply with its timeline and what is newer; of a fact that developed, the newest value first.

    The values of one fact are no rivals, so that they are sure together may make an answer of what was none.
    """
    reply = decided.reply
    if not decided.judged or reply.reason not in (None, "weak_evidence") or time.perf_counter() > decided.deadline:
        return reply
    first = reply.answers[0].citations[0].article_id if reply.answers else _article_of(decided.judged[0])
    told = decided.articles[first]
    story = [told, *story_of(decided.view, told, decided.question.filters)]
    if len(story) == 1:
        return reply
    found = _timeline(decided, story)
    if found:
        reply = _developed(decided, replace(reply, timeline=found))
    return replace(reply, newer=_newer(decided, reply.answers[0], story)) if reply.answers else decided.reply


def _article_of(judged: Judged) -> str:
    return judged.candidates[0].hit.passage.article_id


def _developed(decided: Decided, reply: Reply) -> Reply:
    """The reply with its newest value first, if it is well enough supported and nobody disputes it."""
    values = [value for stage in reply.timeline if (value := value_of(stage.text)) is not None]
    told = [
        judged.weighed.evidence
        for judged in decided.judged
        if (stated := value_of(judged.candidates[0].quote)) and any(stated.same(value) for value in values)
    ]
    sure = round(decided.judgement.calibration.together(told), 4) if told else 0.0
    answers = _newest_first(decided, reply, sure)[: max(1, decided.question.top_k)]
    if reply.status == "answered" or not answers:
        return replace(reply, answers=answers)
    thresholds = decided.judgement.calibration.thresholds
    least = thresholds.sure if decided.question.min_confidence is None else decided.question.min_confidence
    if sure >= least:
        return replace(reply, status="answered", reason=None, answers=answers)
    if decided.question.min_confidence is None and sure >= thresholds.perhaps:
        return replace(reply, status="uncertain", reason=None, answers=answers[:MAX_UNCERTAIN])
    return replace(reply, answers=answers if reply.answers else ())


def _timeline(decided: Decided, story: Sequence[Article]) -> tuple[Development, ...]:
    asked = next((v for judged in decided.judged[:FIRST_VALUES] if (v := value_of(judged.candidates[0].quote))), None)
    dated = [article for article in story if told_at(article) is not None]
    if asked is None or len(dated) < 2:
        return ()
    hits = _hits(decided, dated, asked)
    if len({hit.passage.article_id for hit in hits}) < 2:
        return ()
    read = _read(decided, dated, hits, brief=True)
    for candidate in (candidate for judged in decided.judged for candidate in judged.candidates):
        if candidate.hit.passage.article_id in read:
            read[candidate.hit.passage.article_id].append(candidate)
    found = [(article, one) for article in dated if (one := _chosen(decided, article, read[article.id], asked))]
    doubted = [
        one.candidate.hit
        for _, one in found
        if not one.sighting.counts and one.sighting.margin >= DOUBTED_MARGIN
    ]  # fmt: skip
    if doubted and len(doubted) < len(found) and not decided.brief and time.perf_counter() < decided.deadline:
        for article_id, more in _read(decided, dated, doubted[:MOST_DOUBTED], brief=False).items():
            read[article_id] += more
        found = [(article, one) for article in dated if (one := _chosen(decided, article, read[article.id], asked))]
    places = [(article, one.candidate) for article, one in found]
    sightings = [replace(one.sighting, key=key) for key, (_, one) in enumerate(found)]
    return tuple(_development(stage, places) for stage in stages(sightings))


def told_at(item: Described) -> date | None:
    """When an article tells what it tells: when it was updated, else published."""
    return item.about.updated or item.about.moment


class Heard(NamedTuple):
    """The candidate that an article is heard with, and what it says."""

    candidate: Candidate
    sighting: Sighting


def _hits(decided: Decided, story: Sequence[Article], asked: Value) -> list[Hit]:
    """The passages of the story that hold such a value, of each article those nearest to the question."""
    filters = replace(decided.question.filters, article_ids=tuple(article.id for article in story))
    chosen: dict[str, list[Hit]] = {}
    for hit in decided.view.search(decided.reply.understood_as, LOOKED_AT, filters):
        of_article = chosen.setdefault(hit.passage.article_id, [])
        if len(of_article) < PASSAGES_EACH and holds_comparable(hit.passage.text, asked):
            of_article.append(replace(hit, copies=()))
    return [hit for of_article in chosen.values() for hit in of_article]


def _read(
    decided: Decided, story: Sequence[Article], hits: Sequence[Hit], *, brief: bool
) -> dict[str, list[Candidate]]:
    """What ``hits`` say to the question, by article. In brief: by the fast reader, which sees what number is meant."""
    known = {article.id: article for article in story}
    found: dict[str, list[Candidate]] = {article_id: [] for article_id in known}
    judged = decided.judge.judge(decided.reply.understood_as, hits, known, decided.deadline, brief=brief).answers
    for candidate in (candidate for one in judged for candidate in one.candidates):
        found[candidate.hit.passage.article_id].append(candidate)
    return found


def _chosen(decided: Decided, article: Article, candidates: Sequence[Candidate], asked: Value) -> Heard | None:
    """The candidate that best states a value of the fact: by its margin, and by how much its sentence is about it."""
    question = decided.reply.understood_as
    when = instant_of(told_at(article) or date.min, decided.view.zone)
    found: list[tuple[float, Heard]] = []
    for candidate in candidates:
        value = value_of(candidate.quote)
        if value is None or not value.comparable(asked):
            continue
        low, high = sentence_at(article.text, candidate.span.start, candidate.span.end)
        sentence = article.text[low:high]
        context = _sentence_before(article, low) if refers_back(sentence) else ""
        place = Surroundings(sentence, candidate.span.start - low, candidate.span.end - low, context)
        share = subject_share(question, f"{context} {sentence}")
        if share and of_the_fact(question, place, value, when.year):
            sighting = Sighting(0, value, when, candidate.margin, place)
            found.append((candidate.margin + SUBJECT_WEIGHT * share, Heard(candidate, sighting)))
    best = max(found, key=lambda item: item[0], default=None)
    return None if best is None else best[1]


def _sentence_before(article: Article, low: int) -> str:
    """The sentence before the one that begins at ``low``."""
    inside = low - len(PARAGRAPH_BREAK) - 1
    if inside < 0:
        return ""
    return article.text[slice(*sentence_at(article.text, inside, inside + 1))]


def _development(stage: Stage, places: Sequence[tuple[Article, Candidate]]) -> Development:
    cited = [places[sighting.key] for sighting in stage.sightings]
    citations = tuple(citation_of(article, c.hit.passage, c.span.start, c.quote) for article, c in cited)
    article, candidate = cited[0]
    low, _ = sentence_at(article.text, candidate.span.start, candidate.span.end)
    return Development(
        text=candidate.quote,
        hedge=stage.value.hedge or hedge_before(article.text[low : candidate.span.start]),
        when=told_at(article) or date.min,
        current=stage.current,
        disputed=stage.disputed,
        citations=citations,
    )


def _newest_first(decided: Decided, reply: Reply, confidence: float) -> tuple[Answer, ...]:
    """The answers, that of the newest value first unless it is disputed; ``confidence`` is of all values together.

    Of a question that names a time, the newest by the end of it.
    """
    zone = decided.view.zone
    asked = moment_of(reply.understood_as, day_of(decided.view.time, zone))
    by = asked.last if asked is not None and asked.last is not None else date.max
    stood = [stage for stage in reply.timeline if day_of(stage.when, zone) <= by]
    current = [stage for stage in stood if stage.when == stood[-1].when]
    if not current:
        return reply.answers
    value = value_of(current[0].text)
    if len(current) > 1 or value is None:
        return reply.answers
    same = [answer for answer in reply.answers if (v := value_of(answer.text)) is not None and v.same(value)]
    others = tuple(answer for answer in reply.answers if answer not in same)
    first = same[0] if same else Answer(current[0].text, confidence, current[0].citations)
    return (replace(first, confidence=confidence), *same[1:], *others)


def _newer(decided: Decided, answer: Answer, story: Sequence[Article]) -> tuple[Headline, ...]:
    """Articles of the story that came after ``answer`` and do not repeat it, newest first."""
    zone = decided.view.zone
    times = [instant_of(when, zone) for citation in answer.citations if (when := told_at(citation))]
    if not times:
        return ()
    later: list[tuple[datetime, Article]] = []
    for article in story:
        when = told_at(article)
        if when and instant_of(when, zone) > max(times) and not repeats(article.text, answer.text):
            later.append((instant_of(when, zone), article))
    later.sort(key=lambda item: item[0], reverse=True)
    return tuple(Headline(article.id, article.about) for _, article in later[:MOST_NEWER])


def repeats(text: str, answer: str) -> bool:
    """Whether ``text`` says the words of ``answer``, or its value."""
    if re.search(rf"(?<!\w){re.escape(normalized(answer))}(?!\w)", normalized(text)):
        return True
    value = value_of(answer)
    return value is not None and any(value.same(other) for other in values_in(text))
