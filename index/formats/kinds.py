"""Which format a file is in, by its ending; and which a stream is in, by how it begins."""

from __future__ import annotations

from pathlib import PurePath

KNOWN = (
    ".txt, .md, .html, .json, .jsonl, .rss, .atom, .xml (feeds, NITF, NewsML, WordPress), .eml, .docx, .pdf"
    " (each also with .gz), .zip, .tar, .tar.gz"
)
_KINDS = {
    ".txt": "text", ".text": "text", ".wire": "text", ".md": "markdown", ".markdown": "markdown", ".mdx": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html", ".json": "json", ".jsonld": "json", ".ninjs": "json",
    ".jsonl": "lines", ".ndjson": "lines", ".rss": "xml", ".atom": "xml", ".rdf": "xml", ".xml": "xml", ".nitf": "xml",
    ".newsml": "xml", ".wxr": "xml", ".eml": "mail", ".docx": "docx", ".pdf": "pdf", ".zip": "zip", ".tar": "tar", ".tgz": "tar",
}  # fmt: skip


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
    low = head.lower()
    if head.startswith(b"%PDF"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "docx" if b"word/" in data or b"[Content_Types]" in head else "zip"
    if head[:1] in (b"{", b"["):
        return "json"
    if low.startswith((b"<!doctype html", b"<html")) or (head[:1] == b"<" and b"<html" in low and b"<nitf" not in low and b"newsml" not in low and b"newsitem" not in low):
        return "html"
    if head[:1] == b"<":
        return "xml" if low.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf", b"<nitf", b"<news", b"<urlset", b"<sitemap")) else "html"
    if head.startswith((b"+++\n", b"---\n", b"# ", b"+++\r\n", b"---\r\n")):
        return "markdown"
    if low.startswith((b"from:", b"received:", b"return-path:", b"mime-version:", b"delivered-to:", b"message-id:")) or (low.startswith((b"to:", b"subject:", b"date:")) and b"\nfrom:" in low):
        return "mail"
    return "text"
