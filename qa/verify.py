"""Whether a citation still holds: the editor's question, asked of what was printed yesterday or years ago."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from index.articles import Article
from index.errors import SourceError

MAX_FILE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Claim:
    """What a citation claims: ``quote`` stands in the article at ``[start, end)``."""

    article_id: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """``holds``; ``moved``, to ``[start, end)``; ``changed``: the article is there, the quote not in it; ``gone``.

    ``start``, ``end`` and ``paragraph`` are where the quote stands now, ``None`` if nowhere.
    """

    status: Literal["holds", "moved", "changed", "gone"]
    start: int | None = None
    end: int | None = None
    paragraph: int | None = None


def verify(article: Article | None, claim: Claim) -> Verdict:
    """Look the quote up in ``article``, the one of the claim's id as it is now, or ``None`` if there is none."""
    if article is None:
        return Verdict("gone")
    if article.text[claim.start : claim.end] == claim.quote:
        return _found("holds", article, claim.start, claim.quote)
    places = _occurrences(article.text, claim.quote)
    if not places:
        return Verdict("changed")
    return _found("moved", article, min(places, key=lambda place: abs(place - claim.start)), claim.quote)


def _found(status: Literal["holds", "moved"], article: Article, start: int, quote: str) -> Verdict:
    paragraph = next(number for number, _, end in article.paragraphs() if start <= end)
    return Verdict(status, start, start + len(quote), paragraph)


def _occurrences(text: str, quote: str) -> list[int]:
    places = []
    place = text.find(quote)
    while place >= 0:
        places.append(place)
        place = text.find(quote, place + 1)
    return places


def read_claims(path: Path) -> list[Claim]:
    """The citations in a JSON file: a reply as ``/ask`` gives it, one citation, or a list of either.

    Raises:
        SourceError: the file cannot be read, or holds no citations.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SourceError(str(path), f"is longer than {MAX_FILE_BYTES // 1_048_576} MiB; split it")
        body = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SourceError(str(path), f"cannot be read ({error.strerror or error})") from None
    except (ValueError, RecursionError) as error:
        raise SourceError(str(path), f"is not JSON ({error}); save a reply with: pullquote ask --json …") from None
    try:
        claims = [claim for item in (body if isinstance(body, list) else [body]) for claim in _claims(item)]
    except (KeyError, TypeError) as error:
        raise SourceError(str(path), f"is no reply and no citation: it lacks {error}") from None
    if not claims:
        raise SourceError(str(path), "holds no citations")
    return claims


def _claims(item: dict[str, Any]) -> list[Claim]:
    if "answers" in item:
        return [claim for answer in item["answers"] for citation in answer["citations"] for claim in _claims(citation)]
    claim = Claim(item["article_id"], item["quote"], item["start"], item["end"])
    if not (isinstance(claim.article_id, str) and isinstance(claim.quote, str) and claim.quote):
        raise TypeError("article_id and quote as text")
    if not all(isinstance(offset, int) and offset >= 0 for offset in (claim.start, claim.end)):
        raise TypeError("start and end as whole numbers")
    return [claim]
