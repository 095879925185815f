"""What somebody thinks of an answer: a verdict, and the words that would have been right."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from index.articles import clean_text

FeedbackVerdict = Literal["right", "wrong", "incomplete", "outdated"]
VERDICTS: tuple[FeedbackVerdict, ...] = get_args(FeedbackVerdict)
MAX_NOTE_CHARS = 2_000
MAX_BETTER_CHARS = 2_000
"""The right words are words of an answer, not an article."""


@dataclass(frozen=True, slots=True)
class Better:
    """The right words: half-open offsets in the text of an article."""

    article_id: str
    start: int
    end: int


def better_of(article_id: str, text: str, words: str) -> Better | None:
    """Where ``words`` stand first in the ``text`` of an article, white space folded; ``None`` if nowhere.

    Letters count as composed, as texts are taken in: some terminals and editors part them from their accents.
    """
    for folded in (clean_text(words), " ".join(words.split())):  # the text may be of before letters were composed
        start = text.find(folded) if folded else -1
        if start >= 0:
            return Better(article_id, start, start + len(folded))
    return None


@dataclass(frozen=True, slots=True)
class Feedback:
    """One verdict on one answer of a kept reply.

    ``answer_index`` counts from 0; of a reply without answers the verdict is on there being none: ``right`` if no
    article holds one. ``note`` is for the newsroom.
    """

    answer_id: str
    verdict: FeedbackVerdict
    answer_index: int = 0
    better: Better | None = None
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The body of ``POST /feedback``."""
        return asdict(self)
