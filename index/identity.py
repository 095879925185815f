"""Which article of the library an incoming one is.

By its own id, else its address, else where it came from and its place there. Never by its headline: that is what gets
corrected.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.addresses import canonical
from index.articles import Article, derived_id
from index.store import Stored, StoreView, Transaction


def known_as(view: StoreView, articles: Sequence[Article], origins: Sequence[str | None]) -> list[Article]:
    """The articles under the ids that they have in the library. Those with an id of their own keep it.

    The articles of one file are best given together: when one is put in before the others, each is known again by
    its content and not taken for the one that stood at its place.
    """
    contents = {article.content_hash for article in articles}
    claimed: set[str] = set()
    settled = []
    for article, origin in zip(articles, origins, strict=True):
        known = None
        if article.url and article.id == derived_id(article):
            known = _at_address(view, article)
        elif origin:
            known = _from_origin(view, article, origin, contents, claimed)
            claimed.add(known or article.id)
        settled.append(replace(article, id=known) if known else article)
    return settled


def keep_places(transaction: Transaction, articles: Sequence[Article], origins: Sequence[str | None]) -> bool:
    """Remember the new place of articles that stand elsewhere in their file now. Says whether any do."""
    moved = False
    for article, origin in zip(articles, origins, strict=True):
        old = transaction.stored("id", article.id) if origin else None
        if origin and old and old.origin and old.origin != origin and _of_file(old.origin, _file(origin)):
            transaction.put_origin(article.id, origin)
            moved = True
    return moved


def _at_address(view: StoreView, article: Article) -> str | None:
    """The id of the one article at the same address, whatever its id is made of."""
    if view.stored("id", article.id):
        return None
    found = view.at_urls(list(dict.fromkeys([canonical(article.url or ""), article.url or ""])))
    return found[0] if len(found) == 1 else None


def _from_origin(view: StoreView, article: Article, origin: str, contents: set[str], claimed: set[str]) -> str | None:
    """The id of the article that came from the same place, unless that one stands elsewhere in the file now."""
    # Libraries of 0.1 have the headline for the place in a file.
    for place in (origin, f"{_file(origin)}#{article.headline}"):
        known = view.stored("origin", place)
        if known and known.id not in claimed and _same(known, article, contents):
            return known.id
    known = view.stored("content_hash", article.content_hash)
    return known.id if known and known.id not in claimed else None


def _same(known: Stored, article: Article, contents: set[str]) -> bool:
    return known.content_hash == article.content_hash or known.content_hash not in contents


def _file(origin: str) -> str:
    """The file of an origin, without the number of the place in it."""
    return re.sub(r"#\d+$", "", origin)


def _of_file(origin: str, file: str) -> bool:
    return origin == file or origin.startswith(f"{file}#")
