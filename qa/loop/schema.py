"""The tables of the kept answers, as upgrades: a new file takes all of them, an older one those that it lacks."""

from __future__ import annotations

import secrets
import sqlite3

from qa.upgrades import Upgrade, execute_all

APPLICATION_ID = 0x50514157  # "PQAW"

_FIRST = f"""
PRAGMA application_id = {APPLICATION_ID};
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE answers (
    id TEXT NOT NULL PRIMARY KEY, asked TEXT NOT NULL, question TEXT NOT NULL, wording TEXT NOT NULL,
    status TEXT NOT NULL, reason TEXT, ms REAL NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX answers_by_time ON answers (asked, id);
CREATE TABLE cited (
    article_id TEXT NOT NULL, answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    paragraph INTEGER NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (article_id, answer, paragraph)
) STRICT, WITHOUT ROWID;
CREATE INDEX cited_by_answer ON cited (answer);
CREATE TABLE ratings (
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE, voice TEXT NOT NULL, at TEXT NOT NULL,
    verdict TEXT NOT NULL, answer_index INTEGER NOT NULL,
    article_id TEXT, start INTEGER, "end" INTEGER, quote TEXT, article_sha256 TEXT, note TEXT,
    PRIMARY KEY (answer, voice)
) STRICT, WITHOUT ROWID;
"""


def _first(connection: sqlite3.Connection) -> None:
    execute_all(connection, _FIRST)
    connection.execute("INSERT INTO meta VALUES ('secret', ?)", (secrets.token_hex(16),))


UPGRADES: tuple[Upgrade, ...] = (_first,)
"""Never changed once released, only added to."""
