"""The library: articles in, passages found. Knows nothing of questions' answers."""
