"""``python -m bench.day``: a newsroom's day with the loop: asked, rated, reported, calibrated, exported, measured.

The questions of newsroom or SQuAD files are asked of a library of their articles, some of them often, and every reply
is kept. The known answers then rate some of the answers to one half of the articles, as readers would: right, or wrong
with the right words marked. From these ratings the calibration is fitted, and both calibrations are judged on the other
half, of which no rating was seen. The library, the kept answers, the report and the exported file stay in ``--out``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from index.articles import PARAGRAPH_BREAK, Article, clean_paragraphs, make_article
from index.library import Library
from index.times import day_of
from pullquote.printing import print_refit
from qa.answers import Question, Reply
from qa.cache import AnswerCache
from qa.calibrations import store, with_own_calibration
from qa.confidence import Calibration
from qa.engine import Engine
from qa.evaluation.datasets import Item, Story, read_stories
from qa.evaluation.measure import measure
from qa.evaluation.scoreboard import print_measurement
from qa.evaluation.scores import RIGHT_F1, accuracy_curve, token_f1
from qa.evidence import Evidence
from qa.feedback import Better, Feedback
from qa.judging import calibration_of
from qa.loop.database import Answers
from qa.loop.feedback import take
from qa.loop.keeper import Keeper
from qa.loop.kept import answers_file
from qa.loop.learning import squad
from qa.loop.page import page
from qa.loop.report import report
from qa.terminal import progress_bar, say
from qa.training.refit import MINIMUM, cases_of, refit
from qa.weights import SHIPPED, label_of, reader_folder

QUESTIONS = Path(__file__).parent.parent / "qa" / "training" / "questions"
FILES = tuple(QUESTIONS / name for name in ("held_out_newsroom.jsonl", "spare_newsroom.jsonl"))
AIM = 0.9
SEED = 0


def half(article_id: str | None) -> bool:
    """Whether an article is of the half that is rated: always the same one."""
    return hashlib.sha256((article_id or "").encode()).digest()[0] % 2 == 0


def articles_of(stories: Sequence[Story]) -> list[Article]:
    """The articles of the files that hold their paragraphs."""
    found = {story.id: story for story in stories if story.paragraphs}
    return [make_article(id=s.id, headline=s.headline, paragraphs=s.paragraphs) for s in found.values()]


def drawn(items: Sequence[Item], count: int) -> list[Item]:
    """Every item once, and then again those that readers ask most (Zipf), in a shuffled order."""
    random_ = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    order = random_.sample(items, len(items))
    weights = [1 / (rank + 1) for rank in range(len(order))]
    again = random_.choices(order, weights, k=max(0, count - len(order)))
    return random_.sample([*order[:count], *again], count)


def right(reply: Reply, item: Item) -> bool:
    """Whether the first answer is, or whether there is rightly none."""
    if not reply.answers or not item.answers:
        return not reply.answers and not item.answers
    best = reply.answers[0]
    words = (best.text, *(citation.quote for citation in best.citations))
    return max(token_f1(text, item.answers) for text in words) >= RIGHT_F1


def better(item: Item, article: Article) -> Better | None:
    """The place of the known answer."""
    if not item.spans or item.paragraph is None:
        return None
    texts = article.text.split(PARAGRAPH_BREAK)
    passage = " ".join(clean_paragraphs([item.passage or ""]))
    number = item.paragraph - 1
    if number >= len(texts) or texts[number] != passage:
        return None
    start = sum(len(text) + len(PARAGRAPH_BREAK) for text in texts[:number])
    return Better(article.id, start + item.spans[0][0], start + item.spans[0][1])


def on_the_other_half(replies: Sequence[tuple[Item, Reply]], engine: Engine, label: str, where: Path) -> None:
    """Print what both calibrations make of questions whose ratings neither has seen."""
    shipped = calibration_of(engine.judge)
    own = calibration_of(with_own_calibration(engine.judge, where, SHIPPED[label]))
    print(f"\n| the other half, {len(replies):,} questions | shipped | own |")
    print("|---|---|---|")
    rows: dict[str, list[str]] = {}
    able = sum(bool(item.answers) for item, _ in replies)
    for calibration in (shipped, own):
        sure, good, known = [], [], []
        for item, reply in replies:
            grounds = reply.grounds
            if grounds is None or not grounds.considered:
                continue
            best = grounds.considered[0]
            evidence = [tuple(one.evidence) for one in grounds.considered]
            sure.append(_confidence(calibration, evidence))
            good.append(token_f1(best.quote, item.answers) >= RIGHT_F1)
            known.append(bool(item.answers))
        confidence, truth, answerable = np.array(sure), np.array(good), np.array(known)
        thresholds = calibration.thresholds
        for name, least in (("surely", thresholds.sure), ("at all", thresholds.perhaps)):
            chosen = confidence >= least
            share = f"{100 * (chosen & answerable).sum() / able:.1f} %"
            said = f"{100 * truth[chosen].mean():.1f} %" if chosen.any() else "-"
            wrongly = f"{int((chosen & ~answerable).sum())}"
            rows.setdefault(f"answered {name}, of the answerable", []).append(share)
            rows.setdefault(f"right of the answers given {name}", []).append(said)
            rows.setdefault(f"unanswerable ones answered {name}", []).append(wrongly)
        enough = np.flatnonzero(accuracy_curve(confidence, truth) >= AIM)
        first = np.argsort(-confidence, kind="stable")[: enough[-1] + 1 if len(enough) else 0]
        rows.setdefault(f"answered where {AIM:.0%} are right, in hindsight", []).append(
            f"{100 * answerable[first].sum() / able:.1f} %"
        )
        error = float(np.mean((confidence - truth) ** 2))
        rows.setdefault("squared error of the confidence (Brier)", []).append(f"{error:.3f}")
    for name, values in rows.items():
        print(f"| {name} | {' | '.join(values)} |")


def _confidence(calibration: Calibration, evidence: Sequence[tuple[float, ...]]) -> float:
    return calibration.ranked([Evidence(*one) for one in evidence])[0][1]


def p50(engine: Engine, keeper: Keeper, items: Sequence[Item]) -> tuple[float, float, float]:
    """Median milliseconds of a question that is not kept, of one that is, and of handing it to the keeper.

    In turns, nothing from the cache.
    """
    cache, engine.cache = engine.cache, None
    times: dict[bool, list[float]] = {False: [], True: []}
    handed: list[float] = []
    for number, item in enumerate(items):
        for kept in (number % 2 == 0, number % 2 == 1):
            question = Question(item.question)
            began = time.perf_counter()
            reply = engine.ask(question)
            if kept:
                before = time.perf_counter()
                keeper.keep(question, reply)
                handed.append(1_000 * (time.perf_counter() - before))
            times[kept].append(1_000 * (time.perf_counter() - began))
            keeper.flush(10)  # else the next one, which is not kept, pays for the writing
    engine.cache = cache
    return statistics.median(times[False]), statistics.median(times[True]), statistics.median(handed)


ItemReply = tuple[Item, Reply]


def ask_all(
    engine: Engine, keeper: Keeper, items: Sequence[Item], before: Sequence[Reply], minutes: float
) -> list[ItemReply]:
    """Ask and keep, for so many minutes at most; the first reply to each of the different questions.

    ``before``: what was replied to the first of ``items`` on a day that was stopped.
    """
    found: dict[str, ItemReply] = {}
    ends = time.monotonic() + 60 * minutes
    earlier = {(reply.question, number): reply for number, reply in enumerate(before)}
    with progress_bar("Asking", len(items)) as tick:
        for number, item in enumerate(items):
            reply = earlier.get((item.question, number))
            if reply is None:
                if time.monotonic() > ends:
                    break
                question = Question(item.question, history=item.history)
                reply = engine.ask(question)
                keeper.keep(question, reply)
            found.setdefault(f"{item.article_id} {item.question}", (item, reply))
            tick(1)
    keeper.flush(60)
    return list(found.values())


def rate_some(
    answers: Answers, engine: Engine, asked: Sequence[ItemReply], articles: dict[str, Article], most: int
) -> str:
    """Rate ``most`` of them by the known answers; says how many were rated how."""
    verdicts: Counter[str] = Counter()
    for item, reply in asked:
        if sum(verdicts.values()) == most:
            break
        good = right(reply, item)
        words = None if good else better(item, articles[item.article_id or ""])
        if not good and words is None and not reply.answers:
            continue  # nobody could say what is wrong with it
        feedback = Feedback(reply.id, "right" if good else "wrong", better=words)
        take(answers, feedback, "readers", engine.article)
        verdicts[feedback.verdict] += 1
    return ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())


def tell(answers: Answers, engine: Engine, since: datetime, file: Path) -> None:
    """Correct the article that most was answered from, and write the report."""
    library = engine.library
    zone = library.zone
    library.set_status(answers.cited(since, datetime.now(UTC))[0][0], "corrected", "A figure in it was wrong.")
    began = time.perf_counter()
    told = report(
        answers, since, datetime.now(UTC), zone=zone, day_of=lambda when: day_of(when, zone),
        article_of=library.article, versions_of=library.versions, alike=library.alike,
    )  # fmt: skip
    file.write_text(page(told), "utf-8")
    say(f"report in {time.perf_counter() - began:.1f} s: {file}")


def main() -> None:
    """Play the day."""
    parser = argparse.ArgumentParser(prog="python -m bench.day", description=__doc__)
    parser.add_argument("files", type=Path, nargs="*", default=list(FILES), help="question files (ours, held out)")
    parser.add_argument("--questions", type=int, default=2_000, help="asked in all, repeats included (%(default)s)")
    parser.add_argument("--distinct", type=int, help="different questions at most")
    parser.add_argument("--ratings", type=int, default=300, help="%(default)s")
    parser.add_argument("--reader", default="both", choices=[*SHIPPED])
    parser.add_argument("--timed", type=int, default=40, help="questions asked with and without keeping (%(default)s)")
    parser.add_argument("--measured", type=int, default=100, help="exported questions that are measured (%(default)s)")
    parser.add_argument("--minutes", type=float, default=600, help="stop asking after so many (%(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="a folder; a day that was stopped there goes on")
    options = parser.parse_args()
    where, file = options.out / "library", options.out / "rated.json"
    stories = [story for path in options.files for story in read_stories(path)]
    articles = {article.id: article for article in articles_of(stories)}
    items = [item for story in stories for item in story.items if item.article_id in articles]
    if options.distinct and options.distinct < len(items):
        items = random.Random(SEED).sample(items, options.distinct)  # noqa: S311 - repeatable, not secret
    with Library.open(where, create=True) as library:
        if not library.article_count:
            library.add(list(articles.values()))
    weights, label = reader_folder(options.reader), options.reader
    counts: Counter[str] = Counter()
    with (
        Engine.open(where, weights=weights, several=True, cache=AnswerCache(size=2**28)) as engine,
        Answers.open(answers_file(where), create=True) as answers,
    ):
        keeper = Keeper(answers_file(where), count=lambda outcome, n: counts.update({outcome: n}))
        past = list(answers.between(datetime.min.replace(tzinfo=UTC), datetime.now(UTC)))
        chosen = drawn(items, options.questions)
        began = past[0].asked if past else datetime.now(UTC)
        asked = ask_all(engine, keeper, chosen, [kept.reply for kept in past], options.minutes)
        say(f"asked {answers.count():,}, {len(asked):,} different; lost {counts['dropped']:,}")
        other = [one for one in asked if not half(one[0].article_id)]
        mine = [one for one in asked if half(one[0].article_id)]
        say(f"rated {rate_some(answers, engine, mine, articles, options.ratings)}")
        tell(answers, engine, began, options.out / "report.html")
        cases, passed = cases_of(answers.rated(), engine.judge.name, label)
        say(f"learnt from {len(cases)} of them" + "".join(f"; {count} {why}" for why, count in passed.items()))
        found = refit(cases, calibration_of(engine.judge), engine.judge.name)
        print_refit(found, MINIMUM)
        store(where, label_of(weights), found.body)
        on_the_other_half(other, engine, label, where)
        exported = squad(answers.rated(), engine.library.article, engine.library.versions)
        file.write_text(json.dumps(exported.body, ensure_ascii=False), "utf-8")
        say(
            f"exported {exported.questions} questions, {exported.unanswerable} unanswerable; left {dict(exported.left)}"
        )
        without, with_, handed = p50(engine, keeper, [item for item, _ in other[: options.timed]])
        print(
            f"\np50 of a question: {without:.0f} ms without keeping, {with_:.0f} ms with it, {handed:.3f} ms of these",
            flush=True,
        )
        keeper.close()
    print_measurement(measure(file, library=where, weights=weights, limit=options.measured))


if __name__ == "__main__":
    main()
