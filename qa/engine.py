"""The engine: a question in, a reply out. Search, read, compare over all passages, decide, cite."""

from __future__ import annotations

import math
import re
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from index.articles import Article, Passage, clean_text, sentence_at
from index.library import Library
from index.search import Hit, telling_words
from qa.answers import (
    Answer,
    ArticleView,
    Citation,
    FoundPassage,
    Headline,
    Question,
    Reason,
    Reply,
    Span,
    Timing,
)
from qa.confidence import Calibration, Evidence, shares
from qa.deeplink import deep_link
from qa.followup import understandings
from qa.normalize import normalized
from qa.reader import WEIGHTS, OnnxReader, Reader, Reading

PASSAGES_READ = 10
"""Reading more finds little: recall@10 is 93 %, recall@20 96 %, and each passage costs its time."""
BUDGET_STEP = 2
"""Passages read between two looks at the clock when the question has a time budget."""
RELEVANT = 0.3
"""Cosine below which no passage is about the question at all: true of 0.1 % of the newsroom development questions, and
of 22 % of SQuAD questions asked of the newsroom (`python -m bench.relevance`). It decides only how "no" is put."""
NEAREST = 3
SURER = 0.2
"""By so much more confidence a question is taken for a follow-up that does not look like one. F1 on the newsroom
development questions, with reader-v3 (75 follow-ups; 150 full questions behind one of their article; 150 behind any):
as typed 18.3, 67.3, 75.1; only what points back 64.1, 66.8, 73.3; by 0 or more 76.3, 69.0, 70.6; by 0.1 76.7, 71.5,
72.0; by 0.2 75.3, 71.2, 72.6; by 0.3 74.1, 69.7, 72.6."""

_GREETING = re.compile(
    r"(hi|hey|hello|good (morning|afternoon|evening|day)|thanks?|thank you|bye|goodbye|ok(ay)?|yes|no|test|help)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span, the hit that it stands in, the rank of that hit (from 1), and its logit over "no answer"."""

    span: Span
    hit: Hit
    rank: int
    margin: float

    @property
    def quote(self) -> str:
        """The span's words."""
        passage = self.hit.passage
        return passage.text[self.span.start - passage.start : self.span.end - passage.start]


class Engine:
    """Answers questions from a library. Thread-safe."""

    def __init__(self, library: Library, reader: Reader, calibration: Calibration) -> None:
        self.library = library
        self.reader = reader
        self.calibration = calibration

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        model: str | None = None,
        weights: Path = WEIGHTS,
        say: Callable[[str], None] = lambda _: None,
        create: bool = False,
        several: bool = False,
    ) -> Engine:
        """Load the library in ``folder`` and the reader in ``weights``, else the shipped one, side by side.

        ``several``: for several questions at once. On two cores that answers 31 a second instead of 26, and one alone
        in 45 ms instead of 42.

        Raises:
            LibraryError, ModelError: see ``index.errors``.
        """
        with ThreadPoolExecutor(1) as pool:
            reader = pool.submit(OnnxReader, weights, spin=not several)
            library = Library.open(folder, model=model, say=say, create=create)
            try:
                return cls(library, reader.result(), Calibration.load(weights))
            except BaseException:
                library.close()
                raise

    def close(self) -> None:
        """Close the library."""
        self.library.close()

    def article(self, article_id: str) -> ArticleView | None:
        """The article as front ends show it, or ``None``."""
        found = self.library.article(article_id)
        return None if found is None else article_view(found)

    def headlines(self) -> Iterator[Headline]:
        """Every article by name, newest first."""
        for item in self.library.headlines():
            yield Headline(item.id, item.headline, item.source, item.published, item.url)

    def ask(self, question: Question) -> Reply:
        """Answer ``question``, or say why not. Never raises for what a reader may type.

        A question that may or may not follow the turn before is asked both ways, if its time budget allows.
        """
        began = time.perf_counter()
        deadline = began + question.budget_ms / 1_000 if question.budget_ms is not None else math.inf
        typed = clean_text(question.text)
        if not any(c.isalnum() for c in typed) or _GREETING.fullmatch(typed.rstrip("!.? ")):
            version = self.library.version
            return Reply(_new_id(), "no_answer", question.text, typed, "not_a_question", library_version=version)
        first, *others = understandings(typed, question.history)
        reply, confidence = self._asked_as(first, question, deadline)
        for text in others:
            now = time.perf_counter()
            if now + (now - began) > deadline:
                break
            other, surer = self._asked_as(text, question, deadline)
            earlier, later = reply.timing_ms, other.timing_ms
            if surer > confidence + SURER:
                reply, confidence = other, surer
            search, read = earlier.search + later.search, earlier.read + later.read
            reply = replace(reply, timing_ms=Timing(round(search, 2), round(read, 2), _milliseconds(began)))
        return reply

    def _asked_as(self, text: str, question: Question, deadline: float) -> tuple[Reply, float]:
        """The reply to ``question`` understood as ``text``, and the confidence of the best answer, given or not."""
        began = time.perf_counter()
        with self.library.view() as view:
            reply = Reply(_new_id(), "no_answer", question.text, text, library_version=view.version)
            hits = view.search(text, PASSAGES_READ, question.filters)
            ids = {p.article_id: None for hit in hits for p in (hit.passage, *hit.copies)}
            articles = {i: a for i in ids if (a := view.article(i)) is not None}
            empty = view.empty
        search = _milliseconds(began)
        if not hits:
            reason: Reason = "empty_library" if empty else "outside_filters"
            return replace(reply, reason=reason, timing_ms=Timing(search, 0.0, search)), 0.0
        headlines = [articles[hit.passage.article_id].headline for hit in hits]
        found = time.perf_counter()
        readings = self._read(text, [hit.passage for hit in hits], headlines, deadline)
        answers = self._answers(text, hits, readings, articles)
        threshold = self.calibration.threshold if question.min_confidence is None else question.min_confidence
        good = tuple(answer for answer in answers if answer.confidence >= threshold)[: question.top_k]
        confidence = answers[0].confidence if answers else 0.0
        reply = replace(
            reply,
            passages=_shown(hits) if question.include_passages else None,
            passages_read=len(readings),
            truncated=len(readings) < len(hits),
            timing_ms=Timing(search, _milliseconds(found), _milliseconds(began)),
        )
        if good:
            return replace(reply, status="answered", answers=good), confidence
        relevant = max(hit.similarity for hit in hits) >= RELEVANT
        nearest = tuple(_headline(articles[i]) for i in dict.fromkeys(hit.passage.article_id for hit in hits))[:NEAREST]
        reason = "weak_evidence" if relevant else "nothing_relevant"
        return replace(reply, reason=reason, nearest=nearest), confidence

    def _read(
        self, question: str, passages: Sequence[Passage], headlines: Sequence[str], deadline: float
    ) -> list[Reading]:
        """All passages at once, or, against the clock, the best first while another step still fits."""
        if deadline == math.inf:
            return self.reader.read(question, passages, headlines)
        readings: list[Reading] = []
        step = 0.0
        while len(readings) < len(passages) and (not readings or time.perf_counter() + step <= deadline):
            before = time.perf_counter()
            step_of = slice(len(readings), len(readings) + BUDGET_STEP)
            readings += self.reader.read(question, passages[step_of], headlines[step_of])
            step = time.perf_counter() - before
        return readings

    def _answers(
        self, question: str, hits: Sequence[Hit], readings: Sequence[Reading], articles: dict[str, Article]
    ) -> list[Answer]:
        """Different answers with all their citations, most confident first."""
        answers = []
        for group, evidence in judged(question, hits, readings, articles):
            citations = tuple(dict.fromkeys(c for candidate in group for c in _citations(candidate, articles)))
            answers.append(Answer(group[0].quote, round(self.calibration.confidence(evidence), 4), citations))
        return sorted(answers, key=lambda answer: -answer.confidence)


def judged(
    question: str, hits: Sequence[Hit], readings: Sequence[Reading], articles: dict[str, Article]
) -> list[tuple[list[Candidate], Evidence]]:
    """The different answers, each with its candidates, best margin first, and what speaks for it.

    ``readings`` are of the first of ``hits``, in their order. Candidates with the same words are one answer.
    """
    groups: dict[str, list[Candidate]] = {}
    candidates = [
        Candidate(span, hit, rank, span.logit - reading.no_answer)
        for rank, (hit, reading) in enumerate(zip(hits, readings, strict=False), start=1)
        for span in reading.spans
    ]
    for candidate in sorted(candidates, key=lambda c: -c.margin):
        groups.setdefault(normalized(candidate.quote), []).append(candidate)
    words = telling_words(question)
    of_article = Counter(hit.passage.article_id for hit in hits)
    judgements = []
    for group, (odds, chance) in zip(
        groups.values(), shares([group[0].margin for group in groups.values()]), strict=True
    ):
        first = group[0]
        article_id = first.hit.passage.article_id
        evidence = Evidence(
            odds=odds,
            chance=chance,
            agreement=math.log(len({candidate.hit.passage.id for candidate in group})),
            similarity=first.hit.similarity,
            rank=1.0 / first.rank,
            coverage=_coverage(words, f"{articles[article_id].headline} {first.hit.passage.text}"),
            focus=of_article[article_id] / len(hits),
        )
        judgements.append((group, evidence))
    return judgements


def article_view(article: Article) -> ArticleView:
    """An article as front ends show it."""
    return ArticleView(
        article_id=article.id,
        headline=article.headline,
        source=article.source,
        author=article.author,
        published=article.published,
        url=article.url,
        text=article.text,
        sha256=article.sha256,
        paragraphs=tuple(article.paragraphs()),
    )


def _citations(candidate: Candidate, articles: dict[str, Article]) -> Iterator[Citation]:
    """Where the quote stands: in the passage that was read, and in its exact copies in other articles."""
    passage, span = candidate.hit.passage, candidate.span
    quote = candidate.quote
    for place in (passage, *candidate.hit.copies):
        article = articles[place.article_id]
        start = place.start + span.start - passage.start
        end = start + len(quote)
        if article.text[start:end] != quote:  # the product's one promise: better no answer than a wrong citation
            raise AssertionError(f"{article.id}[{start}:{end}] is not the quote")
        low, high = sentence_at(article.text, start, end)
        yield Citation(
            article_id=article.id,
            headline=article.headline,
            source=article.source,
            author=article.author,
            published=article.published,
            url=article.url,
            deep_link=deep_link(article.url, article.text, start, end),
            paragraph=place.paragraph,
            quote=quote,
            start=start,
            end=end,
            sentence=article.text[low:high],
            sentence_start=low,
            sentence_end=high,
            article_sha256=article.sha256,
        )


def _coverage(words: Sequence[str], text: str) -> float:
    """Share of ``words`` that stand in ``text``, by their first five letters, so that inflections count."""
    stems = {word[:5] for word in re.findall(r"\w+", text.lower())}
    return sum(word[:5] in stems for word in words) / len(words) if words else 0.0


def _headline(article: Article) -> Headline:
    return Headline(article.id, article.headline, article.source, article.published, article.url)


def _shown(hits: Sequence[Hit]) -> tuple[FoundPassage, ...]:
    return tuple(
        FoundPassage(h.passage.article_id, h.passage.paragraph, h.passage.text, round(h.score, 6)) for h in hits
    )


def _milliseconds(since: float) -> float:
    return round(1_000 * (time.perf_counter() - since), 2)


def _new_id() -> str:
    return uuid.uuid4().hex
