"""The seam of the front ends: what they ask of an engine or of a server alike, and an article as they show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from index.articles import Article
from index.metadata import Described, Metadata
from qa.answers import Headline, Question, Reply
from qa.feedback import Feedback


@dataclass(frozen=True, slots=True)
class ArticleView(Described):
    """An article to show. ``paragraphs`` are ``(number, start, end)`` in ``text``; numbers start at 1.

    ``questions`` are those that its editors wrote for it.
    """

    article_id: str
    about: Metadata
    text: str
    sha256: str
    paragraphs: tuple[tuple[int, int, int], ...]
    questions: tuple[str, ...] = ()

    @classmethod
    def of(cls, article: Article) -> ArticleView:
        """``article`` as front ends show it."""
        return cls(
            article.id, article.about, article.text, article.sha256, tuple(article.paragraphs()), article.questions
        )

    def to_json(self) -> dict[str, Any]:
        """The body of ``GET /articles/{id}``."""
        numbered = [{"number": number, "start": start, "end": end} for number, start, end in self.paragraphs]
        body = {"text": self.text, "sha256": self.sha256, "paragraphs": numbered, "questions": list(self.questions)}
        return {"id": self.article_id} | self.about.to_json() | body

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> ArticleView:
        """The article that ``to_json`` wrote.

        Raises:
            KeyError, TypeError, ValueError: ``body`` is not such an article.
        """
        paragraphs = tuple((p["number"], p["start"], p["end"]) for p in body["paragraphs"])
        about = Metadata.from_json(body)
        return cls(body["id"], about, body["text"], body["sha256"], paragraphs, tuple(body.get("questions", ())))


class Newsroom(Protocol):
    """What a front end needs: ``qa.engine.Engine`` gives it in process, ``qa.client.Client`` from a server."""

    def ask(self, question: Question) -> Reply:
        """Answer ``question``."""

    def article(self, article_id: str) -> ArticleView | None:
        """The article, or ``None`` if the library has none of that id."""

    def headlines(self) -> Iterator[Headline]:
        """Every article by name, newest first."""

    def rate(self, feedback: Feedback) -> None:
        """Keep what is thought of a reply that is kept."""
