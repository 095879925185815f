"""The truth in PostgreSQL, for a library that several servers share."""
