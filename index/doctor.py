"""Examine a library on disk, and make again what is derived: vectors, full text, snapshot."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.catalog import Catalog
from index.library import WAIT_SECONDS, Library, Say
from index.provenance import remembered_encoder
from index.queries import Reading
from index.vectors import FILE_NAME, StaleSnapshot, VectorIndex

_BATCH_PASSAGES = 256


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    well: bool
    detail: str


def examine(folder: Path) -> list[Finding]:
    """Look at everything on disk; changes nothing.

    Raises:
        LibraryMissing, LibraryDamaged: there is no catalog, or it cannot be opened at all.
    """
    catalog = Catalog(folder)
    try:
        with catalog.reading() as view:
            articles, passages, vectors = (view.count(table) for table in ("articles", "passages", "vectors"))
            (integrity,) = view.sql("PRAGMA integrity_check(1)").fetchone()
            findings = [
                Finding(
                    "catalog", integrity == "ok", f"{articles} articles, {passages} passages; SQLite says {integrity}"
                ),
                Finding("vectors", vectors == passages, f"{vectors} for {passages} passages, of {view.meta('model')}"),
                _offsets(view),
            ]
            findings.append(_snapshot(view, folder))
        findings.append(_full_text(catalog))
        return findings
    finally:
        catalog.close()


def _offsets(view: Reading) -> Finding:
    (bad,) = view.sql(
        "SELECT count(*) FROM passages p JOIN articles a ON a.num = p.article"
        " WHERE p.start < 0 OR p.start >= p.end OR p.end > length(a.text)"
    ).fetchone()
    (bare,) = view.sql("SELECT count(*) FROM articles WHERE num NOT IN (SELECT article FROM passages)").fetchone()
    return Finding("passages", not bad and not bare, f"{bad} outside their article, {bare} articles without any")


def _snapshot(view: Reading, folder: Path) -> Finding:
    try:
        stored = VectorIndex.load(folder / FILE_NAME, view.meta("model") or "")
    except StaleSnapshot as reason:
        return Finding(
            "snapshot", view.count("passages") == 0, f"{FILE_NAME} {reason}; the next question makes it again"
        )
    behind = len(np.setxor1d(stored.ids, view.passage_ids(), assume_unique=True))
    return Finding("snapshot", True, f"{len(stored.ids)} vectors, {behind} changes behind the catalog")


def _full_text(catalog: Catalog) -> Finding:
    """FTS5's own check against the passages' words (https://sqlite.org/fts5.html, 6.4)."""
    try:
        with catalog.writing(WAIT_SECONDS) as transaction:
            transaction.undo()
            try:
                transaction.sql("INSERT INTO fulltext (fulltext, rank) VALUES ('integrity-check', 1)")
            except sqlite3.DatabaseError as error:
                return Finding("full text", False, str(error))
    except sqlite3.OperationalError as error:
        return Finding("full text", False, str(error))
    return Finding("full text", True, "agrees with the passages")


def rebuild(
    folder: Path,
    *,
    model: str | None = None,
    say: Say = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Embed every passage again, with ``model`` if given; make full text and snapshot again. All or nothing.

    Readers go on with the old state until it is done; other writers wait or are refused.

    Raises:
        LibraryMissing, LibraryDamaged, LibraryBusy, ModelError: see ``index.errors``.
    """
    catalog = Catalog(folder)
    try:
        encoder = remembered_encoder(catalog, model, say)
        with catalog.writing(WAIT_SECONDS) as transaction:
            ids = transaction.passage_ids().tolist()
            transaction.sql("DELETE FROM vectors")
            for low in range(0, len(ids), _BATCH_PASSAGES):
                passages = transaction.passages(ids[low : low + _BATCH_PASSAGES])
                vectors = encoder.encode_passages([passage.text for passage in passages.values()], progress)
                for key, vector in zip(passages, vectors, strict=True):
                    transaction.sql("INSERT INTO vectors VALUES (?, ?)", (key, vector.astype("<f4").tobytes()))
            transaction.sql("INSERT INTO fulltext (fulltext) VALUES ('rebuild')")
            transaction.set_meta("model", encoder.name)
            transaction.set_meta("model_source", encoder.source)
    finally:
        catalog.close()
    (folder / FILE_NAME).unlink(missing_ok=True)
    Library.open(folder, encoder=encoder).close()
