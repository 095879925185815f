"""The extractive reader: the only place that sees tokens. Questions and passages in, character spans out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.articles import Passage
from index.errors import ModelError
from index.runtime import length_batches, padded_inputs, session
from qa.answers import Span
from qa.boundaries import inside_word, possessive
from qa.decode import best_spans, no_answer
from qa.trim import trimmed
from qa.weights import FAST, SHIPPED

MAX_TOKENS = 384
"""A window: question, passage and three markers. Passages of news take 80 to 300, so nearly all are one window."""
STRIDE = 128
"""Tokens that two windows of one passage share; more than the longest answer, so none is cut in two."""
MAX_QUESTION_TOKENS = 96
MAX_ANSWER_TOKENS = 30
"""99 % of the answers in the newsroom development set have at most 20 word pieces."""
LENGTH_PRICE = np.maximum(0.0, 0.2 * (np.arange(MAX_ANSWER_TOKENS) - 8)).astype(np.float32)
"""What a span's logit loses for its length: 0.2 a token beyond nine. Chosen on 769 newsroom questions that reader-v3
was neither trained nor judged on: EM / F1 73.0 / 80.3 without, 74.0 / 80.4 with it; on the development set 76.4 / 83.6
and 77.4 / 83.6."""
MAX_HEADLINE_CHARS = 200
SPANS_PER_PASSAGE = 3
BATCH_TOKENS = 400
"""Padded tokens a batch: passages of like length together. Ten passages of news take 32.6 ms so, and as long with 300
or 768; 37.5 ms with 1,536, which pads more and leaves the processor's cache."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one passage says: its best spans, best first, and the logit of its giving no answer."""

    passage: Passage
    spans: tuple[Span, ...]
    no_answer: float


class Reader(Protocol):
    """Reads passages for an answer to a question."""

    @property
    def name(self) -> str:
        """The reader and a fingerprint of its weights."""

    def read(self, question: str, passages: Sequence[Passage], headlines: Sequence[str]) -> list[Reading]:
        """One reading a passage, in the order given. ``headlines``: of each passage's article, read before it."""


class OnnxReader:
    """A BERT-like model with a span head in ONNX Runtime. Thread-safe."""

    def __init__(self, folder: Path = FAST, *, threads: int = 0, spin: bool = True) -> None:
        """Load ``model.onnx`` and ``tokenizer.json``. ``threads`` and ``spin``: see :func:`index.runtime.session`.

        Raises:
            ModelError: a file is missing or damaged.
        """
        from tokenizers import Tokenizer

        try:
            self.name: str = json.loads((folder / "reader.json").read_text("utf-8"))["name"]
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._questions = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises bare Exception
            advice = (
                "install Pullquote again"
                if folder in SHIPPED.values()
                else f"name {', '.join(SHIPPED)}, or a folder that `python -m qa.training` wrote"
            )
            raise ModelError(f"the reader in {folder} cannot be loaded ({error}); {advice}") from error
        self._session = session(folder / "model.onnx", threads=threads, spin=spin)
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS, stride=STRIDE, strategy="only_second")
        self._questions.no_padding()
        self._questions.no_truncation()

    def read(self, question: str, passages: Sequence[Passage], headlines: Sequence[str]) -> list[Reading]:
        """One reading a passage, in the order given. ``headlines``: of each passage's article, read before it."""
        if not passages:
            return []
        short = self._shortened(question)
        contexts = [reader_context(headline) for headline in headlines]
        encodings = self._tokenizer.encode_batch(
            [(short, context + passage.text) for context, passage in zip(contexts, passages, strict=True)]
        )
        windows = [
            (number, window)
            for number, encoding in enumerate(encodings)
            for window in [encoding, *encoding.overflowing]
        ]
        spans: list[list[Span]] = [[] for _ in passages]
        nothing = [np.inf] * len(passages)
        for batch in length_batches([len(window) for _, window in windows], BATCH_TOKENS):
            inputs = padded_inputs([windows[i][1] for i in batch], self._inputs)
            starts, ends = self._session.run(["start_logits", "end_logits"], inputs)
            for row, position in enumerate(batch):
                number, window = windows[position]
                tokens = len(window)
                found, null = _decode(
                    passages[number], len(contexts[number]), window, starts[row, :tokens], ends[row, :tokens]
                )
                spans[number] += found
                nothing[number] = min(nothing[number], null)  # as the SQuAD 2.0 baseline does for long documents
        return [
            Reading(passage, _without_overlaps(found), float(null))
            for passage, found, null in zip(passages, spans, nothing, strict=True)
        ]

    def _shortened(self, question: str) -> str:
        encoding = self._questions.encode(question, add_special_tokens=False)
        if len(encoding) <= MAX_QUESTION_TOKENS:
            return question
        end: int = encoding.offsets[MAX_QUESTION_TOKENS - 1][1]
        return question[:end]


def reader_context(headline: str) -> str:
    """What stands before a passage when it is read, and is no part of any answer.

    Measured with an earlier reader on the newsroom development questions, 10 passages each (EM / F1 of the best
    margin): nothing 46.4 / 53.4, headline 49.2 / 55.9, headline and the paragraph before 48.0 / 55.8 at twice
    the time, the article's first paragraph 49.3 / 57.2 at 1.7 times the time.
    """
    return f"{headline[:MAX_HEADLINE_CHARS].rstrip('. ')}. "


def _decode(passage: Passage, shift: int, window: Any, start: Any, end: Any) -> tuple[list[Span], float]:
    """Spans of one window in characters of the article.

    Args:
        passage: what was read.
        shift: characters of context before it.
        window: its encoding.
        start: start logits (tokens,).
        end: end logits (tokens,).
    """
    words = window.word_ids
    inside = [
        sequence == 1 and offset[0] >= shift
        for sequence, offset in zip(window.sequence_ids, window.offsets, strict=True)
    ]
    # A span starts and ends with whole words, never inside one.
    last = len(inside) - 1
    may_start = [ok and not (inside[i - 1] and words[i] == words[i - 1]) for i, ok in enumerate(inside)]
    may_end = [ok and (i == last or not (inside[i + 1] and words[i] == words[i + 1])) for i, ok in enumerate(inside)]
    found = []
    for place, (low, high) in enumerate(window.offsets):
        may_start[place] &= not inside_word(passage.text, low - shift)
        may_end[place] &= not inside_word(passage.text, high - shift) or possessive(passage.text, high - shift)
    for span in best_spans(
        start, end, np.array(may_start), np.array(may_end), price=LENGTH_PRICE, count=SPANS_PER_PASSAGE
    ):
        low, high = trimmed(passage.text, window.offsets[span.first][0] - shift, window.offsets[span.last][1] - shift)
        if low < high:
            found.append(Span(passage.start + low, passage.start + high, span.logit))
    return found, no_answer(start, end)


def _without_overlaps(spans: list[Span]) -> tuple[Span, ...]:
    """The best first; two windows see the same span, and each passage has a say only once about each place."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: -span.logit):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(kept[:SPANS_PER_PASSAGE])
