"""Passages that lead a question into temptation: the product's own search finds them, and they do not answer it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from index.articles import Passage, make_article
from index.library import Library
from qa.evaluation.scores import RIGHT_F1, token_f1
from qa.evidence import margin
from qa.reader import Reader, Reading
from qa.training import data
from qa.training.data import Example, Paragraph

MOST_NEGATIVES = 8
"""Of each question, the best found, to choose from."""
CONTESTED = 4.0
"""A passage tempts whose best span has a margin of at most so many logits less than the right paragraph's."""
DOUBTFUL = 2.0
"""One whose margin is so much more than the right paragraph's may well answer too: in other words, in a later story."""


def hard_negatives(examples: Sequence[Example], answers: Mapping[str, Sequence[str]]) -> list[list[Example]]:
    """For each example what the product's search finds for it in all the paragraphs, without those that may answer."""
    by_article: dict[str, dict[str, Paragraph]] = {}
    for example in examples:
        by_article.setdefault(example.paragraph.article, {})[example.paragraph.text] = example.paragraph
    articles = []
    known: dict[tuple[str, int], Paragraph] = {}
    for name, paragraphs in by_article.items():
        kept = [paragraph for text, paragraph in paragraphs.items() if text.strip()]
        article = make_article(
            id=name or "untitled", headline=kept[0].headline or "Untitled",
            paragraphs=[" ".join(paragraph.text.split()) for paragraph in kept],
        )  # fmt: skip
        articles.append(article)
        known |= {(article.id, number): paragraph for number, paragraph in enumerate(kept, start=1)}
    found = []
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), create=True) as library:
        library.add(articles)
        print(f"looking for hard negatives among {library.passage_count} passages", flush=True)
        for example in examples:
            right = answers.get(example.question) or tuple(text for _, text in example.answers)
            hits = [hit.passage for hit in library.search(example.question, 12)]
            near = [known[hit.article_id, hit.paragraph] for hit in hits if (hit.article_id, hit.paragraph) in known]
            others = [paragraph for paragraph in near if paragraph.text != example.paragraph.text]
            wrong = [paragraph for paragraph in others if data.is_negative(paragraph.text, right)]
            found.append([Example(example.question, paragraph, ()) for paragraph in wrong[:MOST_NEGATIVES]])
    return found


def tempting(
    examples: Sequence[Example],
    negatives: Sequence[Sequence[Example]],
    reader: Reader,
    tick: Callable[[int], None] = lambda _: None,
) -> list[list[Example] | None]:
    """For each example those of its negatives that ``reader`` nearly takes for the right paragraph, the worst first.

    ``None`` where there is nothing to learn: no passage tempts, and the paragraph is read rightly and surely. A
    question without an answer has no right paragraph; the one that it was written on tempts it, and others if they are
    liked as well. What is liked far better than the right paragraph is left out: it may well answer, too. Each core
    reads a question of its own: ``reader`` is thread-safe, and best has one thread (``OnnxReader(threads=1)``).
    """
    found = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for led in pool.map(lambda example, group: _tempted(example, group, reader), examples, negatives):
            found.append(led)
            tick(1)
    return found


def _tempted(example: Example, group: Sequence[Example], reader: Reader) -> list[Example] | None:
    passages = [_passage(one) for one in (example, *group)]
    headlines = [one.paragraph.headline for one in (example, *group)]
    own, *others = reader.read(example.question, passages, headlines)
    margins = [margin(reading) for reading in others]
    least = (margin(own) if example.answers else max(margin(own), 0.0)) - CONTESTED
    worst = sorted(range(len(group)), key=lambda at: -margins[at])
    led = [group[at] for at in worst if least <= margins[at] <= margin(own) + DOUBTFUL]
    return led if led or not _easy(example, own) else None


def _easy(example: Example, own: Reading) -> bool:
    """Whether a question is read rightly in its own paragraph, and by a clear margin."""
    if not example.answers:
        return margin(own) < -CONTESTED
    words = example.paragraph.text[own.spans[0].start : own.spans[0].end] if own.spans else ""
    return margin(own) > CONTESTED and token_f1(words, [text for _, text in example.answers]) >= RIGHT_F1


def _passage(example: Example) -> Passage:
    text = example.paragraph.text
    return Passage(0, example.paragraph.article, 1, 0, len(text), text)
