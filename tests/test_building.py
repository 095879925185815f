"""Builders as processes of their own: started, waited for, killed at any moment."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article, Filters
from index.building import open_ranker
from index.library import Library
from index.ranking.ranker import FOLDER_NAME, SegmentRanker, Sizes
from index.sqlite.store import SqliteStore
from index.stores import open_store
from tests.fakes import VOCABULARY, WordEncoder, article

SIZES = Sizes(exact=500)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of 2,000 passages, which is many for these sizes; its ranking is lost."""
    store = SqliteStore(tmp_path / "library", create=True)
    with Library(store, SegmentRanker(tmp_path / "elsewhere", "words@1", 17), WordEncoder()) as library:
        for part in range(4):
            library.add([story(part * 500 + number) for number in range(500)])
    return tmp_path / "library"


def story(number: int) -> Article:
    draw = random.Random(number)
    return article(f"a{number}", f"{' '.join(draw.choices(VOCABULARY, k=12))} number{number}")


def waited_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 600
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def right(folder: Path, ranker: SegmentRanker) -> None:
    """Single words are found, what is nearest is near, and no more or less is there."""
    store = open_store(folder)
    with store.read() as view:
        ranking = ranker.at(view)
        ids = view.passage_ids()
        for passage in ids[::199].tolist():
            number = view.passages([passage])[passage].article_id[1:]
            assert ranking.words(f"number{number}", 3, Filters()) == [passage]
        vector = WordEncoder().encode_question("storm ship")
        best = float((view.vectors(ids, 17) @ vector).max())
        [found] = ranking.dense(vector, 1, Filters())
        assert ranking.similarity(vector, [found])[0] >= best - 0.1
        assert len(ranking.words(" ".join(VOCABULARY), 10**6, Filters())) == len(ids)
    store.close()


def test_a_library_that_outgrows_exact_search_is_sorted_in_the_background(folder: Path) -> None:
    """Questions are answered rightly meanwhile, and from the new generation as soon as it is there."""
    ranker = open_ranker(folder, "words@1", 17, sizes=SIZES)
    right(folder, ranker)
    assert not list((folder / FOLDER_NAME).glob("generation-*"))
    waited_for(lambda: bool(list((folder / FOLDER_NAME).glob("generation-*"))))
    right(folder, ranker)
    store = open_store(folder)
    with store.read() as view:
        segment, *more = ranker.state_at(view).segments
        assert segment.cells is not None
        assert not more
    store.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killing_builders_at_forty_moments_loses_and_leaves_nothing(folder: Path) -> None:
    def build() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "index.building", "words@1", "17", "500"]
        return subprocess.Popen(command, stderr=subprocess.PIPE, env=os.environ | {"PULLQUOTE_LIBRARY": str(folder)})

    began = time.monotonic()
    assert build().communicate()[1] == b""
    whole = time.monotonic() - began
    draw = random.Random(0)
    killed = 0
    old = open_ranker(folder, "words@1", 17, sizes=SIZES, background=False)
    for moment in np.linspace(0.3, 1.02, 40):
        store = open_store(folder)
        with store.write(5.0) as transaction:  # so that there is something to build
            transaction.remove(f"a{draw.randrange(2_000)}")
        store.close()
        process = build()
        time.sleep(moment * whole)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        right(folder, old)
        right(folder, open_ranker(folder, "words@1", 17, sizes=SIZES, background=False))
    assert killed > 20
    assert build().communicate()[1] == b""
    left = [path.name.partition("-")[0] for path in (folder / FOLDER_NAME).iterdir()]
    assert sorted(left) == ["generation", "lock"]
    print(f"{killed} of 40 builders killed")
