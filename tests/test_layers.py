"""The house: who may import whom, and what the question path must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"index": {"index"}, "qa": {"qa", "index"}, "tui": {"tui", "qa"}}
FRONT_ENDS = {"qa/cli.py", "qa/commands.py"}
HEAVY = {"torch", "sentence_transformers", "transformers", "sklearn", "pandas", "matplotlib"}


def imported(path: Path) -> set[str]:
    """First and second names of what ``path`` imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names = [node.module or ""]
        found |= set(names)
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_run_one_way(package: str) -> None:
    """``tui -> qa -> index``, never back. The command line alone starts what lies above it."""
    for path in (ROOT / package).rglob("*.py"):
        allowed = PACKAGES[package] | ({"tui"} if path.relative_to(ROOT).as_posix() in FRONT_ENDS else set())
        used = {name.partition(".")[0] for name in imported(path)} & set(PACKAGES)
        assert used <= allowed, f"{path} imports {used - allowed}"


def test_one_module_each_knows_faiss_and_onnx_runtime() -> None:
    owners: dict[str, set[str]] = {"faiss": set(), "onnxruntime": set()}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for name in {name.partition(".")[0] for name in imported(path)} & set(owners):
                owners[name].add(path.relative_to(ROOT).as_posix())
    assert owners == {"faiss": {"index/vectors.py"}, "onnxruntime": {"index/runtime.py"}}


def test_training_is_imported_by_nothing_else() -> None:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if path.parent.name != "training":
                assert not any(name.startswith("qa.training") for name in imported(path)), path


QUESTION = """
import sys
from qa.cli import main
status = main(["--library", sys.argv[1], "ask", "--min-confidence", "0", "Who is the mayor?"])
assert status == 0, status
loaded = HEAVY & set(sys.modules)
assert not loaded, f"the question path loads {sorted(loaded)}"
"""


def test_a_question_loads_no_heavy_module(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Bridge\n\nIt cost 1.2 million euro, the mayor, Ana Ortiz, said.\n")
    library = str(tmp_path / "library")
    add = [sys.executable, "-m", "qa.cli", "--library", library, "add", str(tmp_path / "a.txt")]
    subprocess.run(add, check=True, capture_output=True)
    program = QUESTION.replace("HEAVY", repr(HEAVY))
    done = subprocess.run([sys.executable, "-c", program, library], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Ana Ortiz" in done.stdout


@pytest.mark.parametrize("module", ["qa.cli", "qa.engine"])
def test_importing_a_front_end_loads_no_heavy_module(module: str) -> None:
    program = f"import sys, {module}; loaded = {HEAVY!r} & set(sys.modules); assert not loaded, loaded"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
