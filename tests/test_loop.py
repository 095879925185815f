"""The loop: asking again, the report, the question file, the calibration, and the questions to suggest."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.articles import Article
from index.errors import PullquoteError
from index.library import Library
from index.ranking.vectors import groups
from index.times import day_of
from qa import calibrations
from qa.answers import Question, Reply
from qa.calibrations import with_own_calibration
from qa.confidence import Calibration, Thresholds
from qa.engine import Engine
from qa.errors import AnswersError, AnswersMissing, FeedbackError
from qa.evaluation.datasets import read_items, read_stories
from qa.evidence import EVIDENCE
from qa.feedback import Better, Feedback, better_of
from qa.grounds import Considered, Grounds
from qa.judging import ReaderJudge
from qa.loop.database import Answers
from qa.loop.feedback import resolved, take
from qa.loop.keeper import Keeper
from qa.loop.keeping import Keeping
from qa.loop.kept import Kept, Rating
from qa.loop.learning import squad
from qa.loop.page import page
from qa.loop.replay import difference, replay
from qa.loop.report import Report, between, report
from qa.loop.suggested import Checked, candidates, check
from qa.newsroom import ArticleView
from tests.fakes import BRIDGE, MARGIN_ONLY, STORM, WordReader, article

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORDS = {"Ana Ortiz": 2.0, "1.2 million euro": 1.0}


@pytest.fixture
def engine(library: Library) -> Engine:
    library.add([BRIDGE, STORM])
    return Engine(library, ReaderJudge(WordReader(WORDS), MARGIN_ONLY))


@pytest.fixture
def answers(tmp_path: Path) -> Any:
    with Answers.open(tmp_path / "answers.sqlite3", create=True) as made:
        yield made


def keep(answers: Answers, engine: Engine, text: str, asked: datetime = NOON) -> Kept:
    question = Question(text)
    item = Kept(question, engine.ask(question), asked)
    answers.put([item])
    return item


def rate(answers: Answers, engine: Engine, item: Kept, verdict: Any, **more: Any) -> None:
    take(answers, Feedback(item.reply.id, verdict, **more), "desk", engine.article)


def at(words: str, story: Article = BRIDGE) -> Better:
    found = better_of(story.id, story.text, words)
    assert found is not None
    return found


# Voices


def test_the_verdict_of_most_counts_of_equals_the_newest_and_marked_words_are_heard() -> None:
    wrong, right = Rating(NOON, "wrong"), Rating(NOON + HOUR, "right")
    marked = Rating(NOON - HOUR, "wrong", article_id="a", start=0, end=1, quote="x")
    assert resolved([]) is None
    assert resolved([wrong, right]) == right
    assert resolved([wrong, right, marked]) == marked
    assert resolved([right, replace(right, at=NOON), wrong]) == right


def test_words_are_found_where_they_stand() -> None:
    assert better_of("a", "It cost 1.2 million euro.", " 1.2  million ") == Better("a", 8, 19)
    assert better_of("a", "It cost 1.2 million euro.", "2 millions") is None
    assert better_of("a", "It cost.", "  ") is None
    parted = unicodedata.normalize("NFD", "Sjöström")
    assert better_of("a", "Åsa Sjöström left.", parted) == Better("a", 4, 12), "as some terminals type it"
    assert better_of("a", f"Åsa {parted} left.", parted) == Better("a", 4, 14), "in a text of an older library"


def test_an_engine_alone_keeps_nothing_and_says_how(engine: Engine) -> None:
    with pytest.raises(AnswersMissing, match="--keep"):
        engine.rate(Feedback("x", "right"))


def test_what_the_chat_asks_is_kept_and_can_be_rated(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite3"
    with Keeping(engine, Keeper(path, days=None)) as newsroom:
        reply = newsroom.ask(Question("Who is the mayor?"))
        newsroom.rate(Feedback(reply.id, "wrong", better=at("1.2 million euro")))
        with pytest.raises(FeedbackError):
            newsroom.rate(Feedback(reply.id, "wrong", answer_index=5))
        with pytest.raises(AnswersError):
            newsroom.rate(Feedback("other", "wrong"))
    with Answers.open(path) as answers:
        assert [rating.quote for rating in answers.ratings(reply.id)] == ["1.2 million euro"]


# Asking again


def played_again(engine: Engine, item: Kept) -> dict[str, Any]:
    return replay(item, engine.ask, engine.library.article, engine.library.versions).to_json()


def test_an_unchanged_library_answers_the_same(engine: Engine, answers: Answers) -> None:
    body = played_again(engine, keep(answers, engine, "Who is the mayor?", datetime.now(UTC)))
    assert (body["then"]["difference"], body["now"]["difference"]) == ("same", "same")
    assert (body["corrected_since"], body["same_reader"], body["same_calibration"]) == ([], True, True)


def test_what_was_corrected_changed_or_taken_back_since_is_told(engine: Engine, answers: Answers) -> None:
    item = keep(answers, engine, "Who is the mayor?", datetime.now(UTC) - HOUR)
    library = engine.library
    library.set_status("bridge", "corrected", "It was 1.3 million.")
    assert played_again(engine, item)["corrected_since"] == [
        {"article_id": "bridge", "what": "corrected", "note": "It was 1.3 million."}
    ]
    library.set_status("bridge", "live")
    library.add([replace(BRIDGE, text=BRIDGE.text.replace("Ana Ortiz", "Bo Lee"))])
    body = played_again(engine, item)
    assert body["corrected_since"] == [{"article_id": "bridge", "what": "changed", "note": None}]
    assert body["now"]["difference"] == "other words", "the mayor is another one"
    assert body["then"]["difference"] == "same", "as of then she was"
    library.set_status("bridge", "retracted", "All of it.")
    assert [one["what"] for one in played_again(engine, item)["corrected_since"]] == ["withdrawn"]
    library.remove(["bridge"])
    assert [one["what"] for one in played_again(engine, item)["corrected_since"]] == ["gone"]
    assert played_again(engine, item)["now"]["difference"] == "no answer"


def test_what_differs_by_hand(engine: Engine) -> None:
    one = engine.ask(Question("Who is the mayor?"))
    none = Reply("x", "no_answer", "Who?", "Who?", "nothing_relevant")
    elsewhere = replace(one.answers[0], text="Bo", citations=(replace(one.answers[0].citations[0], article_id="b"),))
    assert difference(one, replace(one, answers=(replace(one.answers[0], text="ANA Ortiz."),))) == "same"
    assert difference(one, replace(one, answers=(elsewhere,))) == "other article"
    assert difference(one, none) == "no answer"
    assert difference(none, one) == "answered"
    assert difference(none, none) == "same"


# The report


def test_groups_are_joined_over_steps_and_the_largest_comes_first() -> None:
    angles = np.radians([0, 90, 10, 20, 200])
    vectors = np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32)
    assert groups(vectors, float(np.cos(np.radians(12)))) == [[0, 2, 3], [1], [4]]
    assert groups(vectors[:0], 0.5) == []


def told(engine: Engine, answers: Answers, hours: int = 48) -> Report:
    library = engine.library
    return report(
        answers, NOON - HOUR, NOON + hours * HOUR, zone="Europe/Zurich",
        day_of=lambda when: day_of(when, "Europe/Zurich"), article_of=library.article, versions_of=library.versions,
        alike=library.alike,
    )  # fmt: skip


def test_the_report_counts_by_the_newsrooms_days(engine: Engine, answers: Answers) -> None:
    keep(answers, engine, "Who is the mayor?")
    keep(answers, engine, "Who is the mayor?", NOON + 11.5 * HOUR)  # half past midnight in Zurich
    keep(answers, engine, "thanks", NOON + 12 * HOUR)
    keep(answers, engine, "Who is the mayor?", NOON + 60 * HOUR)
    found = told(engine, answers)
    assert [(day.isoformat(), counts.asked, counts.refused) for day, counts in found.days] == [
        ("2026-11-01", 1, 0), ("2026-11-02", 2, 1),
    ]  # fmt: skip
    assert (found.totals.asked, found.totals.answered, found.totals.refused) == (3, 2, 1)
    assert found.reasons == {"not_a_question": 1}
    assert found.gaps == (), "a greeting is no gap"
    assert [(used.article_id, used.count) for used in found.articles] == [("bridge", 2)]
    assert [(used.paragraph, used.text) for used in found.paragraphs] == [(2, BRIDGE.text.split("\n\n")[1])]
    assert set(found.latency_ms) == {"p50", "p95", "p99"}


def test_a_day_is_reported_from_its_first_moment_to_its_last(engine: Engine, answers: Answers) -> None:
    second = timedelta(seconds=1)
    midnight = datetime(2026, 11, 1, 23, tzinfo=UTC)  # in Zurich
    for moment in (midnight - second / 2, midnight, midnight + 24 * HOUR - second / 2, midnight + 24 * HOUR):
        keep(answers, engine, "Who is the mayor?", moment)
    library, zone, day = engine.library, "Europe/Zurich", date(2026, 11, 2)
    found = report(
        answers, *between(day, day, midnight + 72 * HOUR, zone), zone=zone, day_of=lambda when: day_of(when, zone),
        article_of=library.article, versions_of=library.versions, alike=library.alike,
    )  # fmt: skip
    assert [(told.isoformat(), counts.asked) for told, counts in found.days] == [("2026-11-02", 2)]
    assert (found.first, found.last) == (day, day)
    assert "2026-11-02 to 2026-11-02, days in Europe/Zurich" in page(found)


def test_gaps_are_what_was_refused_or_rated_badly_by_meaning(library: Library, answers: Answers) -> None:
    library.add([BRIDGE, STORM])
    engine = Engine(library, ReaderJudge(WordReader({"Ana Ortiz": 2.0}), MARGIN_ONLY))
    silent = Engine(library, ReaderJudge(WordReader({}), MARGIN_ONLY))
    for minute, text in enumerate(("storm strike", "Storm, strike!", "strike storm", "the prize")):
        keep(answers, silent, text, NOON + timedelta(minutes=minute))
    refused = keep(answers, silent, "vote prize")
    rate(answers, engine, refused, "right")
    bad = keep(answers, engine, "school doctor")
    rate(answers, engine, bad, "wrong", note="<b>No</b>, she left.")
    good = keep(answers, engine, "bridge mayor")
    rate(answers, engine, good, "right")
    found = told(engine, answers)
    assert [(gap.question, gap.count, gap.wordings) for gap in found.gaps] == [
        ("storm strike", 3, 2), ("school doctor", 1, 1), ("the prize", 1, 1),
    ]  # fmt: skip
    assert found.gaps[0].nearest[0][0] == "storm"
    assert (found.gaps[1].rated, found.gaps[1].notes) == ({"wrong": 1}, ("<b>No</b>, she left.",))
    assert found.verdicts == {"right": 2, "wrong": 1}
    html = page(found)
    assert "storm strike" in html
    assert "&lt;b&gt;No&lt;/b&gt;, she left." in html
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "<script" not in html
    json.dumps(found.to_json())


def test_answers_whose_article_changed_since_are_listed(engine: Engine, answers: Answers) -> None:
    item = keep(answers, engine, "Who is the mayor?")
    assert told(engine, answers).stale == ()
    engine.library.add([replace(BRIDGE, text=f"{BRIDGE.text}\n\nMore of it.")])
    assert told(engine, answers).stale == (), "its sentence stands"
    engine.library.set_status("bridge", "retracted", "She is not.")
    [stale] = told(engine, answers).stale
    assert (stale.id, stale.what, stale.note, stale.answer) == (item.reply.id, "retracted", "She is not.", "Ana Ortiz")
    assert "She is not." in page(told(engine, answers))


def test_a_report_of_nothing_is_a_page_too(engine: Engine, answers: Answers) -> None:
    assert "None." in page(told(engine, answers))


# The question file


def test_rated_answers_come_back_as_questions(engine: Engine, answers: Answers, tmp_path: Path) -> None:
    """The evaluation and the training read what was written: the same paragraphs, answers and places."""
    rate(answers, engine, keep(answers, engine, "Who is the mayor?"), "right")
    rate(answers, engine, keep(answers, engine, "What did it cost?"), "wrong", better=at("1.2 million euro"))
    silent = Engine(engine.library, ReaderJudge(WordReader({}), MARGIN_ONLY))
    rate(answers, engine, keep(answers, silent, "Who sank the ship?"), "right")
    rate(answers, engine, keep(answers, engine, "When?"), "wrong")
    found = squad(answers.rated(), engine.library.article, engine.library.versions)
    assert (found.questions, found.unanswerable, found.left) == (3, 1, {"right words unknown": 1})
    file = tmp_path / "rated.json"
    file.write_text(json.dumps(found.body))
    items = {item.question: item for item in read_items(file)}
    who, cost, ship = (items[text] for text in ("Who is the mayor?", "What did it cost?", "Who sank the ship?"))
    assert (who.answers, who.article_id, who.paragraph, who.headline) == (("Ana Ortiz",), "bridge", 2, "Bridge opened")
    assert cost.answers == ("1.2 million euro",)
    assert ship.answers == ()
    for item in (who, cost):
        [(start, end)] = item.spans
        assert item.passage is not None
        assert item.passage[start:end] == item.answers[0]
    assert {story.id: len(story.paragraphs) for story in read_stories(file)} == {"bridge": 2, ship.article_id: 2}


def test_what_no_longer_stands_is_left_out(engine: Engine, answers: Answers) -> None:
    rate(answers, engine, keep(answers, engine, "Who is the mayor?"), "right")
    library = engine.library
    library.add([replace(BRIDGE, text=f"A new lead.\n\n{BRIDGE.text}")])
    moved = squad(answers.rated(), library.article, library.versions)
    [story] = moved.body["data"]
    assert [len(paragraph["qas"]) for paragraph in story["paragraphs"]] == [0, 0, 1], "it has moved"
    library.add([replace(BRIDGE, text=BRIDGE.text.replace("Ana Ortiz", "Bo Lee"))])
    assert squad(answers.rated(), library.article, library.versions).left == {"words changed since": 1}
    library.remove(["bridge"])
    assert squad(answers.rated(), library.article, library.versions).left == {"article gone": 1}


# The calibration

ODDS = EVIDENCE.index("odds")
SHIPPED = Calibration(
    order=tuple(float(name == "margin") for name in EVIDENCE), decide=tuple(float(name == "odds") for name in EVIDENCE),
    lead=0.1, bias=0.0, thresholds=Thresholds(0.9, 0.5), version="shipped",
)  # fmt: skip


def graded(
    number: int, odds: float, verdict: Any, *, reader: str = "words", evidence: tuple[float, ...] = ()
) -> tuple[Kept, list[Rating]]:
    """An answer of which the decision has only the odds to go by."""
    one = (8.0, 0.0, 8.0, odds, 0.0, 0.0)
    quote = BRIDGE.text[42:58]
    considered = (
        Considered(f"a{number % 30}", 42, 58, quote, 0.5, evidence or one),
        Considered("b", 0, 3, "The", 0.1, (0.0,) * 6),
    )
    reply = Reply(
        f"id{number}", "no_answer", "Who?", "Who?", "weak_evidence", read_by=reader,
        grounds=Grounds("words", "shipped", (), considered),
    )  # fmt: skip
    marked = quote if verdict == "right" else "other words"
    rating = Rating(NOON, "wrong", article_id=f"a{number % 30}", start=0, end=9, quote=marked)
    return Kept(Question("Who?"), reply, NOON), [rating]


def test_the_confidence_learns_what_the_newsroom_says() -> None:
    """Shipped, odds of 2 are sure; here they are right only half of the time, and 5 nearly always."""
    pytest.importorskip("sklearn")
    from qa.training.refit import cases_of, refit

    rated = [graded(n, 5.0 + n % 3 / 10, "wrong" if n % 20 == 0 else "right") for n in range(120)]
    rated += [graded(n + 1_000, 2.0 + n % 3 / 10, "right" if n % 2 else "wrong") for n in range(120)]
    other = graded(0, 1.0, "right", reader="accurate"), graded(1, 1.0, "right", evidence=(8.0, 0.0))
    cases, passed = cases_of([*rated, *other], "words", "words")
    assert (len(cases), passed) == (240, {"another reader": 1, "other evidence": 1})
    found = refit(cases, SHIPPED, "words")
    old, new = Calibration.of(json.dumps(SHIPPED_FILE).encode()), Calibration.of(json.dumps(found.body).encode())
    assert new.order == old.order, "which answer is best stays as it is"

    def sure(odds: float, of: Calibration) -> float:
        from qa.evidence import Evidence

        return of.ranked([Evidence(8.0, 0.0, 8.0, odds, 0.0, 0.0), Evidence(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)])[0][1]

    assert sure(2.1, old) > 0.9
    assert 0.35 < sure(2.1, new) < 0.65
    assert sure(5.1, new) > new.thresholds.sure > sure(2.1, new)
    assert found.after["sure_right"] > found.before["sure_right"] + 0.1
    assert found.after["ece"] < found.before["ece"]
    with pytest.raises(PullquoteError, match="needs 200 rated"):
        refit(cases[:199], SHIPPED, "words")
    with pytest.raises(PullquoteError, match="20 wrong"):
        refit([case for case in cases if case.f1[0] == 1.0] * 3, SHIPPED, "words")


SHIPPED_FILE = {
    "order": {"margin": 1.0}, "decide": {"odds": 1.0, "lead": 0.1, "bias": 0.0}, "sure": 0.9, "perhaps": 0.5,
    "reader": "words",
}  # fmt: skip


def test_a_verdict_says_only_what_it_says(engine: Engine, answers: Answers) -> None:
    """Of a wrong answer the others are unknown; of a right one the places that say the same are right, too."""
    pytest.importorskip("sklearn")
    from qa.training.refit import cases_of

    kept = [keep(answers, engine, f"Who is the mayor {n}?", NOON + n * HOUR) for n in range(4)]
    for item, verdict in zip(kept, ("right", "wrong", "incomplete", "wrong"), strict=True):
        rate(answers, engine, item, verdict, better=at("1.2 million euro") if item is kept[3] else None)
    cases, passed = cases_of(answers.rated(), "words", "words")
    assert passed == {"right words unknown": 1}
    right, wrong, better = (case.f1.tolist() for case in cases)
    assert right[0] == 1.0
    assert wrong[0] == 0.0
    assert all(np.isnan(value) for value in wrong[1:])
    assert better == [0.0, 1.0]


def test_an_own_calibration_is_used_versioned_and_can_be_reset(engine: Engine, tmp_path: Path) -> None:
    judge = engine.judge
    first = calibrations.store(tmp_path, "reader", SHIPPED_FILE)
    second = calibrations.store(tmp_path, "reader", SHIPPED_FILE | {"sure": 0.7})
    assert [path.name for path in (first, second)] == ["reader-0001.json", "reader-0002.json"]
    own = with_own_calibration(judge, tmp_path, Path("reader"))
    assert own.thresholds == Thresholds(0.7, 0.5)
    assert own.name == judge.name
    assert [finding.well for finding in calibrations.examine(tmp_path)] == [True]
    assert calibrations.reset(tmp_path, "reader")
    assert not calibrations.reset(tmp_path, "reader")
    assert with_own_calibration(judge, tmp_path, Path("reader")) is judge
    assert calibrations.store(tmp_path, "reader", SHIPPED_FILE).name == "reader-0003.json", "no number is used again"
    assert first.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_text("{"), lambda path: path.unlink(),
        lambda path: path.write_text(json.dumps(SHIPPED_FILE | {"sure": 0.2})),
        lambda path: path.write_text(json.dumps(SHIPPED_FILE | {"order": {"luck": 1.0}})),
        lambda path: path.with_name("reader.current").write_text("../../etc/passwd"),
    ],
)  # fmt: skip
def test_a_damaged_calibration_is_passed_over_and_found_by_the_doctor(
    engine: Engine, tmp_path: Path, spoil: Callable[[Path], Any], caplog: pytest.LogCaptureFixture
) -> None:
    spoil(calibrations.store(tmp_path, "reader", SHIPPED_FILE))
    assert with_own_calibration(engine.judge, tmp_path, Path("reader")) is engine.judge
    assert "--reset" in caplog.text
    assert [finding.well for finding in calibrations.examine(tmp_path)] == [False]


def test_a_calibration_of_another_reader_is_passed_over(engine: Engine, tmp_path: Path) -> None:
    calibrations.store(tmp_path, "reader", SHIPPED_FILE | {"reader": "other weights"})
    assert with_own_calibration(engine.judge, tmp_path, Path("reader")) is engine.judge


# Questions to suggest


def test_an_editor_sees_which_questions_fail_and_why(engine: Engine) -> None:
    asks: list[Question] = []

    def ask(question: Question) -> Reply:
        asks.append(question)
        return engine.ask(question)

    story = ArticleView.of(article("prize", "The doctor won a prize.", questions=["Who won?"]))  # type: ignore[arg-type]
    own = replace(ArticleView.of(BRIDGE), questions=("Who is the mayor?",))
    assert [one.sure for one in check(own, [], ask)] == [True]
    assert asks[0].filters.article_ids == ("bridge",)
    [failed] = check(story, [], engine.ask)
    assert (failed.sure, failed.why) == (False, "no answer (outside_filters)")
    [elsewhere] = check(story, [], engine.ask, alone=False)
    assert elsewhere.why == "answered from another article, bridge"


def test_no_question_is_checked_twice_and_what_was_found_is_known_until_it_changes() -> None:
    story = replace(ArticleView.of(BRIDGE), questions=("Who is the mayor?",))
    assert candidates(story, ["who is the mayor", "What did it cost?"]) == [
        ("Who is the mayor?", "editors"), ("What did it cost?", "readers"),
    ]  # fmt: skip
    known = Checked(articles=1)
    assert known.get(story, []) is None
    known.put(story, [], [])
    assert known.get(story, []) == []
    assert known.get(story, ["What did it cost?"]) is None
    assert known.get(replace(story, sha256="other"), []) is None
    known.put(ArticleView.of(STORM), [], [])
    assert known.get(story, []) is None, "there is a limit to what is known"
