"""The readers that are shipped, by name, and where a reader's files are."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "weights"
FAST = _FOLDER / "reader"
ACCURATE = _FOLDER / "accurate"
"""The larger one: better answers for several times the time."""
SHIPPED = {"fast": FAST, "accurate": ACCURATE}
DEFAULT = "fast"


def reader_folder(name: str | None) -> Path:
    """A reader's folder: of one of :data:`SHIPPED`, else one that training wrote; ``None`` for the default."""
    return SHIPPED.get(name or DEFAULT) or Path(str(name))
