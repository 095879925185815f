"""The library as it stood at a time: which version of an article counts, and what of it a search finds.

Passages are indexed of current versions only. Where another one stood then, the search finds the article by its current
passages, and the passages of the version that stood take their places, the likest to the question first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np

from index.articles import Article, cut_passages
from index.encoder import Encoder
from index.ranking.fusion import Hit
from index.store import StoreView, Vectors


def standing(view: StoreView, article_id: str, at: datetime) -> Article | None:
    """The article as it stood ``at`` that time; ``None`` if it did not, or is retracted or withdrawn by now.

    Under embargo it did not: nobody could read it.

    The newsroom's word on it is today's: a correction is told whatever is asked.
    """
    versions = view.versions(article_id)
    stood = next((version for version in reversed(versions) if version.since <= at), None)
    if stood is None or versions[-1].about.silent:
        return None
    if stood.about.embargoed is not None and stood.about.embargoed > at:
        return None
    today = versions[-1].about
    return Article(article_id, replace(stood.about, status=today.status, correction=today.correction), stood.text)


def as_they_stood(view: StoreView, hits: list[Hit], at: datetime, vector: Vectors, encoder: Encoder) -> list[Hit]:
    """``hits``, best first, with the passages of the versions that stood ``at`` that time in their places.

    Args:
        view: one state of the library.
        hits: of articles as they are now.
        at: the time.
        vector: of the question, float32 (dimension,).
        encoder: what made the vectors.
    """
    kept: list[Hit] = []
    lost: dict[str, list[Hit]] = {}
    for hit in hits:
        now = [place for place in (hit.passage, *hit.copies) if _is_current(view, place.article_id, at)]
        if now:
            kept.append(replace(hit, passage=now[0], copies=tuple(now[1:])))
        else:
            lost.setdefault(hit.passage.article_id, []).append(hit)
    number = 0
    for article_id, theirs in lost.items():
        stood = standing(view, article_id, at)
        for hit in _earlier(stood, theirs, vector, encoder) if stood else ():
            number -= 1
            kept.append(replace(hit, passage=replace(hit.passage, id=number)))  # no id of the store's
    return sorted(kept, key=lambda hit: -hit.score)


def _is_current(view: StoreView, article_id: str, at: datetime) -> bool:
    versions = view.versions(article_id)
    return bool(versions) and versions[-1].since <= at


def _earlier(stood: Article, theirs: list[Hit], vector: Vectors, encoder: Encoder) -> Iterator[Hit]:
    """As many passages of the version that stood as were found of the current one, and one more."""
    passages = cut_passages(stood)
    similarities = encoder.encode_passages([passage.text for passage in passages]) @ vector
    order = np.argsort(-similarities, kind="stable")[: len(theirs) + 1]
    scores = [hit.score for hit in theirs]
    for place, score in zip(order, [*scores, scores[-1]], strict=False):
        yield Hit(passages[place], score, float(similarities[place]))
