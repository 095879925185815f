"""Which of the answers is the best, how sure it is, and from where on an answer is given: two fits and two thresholds.

*Order*: a linear score whose softmax over the answers to a question tells the right one (McFadden 1974, conditional
logit). *Decide*: a logistic regression (Platt 1999) over the same evidence and the score's lead over the next answer:
the probability that the best one is right. Choosing among the answers to one question and telling questions apart are
different tasks, with different weights. Both are fitted by ``python -m qa.training.calibrate``, which writes
``calibration.json`` beside the weights, with the figures of its cross-validation.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from index.errors import ModelError
from qa.evidence import EVIDENCE, Evidence, added

MAX_LEAD = 8.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidences from which an answer is given: surely (nine of ten are right), or perhaps (more right than wrong)."""

    sure: float
    perhaps: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Both fits, with the thresholds of the stated aims.

    ``order`` and ``decide`` are weights in the order of :data:`qa.evidence.EVIDENCE`; ``lead`` is that of the score's
    lead over the best other answer, at most 8 either way. ``version`` names the file that it came from by its content.
    """

    order: tuple[float, ...]
    decide: tuple[float, ...]
    lead: float
    bias: float
    thresholds: Thresholds
    version: str = ""

    def ranked(self, evidence: Sequence[Evidence]) -> list[tuple[int, float]]:
        """The position of each answer, the best first, with the probability, in [0, 1], that it is right.

        None is surer than the one before it.
        """
        scores = [_product(self.order, one) for one in evidence]
        places = sorted(range(len(scores)), key=lambda place: -scores[place])
        found: list[tuple[int, float]] = []
        for place in places:
            sure = self._confidence(evidence[place], lead(scores, place))
            found.append((place, min([sure, *(before for _, before in found[-1:])])))
        return found

    def together(self, evidence: Sequence[Evidence]) -> float:
        """The probability, in [0, 1], that the right one is among answers that are no rivals of each other.

        They share one part of the whole (:attr:`qa.evidence.Evidence.odds`); all else is that of the best of them.
        """
        best = max(evidence, key=lambda one: _product(self.order, one))
        return self._confidence(replace(best, odds=added([one.odds for one in evidence])), MAX_LEAD)

    def _confidence(self, evidence: Evidence, ahead: float) -> float:
        total = self.bias + self.lead * ahead + _product(self.decide, evidence)
        return 1.0 / (1.0 + math.exp(-total)) if total >= 0 else (low := math.exp(total)) / (1.0 + low)

    @classmethod
    def load(cls, folder: Path) -> Calibration:
        """Read ``calibration.json``.

        Raises:
            ModelError: it is missing, damaged, or fitted for other evidence.
        """
        path = folder / "calibration.json"
        try:
            return cls.of(path.read_bytes())
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path} cannot be used ({error!r}); run: python -m qa.training.calibrate") from None

    @classmethod
    def of(cls, data: bytes) -> Calibration:
        """The calibration that a file holds.

        Raises:
            ValueError, KeyError, TypeError: it is damaged, or fitted for other evidence.
        """
        body = json.loads(data)
        order, decide = _weights(body["order"], ()), _weights(body["decide"], ("lead", "bias"))
        thresholds = Thresholds(float(body["sure"]), float(body["perhaps"]))
        version = hashlib.sha256(data).hexdigest()[:12]
        return cls(order, decide, float(body["decide"]["lead"]), float(body["decide"]["bias"]), thresholds, version)


def lead(scores: Sequence[float], place: int) -> float:
    """Of the answer at ``place`` over the best other one, at most 8 either way, and 8 without another one."""
    others = [score for at, score in enumerate(scores) if at != place]
    return max(-MAX_LEAD, min(MAX_LEAD, scores[place] - max(others))) if others else MAX_LEAD


def _product(weights: Sequence[float], evidence: Evidence) -> float:
    return math.fsum(w * x for w, x in zip(weights, astuple(evidence), strict=True))


def _weights(body: Mapping[str, float], beside: Sequence[str]) -> tuple[float, ...]:
    """What is not named weighs nothing.

    Raises:
        KeyError: something is named that is no evidence.
    """
    for name in body:
        if name not in EVIDENCE and name not in beside:
            raise KeyError(name)
    return tuple(float(body.get(name, 0.0)) for name in EVIDENCE)
