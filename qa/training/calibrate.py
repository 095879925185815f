"""``python -m qa.training.calibrate``: fit order and confidence of `fast`, `both` and `accurate` on what was gathered.

Each file that ``qa.training.gather`` wrote is a kind of text and of questions. Kinds count by :data:`COUNTS`, others
equally, and unanswerable questions in the share of :data:`UNANSWERABLE`, whatever it is in the files. An answer is
right if its token F1 with an accepted answer is at least 0.5. The figures written beside the weights are
cross-validated by article, and once more with each kind left out of the fit.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np

from qa.comparison import beside
from qa.evaluation.scores import exact_match, token_f1
from qa.evidence import EVIDENCE, Weighed, weighed
from qa.forms import form_of
from qa.judging import PASSAGES
from qa.reader import Reading
from qa.training.data import file_hash
from qa.training.fitting import Case, Guess, cross_validated, figures, fit, thresholds, without_kind
from qa.training.gather import Asked, found_by_both, load
from qa.weights import SHIPPED, deciding

UNANSWERABLE = 1 / 3
"""Share of readers' questions that the articles do not answer: an assumption, as in the files of the newsroom. With a
quarter the default, with the readers before these, answered 70 % of the held-out questions surely, 87.8 % of all sure
answers right, and 7.2 % of the unanswerable; with a third 64 %, 88.1 % and 5.9 %, and the calibration error fell from
0.053 to 0.025."""
COUNTS: Mapping[str, float] = {"news": 3.0, "easy": 2.0}
"""Times that a kind counts what another one does: what readers of a newsroom ask is nearest to these two."""
ONE_ORDER = ("margin", "coverage", "rank")
ONE_DECIDE = ("odds", "coverage", "rank")
ORDER: Mapping[str, Sequence[str]] = {
    "fast": ONE_ORDER, "both": (*ONE_ORDER, "second", "beside"), "accurate": ONE_ORDER,
}  # fmt: skip
DECIDE: Mapping[str, Sequence[str]] = {
    "fast": ONE_DECIDE, "both": (*ONE_DECIDE, "beside"), "accurate": ONE_DECIDE,
}  # fmt: skip
"""Evidence that each fit hears. What each is worth to `both` (``--without NAME``): F1 of the best answer on newsrooms,
on plain questions, on SQuAD's; newsroom questions answered where nine of ten are right; error of the confidence of all.
With everything 83.3, 92.7, 80.3; 66.9 %; 0.034. Without the answers beside each other 83.1, 91.9, 78.4; 65.8 %;
0.037. Without rank 82.4, 92.7, 79.7; 64.4 %; 0.043. Without coverage 83.1, 92.3, 79.7; 67.7 %; 0.030. Without the other
reader's margin, which the order alone hears, 83.8, 93.5, 78.2; 67.0 %; 0.040."""


def found_by_fast(asked: Asked) -> list[Weighed]:
    """As the fast reader alone finds the answers."""
    return _alone(asked, asked.fast)


def found_by_accurate(asked: Asked) -> list[Weighed]:
    """As the accurate reader alone finds the answers, of the passages that it has read."""
    return _alone(asked, asked.accurate)


def found_compared(asked: Asked) -> list[Weighed]:
    """As both find the answers together, the best few compared with each other."""
    return beside(found_by_both(asked), asked.beside)


def _alone(asked: Asked, readings: Sequence[Reading | None]) -> list[Weighed]:
    return weighed(asked.question, asked.hits, asked.headlines, _read(readings, range(min(PASSAGES, len(readings)))))


def _read(readings: Sequence[Reading | None], places: Sequence[int]) -> dict[int, Reading]:
    return {place: reading for place in places if (reading := readings[place])}


FINDERS: Mapping[str, Callable[[Asked], list[Weighed]]] = {
    "fast": found_by_fast, "both": found_compared, "accurate": found_by_accurate,
}  # fmt: skip


def cases(gathered: Mapping[str, Sequence[Asked]], find: Callable[[Asked], list[Weighed]]) -> list[Case]:
    """A case a question, by kind, in order, weighted."""
    made = []
    for kind, questions in gathered.items():
        for asked in questions:
            found = find(asked)
            words = [one.candidates[0].quote for one in found]
            case = Case(
                kind=kind,
                source=asked.source,
                story=asked.story,
                form=form_of(asked.question),
                answerable=bool(asked.answers),
                weight=COUNTS.get(kind, 1.0) / len(questions),
                evidence=np.array([astuple(one.evidence) for one in found]).reshape(-1, len(EVIDENCE)),
                f1=np.array([token_f1(answer, asked.answers) for answer in words]),
                exact=np.array([exact_match(answer, asked.answers) for answer in words]),
            )
            made.append(case)
    share = {True: 1.0 - UNANSWERABLE, False: UNANSWERABLE}
    scale = {
        able: len(made) * share[able] / max(1e-9, sum(case.weight for case in made if case.answerable == able))
        for able in share
    }
    return [replace(case, weight=case.weight * scale[case.answerable]) for case in made]


def calibrated(made: Sequence[Case], order: Sequence[str], decide: Sequence[str]) -> dict[str, Any]:
    """The calibration as ``calibration.json`` holds it."""
    model = fit(made, order, decide)
    found = cross_validated(made, order, decide)
    sure, perhaps = thresholds(found)

    def told(chosen: Sequence[Guess]) -> dict[str, Any]:
        return figures(chosen, sure, perhaps)

    kinds = list(dict.fromkeys(case.kind for case in made))
    sources = list(dict.fromkeys(case.source for case in made if case.kind == "news"))
    return {
        "order": {name: round(float(model.order[EVIDENCE.index(name)]), 5) for name in order},
        "decide": {name: round(float(model.decide[EVIDENCE.index(name)]), 5) for name in decide}
        | {"lead": round(float(model.decide[-2]), 5), "bias": round(float(model.decide[-1]), 5)},
        "sure": sure,
        "perhaps": perhaps,
        "cross_validated": {
            "all": told(found),
            "kinds": {kind: told([guess for guess in found if guess.case.kind == kind]) for kind in kinds},
            "sources": {name: told([guess for guess in found if guess.case.source == name]) for name in sources},
            "forms": {
                form: told([guess for guess in found if guess.case.form == form])
                for form in sorted({case.form for case in made})
            },
        },
        "left_out": {
            kind: figures(without_kind(made, kind, order, decide), sure, perhaps) for kind in kinds if len(kinds) > 1
        },
    }


def main() -> None:
    """Fit, and write the ``calibration.json`` of each."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.calibrate", description=__doc__)
    parser.add_argument("gathered", type=Path, nargs="+", help="KIND.jsonl.gz, as qa.training.gather writes it")
    parser.add_argument("--reader", choices=[*SHIPPED], action="append", help="this one only (repeatable)")
    parser.add_argument(
        "--without",
        choices=EVIDENCE,
        action="append",
        default=[],
        help="evidence to leave out, to see what it is worth",
    )
    parser.add_argument("--out", type=Path, help="a folder to write NAME.json to, instead of beside the weights")
    options = parser.parse_args()
    if options.without and not options.out:
        parser.error("--without is for comparing: name a folder with --out")
    gathered = {path.name.removesuffix(".jsonl.gz"): load(path) for path in options.gathered}
    data = {path.name: file_hash(path) for path in options.gathered}
    for name in options.reader or SHIPPED:
        order, decide = ([one for one in names[name] if one not in options.without] for names in (ORDER, DECIDE))
        find = found_by_both if name == "both" and "beside" in options.without else FINDERS[name]
        body = calibrated(cases(gathered, find), order, decide)
        weights = json.loads((deciding(SHIPPED[name]) / "reader.json").read_text("utf-8"))["name"]
        body |= {"reader": weights, "data": data}
        path = options.out / f"{name}.json" if options.out else SHIPPED[name] / "calibration.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(body, indent=1) + "\n", "utf-8")
        print(f"\n{name}: sure from {body['sure']}, perhaps from {body['perhaps']}")
        for title, told in body["cross_validated"]["kinds"].items():
            print(f"  {title:10}", _line(told), "| left out:", body["left_out"].get(title, {}).get("ece"))
        print("  all       ", _line(body["cross_validated"]["all"]))


def _line(told: Mapping[str, Any]) -> str:
    names = ("questions", "f1", "coverage_at_90", "coverage_at_80", "sure", "sure_right", "given", "given_right", "ece")
    return " ".join(f"{name} {told[name]}" for name in names if name in told)


if __name__ == "__main__":
    main()
