"""The citations in a file that was kept: replies, citations, lists of either, and what the chat exports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import SourceError
from qa.verify import Claim

MAX_FILE_BYTES = 16 * 1024 * 1024


def read_claims(path: Path) -> list[Claim]:
    """The citations in a file of JSON: one value, or several behind each other.

    Each is a reply as ``/ask`` gives it, a citation, a conversation as the chat exports it, or a list of these.

    Raises:
        SourceError: the file cannot be read, or holds no citations.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SourceError(str(path), f"is longer than {MAX_FILE_BYTES // 1_048_576} MiB; split it")
        bodies = list(_values(path.read_text("utf-8-sig")))
    except OSError as error:
        raise SourceError(str(path), f"cannot be read ({error.strerror or error})") from None
    except (ValueError, RecursionError) as error:
        raise SourceError(str(path), f"is not JSON ({error}); save a reply with: pullquote ask --json …") from None
    try:
        claims = [claim for body in bodies for claim in _claims(body)]
    except (KeyError, TypeError) as error:
        raise SourceError(str(path), f"is no reply and no citation: it lacks {error}") from None
    if not claims:
        raise SourceError(str(path), "holds no citations")
    return claims


def _values(text: str) -> Iterator[Any]:
    """The JSON values in ``text``: one, or several with white space between."""
    decoder = json.JSONDecoder()
    place = 0
    while (rest := text[place:].lstrip()) or place == 0:
        value, length = decoder.raw_decode(rest)
        yield value
        place = len(text) - len(rest) + length


def _claims(item: Any) -> Iterator[Claim]:
    if isinstance(item, list):
        for one in item:
            yield from _claims(one)
    elif "exchanges" in item:
        for exchange in item["exchanges"]:
            if exchange["reply"] is not None:
                yield from _claims(exchange["reply"])
    elif "answers" in item:
        for answer in item["answers"]:
            for citation in answer["citations"]:
                yield claim_of(citation)
    else:
        yield claim_of(item)


def claim_of(item: dict[str, Any]) -> Claim:
    """The claim of a citation.

    Raises:
        KeyError, TypeError: it is none.
    """
    words = {name: item.get(name) for name in ("sentence", "article_sha256")}
    claim = Claim(
        item["article_id"], item["quote"], item["start"], item["end"], words["sentence"], item.get("sentence_start"),
        words["article_sha256"],
    )  # fmt: skip
    if not (isinstance(claim.article_id, str) and isinstance(claim.quote, str) and claim.quote):
        raise TypeError("article_id and quote as text")
    if not all(isinstance(offset, int) and offset >= 0 for offset in (claim.start, claim.end)):
        raise TypeError("start and end as whole numbers")
    if not all(value is None or isinstance(value, str) for value in words.values()):
        raise TypeError("sentence and article_sha256 as text")
    if not (claim.sentence_start is None or (isinstance(claim.sentence_start, int) and claim.sentence_start >= 0)):
        raise TypeError("sentence_start as a whole number")
    return claim
