"""The rated answers as a question file: SQuAD 2.0 JSON, which the evaluation and the training read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from index.articles import PARAGRAPH_BREAK, Article
from qa.claims import claim_of
from qa.loop.feedback import resolved
from qa.loop.kept import Kept, Rating
from qa.loop.replay import ArticleOf, VersionsOf
from qa.verify import Claim, verify

Left = Literal["right words unknown", "article gone", "words changed since", "nothing was read"]
"""Why a rated answer is not in the file."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The file as JSON, how many questions it holds, how many have no answer, and how many were left out, and why."""

    body: dict[str, Any]
    questions: int
    unanswerable: int
    left: Counter[Left]


def squad(rated: Iterable[tuple[Kept, list[Rating]]], article_of: ArticleOf, versions_of: VersionsOf) -> Exported:
    """What the rated answers say is right, by article, with all paragraphs of each, so that they count as there.

    A right answer is one; so are the words that somebody marked as the better ones. A refusal that was called right is
    a question without an answer. Whatever no longer stands in its article is left out. The question is the one that was
    understood: a follow-up stands for itself.
    """
    left: Counter[Left] = Counter()
    found: dict[str, tuple[Article, dict[tuple[int, str], dict[str, Any]]]] = {}
    for kept, ratings in rated:
        rating = resolved(ratings)
        placed = "right words unknown" if rating is None else _placed(kept, rating, article_of, versions_of)
        if isinstance(placed, str):
            left[placed] += 1
            continue
        article, number, answer = placed
        question = kept.reply.understood_as
        _, asked = found.setdefault(article.id, (article, {}))
        entry = asked.setdefault(
            (number, question), {"id": kept.reply.id, "question": question, "answers": [], "is_impossible": False}
        )
        if answer is not None and answer not in entry["answers"]:
            entry["answers"].append(answer)
        entry["is_impossible"] = not entry["answers"]
    data = [_article(article, asked) for article, asked in found.values()]
    entries = [entry for _, asked in found.values() for entry in asked.values()]
    unanswerable = sum(entry["is_impossible"] for entry in entries)
    return Exported({"version": "v2.0", "data": data}, len(entries), unanswerable, left)


def _article(article: Article, asked: dict[tuple[int, str], dict[str, Any]]) -> dict[str, Any]:
    paragraphs = [
        {"context": text, "qas": [entry for (at, _), entry in asked.items() if at == number]}
        for number, text in enumerate(article.text.split(PARAGRAPH_BREAK), start=1)
    ]
    return {"title": article.id, "headline": article.headline, "paragraphs": paragraphs}


def _placed(
    kept: Kept, rating: Rating, article_of: ArticleOf, versions_of: VersionsOf
) -> tuple[Article, int, dict[str, Any] | None] | Left:
    """The article and paragraph, and the right words in it, ``None`` for none; or why there are no such words."""
    claim = right_words(kept, rating)
    if claim is None:
        return _refused(kept, rating, article_of)
    article = article_of(claim.article_id)
    if article is None or article.about.silent:
        return "article gone"
    held = verify(article, claim, versions_of(article.id))
    if held.status not in ("holds", "moved") or held.start is None or held.end is None:
        return "words changed since"
    for number, start, end in article.paragraphs():
        if start <= held.start and held.end <= end:
            return article, number, {"text": claim.quote, "answer_start": held.start - start}
    return "words changed since"  # they run over two paragraphs


def _refused(kept: Kept, rating: Rating, article_of: ArticleOf) -> tuple[Article, int, dict[str, Any] | None] | Left:
    """The paragraph that came nearest to a question that was rightly refused."""
    if kept.reply.answers or rating.verdict != "right":
        return "right words unknown"
    grounds = kept.reply.grounds
    read: Sequence[tuple[str, int]] = [(p.article_id, p.paragraph) for p in grounds.passages] if grounds else ()
    for article_id, number in read:
        article = article_of(article_id)
        if article is None or article.about.silent:
            continue
        if number <= article.text.count(PARAGRAPH_BREAK) + 1:
            return article, number, None
    return "nothing was read"


def right_words(kept: Kept, rating: Rating) -> Claim | None:
    """The words that ``rating`` holds for right, where they stood; ``None`` where it knows none."""
    if rating.article_id is not None:
        return Claim(
            rating.article_id, rating.quote or "", rating.start or 0, rating.end or 0,
            article_sha256=rating.article_sha256,
        )  # fmt: skip
    if rating.verdict == "right" and kept.reply.answers:
        return claim_of(asdict(kept.reply.answers[rating.answer_index].citations[0]))
    return None
