"""The gaps in the coverage: what was refused or rated badly, questions of one meaning together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from qa.errors import AnswersMissing
from qa.feedback import FeedbackVerdict
from qa.loop.database import Answers
from qa.loop.kept import Line, Rating

SAME = 0.8
"""Cosine from which two questions count as the same: nine of eleven rewordings, and 0.3 % of the pairs of different
questions about one article (11,362 of the newsroom training questions; all-MiniLM-L6-v2)."""
MAX_WORDINGS = 5_000
"""Different unanswered or badly rated questions that are grouped, the most frequent ones: some 10 s."""
MAX_GAPS = 50
_EXAMPLES = 5
_NEAREST = 3

Alike = Callable[[Sequence[str], float], list[list[int]]]
"""Groups texts that mean nearly the same: :meth:`index.library.Library.alike`."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions of one meaning that were not answered, or not well.

    ``question`` is the commonest wording of several, ``wordings`` counts the others too; ``answers`` are ids of some;
    ``nearest`` the articles that came nearest, by id and headline.
    """

    question: str
    count: int
    wordings: int
    refused: int
    rated: Mapping[FeedbackVerdict, int]
    nearest: tuple[tuple[str, str], ...]
    answers: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class Poor:
    """One wording that was refused or rated badly."""

    question: str
    count: int = 0
    refused: int = 0
    rated: Counter[FeedbackVerdict] = field(default_factory=Counter)
    answers: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def note(poor: dict[str, Poor], line: Line, rating: Rating | None) -> None:
    """Count a question that was not answered, or not well; one that was rightly refused is no gap."""
    refused = line.status == "no_answer" and line.reason != "not_a_question"
    bad = rating is not None and rating.verdict != "right"
    if not bad and (not refused or rating is not None):
        return
    one = poor.setdefault(line.wording, Poor(line.question))
    one.count += 1
    one.refused += refused
    if rating is not None:
        one.rated[rating.verdict] += 1
        if rating.note and len(one.notes) < _EXAMPLES:
            one.notes.append(rating.note)
    if len(one.answers) < _EXAMPLES:
        one.answers.append(line.id)


def gaps_of(answers: Answers, poor: Mapping[str, Poor], alike: Alike) -> list[Gap]:
    """The groups, the most asked first."""
    wordings = sorted(poor.values(), key=lambda one: -one.count)[:MAX_WORDINGS]
    made = []
    for group in alike([one.question for one in wordings], SAME):
        of_group = sorted((wordings[at] for at in group), key=lambda one: -one.count)
        ids = [answer for one in of_group for answer in one.answers][:_EXAMPLES]
        gap = Gap(
            question=of_group[0].question,
            count=sum(one.count for one in of_group),
            wordings=len(of_group),
            refused=sum(one.refused for one in of_group),
            rated=dict(sum((one.rated for one in of_group), Counter())),
            nearest=(),
            answers=tuple(ids),
            notes=tuple(note for one in of_group for note in one.notes)[:_EXAMPLES],
        )
        made.append(gap)
    made.sort(key=lambda gap: (-gap.count, gap.question))
    return [_with_nearest(gap, answers) if at < MAX_GAPS else gap for at, gap in enumerate(made)]


def _with_nearest(gap: Gap, answers: Answers) -> Gap:
    """``gap`` with the articles that came nearest, or were cited, in its examples."""
    near: Counter[tuple[str, str]] = Counter()
    for answer_id in gap.answers:
        try:
            reply = answers.get(answer_id).reply
        except AnswersMissing:  # deleted in between
            continue
        places = [(item.article_id, item.headline) for item in reply.nearest]
        places += [(answer.citations[0].article_id, answer.citations[0].headline) for answer in reply.answers]
        near.update(list(dict.fromkeys(places)))  # each once, the nearest first: so are those that come as often
    best = tuple(place for place, _ in near.most_common(_NEAREST))
    return Gap(gap.question, gap.count, gap.wordings, gap.refused, gap.rated, best, gap.answers, gap.notes)
