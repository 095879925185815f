"""What is no article for readers: not yet, no longer, or never."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from index.formats.dates import quiet_date
from index.formats.draft import LeftOut

_EMBARGO = ("embargoed", "embargo", "embargo_until", "embargoed_until", "embargountil")
_STATUS = ("status", "pubstatus", "publication_status", "state", "workflow_status")
_UNPUBLISHED = frozenset(
    [
        "draft",
        "pending",
        "private",
        "future",
        "scheduled",
        "withheld",
        "canceled",
        "cancelled",
        "killed",
        "withdrawn",
        "retracted",
        "trash",
        "deleted",
        "embargoed",
        "auto-draft",
        "unpublished",
        "archived",
        "inactive",
        "spiked",
    ]
)


def left_out(low: Mapping[str, Any], headline: str) -> LeftOut | None:
    """Why an item is no article for readers: not published, withdrawn, or under embargo; ``None`` if it is."""
    status = next((low[key] for key in _STATUS if isinstance(low.get(key), str)), "")
    name = status.rpartition(":")[2].strip().lower()
    if name in _UNPUBLISHED:
        return LeftOut(headline or "an item", f"is {name}")
    if embargo_of(low) is not None:
        return None  # the library keeps it until then
    return embargoed(next((low[key] for key in _EMBARGO if low.get(key)), None), headline)


def embargo_of(low: Mapping[str, Any]) -> datetime | None:
    """Until when an item is under embargo, if that is told with its zone."""
    until = quiet_date(next((low[key] for key in _EMBARGO if low.get(key)), None))
    return until if isinstance(until, datetime) and until.tzinfo is not None else None


def embargoed(value: Any, headline: str) -> LeftOut | None:
    """Whether an embargo still holds. One without a time that can be read, or without a zone, holds."""
    if not value:
        return None
    until = quiet_date(value)
    told = until if isinstance(until, datetime) and until.tzinfo is not None else None
    if told and told <= datetime.now(UTC):
        return None
    return LeftOut(headline or "an item", f"is under embargo until {value}", until=told)
