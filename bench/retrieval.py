"""``python -m bench.retrieval ARTICLES… --questions FILE``: what to embed, what to index, how to fuse.

Recall of the paragraph that holds the answer, for vectors and BM25 over the paragraph alone, with its headline, and
with its neighbours, and for reciprocal rank fusion of each pair. The constants in ``index/ranking/fusion.py`` come
from here.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.encoder import DEFAULT_MODEL, Encoder, load_encoder
from index.ranking.fusion import DEPTH
from index.ranking.postings import Statistics, best, index_texts
from index.words import telling_words
from qa.evaluation.datasets import Story, read_items, read_stories

PassageOrder = list[int]

FORMS = {
    "paragraph": "{paragraph}",
    "headline + paragraph": "{headline}. {paragraph}",
    "headline + lead + paragraph": "{headline}. {lead} {paragraph}",
    "previous + paragraph": "{previous} {paragraph}",
}


def written(story: Story, number: int, form: str) -> str:
    """Paragraph ``number`` (from 0) with what ``form`` adds to it."""
    paragraphs = story.paragraphs
    return FORMS[form].format(
        paragraph=paragraphs[number], headline=story.headline, lead=paragraphs[0] if number else "",
        previous=paragraphs[number - 1] if number else "",
    )  # fmt: skip


def asked_of(path: Path, places: Sequence[tuple[Story, int]]) -> list[tuple[str, int]]:
    """A file's questions that stand alone and have an answer, each with the position of its paragraph in ``places``."""
    key = {(story.id, number): position for position, (story, number) in enumerate(places)}
    return [
        (item.question, key[item.article_id, item.paragraph - 1])
        for item in read_items(path)
        if item.answers and item.before is None and item.article_id is not None and item.paragraph is not None
    ]


def dense(encoder: Encoder, texts: Sequence[str], questions: Sequence[str]) -> list[PassageOrder]:
    """Nearest by cosine."""
    vectors = encoder.encode_passages(texts)
    return [np.argsort(-(vectors @ encoder.encode_question(question)))[:DEPTH].tolist() for question in questions]


def bm25(texts: Sequence[str], questions: Sequence[str]) -> list[PassageOrder]:
    """Best by BM25, as the library ranks."""
    postings = index_texts([(text, "") for text in texts])
    statistics = Statistics([postings])
    weights = [statistics.weights(telling_words(question)) for question in questions]
    return [best(postings, one, statistics.mean_length, DEPTH)[0].tolist() for one in weights]


def fused(first: list[PassageOrder], second: list[PassageOrder], constant: int) -> list[PassageOrder]:
    """Reciprocal rank fusion of two rankings a question."""
    found = []
    for pair in zip(first, second, strict=True):
        scores: dict[int, float] = {}
        for ranking in pair:
            for rank, key in enumerate(ranking, start=1):
                scores[key] = scores.get(key, 0.0) + 1 / (constant + rank)
        found.append(sorted(scores, key=lambda key: -scores[key]))
    return found


def report(name: str, rankings: list[PassageOrder], wanted: Sequence[int]) -> None:
    """A line of recall@1, 5, 10, 20 in percent, and the mean reciprocal rank."""
    ranks = [ranking.index(key) + 1 if key in ranking else 10**9 for ranking, key in zip(rankings, wanted, strict=True)]
    recalls = "  ".join(f"@{k} {100 * np.mean([rank <= k for rank in ranks]):5.1f}" for k in (1, 5, 10, 20))
    print(f"{name:72} {recalls}  MRR {np.mean([1 / rank for rank in ranks]):.3f}", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    parser.add_argument("articles", type=Path, nargs="*", help="more newsroom files whose articles are in the library")
    parser.add_argument("--questions", type=Path, required=True, help="the newsroom file whose questions are asked")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="a sentence-transformers model, a path or a name")
    options = parser.parse_args()
    stories = [story for path in [options.questions, *options.articles] for story in read_stories(path)]
    places = [(story, number) for story in stories for number in range(len(story.paragraphs))]
    asked = asked_of(options.questions, places)
    questions, wanted = [question for question, _ in asked], [place for _, place in asked]
    print(f"{len(stories)} articles, {len(places)} paragraphs, {len(questions)} questions; recall in %")
    encoder = load_encoder(options.model)
    rankings = {}
    for form in FORMS:
        texts = [written(story, number, form) for story, number in places]
        rankings["vectors", form] = dense(encoder, texts, questions)
        rankings["BM25", form] = bm25(texts, questions)
        for kind in ("vectors", "BM25"):
            report(f"{kind} of {form}", rankings[kind, form], wanted)
    for constant in (60, 20, 10, 5):
        for meaning in FORMS:
            for words in FORMS:
                found = fused(rankings["vectors", meaning], rankings["BM25", words], constant)
                report(f"fused {constant}: vectors of {meaning}, BM25 of {words}", found, wanted)


if __name__ == "__main__":
    main()
