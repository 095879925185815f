"""Archives: the files in a zip or a tar, one at a time, and never more of them than a person would pack."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from index.formats import FormatError, read_bounded

MAX_MEMBERS = 100_000
MAX_TOTAL_BYTES = 16 * 1024**3
"""Of all files of one archive, unpacked."""


def members(path: Path, kind: str, *, limit: int) -> Iterator[tuple[str, bytes | FormatError]]:
    """Name and content of every file in it; for a file that cannot be read, the error. Hidden files are passed over.

    Raises:
        FormatError: the archive is torn, or holds more than the limits.
    """
    total = 0
    opened = _zip(path, limit) if kind == "zip" else _tar(path, limit)
    for count, (name, content) in enumerate(opened, start=1):
        total += 0 if isinstance(content, FormatError) else len(content)
        if count > MAX_MEMBERS or total > MAX_TOTAL_BYTES:
            most = f"{MAX_MEMBERS:,} files or {MAX_TOTAL_BYTES // 1024**3} GiB"
            raise FormatError(f"holds more than {most}; unpack it, and add the folder")
        yield name, content


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _zip(path: Path, limit: int) -> Iterator[tuple[str, bytes | FormatError]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                name = entry.filename
                if entry.is_dir() or _hidden(name):
                    continue
                try:
                    with archive.open(entry) as file:
                        yield name, _checked(file.read(limit + 1), limit)
                except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
                    yield name, FormatError("is torn, locked, or packed in a way that cannot be read")
    except zipfile.BadZipFile:
        raise FormatError("is torn or no zip archive; pack it again") from None


def _tar(path: Path, limit: int) -> Iterator[tuple[str, bytes | FormatError]]:
    try:
        with tarfile.open(path) as archive:
            for entry in archive:
                name = entry.name.removeprefix("./")
                if not entry.isfile() or _hidden(name):
                    continue
                file = archive.extractfile(entry)
                if file is not None:
                    yield name, _checked(file.read(limit + 1), limit)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise FormatError("is torn or no tar archive; pack it again") from None


def _checked(data: bytes, limit: int) -> bytes | FormatError:
    return FormatError(f"is longer than {limit // 1_048_576} MiB") if len(data) > limit else data


def bounded(data: bytes, *, packed: bool, limit: int) -> bytes:
    """The bytes of a file that is in memory already, unpacked.

    Raises:
        FormatError: they are empty, too long unpacked, or badly packed.
    """
    return read_bounded(io.BytesIO(data), packed=packed, limit=limit)
