"""The README under test: its commands and examples are run, and give what it prints; its table is the settings'."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.confidence import Calibration
from qa.server.settings import ServerSettings
from qa.weights import BOTH, SHIPPED, reader_folder
from tests.test_serve import running

pytestmark = pytest.mark.weights
ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:8000"
NODE = shutil.which("node")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Each ``$ command`` of the ``console`` blocks, its lines after ``> `` with it, and what is printed under it."""
    pieces = [piece for block in blocks("console") for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    found = []
    for piece in pieces:
        typed, *printed = piece.splitlines()
        while printed and printed[0].startswith("> "):
            typed += "\n" + printed.pop(0).removeprefix("> ")
        found.append((typed, "\n".join(printed).strip()))
    return found


def matches(expected: str, printed: str) -> bool:
    """Whether ``printed`` is ``expected``, where "…" stands for anything."""
    return re.fullmatch(".*".join(map(re.escape, expected.split("…"))), printed.strip(), re.DOTALL) is not None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the repository's, with the sample library."""
    made = tmp_path_factory.mktemp("readme")
    (made / "seeds").symlink_to(ROOT / "seeds")
    environment = os.environ | {"PULLQUOTE_LIBRARY": ".library"}
    done = subprocess.run(
        [sys.executable, "-m", "pullquote.cli", "add", "seeds"],
        cwd=made,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with running(folder / ".library") as server:
        yield server.url


def test_the_matcher_can_fail() -> None:
    assert matches('{"id": "…"}', '{"id": "7f"}\n')
    assert not matches("Ana Ortiz  (91 % sure)", "Ana Ortiz  (90 % sure)")
    assert not matches("a\n…\nc", "a\nb")


@pytest.mark.parametrize(("typed", "expected"), commands(), ids=[typed[:60] for typed, _ in commands()])
def test_a_command_prints_what_the_readme_says(folder: Path, url: str, typed: str, expected: str) -> None:
    programs = Path(sys.executable).parent
    made = typed.startswith("make ask")
    if made:  # with this environment and this library: make would set up another one
        typed = f"make -s -f {ROOT}/Makefile -o .library/ready BIN={programs} {typed.removeprefix('make ')}"
    environment = os.environ | {"PULLQUOTE_LIBRARY": ".library", "PATH": f"{programs}:{os.environ['PATH']}"}
    environment.pop("MAKEFLAGS", None)
    done = subprocess.run(
        ["bash", "-c", typed.replace(ADDRESS, url)], cwd=folder, env=environment, capture_output=True, check=False,
        text=True,
    )  # fmt: skip
    assert matches(expected.replace(ADDRESS, url), done.stdout), f"{done.stdout}\n{done.stderr}"
    assert not made or (done.returncode, "Error" in done.stderr) == (0, False), "no answer is no error of make"


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_a_python_example_prints_what_the_readme_says(
    folder: Path, url: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    code = blocks("python")[number].replace(ADDRESS, url)
    expected = "\n".join(re.findall(r"^ *# prints: (.*)$", code, re.MULTILINE))
    assert expected, "the example says what it prints"
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, "README.md", "exec"), {})
    assert matches(expected, out.getvalue()), out.getvalue()


@pytest.mark.skipif(NODE is None, reason="install Debian's nodejs")
def test_the_javascript_example_prints_what_the_readme_says(url: str, tmp_path: Path) -> None:
    [code] = blocks("javascript")
    expected = "\n".join(re.findall(r"^ *// prints: (.*)$", code, re.MULTILINE))
    (tmp_path / "example.mjs").write_text(code.replace(ADDRESS, url), "utf-8")
    done = subprocess.run([NODE or "", tmp_path / "example.mjs"], capture_output=True, check=True, text=True)
    assert matches(expected, done.stdout), done.stdout


def test_the_readme_says_from_where_on_it_answers() -> None:
    [text] = re.findall(r"\n## What the confidence means\n(.*?)\n## ", README, re.DOTALL)
    thresholds = Calibration.load(BOTH).thresholds
    assert f"An answer is sure from {100 * thresholds.sure:.0f} % on" in text
    assert f"From {100 * thresholds.perhaps:.0f} % on it is given with “Perhaps”" in text


def test_the_figures_of_the_fit_are_those_of_the_calibrations() -> None:
    """As ``python -m qa.training.calibrate`` wrote and printed them."""
    fits = [json.loads((reader_folder(name) / "calibration.json").read_text("utf-8")) for name in SHIPPED]
    [together] = [fit["cross_validated"]["all"] for fit, name in zip(fits, SHIPPED, strict=True) if name == "both"]
    assert f"fitted on {together['questions']:,} questions of eight kinds" in README
    news = [fit["cross_validated"]["kinds"]["news"] for fit in fits]
    exact = " | ".join(f"{100 * kind['f1']:.1f}" for kind in news)
    assert f"| F1 of the best answer | {exact} |" in README
    for label, share in (("surely answered, of those with an answer", "sure"), ("surely or perhaps answered", "given")):
        cells = " | ".join(f"{100 * kind[share]:.0f} %; {100 * kind[f'{share}_right']:.0f} %" for kind in news)
        assert f"| {label}; right of all so answered | {cells} |" in README


def test_the_table_of_the_peers_is_the_bench_s() -> None:
    """Each cell is the middle of what ``make bench`` wrote, rounded."""
    results = (ROOT / "bench" / "RESULTS.md").read_text("utf-8")
    [measured] = re.findall(r"## 2,000 passages\n.*?\n(\| +\|.*?)\n\n", results, re.DOTALL)
    [shown] = re.findall(r"^(\| 2,000 passages.*?)\n\n", README, re.MULTILINE | re.DOTALL)
    rows = {cells[0]: cells[1:] for cells in table(measured)}
    names = next(iter(table(measured)))[1:]
    labels = {
        "a question, p50": "question p50, ms", "start to first answer": "cold start to first answer, s",
        "passages taken in a second": "ingest, passages/s", "peak memory": "peak memory answering, MiB",
        "F1, everybody with the same weights": "F1",
    }  # fmt: skip
    peers = {"Pullquote": ["Pullquote"], "Haystack": ["Haystack", "Haystack, token types given"]}
    peers["txtai"] = ["txtai, passages joined"]
    head, _, *body = table(shown)
    assert [row[0] for row in body] == list(labels)
    for label, *cells in body:
        for peer, cell in zip(head[1:], cells, strict=True):
            values = [number(rows[labels[label]][names.index(name)]) for name in peers[peer]]
            given = number(cell.strip("*"))
            assert any(abs(value - given) <= 0.5 * 10 ** -decimals(cell) for value in values), (label, peer, values)


def table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]


def number(cell: str) -> float:
    """The first one; infinite where there is none."""
    found = re.match(r"[\d,.]+", cell)
    return float(found[0].replace(",", "")) if found else float("inf")


def decimals(cell: str) -> int:
    found = re.search(r"\.(\d+)", cell)
    return len(found[1]) if found else 0


def test_every_setting_of_the_server_stands_in_the_readme() -> None:
    for name, field in ServerSettings.model_fields.items():
        assert re.search(rf"^\| `{name}` \| .* \| {re.escape(field.description or '')} \|$", README, re.MULTILINE), name


def test_what_the_readme_points_to_is_there() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)|<img[^>]*src=\"([^\"]+)\"|srcset=\"([^\"]+)\"", README)
    links = [one for target in targets for one in target if one and not one.startswith("http")]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
