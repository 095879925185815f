"""What the doctor finds, and that killing a writer at any moment leaves nothing for it to find."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from index.articles import cut_passages
from index.doctor import examine, rebuild
from index.library import Library
from index.ranking.generations import Generations
from index.ranking.ranker import FOLDER_NAME
from index.sqlite.store import SqliteStore
from tests.fakes import BRIDGE, STORM, WordEncoder


def wrong(folder: Path) -> dict[str, str]:
    return {finding.what: finding.detail for finding in examine(folder) if not finding.well}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Library.open(tmp_path / "library", create=True, encoder=WordEncoder()) as library:
        library.add([BRIDGE, STORM])
    return tmp_path / "library"


def test_a_healthy_library(folder: Path) -> None:
    assert [finding.what for finding in examine(folder)] == [
        *("catalog", "vectors", "passages", "ranking", "words", "embedding model")
    ]
    assert wrong(folder) == {}


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("DELETE FROM vectors WHERE passage = 1", {"vectors": "3 for 4 passages, of words@1"}),
        (
            "UPDATE passages SET end = 100000 WHERE id = 1",
            {"passages": "1 outside their article, 0 articles without any"},
        ),
    ],
)  # fmt: skip
def test_what_does_not_agree_is_found(folder: Path, damage: str, found: dict[str, str]) -> None:
    with sqlite3.connect(folder / "catalog.sqlite3") as connection:
        connection.execute(damage)
    connection.close()
    assert found.items() <= wrong(folder).items()


def test_examining_changes_nothing(folder: Path) -> None:
    [postings] = folder.glob(f"{FOLDER_NAME}/*/at.npy")
    postings.write_bytes(b"torn")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert list(wrong(folder)) == ["ranking"]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path in before} == before


def articles_file(path: Path, kill: int) -> Path:
    """120 articles that no earlier kill has seen, with three paragraphs each."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(120):
            word = f"place{kill}x{number}"
            paragraphs = [
                f"The council of {word} met on day {number} and voted on the bridge.",
                f"It took {number} hours, the mayor of {word} said.",
                f"Nobody in {word} was hurt, and the school opened again.",
            ]
            story = {"id": f"a{kill}-{number}", "headline": f"Vote in {word}", "paragraphs": paragraphs}
            file.write(json.dumps(story) + "\n")
    return path


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.timeout(1_800)
def test_killing_add_at_fifty_moments_loses_nothing_acknowledged(tmp_path: Path) -> None:
    folder = tmp_path / "library"

    def add(kill: int) -> subprocess.Popen[str]:
        file = articles_file(tmp_path / "in.jsonl", kill)
        arguments = [sys.executable, "-m", "pullquote.cli", "--library", str(folder), "add", str(file)]
        return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    began = time.perf_counter()
    assert add(0).communicate()[0].count("added ") == 120
    whole = time.perf_counter() - began
    moments = random.Random(0)
    acknowledged = {f"a0-{number}" for number in range(120)}
    killed = unacknowledged = 0
    for kill in range(1, 51):
        process = add(kill)
        time.sleep(moments.uniform(0.05, 1.0) * whole)
        os.kill(process.pid, signal.SIGKILL)
        printed = process.communicate()[0]
        killed += process.returncode == -signal.SIGKILL
        acknowledged |= {line.split()[1] for line in printed.split("\n")[:-1]}  # whole lines
        catalog = SqliteStore(folder)
        with catalog.read() as view:
            stored = {item.id for item in view.listing(None, 10**9)}
            assert acknowledged <= stored
            unacknowledged = len(stored - acknowledged)
            for article_id in sorted(stored)[::37]:
                found = view.article(article_id)
                assert found is not None
                assert len(cut_passages(found)) == 3
            assert view.count("passages") == 3 * len(stored), "nothing is half there"
        catalog.close()
        assert set(wrong(folder)) <= {"ranking"}, "only what is derived may be torn"
        with Library.open(folder) as library:
            name = max(stored)
            place = f"place{name[1:].replace('-', 'x')}"
            hits = library.search(f"What did the council of {place} vote on?", 5)
            assert {hit.passage.article_id for hit in hits} >= {name}
        catalog = SqliteStore(folder)
        with catalog.read() as view:
            _, revision, segment = Generations(folder / FOLDER_NAME).newest(view.meta("model") or "", whole=True)
            changes = view.changes(revision)
            assert changes is not None
            kept = np.setdiff1d(segment.ids, changes.removed)
            assert np.array_equal(np.union1d(kept, changes.added), view.passage_ids())
        catalog.close()
    print(f"{killed} of 50 killed in {whole:.1f} s of work; {len(acknowledged)} articles acknowledged and there, "
          f"{unacknowledged} there whose line was never read")  # fmt: skip
    assert killed > 25


@pytest.mark.weights
def test_rebuilding_makes_everything_derived_again(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, create=True) as library:
        library.add([BRIDGE, STORM])
        before = [(hit.passage.id, round(hit.similarity, 4)) for hit in library.search("Who is the mayor?", 4)]
    with sqlite3.connect(folder / "catalog.sqlite3") as connection:
        connection.execute("DELETE FROM vectors")
    connection.close()
    shutil.rmtree(folder / FOLDER_NAME)
    assert set(wrong(folder)) == {"vectors"}
    rebuild(folder)
    assert wrong(folder) == {}
    with Library.open(folder) as library:
        assert [(hit.passage.id, round(hit.similarity, 4)) for hit in library.search("Who is the mayor?", 4)] == before
