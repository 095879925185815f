"""What may stand behind the options of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.library import Library
from pullquote.cli import main
from tests.fakes import BRIDGE

UNDECODABLE = "caf\udce9"
"""As Python gives a byte on the command line that is no UTF-8."""


@pytest.mark.parametrize(
    "typed",
    [
        ("show", UNDECODABLE),
        ("remove", UNDECODABLE),
        ("history", UNDECODABLE),
        ("diff", UNDECODABLE),
        ("restore", UNDECODABLE),
        ("questions", UNDECODABLE),
    ],
)
def test_an_id_that_no_library_can_hold_is_an_article_that_is_not_there(
    typed: tuple[str, ...], library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library.add([BRIDGE])
    assert main(("--library", str(tmp_path / "library"), *typed)) == 1
    assert "no article 'caf?'; see: pullquote list" in capsys.readouterr().err
