"""``python -m qa.training.calibrate``: fit the confidence on a newsroom's questions.

Every different answer that the reader finds to every question is a case, right if its token F1 with an accepted
answer is at least 0.5. A logistic regression over :class:`~qa.confidence.Evidence` gives the probability, fitted on
the two likeliest answers to each question: hardly ever is another one right, and thousands of them would draw the curve
away from where it decides. The figures and the threshold come from confidences that were cross-validated by article, so
no question judges itself; the weights written are fitted on all articles.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.library import Library
from qa.confidence import evidence_names
from qa.engine import PASSAGES_READ
from qa.evaluation.datasets import Item, read_items
from qa.evaluation.scores import (
    RIGHT_F1,
    auc,
    calibration_error,
    coverage,
    exact_match,
    reliability,
    token_f1,
)
from qa.judging import weighed
from qa.reader import OnnxReader, Reader
from qa.terminal import progress_bar, say_what_is_logged
from qa.training.data import file_hash
from qa.weights import FAST

try:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold
except ImportError:  # it comes with sentence-transformers, which questions do without
    raise SystemExit("The fit needs scikit-learn; run: pip install 'pullquote[models]'") from None

AIM = 0.9
"""Share of the given answers that shall be right."""
FITTED = 2
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """One of the answers found to a question."""

    question: int
    article: str | None
    answerable: bool
    place: int
    """Among the answers to the question, by margin, from 0."""
    evidence: tuple[float, ...]
    f1: float
    exact: float


def cases(library: Library, reader: Reader, items: Sequence[Item]) -> list[Case]:
    """All the answers found to ``items``."""
    found = []
    with progress_bar("Asking", len(items)) as tick:
        for number, item in enumerate(items):
            with library.view() as view:
                hits = view.search(item.question, PASSAGES_READ)
                articles = {hit.passage.article_id: view.article(hit.passage.article_id) for hit in hits}
            known = {key: article for key, article in articles.items() if article is not None}
            headlines = [known[hit.passage.article_id].headline for hit in hits]
            readings = reader.read(item.question, [hit.passage for hit in hits], headlines)
            for place, (group, evidence) in enumerate(weighed(item.question, hits, readings, known)):
                words = group[0].quote
                f1, exact = token_f1(words, item.answers), exact_match(words, item.answers)
                answerable = bool(item.answers)
                found.append(Case(number, item.article_id, answerable, place, astuple(evidence), f1, exact))
            tick(1)
    return found


def fit(found: Sequence[Case]) -> dict[str, Any]:
    """The calibration as ``calibration.json`` holds it, with the figures of its cross-validation."""
    evidence = np.array([case.evidence for case in found])
    right = np.array([case.f1 >= RIGHT_F1 for case in found])
    fitted = np.array([case.place < FITTED for case in found])
    confidence = np.zeros(len(found))
    for train, held_out in GroupKFold(FOLDS).split(evidence, right, [case.article for case in found]):
        used = train[fitted[train]]
        confidence[held_out] = _model().fit(evidence[used], right[used]).predict_proba(evidence[held_out])[:, 1]
    model = _model().fit(evidence[fitted], right[fitted])
    best: dict[int, int] = {}
    for position, case in enumerate(found):
        if case.question not in best or confidence[position] > confidence[best[case.question]]:
            best[case.question] = position
    top = sorted(best.values(), key=lambda position: -confidence[position])
    given = coverage(confidence[top], right[top], AIM)
    return {
        "weights": dict(zip(evidence_names(), (round(float(w), 5) for w in model.coef_[0]), strict=True)),
        "bias": round(float(model.intercept_[0]), 5),
        "threshold": round(float(confidence[top[given - 1]]), 3) if given else 1.0,
        "aim": AIM,
        "cross_validated": _figures([found[i] for i in top], confidence[top], right[top]),
    }


def _model() -> LogisticRegression:
    return LogisticRegression(C=10.0, max_iter=2_000)


def _figures(top: Sequence[Case], confidence: Any, right: Any) -> dict[str, Any]:
    """Of the best answer to each question, the most confident first."""
    able = np.array([case.answerable for case in top])
    bins = reliability(confidence, right)
    return {
        "questions": len(top),
        "answerable": int(able.sum()),
        "exact_match": round(float(np.mean([case.exact for case in top if case.answerable])), 3),
        "f1": round(float(np.mean([case.f1 for case in top if case.answerable])), 3),
        "right": round(float(right[able].mean()), 3),
        "coverage_at_90": round(coverage(confidence, right, AIM) / len(top), 3),
        "auc": round(auc(confidence[able], confidence[~able]), 3),
        "ece": round(calibration_error(confidence, right), 3),
        "curve": [{"answers": n, "confidence": round(mean, 3), "right": round(share, 3)} for n, mean, share in bins],
    }


def main() -> None:
    """Fit, and write ``calibration.json``."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.calibrate", description=__doc__)
    parser.add_argument("dataset", type=Path, help="newsroom JSON Lines with answerable and unanswerable questions")
    parser.add_argument("--library", type=Path, required=True, help="a library that holds their articles, and others")
    parser.add_argument("--reader", type=Path, default=FAST, help="a reader's folder; else the shipped one")
    parser.add_argument("--out", type=Path, required=True, help="the file to write, calibration.json of the reader")
    options = parser.parse_args()
    say_what_is_logged()
    items = [item for item in read_items(options.dataset) if item.before is None]
    library, reader = Library.open(options.library), OnnxReader(options.reader)
    try:
        body = fit(cases(library, reader, items))
        body["reader"] = reader.name
        body["library"] = {"articles": library.article_count, "passages": library.passage_count}
    finally:
        library.close()
    body["data"] = {options.dataset.name: file_hash(options.dataset)}
    options.out.write_text(json.dumps(body, indent=2) + "\n", "utf-8")
    json.dump(body["cross_validated"], sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
