"""What is written to a store in SQL inside one transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from index.articles import Article, Passage
from index.metadata import Metadata
from index.sql.queries import ABOUT, Connection, SqlView, about_of, compared, marks, moment_of
from index.store import Table, Vectors, begins_in
from index.times import stood_from, written


class SqlTransaction(SqlView):
    """Changes within one transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.undone = False
        self.sealed = False
        """Whether it is no new revision: what it writes are rows of other ones, as a copy does."""
        self._more = {"articles": 0, "passages": 0, "vectors": 0}

    def count(self, table: Table) -> int:
        """How many there are, this write included."""
        return super().count(table) + self._more[table]

    def undo(self) -> None:
        """Nothing is to be written after all: the version stays what it is."""
        self.undone = True

    def set_meta(self, key: str, value: str) -> None:
        """Remember ``value``."""
        self._sql("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))

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
        """Store an article in place of any of the same id. ``vectors``: float32 (len(passages), dimension)."""
        version, since, first = self._standing(article, at)
        self._take_out(article.id)
        own = {
            "id": article.id, "text": article.text, "lead_end": passages[0].end, "content_hash": article.content_hash,
            "origin": origin, "copy_of": copy_of, "version": version, "since": since, "first": first,
            "questions": json.dumps(article.questions, ensure_ascii=False) if article.questions else None,
        }  # fmt: skip
        row = own | article.about.to_row() | compared(article.about, self.zone)
        (num,) = self._sql(
            f"INSERT INTO articles ({', '.join(row)}) VALUES ({marks([*row])}) RETURNING num", tuple(row.values())
        ).fetchone()
        self._more["articles"] += 1
        places = [(passage.paragraph, passage.start, passage.end) for passage in passages]
        self._put_passages(num, places, [vector.astype("<f4").tobytes() for vector in vectors])
        self._sql_many("INSERT INTO sketches VALUES (?, ?)", [(value, num) for value in sketch])

    def _put_passages(self, num: int, places: Sequence[tuple[int, int, int]], vectors: Sequence[bytes]) -> None:
        """New passages of an article, at ``(paragraph, start, end)``, under new ids."""
        self._sql_many(
            'INSERT INTO passages (article, paragraph, start, "end") VALUES (?, ?, ?, ?)',
            [(num, *place) for place in places],
        )
        keys = self._sql("SELECT id FROM passages WHERE article = ? ORDER BY id", (num,)).fetchall()
        self._sql_many(
            "INSERT INTO vectors VALUES (?, ?)",
            [(key, vector) for (key,), vector in zip(keys, vectors, strict=True)],
        )
        self._more["passages"] += len(places)

    def _standing(self, article: Article, at: datetime) -> tuple[int, str, str]:
        """Number, begin and first begin of the version that ``article`` will be; the one before it is kept."""
        row = self._sql(
            f"SELECT version, since, first, text, {ABOUT} FROM articles WHERE id = ?", (article.id,)
        ).fetchone()
        if row is None:
            since = written(stood_from(article.moment, None, at, self.zone))
            return 1, since, since
        version, since, first, text, *about = row
        if text == article.text and about_of(about).headline == article.headline:
            return version, since, first
        until = written(stood_from(article.about.updated, moment_of(since), at, self.zone))
        before = json.dumps(about_of(about).to_json(), ensure_ascii=False)
        self._sql("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)", (article.id, version, before, text, since, until))
        return version + 1, until, first

    def describe(self, article_id: str, about: Metadata) -> None:
        """Give an article other metadata, of the same headline; its text, passages and version stay."""
        found = self.article(article_id)
        if found is None:
            return
        changed = replace(found, about=about)
        row = about.to_row() | compared(about, self.zone) | {"content_hash": changed.content_hash}
        names = ", ".join(f"{name} = ?" for name in row)
        self._sql(f"UPDATE articles SET {names} WHERE id = ?", (*row.values(), article_id))

    def rest(self, article_id: str, *, resting: bool) -> None:
        """Take an article's passages out of all searches, or bring them back under new ids, with their vectors."""
        row = self._sql("SELECT num FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            return
        if resting:
            self._sql(
                'INSERT INTO resting (article, paragraph, start, "end", vector)'
                ' SELECT article, paragraph, start, "end", vector'
                " FROM passages JOIN vectors ON passage = id WHERE article = ? ORDER BY id",
                row,
            )
            self._note_removal(row[0])
            self._sql("DELETE FROM passages WHERE article = ?", row)
            return
        waiting = self._sql(
            'SELECT paragraph, start, "end", vector FROM resting WHERE article = ? ORDER BY id', row
        ).fetchall()
        if waiting:
            self._put_passages(row[0], [(place[0], place[1], place[2]) for place in waiting], [w[3] for w in waiting])
            self._sql("DELETE FROM resting WHERE article = ?", row)

    def prune(self, keep: int, article_id: str | None = None) -> int:
        """Forget all but the last ``keep`` earlier versions of every article, or of one; returns how many."""
        one, name = ("", ()) if article_id is None else (" AND article_id = ?", (article_id,))
        return int(
            self._sql(
                "DELETE FROM versions WHERE version <= (SELECT a.version - 1 - ? FROM articles a"
                f" WHERE a.id = versions.article_id){one}",
                (keep, *name),
            ).rowcount
        )

    def set_zone(self, zone: str) -> None:
        """Let the newsroom's days begin there."""
        before = self.zone
        self.set_meta("zone", zone)
        for num, published, published_time, embargoed in self._sql(
            "SELECT num, published, published_time, embargoed FROM articles WHERE published IS NOT NULL"
        ).fetchall():
            about = Metadata.from_json(
                {"headline": "", "published": published, "published_time": published_time, "embargoed": embargoed}
            )
            row = compared(about, zone)
            names = ", ".join(f"{name} = ?" for name in row)
            self._sql(f"UPDATE articles SET {names} WHERE num = ?", (*row.values(), num))
        for (article_id,) in self._sql(
            "SELECT id FROM articles WHERE length(published) = 10 OR length(updated) = 10"  # a day without a time
        ).fetchall():
            self._begin_anew(article_id, before, zone)

    def _begin_anew(self, article_id: str, before: str, zone: str) -> None:
        """Let the versions that stand from the beginning of a day stand from its beginning in another zone."""
        versions = self.versions(article_id)
        begins = begins_in(versions, before, zone)
        for version, begin in zip(versions, begins, strict=True):
            about = (written(begin), article_id, version.number)
            if begin != version.since:
                self._sql("UPDATE versions SET since = ? WHERE article_id = ? AND version = ?", about)
                self._sql("UPDATE versions SET until = ? WHERE article_id = ? AND version = ? - 1", about)
                self._sql("UPDATE articles SET since = ? WHERE id = ? AND version = ?", about)
                if version.number == 1:
                    self._sql("UPDATE articles SET first = ? WHERE id = ?", about[:2])

    def _note_removal(self, num: int) -> None:
        """Say for the rankings that an article's passages go."""
        self._more["passages"] -= self._sql(
            "INSERT INTO removals SELECT (SELECT CAST(value AS BIGINT) + 1 FROM meta WHERE key = 'version'), id"
            " FROM passages WHERE article = ?",
            (num,),
        ).rowcount

    def mark_copy(self, article_id: str, copy_of: str) -> None:
        """Remember that an article is a near-identical copy of another."""
        self._sql("UPDATE articles SET copy_of = ? WHERE id = ?", (copy_of, article_id))

    def put_origin(self, article_id: str, origin: str) -> None:
        """Remember where an article comes from now; its content stays."""
        self._sql("UPDATE articles SET origin = ? WHERE id = ?", (origin, article_id))

    def put_vectors(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Give passages other vectors, float32 (len(ids), dimension)."""
        self._sql_many(
            "INSERT INTO vectors VALUES (?, ?) ON CONFLICT (passage) DO UPDATE SET vector = excluded.vector",
            [(key, vector.astype("<f4").tobytes()) for key, vector in zip(ids, vectors, strict=True)],
        )

    def put_rows(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """What a statement of :mod:`index.sql.tables` is to store."""
        self._sql_many(statement, rows)

    def clear(self, table: str) -> None:
        """Forget every row of a table."""
        self._sql(f"DELETE FROM {table}")

    def forget(self, key: str) -> None:
        """Remember a value no longer."""
        self._sql("DELETE FROM meta WHERE key = ?", (key,))

    def begin_passages_at(self, number: int) -> None:
        """Let the ids of new passages begin there, and all other numbers behind those that are there."""
        self._sql("DELETE FROM sqlite_sequence WHERE name = 'passages'")
        self._sql("INSERT INTO sqlite_sequence (name, seq) VALUES ('passages', ?)", (number - 1,))

    def seal(self) -> None:
        """Count this write; remember where the passages ended with it, and how many there are."""
        counts = (self.count("articles"), self.count("passages"))
        version = int(self.meta("version") or 0) + 1
        self.set_meta("version", str(version))
        self._sql(
            "INSERT INTO writes (version, token, last_passage, articles, passages)"
            " VALUES (?, ?, (SELECT coalesce(max(id), 0) FROM passages), ?, ?)",
            (version, secrets.token_hex(8), *counts),
        )

    def remove(self, article_id: str) -> bool:
        """Take an article out with all that belongs to it. Says whether it was there."""
        if not self._take_out(article_id):
            return False
        self._sql("DELETE FROM versions WHERE article_id = ?", (article_id,))
        return True

    def _take_out(self, article_id: str) -> bool:
        row = self._sql("SELECT num FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            return False
        self._note_removal(row[0])
        self._more["articles"] -= 1
        self._sql("DELETE FROM articles WHERE num = ?", row)
        self._sql("UPDATE articles SET copy_of = NULL WHERE copy_of = ?", (article_id,))
        return True
