"""Kept answers: what is kept of them and what is not, and that keeping never stands in the way."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from index.library import Library
from qa.answers import Filters, Question, Reply, Turn
from qa.engine import Engine
from qa.errors import AnswersBusy, AnswersError, AnswersFull, AnswersMissing, AnswersTorn
from qa.evidence import EVIDENCE
from qa.judging import ReaderJudge
from qa.loop.database import Answers
from qa.loop.doctor import examine
from qa.loop.keeper import BATCH, Keeper
from qa.loop.kept import Kept, Rating
from tests.fakes import BRIDGE, MARGIN_ONLY, STORM, WordReader

WHO = Question(
    "Who is the mayor?", filters=Filters(("bridge",), (), date(2024, 5, 1), None), history=(Turn("What?", "a bridge"),),
    as_of=None,
)  # fmt: skip
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(library: Library) -> Engine:
    library.add([BRIDGE, STORM])
    return Engine(library, ReaderJudge(WordReader({"Ana Ortiz": 2.0, "1.2 million": 1.0}), MARGIN_ONLY))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library" / "answers.sqlite3"


def kept(engine: Engine, asked: datetime = NOON, question: Question = WHO) -> Kept:
    return Kept(question, engine.ask(question), asked)


def test_what_is_kept_comes_back_as_it_was(engine: Engine, path: Path) -> None:
    item = kept(engine)
    with Answers.open(path, create=True) as answers:
        assert answers.put([item]) == 1
        assert answers.put([item]) == 0, "of one id there is one"
    with Answers.open(path) as answers:
        found = answers.get(item.reply.id)
    assert found == item
    assert found.reply.grounds == item.reply.grounds
    assert found.to_json() == item.to_json()


def test_the_grounds_are_what_was_read_and_weighed(engine: Engine) -> None:
    grounds = engine.ask(WHO).grounds
    assert grounds is not None
    assert (grounds.reader, {p.article_id for p in grounds.passages}) == ("words", {"bridge"})
    best = grounds.considered[0]
    assert (best.quote, best.article_id, BRIDGE.text[best.start : best.end]) == ("Ana Ortiz", "bridge", "Ana Ortiz")
    assert len(best.evidence) == len(EVIDENCE)
    assert "grounds" not in engine.ask(WHO).to_json(), "readers never see them"


def test_answers_come_in_the_order_of_their_times(engine: Engine, path: Path) -> None:
    items = [kept(engine, NOON + timedelta(minutes=m)) for m in (3, 1, 2, 0)]
    with Answers.open(path, create=True) as answers:
        answers.put(items)
        found = list(answers.between(NOON + timedelta(minutes=1), NOON + timedelta(minutes=3)))
    assert [item.asked.minute for item in found] == [1, 2]


def test_one_voice_a_later_rating_replaces_the_one_before(engine: Engine, path: Path) -> None:
    item = kept(engine)
    with Answers.open(path, create=True) as answers:
        answers.put([item])
        wrong, right = Rating(NOON, "wrong"), Rating(NOON + timedelta(hours=1), "right", note="after all")
        assert not answers.rate(item.reply.id, "web", wrong)
        assert not answers.rate(item.reply.id, "desk", wrong)
        assert answers.rate(item.reply.id, "web", right)
        assert answers.ratings(item.reply.id) == [wrong, right]
        assert [(found.reply.id, len(ratings)) for found, ratings in answers.rated()] == [(item.reply.id, 2)]
        with pytest.raises(AnswersMissing):
            answers.rate("unknown", "web", wrong)


def test_neither_a_key_nor_its_name_is_written(engine: Engine, path: Path) -> None:
    """What is kept of a person is the question; two answers' voices have nothing in common."""
    items = [kept(engine), kept(engine)]
    with Answers.open(path, create=True) as answers:
        answers.put(items)
        for item in items:
            answers.rate(item.reply.id, "very-special-holder", Rating(NOON, "right"))
    with sqlite3.connect(path) as connection:
        voices = [voice for (voice,) in connection.execute("SELECT voice FROM ratings")]
    connection.close()
    assert len(set(voices)) == 2
    assert b"very-special-holder" not in b"".join(file.read_bytes() for file in path.parent.glob("answers*"))


def test_what_is_deleted_is_gone_from_the_disk(engine: Engine, path: Path) -> None:
    secret = replace(WHO, text="Who is Xanthippe Quillfeather?")
    old, new = kept(engine, NOON, secret), kept(engine, NOON + timedelta(days=2))
    with Answers.open(path, create=True) as answers:
        answers.put([old, new])
        answers.rate(old.reply.id, "web", Rating(NOON, "wrong", note="Quillfeather"))
        assert answers.forget_before(NOON + timedelta(days=1)) == 1
        assert answers.count() == 1
        assert not answers.forget(old.reply.id)
        assert b"Quillfeather" not in b"".join(file.read_bytes() for file in path.parent.glob("answers*"))
        assert answers.forget(new.reply.id)
        assert answers.asked_about("bridge", least=1, limit=9) == []


def test_there_are_never_more_than_so_many(engine: Engine, path: Path) -> None:
    with Answers.open(path, create=True) as answers:
        answers.put([kept(engine, NOON + timedelta(minutes=m)) for m in range(5)])
        assert answers.forget_before(NOON, most=3) == 2
        assert [item.asked.minute for item in answers.between(NOON, NOON + timedelta(days=1))] == [2, 3, 4]


def test_the_most_asked_questions_of_an_article(engine: Engine, path: Path) -> None:
    asked = ["Who is the mayor?", "who is the mayor", "Who is mayor?", "What did the bridge cost?"]
    with Answers.open(path, create=True) as answers:
        answers.put([kept(engine, NOON, Question(text)) for text in asked])
        assert [times for _, times in answers.asked_about("bridge", least=2, limit=9)] == [3]
        assert len(answers.asked_about("bridge", least=1, limit=9)) == 2
        assert answers.asked_about("storm", least=1, limit=9) == []


def test_a_newer_file_is_left_as_it_is(path: Path) -> None:
    Answers.open(path, create=True).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(AnswersError, match="newer"):
        Answers.open(path)


# Keeping, while others wait


def counted(path: Path, **given: float) -> tuple[Keeper, Counter[str]]:
    counts: Counter[str] = Counter()
    keeper = Keeper(path, count=lambda outcome, n: counts.update({outcome: n}), **given)  # type: ignore[arg-type]
    return keeper, counts


def reply(number: int) -> Reply:
    return Reply(f"id{number}", "no_answer", "Who?", "Who?", "nothing_relevant")


def test_a_keeper_writes_what_it_is_given(path: Path) -> None:
    keeper, counts = counted(path)
    for number in range(3 * BATCH):
        keeper.keep(WHO, reply(number))
    assert keeper.flush(60)
    keeper.close()
    with Answers.open(path) as answers:
        assert answers.count() == 3 * BATCH
    assert counts == {"kept": 3 * BATCH}


def test_a_locked_file_delays_nothing_and_loses_nothing_that_fits(path: Path) -> None:
    Answers.open(path, create=True).close()
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    keeper, counts = counted(path, size=5, wait=0.05)
    began = time.perf_counter()
    for number in range(2 * BATCH + 20):
        keeper.keep(WHO, reply(number))
    assert time.perf_counter() - began < 1.0, "nobody waits for the lock"
    assert counts["dropped"] > 0
    assert not keeper.flush(0.3)
    lock.execute("ROLLBACK")
    lock.close()
    assert keeper.flush(60)
    keeper.close()
    with Answers.open(path) as answers:
        assert answers.count() == counts["kept"] == 2 * BATCH + 20 - counts["dropped"]


def test_a_full_disk_drops_and_counts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite is told that the file may grow no more: it fails as on a full disk."""
    opened = Answers.open

    def full(*args: object, **kwargs: object) -> Answers:
        answers = opened(*args, **kwargs)  # type: ignore[arg-type]
        answers._connection.execute("PRAGMA max_page_count = 12")
        return answers

    monkeypatch.setattr(Answers, "open", full)
    keeper, counts = counted(path)
    large = replace(WHO, text="".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(60_000)))
    with full(path, create=True) as answers, pytest.raises(AnswersFull):
        answers.put([Kept(large, reply(0), NOON)])
    keeper.keep(large, reply(1))
    assert keeper.flush(60)
    assert counts == {"dropped": 1}
    keeper.keep(WHO, reply(2))
    assert keeper.flush(60)
    assert counts == {"dropped": 1, "kept": 1}, "what fits is kept again"
    keeper.close()


def test_one_that_cannot_be_written_takes_no_other_with_it(path: Path) -> None:
    keeper, counts = counted(path)
    Answers.open(path, create=True).close()
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")  # so that they come in one batch
    for number, text in enumerate(("Who?", "Who \ud800?", "When?")):
        keeper.keep(Question(text), replace(reply(number), understood_as=text))
    lock.execute("ROLLBACK")
    lock.close()
    assert keeper.flush(60)
    keeper.close()
    assert counts == {"kept": 2, "dropped": 1}


def test_what_is_too_old_goes_by_itself(engine: Engine, path: Path) -> None:
    with Answers.open(path, create=True) as answers:
        answers.put([kept(engine, datetime.now(UTC) - timedelta(days=31)), kept(engine, datetime.now(UTC))])
    keeper, _ = counted(path, days=30)
    for _ in range(600):
        with Answers.open(path) as answers:
            if answers.count() == 1:
                break
        time.sleep(0.05)
    else:
        pytest.fail("it is still there")
    keeper.close()


def test_two_processes_may_keep_at_once(path: Path) -> None:
    keepers = [counted(path) for _ in range(2)]

    def keep(at: int) -> None:
        for number in range(200):
            keepers[at][0].keep(WHO, reply(1_000 * at + number))

    threads = [threading.Thread(target=keep, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for keeper, _ in keepers:
        assert keeper.flush(60)
        keeper.close()
    with Answers.open(path) as answers:
        assert answers.count() == 400


KEPT_UNTIL_KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from qa.answers import Question, Reply
from qa.loop.database import Answers
from qa.loop.kept import Kept
with Answers.open(Path(sys.argv[1]), create=True) as answers:
    number = 0
    while True:
        made = [Kept(Question("Who?"), Reply(f"{sys.argv[2]}-{number + n}", "no_answer", "Who?", "Who?"),
                datetime.now(UTC)) for n in range(3)]
        answers.put(made)
        number += 3
        print(number, flush=True)
"""


def test_a_kill_at_any_moment_loses_nothing_that_was_written(path: Path) -> None:
    for kill in range(4):
        command = [sys.executable, "-c", KEPT_UNTIL_KILLED, str(path), str(kill)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = [int(process.stdout.readline()) for _ in range(3 + kill)]
            process.kill()
            said = max(lines + [int(line) for line in process.stdout])
        assert examine(path) == [examine(path)[0]]
        assert examine(path)[0].well
        with Answers.open(path) as answers:
            mine = [item for item in answers.between(NOON - timedelta(days=999), NOON + timedelta(days=9_999))
                    if item.reply.id.startswith(f"{kill}-")]  # fmt: skip
            assert len(mine) >= said
            assert len(mine) % 3 == 0, "all or none of what was written together"


# The doctor


def test_a_torn_file_is_set_aside_with_a_line_and_not_deleted(engine: Engine, path: Path) -> None:
    with Answers.open(path, create=True) as answers:
        answers.put([kept(engine)])
    assert [finding.well for finding in examine(path)] == [True]
    data = path.read_bytes()
    path.write_bytes(data[:4_096] + bytes(len(data) - 4_096))
    with Answers.open(path) as answers, pytest.raises(AnswersTorn):
        answers.get("x")
    [finding] = examine(path)
    assert not finding.well
    [aside] = path.parent.glob("answers.sqlite3.torn-*")
    assert aside.name in finding.detail
    assert len(aside.read_bytes()) == len(data)
    assert not path.exists()
    assert examine(path) == []
    keeper, counts = counted(path)
    keeper.keep(WHO, reply(0))
    assert keeper.flush(60)
    keeper.close()
    assert counts == {"kept": 1}, "a new one begins"


def test_what_is_no_database_is_set_aside_too(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"not a database" * 1_000)
    keeper, counts = counted(path)
    keeper.keep(WHO, reply(0))
    assert keeper.flush(60)
    assert counts == {"dropped": 1}
    assert not examine(path)[0].well
    keeper.keep(WHO, reply(1))
    assert keeper.flush(60)
    keeper.close()
    assert counts == {"dropped": 1, "kept": 1}


def test_a_file_in_use_is_not_torn(path: Path) -> None:
    Answers.open(path, create=True).close()
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    [finding] = examine(path, wait=0.05)
    assert (finding.well, path.exists()) == (True, True)
    with pytest.raises(AnswersBusy), Answers.open(path, wait=0.05) as answers:
        answers.put([Kept(WHO, reply(0), NOON)])
    lock.close()


def test_without_a_library_folder_nothing_is_made_for_who_only_reads(tmp_path: Path) -> None:
    with pytest.raises(AnswersMissing, match="keep_answers"):
        Answers.open(tmp_path / "none" / "answers.sqlite3")
    assert not (tmp_path / "none").exists()
    shutil.rmtree(tmp_path / "none", ignore_errors=True)
