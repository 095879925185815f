"""What can go wrong, as one tree. Every message says what was wrong and what to do next.

PullquoteError
├── ArticleError        an article that cannot be taken in (also a ValueError); names the field
├── SourceError         a file, folder, feed or page that cannot be read; names file and line
├── LibraryError        the library on disk
│   ├── LibraryMissing      there is none at that path
│   ├── LibraryBusy         another process is writing
│   ├── LibraryDamaged      the catalog cannot be read
│   ├── LibraryReadOnly     it cannot be written to: its disk, or its permissions
│   ├── LibraryFull         there is no room left on its disk
│   ├── LibraryUnavailable  its database is away, or has too much to do
│   └── WrongModel          its vectors came from another embedding model
└── ModelError          the encoder's or the reader's files are missing or damaged
"""

from __future__ import annotations


class PullquoteError(Exception):
    """Anything that Pullquote itself reports. ``str(error)`` is one line for a person."""


class ArticleError(PullquoteError, ValueError):
    """An article that cannot be taken in. ``field`` names the part, ``message`` what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class SourceError(PullquoteError):
    """A file, folder, feed or page that cannot be read. ``where`` is the path, with ``:line`` if known."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where
        self.message = message


class LibraryError(PullquoteError):
    """The library on disk."""


class LibraryMissing(LibraryError):
    """There is no library at the path."""


class LibraryBusy(LibraryError):
    """Another process is writing."""


class LibraryDamaged(LibraryError):
    """The catalog cannot be read."""


class LibraryReadOnly(LibraryError):
    """It cannot be written to."""


class LibraryFull(LibraryError):
    """There is no room left on its disk."""


class LibraryUnavailable(LibraryError):
    """Its database is away, or has too much to do: try again."""


class WrongModel(LibraryError):
    """The library's vectors came from another embedding model than the one asked for."""


class ModelError(PullquoteError):
    """The encoder's or the reader's files are missing or damaged."""
