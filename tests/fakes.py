"""Stand-ins whose results can be worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from index.articles import Article, Passage, make_article
from index.store import Vectors
from qa.answers import Span
from qa.confidence import Calibration, Thresholds
from qa.evidence import EVIDENCE
from qa.reader import Reading

VOCABULARY = (
    *("bridge", "town", "mayor", "opened", "cost", "euro", "river", "storm"),
    *("ship", "captain", "school", "strike", "vote", "prize", "doctor", "rain"),
)


class WordEncoder:
    """One axis a word of ``VOCABULARY`` and a last one for everything else: counts of words, made unit length."""

    name = "words@1"
    source = "words"
    dimension = len(VOCABULARY) + 1

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        if progress:
            progress(len(texts))
        return np.stack([self.encode_question(text) for text in texts])

    def encode_question(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()):
            vector[VOCABULARY.index(word) if word in VOCABULARY else -1] += 1
        return vector / max(float(np.linalg.norm(vector)), 1e-9)


class OtherEncoder(WordEncoder):
    """The same vectors under another name: as a library sees another model."""

    name = "words@2"


class WordReader:
    """Finds the given answers: each with its logit wherever it stands in a passage. "No answer" has logit 0."""

    name = "words"

    def __init__(self, answers: dict[str, float]) -> None:
        self.answers = answers
        self.read_so_far: list[str] = []

    def read(self, question: str, passages: Sequence[Passage], headlines: Sequence[str]) -> list[Reading]:
        assert question
        assert len(headlines) == len(passages)
        self.read_so_far += [passage.text for passage in passages]
        return [Reading(passage, tuple(self._spans(passage)), 0.0) for passage in passages]

    def _spans(self, passage: Passage) -> list[Span]:
        found = [(passage.text.find(text), text, logit) for text, logit in self.answers.items()]
        spans = [
            Span(passage.start + at, passage.start + at + len(text), logit) for at, text, logit in found if at >= 0
        ]
        return sorted(spans, key=lambda span: -span.logit)


ODDS = tuple(float(name == "odds") for name in EVIDENCE)
MARGIN_ONLY = Calibration(order=ODDS, decide=ODDS, lead=0.0, bias=0.0, thresholds=Thresholds(sure=0.5, perhaps=0.5))
"""Confidence is what the reader makes of an answer beside all the others and "none": 0.5 at a margin of 0, alone."""


def article(id: str, *paragraphs: str, **fields: str) -> Article:
    """An article with a headline that says nothing."""
    return make_article(id=id, paragraphs=paragraphs, **({"headline": "News"} | fields))


BRIDGE = article(
    "bridge",
    "The town opened a new bridge on Friday.",
    "It cost 1.2 million euro, the mayor, Ana Ortiz, said.",
    headline="Bridge opened",
    source="Daily",
    published="2024-05-03",
    url="https://example.org/bridge",
)
STORM = article(
    "storm",
    "A storm sank a ship off the coast; the captain drowned.",
    "Rain fell for three days.",
    headline="Storm sinks ship",
    source="Weekly",
    published="2024-06-10",
)
