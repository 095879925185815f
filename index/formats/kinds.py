"""Which format a file is in, by its ending; and which a stream is in, by how it begins."""

from __future__ import annotations

import re
from pathlib import PurePath

KNOWN = (
    ".txt, .md, .html, .json, .jsonl, .rss, .atom, .xml (feeds, NITF, NewsML, WordPress), .eml, .docx, .pdf"
    " (each also with .gz), .zip, .tar, .tar.gz"
)
_KINDS = {
    ".txt": "text",
    ".text": "text",
    ".wire": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html",
    ".json": "json",
    ".jsonld": "json",
    ".ninjs": "json",
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".rss": "xml",
    ".atom": "xml",
    ".rdf": "xml",
    ".xml": "xml",
    ".nitf": "xml",
    ".newsml": "xml",
    ".wxr": "xml",
    ".eml": "mail",
    ".docx": "docx",
    ".pdf": "pdf",
    ".zip": "zip",
    ".tar": "tar",
    ".tgz": "tar",
}

_BEGINS = {
    "pdf": rb"%PDF",
    "json": rb"[{\[]",
    "markdown": rb"\+\+\+\r?\n|---\r?\n|# ",
    "mail": rb"(?:from|received|return-path|mime-version|delivered-to|message-id|to|subject|date):[^\n]*\n"
    rb"(?=(?:.*\n)*?(?:from|date|to|subject):)",
}


def kind_of(path: PurePath) -> tuple[str, bool] | None:
    """The format by the file's ending, and whether it is packed with gzip; ``None`` if it is no known one."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = suffixes[-1:] == [".gz"]
    kind = _KINDS.get("".join(suffixes[-2:-1] if packed else suffixes[-1:]))
    if kind is None or (packed and kind == "zip"):
        return None
    return ("tar", True) if kind == "tar" else (kind, packed)


def sniffed(data: bytes) -> str:
    """The format of bytes that have no name."""
    head = data[:4_096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PK\x03\x04"):
        return "docx" if b"word/" in data else "zip"
    if head[:1] == b"<":
        return _marked_up(head.lower())
    for kind, begins in _BEGINS.items():
        if re.match(begins, head, re.IGNORECASE):
            return kind
    return "text"


def _marked_up(head: bytes) -> str:
    if head.startswith((b"<!doctype html", b"<html")):
        return "html"
    agency = re.search(rb"<(?:nitf|newsml|newsitem|newsmessage|packageitem|rss|feed|rdf|urlset|sitemapindex)\b", head)
    return "xml" if agency or (head.startswith(b"<?xml") and b"<html" not in head) else "html"
