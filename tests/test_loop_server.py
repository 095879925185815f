"""The loop over HTTP: kept answers, feedback with a right and limits of its own, suggested questions."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.articles import Article
from index.library import Library
from index.ranking.ranker import SegmentRanker
from index.sqlite.store import SqliteStore
from qa.engine import Engine
from qa.judging import ReaderJudge
from qa.loop.database import Answers
from qa.loop.keeper import Keeper
from qa.loop.kept import Kept
from qa.server.settings import load_settings, new_key
from tests.fakes import BRIDGE, MARGIN_ONLY, WordEncoder, WordReader, article
from tests.test_access import ASKER, ASKER_LINE, EDITOR, EDITOR_LINE, bearer
from tests.test_api import QUESTION, STORY, assert_problem, engine, running
from tests.test_page_keys import NEWS, PUBLIC, PUBLIC_LINE
from tests.test_standing import Clock

__all__ = ["engine"]
RATER, RATER_LINE = new_key("site:ask+feedback")
KEYS = (ASKER_LINE, EDITOR_LINE, RATER_LINE, PUBLIC_LINE)
READER = bearer(PUBLIC) | {"Origin": NEWS}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library" / "answers.sqlite3"


TORN = b"torn" * 5_000


def tear(path: Path) -> None:
    path.write_bytes(TORN)


def kept_files(path: Path) -> list[bytes]:
    """What is kept beside the library."""
    return [file.read_bytes() for file in path.parent.glob("answers*")]


async def asked(client: httpx.AsyncClient, **headers: str) -> str:
    """A question; its id."""
    return str((await client.post("/ask", json=QUESTION, headers=headers)).json()["id"])


async def rate(client: httpx.AsyncClient, answer_id: str, verdict: str = "wrong", **more: Any) -> httpx.Response:
    headers = more.pop("headers", {})
    return await client.post("/feedback", json={"answer_id": answer_id, "verdict": verdict} | more, headers=headers)


async def test_a_kept_answer_is_given_with_its_grounds_and_ratings(engine: Engine, path: Path) -> None:
    async with running(engine, path) as client:
        reply = (await client.post("/ask", json=QUESTION)).json()
        assert (await rate(client, reply["id"], "right")).json() == {
            "answer_id": reply["id"], "verdict": "right", "replaced": False,
        }  # fmt: skip
        body = (await client.get(f"/answers/{reply['id']}")).json()
    assert body["reply"] == reply
    assert body["question"]["question"] == QUESTION["question"]
    assert body["grounds"]["considered"][0]["quote"] == "Ana Ortiz"
    assert body["grounds"]["passages"][0]["sha256"]
    [rating] = body["ratings"]
    assert (rating["verdict"], rating["better"]) == ("right", None)


async def test_by_default_nothing_is_kept(engine: Engine, path: Path) -> None:
    assert not load_settings().keep_answers
    async with running(engine) as client:
        answer_id = await asked(client)
        assert_problem(await client.get(f"/answers/{answer_id}"), 404)
        assert_problem(await rate(client, answer_id), 404)
        assert not (await client.get("/widget.json")).json()["feedback"]
    assert not list(kept_files(path))


async def test_what_is_not_there_or_not_right_is_refused_by_name(engine: Engine, path: Path) -> None:
    async with running(engine, path, feedback_per_minute=600) as client:
        answer_id = await asked(client)
        length = len(BRIDGE.text)
        assert_problem(await rate(client, "unknown"), 404)
        assert_problem(await client.get("/answers/unknown"), 404)
        assert_problem(await client.delete("/answers/unknown"), 404)
        refused: dict[str, dict[str, Any]] = {
            "verdict": {"verdict": "nice"},
            "answer_index": {"answer_index": 7},
            "note": {"note": "x" * 2_001},
            "better.article_id": {"better": {"article_id": "nowhere", "start": 0, "end": 3}},
            "better.end": {"better": {"article_id": "bridge", "start": length - 2, "end": length + 1}},
            "better.start": {"better": {"article_id": "bridge", "start": 39, "end": 40}},
            "better": {"verdict": "right", "better": {"article_id": "bridge", "start": 0, "end": 3}},
            "address": {"address": "192.0.2.1"},
        }
        for field, wrong in refused.items():
            body = {"answer_id": answer_id, "verdict": "wrong"} | wrong
            assert_problem(await client.post("/feedback", json=body), 422, field)
        same: dict[str, Any] = {"better": {"article_id": "bridge", "start": 3, "end": 3}}
        assert_problem(await rate(client, answer_id, **same), 422, "better.end")
        assert_problem(await rate(client, answer_id, note="x" * 20_000), 413)
        assert (await client.get(f"/answers/{answer_id}")).json()["ratings"] == []


async def test_the_right_words_are_kept_as_they_stand(engine: Engine, path: Path) -> None:
    start = BRIDGE.text.index("1.2 million euro")
    better = {"article_id": "bridge", "start": start, "end": start + 16}
    async with running(engine, path) as client:
        answer_id = await asked(client)
        assert (await rate(client, answer_id, better=better, note=" no ")).status_code == 200
        [rating] = (await client.get(f"/answers/{answer_id}")).json()["ratings"]
    assert rating["better"] == better | {"quote": "1.2 million euro"}
    assert rating["note"] == "no"


async def test_feedback_has_a_right_of_its_own(engine: Engine, path: Path) -> None:
    async with running(engine, path, keys=KEYS) as client:
        answer_id = await asked(client, **bearer(RATER))
        assert_problem(await rate(client, answer_id), 401)
        for secret in (ASKER, EDITOR):
            assert_problem(await rate(client, answer_id, headers=bearer(secret)), 403)
        assert (await rate(client, answer_id, headers=bearer(RATER))).json()["replaced"] is False
        assert (await rate(client, answer_id, "right", headers=bearer(RATER))).json()["replaced"] is True
        assert (await rate(client, answer_id, headers=READER)).json()["replaced"] is False, "another voice"
        body = (await client.get(f"/answers/{answer_id}", headers=bearer(ASKER))).json()
        assert [rating["verdict"] for rating in body["ratings"]] == ["right", "wrong"]
        for secret, offered in ((RATER, True), (ASKER, False)):
            assert (await client.get("/widget.json", headers=bearer(secret))).json()["feedback"] is offered
        assert (await client.get("/widget.json", headers=READER)).json()["feedback"] is True


async def test_a_key_for_pages_reads_no_kept_answers(engine: Engine, path: Path) -> None:
    async with running(engine, path, keys=KEYS) as client:
        answer_id = await asked(client, **READER)
        assert_problem(await client.get(f"/answers/{answer_id}", headers=READER), 403)
        for secret, status in ((ASKER, 403), (EDITOR, 204), (EDITOR, 404)):
            gone = await client.delete(f"/answers/{answer_id}", headers=bearer(secret))
            assert gone.status_code == status


async def test_an_answer_that_still_waits_to_be_written_can_be_deleted(
    engine: Engine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, write = threading.Event(), Keeper._write

    def held_up(keeper: Keeper, batch: list[Kept]) -> None:
        go_on.wait()
        write(keeper, batch)

    monkeypatch.setattr(Keeper, "_write", held_up)
    async with running(engine, path) as client:
        go_on.set()
        first = await asked(client)
        assert (await client.get(f"/answers/{first}")).status_code == 200, "the file is there"
        go_on.clear()
        answer_id = await asked(client)
        deleting = asyncio.create_task(client.delete(f"/answers/{answer_id}"))
        await asyncio.sleep(0.2)
        go_on.set()
        assert (await deleting).status_code == 204
        assert (await client.get(f"/answers/{answer_id}")).status_code == 404


async def test_feedback_has_a_limit_of_its_own(engine: Engine, path: Path) -> None:
    async with running(engine, path, keys=KEYS, feedback_per_minute=3) as client:
        answer_id = await asked(client, **READER)
        statuses = [(await rate(client, answer_id, headers=READER)).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        assert (await client.post("/ask", json=QUESTION, headers=READER)).status_code == 200


@pytest.mark.parametrize("bad", ["x:asks:" + "0" * 64, "x:ask+:" + "0" * 64, "x:ask+page:" + "0" * 64])
def test_rights_are_named_rightly(bad: str) -> None:
    with pytest.raises(Exception, match="NAME:RIGHTS"):
        load_settings(keys=(bad,))


async def test_a_locked_file_never_delays_a_question(engine: Engine, path: Path) -> None:
    """And once it is free, everything that waited is there."""
    async with running(engine, path) as client:
        await asked(client)
        lock = sqlite3.connect(path, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        began = time.perf_counter()
        ids = [await asked(client) for _ in range(20)]
        took = time.perf_counter() - began
        assert_problem(await rate(client, ids[0]), 503)
        text = (await client.get("/metrics")).text
        lock.execute("ROLLBACK")
        lock.close()
        assert took < 4.0, "less than one wait for the lock, for all of them"
        assert "pullquote_answers_waiting" in text
        assert (await client.get(f"/answers/{ids[-1]}")).status_code == 200


async def test_a_full_disk_never_stops_a_question(engine: Engine, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be kept is counted."""
    opened = Answers.open

    def full(*args: object, **kwargs: object) -> Answers:
        answers = opened(*args, **kwargs)  # type: ignore[arg-type]
        answers._connection.execute("PRAGMA max_page_count = 1")  # as many as there are
        return answers

    Answers.open(path, create=True).close()
    monkeypatch.setattr(Answers, "open", full)
    async with running(engine, path) as client:
        for _ in range(40):
            assert (await client.post("/ask", json=QUESTION)).status_code == 200
        for _ in range(600):
            if 'pullquote_answers_total{outcome="dropped"}' in (await client.get("/metrics")).text:
                break
            await asyncio.sleep(0.05)
        else:
            pytest.fail("nothing was dropped")


async def test_a_torn_file_never_stops_a_question(engine: Engine, path: Path) -> None:
    tear(path)
    async with running(engine, path) as client:
        answer_id = await asked(client)
        assert_problem(await rate(client, answer_id), 503)
        assert (await client.post("/ask", json=QUESTION)).status_code == 200
    assert kept_files(path) == [TORN], "it is left to the doctor"


# Questions to suggest

OWN = ("Who is the mayor?", "When did the ferry stop?")


def with_questions(*questions: str) -> Article:
    return replace(BRIDGE, questions=questions)


async def suggested(client: httpx.AsyncClient, article_id: str = "bridge") -> list[str]:
    body = (await client.get(f"/articles/{article_id}/questions")).json()
    assert body["article_id"] == article_id
    return [item["question"] for item in body["questions"]]


async def test_only_what_is_answered_surely_is_suggested(engine: Engine) -> None:
    engine.library.add([with_questions(*OWN), article("empty", "Nothing stands here.", questions=["Who?"])])  # type: ignore[arg-type]
    async with running(engine) as client:
        body = (await client.get("/articles/bridge/questions")).json()
        assert body["questions"][0] | {"confidence": 0} == {
            "question": "Who is the mayor?", "by": "editors", "confidence": 0, "answer": "Ana Ortiz",
        }  # fmt: skip
        assert await suggested(client, "empty") == []
        assert_problem(await client.get("/articles/nowhere/questions"), 404)


async def test_they_are_checked_again_when_the_article_changes(engine: Engine) -> None:
    engine.library.add([with_questions(OWN[0])])
    async with running(engine) as client:
        assert await suggested(client) == [OWN[0]]
        await client.put("/articles/bridge", json=STORY | {"id": "bridge", "questions": [OWN[0], "Who won?"]})
        assert "Ana Ortiz" not in str((await client.get("/articles/bridge/questions")).json())
        await client.patch("/articles/bridge", json={"status": "retracted", "correction": "It was not so."})
        assert await suggested(client) == []


async def test_a_story_whose_place_is_taken_suggests_nothing_until_it_answers_again(engine: Engine) -> None:
    engine.library.add([with_questions(OWN[0])])
    async with running(engine) as client:
        assert await suggested(client) == [OWN[0]]
        await client.put("/articles/new", json=STORY | {"replaces": "bridge"})
        assert await suggested(client) == []
        assert (await client.get("/widget.json?article=bridge")).json()["questions"] == []
        await client.delete("/articles/new")
        assert await suggested(client) == [OWN[0]]


async def test_an_editor_who_looks_before_an_embargo_ends_takes_no_suggestions_from_readers(tmp_path: Path) -> None:
    clock, encoder, folder = Clock(), WordEncoder(), tmp_path / "library"
    ranker = SegmentRanker(folder, encoder.name, encoder.dimension)
    library = Library(SqliteStore(folder, create=True), ranker, encoder, clock=clock)
    held = replace(BRIDGE.about, embargoed=clock.now + timedelta(hours=1))
    library.add([replace(with_questions(OWN[0]), about=held)])
    async with running(Engine(library, ReaderJudge(WordReader({"Ana Ortiz": 2.0}), MARGIN_ONLY))) as client:
        assert await suggested(client) == []
        clock.now += timedelta(hours=2)
        assert await suggested(client) == [OWN[0]]


async def test_what_readers_ask_often_is_suggested_and_what_one_asked_is_not(engine: Engine, path: Path) -> None:
    async with running(engine, path) as client:
        for _ in range(2):
            await asked(client)
        await client.post("/ask", json={"question": "Is Ana Ortiz my neighbour?"})
        assert await suggested(client) == []
        await client.get(f"/answers/{await asked(client)}")
        for _ in range(100):
            if await suggested(client) == [QUESTION["question"]]:
                break
            await asyncio.sleep(0.05)
        else:
            pytest.fail("asked three times, and not suggested")


async def test_a_page_gets_them_as_soon_as_they_are_known(engine: Engine, path: Path) -> None:
    """It never waits for them: the first reader's visit finds them out for the next."""
    engine.library.add([with_questions(OWN[0])])
    async with running(engine, path, keys=KEYS) as client:
        for query in ("url=https://example.org/bridge", "article=bridge"):
            for _ in range(200):
                found = (await client.get(f"/widget.json?{query}", headers=READER)).json()["questions"]
                if found:
                    break
                await asyncio.sleep(0.02)
            assert found == [OWN[0]]
        assert (await client.get("/widget.json?article=nowhere", headers=READER)).json()["questions"] == []
        assert (await client.get("/widget.json", headers=READER)).json()["questions"] == []


async def test_articles_take_and_give_questions(engine: Engine) -> None:
    async with running(engine) as client:
        story = STORY | {"questions": ["Who won the prize?", " Who  won the prize? ", "When?"]}
        assert (await client.post("/articles", json=story)).status_code == 201
        assert (await client.get("/articles/new")).json()["questions"] == ["Who won the prize?", "When?"]
        assert_problem(await client.post("/articles", json=story | {"questions": ["x"] * 51}), 422, "questions")
        assert_problem(await client.post("/articles", json=story | {"questions": ["x" * 1_001]}), 422, "questions[0]")
        listed = (await client.get("/articles")).json()["articles"]
        assert all("questions" not in item for item in listed), "of the article, not of its name"
