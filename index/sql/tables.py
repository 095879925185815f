"""Every table, row by row and in order: how a library is copied from one engine to another, and compared.

Numbers, ids and revisions stay what they are, so that whatever is derived from a library is derived from its copy, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from index.metadata import NAMES
from index.sql.changes import SqlTransaction
from index.sql.queries import SqlView, marks


class TableOf(NamedTuple):
    """A table: its columns, of which the first ``keys`` are its primary key."""

    name: str
    keys: int
    columns: tuple[str, ...]


_ARTICLE = (
    *("num", "id", "text", "lead_end", "content_hash", "origin", "copy_of", "version", "since", "first"),
    *("day", "instant", "embargo_ends", "questions", *NAMES),
)
_PLACE = ("article", "paragraph", "start", '"end"')
TABLES = (
    TableOf("articles", 1, _ARTICLE),
    TableOf("versions", 2, ("article_id", "version", "about", "text", "since", "until")),
    TableOf("passages", 1, ("id", *_PLACE)),
    TableOf("vectors", 1, ("passage", "vector")),
    TableOf("resting", 1, ("id", *_PLACE, "vector")),
    TableOf("sketches", 2, ("hash", "article")),
    TableOf("removals", 2, ("version", "passage")),
    TableOf("writes", 1, ("version", "token", "last_passage", "articles", "passages")),
)
"""In an order in which none refers to a later one. What ``meta`` holds is copied last, by its keys."""
REMEMBERED = ("model", "model_source", "zone", "keep_versions")
Row = tuple[Any, ...]
_ROWS = 2_000


def rows(view: SqlView, table: TableOf, after: Sequence[Any] | None = None) -> Iterator[list[Row]]:
    """The rows behind the key ``after``, in the order of their keys, some thousand at a time."""
    key = ", ".join(table.columns[: table.keys])
    while True:
        behind, values = ("", ()) if after is None else (f"WHERE ({key}) > ({marks(after)})", tuple(after))
        found = view.rows(f"SELECT {', '.join(table.columns)} FROM {table.name} {behind} ORDER BY {key} LIMIT ?",
                          (*values, _ROWS))  # fmt: skip
        if found:
            yield found
        if len(found) < _ROWS:
            return
        after = found[-1][: table.keys]


def put_rows(transaction: SqlTransaction, table: TableOf, found: Sequence[Row]) -> None:
    """Store rows as they are."""
    transaction.put_rows(
        f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks(table.columns)})", found
    )


def last_key(view: SqlView, table: TableOf) -> Row | None:
    """The key of the last row."""
    columns = table.columns[: table.keys]
    last = ", ".join(f"{column} DESC" for column in columns)
    found = view.rows(f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY {last} LIMIT 1", ())
    return found[0] if found else None


def digest(view: SqlView, table: TableOf) -> tuple[int, str]:
    """How many rows there are, and a hash of all that they hold."""
    count, value = 0, blake2b(digest_size=16)
    for part in rows(view, table):
        count += len(part)
        for row in part:
            for cell in row:
                body = cell if isinstance(cell, bytes) else repr(cell).encode()
                value.update(len(body).to_bytes(8, "little") + body)
    return count, value.hexdigest()


def next_passage(view: SqlView) -> int:
    """An id that no passage has had, and all behind it."""
    [[last]] = view.rows(
        "SELECT max(coalesce(a, 0)) FROM (SELECT max(id) AS a FROM passages UNION ALL SELECT max(passage) FROM removals"
        " UNION ALL SELECT max(last_passage) FROM writes) AS every", (),
    )  # fmt: skip
    return int(last or 0) + 1
