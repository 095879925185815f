"""What was seen of each source: files with size and time, addresses with validators, and the articles from each.

It only saves work, and tells what has vanished: lost, everything is read once more.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from index.fetch import Validators

FILE_NAME = "sources.json"
LOG = logging.getLogger("pullquote")


@dataclass(slots=True)
class Location:
    """One file or address: its mark (size and time, or what the server told), its articles, when it was looked at."""

    mark: tuple[str | None, str | None]
    ids: list[str] = field(default_factory=list)
    looked: float = 0.0

    @property
    def validators(self) -> Validators:
        """Of an address."""
        return Validators(*self.mark)


class Seen:
    """The places of every source, by name. Kept in the library's folder."""

    def __init__(self, folder: Path) -> None:
        """Read what was kept; another version of the program reads everything again."""
        self._path = folder / FILE_NAME
        self.sources: dict[str, dict[str, Location]] = {}
        try:
            body = json.loads(self._path.read_text("utf-8"))
            if body.get("program") == version("pullquote"):
                self.sources = {
                    name: {at: _place(place) for at, place in places.items()}
                    for name, places in body["sources"].items()
                }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.sources = {}

    def of(self, name: str) -> dict[str, Location]:
        """The places of one source; changing them changes what is kept."""
        return self.sources.setdefault(name, {})

    def held(self) -> set[str]:
        """The ids of all articles that are still somewhere."""
        return {article for places in self.sources.values() for place in places.values() for article in place.ids}

    def save(self) -> None:
        """Keep it; a kill in between leaves the old or the new. That it cannot be kept is logged, and no fault."""
        body = {
            "program": version("pullquote"),
            "sources": {
                name: {at: asdict(place) for at, place in places.items()} for name, places in self.sources.items()
            },
        }
        draft = self._path.with_suffix(".new")
        try:
            draft.write_text(json.dumps(body), encoding="utf-8")
            draft.replace(self._path)
        except OSError as error:
            LOG.warning(
                "%s: what was seen could not be kept (%s); everything is read once more.", self._path, error.strerror
            )


def _place(body: dict[str, Any]) -> Location:
    first, second = body["mark"]
    return Location((first, second), [str(article) for article in body["ids"]], float(body["looked"]))
