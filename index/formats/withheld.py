"""What is no article for readers: not yet, no longer, or never."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
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
        "auto-draft",
        "unpublished",
        "archived",
        "inactive",
        "spiked",
    ]
)


_PUBLISHED = frozenset(["publish", "published", "public", "usable", "active", "final"])


def is_status(value: Any) -> bool:
    """Whether a word of other systems says if an item is published."""
    return isinstance(value, str) and value.rpartition(":")[2].strip().lower() in _UNPUBLISHED | _PUBLISHED | {
        "embargoed"
    }


def left_out(low: Mapping[str, Any], headline: str) -> LeftOut | None:
    """Why an item is no article for readers: not published, withdrawn, or under embargo; ``None`` if it is."""
    status = next((low[key] for key in _STATUS if isinstance(low.get(key), str)), "")
    name = status.rpartition(":")[2].strip().lower()
    if name in _UNPUBLISHED or (name == "embargoed" and not embargo_in(low)):
        return LeftOut(headline or "an item", f"is {name}")
    return embargoed(embargo_in(low), headline)


def embargo_in(low: Mapping[str, Any]) -> Any:
    """What an item says of its embargo, as it is written."""
    return next((low[key] for key in _EMBARGO if low.get(key)), None)


def embargo_of(value: Any) -> datetime | None:
    """Until when there is an embargo, if that is told with its zone: the library keeps the item and waits."""
    until = quiet_date(value)
    return until if isinstance(until, datetime) and until.tzinfo is not None else None


def embargoed(value: Any, headline: str) -> LeftOut | None:
    """What stays out: an embargo without a time that can be read, or without a zone, would never end."""
    if not value or embargo_of(value) is not None:
        return None
    return LeftOut(headline or "an item", f"is under embargo until {value}")
