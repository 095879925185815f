"""A newsroom's own calibrations: beside its library, by version. The shipped one is never written to.

``calibration/both-0003.json`` is the third one for the reader ``both``; ``calibration/both.current`` names the one in
use. A file is whole before it is named, and never changed: whoever is killed leaves the one before in use.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

from index.store import Finding
from index.stores import Where
from qa.beside import beside
from qa.confidence import Calibration
from qa.judging import Judge, recalibrated
from qa.weights import label_of

FOLDER = "calibration"
MAX_BYTES = 1_000_000
LOG = logging.getLogger("pullquote")


def with_own_calibration(judge: Judge, where: Where, weights: Path) -> Judge:
    """``judge`` with the calibration that the library at ``where`` has for it, if it has one; else as it is.

    One that cannot be used, or was fitted to another reader, is passed over with a line in the log.
    """
    path = current(where, label_of(weights))
    if path is None:
        return judge
    try:
        body, calibration = read(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        LOG.warning("%s cannot be used (%s); the shipped calibration is: pullquote calibrate --reset", path, error)
        return judge
    if body.get("reader") != judge.name:
        LOG.warning("%s was fitted to another reader; fit it again: pullquote calibrate", path)
        return judge
    return recalibrated(judge, calibration)


def read(path: Path) -> tuple[dict[str, Any], Calibration]:
    """What a file of this folder holds.

    Raises:
        OSError, ValueError, KeyError, TypeError: it cannot be read, or is no calibration.
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES)
    calibration = Calibration.of(data)
    sure, perhaps = calibration.thresholds.sure, calibration.thresholds.perhaps
    if not 0.0 <= perhaps <= sure <= 1.0:
        raise ValueError(f"thresholds {perhaps} and {sure}")
    return json.loads(data), calibration


def current(where: Where, label: str) -> Path | None:
    """The file in use for the reader ``label``; ``None`` where that is the shipped one."""
    folder = beside(where) / FOLDER
    try:
        name = (folder / f"{label}.current").read_text("utf-8").strip()
    except OSError:
        return None
    return folder / name if name == Path(name).name and name.startswith(f"{label}-") else folder / "damaged"


def store(where: Where, label: str, body: dict[str, Any]) -> Path:
    """Keep a calibration as the next version, and use it from now on.

    Raises:
        OSError: it cannot be written; the one before stays in use.
    """
    folder = beside(where) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    whole = _written(folder, json.dumps(body, indent=1) + "\n")
    try:
        number = 1 + max((int(path.stem.rpartition("-")[2]) for path in _versions(folder, label)), default=0)
        while True:  # another process may take the number first
            path = folder / f"{label}-{number:04d}.json"
            try:
                os.link(whole, path)
                break
            except FileExistsError:
                number += 1
    finally:
        whole.unlink()
    _written(folder, path.name + "\n").replace(folder / f"{label}.current")
    return path


def reset(where: Where, label: str) -> bool:
    """Use the shipped calibration from now on; says whether another one was in use. The versions stay."""
    path = beside(where) / FOLDER / f"{label}.current"
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def examine(where: Where) -> list[Finding]:
    """What calibrations of its own a library has in use, and whether they can be used."""
    findings = []
    for pointer in sorted((beside(where) / FOLDER).glob("*.current")):
        path = current(where, pointer.stem)
        try:
            body, _ = read(path or pointer)
            findings.append(Finding("calibration", True, f"{path.name if path else ''}, of {body.get('made', '?')}"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            findings.append(
                Finding("calibration", False, f"{pointer.name}: {error}; the shipped one is used instead, and again"
                        " with: pullquote calibrate --reset")
            )  # fmt: skip
    return findings


def _versions(folder: Path, label: str) -> list[Path]:
    return [path for path in folder.glob(f"{label}-*.json") if path.stem.rpartition("-")[2].isdecimal()]


def _written(folder: Path, text: str) -> Path:
    """A new file that holds ``text``, on disk."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
