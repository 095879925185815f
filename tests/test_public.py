"""What a user imports: the names, and that importing them costs nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pullquote
from index.library import Library
from tests.fakes import BRIDGE

ROOT = Path(__file__).parent.parent


def test_the_public_names() -> None:
    """Adding one is a decision; so is taking one away."""
    assert set(pullquote.__all__) == {
        "open", "connect", "Engine", "Client", "Library", "Question", "Filters", "Turn", "Reply", "Answer", "Citation",
        "Article", "make_article", "Claim", "Verdict", "verify", "PullquoteError", "ArticleError", "SourceError",
        "ModelError", "LibraryError", "LibraryMissing", "LibraryBusy", "LibraryDamaged", "LibraryUnavailable",
        "LibraryReadOnly",
        "LibraryFull", "WrongModel", "ServerError", "ServerRefused", "ServerUnavailable", "SettingsError",
        "Feedback", "Better", "FeedbackError", "AnswersError", "AnswersMissing", "AnswersBusy", "AnswersFull",
        "AnswersTorn", "__version__",
    }  # fmt: skip
    assert all(getattr(pullquote, name) is not None for name in pullquote.__all__)
    assert set(dir(pullquote)) == set(pullquote.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = pullquote.nothing


def test_the_error_tree_is_complete() -> None:
    """Whatever is raised on purpose can be caught by one name, and every error of the tree is public."""
    tree = {pullquote.PullquoteError}
    for _ in range(4):
        tree |= {child for error in tree for child in error.__subclasses__() if child.__module__ in _ERRORS}
    assert {error.__name__ for error in tree} == {name for name in pullquote.__all__ if _is_error(name)}


_ERRORS = ("index.errors", "qa.errors")


def _is_error(name: str) -> bool:
    found = getattr(pullquote, name)
    return isinstance(found, type) and issubclass(found, Exception)


def test_importing_it_loads_nothing() -> None:
    program = (
        "import sys, pullquote; print([name for name in sys.modules if name.split('.')[0] in ('qa', 'index', 'numpy')])"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_its_types_are_seen_by_a_type_checker(tmp_path: Path) -> None:
    program = """
import pullquote
with pullquote.open("folder") as newsroom:
    reply: pullquote.Reply = newsroom.ask("Who?")
    reply = newsroom.ask(pullquote.Question("Who?", filters=pullquote.Filters(sources=("Daily",))))
    for answer in reply.answers:
        quote: str = answer.citations[0].quote
        headline: str = answer.citations[0].headline
with pullquote.connect("http://127.0.0.1:8000", key="k") as server:
    reply = server.ask("Who?")
reveal_type(pullquote.verify)
"""
    (tmp_path / "use.py").write_text(program)
    cache = ROOT / ".mypy_cache"
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports", "silent", "--cache-dir", str(cache), "use.py"],
        cwd=tmp_path, env=os.environ | {"MYPYPATH": str(ROOT)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert 'Revealed type is "def (article: index.articles.Article' in done.stdout


@pytest.mark.weights
def test_a_library_is_opened_asked_and_closed(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([BRIDGE])
    with pullquote.open(tmp_path / "library") as newsroom:
        reply = newsroom.ask("Who is the mayor?")
        assert reply.to_json()["question"] == "Who is the mayor?"
        assert [headline.headline for headline in newsroom.headlines()] == ["Bridge opened"]
        assert newsroom.article("bridge") is not None
    with pytest.raises(pullquote.LibraryMissing):
        pullquote.open(tmp_path / "nowhere")


def test_help_comes_at_once() -> None:
    """Numpy alone would double what it takes."""
    program = (
        "import sys; from pullquote.cli import main; sys.argv = ['pullquote', '--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([name for name in ('numpy', 'faiss', 'onnxruntime', 'textual', 'fastapi') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "usage: pullquote" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"
