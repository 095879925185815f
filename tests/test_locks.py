"""The two lock files: what is installed is pinned and hashed, and answering needs little."""

from __future__ import annotations

import platform
import re
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def locked(name: str) -> dict[str, str]:
    """The version of each package of a lock file; every one has its hashes."""
    entries = re.split(r"^(?=[a-z0-9])", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)
    return dict(entry.split(maxsplit=1)[0].split("==") for entry in entries)


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[>=\[]", requirement)[0].lower() for requirement in requirements}


@pytest.mark.parametrize("extra", EXTRAS)
def test_answering_installs_nothing_of_an_extra(extra: str) -> None:
    assert not names(EXTRAS[extra]) & set(locked("requirements.lock"))


def test_every_dependency_is_locked() -> None:
    assert names(PROJECT["dependencies"]) <= set(locked("requirements.lock"))
    everything = [requirement for extra in EXTRAS.values() for requirement in extra]
    assert names(everything) <= set(locked("requirements-dev.lock"))


def test_both_locks_name_the_same_versions() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_torch_comes_without_cuda() -> None:
    """With both kinds of wheel in the lock pip takes the one with CUDA, which lacks its packages."""
    text = (ROOT / "requirements-dev.lock").read_text("utf-8")
    [block] = re.findall(r"^torch==.*?(?=^[a-z])", text, re.MULTILINE | re.DOTALL)
    assert "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b" in block, "the CPU's, for Linux"
    assert not [name for name in re.findall(r"^[a-z0-9-]+(?===)", text, re.MULTILINE) if name.startswith("nvidia")]
    assert "+cpu" in version("torch") or sys.platform != "linux" or platform.machine() != "x86_64"
