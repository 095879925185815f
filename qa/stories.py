"""Which articles tell the same story: those that share its names."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from functools import lru_cache

from index.articles import PARAGRAPH_BREAK, Article
from index.library import View
from qa.answers import Filters

MOST = 4
"""Articles of one story that are looked at beside the first, the nearest in the search."""
LOOKED_AT = 40
"""Passages that the search for headline and first paragraph may find: all of the 144 pairs of the newsroom's running
stories are met, by 12 for the headline alone 133."""
MAX_QUERY_CHARS = 600
LEAST_NAMES = 4
LEAST_SHARE = 0.25
"""Of the names of the one that has fewer. On the newsroom's running stories 0.26 to 0.86, between others up to 0.24."""
SURE_SHARE = 0.4
"""The same where a story is followed from one article to the next and the one after it."""
_NAME = re.compile(r"(?<![.!?…“\"'‘] )(?<!^)\b[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+)*", re.MULTILINE)
_CALENDAR = frozenset({*calendar.day_name, *calendar.month_name})


@lru_cache(maxsize=1024)
def names_in(text: str) -> frozenset[str]:
    """Words of proper names, by their capitals inside a sentence; those of the calendar are none."""
    words = {
        re.sub(r"[’']s$", "", word) for name in _NAME.finditer(text) for word in name.group().split() if len(word) > 3
    }
    return frozenset(words - _CALENDAR)


def same_story(one: Article, other: Article, least: float = LEAST_SHARE) -> bool:
    """Whether both share enough names to be about the same events; ``least`` is the share of them, in [0, 1]."""
    names, others = names_in(one.text), names_in(other.text)
    shared = len(names & others)
    return shared >= LEAST_NAMES and shared >= least * min(len(names), len(others))


def story_of(view: View, article: Article, filters: Filters) -> Iterator[Article]:
    """The other articles of the story of ``article`` inside ``filters``, nearest first, at most ``MOST``."""
    about = f"{article.headline} {article.text.partition(PARAGRAPH_BREAK)[0]}"[:MAX_QUERY_CHARS]
    ids = dict.fromkeys(hit.passage.article_id for hit in view.search(about, LOOKED_AT, filters))
    others = [other for id_ in ids if id_ != article.id and (other := view.article(id_)) is not None]
    near = [other for other in others if same_story(article, other)]
    # The last report may share its names with the second one only.
    sure = [other for other in near if same_story(article, other, SURE_SHARE)]
    further = [other for other in others if other not in near and any(same_story(o, other, SURE_SHARE) for o in sure)]
    yield from (near + further)[:MOST]
