"""What may stand behind the options of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.library import Library
from pullquote.cli import main
from tests.fakes import BRIDGE, article

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


def test_no_article_turns_the_order_of_a_line_around(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    turned = article("bridge", "It cost \u202e1.2\u202c million.", headline="Bridge \u202eopened")
    for text in ("It cost \u202e2.1\u202c million.", "It cost 3 million."):
        library.add([turned, article("bridge", text, headline="Bridge \u202eopened")])
    for typed in (("show", "bridge"), ("list",), ("history", "bridge"), ("diff", "bridge"), ("restore", "bridge")):
        assert main(("--library", str(tmp_path / "library"), *typed)) == 0
        shown = capsys.readouterr().out
        assert "Bridge �opened" in shown or "cost �" in shown
        assert "\u202e" not in shown
    assert main(("--library", str(tmp_path / "library"), "show", "--json", "bridge")) == 0
    assert "Bridge \u202eopened" in capsys.readouterr().out, "for a machine: as it is"


def test_no_pages_of_a_feed_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    for count in ("0", "-1"):
        with pytest.raises(SystemExit) as stopped:
            main(("add", "--limit", count, "https://calder.example/rss"))
        assert stopped.value.code == 2
        assert "is not a whole number from 1" in capsys.readouterr().err


def test_a_calibration_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "calibration" / "fast.current").mkdir(parents=True)
    assert main(("--library", str(tmp_path), "calibrate", "--reader", "fast", "--reset")) == 1
    assert f"the calibrations in {tmp_path} cannot be written" in capsys.readouterr().err
