"""What is asked of the catalog, and written to it, inside one transaction: all the SQL there is but the schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np

from index.articles import Article, Filters, Passage
from index.metadata import NAMES, Metadata
from index.sqlite.schema import new_token
from index.store import NOTHING_YET, Changes, Finding, Ids, Listed, Revision, Stored, Table, Vectors
from index.words import folded

_ABOUT = ", ".join(NAMES)
_LISTED = f"id, copy_of, num, (SELECT max(paragraph) FROM passages WHERE article = num), {_ABOUT}"
_VECTORS_AT_ONCE = 10_000


class SqliteView:
    """Queries within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection.execute

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
        """How many there are."""
        return int(self._sql(f"SELECT count(*) FROM {table}").fetchone()[0])

    def article(self, article_id: str) -> Article | None:
        """The article, or ``None``."""
        row = self._sql(f"SELECT id, text, {_ABOUT} FROM articles WHERE id = ?", (article_id,)).fetchone()
        return Article(row[0], _about(row[2:]), row[1]) if row else None

    def stored(self, by: Literal["id", "origin", "content_hash"], value: str) -> Stored | None:
        """The article of which this is so; the oldest if several."""
        row = self._sql(
            f"SELECT id, content_hash, origin FROM articles WHERE {by} = ? ORDER BY num LIMIT 1", (value,)
        ).fetchone()
        return Stored(*row) if row else None

    def at_urls(self, urls: Sequence[str]) -> list[str]:
        """Ids of the articles at one of these URLs, at most two."""
        rows = self._sql(f"SELECT id FROM articles WHERE url IN ({_marks(urls)}) ORDER BY num LIMIT 2", list(urls))
        return [row[0] for row in rows]

    def listing(self, after: str | None, limit: int) -> list[Listed]:
        """Articles by id, those behind ``after``."""
        rows = self._sql(f"SELECT {_LISTED} FROM articles WHERE id > ? ORDER BY id LIMIT ?", (after or "", limit))
        return [_listed(row) for row in rows]

    def headlines(self, after: Listed | None, limit: int) -> list[Listed]:
        """Articles by date, newest first, undated ones last, those behind ``after``."""
        where, key = "", []
        if after is not None:
            where, key = "WHERE (coalesce(published, ''), num) < (?, ?)", [_published(after), after.number]
        rows = self._sql(
            f"SELECT {_LISTED} FROM articles {where} ORDER BY coalesce(published, '') DESC, num DESC LIMIT ?",
            (*key, limit),
        )
        return [_listed(row) for row in rows]

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """The passages of these ids that there are."""
        rows = self._sql(
            "SELECT p.id, a.id, p.paragraph, p.start, p.end, substr(a.text, p.start + 1, p.end - p.start)"
            f" FROM passages p JOIN articles a ON a.num = p.article WHERE p.id IN ({_marks(ids)})",
            list(ids),
        )
        return {row[0]: Passage(*row) for row in rows}

    def passage_ids(self, filters: Filters = Filters()) -> Ids:
        """Ids of all passages inside ``filters``, rising; int64 (n,)."""
        where, values = _where(self, filters)
        if not where:
            rows = self._sql("SELECT id FROM passages ORDER BY id")
        else:
            rows = self._sql(
                f"SELECT p.id FROM articles a JOIN passages p ON p.article = a.num WHERE {where} ORDER BY p.id", values
            )
        return _ids(rows)

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
            rows = dict(self._sql(f"SELECT passage, vector FROM vectors WHERE passage IN ({_marks(part)})", part))
            for offset, passage in enumerate(part):
                found[low + offset] = np.frombuffer(rows[passage], dtype="<f4")
        return found

    def words(self, words: Sequence[str], limit: int, filters: Filters) -> list[int]:
        """Passages inside ``filters`` in which any of ``words`` stands, by BM25, best first."""
        match = " OR ".join(f'"{word}"' for word in words)  # each quoted, so that none is an operator
        where, values = _where(self, filters)
        if not match:
            return []
        if not where:
            rows = self._sql("SELECT rowid FROM fulltext WHERE fulltext MATCH ? ORDER BY rank LIMIT ?", (match, limit))
        else:
            rows = self._sql(
                "SELECT f.rowid FROM fulltext f JOIN passages p ON p.id = f.rowid JOIN articles a ON a.num = p.article"
                f" WHERE fulltext MATCH ? AND {where} ORDER BY f.rank LIMIT ?",
                (match, *values, limit),
            )
        return [row[0] for row in rows]

    def alike(self, hashes: Iterable[int], besides: str) -> list[str]:
        """Ids of the articles, no copies, that share most of these sketch hashes, most first; at most three."""
        wanted = list(hashes)
        rows = self._sql(
            "SELECT a.id FROM sketches s JOIN articles a ON a.num = s.article"
            f" WHERE s.hash IN ({_marks(wanted)}) AND a.id <> ? AND a.copy_of IS NULL"
            " GROUP BY a.num ORDER BY count(*) DESC, a.num LIMIT 3",
            [*wanted, besides],
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

    def examine(self) -> list[Finding]:
        """Counts and SQLite's own check, vectors, offsets."""
        articles, passages, vectors = (self.count(table) for table in ("articles", "passages", "vectors"))
        (integrity,) = self._sql("PRAGMA integrity_check(1)").fetchone()
        (outside,) = self._sql(
            "SELECT count(*) FROM passages p JOIN articles a ON a.num = p.article"
            " WHERE p.start < 0 OR p.start >= p.end OR p.end > length(a.text)"
        ).fetchone()
        (bare,) = self._sql("SELECT count(*) FROM articles WHERE num NOT IN (SELECT article FROM passages)").fetchone()
        return [
            Finding("catalog", integrity == "ok", f"{articles} articles, {passages} passages; SQLite says {integrity}"),
            Finding("vectors", vectors == passages, f"{vectors} for {passages} passages, of {self.meta('model')}"),
            Finding(
                "passages", not outside and not bare, f"{outside} outside their article, {bare} articles without any"
            ),
        ]


class SqliteTransaction(SqliteView):
    """Changes within one transaction."""

    undone = False

    def undo(self) -> None:
        """Nothing is to be written after all: the version stays what it is."""
        self.undone = True

    def set_meta(self, key: str, value: str) -> None:
        """Remember ``value``."""
        self._sql("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (key, value))

    def put(
        self,
        article: Article,
        passages: Sequence[Passage],
        vectors: Vectors,
        *,
        sketch: Iterable[int],
        origin: str | None,
        copy_of: str | None,
    ) -> None:
        """Store an article in place of any of the same id. ``vectors``: float32 (len(passages), dimension)."""
        self.remove(article.id)
        about = article.about.to_json()
        own = (article.id, article.text, passages[0].end, article.content_hash, origin, copy_of)
        num = self._sql(
            f"INSERT INTO articles (id, text, lead_end, content_hash, origin, copy_of, {_ABOUT})"
            f" VALUES ({_marks([*own, *about])})",
            (*own, *about.values()),
        ).lastrowid
        for passage, vector in zip(passages, vectors, strict=True):
            key = self._sql(
                "INSERT INTO passages (article, paragraph, start, end) VALUES (?, ?, ?, ?)",
                (num, passage.paragraph, passage.start, passage.end),
            ).lastrowid
            self._sql("INSERT INTO vectors VALUES (?, ?)", (key, vector.astype("<f4").tobytes()))
        self._sql(
            "INSERT INTO fulltext (rowid, text, context) SELECT id, text, context FROM passage_text WHERE article = ?",
            (num,),
        )
        for value in sketch:
            self._sql("INSERT INTO sketches VALUES (?, ?)", (value, num))

    def mark_copy(self, article_id: str, copy_of: str) -> None:
        """Remember that an article is a near-identical copy of another."""
        self._sql("UPDATE articles SET copy_of = ? WHERE id = ?", (copy_of, article_id))

    def put_origin(self, article_id: str, origin: str) -> None:
        """Remember where an article comes from now; its content stays."""
        self._sql("UPDATE articles SET origin = ? WHERE id = ?", (origin, article_id))

    def put_vectors(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Give passages other vectors, float32 (len(ids), dimension)."""
        for key, vector in zip(ids, vectors, strict=True):
            self._sql("INSERT OR REPLACE INTO vectors VALUES (?, ?)", (key, vector.astype("<f4").tobytes()))

    def remake_words(self) -> None:
        """Make the full text again from the texts."""
        self._sql("INSERT INTO fulltext (fulltext) VALUES ('rebuild')")

    def examine_words(self) -> Finding:
        """FTS5's own check against the passages' words (https://sqlite.org/fts5.html, 6.4)."""
        try:
            self._sql("INSERT INTO fulltext (fulltext, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            return Finding("full text", False, str(error))
        return Finding("full text", True, "agrees with the passages")

    def seal(self) -> None:
        """Count this write and remember where the passages ended with it."""
        self._sql("UPDATE meta SET value = value + 1 WHERE key = 'version'")
        self._sql(
            "INSERT INTO writes SELECT value, ?, (SELECT coalesce(max(id), 0) FROM passages) FROM meta"
            " WHERE key = 'version'",
            (new_token(),),
        )

    def remove(self, article_id: str) -> bool:
        """Take an article out with all that belongs to it. Says whether it was there."""
        row = self._sql("SELECT num FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            return False
        # An external-content FTS5 table must be told the old text (https://sqlite.org/fts5.html, 4.4.3).
        self._sql(
            "INSERT INTO fulltext (fulltext, rowid, text, context)"
            " SELECT 'delete', id, text, context FROM passage_text WHERE article = ?",
            row,
        )
        self._sql(
            "INSERT INTO removals SELECT (SELECT value + 1 FROM meta WHERE key = 'version'), id FROM passages"
            " WHERE article = ?",
            row,
        )
        self._sql("DELETE FROM articles WHERE num = ?", row)
        self._sql("UPDATE articles SET copy_of = NULL WHERE copy_of = ?", (article_id,))
        return True


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _where(view: SqliteView, filters: Filters) -> tuple[str, list[str]]:
    """An SQL condition on ``articles a`` and its values; empty if nothing is filtered."""
    terms: list[str] = []
    values: list[str] = []
    if filters.article_ids:
        terms.append(f"a.id IN ({_marks(filters.article_ids)})")
        values += filters.article_ids
    if filters.sources:
        meant = {folded(source) for source in filters.sources}
        sources = [source for source in view.sources() if folded(source) in meant]
        terms.append(f"a.source IN ({_marks(sources)})")
        values += sources
    if filters.published_from:
        terms.append("a.published >= ?")
        values.append(filters.published_from.isoformat())
    if filters.published_to:
        terms.append("a.published <= ?")
        values.append(filters.published_to.isoformat())
    return " AND ".join(terms), values


def _ids(rows: Iterable[tuple[int]]) -> Ids:
    return np.fromiter((row[0] for row in rows), dtype=np.int64)


def _about(values: Sequence[str | None]) -> Metadata:
    return Metadata.from_json(dict(zip(NAMES, values, strict=True)))


def _published(item: Listed) -> str:
    return item.about.to_json()["published"] or ""


def _listed(row: Sequence[Any]) -> Listed:
    article_id, copy_of, number, paragraphs, *about = row
    return Listed(article_id, _about(about), paragraphs, copy_of, number)
