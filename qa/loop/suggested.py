"""Questions to suggest under an article: those that the product itself answers surely from it at this moment.

The candidates are what its editors wrote and what readers asked most; each is asked, of the article alone. What was
found is remembered until the article, or the list of candidates, changes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from qa.answers import Filters, Question, Reply
from qa.newsroom import ArticleView
from qa.normalize import normalized

MAX_CHECKED = 20
"""Candidates that are asked of one article, the editors' own first: each takes the time of a question."""
ASKED_AT_LEAST = 3
"""Times that a question of readers was asked before others are shown it: what one alone asks may be about them."""
MAX_ARTICLES = 2_000
"""Whose suggestions are remembered."""

By = Literal["editors", "readers"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate: whose it is, and what the product answers to it.

    ``sure``: it is answered surely, from this article. ``confidence`` is of the best answer, 0 without one; ``why``
    says what an editor may want to know of one that is not sure.
    """

    question: str
    by: By
    sure: bool
    confidence: float
    answer: str | None
    why: str

    def to_json(self) -> dict[str, Any]:
        """An item of ``GET /articles/{id}/questions``, with what an editor sees beside."""
        return asdict(self)


def checked(question: str, by: By, article_id: str, reply: Reply) -> Suggestion:
    """What ``reply`` makes of a candidate for an article."""
    best = reply.answers[0] if reply.answers else None
    confidence, answer = (best.confidence, best.text) if best else (0.0, None)
    if best is None:
        return Suggestion(question, by, False, confidence, answer, f"no answer ({reply.reason})")
    if all(citation.article_id != article_id for citation in best.citations):
        other = best.citations[0].article_id
        return Suggestion(question, by, False, confidence, answer, f"answered from another article, {other}")
    if reply.status != "answered":
        return Suggestion(question, by, False, confidence, answer, "answered, but not surely")
    return Suggestion(question, by, True, confidence, answer, "answered surely")


def check(
    article: ArticleView, asked: Sequence[str], ask: Callable[[Question], Reply], *, alone: bool = True
) -> list[Suggestion]:
    """Every candidate, the sure ones first, the surest first. ``asked``: what readers asked of it most, most first.

    ``alone``: they are asked of this article only, as a reader on its page asks; else of the whole library.
    """
    found = []
    for text, by in candidates(article, asked):
        question = of_article(text, article.article_id) if alone else Question(text, top_k=1)
        found.append(checked(text, by, article.article_id, ask(question)))
    return in_order(found)


def of_article(text: str, article_id: str) -> Question:
    """A candidate as it is asked: of the article alone."""
    return Question(text, top_k=1, filters=Filters(article_ids=(article_id,)))


def in_order(found: Sequence[Suggestion]) -> list[Suggestion]:
    """The sure ones first, the surest first."""
    return sorted(found, key=lambda one: (not one.sure, -one.confidence))


def candidates(article: ArticleView, asked: Sequence[str]) -> list[tuple[str, By]]:
    """What is to be checked: no question twice, however it is written."""
    own: list[tuple[str, By]] = [(text, "editors") for text in article.questions]
    theirs: list[tuple[str, By]] = [(text, "readers") for text in asked]
    found: dict[str, tuple[str, By]] = {}
    for text, by in own + theirs:
        found.setdefault(normalized(text), (text, by))
    return list(found.values())[:MAX_CHECKED]


class Checked:
    """What was found of articles, remembered until they change. Thread-safe."""

    def __init__(self, articles: int = MAX_ARTICLES) -> None:
        self._articles = articles
        self._found: OrderedDict[str, tuple[object, list[Suggestion]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, article: ArticleView, asked: Sequence[str]) -> list[Suggestion] | None:
        """What was found of ``article`` as it is, or ``None``."""
        with self._lock:
            key, found = self._found.get(article.article_id, (None, []))
            if key != _state(article, asked):
                return None
            self._found.move_to_end(article.article_id)
            return found

    def put(self, article: ArticleView, asked: Sequence[str], found: list[Suggestion]) -> None:
        """Remember what was found of ``article`` as it is."""
        with self._lock:
            self._found[article.article_id] = _state(article, asked), found
            self._found.move_to_end(article.article_id)
            while len(self._found) > self._articles:
                self._found.popitem(last=False)


def _state(article: ArticleView, asked: Sequence[str]) -> object:
    return article.sha256, article.about, tuple(candidates(article, asked))
