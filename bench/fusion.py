"""``python -m bench.fusion FILE… [--articles FILE…]``: would a fusion that is learned find more than reciprocal rank?

Of each question the candidates are what both rankings find; what is known of one is its place and its score in both,
how many of the question's words stand in the headline, and where in the article it stands. A softmax over linear scores
tells the paragraph that holds the answer (conditional logit, McFadden 1974), cross-validated in folds by article: no
question is judged by weights that have seen its article. A second set of weights hears the two places alone. What came
out stands in ``index/ranking/fusion.py``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.retrieval import PassageOrder, asked_of, fused, report, written
from index.encoder import DEFAULT_MODEL, load_encoder
from index.ranking.fusion import DEPTH, RRF_CONSTANT
from index.ranking.postings import Statistics, best, index_texts
from index.words import telling_words
from qa.evaluation.datasets import Story, read_stories
from qa.training.fitting import FOLDS, Floats, conditional_logit, folds

EVIDENCE = (
    "place by vectors", "place by words", "cosine", "behind the nearest", "BM25 of the best", "words in the headline",
    "paragraph", "lead",
)  # fmt: skip
PLACES = (0, 1)
RIDGE = 0.01


def evidence(
    question: str, stories: Sequence[tuple[Story, int]], dense: Floats, words: Floats
) -> tuple[list[int], Floats]:
    """The candidates, those of the fused order first, and (candidates, evidence) of them.

    Args:
        question: as asked.
        stories: of every passage its article and paragraph, from 0.
        dense: (passages,), cosines with the question.
        words: (passages,), BM25; 0 where no word of the question stands.
    """
    rankings = [np.argsort(-dense)[:DEPTH].tolist(), [key for key in np.argsort(-words)[:DEPTH].tolist() if words[key]]]
    [candidates] = fused([rankings[0]], [rankings[1]], RRF_CONSTANT)
    places = [{key: 1 / (RRF_CONSTANT + rank) for rank, key in enumerate(ranking, start=1)} for ranking in rankings]
    asked = set(telling_words(question))
    rows = []
    for key in candidates:
        story, paragraph = stories[key]
        beside = len(asked & set(telling_words(story.headline))) / max(1, len(asked))
        rows.append([
            places[0].get(key, 0.0), places[1].get(key, 0.0), dense[key], dense.max() - dense[key],
            words[key] / max(words.max(), 1e-9), beside, np.log1p(paragraph), float(paragraph == 0),
        ])  # fmt: skip
    return candidates, np.array(rows)


def main() -> None:
    """Print recall of both fusions, and the weights."""
    parser = argparse.ArgumentParser(prog="python -m bench.fusion", description=__doc__)
    parser.add_argument("questions", type=Path, nargs="+", help="files whose questions are asked of all articles")
    parser.add_argument("--articles", type=Path, nargs="*", default=[], help="more files whose articles are there")
    options = parser.parse_args()
    stories = [story for path in [*options.questions, *options.articles] for story in read_stories(path)]
    passages = [(story, number) for story in stories for number in range(len(story.paragraphs))]
    asked = [one for path in options.questions for one in asked_of(path, passages)]
    encoder = load_encoder(DEFAULT_MODEL)
    vectors = encoder.encode_passages([written(*place, "paragraph") for place in passages])
    postings = index_texts([(written(*place, "headline + lead + paragraph"), "") for place in passages])
    statistics = Statistics([postings])
    found, wanted, of_story = [], [], []
    for question, key in asked:
        dense = (vectors @ encoder.encode_question(question)).astype(np.float64)
        words = np.zeros(len(passages))
        at, scores = best(postings, statistics.weights(telling_words(question)), statistics.mean_length, DEPTH)
        words[at] = scores
        found.append(evidence(question, passages, dense, words))
        wanted.append(key)
        of_story.append(passages[key][0].id)
    print(f"{len(stories)} articles, {len(passages)} paragraphs, {len(asked)} questions; recall in %")
    report(f"reciprocal rank, constant {RRF_CONSTANT}", [candidates for candidates, _ in found], wanted)
    fold = folds(of_story)
    for name, columns in (("learned, the two places", PLACES), ("learned, everything", tuple(range(len(EVIDENCE))))):
        rankings: list[PassageOrder] = [[] for _ in found]
        for number in range(FOLDS):
            others = [
                (table[:, columns], np.array(candidates) == key, 1.0)
                for (candidates, table), key, story in zip(found, wanted, of_story, strict=True)
                if fold[story] != number and key in candidates
            ]
            weights = conditional_logit(others, RIDGE)
            for spot, (candidates, table) in enumerate(found):
                if fold[of_story[spot]] == number:
                    rankings[spot] = [candidates[i] for i in np.argsort(-(table[:, columns] @ weights), kind="stable")]
        report(name, rankings, wanted)
    told = "  ".join(f"{name} {weight:.2f}" for name, weight in zip(EVIDENCE, weights, strict=True))
    print(f"weights of the last fold: {told}")


if __name__ == "__main__":
    main()
