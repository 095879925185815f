"""The library: the rules over a store, a ranker and an encoder. One writer at a time; readers never wait."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, Self

import numpy as np

from index.articles import Article, Filters, Passage, cut_passages
from index.asof import as_they_stood, standing
from index.building import open_ranker
from index.copies import SAME_STORY, mark_copies, resemblance, sketch
from index.encoder import Encoder
from index.identity import keep_places, known_as
from index.provenance import check_model, remember_model, remembered_encoder
from index.ranking.fusion import Hit, search
from index.ranking.vectors import groups
from index.shelf import WAIT_SECONDS, Shelf
from index.standing import check_replaces, settle, with_word
from index.store import Ranker, Ranking, Store, StoreView, Transaction, Vectors
from index.stores import Where, open_store
from index.times import end_of, now

KEEP_VERSIONS = 100
"""Earlier versions of an article that are kept, unless the library is told otherwise."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one article. ``copy_of`` is the id of an earlier, near-identical article."""

    id: str
    status: Literal["added", "updated", "unchanged"]
    copy_of: str | None = None


class View:
    """One state of the library, whatever is written meanwhile. Made by :meth:`Library.view`; for one thread."""

    def __init__(
        self, view: StoreView, ranking: Ranking, encoder: Encoder, at: datetime, as_of: date | None = None
    ) -> None:
        """``at`` is the time now; ``as_of`` the day or time as of which the library is seen, ``None`` for now."""
        self._view = view
        self._ranking = ranking
        self._encoder = encoder
        self._at = at
        self._as_of = None if as_of is None else min(end_of(as_of, view.zone), at)
        self._encoded: dict[str, Vectors] = {}
        self.version = view.revision.version
        self.zone = view.zone

    @property
    def time(self) -> datetime:
        """As of when it is seen."""
        return self._as_of or self._at

    def article(self, article_id: str) -> Article | None:
        """The article as it stood then, or ``None``."""
        if self._as_of is None:
            return self._view.article(article_id)
        return standing(self._view, article_id, self._as_of)

    @property
    def empty(self) -> bool:
        """Whether there are no articles."""
        return not self._view.listing(None, 1)

    def search(self, question: str, k: int, filters: Filters = Filters()) -> list[Hit]:
        """The ``k`` best passages inside ``filters``, best first; none that is under embargo."""
        if question not in self._encoded:
            self._encoded[question] = self._encoder.encode_question(question)
        vector = self._encoded[question]
        hidden = frozenset(self._view.embargoed(self._at).tolist())
        asked = replace(filters, until=self._as_of)
        hits = search(self._view, self._ranking, question=question, vector=vector, k=k, filters=asked, hidden=hidden)
        if self._as_of is None:
            return hits
        return as_they_stood(self._view, hits, self._as_of, vector, self._encoder)


class Library(Shelf):
    """Articles that can be added and searched. Thread-safe; close it when done."""

    def __init__(self, store: Store, ranker: Ranker, encoder: Encoder, *, clock: Callable[[], datetime] = now) -> None:
        """Put the parts together; :meth:`open` makes them.

        Raises:
            WrongModel: the library's vectors came from another model than ``encoder``.
        """
        super().__init__(store, clock=clock)
        self._ranker = ranker
        self._encoder = encoder
        self.refresh()

    @classmethod
    def open(
        cls, folder: Where, *, create: bool = False, encoder: Encoder | None = None, model: str | None = None
    ) -> Self:
        """Open the library at ``folder``, which may be the address of a database.

        Args:
            folder: where it is, or is to be.
            create: make one if there is none.
            encoder: use this one instead of loading one.
            model: the sentence-transformers model to load; without it, the one that the library remembers.

        Raises:
            LibraryMissing, LibraryDamaged, WrongModel, ModelError: see ``index.errors``.
        """
        store = open_store(folder, create=create)
        try:
            chosen = encoder or remembered_encoder(store, model)
            return cls(store, open_ranker(folder, chosen.name, chosen.dimension), chosen)
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Save what the rankings keep, and close the store."""
        with self._store.read() as view:
            self._ranker.save(view)
        super().close()

    def refresh(self) -> None:
        """Catch the rankings up with what was written, so that the next question need not.

        Raises:
            WrongModel: somebody has embedded everything with another model.
        """
        with self.view():
            pass

    def follow(self, seconds: float) -> None:
        """Wait until somebody has written, or ``seconds`` are over, and catch up.

        Raises:
            LibraryError: see ``index.errors``.
        """
        self._store.wait(seconds)
        self.refresh()

    @contextmanager
    def view(self, as_of: date | None = None) -> Iterator[View]:
        """One state of the library for several reads; with ``as_of`` only what stood by the end of that day or time."""
        with self._store.read() as view:
            check_model(view, self._encoder, self._store.where)
            yield View(view, self._ranker.at(view), self._encoder, self._clock(), as_of)

    def search(self, question: str, k: int, filters: Filters = Filters()) -> list[Hit]:
        """The ``k`` best passages inside ``filters``, best first."""
        with self.view() as view:
            return view.search(question, k, filters)

    def alike(self, texts: Sequence[str], least: float) -> list[list[int]]:
        """Positions of ``texts`` that mean nearly the same: joined by cosines of at least ``least``, largest first."""
        return groups(self._encoder.encode_passages(texts), least) if texts else []

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
            ArticleError: what an article replaces leads back to itself.
            LibraryBusy: another process still wrote after ``wait`` seconds.
        """
        sources = origins if origins is not None else [None] * len(articles)
        with self._store.read() as view:
            settled = [with_word(view, article) for article in known_as(view, articles, sources)]
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
        article = with_word(transaction, article)
        if _unchanged(transaction, article):
            return Added(article.id, "unchanged")
        check_replaces(transaction, article)
        old = transaction.article(article.id)
        if article not in encoded:  # it was unchanged before, but another process has written since
            encoded |= self._encode([article])
        hashes = sketch(article.text)
        copy_of = _near_copy(transaction, article.id, hashes)
        copies = transaction.copies(article.id)
        transaction.put(article, *encoded[article], sketch=hashes, origin=origin, copy_of=copy_of, at=self._clock())
        mark_copies(transaction, copies, copy_of or article.id)
        transaction.prune(int(transaction.meta("keep_versions") or KEEP_VERSIONS), article.id)
        settle(transaction, article.id, article.about.replaces, old.about.replaces if old else None)
        return Added(article.id, "updated" if old else "added", copy_of)


def _unchanged(view: StoreView, article: Article) -> bool:
    stored = view.article(article.id)
    return stored is not None and stored.content_hash == article.content_hash and _word(stored) == _word(article)


def _word(article: Article) -> tuple[str, str | None]:
    return article.about.status, article.about.correction


def _near_copy(view: StoreView, article_id: str, hashes: set[int]) -> str | None:
    """The id of the earlier article that this one nearly repeats, or ``None``."""
    least = math.ceil(SAME_STORY * len(hashes))  # fewer cannot make up that share of both together
    alike = [(resemblance(hashes, view.sketch(other)), other) for other in view.alike(hashes, article_id, least)]
    best = max(alike, default=(0.0, ""))
    return best[1] if best[0] >= SAME_STORY else None
