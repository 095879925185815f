"""The answers that are kept beside a library: one SQLite file (WAL) of its own, never the catalog.

What is kept of a person is the question. A rating carries a voice: a keyed hash of the name of the key's holder and of
the answer, so that a later rating replaces the one before; no address and no key is ever written.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from qa.errors import AnswersError, AnswersMissing, AnswersTorn
from qa.loop.explained import explained
from qa.loop.kept import Kept, Line, Rating
from qa.loop.schema import UPGRADES
from qa.normalize import normalized
from qa.upgrades import open_upgraded

MAX_ANSWERS = 2_000_000
"""The oldest go first, whatever the retention says: some 9 GB."""
MAX_BODY_BYTES = 4_000_000
WAIT_SECONDS = 5.0
"""How long is waited for another writer; nobody who asks waits here."""
_AT_ONCE = 500
_PRAGMAS = ("auto_vacuum = INCREMENTAL", "journal_mode = WAL", "synchronous = FULL")
"""The first is only heard while the file is empty."""


class Answers:
    """An open file of kept answers. For one thread; a context manager."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @classmethod
    def open(cls, path: Path, *, create: bool = False, wait: float = WAIT_SECONDS) -> Self:
        """Open the file at ``path``.

        Raises:
            AnswersMissing: there is none, and ``create`` is not set.
            AnswersError: it cannot be opened, or a newer Pullquote wrote it.
        """
        if not create and not path.exists():
            raise AnswersMissing(
                f"no answers are kept at {path}; keep them with the server's setting keep_answers, or: pullquote ask"
                " --keep"
            )
        with explained(path):
            return cls(open_upgraded(path, UPGRADES, wait=wait, pragmas=_PRAGMAS, newer=AnswersError), path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def put(self, items: Sequence[Kept]) -> int:
        """Keep these, all or none; returns how many: one that is there already, or far too long, is passed over.

        Raises:
            AnswersError: they cannot be written.
        """
        rows = [(item, zlib.compress(json.dumps(item.to_json()).encode())) for item in items]
        kept = 0
        with self._writing() as connection:
            for item, body in rows:
                reply = item.reply
                if len(body) > MAX_BODY_BYTES:
                    continue
                words = (reply.understood_as, normalized(reply.understood_as))
                values = (reply.id, _when(item.asked), *words, reply.status, reply.reason, reply.timing_ms.total, body)
                new = connection.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
                kept += new.rowcount
                if new.rowcount:
                    cited = [c for answer in reply.answers for c in answer.citations]
                    places = {(c.article_id, reply.id, c.paragraph, c.article_sha256) for c in cited}
                    connection.executemany("INSERT OR IGNORE INTO cited VALUES (?, ?, ?, ?)", sorted(places))
        return kept

    def get(self, answer_id: str) -> Kept:
        """The answer of this id.

        Raises:
            AnswersMissing: there is none.
            AnswersError: it cannot be read.
        """
        rows = self._rows("SELECT body FROM answers WHERE id = ?", answer_id)
        if not rows:
            raise AnswersMissing(f"no answer {answer_id!r} is kept; its id is in the reply, and in: pullquote report")
        return self._kept(rows[0][0])

    def between(self, since: datetime, until: datetime) -> Iterator[Kept]:
        """What was asked from ``since`` up to, but not at, ``until``, oldest first.

        Raises:
            AnswersError: it cannot be read.
        """
        for _, _, body in self._pages("body", since, until, _AT_ONCE):
            yield self._kept(body)

    def lines(self, since: datetime, until: datetime) -> Iterator[Line]:
        """What was asked from ``since`` up to ``until`` in brief, oldest first.

        Raises:
            AnswersError: it cannot be read.
        """
        for asked, *row in self._pages("question, wording, status, reason, ms", since, until, 10 * _AT_ONCE):
            yield Line(datetime.fromisoformat(asked), *row)

    def _pages(self, columns: str, since: datetime, until: datetime, size: int) -> Iterator[tuple[Any, ...]]:
        """When it was asked, its id, and these columns, of each answer, oldest first; ``size`` are read at once."""
        after = (_when(since), "")
        while True:
            rows = self._rows(
                f"SELECT asked, id, {columns} FROM answers WHERE (asked, id) > (?, ?) AND asked < ?"
                " ORDER BY asked, id LIMIT ?", *after, _when(until), size,
            )  # fmt: skip
            yield from rows
            if len(rows) < size:
                return
            after = rows[-1][:2]

    def cited(self, since: datetime, until: datetime) -> list[tuple[str, int, str, int]]:
        """Article, paragraph, hash of its text then, and how many answers cited it, the most cited first.

        Raises:
            AnswersError: it cannot be read.
        """
        rows = self._rows(
            "SELECT article_id, paragraph, sha256, count(*) FROM cited JOIN answers ON id = answer"
            " WHERE asked >= ? AND asked < ? GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2",
            _when(since), _when(until),
        )  # fmt: skip
        return [(str(row[0]), int(row[1]), str(row[2]), int(row[3])) for row in rows]

    def citing(self, article_id: str, since: datetime, until: datetime, limit: int) -> list[str]:
        """Ids of the answers that cited an article, the newest first, at most so many.

        Raises:
            AnswersError: they cannot be read.
        """
        rows = self._rows(
            "SELECT DISTINCT id, asked FROM cited JOIN answers ON id = answer WHERE article_id = ?"
            " AND asked >= ? AND asked < ? ORDER BY asked DESC, id LIMIT ?",
            article_id, _when(since), _when(until), limit,
        )  # fmt: skip
        return [str(row[0]) for row in rows]

    def verdicts(self, since: datetime, until: datetime) -> dict[str, list[Rating]]:
        """The ratings of what was asked from ``since`` up to ``until``, by answer.

        Raises:
            AnswersError: they cannot be read.
        """
        rows = self._rows(
            f"SELECT answer, {_RATING} FROM ratings JOIN answers ON id = answer WHERE asked >= ? AND asked < ?",
            _when(since), _when(until),
        )  # fmt: skip
        found: dict[str, list[Rating]] = {}
        for answer_id, *row in rows:
            found.setdefault(answer_id, []).append(_rating(row))
        return found

    def ratings(self, answer_id: str) -> list[Rating]:
        """What was thought of an answer, oldest first.

        Raises:
            AnswersError: they cannot be read.
        """
        rows = self._rows(f"SELECT {_RATING} FROM ratings WHERE answer = ? ORDER BY at, voice", answer_id)
        return [_rating(row) for row in rows]

    def rated(self) -> Iterator[tuple[Kept, list[Rating]]]:
        """The answers that were rated, with their ratings, oldest first.

        Raises:
            AnswersError: they cannot be read.
        """
        rows = self._rows("SELECT id FROM answers WHERE id IN (SELECT answer FROM ratings) ORDER BY asked, id")
        for (answer_id,) in rows:
            try:
                yield self.get(answer_id), self.ratings(answer_id)
            except AnswersMissing:  # deleted in between
                continue

    def rate(self, answer_id: str, holder: str, rating: Rating) -> bool:
        """Keep a rating, in the place of an earlier one of the same holder. On disk when it returns.

        ``holder`` names whoever rates; it is not written. Says whether it replaced one.

        Raises:
            AnswersMissing: there is no such answer.
            AnswersError: it cannot be written.
        """
        r = rating
        with self._writing() as connection:
            if not connection.execute("SELECT 1 FROM answers WHERE id = ?", (answer_id,)).fetchone():
                raise AnswersMissing(f"no answer {answer_id!r} is kept")
            (secret,) = connection.execute("SELECT value FROM meta WHERE key = 'secret'").fetchone()
            voice = hmac.new(secret.encode(), f"{answer_id}\0{holder}".encode(), hashlib.sha256).hexdigest()[:16]
            (before,) = connection.execute(
                "SELECT count(*) FROM ratings WHERE answer = ? AND voice = ?", (answer_id, voice)
            ).fetchone()
            connection.execute(
                "INSERT OR REPLACE INTO ratings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (answer_id, voice, _when(r.at), r.verdict, r.answer_index, r.article_id, r.start, r.end, r.quote,
                 r.article_sha256, r.note),
            )  # fmt: skip
        return bool(before)

    def asked_about(self, article_id: str, *, least: int, limit: int) -> list[tuple[str, int]]:
        """Questions that were answered from an article at least ``least`` times, most asked first, and how often.

        Raises:
            AnswersError: they cannot be read.
        """
        rows = self._rows(
            "SELECT min(question), count(DISTINCT id) AS times FROM cited JOIN answers ON id = answer"
            " WHERE article_id = ? AND status = 'answered' AND wording <> '' GROUP BY wording HAVING times >= ?"
            " ORDER BY times DESC, min(asked) LIMIT ?",
            article_id, least, limit,
        )  # fmt: skip
        return [(str(question), int(times)) for question, times in rows]

    def count(self) -> int:
        """How many there are.

        Raises:
            AnswersError: they cannot be counted.
        """
        return int(self._rows("SELECT count(*) FROM answers")[0][0])

    def forget(self, answer_id: str) -> bool:
        """Delete an answer and its ratings; says whether it was there.

        Raises:
            AnswersError: it cannot be deleted.
        """
        with self._writing() as connection:
            gone = connection.execute("DELETE FROM answers WHERE id = ?", (answer_id,)).rowcount
        self._shrink()
        return bool(gone)

    def forget_before(self, when: datetime, *, most: int = MAX_ANSWERS) -> int:
        """Delete what was asked before ``when``, and the oldest of more than ``most``; returns how many.

        Raises:
            AnswersError: it cannot be deleted; what was deleted so far is gone.
        """
        gone = 0
        too_many = max(0, self.count() - most)
        for chosen, values in (("asked < ?", (_when(when),)), ("TRUE", ())):
            left = too_many - gone if chosen == "TRUE" else MAX_ANSWERS
            while left > 0:
                with self._writing() as connection:  # in pieces, so that nobody waits long
                    found = connection.execute(
                        f"DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE {chosen}"
                        " ORDER BY asked, id LIMIT ?)", (*values, min(_AT_ONCE, left)),
                    ).rowcount  # fmt: skip
                gone, left = gone + found, left - found
                if not found:
                    break
        if gone:
            self._shrink()
        return gone

    def _shrink(self) -> None:
        """Give back the room of what was deleted, and empty the log, which holds it still."""
        self._rows("PRAGMA incremental_vacuum")
        self._rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with explained(self.path):
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with explained(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _kept(self, body: bytes) -> Kept:
        try:
            return Kept.from_json(json.loads(zlib.decompress(body)))
        except (zlib.error, ValueError, KeyError, TypeError) as error:
            raise AnswersTorn(
                f"{self.path}: an answer in it cannot be read ({error!r}); see: pullquote doctor"
            ) from None


_RATING = 'at, verdict, answer_index, article_id, start, "end", quote, article_sha256, note'


def _rating(row: Sequence[Any]) -> Rating:
    return Rating(datetime.fromisoformat(row[0]), *row[1:])


def _when(at: datetime) -> str:
    """A moment as it is compared: in UTC, always as long."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
