"""Asking a kept question again, as of then and as of now, and saying what differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from index.articles import Article
from index.store import Version
from qa.answers import Citation, Question, Reply
from qa.claims import claim_of
from qa.loop.kept import Kept
from qa.normalize import normalized
from qa.verify import verify

Difference = Literal["same", "other words", "other article", "no answer", "answered"]
"""``no answer``: there was one; ``answered``: there was none."""
ArticleOf = Callable[[str], Article | None]
VersionsOf = Callable[[str], Sequence[Version]]


@dataclass(frozen=True, slots=True)
class Since:
    """What became of a cited article since: ``corrected``, ``withdrawn`` (or retracted), ``changed`` or ``gone``.

    ``changed``: the sentence does not stand there any more. ``note`` is what readers are told.
    """

    article_id: str
    what: Literal["corrected", "withdrawn", "changed", "gone"]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """A kept answer, the replies of today's program to the same question, and what differs."""

    kept: Kept
    then: Reply
    now: Reply
    since: tuple[Since, ...]

    def to_json(self) -> dict[str, Any]:
        """For a machine."""
        grounds, today = self.kept.reply.grounds, self.now.grounds
        return {
            "id": self.kept.reply.id,
            "asked": self.kept.asked.isoformat(),
            "question": self.kept.question.text,
            "then": {"difference": difference(self.kept.reply, self.then), "reply": self.then.to_json()},
            "now": {"difference": difference(self.kept.reply, self.now), "reply": self.now.to_json()},
            "corrected_since": [asdict(one) for one in self.since],
            "same_reader": bool(grounds and today and grounds.reader == today.reader),
            "same_calibration": bool(grounds and today and grounds.calibration == today.calibration),
        }


def replay(kept: Kept, ask: Callable[[Question], Reply], article_of: ArticleOf, versions_of: VersionsOf) -> Replay:
    """Ask ``kept`` again. What was asked as of a time of its own is asked as of that one both times."""
    question = replace(kept.question, budget_ms=None)
    then = ask(question if question.as_of else replace(question, as_of=kept.asked))
    return Replay(kept, then, ask(question), since(kept.reply, article_of, versions_of))


def difference(before: Reply, after: Reply) -> Difference:
    """What the first answer became: its words, without case and punctuation, and the article they stand in."""
    if not before.answers or not after.answers:
        return "same" if before.answers == after.answers else "no answer" if before.answers else "answered"
    one, other = before.answers[0], after.answers[0]
    if normalized(one.text) == normalized(other.text):
        return "same"
    articles = {citation.article_id for citation in other.citations}
    return "other words" if one.citations[0].article_id in articles else "other article"


def since(reply: Reply, article_of: ArticleOf, versions_of: VersionsOf) -> tuple[Since, ...]:
    """What became of the articles that ``reply`` cites, each once, in their order; of those that stand, nothing."""
    cited: dict[str, Citation] = {}
    for answer in reply.answers:
        for citation in answer.citations:
            cited.setdefault(citation.article_id, citation)
    found = (became(citation, article_of(article_id), versions_of) for article_id, citation in cited.items())
    return tuple(one for one in found if one is not None)


def became(citation: Citation, article: Article | None, versions_of: VersionsOf) -> Since | None:
    """What became of a cited article since, or ``None`` if it stands as it was cited."""
    if article is None:
        return Since(citation.article_id, "gone")
    note = article.about.correction
    if article.about.silent:
        return Since(article.id, "withdrawn", note)
    if article.about.status == "corrected" and note != citation.about.correction:
        return Since(article.id, "corrected", note)
    if article.sha256 == citation.article_sha256:
        return None
    body = asdict(citation)
    held = verify(article, claim_of(body), versions_of(article.id))
    return Since(article.id, "changed", note) if held.status == "changed" else None
