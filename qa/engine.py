"""The engine: a question in, a reply out. Understand, search, judge, decide, cite, add what belongs to it."""

from __future__ import annotations

import math
import re
import time
import uuid
from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Self

from index.articles import Article, clean_text
from index.library import Library, View
from index.ranking.fusion import Hit
from index.stores import Where
from index.times import day_of
from qa.answers import Headline, Question, Reply, Timing
from qa.cache import AnswerCache
from qa.calibrations import with_own_calibration
from qa.deciding import decide
from qa.errors import AnswersMissing
from qa.feedback import Feedback
from qa.followup import understandings
from qa.judging import Judge, grounds_of, open_judge
from qa.limits import emptying, limits_of
from qa.moments import moment_of
from qa.newsroom import ArticleView
from qa.recency import by_time
from qa.steps import Decided, Step, with_nearest, with_passages, with_support
from qa.timeline import with_story
from qa.weights import BOTH

SURER = 0.2
"""By so much more confidence a question is taken for a follow-up that does not look like one. F1 on the newsroom
development questions, with reader-v3 (75 follow-ups; 150 full questions behind one of their article; 150 behind any):
as typed 18.3, 67.3, 75.1; only what points back 64.1, 66.8, 73.3; by 0 or more 76.3, 69.0, 70.6; by 0.1 76.7, 71.5,
72.0; by 0.2 75.3, 71.2, 72.6; by 0.3 74.1, 69.7, 72.6."""

_GREETING = re.compile(
    r"(hi|hey|hello|good (morning|afternoon|evening|day)|thanks?|thank you|bye|goodbye|ok(ay)?|yes|no|test|help)",
    re.IGNORECASE,
)
STEPS: tuple[Step, ...] = (with_story, with_support, with_nearest, with_passages)


class Engine:
    """Answers questions from a library. Thread-safe; a context manager."""

    def __init__(
        self, library: Library, judge: Judge, steps: Sequence[Step] = STEPS, *, cache: AnswerCache | None = None
    ) -> None:
        self.library = library
        self.judge = judge
        self.steps = steps
        self.cache = cache

    @classmethod
    def open(
        cls,
        folder: Where,
        *,
        model: str | None = None,
        weights: Path = BOTH,
        create: bool = False,
        several: bool = False,
        cache: AnswerCache | None = None,
    ) -> Self:
        """Load the library at ``folder`` and the reader in ``weights``, else the shipped one, side by side.

        A calibration of the newsroom's own, kept beside the library for this reader, takes the shipped one's place.

        ``several``: for several questions at once. On two cores that answers 31 a second instead of 26, and one alone
        in 45 ms instead of 42. ``cache``: gives replies again that were given already.

        Raises:
            LibraryError, ModelError: see ``index.errors``.
        """
        with ThreadPoolExecutor(1) as pool:
            judge = pool.submit(open_judge, weights, spin=not several)
            library = Library.open(folder, model=model, create=create)
            try:
                return cls(library, with_own_calibration(judge.result(), folder, weights), cache=cache)
            except BaseException:
                library.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the library."""
        self.library.close()

    def article(self, article_id: str) -> ArticleView | None:
        """The article as readers see it, or ``None``: there is none, or it is under embargo."""
        found = self.library.article(article_id)
        return None if found is None or self.library.is_embargoed(found) else ArticleView.of(found)

    def headlines(self) -> Iterator[Headline]:
        """Every article by name, newest first."""
        for item in self.library.headlines(embargoed=False):
            yield Headline(item.id, item.about)

    def rate(self, feedback: Feedback) -> None:  # noqa: ARG002 - what a newsroom takes; this one keeps nothing
        """No answer is kept here, so none can be rated.

        Raises:
            AnswersMissing: always; see :class:`qa.loop.keeping.Keeping`.
        """
        raise AnswersMissing("this answer is not kept, so it cannot be rated; keep answers with: --keep")

    def ask(self, question: Question | str, *, brief: bool = False) -> Reply:
        """Answer ``question``, or say why not. Never raises for what a reader may type.

        A question that may or may not follow the turn before is asked both ways, if its time budget allows.
        ``brief``: others wait, so what the judge can leave out is left out; the reply says who read it.
        """
        began = time.perf_counter()
        if isinstance(question, str):
            question = Question(question)
        deadline = began + question.budget_ms / 1_000 if question.budget_ms is not None else math.inf
        typed = clean_text(question.text)
        if not any(c.isalnum() for c in typed) or _GREETING.fullmatch(typed.rstrip("!.? ")):
            version = self.library.version
            return Reply(_new_id(), "no_answer", question.text, typed, "not_a_question", library_version=version)
        moment = self.library.moment if self.cache is not None else None
        if (kept := self._given(question, began, moment)) is not None:
            return kept
        reply = self._asked(typed, question, began, deadline, brief)
        if self.cache is not None and not brief and question.budget_ms is None:  # with more time it might be another
            self.cache.put(replace(question, text=typed), reply, moment)
        return reply

    def given(self, question: Question) -> Reply | None:
        """The reply to ``question`` if it was given lately and is the same now, else ``None``; nothing is read."""
        if self.cache is None or not len(self.cache):
            return None
        return self._given(question, time.perf_counter(), self.library.moment, first=True)

    def _given(self, question: Question, began: float, moment: Hashable, *, first: bool = False) -> Reply | None:
        if self.cache is None:
            return None
        asked = replace(question, text=clean_text(question.text))
        kept = self.cache.get(self.library.version, asked, moment, first=first)
        if kept is None:
            return None
        return replace(kept, id=_new_id(), question=question.text, timing_ms=Timing(total=_milliseconds(began)))

    def _asked(self, typed: str, question: Question, began: float, deadline: float, brief: bool) -> Reply:
        """The reply to ``question``, asked as it was ``typed`` or with the turn before it, whichever is surer."""
        first, *others = understandings(typed, question.history)
        reply, confidence = self._asked_as(first, question, deadline, brief)
        for text in others:
            now = time.perf_counter()
            if now + (now - began) > deadline:
                break
            other, surer = self._asked_as(text, question, deadline, brief)
            earlier, later = reply.timing_ms, other.timing_ms
            if surer > confidence + SURER:
                reply, confidence = other, surer
            search, read, second = (
                round(getattr(earlier, stage) + getattr(later, stage), 2) for stage in ("search", "read", "second")
            )
            reply = replace(reply, timing_ms=Timing(search, read, _milliseconds(began), second))
        return reply

    def _asked_as(self, text: str, question: Question, deadline: float, brief: bool) -> tuple[Reply, float]:
        """The reply to ``question`` understood as ``text``, and the confidence of the best answer, given or not."""
        began = time.perf_counter()
        with self.library.view(question.as_of) as view:
            limits = limits_of(question)
            reply = Reply(_new_id(), "no_answer", question.text, text, library_version=view.version, limits=limits)
            moment = moment_of(text, day_of(view.time, view.zone))
            wanted = self.judge.passages * (2 if moment is not None and moment.kind == "window" else 1)
            hits = view.search(text, wanted, question.filters)
            articles = _articles(view, hits)
            hits = by_time(hits, articles, moment, view.zone)[: self.judge.passages]
            search = _milliseconds(began)
            if not hits:
                reply = replace(reply, timing_ms=Timing(search, 0.0, search))
                if view.empty:
                    return replace(reply, reason="empty_library"), 0.0
                return replace(reply, reason="outside_filters", limits=emptying(view, text, question)), 0.0
            found = time.perf_counter()
            judgement = self.judge.judge(text, hits, articles, deadline, brief=brief)
            read = _milliseconds(found)
            reply = replace(
                reply, passages_read=judgement.passages_read, truncated=judgement.cut, read_by=judgement.by,
                grounds=grounds_of(self.judge.name, hits, judgement),
            )  # fmt: skip
            reply = decide(reply, question, hits, judgement, articles)
            decided = Decided(reply, question, hits, judgement, articles, view, self.judge, deadline, brief)
            for step in self.steps:
                decided = replace(decided, reply=step(decided))
        confidence = judgement.answers[0].confidence if judgement.answers else 0.0
        timing = Timing(search, read, _milliseconds(began), round(judgement.second_ms, 2))
        return replace(decided.reply, timing_ms=timing), confidence


def _articles(view: View, hits: Sequence[Hit]) -> dict[str, Article]:
    """The articles of the hits and of their copies, by id."""
    ids = dict.fromkeys(place.article_id for hit in hits for place in (hit.passage, *hit.copies))
    return {article_id: article for article_id in ids if (article := view.article(article_id)) is not None}


def _milliseconds(since: float) -> float:
    return round(1_000 * (time.perf_counter() - since), 2)


def _new_id() -> str:
    return uuid.uuid4().hex
