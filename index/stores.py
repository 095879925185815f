"""Where a library is, and the store that is there. Loads nothing but the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import LibraryDamaged

if TYPE_CHECKING:
    from index.store import Store  # with numpy, a third of the time that --help takes

Where = Path | str
"""A folder, or the address of a database: ``postgresql://…``."""
COPYING = "copying"
"""Under this key a store remembers of which revision it is to be a copy, until it is a whole one."""


def place(text: str) -> Where:
    """Where a library is, as somebody typed it."""
    return text if is_address(text) else Path(text)


def is_address(where: Where) -> bool:
    """Whether it is a database's."""
    return isinstance(where, str) and where.startswith(("postgresql://", "postgres://"))


def shown(where: Where) -> str:
    """``where`` as it may be shown and logged: without a password."""
    head, at, rest = str(where).rpartition("@")
    if not is_address(where) or not at:
        return str(where)
    scheme, slashes, user = head.partition("://")
    return f"{scheme}{slashes}{user.partition(':')[0]}@{rest}"


def open_store(where: Where, *, create: bool = False, copying: bool = False) -> Store:
    """The store at ``where``; ``create``: made if there is none; ``copying``: also if it is half a copy.

    Raises:
        LibraryMissing, LibraryDamaged, LibraryBusy, LibraryUnavailable: see ``index.errors``.
    """
    store = _opened(where, create=create)
    try:
        with store.read() as view:
            whole = view.meta(COPYING) is None
    except BaseException:
        store.close()
        raise
    if not whole and not copying:
        store.close()
        raise LibraryDamaged(f"{store.where} is half a copy; go on with: pullquote migrate FROM {store.where}")
    return store


def _opened(where: Where, *, create: bool) -> Store:
    if is_address(where):
        from index.postgres.store import PostgresStore

        return PostgresStore(str(where), create=create)
    from index.sqlite.store import SqliteStore

    return SqliteStore(Path(where), create=create)
