"""Hybrid search: nearest vectors and BM25, fused by reciprocal rank.

Filters are applied inside both rankings, before anything is cut off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from index.articles import Filters, Passage
from index.ranking.repeats import suspects, told_once
from index.store import Ranking, StoreView, Vectors

# Chosen on the newsroom development questions (683 answerable, 252 articles in one library, 2,157 paragraphs).
# Recall@10 in %, of the paragraph that holds the answer, by `python -m bench.retrieval`:
#                        of the paragraph   with its headline   with headline and lead   with the one before
#   vectors                          87.6              90.3                 86.5                79.6
#   BM25                             75.5              84.6                 86.5                76.4
#   fused, constant 60, one text     86.5              93.3                 92.8                85.1
#   fused, constant 60 / 20 / 10 / 5: vectors of the paragraph, BM25 with headline and lead: 93.9 / 95.5 / 95.2 / 94.7
# So: the vector says what the paragraph is about, the full text ties it to its article. Without leaving the
# stop words out, BM25 loses 3 points.
# A fusion that is learned, of the scores, the headline's words and the place in the article, puts the paragraph first
# more often, but no more often among the ten (`python -m bench.fusion`, cross-validated): development and held-out
# newsroom @1 71.5 to 75.3, @10 96.9 to 97.2; SQuAD 1.1 @1 76.7 to 81.9, @10 98.0 to 98.0. Fifteen are read, so it is
# not worth its weights, which would have to be fitted again with every encoder.
RRF_CONSTANT = 10
"""Cormack et al. 2009 (Reciprocal Rank Fusion) use 60, for rankings of 1,000; with 100 a smaller one wins."""
DEPTH = 100
"""How far down each ranking the fusion looks."""
MAX_DEPTH = 25_600
"""How far it looks where copies of one another take the places."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found.

    ``score`` is the fused one, ``similarity`` the cosine of question and passage in [-1, 1]; higher is better.
    ``copies`` are the passages of other articles with the same or nearly the same words, as wire copy has.
    """

    passage: Passage
    score: float
    similarity: float
    copies: tuple[Passage, ...] = ()


def search(
    view: StoreView,
    ranking: Ranking,
    *,
    question: str,
    vector: Vectors,
    k: int,
    filters: Filters = Filters(),
    hidden: Collection[int] = (),
) -> list[Hit]:
    """The ``k`` best passages inside ``filters``, best first.

    Args:
        view: one state of the library.
        ranking: of the same state.
        question: its words are searched for.
        vector: its embedding, float32 (dimension,).
        k: how many different passages.
        filters: which articles may answer.
        hidden: ids of passages that may not, inside the filters or not; few.
    """
    depth = DEPTH
    while True:
        seen = depth + len(hidden)
        found = [ranking.dense(vector, seen, filters), ranking.words(question, seen, filters)]
        rankings = [[key for key in keys if key not in hidden] for keys in found]
        every = list(dict.fromkeys(key for keys in rankings for key in keys))
        passages = view.passages(suspects(dict(zip(every, ranking.edges(every), strict=True))))
        stories = {key: key for key in every} | told_once(passages.values())
        if len(set(stories.values())) >= k or depth >= MAX_DEPTH or max(map(len, found)) < seen:
            break
        depth *= 4  # copies took the places: look further down
    # Each ranking counts what it tells, not how often: a report in a hundred papers takes one place.
    fused = fuse([list(dict.fromkeys(stories[key] for key in keys)) for keys in rankings])
    best = fused[:k]
    told: dict[int, list[Passage]] = {}
    passages |= view.passages([key for key, _ in best if key not in passages])
    for key in sorted(passages):
        told.setdefault(stories[key], []).append(passages[key])
    cosines = ranking.similarity(vector, [first for first, _ in best])
    return [
        Hit(passages[first], score, cosine, tuple(passage for passage in told[first] if passage.id != first))
        for (first, score), cosine in zip(best, cosines, strict=True)
    ]


def fuse(rankings: Iterable[Sequence[int]]) -> list[tuple[int, float]]:
    """Reciprocal rank fusion (Cormack et al. 2009): ids with the sum of 1 / (constant + rank), best first.

    Of equals, the smaller id, which is the older passage, comes first.
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + 1.0 / (RRF_CONSTANT + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))
