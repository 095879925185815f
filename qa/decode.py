"""Logits to spans. Pure numpy; positions are tokens, and mean nothing outside one encoded window."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Logits = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


class TokenSpan(NamedTuple):
    """Tokens ``first`` to ``last``, both included; ``logit`` is start logit + end logit - price of the length."""

    first: int
    last: int
    logit: float


def best_spans(
    start: Logits, end: Logits, may_start: Mask, may_end: Mask, *, price: Logits, count: int
) -> list[TokenSpan]:
    """The best spans that do not overlap, best first.

    The score is the sum of raw logits (Devlin et al. 2019, BERT, section 4.2), so that spans of different
    passages can be compared; a softmax over each passage would make every passage's best look alike
    (Clark and Gardner 2018, section 3).

    Args:
        start: start logits (tokens,).
        end: end logits (tokens,).
        may_start: tokens that a span may start with (tokens,).
        may_end: tokens that a span may end with (tokens,).
        price: what is taken off for its length, (longest span,): ``price[0]`` off a span of one token. Start and end
            are scored apart, so the start of one candidate can meet the end of the next; such spans are long.
        count: how many spans at most.
    """
    tokens = len(start)
    width = min(len(price), tokens)
    starts = np.where(may_start, start, -np.inf)
    ends = np.concatenate([np.where(may_end, end, -np.inf), np.full(width - 1, -np.inf)])
    # scores[i, l] is the span of l + 1 tokens from i: only spans of allowed length are ever looked at
    scores = starts[:, np.newaxis] + np.lib.stride_tricks.sliding_window_view(ends, width) - price[:width]
    spans: list[TokenSpan] = []
    while len(spans) < count:
        first, extra = divmod(int(np.argmax(scores)), width)
        logit = float(scores[first, extra])
        if logit == -np.inf:
            break
        last = first + extra
        spans.append(TokenSpan(first, last, logit))
        scores[first : last + 1] = -np.inf  # spans that start inside it
        for before in range(max(0, first - width + 1), first):
            scores[before, first - before :] = -np.inf  # spans that reach into it
    return spans


def no_answer(start: Logits, end: Logits) -> float:
    """The logit of "this window does not answer": both logits at position 0, [CLS] (Devlin et al. 2019, 4.3)."""
    return float(start[0] + end[0])
