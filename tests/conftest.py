"""What several test modules share."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index.library import Library
from tests.chromium import CHROMIUM_HINT, NODE_HINT, Chromium
from tests.fakes import WordEncoder
from tests.postgres import MISSING, Cluster

settings.register_profile("any load", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any load")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library with the fake encoder, in ``tmp_path / "library"``."""
    with Library.open(tmp_path / "library", create=True, encoder=WordEncoder()) as made:
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    """One browser for all tests; each page has cookies and storage of its own."""
    with Chromium() as started:
        yield started


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line each what was left out for want of Chromium or of Node's packages, and how to get them."""
    skipped = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", ())}
    for hint in (CHROMIUM_HINT, NODE_HINT):
        if f"Skipped: {hint}" in skipped:
            terminalreporter.write_line(hint)


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """No test hears what another one's command line let be said."""
    log = logging.getLogger("pullquote")
    level, handlers = log.level, list(log.handlers)
    yield
    log.setLevel(level)
    log.handlers[:] = handlers


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("PULLQUOTE_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server, for all tests that do not hurt it."""
    if MISSING:
        pytest.skip("no PostgreSQL server is installed: apt-get install postgresql")
    made = Cluster().create().start("fsync=off")
    yield made
    made.remove()


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """The address of an empty database."""
    url = cluster.database()
    yield url
    cluster.give_back(url)
