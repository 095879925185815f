"""A library for those who only list, read, take away and check: nothing is loaded for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Self

from index.addresses import canonical
from index.articles import Article
from index.copies import take_out
from index.metadata import ArticleStatus, Described
from index.standing import checked_note, settle
from index.store import Listed, Store, Version
from index.stores import Where, open_store
from index.times import day_of, now, zone_of

WAIT_SECONDS = 10.0
"""How long a writer waits for another one."""
_HEADLINES_AT_ONCE = 1_000


class Shelf:
    """The articles of a library. Thread-safe; close it when done."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = now) -> None:
        """``clock`` gives the time, with its zone."""
        self._store = store
        self._clock = clock

    @classmethod
    def of(cls, folder: Where) -> Shelf:
        """The articles of the library at ``folder``, which may be the address of a database.

        Raises:
            LibraryMissing, LibraryDamaged: see ``index.errors``.
        """
        return Shelf(open_store(folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    @property
    def version(self) -> int:
        """Counts the writes; the same number means the same library."""
        with self._store.read() as view:
            return view.revision.version

    @property
    def moment(self) -> tuple[date, int]:
        """What changes answers though nothing is written: the newsroom's day, and how much is under embargo."""
        now = self._clock()
        with self._store.read() as view:
            return day_of(now, view.zone), len(view.embargoed(now))

    @property
    def article_count(self) -> int:
        """How many articles there are."""
        with self._store.read() as view:
            return view.count("articles")

    @property
    def passage_count(self) -> int:
        """How many passages there are."""
        with self._store.read() as view:
            return view.count("passages")

    def article(self, article_id: str) -> Article | None:
        """The article, or ``None``."""
        with self._store.read() as view:
            return view.article(article_id)

    def at(self, url: str) -> str | None:
        """The id of the story at this address, however its page was called: query and fragment are passed over.

        One that is under embargo is not there yet.
        """
        with self._store.read() as view:
            ids = next((ids for address in _spellings(url) if (ids := view.at_urls([address]))), [])
            article = view.article(ids[0]) if len(ids) == 1 else None
        return None if article is None or self.is_embargoed(article) else article.id

    def called(self, name: str) -> list[str]:
        """Ids of the articles that their publisher calls ``name``, its id or its address; empty if there is none.

        An item of several texts is as many articles, ``name``, ``name#2`` and so on. Those under embargo count, too.
        """
        with self._store.read() as view:
            found = [name] if view.article(name) else view.at_urls(list(dict.fromkeys([_canonical(name), name])))
            if len(found) != 1:
                return []
            while view.article(f"{found[0]}#{len(found) + 1}"):
                found.append(f"{found[0]}#{len(found) + 1}")
            return found

    def versions(self, article_id: str) -> list[Version]:
        """The article as it stood, oldest first, the current one last; empty if there is none of that id."""
        with self._store.read() as view:
            return view.versions(article_id)

    def listing(self, after: str | None = None, limit: int = 100, *, embargoed: bool = True) -> list[Listed]:
        """Up to ``limit`` articles by id, those behind ``after``; those under embargo only if ``embargoed``."""
        with self._store.read() as view:
            return view.listing(after, limit, at=None if embargoed else self._clock())

    def is_embargoed(self, article: Described) -> bool:
        """Whether only those who may write may see it now."""
        return article.about.embargoed is not None and article.about.embargoed > self._clock()

    def rests(self, article_id: str) -> bool:
        """Whether nothing is answered from it now: under embargo, retracted, withdrawn, replaced, or not there."""
        with self._store.read() as view:
            article = view.article(article_id)
            replaced = view.replaced_by(article_id) is not None
        return article is None or article.about.silent or replaced or self.is_embargoed(article)

    def headlines(self, *, embargoed: bool = True) -> Iterator[Listed]:
        """Every article, newest first, undated ones last; none twice, none left out, whatever is written.

        Those under embargo only if ``embargoed``.
        """
        last: Listed | None = None
        at = None if embargoed else self._clock()
        while True:
            with self._store.read() as view:
                page = view.headlines(last, _HEADLINES_AT_ONCE, at=at)
            yield from page
            if len(page) < _HEADLINES_AT_ONCE:
                return
            last = page[-1]

    def remove(self, ids: Sequence[str], *, wait: float = WAIT_SECONDS) -> list[str]:
        """Take articles out; returns the ids that were there.

        Raises:
            LibraryBusy: another process still wrote after ``wait`` seconds.
        """
        with self._store.write(wait) as transaction:
            found = [article for i in dict.fromkeys(ids) if (article := transaction.article(i)) is not None]
            for article in found:
                take_out(transaction, article.id)
                settle(transaction, article.about.replaces)
            if not found:
                transaction.undo()
        return [article.id for article in found]

    def set_status(
        self, article_id: str, status: ArticleStatus, note: str | None = None, *, wait: float = WAIT_SECONDS
    ) -> Article | None:
        """Correct, retract, withdraw, or with ``live`` restore an article; ``None`` if there is none of that id.

        ``note`` is what readers are told. Once it returns, every question anywhere sees it.

        Raises:
            ArticleError: the note is missing or too long.
            LibraryBusy: another process still wrote after ``wait`` seconds.
        """
        words = checked_note(status, note)
        with self._store.write(wait) as transaction:
            article = transaction.article(article_id)
            if article is None:
                transaction.undo()
                return None
            about = replace(article.about, status=status, correction=words)
            if about == article.about:
                transaction.undo()
            else:
                transaction.describe(article_id, about)
                settle(transaction, article_id)
        return replace(article, about=about)

    @property
    def zone(self) -> str:
        """The newsroom's time zone: where its days begin."""
        with self._store.read() as view:
            return view.zone

    def set_zone(self, zone: str, *, wait: float = WAIT_SECONDS) -> None:
        """Let the newsroom's days begin there; nothing is written if they do.

        Raises:
            ZoneUnknown: there is no such zone.
            LibraryBusy: another process still wrote after ``wait`` seconds.
        """
        zone_of(zone)
        if zone == self.zone:
            return
        with self._store.write(wait) as transaction:
            transaction.set_zone(zone)

    def keep_versions(self, count: int, *, wait: float = WAIT_SECONDS) -> int:
        """Keep so many earlier versions of each article from now on; returns how many were forgotten.

        Raises:
            LibraryBusy: another process still wrote after ``wait`` seconds.
        """
        with self._store.write(wait) as transaction:
            transaction.set_meta("keep_versions", str(count))
            return transaction.prune(count)


def _spellings(url: str) -> list[str]:
    """``url`` as it is, without what a page's address has beside the story's, and each with the other ending."""
    plain = re.split(r"[?#]", url, maxsplit=1)[0]
    bare = [url.partition("#")[0], plain, plain.removesuffix("/"), plain.removesuffix("/") + "/"]
    try:
        return list(dict.fromkeys([url, canonical(url), *map(canonical, bare)]))
    except ValueError:  # no address at all
        return []


def _canonical(name: str) -> str:
    try:
        return canonical(name)
    except ValueError:  # no address at all
        return name
