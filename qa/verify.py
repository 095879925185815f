"""Whether a citation still holds: the editor's question, asked of what was printed yesterday or years ago.

What holds or does not is the sentence, not the quote alone: "six" stands in "six did not die" too.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from index.articles import Article, sentence_at
from index.store import Version
from qa.boundaries import inside_word, possessive

Held = Literal["holds", "moved", "changed", "withdrawn", "gone"]
_ALIKE = 0.4
"""Ratio (difflib) from which a sentence of the article is told as what became of another one."""
_MAX_COMPARED = 2_000
"""Sentences, and characters of each, that are compared: comparing takes time with the square of the length."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a citation claims: ``quote`` stands in the article at ``[start, end)``, inside ``sentence``.

    Without ``sentence`` it is looked up in the version of ``article_sha256``; without either only the quote is checked.
    """

    article_id: str
    quote: str
    start: int
    end: int
    sentence: str | None = None
    sentence_start: int | None = None
    article_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a citation.

    ``holds``; ``moved``, to ``[start, end)``; ``changed``: its sentence does not stand there any more; ``withdrawn``:
    the article was retracted or withdrawn; ``gone``: there is no such article. ``start``, ``end`` and ``paragraph`` are
    where the quote stands now, ``None`` if nowhere. Of a changed one ``before`` is the sentence cited, ``now`` what the
    article says in its place, and ``changed_at`` since when, each ``None`` if not known. ``note`` is the correction.
    """

    status: Held
    start: int | None = None
    end: int | None = None
    paragraph: int | None = None
    before: str | None = None
    now: str | None = None
    changed_at: datetime | None = None
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The body of ``POST /verify``."""
        return asdict(self) | {"changed_at": self.changed_at.isoformat() if self.changed_at else None}


def verify(article: Article | None, claim: Claim, versions: Sequence[Version] = ()) -> Verdict:
    """Look the citation up in ``article``, the one of its id as it is now, or ``None`` if there is none.

    ``versions``: the article as it stood, oldest first, the current one last.
    """
    if article is None:
        return Verdict("gone")
    verdict = _verdict(article, claim, versions)
    if verdict.status == "changed" and (composed := _composed(claim)) != claim:
        again = _verdict(article, composed, versions)
        return verdict if again.status == "changed" else again
    return verdict


def _composed(claim: Claim) -> Claim:
    """``claim`` in composed letters, as texts are now taken in: it may be older, or have been retyped elsewhere."""
    offset = claim.start - (claim.start if claim.sentence_start is None else claim.sentence_start)
    sentence = unicodedata.normalize("NFC", claim.sentence or "") or None
    before = len(unicodedata.normalize("NFC", (claim.sentence or "")[: max(0, offset)]))
    quote = unicodedata.normalize("NFC", claim.quote)
    start = None if claim.sentence_start is None else claim.start - before
    return replace(claim, quote=quote, end=claim.start + len(quote), sentence=sentence, sentence_start=start)


def _verdict(article: Article, claim: Claim, versions: Sequence[Version]) -> Verdict:
    note = article.about.correction
    cited = _cited(claim, versions)
    if article.about.silent:
        return Verdict("withdrawn", before=cited[0] if cited else None, note=note)
    if cited is None:
        return _by_quote(article, claim, note)
    sentence, offset = cited
    place = _nearest(article.text, sentence, claim.start - offset)
    if place is not None:
        start = place + offset
        return _found("holds" if start == claim.start else "moved", article, start, claim, note)
    return Verdict(
        "changed", before=sentence, now=_became(article, sentence), changed_at=_when(sentence, versions), note=note
    )


def _cited(claim: Claim, versions: Sequence[Version]) -> tuple[str, int] | None:
    """The sentence that was cited and where in it the quote begins, if that is known."""
    if claim.sentence and claim.sentence_start is not None:
        offset = claim.start - claim.sentence_start
        if claim.sentence[offset : offset + len(claim.quote)] == claim.quote and offset >= 0:
            return claim.sentence, offset
    for version in versions:
        if version.sha256 == claim.article_sha256 and version.text[claim.start : claim.end] == claim.quote:
            low, high = sentence_at(version.text, claim.start, claim.end)
            return version.text[low:high], claim.start - low
    return None


def _by_quote(article: Article, claim: Claim, note: str | None) -> Verdict:
    place = _nearest(article.text, claim.quote, claim.start, cuts=_cuts_quote)
    if place is None:
        return Verdict("changed", note=note)
    return _found("holds" if place == claim.start else "moved", article, place, claim, note)


def _found(status: Held, article: Article, start: int, claim: Claim, note: str | None) -> Verdict:
    paragraph = next(number for number, _, end in article.paragraphs() if start <= end)
    return Verdict(status, start, start + len(claim.quote), paragraph, note=note)


def _nearest(text: str, words: str, wanted: int, cuts: Callable[[str, int], bool] = inside_word) -> int | None:
    """Where ``words`` stand in ``text`` without cutting one of its words, nearest to ``wanted``.

    *Deaths: 6* does not stand in *Deaths: 60*, nor *six* in *sixty*.
    """
    places = []
    place = text.find(words)
    while place >= 0:
        if not (cuts(text, place) or cuts(text, place + len(words))):
            places.append(place)
        place = text.find(words, place + 1)
    return min(places, key=lambda found: abs(found - wanted), default=None)


def _cuts_quote(text: str, at: int) -> bool:
    """Whether a quote that ends or begins at ``at`` cuts a word; a sentence may not, a quote is part of one.

    It may stop before a possessive's *’s*, and between letters without case, as Chinese and Thai have them, where only
    a dictionary knows the words.
    """
    caseless = 0 < at < len(text) and {unicodedata.category(letter) for letter in text[at - 1 : at + 1]} == {"Lo"}
    return inside_word(text, at) and not caseless and not possessive(text, at)


def _became(article: Article, sentence: str) -> str | None:
    """The sentence of the article that is most like ``sentence``, if one is."""
    best, ratio = None, _ALIKE
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(sentence.split()[:_MAX_COMPARED])
    for count, other in enumerate(_sentences(article)):
        if count == _MAX_COMPARED:
            break
        matcher.set_seq1(other[:_MAX_COMPARED].split())
        if matcher.quick_ratio() > ratio and (found := matcher.ratio()) > ratio:
            best, ratio = other, found
    return best


def _sentences(article: Article) -> Iterator[str]:
    for _, low, high in article.paragraphs():
        place = low
        while place < high:
            _, end = sentence_at(article.text, place, place + 1)
            yield article.text[place:end]
            place = end + (article.text[end : end + 1] == " ")  # Chinese has no space between


def _when(sentence: str, versions: Sequence[Version]) -> datetime | None:
    """When the last version with ``sentence`` ended."""
    held = (one for one in reversed(versions) if _nearest(one.text, sentence, 0) is not None)
    last = next(held, None)
    return None if last is None else last.until
