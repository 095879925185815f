"""Documents of offices: Word (.docx) and PDF that holds text."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections import Counter
from typing import Any

from index.formats.draft import Draft, FormatError, LeftOut
from index.formats.fragments import has_markup
from index.formats.junk import is_junk
from index.formats.markup import BLANK_LINE, SENTENCE_END, local_name
from index.formats.text import from_text

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""Of a document's parts together: more is a trap or a picture book."""
MAX_PDF_PAGES = 500
_PAGE_NUMBER = re.compile(
    r"(?:(?:page|seite|p\.|página|pagina)\s*)?\W{0,2}\d{1,3}\W{0,2}(?:(?:of|von|de|di|/)\s*\d{1,3})?", re.IGNORECASE
)
_NO_DOCX = "is no Word document (.docx), or a torn one; save it again"


def from_docx(data: bytes) -> Draft | LeftOut:
    """The paragraph in the style of a title is the headline, else the first one. Deleted text stays deleted.

    Raises:
        FormatError: it is no Word document.
    """
    lines = _docx_lines(data)
    title = next((text for style, text in lines if style in ("title", "headline")), None) or next(
        (text for style, text in lines if style == "heading 1"), None
    )
    rest = [text for _, text in lines]
    if title in rest:
        rest.remove(title)
    return from_text("\n\n".join([title, *rest] if title else rest))


def _docx_lines(data: bytes) -> list[tuple[str, str]]:
    """Style, in lower case, and text of every paragraph and every row of a table, in order."""
    import docx

    _check_size(data)
    try:
        document = docx.Document(io.BytesIO(data))
        styles = {style.style_id: (style.name or "").lower() for style in document.styles}
    except Exception:  # noqa: BLE001 # python-docx lets whatever a torn part leads to through
        raise FormatError(_NO_DOCX) from None
    found: list[tuple[str, str]] = []
    for element in document.element.body:
        if local_name(element) == "p":
            style = next((inner.get(_w("val")) for inner in element.iter(_w("pStyle"))), "")
            found += [(styles.get(style, str(style).lower()), _docx_text(element))]
        elif local_name(element) == "tbl":
            found += [("row", " | ".join(filter(None, _docx_cells(row)))) for row in element.iter(_w("tr"))]
    return [(style, text) for style, text in found if text]


def _docx_cells(row: Any) -> list[str]:
    return [" ".join(filter(None, map(_docx_text, cell.iter(_w("p"))))) for cell in row.iter(_w("tc"))]


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(part.file_size for part in package.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise FormatError(_NO_DOCX) from None
    if unpacked > MAX_UNPACKED_BYTES:
        raise FormatError("is a Word document that unpacks to far more than text; save its text alone")


def _w(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def _docx_text(paragraph: Any) -> str:
    pieces = []
    for element in paragraph.iter():
        if element.tag == _w("t"):
            pieces.append(element.text or "")
        elif element.tag in (_w("tab"), _w("br"), _w("cr")):
            pieces.append(" ")
    return " ".join("".join(pieces).split())


def from_pdf(data: bytes) -> Draft | LeftOut:
    """The text of a PDF, its lines joined to paragraphs; the document's own title is the headline if it stands there.

    Raises:
        FormatError: it is torn, locked, or holds pictures of text.
    """
    text, title = _pdf_text(data)
    if len(re.sub(r"\W", "", text)) < 40:
        raise FormatError("is a PDF without text, of pictures perhaps; run it through text recognition first")
    title = " ".join(title.split())
    key = re.sub(r"\W+", "", title).casefold()
    top = re.sub(r"\W+", "", text[:1_500]).casefold()
    if key and key in top and not has_markup(title) and not is_junk(title):
        lines = text.split("\n")
        for count in range(1, min(6, len(lines)) + 1):
            if re.sub(r"\W+", "", "".join(lines[:count])).casefold() == key:
                lines = lines[count:]
                break
        text = f"{title}\n\n" + "\n".join(lines)
    return from_text(text)


def _page_text(page: Any) -> str:
    """The text of one page, with the gaps between its paragraphs as blank lines where it has one column."""
    plain = str(page.extract_text())
    laid_out = str(page.extract_text(extraction_mode="layout"))
    lines = [line.strip() for line in laid_out.split("\n") if line.strip()]
    columns = sum("    " in line for line in lines)
    return plain if columns * 5 > len(lines) or "\n\n" not in laid_out else laid_out


def _without_running_lines(pages: list[str]) -> list[str]:
    """The pages without the lines at their top and foot that come again on others, but for a number."""
    lines = [[line for line in page.split("\n") if line.strip()] or [""] for page in pages]
    ends = [{_countless(page[0]), _countless(page[-1])} for page in lines]
    often = Counter(end for page in ends for end in page)
    kept = []
    for page, said in zip(pages, lines, strict=True):
        rest = page.strip("\n")
        for line in (said[0], said[-1]):
            if often[_countless(line)] * 2 > len(pages) > 1 or _PAGE_NUMBER.fullmatch(line.strip()):
                rest = rest.removeprefix(line) if rest.startswith(line) else rest.removesuffix(line)
                rest = rest.strip("\n")
        kept.append(rest)
    return kept


def _joined(pages: list[str]) -> str:
    """One text: a page begins a paragraph if the last one ended a sentence, where blank lines part paragraphs."""
    text = ""
    for page in pages:
        parted = SENTENCE_END.search(text) and any(BLANK_LINE.search(each) for each in pages)
        text += ("\n\n" if parted else "\n" if text else "") + page
    return text


def _countless(line: str) -> str:
    return re.sub(r"\d+", "", " ".join(line.split()))


def _pdf_text(data: bytes) -> tuple[str, str]:
    """The text of all pages, and the title in the document's own data."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings name no file; our errors do
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = 0 if locked else len(reader.pages)
        text = "" if pages > MAX_PDF_PAGES else _joined(_without_running_lines(list(map(_page_text, reader.pages))))
        title = "" if locked or not reader.metadata else str(reader.metadata.title or "")
    except Exception:  # noqa: BLE001 # pypdf lets whatever a torn file leads to through
        raise FormatError("is a torn PDF, or none") from None
    if locked:
        raise FormatError("is locked with a password")
    if pages > MAX_PDF_PAGES:
        raise FormatError(f"has {pages:,} pages; the limit is {MAX_PDF_PAGES}: split it")
    return text, title
