"""``pullquote add`` as a user types it: what it shows, reports and stores."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from index.ingest import files_in
from tests.test_cli import Shell

pytestmark = pytest.mark.weights

STORY = "Ferry to sail\nBy Ann Lee\n4 March 2025\n\nThe ferry sails again.\n\nA ticket costs nine crowns.\n"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "library")


def test_a_dry_run_shows_what_would_be_taken_and_stores_nothing(shell: Shell, tmp_path: Path) -> None:
    story = tmp_path / "a.txt"
    story.write_text(STORY)
    done = shell("add", "--dry-run", str(story))
    assert done.stdout == f"Ferry to sail\n    Ann Lee  ·  2025-03-04  ·  2 paragraphs  ·  {story}\n"
    assert done.stderr == "1 would be taken. Nothing was stored.\n"
    assert not shell.library.exists()


def test_a_report_tells_every_files_fate(shell: Shell, tmp_path: Path) -> None:
    folder, report = tmp_path / "in", tmp_path / "report.jsonl"
    folder.mkdir()
    (folder / "a.txt").write_text(STORY)
    (folder / "b.json").write_text('{"uri": "u", "pubstatus": "withheld", "headline": "Held", "body_text": "T."}')
    (folder / "c.json").write_text("{")
    (folder / "d.jpg").write_bytes(b"x")
    done = shell("add", "--quiet", "--report", str(report), str(folder), status=1)
    assert done.stdout == ""
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    fates = {(line["fate"], Path(line["where"].split(":")[0]).name): line for line in lines}  # added ones by batches
    assert fates.keys() == {("left out", "b.json"), ("failed", "c.json"), ("failed", "in"), ("added", "a.txt")}
    assert fates["left out", "b.json"]["why"] == "Held: is withheld"
    added = fates["added", "a.txt"]
    assert (added["author"], added["published"]) == ("Ann Lee", "2025-03-04")
    assert "d.jpg" in done.stderr
    assert "Held" not in done.stderr, "quiet is quiet about what is as it should be"


def test_standard_input_is_read_whatever_its_format(shell: Shell) -> None:
    for given in (STORY, json.dumps({"headline": "Ferry", "text": "It sails."}), "<rss"):
        done = subprocess.run(
            [sys.executable, "-m", "pullquote.cli", "--library", str(shell.library), "add", "-"],
            input=given, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == (1 if given == "<rss" else 0), done.stderr
    assert len(shell("list").stdout.splitlines()) == 2


def test_on_a_terminal_it_is_told_how_many_of_how_many_files(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt", ".hidden.txt", "d.bin"):
        (tmp_path / name).write_text(f"Ferry {name}\n\nThe ferry sails at noon from pier {name}.")
    assert files_in([tmp_path, tmp_path / "a.txt"]) == 4
    seen = bytearray()

    def read(terminal: int) -> bytes:
        data = os.read(terminal, 4096)
        seen.extend(data)
        return data

    command = [sys.executable, "-m", "pullquote.cli", "--library", str(tmp_path / "lib"), "add", "--dry-run", "--quiet"]
    pty.spawn([*command, str(tmp_path)], read, lambda _: b"")
    assert b"of 3 files" in seen
