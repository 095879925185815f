"""The chat's settings file: TOML, every part optional.

::

    theme = "pullquote-light"

    [keys]
    copy = "c"
    next_citation = ["n", "ctrl+right"]

The names under ``[keys]`` are those that the help (F1) shows.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textual.keys import Keys

from tui.keys import ALL, GROUPS, Key
from tui.printable import one_line

MAX_FILE_BYTES = 100_000
_MODIFIERS = {"ctrl", "shift", "alt", "super", "hyper", "meta"}
_NAMED_KEYS = {str(key.value) for key in Keys} | {"space", "slash", "minus", "plus", "comma", "full_stop"}


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """What a reader may set. ``keys`` maps a key's id to its keys, by commas; ``theme`` is empty for the default."""

    theme: str = ""
    keys: dict[str, str] = field(default_factory=dict)


def default_path() -> Path:
    """``chat.toml`` in the user's configuration folder."""
    import platformdirs

    return platformdirs.user_config_path("pullquote") / "chat.toml"


def load_settings(chosen: Path | None) -> tuple[ChatSettings, list[str]]:
    """The settings of ``chosen``, else of the default file, and what was wrong in it, a line each.

    What is wrong is left out, and never raises: the chat works without its settings.
    """
    path = chosen or default_path()
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        return ChatSettings(), [f"{path}: there is no such settings file"] if chosen else []
    except OSError as error:
        return ChatSettings(), [f"{path}: cannot be read ({error.strerror})"]
    if len(data) > MAX_FILE_BYTES:
        return ChatSettings(), [f"{path}: over {MAX_FILE_BYTES:,} bytes; not read"]
    try:
        body = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        return ChatSettings(), [f"{path}: is not TOML: {one_line(str(error))}; it is left aside"]
    problems = [f"{path}: unknown setting {name!r}; known: theme, keys" for name in body.keys() - {"theme", "keys"}]
    theme = body.get("theme", "")
    if not isinstance(theme, str):
        problems.append(f"{path}: theme must be a name in quotes")
        theme = ""
    keys, wrong = _keys(body.get("keys", {}))
    return ChatSettings(theme, keys), problems + [f"{path}: {problem}" for problem in wrong]


def _keys(table: Any) -> tuple[dict[str, str], list[str]]:
    if not isinstance(table, dict):
        return {}, ["keys must be a table: [keys]"]
    known = {key.id for key in ALL}
    chosen, problems = {}, []
    for name, value in table.items():
        keys = [value] if isinstance(value, str) else value
        if name not in known:
            problems.append(f"keys.{name}: there is no such key; F1 shows their names")
        elif not isinstance(keys, list) or not keys or not all(isinstance(key, str) and _is_key(key) for key in keys):
            problems.append(f'keys.{name}: not a key like "c", "ctrl+n" or "f6"')
        else:
            chosen[name] = ",".join(keys)
    for group in (GROUPS["Writing a question"], GROUPS["Reading the answers"]):
        problems += _clashes((*group, *GROUPS["Anywhere"]), chosen)
    return chosen, list(dict.fromkeys(problems))


def _clashes(keys: tuple[Key, ...], chosen: dict[str, str]) -> list[str]:
    """Take a key that stands for two things from the one that was remapped onto it; say so."""
    problems = []
    for name in [key.id for key in keys if key.id in chosen]:
        others = {k: key.id for key in keys if key.id != name for k in chosen.get(key.id, key.keys).split(",")}
        taken = sorted(set(chosen[name].split(",")) & others.keys())
        if taken:
            problems.append(f"keys.{name}: {taken[0]} is the key of {others[taken[0]]} already")
            del chosen[name]
    return problems


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    return set(modifiers) <= _MODIFIERS and (
        (len(last) == 1 and last.isprintable() and last != ",") or last in _NAMED_KEYS
    )
