"""``pullquote serve``: uvicorn around the API, with the settings, the log, and an orderly end."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from functools import partial
from pathlib import Path

import uvicorn

from qa.api import create_app
from qa.commands import reader_path, say
from qa.engine import Engine
from qa.observe import JsonLines
from qa.service import Service
from qa.settings import Settings, SettingsError, load_settings, new_key

_GRACE_SECONDS = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command; the other settings come from the environment or the file."""
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (8000)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML (else $PULLQUOTE_CONFIG)")
    parser.add_argument(
        "--new-key", metavar="NAME:RIGHTS", help="print a new key and stop; rights: ask, write, ask+write"
    )
    lines = [
        f"  {name:20} {field.description} [{'' if field.default is None else field.default!r}]"
        for name, field in Settings.model_fields.items()
    ]
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join([
        "settings, in the file as here, in the environment as PULLQUOTE_NAME:", *lines, "", parser.epilog or "",
    ])  # fmt: skip


def run(options: argparse.Namespace, library_path: Path) -> int:
    """Serve until told to stop. Exit status 1 if library or models cannot be loaded, 2 for a wrong setting."""
    try:
        if options.new_key:
            return _print_new_key(options.new_key)
        if options.config:
            os.environ["PULLQUOTE_CONFIG"] = str(options.config)
        given = {name: getattr(options, name) for name in ("host", "port") if getattr(options, name) is not None}
        settings = load_settings(**given)
    except SettingsError as error:
        say(f"pullquote: {error}")
        return 2
    if not settings.loopback and not settings.keys:
        say(
            f"pullquote: without a key the server stays on this machine; to listen on {settings.host},"
            " make one: pullquote serve --new-key web:ask"
        )
        return 2
    _log_as_json(settings)
    app = create_app(partial(_open, library_path, reader_path(options)), settings)
    server = uvicorn.Server(
        uvicorn.Config(
            app, host=settings.host, port=settings.port, log_config=None, access_log=False, server_header=False,
            proxy_headers=settings.behind_proxy, forwarded_allow_ips="*" if settings.behind_proxy else "",
            timeout_graceful_shutdown=_GRACE_SECONDS, timeout_keep_alive=15,
        )
    )  # fmt: skip
    # uvicorn handles the signal and then raises it once more for the handler that was there before it.
    signal.signal(signal.SIGTERM, lambda *_: None)
    asyncio.run(_serve(server, app.state.service))
    failure = app.state.service.failure
    if failure is not None:
        say(f"pullquote: {failure}")
    return 1 if failure is not None or not server.started else 0


def _open(library: Path, reader: Path) -> Engine:
    return Engine.open(library, weights=reader, say=logging.getLogger("pullquote").info, create=True, several=True)


async def _serve(server: uvicorn.Server, service: Service) -> None:
    """Serve; stop at once if the engine cannot be loaded."""

    async def watch() -> None:
        await service.settled.wait()
        if service.failure is not None:
            server.should_exit = True

    watching = asyncio.create_task(watch())
    try:
        await server.serve()
    except SystemExit:  # uvicorn's way to say that the address cannot be had; it has logged why
        pass
    finally:
        watching.cancel()


def _print_new_key(wanted: str) -> int:
    secret, line = new_key(wanted)
    print(secret)
    say("Give this key to the client; it is not kept here. Put this into the setting keys:")
    say(f'  keys = ["{line}"]     or     PULLQUOTE_KEYS="{line}"')
    return 0


def _log_as_json(settings: Settings) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in ("pullquote", "uvicorn"):
        logging.getLogger(name).setLevel(settings.log_level.upper())
