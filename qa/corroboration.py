"""How many say so: articles and sources in which an answer stands, copies of one report counted once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index.articles import Article
from index.copies import SAME_STORY, resemblance, sketch
from qa.answers import Answer, Corroboration

MOST = 50
"""Articles that are compared with each other; more only count as they are."""
_AGENCIES = (
    "Reuters|Associated Press|AP|Agence France-Presse|AFP|dpa|PA Media|Press Association|ANSA|EFE|Keystone-SDA|Xinhua"
    "|Kyodo|Bloomberg|TASS|Interfax|Anadolu|Europa Press|Belga|APA|TT|NTB|Ritzau|PAP|CTK|MTI|AAP"
)
_DATELINE = re.compile(
    r"^.{0,120}?\((?P<named>[A-Z][\w&/ -]{1,30})\)\s*[-–—]"
    rf"|^.{{0,120}}?\b(?P<known>{_AGENCIES})\s*[-–—]"
)
_CREDIT = re.compile(rf"(?:[-–—(/]|\bby\b|\bwith\b)\s*(?P<known>{_AGENCIES})\b[)/.]?\s*$")


def corroborated(answer: Answer, articles: Mapping[str, Article]) -> Corroboration:
    """Count where ``answer`` stands. ``articles``: those of its citations, by id, as far as they are known."""
    ids = dict.fromkeys(citation.article_id for citation in answer.citations)
    cited = [articles[article_id] for article_id in ids if article_id in articles]
    reports = _reports(cited)
    sources = {(first.source or "").casefold() for first in reports}
    agency = next((name for article in cited if (name := agency_of(article.text))), None)
    return Corroboration(len(reports), len(sources), agency)


def agency_of(text: str) -> str | None:
    """The news agency that a text names in its dateline or its last line."""
    first, last = text[:200].partition("\n")[0], text[-80:].rpartition("\n")[2]
    found = _DATELINE.search(first) or _CREDIT.search(last)
    if found is None:
        return None
    return next((name for name in found.groupdict().values() if name), None)


def _reports(articles: Sequence[Article]) -> list[Article]:
    """One of each group of articles with nearly the same text, in their order."""
    if len(articles) < 2:
        return list(articles)
    kept: list[tuple[Article, set[int]]] = []
    for article in articles[:MOST]:
        hashes = sketch(article.text)
        if all(resemblance(hashes, other) < SAME_STORY for _, other in kept):
            kept.append((article, hashes))
    return [article for article, _ in kept] + list(articles[MOST:])
