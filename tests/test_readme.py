"""The README under test: its commands and examples are run, and give what it prints; its table is the settings'."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.server.settings import ServerSettings
from tests.test_serve import running

pytestmark = pytest.mark.weights
ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
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
    if typed.startswith("make ask"):  # make itself would set up another environment
        question = re.search(r'Q="(.*)"', typed) or re.search(r"^Q \?= (.*)$", MAKEFILE, re.MULTILINE)
        assert question is not None
        typed = f'pullquote ask "{question[1]}"'
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", typed.replace(ADDRESS, url)],
        cwd=folder, env=os.environ | {"PULLQUOTE_LIBRARY": ".library", "PATH": path}, capture_output=True, check=False,
        text=True,
    )  # fmt: skip
    assert matches(expected.replace(ADDRESS, url), done.stdout), f"{done.stdout}\n{done.stderr}"


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


def test_every_setting_of_the_server_stands_in_the_readme() -> None:
    for name, field in ServerSettings.model_fields.items():
        assert re.search(rf"^\| `{name}` \| .* \| {re.escape(field.description or '')} \|$", README, re.MULTILINE), name


def test_what_the_readme_points_to_is_there() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)|<img[^>]*src=\"([^\"]+)\"|srcset=\"([^\"]+)\"", README)
    links = [one for target in targets for one in target if one and not one.startswith("http")]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
