"""The tables, as upgrades: a new file takes all of them, an older one those that it lacks (``PRAGMA user_version``)."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Sequence

APPLICATION_ID = 0x50515554  # "PQUT": tells `file` and doctor whose database this is

Upgrade = Callable[[sqlite3.Connection], None]

# The full text of a passage is its own words and, as context, the headline and the article's first paragraph:
# paragraphs of news are full of pronouns, and readers ask with the names that stand in the lead. The view
# keeps that text from being stored twice. The figures are beside the constants in index/ranking/fusion.py.
_FIRST = f"""
PRAGMA application_id = {APPLICATION_ID};
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('version', '0');
CREATE TABLE articles (
    num INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    headline TEXT NOT NULL, source TEXT, author TEXT, published TEXT, url TEXT,
    text TEXT NOT NULL,
    lead_end INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    origin TEXT,
    copy_of TEXT
);
CREATE INDEX articles_by_date ON articles (published);
CREATE INDEX articles_by_source ON articles (source COLLATE NOCASE);
CREATE INDEX articles_by_origin ON articles (origin);
CREATE INDEX articles_by_content ON articles (content_hash);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (num) ON DELETE CASCADE,
    paragraph INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL
);
CREATE INDEX passages_by_article ON passages (article);
CREATE TABLE vectors (passage INTEGER PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE, vector BLOB NOT NULL);
CREATE TABLE sketches (
    hash INTEGER NOT NULL, article INTEGER NOT NULL REFERENCES articles (num) ON DELETE CASCADE,
    PRIMARY KEY (hash, article)
) WITHOUT ROWID;
CREATE INDEX sketches_by_article ON sketches (article);
CREATE VIEW passage_text AS
    SELECT p.id AS id, p.article AS article, substr(a.text, p.start + 1, p.end - p.start) AS text,
           a.headline || '. ' || CASE WHEN p.start < a.lead_end THEN '' ELSE substr(a.text, 1, a.lead_end) END
           AS context
    FROM passages p JOIN articles a ON a.num = p.article;
CREATE VIRTUAL TABLE fulltext USING fts5 (
    text, context, content = 'passage_text', content_rowid = 'id',
    tokenize = "porter unicode61 remove_diacritics 2"
);
"""

# What came and went with each write, so that whatever is derived can catch up without reading every id. The token
# tells this history from that of a backup that was put back and then written to.
_CHANGES = """
CREATE TABLE writes (version INTEGER PRIMARY KEY, token TEXT NOT NULL, last_passage INTEGER NOT NULL);
CREATE TABLE removals (
    version INTEGER NOT NULL, passage INTEGER NOT NULL, PRIMARY KEY (version, passage)
) WITHOUT ROWID;
CREATE INDEX articles_newest ON articles (coalesce(published, ''), num);
CREATE INDEX articles_by_original ON articles (copy_of);
"""


# What the news needs: times beside days, the newsroom's word on an article, earlier versions, and where the passages of
# one that answers nothing wait. `day` and `instant` are `published` as days and moments are compared; `since` is from
# when this version stood, `first` from when any did. Nobody knows more of what was there before than its day.
_NEWS = """
ALTER TABLE articles ADD COLUMN updated TEXT;
ALTER TABLE articles ADD COLUMN embargoed TEXT;
ALTER TABLE articles ADD COLUMN section TEXT;
ALTER TABLE articles ADD COLUMN kind TEXT;
ALTER TABLE articles ADD COLUMN language TEXT;
ALTER TABLE articles ADD COLUMN keywords TEXT;
ALTER TABLE articles ADD COLUMN status TEXT NOT NULL DEFAULT 'live';
ALTER TABLE articles ADD COLUMN correction TEXT;
ALTER TABLE articles ADD COLUMN replaces TEXT;
ALTER TABLE articles ADD COLUMN day TEXT;
ALTER TABLE articles ADD COLUMN instant TEXT;
ALTER TABLE articles ADD COLUMN embargo_ends TEXT;
ALTER TABLE articles ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE articles ADD COLUMN since TEXT NOT NULL DEFAULT '0001-01-01T00:00:00Z';
ALTER TABLE articles ADD COLUMN first TEXT NOT NULL DEFAULT '0001-01-01T00:00:00Z';
UPDATE articles SET day = published, instant = published || 'T00:00:00Z', since = published || 'T00:00:00Z',
    first = published || 'T00:00:00Z' WHERE published IS NOT NULL;
UPDATE articles SET since = strftime('%Y-%m-%dT%H:%M:%SZ'), first = strftime('%Y-%m-%dT%H:%M:%SZ')
    WHERE published IS NULL;
DROP INDEX articles_by_date;
DROP INDEX articles_newest;
CREATE INDEX articles_by_day ON articles (day);
CREATE INDEX articles_newest ON articles (coalesce(instant, ''), num);
CREATE INDEX articles_embargoed ON articles (embargo_ends) WHERE embargo_ends IS NOT NULL;
CREATE INDEX articles_by_replaced ON articles (replaces) WHERE replaces IS NOT NULL;
CREATE TABLE versions (
    article_id TEXT NOT NULL, version INTEGER NOT NULL, about TEXT NOT NULL, text TEXT NOT NULL,
    since TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (article_id, version)
) WITHOUT ROWID;
CREATE TABLE resting (
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES articles (num) ON DELETE CASCADE,
    paragraph INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX resting_by_article ON resting (article);
"""

# An article without an id of its own is known by its address.
_ADDRESSES = """
CREATE INDEX articles_by_url ON articles (url);
"""


def _first(connection: sqlite3.Connection) -> None:
    execute_all(connection, _FIRST)


def _changes(connection: sqlite3.Connection) -> None:
    execute_all(connection, _CHANGES)
    connection.execute(
        "INSERT INTO writes SELECT value, ?, (SELECT coalesce(max(id), 0) FROM passages) FROM meta"
        " WHERE key = 'version' AND value > 0",
        (new_token(),),
    )


def _exact_sources(connection: sqlite3.Connection) -> None:
    """Names of sources are compared in Python, which knows more letters than SQLite; the index is for exact ones."""
    execute_all(connection, "DROP INDEX articles_by_source;\nCREATE INDEX articles_by_source ON articles (source);\n")


def _news(connection: sqlite3.Connection) -> None:
    execute_all(connection, _NEWS)


def _addresses(connection: sqlite3.Connection) -> None:
    execute_all(connection, _ADDRESSES)


# Word search left for arrays beside the catalog (index/ranking/postings.py): FTS5 sorts every passage that holds any
# word, 1.5 s for a million. Nobody counts rows to say how many there are. Near copies are looked for from their
# sketches: an index that also holds the articles that are no copies would tempt SQLite to go through all of those.
_WORDS_OUTSIDE = """
DROP TABLE fulltext;
DROP VIEW passage_text;
DROP INDEX articles_by_original;
CREATE INDEX articles_by_original ON articles (copy_of) WHERE copy_of IS NOT NULL;
ALTER TABLE writes ADD COLUMN articles INTEGER NOT NULL DEFAULT 0;
ALTER TABLE writes ADD COLUMN passages INTEGER NOT NULL DEFAULT 0;
UPDATE writes SET articles = (SELECT count(*) FROM articles), passages = (SELECT count(*) FROM passages)
    WHERE version = (SELECT max(version) FROM writes);
"""


# What other systems write counts as the day that stands there; the time on it is kept beside it.
_TIMES = """
ALTER TABLE articles ADD COLUMN published_time TEXT;
"""


def _times(connection: sqlite3.Connection) -> None:
    execute_all(connection, _TIMES)


def _words_outside(connection: sqlite3.Connection) -> None:
    execute_all(connection, _WORDS_OUTSIDE)


# Questions that editors suggest to the readers of an article, a JSON list.
_QUESTIONS = "ALTER TABLE articles ADD COLUMN questions TEXT;\n"


def _questions(connection: sqlite3.Connection) -> None:
    execute_all(connection, _QUESTIONS)


UPGRADES: tuple[Upgrade, ...] = (
    _first,
    _changes,
    _exact_sources,
    _news,
    _addresses,
    _words_outside,
    _questions,
    _times,
)
"""Never changed once released, only added to."""


def upgrade(connection: sqlite3.Connection, upgrades: Sequence[Upgrade]) -> int:
    """Bring a database to the newest of ``upgrades``, in one transaction; returns the version that it had.

    Any file can be brought on so; ``user_version`` counts the upgrades that were taken. A file of a newer program is
    left as it is: the caller sees its version.
    """
    found = _version(connection)
    if found >= len(upgrades):
        return found
    connection.execute("BEGIN IMMEDIATE")
    try:
        for take in upgrades[_version(connection) :]:  # another process may have been quicker
            take(connection)
        connection.execute(f"PRAGMA user_version = {len(upgrades)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return found


def execute_all(connection: sqlite3.Connection, script: str) -> None:
    """Statements one by one: ``executescript`` would commit the transaction that it is in."""
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def new_token() -> str:
    """Sixteen hex digits that no other write has."""
    return secrets.token_hex(8)


def _version(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    return int(found)
