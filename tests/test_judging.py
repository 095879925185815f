"""From passages to judged answers: what speaks for each, which is the best, how sure, and who read what in time."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.articles import Article, Passage
from index.errors import ModelError
from index.library import Library
from index.ranking.fusion import Hit
from qa.answers import Question, Span
from qa.confidence import Calibration, Thresholds, lead
from qa.engine import Engine
from qa.evidence import EVIDENCE, Evidence, odds, weighed
from qa.judging import FEW, PairJudge, ReaderJudge, best_places
from qa.reader import Reading
from qa.weights import SHIPPED
from tests.fakes import MARGIN_ONLY, ODDS, WordReader, article

NOTHING = Evidence(**dict.fromkeys(EVIDENCE, 0.0))


def _weights(**named: float) -> tuple[float, ...]:
    return tuple(named.get(name, 0.0) for name in EVIDENCE)


def _found(library: Library, question: str) -> tuple[list[Hit], dict[str, Article]]:
    hits = library.search(question, 10)
    articles = {p.article_id: a for p in (h.passage for h in hits) if (a := library.article(p.article_id)) is not None}
    return hits, articles


def test_the_evidence_for_an_answer(library: Library) -> None:
    library.add([article("a", "The storm sank a ship."), article("b", "A ship, a storm."), article("c", "A ship.")])
    hits, _ = _found(library, "storm ship")
    texts = [h.passage for h in hits]
    readings = dict(enumerate(WordReader({"storm": 3.0, "ship": 1.0}).read("storm ship", texts, ["News"] * 3)))
    second = {0: WordReader({"storm": -2.0}).read("storm ship", texts[:1], ["News"])[0]}
    storm, ship = weighed("Which storm sank?", hits, ["News"] * 3, readings, second)
    assert storm.evidence == Evidence(
        margin=3.0,
        second=-2.0,
        beside=3.0,
        odds=odds([3.0, 1.0])[0],
        coverage=1.0 if hits[0].passage.article_id == "a" else 0.5,
        rank=0.0,
    )
    assert ship.evidence.margin == 1.0
    assert ship.evidence.second == -4.0, "2 below the worst of the spans that the other reader has there"
    assert [c.quote for c in storm.candidates] == ["storm", "storm"]


def test_answers_share_one_whole_with_there_being_none() -> None:
    six, three = odds([math.log(6), math.log(3)])
    assert six == pytest.approx(math.log(6 / 4))  # 6 of 6 + 3 + 1
    assert three == pytest.approx(math.log(3 / 7))
    assert odds([]) == []
    assert odds([0.0]) == [0.0]
    assert odds([5_000.0, -5_000.0]) == [8.0, -8.0], "bounded, whatever the margins"


def test_order_and_decision_are_two_fits() -> None:
    calibration = Calibration(
        order=_weights(margin=1.0), decide=_weights(coverage=2.0), lead=1.0, bias=-1.0, thresholds=Thresholds(0.9, 0.5)
    )
    answers = [replace(NOTHING, margin=1.0, coverage=1.0), replace(NOTHING, margin=3.0, coverage=0.5)]
    (first, sure), (second, less) = calibration.ranked(answers)
    assert (first, second) == (1, 0), "by the margin, though coverage decides for the other"
    assert sure == pytest.approx(1 / (1 + math.exp(-(2.0 * 0.5 + 2.0 - 1.0)))), "ahead by 2"
    assert less == pytest.approx(1 / (1 + math.exp(-(2.0 * 1.0 - 2.0 - 1.0))))
    assert calibration.ranked([]) == []


def test_no_answer_is_surer_than_one_before_it() -> None:
    calibration = Calibration(_weights(margin=1.0), _weights(coverage=5.0), 0.0, 0.0, Thresholds(0.9, 0.5))
    answers = [replace(NOTHING, margin=1.0), replace(NOTHING, coverage=1.0)]
    assert [sure for _, sure in calibration.ranked(answers)] == [0.5, 0.5]


def test_a_lead_is_bounded() -> None:
    assert lead([1.0, 4.0, 2.0], 1) == 2.0
    assert lead([1.0, 4.0, 2.0], 0) == -3.0
    assert lead([1.0], 0) == lead([100.0, 0.0], 0) == 8.0


def test_the_second_reader_reads_what_the_first_likes_and_the_search_finds_first() -> None:
    def reading(margin: float) -> Reading:
        return Reading(Passage(1, "a", 1, 0, 5, "Rain."), (Span(0, 4, margin),), 0.0)

    nothing = Reading(Passage(1, "a", 1, 0, 5, "Rain."), (), 0.0)
    assert best_places({0: reading(1.0), 1: reading(5.0), 2: nothing, 3: reading(1.0)}) == [1, 0, 3, 2]


class Told(ReaderJudge):
    """A fast reader's judge."""

    passages = 2


def _pair(fast: dict[str, float], accurate: dict[str, float]) -> tuple[PairJudge, WordReader]:
    second = WordReader(accurate)
    alone = Calibration(ODDS, ODDS, 0.0, 0.0, Thresholds(0.7, 0.6))
    return PairJudge(Told(WordReader(fast), alone, "fast"), second, MARGIN_ONLY), second


def _judge(judge: PairJudge, library: Library, deadline: float = math.inf, *, brief: bool = False):
    hits, articles = _found(library, "storm ship captain doctor rain vote")
    return judge.judge("Which storm?", hits, articles, deadline, brief=brief)


@pytest.fixture
def stories(library: Library) -> Library:
    words = ("storm", "ship", "captain", "doctor", "rain", "vote")
    library.add([article(word, f"The {word} is in the news.") for word in words])
    return library


def test_two_readers_together(stories: Library) -> None:
    fast = {"The storm": 5.0, "The ship": 4.0, "The captain": 3.0, "The doctor": 2.0, "The rain": 1.0, "The vote": 0.0}
    judge, second = _pair(fast, {"The captain": 2.0, "The storm": 1.0, "The vote": 9.0})
    judgement = _judge(judge, stories)
    assert (judgement.by, judgement.passages_read, judgement.cut) == ("both", 6, False)
    *alone, together = second.read_so_far
    assert len(alone) == FEW < 6
    assert together == "The captain is in the news. The storm is in the news.", "the answers, compared"
    assert "The vote is in the news." not in second.read_so_far, "the fast reader thought least of it"
    assert [one.candidates[0].quote for one in judgement.answers] == ["The captain", "The storm"]
    assert judgement.calibration.thresholds == judge.thresholds == MARGIN_ONLY.thresholds
    assert judgement.second_ms > 0


def test_in_brief_the_fast_reader_decides_by_its_own_calibration(stories: Library) -> None:
    judge, second = _pair({"The storm": 5.0}, {"The captain": 2.0})
    judgement = _judge(judge, stories, brief=True)
    assert (judgement.by, judgement.cut, judgement.second_ms) == ("fast", False, 0.0)
    assert (judgement.calibration.thresholds.sure, judgement.calibration.thresholds.perhaps) == (0.7, 0.6)
    assert second.read_so_far == []


def test_against_the_clock_the_accurate_reading_is_left_out(stories: Library) -> None:
    judge, second = _pair({"The storm": 5.0}, {"The storm": 2.0})
    late = _judge(judge, stories, deadline=time.perf_counter())
    assert (late.by, late.passages_read, late.cut) == ("fast", 2, True)
    assert second.read_so_far == []
    early = _judge(judge, stories, deadline=time.perf_counter() + 60)
    assert (early.by, early.passages_read, early.cut) == ("both", 6, False)


class Steady(WordReader):
    """Takes 10 ms a passage, by a clock that nothing else moves."""

    now = 0.0

    def perf_counter(self) -> float:
        return self.now

    def read(self, question: str, passages: Sequence[Passage], headlines: Sequence[str]) -> list[Reading]:
        self.now += 0.01 * len(passages)
        return super().read(question, passages, headlines)


def test_against_the_clock_the_accurate_reading_is_cut(stories: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Steady({"The storm": 5.0}), WordReader({"The storm": 2.0})
    monkeypatch.setattr("qa.judging.time", first)
    judge = PairJudge(Told(first, MARGIN_ONLY, "fast"), second, MARGIN_ONLY)
    cut = _judge(judge, stories, deadline=0.06 + 0.155)  # 55 ms for each of two, and some slack
    assert (cut.by, cut.cut) == ("both", True)
    assert len(second.read_so_far) == 2 < FEW


def test_the_reply_says_who_read_it_and_how_long(stories: Library) -> None:
    judge, _ = _pair({"The storm": 5.0}, {"The storm": 2.0})
    engine = Engine(stories, judge)
    both, brief = engine.ask("Which storm?"), engine.ask(Question("Which storm?"), brief=True)
    assert (both.read_by, brief.read_by) == ("both", "fast")
    assert 0 < both.timing_ms.second <= both.timing_ms.read + 0.01
    assert brief.timing_ms.second == 0
    assert engine.ask(Question("hello")).read_by is None


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_calibrations_load_and_grow_with_the_evidence(name: str) -> None:
    shipped = Calibration.load(SHIPPED[name])
    assert 0 < shipped.thresholds.perhaps <= shipped.thresholds.sure < 1
    weak = Evidence(margin=-5, second=-5, beside=-5, odds=-5, coverage=0, rank=2)
    strong = Evidence(margin=9, second=9, beside=9, odds=9, coverage=1, rank=0)  # against "none", without a rival
    places: Mapping[int, float] = dict(shipped.ranked([weak, strong]))
    assert next(iter(places)) == 1
    assert 0 < places[0] < shipped.thresholds.perhaps <= shipped.thresholds.sure < places[1] < 1


def test_a_calibration_for_other_evidence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"python -m qa\.training\.calibrate"):
        Calibration.load(tmp_path)
    fitted = {"order": {"margin": 1}, "decide": {"luck": 1, "lead": 0, "bias": 0}, "sure": 0.9, "perhaps": 0.5}
    (tmp_path / "calibration.json").write_text(json.dumps(fitted))
    with pytest.raises(ModelError, match="luck"):
        Calibration.load(tmp_path)
