"""The errors that front ends report, under qa's name: they never import index.

PullquoteError          see ``index.errors``
├── SettingsError       a setting of the server that is not what it should be
├── FeedbackError       feedback that is not taken; names the field
├── AnswersError        the answers that are kept beside a library
│   ├── AnswersMissing      none are kept, or none of that id
│   ├── AnswersBusy         somebody else writes
│   ├── AnswersFull         there is no room left on the disk
│   └── AnswersTorn         the file is damaged
└── ServerError         a Pullquote server that was asked
    ├── ServerUnavailable   it cannot be reached, is starting, or is busy: try again later
    └── ServerRefused       it answered with a problem that trying again will not solve
"""

from __future__ import annotations

from index.errors import PullquoteError

__all__ = [
    "AnswersBusy",
    "AnswersError",
    "AnswersFull",
    "AnswersMissing",
    "AnswersTorn",
    "FeedbackError",
    "PullquoteError",
    "ServerError",
    "ServerRefused",
    "ServerUnavailable",
    "SettingsError",
]


class SettingsError(PullquoteError):
    """A setting of the server is not what it should be."""


class FeedbackError(PullquoteError):
    """Feedback that is not taken. ``field`` names the part, ``message`` says what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class AnswersError(PullquoteError):
    """The answers that are kept beside a library cannot be read or written."""


class AnswersMissing(AnswersError):
    """None are kept, or none of that id."""


class AnswersBusy(AnswersError):
    """Somebody else writes."""


class AnswersFull(AnswersError):
    """There is no room left on the disk."""


class AnswersTorn(AnswersError):
    """The file is damaged."""


class ServerError(PullquoteError):
    """A Pullquote server that was asked."""


class ServerUnavailable(ServerError):
    """It cannot be reached, is starting, or is busy. ``retry_after`` is in seconds, ``None`` if it did not say."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ServerRefused(ServerError):
    """It answered with a problem. ``status`` is the HTTP status, ``code`` the problem's name."""

    def __init__(self, message: str, status: int, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
