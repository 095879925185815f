"""A newsroom here that keeps its answers: what the command line and the chat ask when they were told to."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from qa.answers import Headline, Question, Reply
from qa.errors import AnswersError
from qa.feedback import Feedback
from qa.loop.database import WAIT_SECONDS, Answers
from qa.loop.feedback import take
from qa.loop.keeper import Keeper
from qa.newsroom import ArticleView, Newsroom

HERE = "here"
"""Who rates on this machine; on a server it is the name of a key."""


class Keeping:
    """``newsroom``, its replies kept by ``keeper``. A context manager that ends the keeping, not the newsroom."""

    def __init__(self, newsroom: Newsroom, keeper: Keeper) -> None:
        self._newsroom = newsroom
        self._keeper = keeper

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._keeper.close()

    def ask(self, question: Question) -> Reply:
        """The newsroom's reply."""
        reply = self._newsroom.ask(question)
        self._keeper.keep(question, reply)
        return reply

    def article(self, article_id: str) -> ArticleView | None:
        """The newsroom's article."""
        return self._newsroom.article(article_id)

    def headlines(self) -> Iterator[Headline]:
        """The newsroom's articles by name."""
        return self._newsroom.headlines()

    def rate(self, feedback: Feedback) -> None:
        """Keep what is thought of a reply.

        Raises:
            FeedbackError: a part is not what it should be.
            AnswersError: the reply is not kept, or the file cannot be written.
        """
        if not self._keeper.flush(WAIT_SECONDS):
            raise AnswersError("the answer is not written yet; try again")
        with Answers.open(self._keeper.path) as answers:
            take(answers, feedback, HERE, self.article)
