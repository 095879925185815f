"""Bringing a SQLite file of an earlier version on by named steps: for whoever keeps one beside the library."""

from __future__ import annotations

from index.sqlite.schema import Step, execute_all, migrate

__all__ = ["Step", "execute_all", "migrate"]
