"""Answers readers' questions about news articles with words that stand in the articles, and shows where.

>>> import pullquote
>>> with pullquote.open("my-library") as newsroom:              # doctest: +SKIP
...     reply = newsroom.ask("Who resigned on Friday?")
...     reply.answers[0].citations[0].sentence

Importing it loads nothing: each name is fetched from its module when it is first used (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.metadata import version as _version

    from index.articles import Article, make_article
    from index.errors import (
        ArticleError,
        LibraryBusy,
        LibraryDamaged,
        LibraryError,
        LibraryFull,
        LibraryMissing,
        LibraryReadOnly,
        LibraryUnavailable,
        ModelError,
        PullquoteError,
        SourceError,
        WrongModel,
    )
    from index.library import Library
    from pullquote.api import connect, open  # noqa: A004 - pullquote.open
    from qa.answers import Answer, Citation, Filters, Question, Reply, Turn
    from qa.client import Client
    from qa.engine import Engine
    from qa.errors import (
        AnswersBusy,
        AnswersError,
        AnswersFull,
        AnswersMissing,
        AnswersTorn,
        FeedbackError,
        ServerError,
        ServerRefused,
        ServerUnavailable,
        SettingsError,
    )
    from qa.feedback import Better, Feedback
    from qa.verify import Claim, Verdict, verify

    __version__ = _version("pullquote")

_HOMES = {
    "index.articles": ("Article", "make_article"),
    "index.errors": (
        *("PullquoteError", "ArticleError", "SourceError", "ModelError"),
        *("LibraryError", "LibraryMissing", "LibraryBusy", "LibraryDamaged", "LibraryUnavailable"),
        *("LibraryReadOnly", "LibraryFull", "WrongModel"),
    ),
    "index.library": ("Library",),
    "pullquote.api": ("connect", "open"),
    "qa.answers": ("Answer", "Citation", "Filters", "Question", "Reply", "Turn"),
    "qa.client": ("Client",),
    "qa.engine": ("Engine",),
    "qa.errors": (
        *("ServerError", "ServerRefused", "ServerUnavailable", "SettingsError", "FeedbackError"),
        *("AnswersError", "AnswersMissing", "AnswersBusy", "AnswersFull", "AnswersTorn"),
    ),
    "qa.feedback": ("Better", "Feedback"),
    "qa.verify": ("Claim", "Verdict", "verify"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [  # noqa: RUF022 - by what they are for
    "open", "connect", "Engine", "Client", "Library",
    "Question", "Filters", "Turn", "Reply", "Answer", "Citation",
    "Feedback", "Better", "Article", "make_article", "Claim", "Verdict", "verify",
    "PullquoteError", "ArticleError", "SourceError", "ModelError",
    "LibraryError", "LibraryMissing", "LibraryBusy", "LibraryDamaged", "LibraryUnavailable", "LibraryReadOnly",
    "LibraryFull", "WrongModel",
    "ServerError", "ServerRefused", "ServerUnavailable", "SettingsError", "FeedbackError",
    "AnswersError", "AnswersMissing", "AnswersBusy", "AnswersFull", "AnswersTorn",
    "__version__",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """A public name, from its module."""
    if name == "__version__":
        from importlib.metadata import version

        return version("pullquote")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'pullquote' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
