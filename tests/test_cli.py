"""The command line as a user types it: the real program, the real weights."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qa.answers import Reply
from qa.weights import FAST

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.weights


class Shell:
    """Runs ``pullquote`` on a library of its own."""

    def __init__(self, library: Path) -> None:
        self.library = library

    def __call__(self, *arguments: str, status: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "pullquote.cli", *arguments],
            check=False, capture_output=True, text=True,
            env=os.environ | {"PULLQUOTE_LIBRARY": str(self.library)} | environment,
        )  # fmt: skip
        assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """With the sample newsroom."""
    made = Shell(tmp_path_factory.mktemp("cli") / "library")
    made("add", str(ROOT / "seeds"))
    return made


SEED = "after-a-mercenary-uprising-russia-claims-c11b1dc2"
QUESTION = "What did Rudenko and Qin Gang discuss?"
ANSWER = "international and regional issues of common concern"


def test_the_seed_article_answers_with_its_citation(shell: Shell) -> None:
    out = shell("ask", QUESTION, "--top-k", "1").stdout
    assert out.startswith(f"{ANSWER}  (")
    assert "“After a mercenary uprising, Russia claims that China supports its attempts" in out
    assert "paragraph 4" in out
    assert f"»{ANSWER}«" in out, "marked in its sentence, without colours"
    assert f"pullquote show {SEED}" in out


def test_json_is_the_body_of_the_contract_and_nothing_else(shell: Shell) -> None:
    done = shell("ask", "--json", "--passages", QUESTION)
    reply = Reply.from_json(json.loads(done.stdout))
    assert (reply.status, reply.answers[0].text, reply.passages_read, reply.read_by) == ("answered", ANSWER, 15, "both")
    assert reply.passages is not None
    assert len(reply.passages) == 15
    text = json.loads(shell("show", "--json", SEED).stdout)["text"]
    for answer in reply.answers:
        for citation in answer.citations:
            assert text[citation.start : citation.end] == citation.quote


def test_a_saved_reply_can_be_verified(shell: Shell, tmp_path: Path) -> None:
    saved = tmp_path / "reply.json"
    saved.write_text(shell("ask", "--json", "--top-k", "1", QUESTION).stdout)
    assert shell("verify", str(saved)).stdout == f"holds      {SEED}  “{ANSWER}”\n"
    body = json.loads(saved.read_text())
    body["answers"][0]["citations"][0]["quote"] = "invented words"
    saved.write_text(json.dumps(body))
    assert shell("verify", str(saved), status=1).stdout == f"changed    {SEED}  “invented words”\n"


def test_no_answer_says_why_names_the_nearest_and_exits_with_1(shell: Shell) -> None:
    done = shell("ask", "Which enzyme splits lactose in the human gut?", status=1)
    assert done.stdout.startswith("No answer. ")
    assert "The nearest articles:\n  “" in done.stdout


def test_filters_choose_who_may_answer(shell: Shell) -> None:
    assert shell("ask", "--json", "--article", SEED, QUESTION).stdout.count(f'"article_id": "{SEED}"') > 0
    nothing = shell("ask", "--source", "No Such Paper", QUESTION, status=1).stdout
    assert nothing == "No answer. There is nothing to read in the chosen sources.\n"
    late = shell("ask", "--from", "2999-01-01", QUESTION, status=1).stdout
    assert late == "No answer. There is nothing to read in the chosen dates.\n"
    early = shell("ask", "--as-of", "1999-01-01", QUESTION, status=1).stdout
    assert early == "No answer. There is nothing to read as of the chosen time.\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["ask", ""], "the question is empty; ask for example"),
        (["ask", "x" * 1001], "1,001 characters; a question has at most 1,000"),
        (["ask", "--top-k", "21", "Who?"], "'21' is not a whole number from 1 to 20"),
        (["ask", "--from", "yesterday", "Who?"], "'yesterday' is not a date like 2023-06-26"),
        (["ask", "--min-confidence", "nan", "Who?"], "'nan' is not a number from 0 to 1"),
        (["ask", "--budget-ms", "0", "Who?"], "'0' is not a number of milliseconds above 0"),
        (["eval", "--limit", "0", "set.jsonl"], "'0' is not a whole number from 1"),
        (["ask"], "the following arguments are required: QUESTION"),
        (["answer"], "invalid choice: 'answer'"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_usage_errors_exit_with_2_and_say_what_to_do(shell: Shell, arguments: list[str], expected: str) -> None:
    done = shell(*arguments, status=2)
    assert expected in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["show", "nothing"], "no article 'nothing'; see: pullquote list"),
        (["remove", "nothing"], "no article 'nothing'; see: pullquote list"),
        (["verify", "/nowhere.json"], "/nowhere.json: cannot be read (No such file or directory)"),
        (["eval", "/nowhere.json"], "/nowhere.json: cannot be read (No such file or directory)"),
    ],
)
def test_failures_exit_with_1_in_one_line(shell: Shell, arguments: list[str], expected: str) -> None:
    assert shell(*arguments, status=1).stderr == f"pullquote: {expected}\n"


@pytest.mark.parametrize("command", [["ask", "Who?"], ["list"], ["show", "a"], ["remove", "a"], ["doctor"]])
def test_without_a_library_the_next_command_is_named(tmp_path: Path, command: list[str]) -> None:
    done = Shell(tmp_path / "none")(*command, status=1)
    assert done.stderr.startswith("pullquote: ")
    assert done.stderr.endswith("none add PATH…\n")
    assert not (tmp_path / "none").exists(), "asking makes nothing"


def test_the_rest_goes_in_and_the_exit_status_tells(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text("Storm\n\nA storm sank a ship.\n")
    (tmp_path / "in" / "bad.json").write_text("{")
    (tmp_path / "in" / "empty.txt").write_text("")
    shell = Shell(tmp_path / "library")
    done = shell("add", str(tmp_path / "in"), status=1)
    [line] = done.stdout.splitlines()
    assert line.startswith("added")
    assert line.endswith("Storm")
    assert "bad.json" in done.stderr
    assert "empty.txt" in done.stderr
    assert done.stderr.endswith("1 added, 2 failed. The library holds 1 articles, 1 passages.\n")
    assert shell("add", str(tmp_path / "in" / "good.txt")).stdout.startswith("unchanged")


def test_list_show_remove(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "library")
    story = {
        "id": "storm",
        "headline": "Storm [bold]",
        "published": "2024-05-03",
        "paragraphs": ["It rained.", "Much."],
    }
    (tmp_path / "a.json").write_text(json.dumps(story))
    shell("add", str(tmp_path / "a.json"))
    assert shell("list").stdout == "storm\t2024-05-03\tStorm [bold]\n"
    assert json.loads(shell("list", "--json").stdout)["paragraphs"] == 2
    assert shell("show", "storm").stdout == "Storm [bold]\n3 May 2024\n\n[1] It rained.\n\n[2] Much.\n"
    assert shell("remove", "storm").stdout == "removed    storm\n"
    assert shell("list").stdout == ""


def test_the_library_may_be_named_before_or_after_the_command(shell: Shell, tmp_path: Path) -> None:
    for arguments in (["--library", str(shell.library), "list"], ["list", "--library", str(shell.library)]):
        assert SEED in shell(*arguments, PULLQUOTE_LIBRARY=str(tmp_path / "none")).stdout


def test_help_shows_an_example_for_every_command(shell: Shell) -> None:
    commands = ["add", "ask", "chat", "serve", "list", "show", "remove", "verify", "eval", "doctor"]
    overview = shell("--help").stdout
    for command in commands:
        assert f"    {command} " in overview
        assert "example: pullquote" in shell(command, "--help").stdout


def test_a_closed_pipe_is_no_error(shell: Shell) -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m pullquote.cli --library '{shell.library}' list | head -1", shell=True,
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stderr == ""


def test_undecodable_bytes_in_a_question_do_no_harm(shell: Shell) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pullquote.cli", "--library", str(shell.library), "ask", "--json", b"Who \xff?"],
        check=False,
        capture_output=True,
    )
    assert b"Traceback" not in done.stderr
    assert json.loads(done.stdout)["question"] == "Who ??"


def test_doctor_finds_and_mends_what_is_derived(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "library")
    (tmp_path / "a.txt").write_text("Storm\n\nA storm sank a ship.\n")
    shell("add", str(tmp_path / "a.txt"))
    assert shell("doctor").stdout.count("ok ") == 6
    [vectors] = shell.library.glob("ranking/*/vectors.faiss")
    vectors.write_bytes(b"torn")
    bad = shell("doctor", status=1)
    assert "BAD  ranking" in bad.stdout
    assert bad.stderr == "pullquote: to make what is derived again: pullquote doctor --rebuild\n"
    shell("doctor", "--rebuild")
    assert shell("doctor").stdout.count("ok ") == 6


def test_eval_measures_reports_and_compares(shell: Shell, tmp_path: Path) -> None:
    qas = [
        {"question": QUESTION, "kind": "answerable", "paragraph": 3, "answer": ANSWER},
        {"question": "Which enzyme splits lactose?", "kind": "unanswerable", "paragraph": 0},
    ]
    questions, earlier, page = (tmp_path / name for name in ("set.jsonl", "earlier.json", "report.html"))
    questions.write_text(json.dumps({"id": SEED, "headline": "After", "qas": qas}) + "\n")
    body = json.loads(shell("eval", "--json", "--html", str(page), str(questions)).stdout)
    figures = body["open"]["figures"]
    assert (figures["questions"], figures["answerable"], figures["exact_match"]) == (2, 1, 100.0)
    assert (figures["recall_at_10"], body["reader"]) == (100.0, None)
    assert page.read_text("utf-8").startswith("<!doctype html>")
    earlier.write_text(json.dumps(body))
    compared = shell("eval", "--against", str(earlier), str(questions)).stdout
    assert "Against earlier.json" in compared
    assert "+0.0" in compared
    done = shell("eval", "--reader-only", str(questions), status=1)
    assert done.stderr == f"pullquote: {questions}: holds no passages for the reader alone; leave --reader-only out\n"


def test_another_reader_is_named_on_the_command_line_or_in_the_environment(shell: Shell, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(FAST, other)
    calibration = json.loads((other / "calibration.json").read_text("utf-8"))
    calibration["decide"]["bias"] = -50.0  # never sure
    (other / "calibration.json").write_text(json.dumps(calibration), "utf-8")
    assert shell("ask", "--reader", str(other), QUESTION, status=1).stdout.startswith("No answer.")
    assert shell("ask", QUESTION, status=1, PULLQUOTE_READER=str(other)).stdout.startswith("No answer.")
    wrong = shell("ask", "--reader", str(tmp_path), QUESTION, status=1)
    assert "name fast, both, accurate, or a folder that `python -m qa.training` wrote" in wrong.stderr


def test_the_accurate_reader_goes_by_its_name(shell: Shell) -> None:
    body = json.loads(shell("ask", "--json", "--reader", "accurate", QUESTION).stdout)
    assert body["answers"][0]["text"] == ANSWER
    assert shell("ask", QUESTION, PULLQUOTE_READER="accurate").stdout.startswith(ANSWER)


def test_what_a_terminal_cannot_show_becomes_a_question_mark(shell: Shell) -> None:
    assert "???" not in shell("list").stdout
    done = shell("show", SEED, PYTHONIOENCODING="ascii")
    assert "Rudenko?s trip" in done.stdout
    assert shell("ask", QUESTION, PYTHONIOENCODING="ascii").stdout


def test_dates_the_wrong_way_round_are_a_mistake_of_usage(shell: Shell) -> None:
    done = shell("ask", "--from", "2026-05-02", "--to", "2026-05-01", QUESTION, status=2)
    assert "--from 2026-05-02 is after --to 2026-05-01" in done.stderr


def test_a_chat_whose_errors_go_to_a_file_is_plain(tmp_path: Path) -> None:
    """Textual draws on standard error; where that is a file, the terminal would stay blank."""
    shell = Shell(tmp_path / "library")
    (tmp_path / "a.txt").write_text("Storm\n\nA storm sank a ship.\n")
    shell("add", str(tmp_path / "a.txt"))
    master, slave = pty.openpty()
    with (tmp_path / "errors").open("wb") as errors:
        chat = subprocess.Popen(
            [sys.executable, "-m", "pullquote.cli", "--library", str(shell.library), "chat", "--private"],
            stdin=slave, stdout=slave, stderr=errors,
        )  # fmt: skip
    os.close(slave)
    os.write(master, b"What sank?\n\x04")
    shown = b""
    with contextlib.suppress(OSError):  # Linux's way to say that the other end is closed
        while part := os.read(master, 4096):
            shown += part
    os.close(master)
    assert chat.wait() == 0
    assert b"A storm sank" in shown
    assert b"\x1b[?1049h" not in shown, "no screen of its own"
