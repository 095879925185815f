"""A kept answer as values: the question, the reply with its grounds, and what was thought of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from index.stores import Where
from qa.answers import Question, Reason, Reply, ReplyStatus
from qa.beside import beside
from qa.feedback import FeedbackVerdict
from qa.grounds import Grounds

FILE_NAME = "answers.sqlite3"


@dataclass(frozen=True, slots=True)
class Kept:
    """A question, the reply with its grounds, and when it was given, in UTC."""

    question: Question
    reply: Reply
    asked: datetime

    def to_json(self) -> dict[str, Any]:
        """As it is kept, and as ``GET /answers/{id}`` gives it."""
        grounds = self.reply.grounds
        return {
            "id": self.reply.id, "asked": self.asked.isoformat(), "question": self.question.to_json(),
            "reply": self.reply.to_json(), "grounds": grounds.to_json() if grounds else None,
        }  # fmt: skip

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Kept:
        """What ``to_json`` wrote.

        Raises:
            KeyError, TypeError, ValueError: ``body`` is no such thing.
        """
        reply = Reply.from_json(body["reply"])
        grounds = Grounds.from_json(body["grounds"]) if body["grounds"] else None
        asked = datetime.fromisoformat(body["asked"])
        return cls(Question.from_json(body["question"]), replace(reply, grounds=grounds), asked)


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody thought of a kept answer. The better words, if given, stood in the text of ``article_sha256``."""

    at: datetime
    verdict: FeedbackVerdict
    answer_index: int = 0
    article_id: str | None = None
    start: int | None = None
    end: int | None = None
    quote: str | None = None
    article_sha256: str | None = None
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As ``GET /answers/{id}`` shows it, without whose it is."""
        better = None
        if self.article_id is not None:
            better = {"article_id": self.article_id, "start": self.start, "end": self.end, "quote": self.quote}
        return {
            "at": self.at.isoformat(), "verdict": self.verdict, "answer_index": self.answer_index, "better": better,
            "note": self.note,
        }  # fmt: skip


class Line(NamedTuple):
    """A kept answer in brief: the question as understood, and the same without case and punctuation."""

    asked: datetime
    id: str
    question: str
    wording: str
    status: ReplyStatus
    reason: Reason | None
    ms: float


def answers_file(where: Where) -> Path:
    """Where the answers of the library at ``where`` are kept."""
    return beside(where) / FILE_NAME
