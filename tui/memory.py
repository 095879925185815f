"""Conversations kept on disk: SQLite, readable by their owner alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from qa.answers import Filters, Reply
from qa.errors import PullquoteError
from qa.upgrades import Upgrade, execute_all, open_upgraded
from tui.printable import one_line
from tui.transcript import Exchange, State

FILE_NAME = "conversations.sqlite"
MAX_TITLE_CHARS = 80
_LOCK_SECONDS = 2.0
_FIRST = """
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, updated TEXT NOT NULL
) STRICT;
CREATE TABLE exchanges (
    conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    position INTEGER NOT NULL, question TEXT NOT NULL, as_typed INTEGER NOT NULL,
    unsure INTEGER NOT NULL, filters TEXT NOT NULL,
    state TEXT NOT NULL, problem TEXT NOT NULL, reply TEXT, words TEXT NOT NULL,
    PRIMARY KEY (conversation, position)
) STRICT;
"""


def _first(connection: sqlite3.Connection) -> None:
    execute_all(connection, _FIRST)


UPGRADES: tuple[Upgrade, ...] = (_first,)
"""Never changed once released, only added to."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation by name. ``updated`` is in UTC; ``questions`` counts them."""

    id: int
    title: str
    updated: datetime
    questions: int


class Memory:
    """The conversations of one library. Used by one thread."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @classmethod
    def open(cls, folder: Path) -> Memory:
        """Open, or begin, the file in ``folder``.

        Raises:
            PullquoteError: it cannot be read or written, or a newer Pullquote wrote it.
        """
        path = folder / FILE_NAME
        with _explained(path):
            return cls(open_upgraded(path, UPGRADES, wait=_LOCK_SECONDS), path)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def save(self, conversation: int | None, position: int, exchange: Exchange) -> int:
        """Keep the exchange at ``position``; returns the conversation's id, a new one for ``None``.

        Raises:
            PullquoteError: the file cannot be written.
        """
        words = [exchange.question]
        if exchange.reply:
            words += [exchange.reply.understood_as, *(answer.text for answer in exchange.reply.answers)]
        now = datetime.now(UTC).isoformat(timespec="microseconds")  # whole seconds would leave the order to chance
        with _explained(self.path), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            if conversation is None:
                title = one_line(exchange.question)[:MAX_TITLE_CHARS]
                conversation = connection.execute(
                    "INSERT INTO conversations (title, updated) VALUES (?, ?)", (title, now)
                ).lastrowid
            connection.execute("UPDATE conversations SET updated = ? WHERE id = ?", (now, conversation))
            connection.execute(
                "INSERT OR REPLACE INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    conversation, position, exchange.question, exchange.as_typed, exchange.unsure,
                    _written(exchange.filters),
                    exchange.state.value, exchange.problem,
                    json.dumps(exchange.reply.to_json()) if exchange.reply else None,
                    one_line(" ".join(words)).casefold(),
                ),
            )  # fmt: skip
        if conversation is None:
            raise PullquoteError(f"{self.path}: gave no id to a new conversation")
        return conversation

    def listing(self, search: str = "", limit: int = 200) -> list[Conversation]:
        """The conversations in which every word of ``search`` stands, the latest first.

        Raises:
            PullquoteError: the file cannot be read.
        """
        tests = ["EXISTS (SELECT 1 FROM exchanges WHERE conversation = c.id AND instr(words, ?))"]
        words = one_line(search).casefold().split()
        where = " AND ".join(tests * len(words)) or "1"
        with _explained(self.path):
            rows = self._connection.execute(
                "SELECT id, title, updated, (SELECT count(*) FROM exchanges WHERE conversation = c.id)"
                f" FROM conversations c WHERE {where} ORDER BY updated DESC, id DESC LIMIT ?",
                (*words, limit),
            ).fetchall()
            return [Conversation(row[0], row[1], datetime.fromisoformat(row[2]), row[3]) for row in rows]

    def load(self, conversation: int) -> list[Exchange]:
        """The exchanges of a conversation; none if it is not there.

        Raises:
            PullquoteError: the file cannot be read.
        """
        with _explained(self.path):
            rows = self._connection.execute(
                "SELECT question, as_typed, unsure, filters, state, problem, reply FROM exchanges"
                " WHERE conversation = ? ORDER BY position",
                (conversation,),
            ).fetchall()
            return [_exchange(row) for row in rows]

    def delete(self, conversation: int) -> None:
        """Delete a conversation.

        Raises:
            PullquoteError: the file cannot be written.
        """
        with _explained(self.path):
            self._connection.execute("DELETE FROM conversations WHERE id = ?", (conversation,))


def _exchange(row: tuple[str, int, int, str, str, str, str | None]) -> Exchange:
    question, as_typed, unsure, filters, state, problem, reply = row
    return Exchange(
        question=question,
        filters=_read(filters),
        as_typed=bool(as_typed),
        unsure=bool(unsure),
        state=State.CANCELLED if State(state) in (State.WAITING, State.ASKED) else State(state),  # left while read
        reply=Reply.from_json(json.loads(reply)) if reply else None,
        problem=problem,
    )


def _written(filters: Filters) -> str:
    kept = {name: value for name, value in asdict(filters).items() if name != "until"}  # the library sets it
    return json.dumps(kept, default=date.isoformat)


def _read(text: str) -> Filters:
    body = json.loads(text)
    first, last = (
        None if body[name] is None else date.fromisoformat(body[name]) for name in ("published_from", "published_to")
    )
    return Filters(tuple(body["article_ids"]), tuple(body["sources"]), first, last)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what goes wrong with the file into one line that says what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise PullquoteError(f"{path}: {error}; is it writable, and no other chat at it?") from None
    except OSError as error:
        raise PullquoteError(f"{path}: {error.strerror}; conversations cannot be kept there") from None
    except (sqlite3.DatabaseError, KeyError, TypeError, ValueError) as error:
        raise PullquoteError(f"{path}: is damaged ({error}); move it away to begin a new one") from None
