"""What is asked of the catalog, and written to it, inside one transaction: all the SQL there is but the schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from index.articles import Article, Filters, Passage

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as lists show it. ``paragraphs`` is their number; ``copy_of`` the id of a near-identical one."""

    id: str
    headline: str
    source: str | None
    author: str | None
    published: date | None
    url: str | None
    paragraphs: int
    copy_of: str | None


@dataclass(frozen=True, slots=True)
class Stored:
    """What a write needs to know of an article that is already there."""

    id: str
    content_hash: str
    origin: str | None


_LISTED = (
    "id, headline, source, author, published, url, copy_of, (SELECT max(paragraph) FROM passages WHERE article = num)"
)


class Reading:
    """Queries within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.sql = connection.execute

    def meta(self, key: str) -> str | None:
        """A remembered value, or ``None``."""
        row = self.sql("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    @property
    def version(self) -> int:
        """Counts the writes; the same number means the same library."""
        return int(self.meta("version") or 0)

    def count(self, table: str) -> int:
        """Rows of ``articles``, ``passages`` or ``vectors``."""
        return int(self.sql(f"SELECT count(*) FROM {table}").fetchone()[0])

    def article(self, article_id: str) -> Article | None:
        """The article, or ``None``."""
        row = self.sql(
            "SELECT id, headline, text, source, author, published, url FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        if row is None:
            return None
        name, headline, text, source, author, published, url = row
        return Article(name, headline, text, source, author, _date(published), url)

    def stored(self, column: str, value: str) -> Stored | None:
        """The article whose ``column`` (``id``, ``origin`` or ``content_hash``) is ``value``; the oldest if several."""
        row = self.sql(
            f"SELECT id, content_hash, origin FROM articles WHERE {column} = ? ORDER BY num LIMIT 1", (value,)
        ).fetchone()
        return Stored(*row) if row else None

    def listing(self, after: str | None, limit: int) -> list[Listed]:
        """Articles by id, those behind ``after``."""
        rows = self.sql(f"SELECT {_LISTED} FROM articles WHERE id > ? ORDER BY id LIMIT ?", (after or "", limit))
        return [_listed(row) for row in rows]

    def headlines(self, limit: int, skip: int) -> list[Listed]:
        """Articles by date, newest first, undated ones last."""
        rows = self.sql(
            f"SELECT {_LISTED} FROM articles ORDER BY published DESC, num DESC LIMIT ? OFFSET ?", (limit, skip)
        )
        return [_listed(row) for row in rows]

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """The passages of these ids that there are."""
        rows = self.sql(
            "SELECT p.id, a.id, p.paragraph, p.start, p.end, substr(a.text, p.start + 1, p.end - p.start)"
            f" FROM passages p JOIN articles a ON a.num = p.article WHERE p.id IN ({_marks(ids)})",
            list(ids),
        )
        return {row[0]: Passage(*row) for row in rows}

    def passage_ids(self, filters: Filters = Filters()) -> Ids:
        """Ids of all passages inside ``filters``, rising; int64 (n,)."""
        where, values = _where(filters)
        if not where:
            rows = self.sql("SELECT id FROM passages ORDER BY id")
        else:
            rows = self.sql(
                f"SELECT p.id FROM articles a JOIN passages p ON p.article = a.num WHERE {where} ORDER BY p.id", values
            )
        return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def vectors(self, ids: Ids, dimension: int) -> Vectors:
        """Vectors of these passages, in this order; float32 (n, dimension)."""
        found = np.empty((len(ids), dimension), dtype=np.float32)
        for low in range(0, len(ids), 10_000):
            part = [int(i) for i in ids[low : low + 10_000]]
            rows = dict(self.sql(f"SELECT passage, vector FROM vectors WHERE passage IN ({_marks(part)})", part))
            for offset, passage in enumerate(part):
                found[low + offset] = np.frombuffer(rows[passage], dtype="<f4")
        return found

    def full_text(self, match: str, limit: int, filters: Filters) -> list[int]:
        """Passage ids by BM25, best first, inside ``filters``. ``match`` is an FTS5 expression."""
        where, values = _where(filters)
        if not where:
            rows = self.sql("SELECT rowid FROM fulltext WHERE fulltext MATCH ? ORDER BY rank LIMIT ?", (match, limit))
        else:
            rows = self.sql(
                "SELECT f.rowid FROM fulltext f JOIN passages p ON p.id = f.rowid JOIN articles a ON a.num = p.article"
                f" WHERE fulltext MATCH ? AND {where} ORDER BY f.rank LIMIT ?",
                (match, *values, limit),
            )
        return [row[0] for row in rows]

    def alike(self, hashes: Iterable[int], besides: str) -> list[tuple[str, int]]:
        """The articles that share most of these sketch hashes: ``(id, number shared)``, most first."""
        wanted = list(hashes)
        rows = self.sql(
            "SELECT a.id, count(*) FROM sketches s JOIN articles a ON a.num = s.article"
            f" WHERE s.hash IN ({_marks(wanted)}) AND a.id <> ? AND a.copy_of IS NULL"
            " GROUP BY a.num ORDER BY count(*) DESC, a.num LIMIT 3",
            [*wanted, besides],
        )
        return [(row[0], row[1]) for row in rows]

    def sketch(self, article_id: str) -> set[int]:
        """The sketch hashes of an article."""
        rows = self.sql(
            "SELECT hash FROM sketches WHERE article = (SELECT num FROM articles WHERE id = ?)", (article_id,)
        )
        return {row[0] for row in rows}


class Writing(Reading):
    """Changes within one transaction."""

    undone = False

    def undo(self) -> None:
        """Nothing is to be written after all: the version stays what it is."""
        self.undone = True

    def set_meta(self, key: str, value: str) -> None:
        """Remember ``value``."""
        self.sql("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (key, value))

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
        published = article.published.isoformat() if article.published else None
        num = self.sql(
            "INSERT INTO articles (id, headline, source, author, published, url, text, lead_end, content_hash, origin,"
            " copy_of) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(article.id, article.headline, article.source, article.author, published, article.url, article.text),
                *(passages[0].end, article.content_hash, origin, copy_of),
            ),
        ).lastrowid
        for passage, vector in zip(passages, vectors, strict=True):
            key = self.sql(
                "INSERT INTO passages (article, paragraph, start, end) VALUES (?, ?, ?, ?)",
                (num, passage.paragraph, passage.start, passage.end),
            ).lastrowid
            self.sql("INSERT INTO vectors VALUES (?, ?)", (key, vector.astype("<f4").tobytes()))
        self.sql(
            "INSERT INTO fulltext (rowid, text, context) SELECT id, text, context FROM passage_text WHERE article = ?",
            (num,),
        )
        for value in sketch:
            self.sql("INSERT INTO sketches VALUES (?, ?)", (value, num))

    def remove(self, article_id: str) -> bool:
        """Take an article out with all that belongs to it. Says whether it was there."""
        row = self.sql("SELECT num FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            return False
        # An external-content FTS5 table must be told the old text (https://sqlite.org/fts5.html, 4.4.3).
        self.sql(
            "INSERT INTO fulltext (fulltext, rowid, text, context)"
            " SELECT 'delete', id, text, context FROM passage_text WHERE article = ?",
            row,
        )
        self.sql("DELETE FROM articles WHERE num = ?", row)
        self.sql("UPDATE articles SET copy_of = NULL WHERE copy_of = ?", (article_id,))
        return True


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _where(filters: Filters) -> tuple[str, list[str]]:
    """An SQL condition on ``articles a`` and its values; empty if nothing is filtered."""
    terms: list[str] = []
    values: list[str] = []
    if filters.article_ids:
        terms.append(f"a.id IN ({_marks(filters.article_ids)})")
        values += filters.article_ids
    if filters.sources:
        terms.append(f"a.source COLLATE NOCASE IN ({_marks(filters.sources)})")
        values += filters.sources
    if filters.published_from:
        terms.append("a.published >= ?")
        values.append(filters.published_from.isoformat())
    if filters.published_to:
        terms.append("a.published <= ?")
        values.append(filters.published_to.isoformat())
    return " AND ".join(terms), values


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _listed(row: tuple[str, str, str | None, str | None, str | None, str | None, str | None, int]) -> Listed:
    return Listed(row[0], row[1], row[2], row[3], _date(row[4]), row[5], row[7], row[6])
