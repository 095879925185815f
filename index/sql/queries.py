"""What is asked of a store in SQL inside one transaction. What is written to it is in :mod:`index.sql.changes`.

The same statements go to every engine; where two differ, :class:`SqlView`'s attributes say how.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal, Protocol

import numpy as np

from index.articles import Article, Filters, Passage
from index.metadata import NAMES, Metadata
from index.store import NOTHING_YET, Changes, Finding, Ids, Listed, Revision, Stored, Table, Vectors, Version
from index.times import DEFAULT_ZONE, day_of, instant_of, written
from index.words import folded

ABOUT = ", ".join(NAMES)
_LISTED = (
    "id, copy_of, num, coalesce((SELECT max(paragraph) FROM passages WHERE article = num),"
    f" (SELECT max(paragraph) FROM resting WHERE article = num)), {ABOUT}"
)
_VECTORS_AT_ONCE = 10_000


class Connection(Protocol):
    """What is used of a connection. Placeholders are question marks."""

    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Any:
        """A cursor over what is found."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Any:
        """The same for many rows of values."""


class SqlView:
    """Queries within one transaction."""

    engine = "SQLite"
    joined_ids = "group_concat(p.id)"
    """An aggregate of passage ids: one text with commas between them."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection.execute
        self._sql_many = connection.executemany

    def meta(self, key: str) -> str | None:
        """A remembered value, or ``None``."""
        row = self._sql("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    @property
    def revision(self) -> Revision:
        """Which state this is."""
        version = int(self.meta("version") or 0)
        row = self._sql("SELECT token FROM writes WHERE version = ?", (version,)).fetchone()
        return Revision(version, str(row[0])) if row else NOTHING_YET

    def count(self, table: Table) -> int:
        """How many there are; of articles and passages as the last write left them."""
        if table == "vectors":
            return self._counted(table)
        row = self._sql(f"SELECT {table} FROM writes ORDER BY version DESC LIMIT 1").fetchone()
        return int(row[0]) if row else 0

    def article(self, article_id: str) -> Article | None:
        """The article, or ``None``."""
        row = self._sql(f"SELECT id, text, questions, {ABOUT} FROM articles WHERE id = ?", (article_id,)).fetchone()
        return Article(row[0], about_of(row[3:]), row[1], tuple(json.loads(row[2] or "[]"))) if row else None

    def stored(self, by: Literal["id", "origin", "content_hash"], value: str) -> Stored | None:
        """The article of which this is so; the oldest if several."""
        row = self._sql(
            f"SELECT id, content_hash, origin FROM articles WHERE {by} = ? ORDER BY num LIMIT 1", (value,)
        ).fetchone()
        return Stored(*row) if row else None

    def at_urls(self, urls: Sequence[str]) -> list[str]:
        """Ids of the articles at one of these URLs, at most two."""
        rows = self._sql(f"SELECT id FROM articles WHERE url IN ({marks(urls)}) ORDER BY num LIMIT 2", list(urls))
        return [row[0] for row in rows]

    @property
    def zone(self) -> str:
        """The newsroom's time zone: where its days begin."""
        return self.meta("zone") or DEFAULT_ZONE

    def listing(self, after: str | None, limit: int, *, at: datetime | None = None) -> list[Listed]:
        """Articles by id, those behind ``after``; with ``at`` without those that are embargoed then."""
        open_, then = _open(at)
        rows = self._sql(
            f"SELECT {_LISTED} FROM articles WHERE id > ? AND {open_} ORDER BY id LIMIT ?", (after or "", *then, limit)
        )
        return [_listed(row) for row in rows]

    def headlines(self, after: Listed | None, limit: int, *, at: datetime | None = None) -> list[Listed]:
        """Articles by time, newest first, undated ones last, those behind ``after``."""
        where, then = _open(at)
        key: list[str | int] = []
        if after is not None:
            instant = _instant(after.moment, self.zone) or ""
            where, key = f"{where} AND (coalesce(instant, ''), num) < (?, ?)", [instant, after.number]
        rows = self._sql(
            f"SELECT {_LISTED} FROM articles WHERE {where} ORDER BY coalesce(instant, '') DESC, num DESC LIMIT ?",
            (*then, *key, limit),
        )
        return [_listed(row) for row in rows]

    def embargoed(self, at: datetime) -> Ids:
        """Ids of all passages of articles that are embargoed at that time, rising; int64 (n,)."""
        # CROSS JOIN and no ORDER BY: else SQLite goes through all passages in their order
        rows = self._sql(
            "SELECT p.id FROM articles a CROSS JOIN passages p WHERE p.article = a.num AND a.embargo_ends > ?",
            (written(at),),
        )
        return np.sort(_ids(rows))

    def versions(self, article_id: str) -> list[Version]:
        """The article as it stood, oldest first, the current one last; empty if there is none of that id."""
        row = self._sql(f"SELECT version, text, since, {ABOUT} FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            return []
        earlier = self._sql(
            "SELECT version, about, text, since, until FROM versions WHERE article_id = ? ORDER BY version",
            (article_id,),
        )
        found = [
            Version(number, Metadata.from_json(json.loads(about)), text, moment_of(since), moment_of(until))
            for number, about, text, since, until in earlier
        ]
        return [*found, Version(row[0], about_of(row[3:]), row[1], moment_of(row[2]), None)]

    def replaced_by(self, article_id: str) -> str | None:
        """The id of the article that takes the place of this one; the oldest if several."""
        row = self._sql("SELECT id FROM articles WHERE replaces = ? ORDER BY num LIMIT 1", (article_id,)).fetchone()
        return str(row[0]) if row else None

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """The passages of these ids that there are."""
        rows = self._sql(
            'SELECT p.id, a.id, p.paragraph, p.start, p."end", substr(a.text, p.start + 1, p."end" - p.start)'
            f" FROM passages p JOIN articles a ON a.num = p.article WHERE p.id IN ({marks(ids)})",
            list(ids),
        )
        return {row[0]: Passage(*row) for row in rows}

    def passage_ids(self, filters: Filters = Filters()) -> Ids:
        """Ids of all passages inside ``filters``, rising; int64 (n,)."""
        where, values = _where(self, filters)
        if not where:
            return _ids(self._sql("SELECT id FROM passages ORDER BY id"))
        # one row of text instead of one for each passage: three times as fast
        (joined,) = self._sql(
            f"SELECT {self.joined_ids} FROM articles a CROSS JOIN passages p WHERE p.article = a.num AND {where}",
            values,
        ).fetchone()
        return np.sort(np.fromstring(joined or "", dtype=np.int64, sep=","))

    def sources(self) -> list[str]:
        """The different sources, as they are written. Goes from one to the next by the index, whatever lies between."""
        rows = self._sql(
            "WITH RECURSIVE one (name) AS (SELECT min(source) FROM articles UNION ALL"
            " SELECT (SELECT min(source) FROM articles WHERE source > one.name) FROM one WHERE one.name IS NOT NULL)"
            " SELECT name FROM one WHERE name IS NOT NULL"
        )
        return [row[0] for row in rows]

    def changes(self, since: Revision) -> Changes | None:
        """What came and went since; ``None`` if ``since`` is no earlier state of this store that it remembers."""
        last = 0
        if since != NOTHING_YET:
            row = self._sql("SELECT token, last_passage FROM writes WHERE version = ?", (since.version,)).fetchone()
            if row is None or row[0] != since.token:
                return None
            last = row[1]
        added = self._sql("SELECT id FROM passages WHERE id > ? ORDER BY id", (last,))
        removed = self._sql(
            "SELECT passage FROM removals WHERE version > ? AND passage <= ? ORDER BY passage", (since.version, last)
        )
        return Changes(_ids(added), _ids(removed))

    def vectors(self, ids: Ids, dimension: int) -> Vectors:
        """Vectors of these passages, in this order; float32 (n, dimension)."""
        found = np.empty((len(ids), dimension), dtype=np.float32)
        for low in range(0, len(ids), _VECTORS_AT_ONCE):
            part = [int(i) for i in ids[low : low + _VECTORS_AT_ONCE]]
            rows = dict(self._sql(f"SELECT passage, vector FROM vectors WHERE passage IN ({marks(part)})", part))
            for offset, passage in enumerate(part):
                found[low + offset] = np.frombuffer(rows[passage], dtype="<f4")
        return found

    def texts(self, ids: Ids) -> list[tuple[str, str]]:
        """What each of these passages is found by: its text, and its article's headline and first paragraph."""
        found: list[tuple[str, str]] = []
        for low in range(0, len(ids), _VECTORS_AT_ONCE):
            part = [int(i) for i in ids[low : low + _VECTORS_AT_ONCE]]
            places = self._sql(
                f'SELECT article, start, "end" FROM passages WHERE id IN ({marks(part)}) ORDER BY id', part
            ).fetchall()
            articles = list({article for article, _, _ in places})
            whole = {
                num: (headline, text, lead)
                for num, headline, text, lead in self._sql(
                    f"SELECT num, headline, text, lead_end FROM articles WHERE num IN ({marks(articles)})", articles
                )
            }
            for article, start, end in places:
                headline, text, lead = whole[article]
                found.append((text[start:end], f"{headline}. {text[:lead] if start >= lead else ''}"))
        return found

    def alike(self, hashes: Iterable[int], besides: str, least: int) -> list[str]:
        """Ids of the articles, no copies, that share most of these sketch hashes; at most three, each ``least``."""
        wanted = list(hashes)
        # counted before the articles are looked at: a phrase that stands in every story would fetch them all
        rows = self._sql(
            "SELECT a.id FROM (SELECT article, count(*) AS shared FROM sketches"
            f" WHERE hash IN ({marks(wanted)}) GROUP BY article HAVING count(*) >= ?) s CROSS JOIN articles a"
            " WHERE a.num = s.article AND a.id <> ? AND a.copy_of IS NULL ORDER BY s.shared DESC, a.num LIMIT 3",
            [*wanted, least, besides],
        )
        return [row[0] for row in rows]

    def copies(self, article_id: str) -> list[str]:
        """Ids of the near-identical copies of an article, the oldest first."""
        return [row[0] for row in self._sql("SELECT id FROM articles WHERE copy_of = ? ORDER BY num", (article_id,))]

    def sketch(self, article_id: str) -> set[int]:
        """The sketch hashes of an article."""
        rows = self._sql(
            "SELECT hash FROM sketches WHERE article = (SELECT num FROM articles WHERE id = ?)", (article_id,)
        )
        return {row[0] for row in rows}

    def examine(self, engine_says: str) -> list[Finding]:
        """Counts, vectors, offsets. ``engine_says`` is the engine's word on its own files: ``ok`` if they are well."""
        articles, passages, vectors = (self._counted(table) for table in ("articles", "passages", "vectors"))
        agree = (articles, passages) == (self.count("articles"), self.count("passages"))
        (outside,) = self._sql(
            "SELECT count(*) FROM passages p JOIN articles a ON a.num = p.article"
            ' WHERE p.start < 0 OR p.start >= p."end" OR p."end" > length(a.text)'
        ).fetchone()
        (bare,) = self._sql(
            "SELECT count(*) FROM articles WHERE num NOT IN (SELECT article FROM passages)"
            " AND num NOT IN (SELECT article FROM resting)"
        ).fetchone()
        return [
            Finding(
                "catalog",
                engine_says == "ok" and agree,
                f"{articles} articles, {passages} passages{'' if agree else ', but not by its own count'};"
                f" {self.engine} says {engine_says}",
            ),
            Finding("vectors", vectors == passages, f"{vectors} for {passages} passages, of {self.meta('model')}"),
            Finding(
                "passages", not outside and not bare, f"{outside} outside their article, {bare} articles without any"
            ),
        ]

    def rows(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """What a statement of :mod:`index.sql.tables` finds."""
        return list(self._sql(statement, values).fetchall())

    def _counted(self, table: Table) -> int:
        return int(self._sql(f"SELECT count(*) FROM {table}").fetchone()[0])


def marks(values: Sequence[object]) -> str:
    """As many placeholders as there are values; for none what nothing is equal to."""
    return ",".join("?" * len(values)) or "NULL"


def _where(view: SqlView, filters: Filters) -> tuple[str, list[str]]:
    """An SQL condition on ``articles a`` and its values; empty if nothing is filtered."""
    terms: list[str] = []
    values: list[str] = []
    if filters.article_ids:
        terms.append(f"a.id IN ({marks(filters.article_ids)})")
        values += filters.article_ids
    if filters.sources:
        meant = {folded(source) for source in filters.sources}
        sources = [source for source in view.sources() if folded(source) in meant]
        terms.append(f"a.source IN ({marks(sources)})")
        values += sources
    if filters.published_from:
        terms.append("a.day >= ?")
        values.append(filters.published_from.isoformat())
    if filters.published_to:
        terms.append("a.day <= ?")
        values.append(filters.published_to.isoformat())
    if filters.until:
        open_, then = _open(filters.until)
        terms += ["a.first <= ?", open_]
        values += [written(filters.until), *then]
    return " AND ".join(terms), values


def _ids(rows: Iterable[tuple[int]]) -> Ids:
    return np.fromiter((row[0] for row in rows), dtype=np.int64)


def about_of(values: Sequence[str | None]) -> Metadata:
    """The metadata in the columns ``ABOUT``."""
    return Metadata.from_row(dict(zip(NAMES, values, strict=True)))


def _open(at: datetime | None) -> tuple[str, list[str]]:
    """An SQL condition on ``articles`` that leaves out those that are embargoed ``at`` that time, and its values."""
    return ("TRUE", []) if at is None else ("(embargo_ends IS NULL OR embargo_ends <= ?)", [written(at)])


def _instant(when: date | None, zone: str) -> str | None:
    return written(instant_of(when, zone)) if when else None


def compared(about: Metadata, zone: str) -> dict[str, str | None]:
    """The times of an article in the form in which they are compared."""
    day = day_of(about.published, zone).isoformat() if about.published else None
    ends = written(about.embargoed) if about.embargoed else None
    return {"day": day, "instant": _instant(about.moment, zone), "embargo_ends": ends}


def moment_of(text: str) -> datetime:
    """What ``index.times.written`` wrote."""
    return datetime.fromisoformat(text)


def _listed(row: Sequence[Any]) -> Listed:
    article_id, copy_of, number, paragraphs, *about = row
    return Listed(article_id, about_of(about), paragraphs, copy_of, number)
