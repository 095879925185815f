"""The house: who may import whom, and what the question path must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "index": {"index"},
    "qa": {"qa", "index"},
    "tui": {"tui", "qa"},
    "pullquote": {"pullquote", "tui", "qa", "index"},
}
APART = ("qa.server", "qa.evaluation", "qa.training", "tui")
SHARED = {"qa.training": {"qa.evaluation.datasets", "qa.evaluation.scores"}}
"""Training reads the files that are measured with, and scores by the same formulas: one reader, one formula."""
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


def modules() -> Iterator[tuple[str, Path, set[str]]]:
    """Every module of the product: its dotted name, its path, and what it imports."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield name, path, imported(path)


def inside(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def test_imports_run_one_way() -> None:
    """``pullquote -> tui -> qa -> index``, never back, and the chat never reaches past qa."""
    for name, path, names in modules():
        allowed = PACKAGES[name.partition(".")[0]]
        used = {name.partition(".")[0] for name in names} & set(PACKAGES)
        assert used <= allowed, f"{path} imports {used - allowed}"


def test_server_evaluation_training_and_chat_never_import_each_other() -> None:
    for name, path, names in modules():
        room = next((room for room in APART if inside(name, room)), None)
        for other in APART:
            if room is not None and other != room:
                used = {name for name in names if inside(name, other)} - SHARED.get(room, set())
                assert not used, f"{path} imports {used}"


def test_nothing_of_the_answer_knows_its_rooms() -> None:
    """The modules of qa itself use none of the rooms that stand on them."""
    for name, path, names in modules():
        if name.startswith("qa.") and not any(inside(name, room) for room in APART):
            assert not [used for used in names for room in APART if inside(used, room)], path


def test_one_place_each_knows_the_engines() -> None:
    """FAISS and ONNX Runtime have one importer; in index, SQLite and PostgreSQL are known in their own rooms alone."""
    owners: dict[str, set[str]] = {"faiss": set(), "onnxruntime": set(), "sqlite3": set(), "psycopg": set()}
    for name, _, names in modules():
        for engine in {used.partition(".")[0] for used in names} & set(owners):
            owners[engine].add(name)
    assert owners["faiss"] == {"index.ranking.vectors"}
    assert owners["onnxruntime"] == {"index.runtime"}
    assert {name for name in owners["psycopg"] if not inside(name, "index.postgres")} == set()
    assert {name for name in owners["sqlite3"] if inside(name, "index") and not inside(name, "index.sqlite")} == set()


QUESTION = """
import sys
from pullquote.cli import main
status = main(["--library", sys.argv[1], "ask", "--min-confidence", "0", "Who is the mayor?"])
assert status == 0, status
loaded = HEAVY & set(sys.modules)
assert not loaded, f"the question path loads {sorted(loaded)}"
"""


def test_a_question_loads_no_heavy_module(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Bridge\n\nIt cost 1.2 million euro, the mayor, Ana Ortiz, said.\n")
    library = str(tmp_path / "library")
    add = [sys.executable, "-m", "pullquote.cli", "--library", library, "add", str(tmp_path / "a.txt")]
    subprocess.run(add, check=True, capture_output=True)
    program = QUESTION.replace("HEAVY", repr(HEAVY))
    done = subprocess.run([sys.executable, "-c", program, library], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Ana Ortiz" in done.stdout


@pytest.mark.parametrize("module", ["pullquote", "pullquote.cli", "pullquote.api", "qa.engine"])
def test_importing_a_front_end_loads_no_heavy_module(module: str) -> None:
    program = f"import sys, {module}; loaded = {HEAVY!r} & set(sys.modules); assert not loaded, loaded"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
