"""``python -m qa.training.gather``: ask a file's questions of a library of its articles, and keep all that was read.

Order and confidence are then fitted, and rules compared, on what is kept, in seconds instead of hours. Both readers
read; the accurate one, for its price, the first passages of the search and those that the fast one likes best.

``--cut`` makes another kind of library of the same articles: ``snippets`` of one paragraph, ``short`` articles of two,
``long`` ones of eight stories under the headline of the first. A question's ``article_id`` stays the story's, so that
what is judged by article is never judged on a story that was learned from.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from index.articles import Article, Passage, make_article
from index.library import Library
from index.ranking.fusion import Hit
from qa.answers import Span
from qa.comparison import COMPARED, margins_together
from qa.confidence import Calibration
from qa.evaluation.datasets import Item, read_items, sample
from qa.evidence import Weighed, margin, weighed
from qa.judging import FEW, MANY, SETTLED, best_places
from qa.reader import OnnxReader, Reader, Reading
from qa.terminal import progress_bar, say, say_what_is_logged
from qa.weights import ACCURATE, BOTH, FAST

HITS = 20
FIRST = 3
"""Of the search, read by the accurate reader whatever the fast one says."""
LIKED = 6
"""Of all, those with the fast reader's best margins, read by the accurate one as well."""
SHORT_PARAGRAPHS = 2
LONG_STORIES = 8
CUTS = ("whole", "snippets", "short", "long")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the passages found for it, and what the readers make of them.

    ``source`` is the name of the file, ``story`` the article that the question was written on; ``right`` says of each
    hit whether it is the question's own paragraph. ``fast`` and ``accurate`` have a reading a hit, ``None`` where there
    is none. ``beside`` has the margins of the best answers that both find together, compared with each other, by words.
    """

    source: str
    question: str
    answers: tuple[str, ...]
    story: str
    right: tuple[bool, ...]
    headlines: tuple[str, ...]
    hits: tuple[Hit, ...]
    fast: tuple[Reading | None, ...]
    accurate: tuple[Reading | None, ...]
    beside: Mapping[str, float] = field(default_factory=dict)


ParagraphAt = tuple[str, int]
"""Article and paragraph, from 1."""


def stories(path: Path) -> list[tuple[str, str, list[str]]]:
    """Id, headline and paragraphs of the articles of a SQuAD or newsroom file, packed with gzip or not; may be none."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    if text.startswith("{") and '"data"' in text[:200]:
        found: dict[str, list[str]] = {}
        for article in json.loads(text)["data"]:
            contexts = [" ".join(entry["context"].split()) for entry in article["paragraphs"]]
            found.setdefault(article["title"], []).extend(contexts)
        return [(title, title.replace("_", " "), paragraphs) for title, paragraphs in found.items()]
    bodies = [body for line in text.splitlines() if line.strip() and "paragraphs" in (body := json.loads(line))]
    return [(body["id"], body["headline"], body["paragraphs"]) for body in bodies]


def cut(found: Sequence[tuple[str, str, list[str]]], how: str) -> tuple[list[Article], dict[ParagraphAt, ParagraphAt]]:
    """The articles of a library, and of each paragraph in it where it stood in its story."""
    pieces: list[list[tuple[str, str, int, str]]] = []
    for name, headline, paragraphs in found:
        lines = [(name, headline, number, text) for number, text in enumerate(paragraphs, start=1)]
        size = {"whole": len(lines), "snippets": 1, "short": SHORT_PARAGRAPHS, "long": len(lines)}[how]
        pieces += [lines[low : low + size] for low in range(0, len(lines), size)]
    if how == "long":
        pieces = [list(chain(*pieces[low : low + LONG_STORIES])) for low in range(0, len(pieces), LONG_STORIES)]
    articles: list[Article] = []
    origins: dict[ParagraphAt, ParagraphAt] = {}
    for piece in pieces:
        name, headline, first, _ = piece[0]
        key = name if how in ("whole", "long") else f"{name}, {first}"
        articles.append(make_article(id=key, headline=headline, paragraphs=[text for *_, text in piece]))
        origins |= {(key, at): (story, number) for at, (story, _, number, _) in enumerate(piece, start=1)}
    return articles, origins


class Gatherer:
    """Asks questions of one library and keeps what both readers say. ``origins``: see :func:`cut`."""

    def __init__(
        self, library: Library, origins: dict[ParagraphAt, ParagraphAt], fast: Reader, accurate: Reader
    ) -> None:
        self._library = library
        self._origins = origins
        self._fast = fast
        self._accurate = accurate
        self._calibration = Calibration.load(BOTH)

    def ask(self, source: str, item: Item) -> Asked:
        """Ask ``item``, a question of the file ``source``."""
        with self._library.view() as view:
            hits = view.search(item.question, HITS)
            found = {hit.passage.article_id: view.article(hit.passage.article_id) for hit in hits}
        headlines = [article.headline if (article := found[hit.passage.article_id]) else "" for hit in hits]
        passages = [hit.passage for hit in hits]
        place = (item.article_id, item.paragraph)
        read = self._fast.read(item.question, passages, headlines)
        liked = sorted(range(len(hits)), key=lambda at: -margin(read[at]))[:LIKED]
        chosen = sorted({*range(min(FIRST, len(hits))), *liked})
        second: list[Reading | None] = [None] * len(hits)
        reading = self._accurate.read(item.question, [passages[i] for i in chosen], [headlines[i] for i in chosen])
        for at, of in zip(chosen, reading, strict=True):
            second[at] = of
        asked = Asked(
            source,
            item.question,
            item.answers,
            item.article_id or "",
            tuple(self._origins.get((p.article_id, p.paragraph)) == place for p in passages),
            tuple(headlines),
            tuple(hits),
            tuple(read),
            tuple(second),
        )
        both = found_by_both(asked)
        order = self._calibration.ranked([one.evidence for one in both])
        if len(order) < 2 or order[0][1] >= SETTLED:
            return asked
        best = [both[place] for place, _ in order[:COMPARED]]
        return replace(asked, beside=margins_together(item.question, best, self._accurate))


def found_by_both(asked: Asked, many: int = MANY, few: int = FEW) -> list[Weighed]:
    """As both readers find the answers together, of what they have read; not compared yet."""
    first = {place: reading for place, reading in enumerate(asked.fast[:many]) if reading}
    second = {place: reading for place in best_places(first)[:few] if (reading := asked.accurate[place])}
    return weighed(asked.question, asked.hits, asked.headlines, second, first)


def load(path: Path) -> list[Asked]:
    """What was gathered."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [_from_json(json.loads(line)) for line in file]


def _to_json(asked: Asked) -> dict[str, Any]:
    def reading(of: Reading | None) -> Any:
        return of and [[(s.start, s.end, round(s.logit, 4)) for s in of.spans], round(of.no_answer, 4)]

    return {
        "source": asked.source,
        "question": asked.question,
        "answers": asked.answers,
        "story": asked.story,
        "right": asked.right,
        "beside": {words: round(value, 4) for words, value in asked.beside.items()},
        "hits": [
            {
                "article": hit.passage.article_id, "paragraph": hit.passage.paragraph, "start": hit.passage.start,
                "text": hit.passage.text, "headline": headline, "score": round(hit.score, 6),
                "similarity": round(hit.similarity, 5), "fast": reading(one), "accurate": reading(two),
            }
            for hit, headline, one, two in zip(asked.hits, asked.headlines, asked.fast, asked.accurate, strict=True)
        ],
    }  # fmt: skip


def _from_json(body: dict[str, Any]) -> Asked:
    hits: list[Hit] = []
    fast: list[Reading | None] = []
    accurate: list[Reading | None] = []
    for number, hit in enumerate(body["hits"], start=1):
        end = hit["start"] + len(hit["text"])
        passage = Passage(number, hit["article"], hit["paragraph"], hit["start"], end, hit["text"])
        hits.append(Hit(passage, hit["score"], hit["similarity"]))
        for readings, name in ((fast, "fast"), (accurate, "accurate")):
            of = hit[name]
            readings.append(of and Reading(passage, tuple(Span(*span) for span in of[0]), of[1]))
    return Asked(
        body["source"], body["question"], tuple(body["answers"]), body["story"], tuple(body["right"]),
        tuple(hit["headline"] for hit in body["hits"]), tuple(hits), tuple(fast), tuple(accurate),
        body.get("beside", {}),
    )  # fmt: skip


def main() -> None:
    """Build the library in a temporary folder, ask, and write."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.gather", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", help="SQuAD JSON or newsroom JSON Lines, packed or not")
    parser.add_argument("--beside", type=Path, nargs="*", default=[], help="files whose articles the library holds too")
    parser.add_argument("--cut", choices=CUTS, default="whole", help="how the articles are cut (%(default)s)")
    parser.add_argument("--limit", type=int, help="a sample of so many questions a file, always the same")
    parser.add_argument("--articles", type=int, help="a sample of so many of each file's articles, always the same")
    parser.add_argument("--out", type=Path, required=True, help="the file to write, .jsonl.gz")
    options = parser.parse_args()
    say_what_is_logged()
    found, questions = [story for path in options.beside for story in stories(path)], {}
    for path in options.files:
        own = stories(path)
        if options.articles and options.articles < len(own):
            own = random.Random(0).sample(own, options.articles)  # noqa: S311 - repeatable, not secret
        names = {name for name, *_ in own}
        items = [item for item in read_items(path) if not item.history and (item.article_id in names or not own)]
        questions[path.name] = sample(items, options.limit)
        found += own
    articles, origins = cut(found, options.cut)
    fast, accurate = OnnxReader(FAST, spin=False), OnnxReader(ACCURATE, spin=False)
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), create=True) as library:
        library.add(articles)
        gatherer = Gatherer(library, origins, fast, accurate)
        count = sum(len(items) for items in questions.values())
        say(f"{count:,} questions, {len(articles):,} articles, {library.passage_count:,} passages")
        with progress_bar("Asking", count) as tick, gzip.open(options.out, "wt", encoding="utf-8") as file:
            for name, items in questions.items():
                for item in items:
                    file.write(json.dumps(_to_json(gatherer.ask(name, item)), ensure_ascii=False) + "\n")
                    tick(1)


if __name__ == "__main__":
    main()
