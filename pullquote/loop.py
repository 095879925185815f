"""The commands of the newsroom's loop: look back, say what was wrong, learn from it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import PullquoteError, SourceError
from pullquote import values
from pullquote.places import library_path, reader_path
from qa.feedback import VERDICTS, Feedback, better_of
from qa.terminal import progress_bar, say

if TYPE_CHECKING:
    from index.shelf import Shelf
    from index.stores import Where
    from qa.loop.database import Answers
    from qa.newsroom import ArticleView

Run = Callable[[argparse.Namespace], int]
Made = Callable[[Run, str, str, str], argparse.ArgumentParser]
_SHOWN_GAPS = 10


def add_arguments(command: Made, reader: Callable[[argparse.ArgumentParser], None]) -> None:
    """The commands and their options; ``reader`` adds ``--reader``."""
    again = command(replay, "replay", "ask a kept question again, as of then and as of now", "pullquote replay ID")
    again.add_argument("id", type=values.text, metavar="ID")
    again.add_argument("--json", action="store_true", help="print JSON")

    said = command(
        feedback, "feedback", "say what is thought of a kept answer",
        'pullquote feedback ID wrong --words "1.2 million euro"',
    )  # fmt: skip
    said.add_argument("id", type=values.text, metavar="ID")
    said.add_argument("verdict", choices=VERDICTS)
    said.add_argument("--answer", type=values.number, default=1, metavar="N", help="which of its answers (1)")
    said.add_argument("--words", metavar="TEXT", help="the right words, as they stand in the article")
    said.add_argument(
        "--article",
        type=values.text,
        metavar="ID",
        help="the article that they stand in, if it is not the answer's own",
    )
    said.add_argument("--note", type=values.text, metavar="TEXT", help="for the newsroom")
    said.add_argument("--server", metavar="URL", help="tell a running server instead of the library here")

    told = command(
        report, "report", "what readers asked, what was not found, what was wrong",
        "pullquote report --since 2026-11-01 --html report.html",
    )  # fmt: skip
    told.add_argument("--since", type=values.day, metavar="DATE", help="from this day on (30 days ago)")
    told.add_argument("--until", type=values.day, metavar="DATE", help="up to and with this day (now)")
    told.add_argument("--html", type=Path, metavar="FILE", help="write it as a page")
    told.add_argument("--json", action="store_true", help="print JSON")

    written = command(
        export, "export", "write the rated answers as a question file", "pullquote export --squad rated.json"
    )
    written.add_argument("--squad", type=Path, metavar="FILE", required=True, help="SQuAD 2.0 JSON")

    fitted = command(
        calibrate, "calibrate", "fit confidence and thresholds to the rated answers", "pullquote calibrate --apply"
    )
    fitted.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a question file instead, which is asked")
    fitted.add_argument("--apply", action="store_true", help="use it from now on")
    fitted.add_argument("--reset", action="store_true", help="go back to the shipped calibration")
    fitted.add_argument("--json", action="store_true", help="print JSON")

    own = command(
        questions, "questions", "the questions that an article suggests to readers", "pullquote questions ID --check"
    )
    own.add_argument("id", type=values.text, metavar="ID")
    own.add_argument("--check", action="store_true", help="ask them: which are not answered surely, and why")
    own.add_argument("--json", action="store_true", help="print JSON")

    gone = command(forget, "forget", "delete kept answers", "pullquote forget --before 2026-01-01")
    gone.add_argument("ids", type=values.text, nargs="*", metavar="ID")
    gone.add_argument("--before", type=values.day, metavar="DATE", help="all that were asked before this day")
    for reading in (again, fitted, own):
        reader(reading)


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[Answers]:
    """The kept answers of the library asked for."""
    from qa.loop.database import Answers
    from qa.loop.kept import answers_file

    with Answers.open(answers_file(library_path(options))) as answers:
        yield answers


def replay(options: argparse.Namespace) -> int:
    """Ask a kept question again."""
    from pullquote.printing import print_replay
    from qa.engine import Engine
    from qa.loop.replay import replay as ask_again

    with _opened(options) as answers:
        kept = answers.get(options.id)
    with Engine.open(library_path(options), weights=reader_path(options)) as engine:
        found = ask_again(kept, engine.ask, engine.library.article, engine.library.versions)
    if options.json:
        print(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        print_replay(found)
    return 0


def feedback(options: argparse.Namespace) -> int:
    """Say what is thought of a kept answer."""
    if options.server:
        from qa.client import Client

        with Client(options.server, key=os.environ.get("PULLQUOTE_SERVER_KEY")) as client:
            client.rate(_feedback(options, options.article, client.article))
        say(f"Kept: {options.verdict}.")
        return 0
    from index.shelf import Shelf
    from qa.loop.feedback import take
    from qa.loop.keeping import HERE

    with _opened(options) as answers, Shelf.of(library_path(options)) as shelf:
        reply = answers.get(options.id).reply
        cited = [answer.citations[0].article_id for answer in reply.answers[options.answer - 1 : options.answer]]
        near = [item.article_id for item in reply.nearest]
        article_id = options.article or next(iter((*cited, *near)), None)
        article_of = _article_of(shelf)
        replaced = take(answers, _feedback(options, article_id, article_of), HERE, article_of)
    say(f"Kept: {options.verdict}{', in the place of what was said before' if replaced else ''}.")
    return 0


def _article_of(shelf: Shelf) -> Callable[[str], ArticleView | None]:
    from qa.newsroom import ArticleView

    def found(article_id: str) -> ArticleView | None:
        article = shelf.article(article_id)
        return ArticleView.of(article) if article else None

    return found


def _feedback(
    options: argparse.Namespace, article_id: str | None, article_of: Callable[[str], ArticleView | None]
) -> Feedback:
    better = None
    if options.words:
        if article_id is None:
            raise PullquoteError("name the article that the words stand in: --article ID")
        article = article_of(article_id)
        if article is None:
            raise PullquoteError(f"no article {article_id!r}; see: pullquote list")
        better = better_of(article_id, article.text, options.words)
        if better is None:
            raise PullquoteError(f"these words do not stand in {article_id}; see: pullquote show {article_id}")
    return Feedback(options.id, options.verdict, options.answer - 1, better, options.note)


def report(options: argparse.Namespace) -> int:
    """What readers asked."""
    from index.library import Library
    from index.times import day_of
    from qa.loop.report import between
    from qa.loop.report import report as made_of

    page: Path | None = options.html
    if page and (page.is_dir() or not page.absolute().parent.is_dir()):  # before the long part
        raise SourceError(str(page), "cannot be written; name a file in a folder that exists")
    with _opened(options) as answers, Library.open(library_path(options)) as library:
        zone = library.zone
        found = made_of(
            answers,
            *between(options.since, options.until, datetime.now(UTC), zone),
            zone=zone,
            day_of=lambda when: day_of(when, zone),
            article_of=library.article,
            versions_of=library.versions,
            alike=library.alike,
        )
    if page:
        from qa.loop.page import page as written

        _write(page, written(found))
        say(f"Report: {page}")
    if options.json:
        print(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
    else:
        from pullquote.printing import print_report

        print_report(found, _SHOWN_GAPS)
    return 0


def export(options: argparse.Namespace) -> int:
    """Write the rated answers as SQuAD 2.0."""
    from index.shelf import Shelf
    from qa.loop.learning import squad

    with _opened(options) as answers, Shelf.of(library_path(options)) as shelf:
        found = squad(answers.rated(), shelf.article, shelf.versions)
    _write(options.squad, json.dumps(found.body, ensure_ascii=False) + "\n")
    say(f"{found.questions:,} questions, {found.unanswerable:,} of them without an answer: {options.squad}")
    for why, count in found.left.most_common():
        say(f"  {count:,} left out: {why}")
    return 0 if found.questions else 1


def calibrate(options: argparse.Namespace) -> int:
    """Fit the confidence to the newsroom's own rated answers; exit status 1 if it cannot be."""
    from qa.calibrations import reset, store, with_own_calibration
    from qa.judging import calibration_of, open_judge
    from qa.weights import label_of

    where, weights = library_path(options), reader_path(options)
    label = label_of(weights)
    if options.reset:
        with _changing_calibration(where):
            was = reset(where, label)
        say("The shipped calibration is in use again." if was else "The shipped calibration was in use already.")
        return 0
    if find_spec("sklearn") is None:
        raise PullquoteError("the fit needs scikit-learn; pip install 'pullquote[learn]'")
    from pullquote.printing import print_refit
    from qa.training.refit import MINIMUM, cases_of, refit

    judge = with_own_calibration(open_judge(weights), where, weights)
    if options.file:
        cases = _asked(options)
    else:
        with _opened(options) as answers:
            cases, passed = cases_of(answers.rated(), judge.name, label)
        for why, count in passed.most_common():
            say(f"{count:,} rated answers passed over: {why}")
    found = refit(cases, calibration_of(judge), judge.name)
    if options.json:
        print(json.dumps(found.body, indent=1))
    else:
        print_refit(found, MINIMUM)
    if options.apply:
        with _changing_calibration(where):
            path = store(where, label, found.body)
        say(f"In use from now on: {path}; running servers take it when they start again. Back: calibrate --reset")
    else:
        say("Nothing is changed; to use it: pullquote calibrate --apply")
    return 0


@contextmanager
def _changing_calibration(where: Where) -> Iterator[None]:
    from qa.beside import beside

    try:
        yield
    except OSError as error:
        raise PullquoteError(
            f"the calibrations in {beside(where)} cannot be written ({error.strerror or error}); nothing is changed:"
            " mend that, and type it again"
        ) from None


def _asked(options: argparse.Namespace) -> list[Any]:
    """The cases of a question file, by asking the library."""
    from qa.answers import Question
    from qa.engine import Engine
    from qa.evaluation.datasets import read_items
    from qa.training.refit import case_of_item

    items = read_items(options.file)
    cases = []
    with (
        Engine.open(library_path(options), weights=reader_path(options)) as engine,
        progress_bar("Asking", len(items)) as tick,
    ):
        for item in items:
            case = case_of_item(item, engine.ask(Question(item.question, history=item.history)).grounds)
            cases += [case] if case is not None else []
            tick(1)
    return cases


def questions(options: argparse.Namespace) -> int:
    """An editor's own questions; with ``--check`` exit status 1 if one is not answered surely."""
    from dataclasses import replace

    from index.shelf import Shelf
    from qa.newsroom import ArticleView

    with Shelf.of(library_path(options)) as shelf:
        article = shelf.article(options.id)
    if article is None:
        raise PullquoteError(f"no article {options.id!r}; see: pullquote list")
    if not options.check:
        print(json.dumps(list(article.questions), ensure_ascii=False) if options.json else "\n".join(article.questions))
        return 0
    from qa.engine import Engine
    from qa.loop.suggested import MAX_CHECKED, check

    with Engine.open(library_path(options), weights=reader_path(options)) as engine:
        found = []
        own = article.questions
        for low in range(0, len(own), MAX_CHECKED):
            part = replace(article, questions=own[low : low + MAX_CHECKED])
            found += check(ArticleView.of(part), [], engine.ask)
        sure = engine.judge.thresholds.sure
    if options.json:
        print(json.dumps([one.to_json() for one in found], ensure_ascii=False, indent=1))
    else:
        for one in found:
            told = f"{one.confidence:.2f} of {sure:.2f}" if one.answer else "-"
            answer = f": {one.answer}" if one.answer else ""
            print(f"{'ok  ' if one.sure else 'FAIL'}  {one.question}\n      {one.why} ({told}){answer}")
    return 0 if all(one.sure for one in found) else 1


def forget(options: argparse.Namespace) -> int:
    """Delete kept answers; exit status 1 if one was not there."""
    from index.shelf import Shelf
    from index.times import instant_of

    if bool(options.ids) == bool(options.before):
        say("pullquote: name answers by their ids, or a day with --before")
        return 2
    with _opened(options) as answers:
        if options.before:
            with Shelf.of(library_path(options)) as shelf:
                zone = shelf.zone
            say(f"{answers.forget_before(instant_of(options.before, zone)):,} deleted.")
            return 0
        left = [answer_id for answer_id in options.ids if not answers.forget(answer_id)]
    for answer_id in left:
        print(f"pullquote: no answer {answer_id!r} is kept", file=sys.stderr)
    return 1 if left else 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise SourceError(str(path), f"cannot be written ({error.strerror or error})") from None
