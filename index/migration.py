"""A library copied from one place to another: folder to database, back, or from one to its like.

Everything is copied as it is, passage ids and revisions included, some thousand rows a transaction. A copy that was
stopped goes on where it was, if nothing was written to the original since; it cannot be used until all of it is there,
counted and hashed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from typing import cast

from index.errors import LibraryError
from index.sql.changes import SqlTransaction
from index.sql.queries import SqlView
from index.sql.tables import REMEMBERED, TABLES, digest, last_key, next_passage, put_rows, rows
from index.store import Store
from index.stores import COPYING, Where, open_store, shown

LOG = logging.getLogger("pullquote")
_WAIT_SECONDS = 10.0


def migrate(source: Where, target: Where, *, progress: Callable[[int], None] = lambda _: None) -> dict[str, int]:
    """Copy the library at ``source`` to ``target``; the rows of each table. ``progress`` gets how many more are done.

    Raises:
        LibraryError: one of the two cannot be used, the target holds another library, or the copy is not the same.
    """
    with (
        closing(open_store(source)) as original,
        closing(open_store(target, create=True, copying=True)) as copy,
        original.read() as found,
    ):
        view = cast("SqlView", found)
        _begin(copy, ":".join(map(str, view.revision)), shown(target))
        for table in TABLES:
            with copy.read() as there:
                after = last_key(cast("SqlView", there), table)
            for part in rows(view, table, after):
                with copy.write(_WAIT_SECONDS) as transaction:
                    writing = cast("SqlTransaction", transaction)
                    writing.sealed = True
                    put_rows(writing, table, part)
                progress(len(part))
        counts = _compared(view, copy, shown(target))
        _finish(view, copy)
    return counts


def _begin(copy: Store, revision: str, where: str) -> None:
    with copy.write(_WAIT_SECONDS) as transaction:
        writing = cast("SqlTransaction", transaction)
        writing.sealed = True
        begun = writing.meta(COPYING)
        if begun is None and (writing.count("articles") or int(writing.meta("version") or 0)):
            raise LibraryError(f"{where} holds a library already; name an empty place")
        if begun not in (None, revision):
            LOG.info("The original has changed since: the copy is begun anew.")
            for table in reversed(TABLES):
                writing.clear(table.name)
        writing.set_meta(COPYING, revision)


def _compared(view: SqlView, copy: Store, where: str) -> dict[str, int]:
    counts = {}
    with copy.read() as there:
        for table in TABLES:
            wanted, found = digest(view, table), digest(cast("SqlView", there), table)
            if wanted != found:
                raise LibraryError(
                    f"{table.name} differ: {wanted[0]:,} rows were copied as {found[0]:,}; empty {where} and copy again"
                )
            counts[table.name] = found[0]
    return counts


def _finish(view: SqlView, copy: Store) -> None:
    with copy.write(_WAIT_SECONDS) as transaction:
        writing = cast("SqlTransaction", transaction)
        writing.sealed = True
        for key in REMEMBERED:
            value = view.meta(key)
            if value is not None:
                writing.set_meta(key, value)
        writing.set_meta("version", str(view.revision.version))
        writing.begin_passages_at(next_passage(view))
        writing.forget(COPYING)
