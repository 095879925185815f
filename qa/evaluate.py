"""Measure the answers on a data set: exact match, F1, retrieval, and whether the confidence means what it says.

Data: newsroom JSON Lines (an article with its questions a line) or SQuAD 1.1 / 2.0 JSON; either may be packed
with gzip. ``open`` questions are asked of a whole library, as readers do.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import SourceError
from qa.answers import Question, Reply
from qa.normalize import normalized

RIGHT_F1 = 0.5
"""Token F1 with an accepted answer from which an answer counts as right, where right or wrong is asked for."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question of a data set. ``answers`` are the accepted ones, none if it cannot be answered.

    ``paragraph`` counts from 1. ``before`` is the question that a follow-up follows.
    """

    question: str
    answers: tuple[str, ...]
    article_id: str
    paragraph: int
    before: str | None = None


def exact_match(answer: str, accepted: Sequence[str]) -> float:
    """1.0 if ``answer`` is one of ``accepted`` after normalisation, else 0.0 (Rajpurkar et al. 2016)."""
    return float(any(normalized(answer) == normalized(one) for one in accepted))


def token_f1(answer: str, accepted: Sequence[str]) -> float:
    """The best harmonic mean of token precision and recall with an accepted answer (Rajpurkar et al. 2016)."""
    return max((_f1(normalized(answer).split(), normalized(one).split()) for one in accepted), default=0.0)


def _f1(answer: list[str], truth: list[str]) -> float:
    if not answer or not truth:
        return float(answer == truth)
    shared = sum((Counter(answer) & Counter(truth)).values())
    return 2.0 * shared / (len(answer) + len(truth))


def read_items(path: Path) -> Iterator[Item]:
    """The questions of a data set.

    Raises:
        SourceError: the file cannot be read or is of neither format.
    """
    try:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = data.decode()
        if text.lstrip()[:1] == "{" and '"data"' in text[:200]:
            yield from _squad(json.loads(text))
        else:
            for line in text.splitlines():
                yield from _newsroom(json.loads(line))
    except OSError as error:
        raise SourceError(str(path), f"cannot be read ({error.strerror or error})") from None
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(str(path), f"is neither newsroom JSON Lines nor SQuAD JSON ({error!r})") from None


def _newsroom(body: dict[str, Any]) -> Iterator[Item]:
    for qa in body["qas"]:
        accepted = (qa["answer"], *qa.get("also", ())) if "answer" in qa else ()
        yield Item(qa["question"], accepted, body["id"], qa["paragraph"] + 1, qa.get("after"))


def _squad(body: dict[str, Any]) -> Iterator[Item]:
    for article in body["data"]:
        for number, paragraph in enumerate(article["paragraphs"], start=1):
            for qa in paragraph["qas"]:
                yield Item(qa["question"], tuple(a["text"] for a in qa["answers"]), article["title"], number)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An item and what came back when the best span was asked for at any confidence."""

    item: Item
    reply: Reply

    @property
    def confidence(self) -> float:
        """Of the best answer; 0 if there was none at all."""
        return self.reply.answers[0].confidence if self.reply.answers else 0.0

    @property
    def f1(self) -> float:
        """Of the best answer; 0 for a question that cannot be answered."""
        return token_f1(self.reply.answers[0].text, self.item.answers) if self.reply.answers else 0.0

    @property
    def exact(self) -> float:
        """Exact match of the best answer."""
        return exact_match(self.reply.answers[0].text, self.item.answers) if self.reply.answers else 0.0

    @property
    def right(self) -> bool:
        """Whether the best answer counts as right."""
        return self.f1 >= RIGHT_F1

    @property
    def rank(self) -> int | None:
        """Rank, from 1, of the paragraph of the item among the passages found."""
        for number, passage in enumerate(self.reply.passages or (), start=1):
            if (passage.article_id, passage.paragraph) == (self.item.article_id, self.item.paragraph):
                return number
        return None


def ask_all(
    ask: Callable[[Question], Reply], items: Sequence[Item], tick: Callable[[int], None] = lambda _: None
) -> list[Outcome]:
    """Ask every item for its best span, whatever the confidence."""
    outcomes = []
    for item in items:
        outcomes.append(Outcome(item, ask(Question(item.question, min_confidence=0.0, include_passages=True))))
        tick(1)
    return outcomes


def summary(outcomes: Sequence[Outcome], threshold: float) -> dict[str, float]:
    """The figures, in percent except where a name says otherwise.

    ``coverage_at_90`` is the largest share of all questions that can be answered, the most confident first, with
    at least 90 % of those answers right; ``ece`` the expected calibration error over ten bins (Guo et al. 2017).
    """
    answerable = [o for o in outcomes if o.item.answers]
    unanswerable = [o for o in outcomes if not o.item.answers]
    given = [o for o in outcomes if o.confidence >= threshold]

    def share(values: Sequence[float | bool]) -> float:
        return round(100.0 * sum(values) / len(values), 1) if values else 0.0

    times = sorted(o.reply.timing_ms.total for o in outcomes)
    return {
        "questions": len(outcomes),
        "answerable": len(answerable),
        "exact_match": share([o.exact for o in answerable]),
        "f1": share([o.f1 for o in answerable]),
        "right": share([o.right for o in answerable]),
        "recall_at_1": share([o.rank == 1 for o in answerable]),
        "recall_at_5": share([o.rank is not None and o.rank <= 5 for o in answerable]),
        "recall_at_10": share([o.rank is not None and o.rank <= 10 for o in answerable]),
        "mrr": round(sum(1 / o.rank for o in answerable if o.rank) / max(1, len(answerable)), 3),
        "auc": round(auc([o.confidence for o in answerable], [o.confidence for o in unanswerable]), 3),
        "coverage_at_90": share([1.0] * coverage(outcomes, 0.9) + [0.0] * (len(outcomes) - coverage(outcomes, 0.9))),
        "given": share([1.0] * len(given) + [0.0] * (len(outcomes) - len(given))),
        "given_right": share([o.right for o in given]),
        "ece": round(calibration_error(outcomes), 3),
        "ms_p50": times[len(times) // 2] if times else 0.0,
        "ms_p95": times[len(times) * 95 // 100] if times else 0.0,
    }


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The probability that a positive scores above a negative, ties counting half; 0.5 if there are none."""
    if not positive or not negative:
        return 0.5
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))


def coverage(outcomes: Sequence[Outcome], precision: float) -> int:
    """How many questions can be answered, the most confident first, with this share of the answers right."""
    best = right = 0
    for count, outcome in enumerate(sorted(outcomes, key=lambda o: -o.confidence), start=1):
        right += outcome.right
        if right / count >= precision:
            best = count
    return best


def calibration_error(outcomes: Sequence[Outcome], bins: int = 10) -> float:
    """Mean distance, weighted by size, of confidence and share of right answers in bins of equal width."""
    total = 0.0
    for low in range(bins):
        inside = [o for o in outcomes if min(bins - 1, int(o.confidence * bins)) == low]
        total += abs(sum(o.confidence - o.right for o in inside))
    return total / max(1, len(outcomes))


def run(options: argparse.Namespace, folder: Path) -> int:
    """``pullquote eval``: ask the library every question of the data set and print the figures."""
    from qa.commands import progress_bar, say
    from qa.engine import Engine

    items = [item for item in read_items(options.dataset) if item.before is None]
    began = time.perf_counter()
    engine = Engine.open(folder, say=say)
    try:
        with progress_bar("Asking", len(items)) as tick:
            outcomes = ask_all(engine.ask, items, tick)
        figures = summary(outcomes, engine.calibration.threshold)
    finally:
        engine.close()
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:15} {value:>10}")
    say(f"{len(items)} questions in {time.perf_counter() - began:.0f} s; follow-ups are left out.")
    return 0
