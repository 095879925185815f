"""A newsroom's archive of any size, with vectors, made from the newsroom articles in this repository.

An article here is one of theirs retold: paragraphs put together from its sentences and from its neighbours', every
name in it replaced by one drawn from a long-tailed list, so that words are as unevenly spread as in real news and the
vocabulary grows with the archive. A passage's vector is the mean of its sentences' real vectors plus noise in the
covariance that real paragraphs show around that mean; so a passage is near a question for the same reasons as in a
real archive, and nothing needs to be embedded. Two archives of one seed are the same, and the smaller is the larger's
beginning.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from index.articles import Article, make_article
from index.encoder import Encoder
from index.store import Vectors

NEWSROOM = Path(__file__).parents[1] / "qa/training/questions"
PASSAGES_AN_ARTICLE = 10
SOURCES = 20
DAYS = 3 * 365
NAMES = 300_000
"""Different surnames at most; the n-th commonest is drawn in proportion to 1 / n."""
FIRST_DAY = date(2022, 1, 1)

_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(A-Z])")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{3,}\b")
_SYLLABLES = (
    "bar", "cal", "den", "el", "fos", "gan", "hol", "is", "jor", "kel", "lan", "mor", "nes", "ost", "pel", "quin",
    "ros", "sel", "tor", "ul", "ver", "wes", "yar", "zan", "brook", "field", "ham", "ley",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Story:
    """One of our articles: sentences as positions in the pool's, the names in it, and its questions."""

    headline: str
    sentences: list[str]
    first: int
    names: list[str]
    questions: list[str]


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A question to the archive: its words, its vector, and the number of the article that it is about."""

    text: str
    vector: Vectors
    article: int


class Archive:
    """Articles by number, with the vectors of their passages."""

    def __init__(self, encoder: Encoder, seed: int = 1, cache: Path | None = None) -> None:
        """Encode sentences and paragraphs (a minute), or take their vectors from ``cache`` if they are there."""
        self.seed = seed
        self._stories, paragraphs = _read(sorted(NEWSROOM.glob("*_newsroom.jsonl")))
        sentences = [sentence for story in self._stories for sentence in story.sentences]
        texts = [*sentences, *(" ".join(sentences[i] for i in parts) for parts in paragraphs)]
        if cache and cache.exists():
            vectors = np.load(cache)
        else:
            vectors = encoder.encode_passages(texts)
            if cache:
                np.save(cache, vectors)
        self._sentences, whole = vectors[: len(sentences)], vectors[len(sentences) :]
        self._encoder = encoder
        means = np.stack([_unit(self._sentences[parts].mean(axis=0)) for parts in paragraphs])
        self._noise = np.linalg.cholesky(np.cov((whole - means).T) + 1e-6 * np.eye(encoder.dimension))
        middles = np.stack([self._sentences[s.first : s.first + len(s.sentences)].mean(axis=0) for s in self._stories])
        self._near = np.argsort(-(middles @ middles.T), axis=1)[:, 1:6]
        weights = 1.0 / np.arange(1, NAMES + 1)
        self._name_shares = np.cumsum(weights) / weights.sum()

    def article(self, number: int) -> tuple[Article, Vectors]:
        """Article ``number`` and the vectors of its passages, float32 (PASSAGES_AN_ARTICLE, dimension)."""
        draw = random.Random(f"{self.seed} {number}")  # noqa: S311
        story = self._stories[number % len(self._stories)]
        renamed = self._renamed(number)
        paragraphs, parts = [], []
        for _ in range(PASSAGES_AN_ARTICLE):
            near = draw.random() < 0.2
            told = self._stories[self._near[number % len(self._stories), draw.randrange(5)]] if near else story
            chosen = draw.sample(range(len(told.sentences)), min(draw.choice((1, 2, 2, 3, 3, 4)), len(told.sentences)))
            parts.append([told.first + i for i in chosen])
            paragraphs.append(_NAME.sub(renamed, " ".join(told.sentences[i] for i in chosen)))
        made = make_article(
            id=f"a{number:07d}",
            headline=_NAME.sub(renamed, story.headline),
            paragraphs=paragraphs,
            source=f"Paper {draw.randrange(SOURCES)}",
            author=f"Author {draw.randrange(500)}",
            published=FIRST_DAY + timedelta(days=draw.randrange(DAYS)),
            url=f"https://example.org/{number}",
        )
        noise = np.random.default_rng([self.seed, number]).standard_normal((len(parts), len(self._noise)))
        means = _unit(np.stack([self._sentences[p].sum(axis=0) for p in parts]))
        return made, _unit(means + noise @ self._noise.T).astype(np.float32)

    def articles(self, first: int, behind: int) -> Iterator[tuple[Article, Vectors]]:
        """Articles ``first`` to ``behind``, the latter left out."""
        return (self.article(number) for number in range(first, behind))

    def questions(self, count: int, articles: int) -> list[KnownItem]:
        """``count`` of our questions, each asked with the names of one of the archive's first ``articles`` articles."""
        draw = random.Random(self.seed)  # noqa: S311
        asked = []
        for _ in range(count):
            number = draw.randrange(articles)
            story = self._stories[number % len(self._stories)]
            text = draw.choice(story.questions)
            vector = self._encoder.encode_question(text)
            asked.append(KnownItem(_NAME.sub(self._renamed(number), text), vector, number))
        return asked

    def _renamed(self, number: int) -> _Renamed:
        story = self._stories[number % len(self._stories)]
        draws = np.random.default_rng([self.seed, number, 1]).random(len(story.names))
        ranks = np.searchsorted(self._name_shares, draws)
        return _Renamed({name: _surname(int(rank)) for name, rank in zip(story.names, ranks, strict=True)})


class _Renamed:
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def __call__(self, match: re.Match[str]) -> str:
        return self._names.get(match[0], match[0])


def _surname(rank: int) -> str:
    """A different name for each rank."""
    parts = []
    rest = rank + len(_SYLLABLES)  # two syllables at least
    while rest:
        rest, digit = divmod(rest, len(_SYLLABLES))
        parts.append(_SYLLABLES[digit])
    return "".join(parts).capitalize()


def _unit(vectors: Vectors) -> Vectors:
    return vectors / np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]  # type: ignore[no-any-return]


def _read(paths: list[Path]) -> tuple[list[_Story], list[list[int]]]:
    """The stories, and each paragraph as positions of its sentences."""
    stories: list[_Story] = []
    paragraphs: list[list[int]] = []
    first = 0
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            item = json.loads(line)
            sentences: list[str] = []
            for paragraph in item["paragraphs"]:
                cut = _SENTENCE.split(paragraph)
                paragraphs.append(list(range(first + len(sentences), first + len(sentences) + len(cut))))
                sentences += cut
            questions = [qa["question"] for qa in item["qas"] if qa["kind"] == "answerable"]
            if questions:
                names = sorted(set(_NAME.findall(" ".join([item["headline"], *sentences]))))
                stories.append(_Story(item["headline"], sentences, first, names, questions))
                first += len(sentences)
            else:
                del paragraphs[-len(item["paragraphs"]) :]
    return stories, paragraphs
