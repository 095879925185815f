"""One calibrated number: the probability that an answer is right; and with it the decision to answer or not.

A logistic regression (Platt 1999, "Probabilistic outputs for support vector machines") over what the reader and
the search say of an answer, judged across all passages of the question. Fitted on the newsroom development
questions by ``python -m qa.training.calibrate``, which writes ``calibration.json`` beside the weights, with the
figures of its cross-validation.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from index.errors import ModelError

MAX_ODDS = 8.0
MORE_RIGHT = 0.5
"""Where "perhaps" begins for a calibration that does not say."""
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer."""

    odds: float
    """Natural logarithm of ``chance`` against the rest, at most 8 either way."""
    chance: float
    """Its share, in [0, 1], of what the reader makes of all answers found and of there being none: a softmax over
    their margins (logit over the no-answer logit of the passage; 0 for none)."""
    agreement: float
    """Natural logarithm of the number of passages that give it."""
    similarity: float
    """Cosine of the question and its passage."""
    rank: float
    """Reciprocal rank of its passage in the search: 1 for the first."""
    coverage: float
    """Share of the question's telling words that stand in its passage or headline, in [0, 1]."""
    focus: float
    """Share of the passages found that are of its article, in [0, 1]."""


def shares(margins: Sequence[float]) -> list[tuple[float, float]]:
    """``(odds, chance)`` of each answer, of which any or none may be right: see :class:`Evidence`.

    With one normalisation over all passages, as the reader was trained (Clark and Gardner 2018).
    """
    highest = max(0.0, *margins) if margins else 0.0
    parts = [math.exp(margin - highest) for margin in margins]
    total = math.exp(-highest) + math.fsum(parts)
    found = []
    for part in parts:
        odds = math.log(max(part, _TINY) / max(total - part, _TINY))
        found.append((max(-MAX_ODDS, min(MAX_ODDS, odds)), part / total))
    return found


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidences from which an answer is given: surely (nine of ten are right), or perhaps (more right than wrong)."""

    sure: float
    perhaps: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of a fitted logistic over :class:`Evidence`, and the thresholds of the stated aims."""

    weights: tuple[float, ...]
    bias: float
    thresholds: Thresholds

    def confidence(self, evidence: Evidence) -> float:
        """The probability, in [0, 1], that the answer is right."""
        total = self.bias + sum(w * x for w, x in zip(self.weights, astuple(evidence), strict=True))
        return 1.0 / (1.0 + math.exp(-total)) if total >= 0 else (low := math.exp(total)) / (1.0 + low)

    @classmethod
    def load(cls, folder: Path) -> Calibration:
        """Read ``calibration.json``.

        Raises:
            ModelError: it is missing, damaged, or fitted for other evidence.
        """
        path = folder / "calibration.json"
        try:
            body = json.loads(path.read_text("utf-8"))
            weights: Mapping[str, float] = body["weights"]
            thresholds = Thresholds(body["threshold"], min(body["threshold"], body.get("perhaps", MORE_RIGHT)))
            return cls(tuple(weights[name] for name in evidence_names()), body["bias"], thresholds)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path} cannot be used ({error!r}); run: python -m qa.training.calibrate") from None


def evidence_names() -> Sequence[str]:
    """The names of the weights, in the order of :class:`Evidence`."""
    return [field.name for field in fields(Evidence)]
