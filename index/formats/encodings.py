"""Bytes to text: as a file says, as a browser reads a page, or not at all."""

from __future__ import annotations

import codecs
import re

from index.formats.draft import FormatError

_SNIFF_BYTES = 4_096
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
# What a page calls ISO 8859-1 browsers read as Windows-1252 (https://encoding.spec.whatwg.org/#names-and-labels).
_AS_BROWSERS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
                "iso8859-11": "cp874", "tis-620": "cp874", "shift_jis": "cp932", "euc_kr": "cp949", "utf-7": "utf-8",
                "utf-16": "utf-8", "utf-16-le": "utf-8", "utf-16-be": "utf-8"}  # fmt: skip


def decoded(data: bytes) -> str:
    """Text from UTF-8, or from UTF-16 with a byte order mark.

    Raises:
        FormatError: it is neither.
    """
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\0" in data[:_SNIFF_BYTES]:
        raise FormatError("is a binary file, not text")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        advice = "convert it, for example: iconv -f windows-1252 -t utf-8"
        raise FormatError(f"is not UTF-8 (byte {error.start + 1}); {advice}", line) from None


def as_browsers(data: bytes, declared: str | None = None) -> str:
    """The text of a page: by its mark, what HTTP or the page declares, else UTF-8, else Windows-1252. Never fails."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if data.startswith(codecs.BOM_UTF8):
        return data[3:].decode("utf-8", "replace")
    found = _DECLARED.search(data[: 4 * _SNIFF_BYTES])
    name = declared or ((found[1] or found[2]).decode("ascii") if found else None)
    if name:
        try:
            known = codecs.lookup(name).name
            return data.decode(_AS_BROWSERS.get(known, known), "strict")
        except (LookupError, ValueError):
            pass  # an encoding that there is not, or that the bytes are not in: read on
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # One torn character in a page that is UTF-8 otherwise is no reason to misread all the others.
        wrong = data.decode("utf-8", "replace").count("\ufffd")
        accented = sum(byte >= 0x80 for byte in data)
        if wrong * 20 < accented or (found and error.start > len(data) - 4):
            return data.decode("utf-8", "replace")
        return data.decode("cp1252", "replace")
