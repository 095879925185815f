"""The walk of one story, and the day of ``watch``, print what ``docs/news.md`` shows."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.slow
@pytest.mark.weights
def test_the_page_shows_what_the_commands_print(tmp_path: Path) -> None:
    """How sure an answer is may differ by a percent between processors."""
    page = "".join(runpy.run_path(str(DOCS / "news.py"))["page"](tmp_path))
    assert _rough(page) == _rough((DOCS / "news.md").read_text(encoding="utf-8"))


def _rough(text: str) -> str:
    return re.sub(r"\(\d+ % sure\)", "(… % sure)", text)
