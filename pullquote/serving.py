"""The command that serves: its options, and the keys that it makes."""

from __future__ import annotations

import argparse
import os
from importlib.util import find_spec
from pathlib import Path

from pullquote.assisting import MISSING
from pullquote.places import library_path, reader_path
from qa.errors import SettingsError
from qa.server.settings import ServerSettings, load_settings, new_key
from qa.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command; the other settings come from the environment or the file."""
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (8000)")
    parser.add_argument("--processes", type=int, metavar="N", help="processes that serve (1)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML (else $PULLQUOTE_CONFIG)")
    parser.add_argument(
        "--new-key",
        metavar="NAME:RIGHTS",
        help="print a new key and stop; rights: ask, write, feedback, joined by +; page@ORIGIN",
    )
    lines = [
        f"  {name:20} {field.description} [{'' if field.default is None else field.default!r}]"
        for name, field in ServerSettings.model_fields.items()
    ]
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join([
        "settings, in the file as here, in the environment as PULLQUOTE_NAME:", *lines, "", parser.epilog or "",
    ])  # fmt: skip


def serve(options: argparse.Namespace) -> int:
    """Serve until told to stop. Exit status 1 if library or models cannot be loaded, 2 for a wrong setting."""
    try:
        if options.new_key:
            return _print_new_key(options.new_key)
        if options.config:
            os.environ["PULLQUOTE_CONFIG"] = str(options.config)
        typed = {name: getattr(options, name) for name in ("host", "port", "processes")}
        given = {name: value for name, value in typed.items() if value is not None}
        settings = load_settings(**given)
    except SettingsError as error:
        say(f"pullquote: {error}")
        return 2
    if settings.reachable and not settings.keys:
        say(
            f"pullquote: without a key the server stays on this machine, and {settings.reachable} would open it to"
            " others; make a key: pullquote serve --new-key web:ask"
        )
        return 2
    if settings.mcp and find_spec("mcp") is None:
        say(f"pullquote: {MISSING}")
        return 2
    from qa.server.run import run

    failure = run(settings, library_path(options), reader_path(options))
    if failure:
        say(f"pullquote: {failure}")
    return 1 if failure is not None else 0


def _print_new_key(wanted: str) -> int:
    secret, line = new_key(wanted)
    print(secret)
    if "@" in line:
        say("This key is no secret: it stands in your pages, <pullquote-ask key=…>, and only asks, only from there.")
        say("Put this into the setting keys:")
    else:
        say("Give this key to the client; it is not kept here. Put this into the setting keys:")
    say(f'  keys = ["{line}"]     or     PULLQUOTE_KEYS="{line}"')
    return 0
