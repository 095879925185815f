"""Archives: the files in a zip or a tar, one at a time, and never more of them than a person would pack."""

from __future__ import annotations

import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from index.formats import FormatError, read_bounded

MAX_MEMBERS = 100_000
MAX_TOTAL_BYTES = 16 * 1024**3
"""Of all files of one archive, unpacked."""
_TORN = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, RuntimeError, NotImplementedError),
    *(ValueError, IndexError, struct.error, OverflowError),
)
"""What the readers of archives raise of bytes that are none: names that are no UTF-8, a version of 25.5."""


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
                except (*_TORN, OSError) as error:
                    _only_of_its_bytes(error)
                    yield name, FormatError("is torn, locked, or packed in a way that cannot be read")
    except _TORN:
        raise FormatError("is torn or no zip archive; pack it again") from None


class _Header(tarfile.TarInfo):
    """One that is torn is an error: of tarfile it is the end, and the files behind it are passed over in silence."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(archive)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error)) from None


def _tar(path: Path, limit: int) -> Iterator[tuple[str, bytes | FormatError]]:
    try:
        with tarfile.open(path, tarinfo=_Header) as archive:
            for entry in archive:
                name = entry.name.removeprefix("./")
                if not entry.isfile() or _hidden(name):
                    continue
                file = archive.extractfile(entry)
                if file is not None:
                    yield name, _checked(file.read(limit + 1), limit)
    except (*_TORN, OSError) as error:
        _only_of_its_bytes(error)
        raise FormatError("is torn or no tar archive; pack it again") from None


def _only_of_its_bytes(error: BaseException) -> None:
    """Raise it, if it is the disk's: what an archive's bytes are to blame for has no number."""
    if isinstance(error, OSError) and error.errno is not None:
        raise error


def _checked(data: bytes, limit: int) -> bytes | FormatError:
    return FormatError(f"is longer than {limit // 1_048_576} MiB") if len(data) > limit else data


def bounded(data: bytes, *, packed: bool, limit: int) -> bytes:
    """The bytes of a file that is in memory already, unpacked.

    Raises:
        FormatError: they are empty, too long unpacked, or badly packed.
    """
    return read_bounded(io.BytesIO(data), packed=packed, limit=limit)
