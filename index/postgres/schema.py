"""The tables, as steps: an empty database takes all of them, an older one those that it lacks."""

from __future__ import annotations

# Text is compared by code point ("C"), as SQLite does, so that pages follow one another alike everywhere. Passage ids
# come from a sequence: they rise, since one writes at a time, and are never used again.
_FIRST = """
CREATE TABLE meta (key TEXT COLLATE "C" PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO meta VALUES ('version', '0'), ('application', 'pullquote');
CREATE TABLE articles (
    num BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    headline TEXT NOT NULL, source TEXT COLLATE "C", author TEXT, published TEXT, url TEXT, updated TEXT,
    embargoed TEXT, section TEXT, kind TEXT, language TEXT, keywords TEXT, status TEXT NOT NULL DEFAULT 'live',
    correction TEXT, replaces TEXT COLLATE "C",
    text TEXT NOT NULL, lead_end INTEGER NOT NULL, content_hash TEXT COLLATE "C" NOT NULL,
    origin TEXT COLLATE "C", copy_of TEXT COLLATE "C",
    day TEXT COLLATE "C", instant TEXT COLLATE "C", embargo_ends TEXT COLLATE "C",
    version BIGINT NOT NULL DEFAULT 1, since TEXT COLLATE "C" NOT NULL, first TEXT COLLATE "C" NOT NULL
);
CREATE INDEX articles_by_source ON articles (source);
CREATE INDEX articles_by_origin ON articles (origin);
CREATE INDEX articles_by_content ON articles (content_hash);
CREATE INDEX articles_by_day ON articles (day);
CREATE INDEX articles_newest ON articles (coalesce(instant, ''), num);
CREATE INDEX articles_embargoed ON articles (embargo_ends) WHERE embargo_ends IS NOT NULL;
CREATE INDEX articles_by_replaced ON articles (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX articles_by_original ON articles (copy_of) WHERE copy_of IS NOT NULL;
CREATE TABLE versions (
    article_id TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, about TEXT NOT NULL, text TEXT NOT NULL,
    since TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (article_id, version)
);
CREATE TABLE passages (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article BIGINT NOT NULL REFERENCES articles (num) ON DELETE CASCADE,
    paragraph INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX passages_by_article ON passages (article, id);
CREATE TABLE vectors (
    passage BIGINT PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE, vector BYTEA NOT NULL
);
ALTER TABLE vectors ALTER COLUMN vector SET STORAGE PLAIN;
CREATE TABLE resting (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article BIGINT NOT NULL REFERENCES articles (num) ON DELETE CASCADE,
    paragraph INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BYTEA NOT NULL
);
CREATE INDEX resting_by_article ON resting (article);
CREATE TABLE sketches (
    hash BIGINT NOT NULL, article BIGINT NOT NULL REFERENCES articles (num) ON DELETE CASCADE,
    PRIMARY KEY (hash, article)
);
CREATE INDEX sketches_by_article ON sketches (article);
CREATE TABLE writes (
    version BIGINT PRIMARY KEY, token TEXT NOT NULL, last_passage BIGINT NOT NULL,
    articles BIGINT NOT NULL DEFAULT 0, passages BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE removals (version BIGINT NOT NULL, passage BIGINT NOT NULL, PRIMARY KEY (version, passage));
"""

STEPS: tuple[str, ...] = (_FIRST,)
"""Never changed once released, only added to."""
