"""The large segment on disk: written whole under a new name, swapped in by a rename, the old one then removed.

A process that is killed at any moment leaves the old generation or the new one, and at worst a draft, which the next
writer sweeps away. Readers go on with the files that they have open.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from index.ranking.segments import Part, Segment, Unusable, load, read_about, save, sync
from index.store import Revision

try:
    import fcntl
except ImportError:  # not on Windows, where two builders may do the same work twice
    fcntl = None  # type: ignore[assignment]

_NAME = "generation-"
_DRAFT = "draft-"
_TRIES = 3


class Generation(NamedTuple):
    """A segment on disk: the name of its folder, and of which state it is."""

    name: str
    revision: Revision
    segment: Segment


class Generations:
    """What is in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def newest(self, model: str, *, whole: bool = False) -> Generation:
        """The newest usable generation of ``model``. ``whole``: with every byte checked.

        Raises:
            Unusable: there is none.
        """
        why = Unusable("is missing")
        for _ in range(_TRIES):  # one may be removed while it is looked at, but then a newer one is there
            names = self.names()
            for name in reversed(names):
                try:
                    return self._open(name, model, whole=whole)
                except Unusable as reason:
                    why = reason
            if names == self.names():
                break
        raise why

    def _open(self, name: str, model: str, *, whole: bool) -> Generation:
        about = read_about(self.folder / name)
        if about["model"] != model:
            raise Unusable(f"is of the model {about['model']}, not {model}")
        return Generation(name, Revision(*about["revision"]), load(self.folder / name, whole=whole))

    def stamp(self) -> int:
        """Changes when a generation comes or goes."""
        try:
            return self.folder.stat().st_mtime_ns
        except OSError:
            return 0

    def write(self, revision: Revision, model: str, parts: Sequence[Part], *, cells: bool) -> None:
        """Make ``parts`` the newest generation and remove every other. Inside :meth:`alone`.

        Raises:
            OSError: it could not be written.
        """
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=self.folder))
        try:
            save(draft, parts, {"revision": revision, "model": model}, cells=cells)
            name = f"{_NAME}{revision.version:012d}-{secrets.token_hex(4)}"
            draft.replace(self.folder / name)
            sync(self.folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self.sweep(besides=name)

    def sweep(self, besides: str = "") -> None:
        """Remove generations and what dead writers have left. Inside :meth:`alone`."""
        for path in self.folder.iterdir():
            if path.name != besides and path.name.startswith((_NAME, _DRAFT)):
                shutil.rmtree(path, ignore_errors=True)
        for old in self.folder.parent.glob("vectors.faiss*"):  # of an earlier version of this program
            old.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether nobody else writes here, inside this block; of all processes, one is told so at a time.

        Raises:
            OSError: the folder cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            if fcntl is None:
                yield True
                return
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def names(self) -> list[str]:
        """The folders of generations, oldest first."""
        try:
            return sorted(path.name for path in self.folder.iterdir() if path.name.startswith(_NAME))
        except OSError:
            return []
