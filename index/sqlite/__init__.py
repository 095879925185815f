"""The truth: the SQLite store of articles, passages and vectors."""
