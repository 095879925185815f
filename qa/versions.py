"""An article as it stood: its versions, and what changed between two of them, paragraph by paragraph."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from index.articles import PARAGRAPH_BREAK
from index.store import Version


@dataclass(frozen=True, slots=True)
class Change:
    """A paragraph that is the ``same`` in both, was ``removed``, or was ``added``; ``number`` is in its own version."""

    kind: Literal["same", "removed", "added"]
    number: int
    text: str


def version_json(version: Version, *, text: bool) -> dict[str, Any]:
    """A version as ``GET /articles/{id}/versions`` lists it; with its ``text`` as it is shown alone."""
    body = version.about.to_json() | {
        "version": version.number,
        "since": version.since.isoformat(),
        "until": version.until.isoformat() if version.until else None,
        "sha256": version.sha256,
    }
    return body | {"text": version.text} if text else body


def changes(before: Version, after: Version) -> Iterator[Change]:
    """Every paragraph of both, in reading order; a changed one is removed and added. The headline is number 0."""
    old = [before.headline, *before.text.split(PARAGRAPH_BREAK)]
    new = [after.headline, *after.text.split(PARAGRAPH_BREAK)]
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (Change("same", c + n, text) for n, text in enumerate(new[c:d]))
            continue
        yield from (Change("removed", a + n, text) for n, text in enumerate(old[a:b]))
        yield from (Change("added", c + n, text) for n, text in enumerate(new[c:d]))
