"""The settings file: what it may say, and that nothing in it stops the chat."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.keys import ALL
from tui.settings import MAX_FILE_BYTES, ChatSettings, load_settings


def load(tmp_path: Path, body: str | bytes) -> tuple[ChatSettings, list[str]]:
    """The settings in ``body`` and the problems, without the file's name."""
    path = tmp_path / "chat.toml"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    settings, problems = load_settings(path)
    assert all(problem.startswith(f"{path}: ") for problem in problems)
    return settings, [problem.removeprefix(f"{path}: ") for problem in problems]


def test_theme_and_keys_are_read(tmp_path: Path) -> None:
    body = 'theme = "pullquote-light"\n[keys]\ncopy = "c"\nnext_citation = ["n", "ctrl+right"]'
    assert load(tmp_path, body) == (
        ChatSettings("pullquote-light", {"copy": "c", "next_citation": "n,ctrl+right"}),
        [],
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("them = 1", "unknown setting 'them'; known: theme, keys"),
        ("theme = 1", "theme must be a name in quotes"),
        ("keys = 1", "keys must be a table: [keys]"),
        ("[keys]\nfly = 'c'", "keys.fly: there is no such key; F1 shows their names"),
        ("[keys]\ncopy = 'ctrl'", 'keys.copy: not a key like "c", "ctrl+n" or "f6"'),
        ("[keys]\ncopy = ''", 'keys.copy: not a key like "c", "ctrl+n" or "f6"'),
        ("[keys]\ncopy = []", 'keys.copy: not a key like "c", "ctrl+n" or "f6"'),
        ("[keys]\ncopy = 'a,b'", 'keys.copy: not a key like "c", "ctrl+n" or "f6"'),
        ("[keys]\ncopy = 'n'", "keys.copy: n is the key of next_citation already"),
        ("[keys]\nhelp = 'enter'", "keys.help: enter is the key of send already"),
    ],
)
def test_what_is_wrong_is_named_and_left_out(tmp_path: Path, body: str, said: str) -> None:
    assert load(tmp_path, body) == (ChatSettings(), [said])


def test_two_keys_may_change_places(tmp_path: Path) -> None:
    assert load(tmp_path, "[keys]\ncopy = 'n'\nnext_citation = 'y'") == (
        ChatSettings(keys={"copy": "n", "next_citation": "y"}),
        [],
    )


def test_a_file_that_is_not_toml_is_left_aside_and_the_line_is_named(tmp_path: Path) -> None:
    settings, problems = load(tmp_path, 'theme = "x"\nkeys =\n')
    assert settings == ChatSettings()
    assert problems[0].startswith("is not TOML: ")
    assert "line 2" in problems[0]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    assert load(tmp_path, b"#" * (MAX_FILE_BYTES + 1)) == (ChatSettings(), ["over 100,000 bytes; not read"])


def test_a_file_asked_for_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    assert load_settings(path) == (ChatSettings(), [f"{path}: there is no such settings file"])


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == (ChatSettings(), [f"{tmp_path}: cannot be read (Is a directory)"])


def test_the_default_file_need_not_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.settings.default_path", lambda: tmp_path / "chat.toml")
    assert load_settings(None) == (ChatSettings(), [])


@given(body=st.binary(max_size=200))
def test_no_bytes_at_all_raise(body: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    load(tmp_path_factory.mktemp("settings"), body)


def test_every_key_has_its_own_name() -> None:
    assert len({key.id for key in ALL}) == len(ALL)
