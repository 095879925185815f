"""The readers that are shipped, by name, and where a reader's files are."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "weights"
FAST = _FOLDER / "reader"
ACCURATE = _FOLDER / "accurate"
"""The larger one: better answers for several times the time."""
BOTH = _FOLDER / "both"
"""The calibration of the two together; no weights of its own."""
SHIPPED = {"fast": FAST, "both": BOTH, "accurate": ACCURATE}
DEFAULT = "both"


def reader_folder(name: str | None) -> Path:
    """A reader's folder: of one of :data:`SHIPPED`, else one that training wrote; ``None`` for the default."""
    return SHIPPED.get(name or DEFAULT) or Path(str(name))


def label_of(folder: Path) -> str:
    """The name of a shipped reader, else that of the folder."""
    return next((name for name, shipped in SHIPPED.items() if shipped == folder), folder.resolve().name)


def deciding(folder: Path) -> Path:
    """The folder of the reader that has the last word: of two together, the accurate one."""
    return ACCURATE if folder == BOTH else folder
