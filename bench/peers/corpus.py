"""The passages and questions of a run: articles cut to an exact number of paragraphs, and altered copies if too few."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.articles import Article, cut_passages, make_article
from qa.evaluation.datasets import Item, read_stories, sample

_WORD = re.compile(r"\b[^\W\d_a-z][^\W\d_]{3,}|\b[^\W\d_]{7,}|\d+")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles with ``passages`` paragraphs in all, and the questions that these answer."""

    articles: list[Article]
    questions: list[Item]
    passages: int
    copied: int
    """Articles among them that are altered copies."""

    def write(self, folder: Path) -> None:
        """Write ``articles.jsonl`` for Pullquote and ``passages.jsonl``, the same cut as it cuts, for the peers."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
            for article in self.articles:
                body: dict[str, Any] = {
                    "id": article.id,
                    "headline": article.headline,
                    "paragraphs": paragraphs(article),
                }
                file.write(json.dumps(body) + "\n")
        with (folder / "passages.jsonl").open("w", encoding="utf-8") as file:
            for article in self.articles:
                for passage in cut_passages(article):
                    row = {
                        "id": f"{article.id}#{passage.paragraph}@{passage.start}", "article_id": article.id,
                        "paragraph": passage.paragraph, "headline": article.headline, "text": passage.text,
                    }  # fmt: skip
                    file.write(json.dumps(row) + "\n")


def load(article_files: list[Path], question_files: list[Path]) -> tuple[list[Article], list[Item]]:
    """Articles, those with questions first, and the answerable questions that stand alone and say where they look.

    A question file that holds articles too, as the newsroom's do, adds them.
    """
    files = {path: read_stories(path) for path in [*question_files, *article_files]}
    items = [item for path in question_files for story in files[path] for item in story.items]
    asked = [item for item in items if item.answers and item.article_id and item.paragraph and not item.before]
    wanted = {item.article_id for item in asked}
    found: dict[str, Article] = {}
    for stories in files.values():
        for story in stories:
            if story.paragraphs:
                article = make_article(id=story.id, headline=story.headline, paragraphs=story.paragraphs)
                found.setdefault(story.id, article)
    return sorted(found.values(), key=lambda article: article.id not in wanted), asked


def build(articles: list[Article], asked: list[Item], size: int, limit: int | None) -> Corpus:
    """Exactly ``size`` paragraphs, from the first of ``articles`` and then from altered copies of all of them.

    The last article loses its end. At most ``limit`` questions, always the same ones.
    """
    chosen: list[Article] = []
    left = size
    for article in _endless(articles):
        kept = paragraphs(article)[:left]
        chosen.append(make_article(id=article.id, headline=article.headline, paragraphs=kept))
        left -= len(kept)
        if not left:
            break
    lengths = {article.id: len(paragraphs(article)) for article in chosen}
    questions = [item for item in asked if (item.paragraph or 0) <= lengths.get(item.article_id or "", 0)]
    return Corpus(chosen, sample(questions, limit), size, max(0, len(chosen) - len(articles)))


def paragraphs(article: Article) -> list[str]:
    """Its paragraphs."""
    return [article.text[start:end] for _, start, end in article.paragraphs()]


def _endless(articles: list[Article]) -> Iterator[Article]:
    yield from articles
    words = sorted({word for article in articles for word in _WORD.findall(article.text) if word.isalpha()})
    turn = 0
    while True:
        turn += 1
        exchange = _exchange(words, random.Random(turn))  # noqa: S311 - repeatable, not secret
        for article in articles:
            about = replace(article.about, headline=_altered(article.headline, exchange, turn))
            text = _altered(article.text, exchange, turn)
            yield replace(article, id=f"{article.id}-copy-{turn}", about=about, text=text)


def _exchange(words: list[str], choose: random.Random) -> dict[str, str]:
    """Each name and long word for another of its kind: a capital in front or not, and the same last letters."""
    kinds: dict[tuple[bool, str], list[str]] = {}
    for word in words:
        kinds.setdefault((word[0].isupper(), word[-2:]), []).append(word)
    return {
        word: other for kind in kinds.values() for word, other in zip(kind, choose.sample(kind, len(kind)), strict=True)
    }


def _altered(text: str, exchange: dict[str, str], turn: int) -> str:
    """``text`` with its names and long words exchanged and its numbers changed."""

    def other(found: re.Match[str]) -> str:
        word = found[0]
        return str((int(word) * 7 + turn * 13) % 10 ** len(word)) if word[0].isdecimal() else exchange.get(word, word)

    return _WORD.sub(other, text)
