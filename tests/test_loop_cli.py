"""The loop at the command line, with the real program and the real weights: kept, rated, reported, learnt from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from qa.evaluation.datasets import read_items
from tests.test_cli import Shell

pytestmark = pytest.mark.weights
STORY = """\
---
title: Gallin opens its new bridge
id: bridge
date: 2024-05-03
questions:
  - What did the bridge cost?
  - Who designed the bridge?
---

The town opened a new bridge over the Orre on Friday, three years late.

It cost 1.2 million euro, the mayor, Ana Ortiz, said. Nobody will miss the ferry, she added.
"""


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    folder = tmp_path_factory.mktemp("loop")
    (folder / "bridge.md").write_text(STORY)
    made = Shell(folder / "library")
    made("add", str(folder / "bridge.md"))
    return made


def kept(shell: Shell, question: str, status: int = 0) -> str:
    done = shell("ask", "--keep", "--reader", "fast", question, status=status)
    [answer_id] = re.findall(r"^Kept as (\w+)$", done.stderr, re.MULTILINE)
    return str(answer_id)


def test_nothing_is_kept_unless_it_is_asked_for(shell: Shell) -> None:
    shell("ask", "--reader", "fast", "What did the bridge cost?")
    assert not list(shell.library.glob("answers*"))
    assert "--keep" in shell("report", status=1).stderr
    assert "leave one" in shell("chat", "--plain", "--private", "--keep", status=1).stderr
    assert "keep_answers" in shell("ask", "--keep", "--server", "http://127.0.0.1:1", "Who?", status=1).stderr


def test_what_could_not_be_kept_is_not_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "bridge.md").write_text(STORY)
    shell = Shell(tmp_path / "library")
    shell("add", str(tmp_path / "bridge.md"))
    (shell.library / "answers.sqlite3").mkdir()
    done = shell("ask", "--keep", "--reader", "fast", "What did the bridge cost?")
    assert "1.2 million euro" in done.stdout
    assert "Kept as" not in done.stderr
    assert "Not kept; " in done.stderr
    assert "pullquote doctor" in done.stderr


def test_from_a_question_to_a_question_file(shell: Shell, tmp_path: Path) -> None:
    answer_id = kept(shell, "What did the bridge cost?")
    refused = kept(shell, "Who won the tennis final in Paris?", status=1)
    words = ("--words", "Ana  Ortiz", "--note", "who, not what")
    assert shell("feedback", answer_id, "wrong", *words).stderr == "Kept: wrong.\n"
    assert "do not stand in bridge" in shell("feedback", answer_id, "wrong", "--words", "Bo Lee", status=1).stderr
    assert "in the place of" in shell("feedback", answer_id, "right").stderr
    shell("feedback", refused, "right")
    assert "answer_index" in shell("feedback", answer_id, "right", "--answer", "9", status=1).stderr
    assert "no answer 'nope'" in shell("feedback", "nope", "right", status=1).stderr

    again = json.loads(shell("replay", answer_id, "--reader", "fast", "--json").stdout)
    assert (again["now"]["difference"], again["same_reader"], again["corrected_since"]) == ("same", True, [])
    shell("correct", "bridge", "--note", "It cost 1.3 million.")
    told = shell("replay", answer_id, "--reader", "fast").stdout
    assert re.search(r"^as of now +same +1\.2 million euro", told, re.MULTILINE)
    assert "bridge: corrected since: It cost 1.3 million." in told

    page = tmp_path / "report.html"
    body = json.loads(shell("report", "--json", "--html", str(page)).stdout)
    assert (body["totals"]["asked"], body["verdicts"], body["gaps"]) == (2, {"right": 2}, [])
    assert [(one["id"], one["what"]) for one in body["stale"]] == [(answer_id, "corrected")]
    assert "What did the bridge cost?" in page.read_text()
    assert "2 questions: " in shell("report").stdout

    file = tmp_path / "rated.json"
    shell("export", "--squad", str(file))
    found = {item.question: item.answers for item in read_items(file)}
    assert found["What did the bridge cost?"][0].startswith("1.2 million")
    assert found["Who won the tennis final in Paris?"] == ()
    shell("eval", str(file), "--reader", "fast")


def test_a_calibration_needs_its_minimum(shell: Shell) -> None:
    pytest.importorskip("sklearn")
    kept(shell, "What did the bridge cost?")
    assert "needs 200 rated answers" in shell("calibrate", "--reader", "fast", status=1).stderr
    assert "in use already" in shell("calibrate", "--reset").stderr


def test_an_editor_checks_the_questions_of_an_article(shell: Shell) -> None:
    assert shell("questions", "bridge").stdout == "What did the bridge cost?\nWho designed the bridge?\n"
    done = shell("questions", "bridge", "--check", "--reader", "fast", status=1).stdout
    assert re.search(r"^(ok  |FAIL)  What did the bridge cost\?$", done, re.MULTILINE)
    assert re.search(
        r"^FAIL  Who designed the bridge\?\n      (no answer|answered, but not surely)", done, re.MULTILINE
    )
    assert "pullquote list" in shell("questions", "nowhere", status=1).stderr


def test_what_is_forgotten_is_gone_and_a_torn_file_is_set_aside(shell: Shell) -> None:
    answer_id = kept(shell, "What did the bridge cost?")
    shell("forget", answer_id)
    assert "no answer" in shell("forget", answer_id, status=1).stderr
    shell("forget", status=2)
    assert "deleted" in shell("forget", "--before", "2020-01-01").stderr
    assert "answers: " in shell("doctor").stdout
    (shell.library / "answers.sqlite3").write_bytes(b"torn" * 4_000)
    done = shell("doctor", status=1)
    assert re.search(r"^BAD  answers: .*set aside as answers\.sqlite3\.torn-", done.stdout, re.MULTILINE)
    assert "--rebuild" not in done.stderr
    assert len(list(shell.library.glob("answers.sqlite3.torn-*"))) == 1
    shell("doctor")
    kept(shell, "What did the bridge cost?")
