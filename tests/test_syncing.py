"""``pullquote sync`` and ``watch`` as a user types them, on a site and a folder that change."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sites import Site, site
from tests.test_cli import Shell
from tests.test_fetch import PAGE

pytestmark = pytest.mark.weights


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "library")


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as made:
        yield made


def test_an_address_is_added_when_it_is_allowed_to_be_private(shell: Shell, web: Site) -> None:
    url = web.put("/ferry", PAGE.format("Ferry to sail"))
    refused = shell("add", url, status=1)
    assert refused.stderr.startswith(
        f"pullquote: {url}: 127.0.0.1 is a private address; to allow it: --allow-private\n"
    )
    added = shell("add", "--allow-private", "--agent", "The Post", url)
    assert added.stdout.startswith("added      ferry-")
    assert web.asked[-1][1]["User-Agent"].endswith("(The Post)")


def test_sync_brings_sources_and_library_together(shell: Shell, web: Site, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "a.txt").write_text("Fares rise\n\nA ticket costs nine crowns.\n")
    listing = f"<urlset><url><loc>{web.put('/ferry', PAGE.format('Ferry to sail'))}</loc></url></urlset>"
    web.put("/map.xml", listing, "text/xml")
    sources = tmp_path / "sources.toml"
    sources.write_text(
        f'[fetch]\nallow_private = true\nrate = 100\n[[source]]\nfolder = "export"\n'
        f'[[source]]\nname = "site"\nsitemap = "{web.address}/map.xml"\n'
    )
    first = shell("sync", str(sources))
    assert [line.split()[0] for line in first.stdout.splitlines()] == ["added", "added"]
    assert "2 added. The library holds 2 articles" in first.stderr
    again = shell("sync", str(sources))
    assert "2 unchanged. The library holds 2 articles" in again.stderr
    wrong = shell("sync", str(tmp_path / "none.toml"), status=1)
    assert "none.toml: cannot be read (No such file or directory)" in wrong.stderr


def test_a_day_of_watch_in_small(shell: Shell, tmp_path: Path) -> None:
    """Published, corrected, withdrawn; stopped, published meanwhile, and started again."""
    folder = tmp_path / "export"
    folder.mkdir()
    story = folder / "ferry.txt"

    def watch() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "pullquote.cli", "watch", str(folder), "--vanished", "withdraw", "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"PULLQUOTE_LIBRARY": str(shell.library)},
        )  # fmt: skip

    def told(process: subprocess.Popen[str]) -> tuple[str, str]:
        assert process.stdout is not None
        event = json.loads(process.stdout.readline())
        return event["fate"], event.get("headline", event["id"])

    story.write_text("Ferry to sail\n\nIt sails in May.\n")
    process = watch()
    try:
        assert told(process) == ("added", "Ferry to sail")
        story.write_text("Ferry to sail in June\n\nIt sails in June.\n")
        assert told(process) == ("updated", "Ferry to sail in June")
        story.unlink()
        (folder / "fares.txt").write_text("Fares rise\n\nA ticket costs nine crowns.\n")
        assert {told(process)[0], told(process)[0]} == {"added", "withdrawn"}
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=600)
    assert process.returncode == 0
    assert said.endswith("Stopped; what was told is stored.\n")
    story.write_text("Ferry stays\n\nIt does not sail.\n")
    process = watch()
    try:
        assert told(process) == ("restored", "Ferry stays"), "and nothing of what was seen before"
    finally:
        process.kill()
        process.communicate(timeout=600)
    assert len(shell("list").stdout.splitlines()) == 2
