"""The two seams of the library: the store, which holds the truth, and the ranker, which is derived from it.

A :class:`Store` keeps articles, passages and vectors in transactions. Passage ids only rise and are never used twice,
and a passage never changes: a changed article gets new passages. A :class:`Ranker` puts passages into an order; all
that it holds can be made again from the store, and it catches up by what was added and removed since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from index.articles import Article, Filters, Passage
from index.metadata import Described, Metadata
from index.times import moved

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Table = Literal["articles", "passages", "vectors"]


class Revision(NamedTuple):
    """A state of a store: how many writes made it, and a token of the last, which no other history has."""

    version: int
    token: str


NOTHING_YET = Revision(0, "")
"""The state of every store before its first write."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of passages that came and went between two revisions, each rising; int64 (n,) and (m,)."""

    added: Ids
    removed: Ids


@dataclass(frozen=True, slots=True)
class Listed(Described):
    """An article as lists show it.

    ``paragraphs`` is their number; ``copy_of`` the id of a near-identical article; ``number`` counts the articles in
    the order of their last change.
    """

    id: str
    about: Metadata
    paragraphs: int
    copy_of: str | None
    number: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What a write needs to know of an article that is already there.

    ``origin`` is where one without an id or an address of its own came from: a file, and the place in it.
    """

    id: str
    content_hash: str
    origin: str | None


@dataclass(frozen=True, slots=True)
class Version(Described):
    """An article as it stood from ``since`` until ``until``, ``None`` if it still does; ``number`` counts from 1."""

    number: int
    about: Metadata
    text: str
    since: datetime
    until: datetime | None

    @property
    def sha256(self) -> str:
        """Hex digest of ``text`` in UTF-8, as :attr:`Article.sha256`."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def begins_in(versions: Sequence[Version], before: str, after: str) -> list[datetime]:
    """From when these versions of one article stand, when days begin in the zone ``after`` and no longer in ``before``.

    As they stood, if one of them would not stand behind the one before it.
    """
    begins = [
        moved(version.since, version.about.moment if version.number == 1 else version.about.updated, before, after)
        for version in versions
    ]
    rising = all(one < other for one, other in pairwise(begins))
    return begins if rising else [version.since for version in versions]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and whether it is well."""

    what: str
    well: bool
    detail: str


class StoreView(Protocol):
    """One state of a store, whatever is written meanwhile. For one thread, inside ``Store.read``."""

    @property
    def revision(self) -> Revision:
        """Which state this is."""

    def meta(self, key: str) -> str | None:
        """What is remembered of the library itself, as the model of its vectors; or ``None``."""

    def count(self, table: Table) -> int:
        """How many there are; of articles and passages without counting."""

    def article(self, article_id: str) -> Article | None:
        """The article, or ``None``."""

    def stored(self, by: Literal["id", "origin", "content_hash"], value: str) -> Stored | None:
        """The article of which this is so; the oldest if several."""

    @property
    def zone(self) -> str:
        """The newsroom's time zone: where its days begin."""

    def at_urls(self, urls: Sequence[str]) -> list[str]:
        """Ids of the articles at one of these URLs, at most two: where there are two, the URL names neither."""

    def listing(self, after: str | None, limit: int, *, at: datetime | None = None) -> list[Listed]:
        """Articles by id, those behind ``after``; with ``at`` without those that are embargoed then."""

    def headlines(self, after: Listed | None, limit: int, *, at: datetime | None = None) -> list[Listed]:
        """Articles by time, newest first, undated ones last, those behind ``after``, which may be gone.

        With ``at`` without those that are embargoed then.
        """

    def embargoed(self, at: datetime) -> Ids:
        """Ids of all passages of articles that are embargoed at that time, rising; int64 (n,)."""

    def versions(self, article_id: str) -> list[Version]:
        """The article as it stood, oldest first, the current one last; empty if there is none of that id."""

    def replaced_by(self, article_id: str) -> str | None:
        """The id of the article that takes the place of this one; the oldest if several."""

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """The passages of these ids that there are."""

    def passage_ids(self, filters: Filters = ...) -> Ids:
        """Ids of all passages inside ``filters``, rising; int64 (n,)."""

    def changes(self, since: Revision) -> Changes | None:
        """What came and went since; ``None`` if ``since`` is no earlier state of this store that it remembers."""

    def vectors(self, ids: Ids, dimension: int) -> Vectors:
        """Vectors of these passages, in this order; float32 (n, dimension)."""

    def texts(self, ids: Ids) -> list[tuple[str, str]]:
        """What each of these passages is found by: its text, and as context its article's headline and first paragraph.

        ``ids`` rise and are there; the first paragraph has no lead beside itself. Paragraphs of news are full of
        pronouns, and readers ask with the names that stand in the lead (figures: ``index/ranking/fusion.py``).
        """

    def alike(self, hashes: Iterable[int], besides: str, least: int) -> list[str]:
        """Ids of the articles, no copies and not ``besides``, that share ``least`` of these sketch hashes or more.

        At most three, those that share most first, of equals the oldest.
        """

    def copies(self, article_id: str) -> list[str]:
        """Ids of the near-identical copies of an article, the oldest first."""

    def sketch(self, article_id: str) -> set[int]:
        """The sketch hashes of an article."""


class Transaction(StoreView, Protocol):
    """Changes, all or none. Inside ``Store.write``."""

    def undo(self) -> None:
        """Nothing is to be written after all: the revision stays what it is."""

    def set_meta(self, key: str, value: str) -> None:
        """Remember ``value``."""

    def put(
        self,
        article: Article,
        passages: Sequence[Passage],
        vectors: Vectors,
        *,
        sketch: Iterable[int],
        origin: str | None,
        copy_of: str | None,
        at: datetime,
    ) -> None:
        """Store an article in place of any of the same id. ``vectors``: float32 (len(passages), dimension).

        ``sketch`` are hashes of phrases by which its near copies are found (:mod:`index.copies`); ``copy_of`` is the id
        of the article that it nearly repeats itself; ``origin`` see :class:`Stored`.

        If text or headline differ, the old ones are kept as a version that stood until ``at``, or until the time that
        the new one says it was updated, if that is between. The first version stands from when it was published.
        """

    def describe(self, article_id: str, about: Metadata) -> None:
        """Give an article other metadata, of the same headline; its text, passages and version stay."""

    def rest(self, article_id: str, *, resting: bool) -> None:
        """Take an article's passages out of all searches, or bring them back under new ids, with their vectors."""

    def prune(self, keep: int, article_id: str | None = None) -> int:
        """Forget all but the last ``keep`` earlier versions of every article, or of one; returns how many."""

    def set_zone(self, zone: str) -> None:
        """Let the newsroom's days begin there."""

    def mark_copy(self, article_id: str, copy_of: str) -> None:
        """Remember that an article is a near-identical copy of another."""

    def put_origin(self, article_id: str, origin: str) -> None:
        """Remember where an article comes from now; its content stays."""

    def put_vectors(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Give passages other vectors, float32 (len(ids), dimension)."""

    def remove(self, article_id: str) -> bool:
        """Take an article out with all that belongs to it. Says whether it was there."""


class Store(Protocol):
    """Where the truth is kept. Thread-safe; close it when done."""

    @property
    def where(self) -> str:
        """As a person names it."""

    def read(self) -> AbstractContextManager[StoreView]:
        """A consistent view of one state. Inside another one of the same thread it is that one's state.

        Raises:
            LibraryDamaged: what is stored cannot be read.
            LibraryUnavailable: it cannot be read now.
        """

    def write(self, wait: float) -> AbstractContextManager[Transaction]:
        """One transaction, alone: commits at the end, or leaves no trace if the block raises.

        Raises:
            LibraryBusy: somebody else still wrote after ``wait`` seconds.
            LibraryDamaged: it cannot be written; nothing was.
            LibraryUnavailable: it cannot be written now. If that is said of the end of the block, it may be written.
        """

    def wait(self, seconds: float) -> None:
        """Until somebody has written, or ``seconds`` are over; it may end earlier without a reason."""

    def examine(self) -> list[Finding]:
        """Look at everything that is stored; changes nothing."""

    def close(self) -> None:
        """No use is possible after it."""


class Ranking(Protocol):
    """Passages of one view in an order."""

    def dense(self, vector: Vectors, k: int, filters: Filters) -> list[int]:
        """The ``k`` passages inside ``filters`` that are nearest to ``vector``, float32 (dimension,), nearest first."""

    def words(self, question: str, k: int, filters: Filters) -> list[int]:
        """The ``k`` passages inside ``filters`` whose words fit the question's best, best first."""

    def similarity(self, vector: Vectors, ids: Sequence[int]) -> list[float]:
        """Cosines in [-1, 1] of ``vector`` with these passages, in this order."""

    def edges(self, ids: Sequence[int]) -> list[tuple[int, int]]:
        """Of each passage two numbers; passages of nearly the same words share one (``index/ranking/repeats.py``)."""


class Ranker(Protocol):
    """Everything that is derived from a store for the sake of ranking. Thread-safe."""

    def at(self, view: StoreView) -> Ranking:
        """The rankings of the state that ``view`` sees, caught up first if need be."""

    def save(self, view: StoreView) -> None:
        """Keep what can be kept for the next start. Failing is no fault: it can be made again."""

    def examine(self, view: StoreView) -> list[Finding]:
        """Look at what is kept; changes nothing."""

    def rebuild(self, view: StoreView) -> None:
        """Make everything again."""
