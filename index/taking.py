"""Articles that were read go into the library, a batch a transaction; what became of each is told as an event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from index.errors import SourceError
from index.ingest import Found, Intake, Passed
from index.library import Library

GONE = "It is no longer where it was published."
KILLED = "Its publisher has withdrawn it."
"""What readers are told of articles that are withdrawn here. One that comes again is restored; what an editor has
withdrawn, with other words, is not."""
BATCH_ARTICLES = 32
"""Articles a transaction: what is told as added is on disk, and another writer waits no longer than this takes."""

Fate = Literal["added", "updated", "unchanged", "restored", "withdrawn", "kept", "left out", "failed", "would be taken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What became of one thing. ``where`` it is from; ``why``, for what was not taken; ``notes`` of the reader."""

    fate: Fate
    where: str
    id: str | None = None
    headline: str | None = None
    why: str | None = None
    copy_of: str | None = None
    found: Found | None = None

    @property
    def line(self) -> str:
        """As a person reads it."""
        if self.id is None:
            return f"{self.where}: {'left out: ' if self.fate == 'left out' else ''}{self.why}"
        copy = f"  (nearly the same as {self.copy_of})" if self.copy_of else ""
        return f"{self.fate:9}  {self.id}  {self.headline or self.where}{copy}"

    def to_json(self) -> dict[str, object]:
        """What is known, under its name: metadata with times as they were written."""
        told: dict[str, object] = {
            "fate": self.fate, "where": self.where, "id": self.id, "headline": self.headline, "why": self.why,
            "copy_of": self.copy_of,
        }  # fmt: skip
        if self.found:
            published = self.found.draft.published
            told |= {
                "author": self.found.article.author,
                "published": published.isoformat() if published else None,
                "source": self.found.article.source,
                "paragraphs": self.found.article.text.count("\n\n") + 1,
                "notes": list(self.found.draft.notes) or None,
            }
        return {name: value for name, value in told.items() if value is not None}


def take(library: Library, outcomes: Iterable[Intake]) -> Iterator[Event]:
    """Store the articles among ``outcomes``. Events of what is none come at once, those of articles once on disk.

    Raises:
        LibraryBusy: another process writes, and did not end.
    """
    batch: list[Found] = []
    killed: dict[str, bool] = {}
    for outcome in outcomes:
        if isinstance(outcome, Found):
            batch.append(outcome)
            if len(batch) == BATCH_ARTICLES:
                yield from _store(library, batch, killed)
                batch = []
        elif isinstance(outcome, Passed) and outcome.kills:
            yield from _store(library, batch, killed)  # the article itself may be among them
            batch = []
            events = {name: withdraw(library, name, outcome.where, KILLED) for name in library.called(outcome.kills)}
            done = [event for event in events.values() if event]
            killed |= {name: event is not None for name, event in events.items()} or {outcome.kills: False}
            yield from done or [aside(outcome)]
        else:
            yield aside(outcome)
    if batch:
        yield from _store(library, batch, killed)


def aside(outcome: Passed | SourceError) -> Event:
    """The event of what is no article."""
    return Event(fate="left out" if isinstance(outcome, Passed) else "failed", where=outcome.where, why=outcome.message)


def withdraw(library: Library, article_id: str, where: str, note: str) -> Event | None:
    """Let an article answer nothing from now on; ``None`` if it is not there, or answers nothing already."""
    article = library.article(article_id)
    if article is None or article.about.silent:
        return None
    library.set_status(article_id, "withdrawn", note)
    return Event(fate="withdrawn", where=where, id=article_id, headline=article.headline, why=note)


def _restored(library: Library, article_id: str) -> bool:
    """Whether an article that was withdrawn here answers again, since it has come again."""
    article = library.article(article_id)
    if article is None or article.about.status != "withdrawn" or article.about.correction not in (GONE, KILLED):
        return False
    library.set_status(article_id, "live")
    return True


def _store(library: Library, batch: list[Found], killed: dict[str, bool]) -> Iterator[Event]:
    """Store a batch. ``killed`` are stories whose kill was read before, and whether that withdrew them.

    Files come by their names, not by their times. A kill that withdrew its story is followed by what has other words;
    one that found none, or a withdrawn one, holds for all that is read behind it.
    """
    origins = [None if found.named else found.origin or None for found in batch]
    for found, added in zip(batch, library.add([found.article for found in batch], origins=origins), strict=True):
        names = (added.id, found.article.url, re.sub(r"#\d+$", "", added.id))
        name = next((name for name in names if name in killed), None)
        held = name is not None and not (added.status == "updated" and killed[name])
        fate: Fate = (
            "restored" if added.status != "added" and not held and _restored(library, added.id) else added.status
        )
        yield Event(
            fate=fate,
            where=found.where,
            id=added.id,
            headline=found.article.headline,
            copy_of=added.copy_of,
            found=found,
        )
        event = withdraw(library, added.id, found.where, KILLED) if held and added.status == "added" else None
        if event:
            yield event
