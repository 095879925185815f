"""The newsroom's word on an article: whether it answers, and what takes its place."""

from __future__ import annotations

from dataclasses import replace

from index.articles import MAX_FIELD_CHARS, Article, clean_text
from index.errors import ArticleError
from index.metadata import ArticleStatus
from index.store import StoreView, Transaction

_LONGEST_CHAIN = 10_000


def with_word(view: StoreView, article: Article) -> Article:
    """``article`` as it may be stored: that it is added again takes back no correction, retraction or kill."""
    stored = view.article(article.id)
    if stored is None or article.about.status != "live" or stored.about.status == "live":
        return article
    about = replace(article.about, status=stored.about.status, correction=stored.about.correction)
    return replace(article, about=about)


def checked_note(status: ArticleStatus, note: str | None) -> str | None:
    """What readers are told with ``status``, cleaned.

    Raises:
        ArticleError: it is missing, or too long.
    """
    words = clean_text(note or "")
    if status != "live" and not words:
        raise ArticleError("correction", f"is missing: say for readers why it is {status}")
    if len(words) > MAX_FIELD_CHARS:
        raise ArticleError("correction", f"{len(words):,} characters; the limit is {MAX_FIELD_CHARS:,}")
    return words or None


def check_replaces(view: StoreView, article: Article) -> None:
    """See that following ``replaces`` comes to an end.

    Raises:
        ArticleError: it leads back to ``article``.
    """
    name = article.about.replaces
    for _ in range(_LONGEST_CHAIN):
        if name is None:
            return
        if name == article.id:
            break
        earlier = view.article(name)
        name = earlier.about.replaces if earlier else None
    raise ArticleError("replaces", f"{article.about.replaces!r} leads back to {article.id!r}; name an earlier story")


def settle(transaction: Transaction, *article_ids: str | None) -> None:
    """Let these articles rest if they were retracted, withdrawn or replaced; wake them if not."""
    for article_id in dict.fromkeys(article_ids):
        article = transaction.article(article_id) if article_id else None
        if article is not None:
            replaced = transaction.replaced_by(article.id) is not None
            transaction.rest(article.id, resting=article.about.silent or replaced)
