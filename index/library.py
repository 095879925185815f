"""The library: add, update, remove, search. One writer at a time; readers share an immutable snapshot.

A reader opens a view of the catalog, and if its vector snapshot is of another version, catches it up from the
catalog first. So full text, vectors and articles always speak of the same state.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple, Self

import numpy as np

from index import vectors as snapshots
from index.articles import Article, Filters, Passage, cut_passages
from index.catalog import Catalog
from index.copies import resemblance, sketch
from index.encoder import Encoder
from index.provenance import check_model, remember_model, remembered_encoder
from index.queries import Listed, Reading, Stored, Vectors, Writing
from index.search import Hit, search
from index.vectors import StaleSnapshot, VectorIndex

Say = Callable[[str], None]
WAIT_SECONDS = 10.0
"""How long a writer waits for another one."""
_SAME_STORY = 0.8
"""Resemblance from which an article counts as a near-identical copy of another."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one article. ``copy_of`` is the id of an earlier, near-identical article."""

    id: str
    status: Literal["added", "updated", "unchanged"]
    copy_of: str | None = None


class _Snapshot(NamedTuple):
    version: int
    vectors: VectorIndex


class View:
    """One state of the library, whatever is written meanwhile. Made by :meth:`Library.view`; for one thread."""

    def __init__(self, catalog: Reading, vectors: VectorIndex, encoder: Encoder) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._encoder = encoder
        self.version = catalog.version
        self.article = catalog.article

    @property
    def empty(self) -> bool:
        """Whether there are no articles."""
        return len(self._vectors.ids) == 0

    def search(self, question: str, k: int, filters: Filters = Filters()) -> list[Hit]:
        """The ``k`` best passages inside ``filters``, best first."""
        vector = self._encoder.encode_question(question)
        return search(self._catalog, self._vectors, question=question, vector=vector, k=k, filters=filters)


class Library:
    """Articles on disk. Thread-safe; close it when done."""

    def __init__(self, folder: Path, catalog: Catalog, encoder: Encoder, *, say: Say = lambda _: None) -> None:
        """Put the parts together; :meth:`open` makes them.

        Raises:
            WrongModel: the library's vectors came from another model than ``encoder``.
        """
        self.folder = folder
        self._catalog = catalog
        self._encoder = encoder
        self._say = say
        self._catching_up = threading.Lock()
        self._on_disk: VectorIndex | None = None
        with catalog.reading() as view:
            check_model(view, encoder, folder)
            self._snapshot = self._load_snapshot(view)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        create: bool = False,
        encoder: Encoder | None = None,
        model: str | None = None,
        say: Say = lambda _: None,
    ) -> Self:
        """Open the library in ``folder``.

        Args:
            folder: where it is, or is to be.
            create: make one if there is none.
            encoder: use this one instead of loading one.
            model: the sentence-transformers model to load; without it, the one that the library remembers.
            say: told, in a line, of anything that takes long or was mended.

        Raises:
            LibraryMissing, LibraryDamaged, WrongModel, ModelError: see ``index.errors``.
        """
        catalog = Catalog(folder, create=create)
        try:
            return cls(folder, catalog, encoder or remembered_encoder(catalog, model, say), say=say)
        except BaseException:
            catalog.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Save the snapshot if it has changed, and close the catalog."""
        self._save(self.refresh())
        self._catalog.close()

    def refresh(self) -> VectorIndex:
        """Catch the snapshot up with what was written, so that the next question need not."""
        with self._catalog.reading() as view:
            return self._fresh(view)

    # Reading

    @contextmanager
    def view(self) -> Iterator[View]:
        """One state of the library for several reads. Not to be nested."""
        with self._catalog.reading() as catalog:
            yield View(catalog, self._fresh(catalog), self._encoder)

    @property
    def version(self) -> int:
        """Counts the writes; the same number means the same library."""
        with self._catalog.reading() as view:
            return view.version

    @property
    def article_count(self) -> int:
        """How many articles there are."""
        with self._catalog.reading() as view:
            return view.count("articles")

    @property
    def passage_count(self) -> int:
        """How many passages there are."""
        with self._catalog.reading() as view:
            return view.count("passages")

    def article(self, article_id: str) -> Article | None:
        """The article, or ``None``."""
        with self._catalog.reading() as view:
            return view.article(article_id)

    def listing(self, after: str | None = None, limit: int = 100) -> list[Listed]:
        """Up to ``limit`` articles by id, those behind ``after``."""
        with self._catalog.reading() as view:
            return view.listing(after, limit)

    def headlines(self) -> Iterator[Listed]:
        """Every article, newest first, undated ones last."""
        skip = 0
        while True:
            with self._catalog.reading() as view:
                page = view.headlines(1_000, skip)
            yield from page
            if len(page) < 1_000:
                return
            skip += len(page)

    def search(self, question: str, k: int, filters: Filters = Filters()) -> list[Hit]:
        """The ``k`` best passages inside ``filters``, best first."""
        with self.view() as view:
            return view.search(question, k, filters)

    # Writing

    def add(
        self,
        articles: Sequence[Article],
        *,
        origins: Sequence[str | None] | None = None,
        wait: float = WAIT_SECONDS,
        progress: Callable[[int], None] | None = None,
    ) -> list[Added]:
        """Store articles, all or none; what is returned is on disk.

        An article replaces the one of the same id. ``origins`` says where nameless articles came from (a file):
        such an article replaces the one from the same origin, and one whose very content is there already,
        whatever its origin, changes nothing. Of two articles of one id in ``articles``, the later one counts.

        Raises:
            LibraryBusy: another process still wrote after ``wait`` seconds.
        """
        sources = origins if origins is not None else [None] * len(articles)
        with self._catalog.reading() as view:
            settled = [_settle(view, article, origin) for article, origin in zip(articles, sources, strict=True)]
            fresh = [article for article in settled if not _unchanged(view, article)]
        encoded = self._encode(fresh, progress)  # the slow part, while others may still write
        with self._catalog.writing(wait) as transaction:
            remember_model(transaction, self._encoder, self.folder)
            outcome = [
                self._put(transaction, article, origin, encoded)
                for article, origin in zip(settled, sources, strict=True)
            ]
            if all(added.status == "unchanged" for added in outcome):
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
        transaction: Writing,
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
        transaction.put(article, *encoded[article], sketch=hashes, origin=origin, copy_of=copy_of)
        return Added(article.id, "updated" if old else "added", copy_of)

    def remove(self, ids: Sequence[str], *, wait: float = WAIT_SECONDS) -> list[str]:
        """Take articles out; returns the ids that were there.

        Raises:
            LibraryBusy: another process still wrote after ``wait`` seconds.
        """
        with self._catalog.writing(wait) as transaction:
            removed = [article_id for article_id in dict.fromkeys(ids) if transaction.remove(article_id)]
            if not removed:
                transaction.undo()
        return removed

    # The snapshot

    def _fresh(self, view: Reading) -> VectorIndex:
        """The snapshot of the state that ``view`` sees, caught up if need be."""
        version = view.version
        held = self._snapshot
        if held.version == version:
            return held.vectors
        with self._catching_up:
            held = self._snapshot
            if held.version != version:
                check_model(view, self._encoder, self.folder)
                held = _Snapshot(version, caught_up(view, held.vectors, self._encoder.dimension))
                if version > self._snapshot.version:  # an old view must not take the newest from the others
                    self._snapshot = held
        return held.vectors

    def _load_snapshot(self, view: Reading) -> _Snapshot:
        path = self.folder / snapshots.FILE_NAME
        try:
            self._on_disk = VectorIndex.load(path, self._encoder.name)
        except StaleSnapshot as reason:
            if view.count("passages"):
                self._say(f"{path.name} {reason}: made again from the catalog.")
        held = self._on_disk or VectorIndex.empty(self._encoder.dimension)
        return _Snapshot(view.version, caught_up(view, held, self._encoder.dimension))

    def _save(self, snapshot: VectorIndex) -> None:
        """Write the snapshot if another is on disk. It can be made again, so a full disk is no failure."""
        if snapshot is self._on_disk:
            return
        try:
            snapshot.save(self.folder / snapshots.FILE_NAME, self._encoder.name)
            self._on_disk = snapshot
        except OSError as error:
            self._say(f"The vector index could not be saved ({error}); it will be made again at the next start.")


def caught_up(view: Reading, held: VectorIndex, dimension: int) -> VectorIndex:
    """``held`` brought to the state that ``view`` sees; ``held`` itself if it is there already."""
    wanted = view.passage_ids()
    removed = np.setdiff1d(held.ids, wanted, assume_unique=True)
    added = np.setdiff1d(wanted, held.ids, assume_unique=True)
    if not len(removed) and not len(added):
        return held
    return held.changed(removed, added, view.vectors(added, dimension))


def _settle(view: Reading, article: Article, origin: str | None) -> Article:
    """The article under the id that it has in the library, if it is there under another than its derived one."""
    if origin is None:
        return article
    known = view.stored("origin", origin) or view.stored("content_hash", article.content_hash)
    return replace(article, id=known.id) if known else article


def _unchanged(view: Reading, article: Article) -> bool:
    stored: Stored | None = view.stored("id", article.id)
    return stored is not None and stored.content_hash == article.content_hash


def _near_copy(view: Reading, article_id: str, hashes: set[int]) -> str | None:
    """The id of the earlier article that this one nearly repeats, or ``None``."""
    alike = [(resemblance(hashes, view.sketch(other)), other) for other, _ in view.alike(hashes, article_id)]
    best = max(alike, default=(0.0, ""))
    return best[1] if best[0] >= _SAME_STORY else None
