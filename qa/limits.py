"""What a question is kept to, and what of it leaves nothing to answer from."""

from __future__ import annotations

from dataclasses import replace

from index.articles import Filters
from index.library import View
from qa.answers import Limit, Question

_FIELDS: dict[Limit, tuple[str, ...]] = {
    "article_ids": ("article_ids",), "sources": ("sources",), "dates": ("published_from", "published_to"),
}  # fmt: skip
"""Of the filters, by limit."""


def limits_of(question: Question) -> tuple[Limit, ...]:
    """What ``question`` is kept to."""
    inside = [limit for limit, names in _FIELDS.items() if any(getattr(question.filters, name) for name in names)]
    return (*inside, "as_of") if question.as_of is not None else tuple(inside)


def emptying(view: View, text: str, question: Question) -> tuple[Limit, ...]:
    """Of its limits, those that leave no article: each one that does so alone, else all of them together.

    ``view`` is already as of the question's time, so that is named whenever it is given; alone, where nothing stood
    by then. Empty if there is none to blame: what is there is under embargo or withdrawn.
    """
    given = limits_of(question)
    time: tuple[Limit, ...] = ("as_of",) if "as_of" in given else ()
    if not view.search(text, 1):
        return time
    filters = [limit for limit in given if limit != "as_of"]
    alone = [limit for limit in filters if not view.search(text, 1, _only(question.filters, limit))]
    return (*(alone or filters), *time)


def _only(filters: Filters, limit: Limit) -> Filters:
    return replace(Filters(), **{name: getattr(filters, name) for name in _FIELDS[limit]})
