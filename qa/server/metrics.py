"""What an operator can watch: Prometheus metrics, in a registry of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from qa.answers import Reply
from qa.feedback import FeedbackVerdict
from qa.loop.keeper import KeptOrDropped

MANY = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client's own name for the folder in which processes count together; read when it is imported."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Gauged:
    """What gauges show: it is looked up when somebody asks."""

    waiting: int
    unwritten: int
    articles: int
    passages: int
    version: int
    cached: int
    cache_bytes: int
    cache_hits: int
    cache_misses: int


class _Gauges(Collector):
    def __init__(self, state: Callable[[], Gauged | None]) -> None:
        self._state = state

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        state = self._state()
        if state is not None:
            yield GaugeMetricFamily("pullquote_queue_depth", "Questions that wait for a thread.", state.waiting)
            yield GaugeMetricFamily("pullquote_library_articles", "Articles in the library.", state.articles)
            yield GaugeMetricFamily("pullquote_library_passages", "Passages in the library.", state.passages)
            yield GaugeMetricFamily("pullquote_cached_replies", "Replies kept for the same question.", state.cached)
            yield GaugeMetricFamily("pullquote_cache_bytes", "What they take.", state.cache_bytes)
            yield CounterMetricFamily("pullquote_cache_hits", "Questions answered from them.", state.cache_hits)
            yield CounterMetricFamily("pullquote_cache_misses", "Questions that were read for.", state.cache_misses)
            yield GaugeMetricFamily("pullquote_answers_waiting", "Answers waiting to be kept.", state.unwritten)
            yield GaugeMetricFamily("pullquote_library_version", "Counts the writes to the library.", state.version)


class Metrics:
    """The server's metrics."""

    def __init__(self, state: Callable[[], Gauged | None]) -> None:
        """``state`` is asked at every scrape; ``None`` while nothing is loaded."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "pullquote_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "pullquote_stage_seconds", "Time of a question by stage.", ["stage"], buckets=_BUCKETS,
            registry=self._registry,
        )  # fmt: skip
        self._replies = Counter(
            "pullquote_replies", "Replies by status and reason.", ["status", "reason"], registry=self._registry
        )
        self._answers = Counter(
            "pullquote_answers", "Answers kept, or dropped since they could not be.", ["outcome"],
            registry=self._registry,
        )  # fmt: skip
        self._feedback = Counter(
            "pullquote_feedback", "What was thought of answers.", ["verdict"], registry=self._registry
        )
        self._gauges = _Gauges(state)
        self._registry.register(self._gauges)

    def request(self, method: str, route: str, status: int) -> None:
        """Count a request. ``route`` is the pattern, never the path, so that there are few of them."""
        self._requests.labels(method, route, str(status)).inc()

    def reply(self, reply: Reply) -> None:
        """Count a reply and its stages."""
        self._replies.labels(reply.status, reply.reason or "").inc()
        for stage in ("search", "read", "total"):
            self._seconds.labels(stage).observe(getattr(reply.timing_ms, stage) / 1_000)

    def answers(self, outcome: KeptOrDropped, count: int) -> None:
        """Count answers that were kept or dropped."""
        self._answers.labels(outcome).inc(count)

    def feedback(self, verdict: FeedbackVerdict) -> None:
        """Count a verdict."""
        self._feedback.labels(verdict).inc()

    def text(self) -> bytes:
        """The exposition format; of several processes what they count together, and the gauges of this one."""
        if MANY not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        registry.register(self._gauges)
        return generate_latest(registry)
