"""A store in memory, exact and slow: the second of its kind, so that no rule of the library leans on SQLite."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

import numpy as np

from index.articles import PARAGRAPH_BREAK, Article, Filters, Passage
from index.errors import LibraryBusy
from index.metadata import Metadata
from index.store import (
    NOTHING_YET,
    Changes,
    Finding,
    Ids,
    Listed,
    Revision,
    Stored,
    Table,
    Vectors,
    Version,
    begins_in,
)
from index.times import DEFAULT_ZONE, day_of, instant_of, stood_from
from index.words import folded

Key = tuple[str, int]


@dataclass
class _Kept:
    article: Article
    number: int
    passages: dict[int, Passage]
    sketch: set[int]
    origin: str | None
    copy_of: str | None
    versions: list[Version]
    first: datetime
    resting: bool = False

    @property
    def active(self) -> dict[int, Passage]:
        return {} if self.resting else self.passages


@dataclass
class MemoryView:
    """One state: every write works on a copy, and swaps it in whole."""

    kept: dict[str, _Kept] = field(default_factory=dict)
    vectors_of: dict[int, Vectors] = field(default_factory=dict)
    remembered: dict[str, str] = field(default_factory=dict)
    writes: list[tuple[Revision, int]] = field(default_factory=list)
    removals: list[tuple[int, int]] = field(default_factory=list)
    waiting: dict[int, Vectors] = field(default_factory=dict)
    last_passage: int = 0
    last_number: int = 0
    undone: bool = False

    @property
    def revision(self) -> Revision:
        return self.writes[-1][0] if self.writes else NOTHING_YET

    def meta(self, key: str) -> str | None:
        return self.remembered.get(key)

    def count(self, table: Table) -> int:
        return {"articles": len(self.kept), "passages": len(self._all()), "vectors": len(self.vectors_of)}[table]

    def article(self, article_id: str) -> Article | None:
        return self.kept[article_id].article if article_id in self.kept else None

    def stored(self, by: Literal["id", "origin", "content_hash"], value: str) -> Stored | None:
        for one in sorted(self.kept.values(), key=lambda one: one.number):
            found = Stored(one.article.id, one.article.content_hash, one.origin)
            if getattr(found, by) == value:
                return found
        return None

    @property
    def zone(self) -> str:
        return self.remembered.get("zone", DEFAULT_ZONE)

    def at_urls(self, urls: Sequence[str]) -> list[str]:
        found = [one for one in self.kept.values() if one.article.url in urls]
        return [one.article.id for one in sorted(found, key=lambda one: one.number)][:2]

    def listing(self, after: str | None, limit: int, *, at: datetime | None = None) -> list[Listed]:
        names = [name for name in sorted(self.kept) if name > (after or "") and _open(self.kept[name], at)]
        return [_listed(self.kept[name]) for name in names][:limit]

    def headlines(self, after: Listed | None, limit: int, *, at: datetime | None = None) -> list[Listed]:
        items = sorted((_listed(one) for one in self.kept.values() if _open(one, at)), key=self._newest, reverse=True)
        return [item for item in items if after is None or self._newest(item) < self._newest(after)][:limit]

    def _newest(self, item: Listed) -> Key:
        return (instant_of(item.moment, self.zone).isoformat() if item.moment else "", item.number)

    def embargoed(self, at: datetime) -> Ids:
        ids = sorted(key for one in self.kept.values() if not _open(one, at) for key in one.active)
        return np.array(ids, dtype=np.int64)

    def versions(self, article_id: str) -> list[Version]:
        return list(self.kept[article_id].versions) if article_id in self.kept else []

    def replaced_by(self, article_id: str) -> str | None:
        found = [one for one in self.kept.values() if one.article.about.replaces == article_id]
        return min(found, key=lambda one: one.number).article.id if found else None

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        return {key: self._all()[key] for key in ids if key in self._all()}

    def passage_ids(self, filters: Filters = Filters()) -> Ids:
        inside = [key for one in self.kept.values() if _inside(one, filters, self.zone) for key in one.active]
        return np.array(sorted(inside), dtype=np.int64)

    def changes(self, since: Revision) -> Changes | None:
        last = dict(self.writes).get(since) if since != NOTHING_YET else 0
        if last is None:
            return None
        added = [key for key in self.passage_ids().tolist() if key > last]
        removed = sorted(key for version, key in self.removals if version > since.version and key <= last)
        return Changes(np.array(added, dtype=np.int64), np.array(removed, dtype=np.int64))

    def vectors(self, ids: Ids, dimension: int) -> Vectors:
        return np.array([self.vectors_of[int(key)] for key in ids], dtype=np.float32).reshape(len(ids), dimension)

    def texts(self, ids: Ids) -> list[tuple[str, str]]:
        found = []
        for passage in (self._all()[int(key)] for key in ids):
            article = self.kept[passage.article_id].article
            lead = article.text.split(PARAGRAPH_BREAK)[0]
            found.append((passage.text, f"{article.headline}. {lead if passage.start >= len(lead) else ''}"))
        return found

    def alike(self, hashes: Iterable[int], besides: str, least: int) -> list[str]:
        wanted = set(hashes)
        shared = [
            (-len(wanted & one.sketch), one.number, name)
            for name, one in self.kept.items()
            if name != besides and one.copy_of is None and len(wanted & one.sketch) >= least
        ]
        return [name for _, _, name in sorted(shared)[:3]]

    def copies(self, article_id: str) -> list[str]:
        found = sorted((one.number, name) for name, one in self.kept.items() if one.copy_of == article_id)
        return [name for _, name in found]

    def sketch(self, article_id: str) -> set[int]:
        return self.kept[article_id].sketch if article_id in self.kept else set()

    # Changes

    def undo(self) -> None:
        self.undone = True

    def set_meta(self, key: str, value: str) -> None:
        self.remembered[key] = value

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
        versions = self._versions_with(article, at)
        first = self.kept[article.id].first if article.id in self.kept else versions[0].since
        self.remove(article.id)
        self.last_number += 1
        numbered = {}
        for passage, vector in zip(passages, vectors, strict=True):
            self.last_passage += 1
            numbered[self.last_passage] = replace(passage, id=self.last_passage)
            self.vectors_of[self.last_passage] = vector
        self.kept[article.id] = _Kept(
            article, self.last_number, numbered, set(sketch), origin, copy_of, versions, first
        )

    def _versions_with(self, article: Article, at: datetime) -> list[Version]:
        versions = self.versions(article.id)
        if not versions:
            since = stood_from(article.moment, None, at, self.zone)
            return [Version(1, article.about, article.text, since, None)]
        *earlier, last = versions
        if (last.text, last.headline) == (article.text, article.headline):
            return [*earlier, replace(last, about=article.about)]
        since = stood_from(article.about.updated, last.since, at, self.zone)
        fresh = Version(last.number + 1, article.about, article.text, since, None)
        return [*earlier, replace(last, until=since), fresh]

    def describe(self, article_id: str, about: Metadata) -> None:
        if article_id in self.kept:
            one = self.kept[article_id]
            one.article = replace(one.article, about=about)
            one.versions[-1] = replace(one.versions[-1], about=about)

    def rest(self, article_id: str, *, resting: bool) -> None:
        one = self.kept.get(article_id)
        if one is None or one.resting == resting:
            return
        renumbered = {}
        for key, passage in one.passages.items():
            if resting:
                self.removals.append((self.revision.version + 1, key))
                renumbered[key] = passage
                self.waiting[key] = self.vectors_of.pop(key)
            else:
                self.last_passage += 1
                renumbered[self.last_passage] = replace(passage, id=self.last_passage)
                self.vectors_of[self.last_passage] = self.waiting.pop(key)
        one.passages, one.resting = renumbered, resting

    def prune(self, keep: int, article_id: str | None = None) -> int:
        pruned = 0
        for name, one in self.kept.items():
            if article_id in (None, name):
                surplus = max(0, one.versions[-1].number - 1 - keep)
                kept = [version for version in one.versions if version.number > surplus]
                pruned += len(one.versions) - len(kept)
                one.versions = kept
        return pruned

    def set_zone(self, zone: str) -> None:
        before = self.zone
        self.remembered["zone"] = zone
        for one in self.kept.values():
            begins = begins_in(one.versions, before, zone)
            one.first = begins[0] if one.versions[0].number == 1 else one.first
            ends = [*begins[1:], None]
            one.versions = [
                replace(version, since=since, until=until)
                for version, since, until in zip(one.versions, begins, ends, strict=True)
            ]

    def mark_copy(self, article_id: str, copy_of: str) -> None:
        self.kept[article_id].copy_of = copy_of

    def put_origin(self, article_id: str, origin: str) -> None:
        self.kept[article_id].origin = origin

    def put_vectors(self, ids: Sequence[int], vectors: Vectors) -> None:
        self.vectors_of |= dict(zip(ids, vectors, strict=True))

    def remove(self, article_id: str) -> bool:
        one = self.kept.pop(article_id, None)
        if one is None:
            return False
        for key in one.active:
            del self.vectors_of[key]
            self.removals.append((self.revision.version + 1, key))
        for other in self.kept.values():
            other.copy_of = None if other.copy_of == article_id else other.copy_of
        return True

    def _all(self) -> dict[int, Passage]:
        return {key: passage for one in self.kept.values() for key, passage in one.active.items()}


class MemoryStore:
    """See the module."""

    where = "memory"

    def __init__(self) -> None:
        self._now = MemoryView()
        self._writer = threading.Lock()
        self._mine = threading.local()

    @contextmanager
    def read(self) -> Iterator[MemoryView]:
        outer: MemoryView | None = getattr(self._mine, "view", None)
        self._mine.view = outer or self._now
        try:
            yield self._mine.view
        finally:
            self._mine.view = outer

    @contextmanager
    def write(self, wait: float) -> Iterator[MemoryView]:
        if not self._writer.acquire(timeout=wait):
            raise LibraryBusy(f"another process is writing and was not done after {wait:g} s")
        try:
            draft = copy.deepcopy(self._now)
            yield draft
            if not draft.undone:
                version = draft.revision.version + 1
                draft.writes.append((Revision(version, f"token{id(draft)}-{version}"), draft.last_passage))
                self._now = draft
        finally:
            self._writer.release()

    def examine(self) -> list[Finding]:
        return []

    def wait(self, seconds: float) -> None:
        """There is nobody else."""

    def close(self) -> None:
        """Nothing is open."""


def _listed(one: _Kept) -> Listed:
    last = max(passage.paragraph for passage in one.passages.values())
    return Listed(one.article.id, one.article.about, last, one.copy_of, one.number)


def _open(one: _Kept, at: datetime | None) -> bool:
    ends = one.article.about.embargoed
    return at is None or ends is None or ends <= at


def _inside(one: _Kept, filters: Filters, zone: str) -> bool:
    article = one.article
    day = day_of(article.published, zone) if article.published else None
    return (
        (not filters.article_ids or article.id in filters.article_ids)
        and (not filters.sources or folded(article.source or "") in {folded(source) for source in filters.sources})
        and (filters.published_from is None or (day is not None and day >= filters.published_from))
        and (filters.published_to is None or (day is not None and day <= filters.published_to))
        and (filters.until is None or (one.first <= filters.until and _open(one, filters.until)))
    )
