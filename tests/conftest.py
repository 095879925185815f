"""What several test modules share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library
from tests.fakes import WordEncoder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library with the fake encoder, in ``tmp_path / "library"``."""
    with Library.open(tmp_path / "library", create=True, encoder=WordEncoder()) as made:
        yield made


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever runs it."""
    for name in ("PULLQUOTE_LIBRARY", "PULLQUOTE_READER", "PULLQUOTE_KEY", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
