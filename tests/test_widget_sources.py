"""The component's sources: their types, their tests in Node's own runner, and the built file that they make."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.chromium import NODE_HINT
from tests.widget_site import STATIC

ROOT = Path(__file__).parent.parent
WEB = ROOT / "web"
NPM = shutil.which("npm")
MOST_BYTES = 15_000


@pytest.mark.skipif(NPM is None or not (WEB / "node_modules").is_dir(), reason=NODE_HINT)
@pytest.mark.parametrize("what", ["types", "test", "build -- --check"])
def test_the_sources_hold(what: str) -> None:
    assert NPM is not None
    done = subprocess.run([NPM, "run", *what.split()], cwd=WEB, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_component_is_one_small_file_that_loads_nothing_else() -> None:
    text = (STATIC / "widget.js").read_bytes()
    assert len(gzip.compress(text, 9)) <= MOST_BYTES
    assert not re.search(rb"\bimport\b(?!\.meta\.url)|sourceMappingURL", text)


def test_the_built_files_are_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "server/static/*" in project["tool"]["setuptools"]["package-data"]["qa"]


def test_the_documentation_names_every_part_property_and_attribute() -> None:
    documented = (ROOT / "docs" / "widget.md").read_text("utf-8")
    code = "".join(path.read_text("utf-8") for path in sorted((WEB / "src").glob("*.js")))
    style = (WEB / "src" / "style.css").read_text("utf-8")
    literal = re.findall(r'part: "([a-z ]+)"', code)
    parts = {name for value in literal for name in value.split()} | {"reply", "answered", "perhaps", "none"}
    named = re.search(r"::part\(…\)`: (.*?)\.\n", documented, re.DOTALL)
    assert named is not None
    assert set(re.findall(r"`([a-z]+)`", named[1])) == parts | {"nearest", "newer"}
    assert set(re.findall(r"--pullquote-[a-z-]+(?=`)", documented)) == set(re.findall(r"--pullquote-[a-z-]+", style))
    attributes = re.findall(r"^\| `([a-z]+)` \|", documented, re.MULTILINE)
    read = set(re.findall(r'getAttribute\("([a-z]+)"\)', code)) - {"dir"}
    assert set(attributes) == read | {"theme"}
