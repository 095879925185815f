"""The two fits of a calibration, its two thresholds, and their figures. Arrays alone; no reader, no file.

*Order* is a conditional logit (McFadden 1974): of the answers to a question, a softmax over linear scores tells the
right one. *Decide* is a logistic regression over the evidence of the two best answers and their lead. Everything
reported is cross-validated by story: no question is judged by a fit that has seen its article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.confidence import lead
from qa.evaluation.scores import RIGHT_F1, accuracy_curve, auc, calibration_error
from qa.evidence import EVIDENCE

try:
    from scipy.optimize import minimize
    from sklearn.linear_model import LogisticRegression
except ImportError:  # they come with sentence-transformers, which questions do without
    raise SystemExit("The fit needs scikit-learn; run: pip install 'pullquote[learn]'") from None

SURE_AIM = 0.9
"""Share of the sure answers that shall be right."""
PERHAPS_AIM = 0.8
"""Share of the sure and the uncertain answers together that shall be right."""
MORE_RIGHT = 0.5
"""An uncertain answer is itself at least that likely."""
DECIDED = 2
"""Best answers to a question that the decision is fitted on: hardly ever is another one right, and thousands of them
would draw the curve away from where it decides."""
ANSWERS = 8
"""Best answers to a question that the order is fitted on."""
FOLDS = 5
RESAMPLES = 200
ORDER_RIDGE = 0.02
DECIDE_C = 1.0

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the answers found to it, best margin first.

    ``weight`` says how often readers ask the like; ``evidence`` is (answers, evidence), ``f1`` and ``exact`` are
    (answers,); a NaN in ``f1`` says that nobody knows whether that answer is right.
    """

    kind: str
    source: str
    story: str
    form: str
    answerable: bool
    weight: float
    evidence: Floats
    f1: Floats
    exact: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights of both fits over the evidence named; ``decide`` has those, the lead, and the bias."""

    order: Floats
    decide: Floats

    def best(self, case: Case) -> tuple[int, float]:
        """Position of the best answer, and the probability that it is right. The case has an answer."""
        scores = case.evidence @ self.order
        place = int(np.argmax(scores))
        return place, float(1.0 / (1.0 + np.exp(-_row(case, scores, place) @ self.decide)))


def fit(cases: Sequence[Case], order: Sequence[str], decide: Sequence[str]) -> Fit:
    """Both fits, over the evidence that is named for each; the other weights are 0."""
    found = [case for case in cases if len(case.f1)]
    weights = _order([case for case in found if len(case.f1) > 1], [EVIDENCE.index(name) for name in order])
    return fit_decision(found, weights, decide)


def fit_decision(cases: Sequence[Case], weights: Floats, decide: Sequence[str]) -> Fit:
    """The decision alone, over the evidence that is named; ``weights`` (evidence,) are those of the order."""
    rows, right, sample = [], [], []
    for case in cases:
        scores = case.evidence @ weights
        for place in np.argsort(-scores, kind="stable")[:DECIDED]:
            if np.isnan(case.f1[place]):
                continue
            rows.append(_row(case, scores, int(place)))
            right.append(case.f1[place] >= RIGHT_F1)
            sample.append(case.weight)
    columns = [*(EVIDENCE.index(name) for name in decide), len(EVIDENCE)]
    table = np.array(rows)[:, columns]
    mean, spread = table.mean(0), table.std(0) + 1e-9
    model = LogisticRegression(C=DECIDE_C, max_iter=2_000).fit((table - mean) / spread, right, sample_weight=sample)
    weights_of_decision = np.zeros(len(EVIDENCE) + 2)
    weights_of_decision[columns] = model.coef_[0] / spread
    weights_of_decision[-1] = model.intercept_[0] - float((model.coef_[0] / spread) @ mean)
    return Fit(weights, weights_of_decision)


def _row(case: Case, scores: Floats, place: int) -> Floats:
    return np.array([*case.evidence[place], lead(scores.tolist(), place), 1.0])


def _order(cases: Sequence[Case], columns: Sequence[int]) -> Floats:
    """Weights under which the right one of the answers to a question scores highest."""
    known = [
        (case.evidence[:ANSWERS, columns], case.f1[:ANSWERS] >= RIGHT_F1, case.weight)
        for case in cases
        if 0 < (case.f1[:ANSWERS] >= RIGHT_F1).sum() < len(case.f1[:ANSWERS])
    ]
    weights = np.zeros(len(EVIDENCE))
    weights[list(columns)] = conditional_logit(known, ORDER_RIDGE)
    return weights


def conditional_logit(choices: Sequence[tuple[Floats, Flags, float]], ridge: float) -> Floats:
    """Weights (evidence,) under which the right rows of each choice score highest among its own (McFadden 1974).

    Args:
        choices: of each its table, (rows, evidence); which of the rows are right, (rows,), at least one; its weight.
        ridge: how dear large weights are, over evidence brought to one spread.
    """
    spread = np.concatenate([table for table, _, _ in choices]).std(0) + 1e-9
    total = sum(weight for _, _, weight in choices)

    def loss(weights: Floats) -> tuple[float, Floats]:
        lost, slope = ridge * float(weights @ weights), 2 * ridge * weights
        for table, right, weight in choices:
            scaled = table / spread
            scores = scaled @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            of_right = float(chance[right].sum()) + 1e-12
            lost -= weight / total * float(np.log(of_right))
            slope = slope - weight / total * (scaled.T @ (np.where(right, chance / of_right, 0.0) - chance))
        return lost, slope

    found: Floats = minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B").x / spread
    return found


@dataclass(frozen=True, slots=True)
class Guess:
    """The best answer to a case, by a fit that has not seen its story."""

    case: Case
    confidence: float
    f1: float
    exact: float

    @property
    def right(self) -> bool:
        """Whether it counts as right."""
        return self.f1 >= RIGHT_F1


def guesses(model: Fit, cases: Sequence[Case]) -> list[Guess]:
    """The best answers; no answer is one that is not right, of confidence 0."""
    found = []
    for case in cases:
        if not len(case.f1):
            found.append(Guess(case, 0.0, 0.0, 0.0))
            continue
        place, confidence = model.best(case)
        found.append(Guess(case, confidence, float(case.f1[place]), float(case.exact[place])))
    return found


def cross_validated(cases: Sequence[Case], order: Sequence[str], decide: Sequence[str]) -> list[Guess]:
    """The best answer to every case, in folds by story, each by both fits on the others."""
    return in_folds(cases, lambda others: fit(others, order, decide))


def folds(stories: Iterable[str]) -> dict[str, int]:
    """Of every story its fold, 0 to FOLDS - 1, drawn by lot; always the same."""
    names = sorted(set(stories))
    shuffled = np.random.default_rng(0).permutation(len(names))
    return {name: int(place) % FOLDS for name, place in zip(names, shuffled, strict=True)}


def in_folds(cases: Sequence[Case], fitted: Callable[[Sequence[Case]], Fit]) -> list[Guess]:
    """The best answer to every case, in folds by story, each by what is ``fitted`` to the others."""
    fold = folds([case.story for case in cases])
    found: dict[int, Guess] = {}
    for number in range(FOLDS):
        model = fitted([case for case in cases if fold[case.story] != number])
        held = [at for at, case in enumerate(cases) if fold[case.story] == number]
        found |= dict(zip(held, guesses(model, [cases[at] for at in held]), strict=True))
    return [found[at] for at in range(len(cases))]


def without_kind(cases: Sequence[Case], kind: str, order: Sequence[str], decide: Sequence[str]) -> list[Guess]:
    """The best answers to the cases of one kind, by a fit on the others, none of them of its stories."""
    held = [case for case in cases if case.kind == kind]
    stories = {case.story for case in held}
    return guesses(
        fit([case for case in cases if case.kind != kind and case.story not in stories], order, decide), held
    )


def thresholds(found: Sequence[Guess]) -> tuple[float, float]:
    """From which confidence an answer is sure, and from which it is given perhaps.

    Each is the median over resamples by story (bootstrap, Efron 1979) of where the share of right answers among the
    surer ones last crosses its aim, so that it does not hang on the few surest wrong answers.
    """
    members: dict[str, list[int]] = {}
    for at, guess in enumerate(found):
        members.setdefault(guess.case.story, []).append(at)
    stories = list(members.values())
    confidence = np.array([guess.confidence for guess in found])
    right = np.array([guess.right for guess in found], float)
    weight = np.array([guess.case.weight for guess in found])
    random = np.random.default_rng(0)
    crossed: list[list[float]] = [[], []]
    for _ in range(RESAMPLES):
        rows = np.concatenate([stories[pick] for pick in random.integers(0, len(stories), len(stories))])
        rows = rows[np.argsort(-confidence[rows], kind="stable")]
        share = np.cumsum((right * weight)[rows]) / np.cumsum(weight[rows])
        for values, aim in zip(crossed, (SURE_AIM, PERHAPS_AIM), strict=True):
            enough = np.flatnonzero(share >= aim)
            values.append(float(confidence[rows[enough[-1]]]) if len(enough) else 1.0)
    sure, perhaps = (float(np.median(values)) for values in crossed)
    return round(sure, 3), round(min(sure, max(perhaps, MORE_RIGHT)), 3)


def figures(found: Sequence[Guess], sure: float, perhaps: float) -> dict[str, Any]:
    """Of the best answers; shares in [0, 1], of the answerable questions unless said."""
    confidence = np.array([guess.confidence for guess in found])
    right = np.array([guess.right for guess in found])
    able = np.array([guess.case.answerable for guess in found])
    answers = {"sure": confidence >= sure, "given": confidence >= perhaps}
    body: dict[str, Any] = {"questions": len(found), "answerable": int(able.sum())}
    if able.any():
        body |= {
            "exact_match": float(np.mean([guess.exact for guess in found if guess.case.answerable])),
            "f1": float(np.mean([guess.f1 for guess in found if guess.case.answerable])),
            "right": float(right[able].mean()),
            "coverage_at_90": _coverage(confidence, right, able, SURE_AIM),
            "coverage_at_80": _coverage(confidence, right, able, PERHAPS_AIM),
        }
    for name, chosen in answers.items():
        if able.any():
            body[f"{name}"] = float(chosen[able].mean())
        if chosen.any():
            body[f"{name}_right"] = float(right[chosen].mean())
        if not able.all():
            body[f"{name}_of_unanswerable"] = float(chosen[~able].mean())
    body |= {"auc": auc(confidence[right], confidence[~right]), "ece": calibration_error(confidence, right)}
    return {name: value if isinstance(value, int) else round(value, 3) for name, value in body.items()}


def _coverage(confidence: Floats, right: Flags, able: Flags, aim: float) -> float:
    """Share of the answerable questions that are answered where that share of all answers is right, in hindsight."""
    enough = np.flatnonzero(accuracy_curve(confidence, right) >= aim)
    first = np.argsort(-confidence, kind="stable")[: enough[-1] + 1 if len(enough) else 0]
    return float(able[first].sum() / able.sum())
