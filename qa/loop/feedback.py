"""Taking what somebody thinks of a kept answer: checked against the answer and the article, then on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from qa.errors import FeedbackError
from qa.feedback import MAX_BETTER_CHARS, MAX_NOTE_CHARS, VERDICTS, Feedback
from qa.loop.database import Answers
from qa.loop.kept import Kept, Rating
from qa.newsroom import ArticleView

ArticleOf = Callable[[str], ArticleView | None]
"""The article of an id, or ``None`` where whoever rates may not see one."""


def take(answers: Answers, feedback: Feedback, holder: str, article_of: ArticleOf) -> bool:
    """Keep ``feedback`` in the name of ``holder``; says whether it takes the place of an earlier one.

    Raises:
        FeedbackError: a part is not what it should be; it names the field.
        AnswersMissing: there is no such answer.
        AnswersError: it cannot be written.
    """
    rating = rating_of(answers.get(feedback.answer_id), feedback, article_of)
    return answers.rate(feedback.answer_id, holder, rating)


def rating_of(kept: Kept, feedback: Feedback, article_of: ArticleOf) -> Rating:
    """What is to be kept of ``feedback`` on ``kept``.

    Raises:
        FeedbackError: a part is not what it should be; it names the field.
    """
    if feedback.verdict not in VERDICTS:
        raise FeedbackError("verdict", f"is none of {', '.join(VERDICTS)}")
    given = len(kept.reply.answers)
    if not 0 <= feedback.answer_index < max(1, given):
        raise FeedbackError("answer_index", f"the reply has {given} answer{'' if given == 1 else 's'}, counted from 0")
    note = (feedback.note or "").strip() or None
    if note is not None and len(note) > MAX_NOTE_CHARS:
        raise FeedbackError("note", f"{len(note):,} characters; the limit is {MAX_NOTE_CHARS:,}")
    rating = Rating(datetime.now(UTC), feedback.verdict, feedback.answer_index, note=note)
    better = feedback.better
    if better is None:
        return rating
    if feedback.verdict == "right":
        raise FeedbackError("better", "a right answer has no better one; leave it out")
    article = article_of(better.article_id)
    if article is None:
        raise FeedbackError("better.article_id", "there is no article of this id")
    if not 0 <= better.start < better.end <= len(article.text):
        raise FeedbackError(
            "better.end", f"the words must stand in the article, which has {len(article.text):,} characters"
        )
    if better.end - better.start > MAX_BETTER_CHARS:
        raise FeedbackError("better.end", f"an answer has at most {MAX_BETTER_CHARS:,} characters")
    quote = article.text[better.start : better.end]
    if not quote.strip():
        raise FeedbackError("better.start", "the words are white space")
    return Rating(
        rating.at, rating.verdict, rating.answer_index, better.article_id, better.start, better.end, quote,
        article.sha256, note,
    )  # fmt: skip


def resolved(ratings: Sequence[Rating]) -> Rating | None:
    """What several people think of one answer: the verdict of most, of equals the newest; ``None`` of none.

    Of those who say so, one who marked the right words is heard before one who did not.
    """
    votes = Counter(rating.verdict for rating in ratings)
    newest = sorted(ratings, key=lambda rating: rating.at)
    leading = [rating for rating in newest if votes[rating.verdict] == max(votes.values())]
    said = [rating for rating in leading if rating.verdict == leading[-1].verdict]
    return next((rating for rating in reversed(said) if rating.article_id), said[-1] if said else None)
