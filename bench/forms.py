"""``python -m bench.forms``: what a reader points at against what is then shown, by the form of the question.

Asks the questions of ``qa/training/questions/held_out_forms.jsonl`` (why, how, yes or no, lists) of a library of their
articles. Before: the span of the best answer. After: its clause, its sentence, or all items of its list, as
``qa.phrasing`` makes it. An answer is right if its token F1 with an accepted one (the clause, or its sentence) is at
least 0.5.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.articles import make_article
from index.library import Library
from qa.answers import Question, Reply
from qa.engine import Engine
from qa.evaluation.scores import RIGHT_F1, exact_match, token_f1
from qa.judging import Judge, open_judge
from qa.steps import Decided
from qa.weights import SHIPPED

QUESTIONS = Path("qa/training/questions/held_out_forms.jsonl")
ARTICLES = Path("qa/training/questions/spare_newsroom.jsonl")


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """A question's form and accepted answers, what the reader pointed at, and what was shown ("": nothing)."""

    form: str
    accepted: tuple[str, ...]
    before: str
    after: str


def ask(library: Library, judge: Judge, questions: Sequence[tuple[str, str, tuple[str, ...]]]) -> Iterator[BeforeAfter]:
    """Ask each of ``questions``, which are text, form and accepted answers."""
    pointed: list[str] = []

    def note(decided: Decided) -> Reply:
        pointed.append(decided.judged[0].candidates[0].quote if decided.judged else "")
        return decided.reply

    engine = Engine(library, judge, steps=(note,))
    for text, form, accepted in questions:
        pointed[:] = [""]
        reply = engine.ask(Question(text, top_k=1, min_confidence=0.0))
        yield BeforeAfter(form, accepted, pointed[-1], reply.answers[0].text if reply.answers else "")


def table(asked: Sequence[BeforeAfter]) -> str:
    """A line a form and one for all: questions, shown otherwise, and exact match, F1 and right, before and after."""
    lines = [f"{'':10}{'asked':>6}{'grown':>7}{'exact':>14}{'F1':>16}{'right':>16}"]
    for form in [*dict.fromkeys(one.form for one in asked), "all"]:
        of = [one for one in asked if form in (one.form, "all")]
        told = [
            f"{_mean(score, of, 'before'):5.1f} → {_mean(score, of, 'after'):5.1f}"
            for score in (exact_match, token_f1, _right)
        ]
        lines.append(f"{form:10}{len(of):6}{sum(a.before != a.after for a in of):7}  " + "   ".join(told))
    return "\n".join(lines)


def _right(answer: str, accepted: Sequence[str]) -> float:
    return float(token_f1(answer, accepted) >= RIGHT_F1)


def _mean(score: Callable[[str, Sequence[str]], float], asked: Sequence[BeforeAfter], when: str) -> float:
    return 100 * sum(score(getattr(one, when), one.accepted) for one in asked) / len(asked)


def main() -> None:
    """Ask, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.forms", description=__doc__)
    parser.add_argument("--reader", choices=[*SHIPPED], default="both")
    parser.add_argument("--limit", type=int, help="a sample of so many questions, always the same")
    options = parser.parse_args()
    questions = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    if options.limit and options.limit < len(questions):
        questions = random.Random(0).sample(questions, options.limit)  # noqa: S311 - repeatable, not secret
    questions.sort(key=lambda body: body["form"])
    chosen = [(body["question"], body["form"], tuple(body["answers"])) for body in questions]
    articles = [
        make_article(id=body["id"], headline=body["headline"], paragraphs=body["paragraphs"])
        for body in map(json.loads, ARTICLES.read_text("utf-8").splitlines())
    ]
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), create=True) as library:
        library.add(articles)
        print(table(list(ask(library, open_judge(SHIPPED[options.reader], spin=False), chosen))))


if __name__ == "__main__":
    main()
