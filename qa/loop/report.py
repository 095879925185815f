"""The report: what was asked, what was not found, what was wrong, what was used, and what has changed since."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from index.times import day_of as day_in
from index.times import end_of, instant_of
from qa.errors import AnswersMissing
from qa.loop.database import Answers
from qa.loop.feedback import resolved
from qa.loop.gaps import MAX_GAPS, Alike, Gap, Poor, gaps_of, note
from qa.loop.replay import ArticleOf, VersionsOf, became

DAYS = 30
"""Looked back, unless somebody says otherwise."""
MAX_USED = 30
MAX_STALE = 500
MAX_STALE_ARTICLES = 5_000
_SLOWEST = 5

DayOf = Callable[[datetime], date]


@dataclass(frozen=True, slots=True)
class Counts:
    """Questions, and what came of them."""

    asked: int = 0
    answered: int = 0
    uncertain: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Used:
    """An article, or one of its paragraphs, and how many answers cited it."""

    article_id: str
    headline: str
    paragraph: int | None
    count: int
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """An answer that was given, and what has become of its article since."""

    id: str
    asked: str
    question: str
    answer: str
    article_id: str
    what: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told of a time: times in UTC, days in the newsroom's zone; milliseconds at shares of the answers."""

    since: datetime
    until: datetime
    zone: str
    made: datetime
    totals: Counts
    days: tuple[tuple[date, Counts], ...]
    reasons: Mapping[str, int]
    verdicts: Mapping[str, int]
    gaps: tuple[Gap, ...]
    gaps_in_all: int
    articles: tuple[Used, ...]
    paragraphs: tuple[Used, ...]
    latency_ms: Mapping[str, float]
    stale: tuple[Stale, ...]
    stale_in_all: int
    slowest: tuple[tuple[str, str, float], ...] = field(default=())

    @property
    def first(self) -> date:
        """The day on which it begins, in the newsroom's zone."""
        return day_in(self.since, self.zone)

    @property
    def last(self) -> date:
        """The day on which it ends."""
        return day_in(self.until - timedelta(microseconds=1), self.zone)

    def to_json(self) -> dict[str, Any]:
        """For a machine."""
        body = asdict(self)
        body |= {name: getattr(self, name).isoformat() for name in ("since", "until", "made")}
        body["days"] = [{"day": day.isoformat()} | asdict(counts) for day, counts in self.days]
        for gap in body["gaps"]:
            gap["nearest"] = [{"article_id": name, "headline": headline} for name, headline in gap["nearest"]]
        body["slowest"] = [{"id": name, "question": text, "ms": ms} for name, text, ms in self.slowest]
        return body


def between(first: date | None, last: date | None, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """From the start of ``first``, else ``DAYS`` ago, up to the end of ``last``, else ``now``: half-open, in UTC."""
    since = instant_of(first, zone) if first else now - timedelta(days=DAYS)
    return since, end_of(last, zone) + timedelta(seconds=1) if last else now


def report(
    answers: Answers,
    since: datetime,
    until: datetime,
    *,
    zone: str,
    day_of: DayOf,
    article_of: ArticleOf,
    versions_of: VersionsOf,
    alike: Alike,
) -> Report:
    """What was asked from ``since`` up to ``until``.

    Raises:
        AnswersError: the answers cannot be read.
    """
    days: dict[date, Counter[str]] = {}
    reasons: Counter[str] = Counter()
    times: list[float] = []
    slowest: list[tuple[float, str, str]] = []
    poor: dict[str, Poor] = {}
    rated = {
        answer: voice for answer, ratings in answers.verdicts(since, until).items() if (voice := resolved(ratings))
    }
    for line in answers.lines(since, until):
        days.setdefault(day_of(line.asked), Counter())[line.status] += 1
        if line.reason:
            reasons[line.reason] += 1
        times.append(line.ms)
        slowest = sorted([*slowest, (line.ms, line.id, line.question)], reverse=True)[:_SLOWEST]
        note(poor, line, rated.get(line.id))
    found = gaps_of(answers, poor, alike)
    used, paragraphs, articles = _used(answers, since, until, article_of)
    stale, stale_in_all = _stale(
        answers, articles=articles, since=since, until=until, article_of=article_of, versions_of=versions_of
    )
    by_day = {day: _counts(count) for day, count in sorted(days.items())}
    return Report(
        since=since,
        until=until,
        zone=zone,
        made=datetime.now(UTC),
        totals=_counts(sum(days.values(), Counter())),
        days=tuple(by_day.items()),
        reasons=dict(reasons.most_common()),
        verdicts=dict(Counter(rating.verdict for rating in rated.values()).most_common()),
        gaps=tuple(found[:MAX_GAPS]),
        gaps_in_all=len(found),
        articles=used,
        paragraphs=paragraphs,
        latency_ms={f"p{share}": _percentile(times, share / 100) for share in (50, 95, 99)} if times else {},
        stale=stale,
        stale_in_all=stale_in_all,
        slowest=tuple((name, text, ms) for ms, name, text in slowest),
    )


def _used(
    answers: Answers, since: datetime, until: datetime, article_of: ArticleOf
) -> tuple[tuple[Used, ...], tuple[Used, ...], dict[str, set[str]]]:
    """The most cited articles and paragraphs, and of every cited article the hashes that it was cited with."""
    by_article: Counter[str] = Counter()
    by_place: Counter[tuple[str, int]] = Counter()
    hashes: dict[str, set[str]] = {}
    for article_id, paragraph, sha256, count in answers.cited(since, until):
        by_article[article_id] += count
        by_place[article_id, paragraph] += count
        hashes.setdefault(article_id, set()).add(sha256)
    articles, places = [], []
    for article_id, count in by_article.most_common(MAX_USED):
        article = article_of(article_id)
        articles.append(Used(article_id, article.headline if article else "(no longer there)", None, count))
    for (article_id, paragraph), count in by_place.most_common(MAX_USED):
        article = article_of(article_id)
        words = (
            next((article.text[a:b] for n, a, b in article.paragraphs() if n == paragraph), None) if article else None
        )
        headline = article.headline if article else "(no longer there)"
        places.append(Used(article_id, headline, paragraph, count, words))
    return tuple(articles), tuple(places), hashes


def _stale(
    answers: Answers,
    *,
    articles: Mapping[str, set[str]],
    since: datetime,
    until: datetime,
    article_of: ArticleOf,
    versions_of: VersionsOf,
) -> tuple[tuple[Stale, ...], int]:
    """The answers whose article is not what it was, newest first, and how many there are of what was looked at."""
    found: dict[str, Stale] = {}
    for article_id in list(articles)[:MAX_STALE_ARTICLES]:
        article = article_of(article_id)
        if article is not None and article.about.status == "live" and articles[article_id] == {article.sha256}:
            continue
        for answer_id in answers.citing(article_id, since, until, MAX_STALE):
            try:
                kept = answers.get(answer_id)
            except AnswersMissing:  # deleted in between
                continue
            places = ((a, c) for a in kept.reply.answers for c in a.citations if c.article_id == article_id)
            for answer, citation in places:
                changed = became(citation, article, versions_of)
                if changed is not None and answer_id not in found:
                    found[answer_id] = Stale(
                        answer_id, kept.asked.isoformat(), kept.question.text, answer.text, article_id,
                        _told(changed.what, article), changed.note,
                    )  # fmt: skip
    newest = sorted(found.values(), key=lambda one: one.asked, reverse=True)
    return tuple(newest[:MAX_STALE]), len(newest)


def _told(what: str, article: Any) -> str:
    """The newsroom's own word, where there is one: retracted is not withdrawn."""
    return article.about.status if what == "withdrawn" and article is not None else what


def _counts(count: Mapping[str, int]) -> Counts:
    return Counts(sum(count.values()), *(count.get(name, 0) for name in ("answered", "uncertain", "no_answer")))


def _percentile(times: Iterable[float], share: float) -> float:
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)], 1)
