"""The library: the rules over a store, a ranker and an encoder. One writer at a time; readers never wait.

:class:`Shelf` is the library for those who only list, read, take away and check: nothing is loaded for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np

from index.articles import Article, Filters, Passage, cut_passages
from index.copies import resemblance, sketch
from index.encoder import Encoder
from index.identity import keep_places, settle
from index.provenance import check_model, remember_model, remembered_encoder
from index.ranking.fusion import Hit, search
from index.ranking.ranker import SnapshotRanker
from index.sqlite.store import SqliteStore
from index.store import Listed, Ranker, Ranking, Store, Transaction, Vectors
from index.store import View as StoreView

WAIT_SECONDS = 10.0
"""How long a writer waits for another one."""
_HEADLINES_AT_ONCE = 1_000
_SAME_STORY = 0.8
"""Resemblance from which an article counts as a near-identical copy of another."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one article. ``copy_of`` is the id of an earlier, near-identical article."""

    id: str
    status: Literal["added", "updated", "unchanged"]
    copy_of: str | None = None


class Shelf:
    """The articles of a library. Thread-safe; close it when done."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def of(cls, folder: Path) -> Shelf:
        """The articles of the library in ``folder``.

        Raises:
            LibraryMissing, LibraryDamaged: see ``index.errors``.
        """
        return Shelf(SqliteStore(folder))

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

    def listing(self, after: str | None = None, limit: int = 100) -> list[Listed]:
        """Up to ``limit`` articles by id, those behind ``after``."""
        with self._store.read() as view:
            return view.listing(after, limit)

    def headlines(self) -> Iterator[Listed]:
        """Every article, newest first, undated ones last; none twice, none left out, whatever is written."""
        last: Listed | None = None
        while True:
            with self._store.read() as view:
                page = view.headlines(last, _HEADLINES_AT_ONCE)
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
            removed = [article_id for article_id in dict.fromkeys(ids) if _remove(transaction, article_id)]
            if not removed:
                transaction.undo()
        return removed


class View:
    """One state of the library, whatever is written meanwhile. Made by :meth:`Library.view`; for one thread."""

    def __init__(self, view: StoreView, ranking: Ranking, encoder: Encoder) -> None:
        self._view = view
        self._ranking = ranking
        self._encoder = encoder
        self.version = view.revision.version
        self.article = view.article

    @property
    def empty(self) -> bool:
        """Whether there are no articles."""
        return not self._view.listing(None, 1)

    def search(self, question: str, k: int, filters: Filters = Filters()) -> list[Hit]:
        """The ``k`` best passages inside ``filters``, best first."""
        vector = self._encoder.encode_question(question)
        return search(self._view, self._ranking, question=question, vector=vector, k=k, filters=filters)


class Library(Shelf):
    """Articles that can be added and searched. Thread-safe; close it when done."""

    def __init__(self, store: Store, ranker: Ranker, encoder: Encoder) -> None:
        """Put the parts together; :meth:`open` makes them.

        Raises:
            WrongModel: the library's vectors came from another model than ``encoder``.
        """
        super().__init__(store)
        self._ranker = ranker
        self._encoder = encoder
        self.refresh()

    @classmethod
    def open(
        cls, folder: Path, *, create: bool = False, encoder: Encoder | None = None, model: str | None = None
    ) -> Self:
        """Open the library in ``folder``.

        Args:
            folder: where it is, or is to be.
            create: make one if there is none.
            encoder: use this one instead of loading one.
            model: the sentence-transformers model to load; without it, the one that the library remembers.

        Raises:
            LibraryMissing, LibraryDamaged, WrongModel, ModelError: see ``index.errors``.
        """
        store = SqliteStore(folder, create=create)
        try:
            chosen = encoder or remembered_encoder(store, model)
            return cls(store, SnapshotRanker(folder, chosen.name, chosen.dimension), chosen)
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Save what the rankings keep, and close the store."""
        self.refresh()
        self._ranker.save()
        super().close()

    def refresh(self) -> None:
        """Catch the rankings up with what was written, so that the next question need not.

        Raises:
            WrongModel: somebody has embedded everything with another model.
        """
        with self.view():
            pass

    @contextmanager
    def view(self) -> Iterator[View]:
        """One state of the library for several reads."""
        with self._store.read() as view:
            check_model(view, self._encoder, self._store.where)
            yield View(view, self._ranker.at(view), self._encoder)

    def search(self, question: str, k: int, filters: Filters = Filters()) -> list[Hit]:
        """The ``k`` best passages inside ``filters``, best first."""
        with self.view() as view:
            return view.search(question, k, filters)

    def add(
        self,
        articles: Sequence[Article],
        *,
        origins: Sequence[str | None] | None = None,
        wait: float = WAIT_SECONDS,
        progress: Callable[[int], None] | None = None,
    ) -> list[Added]:
        """Store articles, all or none; what is returned is on disk.

        An article replaces the one of the same id; without an id of its own, the one at the same address.
        ``origins`` says where nameless articles came from (a file, and the place in it): such an article replaces
        the one from the same origin, and one whose very content is there already, whatever its origin, changes
        nothing. Of two articles of one id in ``articles``, the later one counts.

        Raises:
            LibraryBusy: another process still wrote after ``wait`` seconds.
        """
        sources = origins if origins is not None else [None] * len(articles)
        with self._store.read() as view:
            settled = settle(view, articles, sources)
            fresh = [article for article in settled if not _unchanged(view, article)]
        encoded = self._encode(fresh, progress)  # the slow part, while others may still write
        with self._store.write(wait) as transaction:
            remember_model(transaction, self._encoder, self._store.where)
            outcome = [
                self._put(transaction, article, origin, encoded)
                for article, origin in zip(settled, sources, strict=True)
            ]
            moved = keep_places(transaction, settled, sources)
            if not moved and all(added.status == "unchanged" for added in outcome):
                transaction.undo()
        return outcome

    def _encode(
        self, articles: Sequence[Article], progress: Callable[[int], None] | None = None
    ) -> dict[Article, tuple[list[Passage], Vectors]]:
        cut = {article: cut_passages(article) for article in articles}
        texts = [passage.text for passages in cut.values() for passage in passages]
        vectors = self._encoder.encode_passages(texts, progress) if texts else np.empty((0, 0), np.float32)
        low = 0
        encoded = {}
        for article, passages in cut.items():
            encoded[article] = (passages, vectors[low : low + len(passages)])
            low += len(passages)
        return encoded

    def _put(
        self,
        transaction: Transaction,
        article: Article,
        origin: str | None,
        encoded: dict[Article, tuple[list[Passage], Vectors]],
    ) -> Added:
        old = transaction.stored("id", article.id)
        if old and old.content_hash == article.content_hash:
            return Added(article.id, "unchanged")
        if article not in encoded:  # it was unchanged before, but another process has written since
            encoded |= self._encode([article])
        hashes = sketch(article.text)
        copy_of = _near_copy(transaction, article.id, hashes)
        copies = transaction.copies(article.id)
        transaction.put(article, *encoded[article], sketch=hashes, origin=origin, copy_of=copy_of)
        _mark_copies(transaction, copies, copy_of or article.id)
        return Added(article.id, "updated" if old else "added", copy_of)


def _unchanged(view: StoreView, article: Article) -> bool:
    stored = view.stored("id", article.id)
    return stored is not None and stored.content_hash == article.content_hash


def _remove(transaction: Transaction, article_id: str) -> bool:
    """Take an article out; the oldest of its copies becomes what the others are copies of."""
    copies = transaction.copies(article_id)
    was_there = transaction.remove(article_id)
    if was_there and copies:
        _mark_copies(transaction, copies[1:], copies[0])
    return was_there


def _mark_copies(transaction: Transaction, copies: Sequence[str], original: str) -> None:
    """Mark those of ``copies``, whose mark is gone with what they were copies of, that ``original`` still resembles."""
    hashes = transaction.sketch(original)
    for article_id in copies:
        if article_id != original and resemblance(hashes, transaction.sketch(article_id)) >= _SAME_STORY:
            transaction.mark_copy(article_id, original)


def _near_copy(view: StoreView, article_id: str, hashes: set[int]) -> str | None:
    """The id of the earlier article that this one nearly repeats, or ``None``."""
    alike = [(resemblance(hashes, view.sketch(other)), other) for other in view.alike(hashes, article_id)]
    best = max(alike, default=(0.0, ""))
    return best[1] if best[0] >= _SAME_STORY else None
