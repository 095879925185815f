"""``pullquote serve``: uvicorn around the API, with the settings, the log, and an orderly end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from index.errors import LibraryUnavailable, PullquoteError
from index.stores import Where
from qa.cache import AnswerCache
from qa.engine import Engine
from qa.loop.kept import answers_file
from qa.server.app import create_app
from qa.server.metrics import MANY
from qa.server.observe import LOG, JsonLines
from qa.server.service import Service
from qa.server.settings import ServerSettings

_GRACE_SECONDS = 30


def run(settings: ServerSettings, library: Where, reader: Path) -> str | None:
    """Serve until told to stop; returns why nothing could be served, ``None`` if all went well."""
    _log_as_json(settings)
    if settings.processes > 1:
        return _run_several(settings, library, reader)
    app = create_app(partial(_open, library, reader, settings.cache_entries), settings, _answers(settings, library))
    server = uvicorn.Server(_config(settings, app=app))
    # uvicorn handles the signal and then raises it once more for the handler that was there before it.
    signal.signal(signal.SIGTERM, lambda *_: None)
    asyncio.run(_serve(server, app.state.service))
    failure = app.state.service.failure
    if failure is not None:
        return str(failure)
    return None if server.started else ""  # uvicorn has logged why


def _run_several(settings: ServerSettings, library: Where, reader: Path) -> str | None:
    """Uvicorn's own processes on one address; one that dies is replaced."""
    each = settings.model_copy(
        update={"workers": settings.workers or max(1, (os.cpu_count() or 1) // settings.processes)}
    )
    config = _config(each, app=partial(_app, each, library, reader), factory=True, workers=settings.processes)
    with tempfile.TemporaryDirectory(prefix="pullquote-metrics-") as folder:
        os.environ[MANY] = folder  # where prometheus_client adds up what the processes count
        try:
            listening = config.bind_socket()
        except SystemExit:  # uvicorn's way to say that the address cannot be had; it has logged why
            return ""
        supervisor = Multiprocess(config, sockets=[listening])
        supervisor.run()
        listening.close()
    failed = any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes)
    return "" if failed else None  # the process has logged why


def _app(settings: ServerSettings, library: Where, reader: Path) -> FastAPI:
    """The application of one process among several."""
    _log_as_json(settings)
    load = partial(_open_or_exit, library, reader, settings.cache_entries)
    return create_app(load, settings, _answers(settings, library))


def _answers(settings: ServerSettings, library: Where) -> Path | None:
    """Where answers are kept, if they are."""
    return answers_file(library) if settings.keep_answers else None


def _config(settings: ServerSettings, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        host=settings.host, port=settings.port, log_config=None, access_log=False, server_header=False,
        proxy_headers=settings.behind_proxy, forwarded_allow_ips="*" if settings.behind_proxy else "",
        timeout_graceful_shutdown=_GRACE_SECONDS, timeout_keep_alive=15, **more,
    )  # fmt: skip


def _open(library: Where, reader: Path, entries: int) -> Engine:
    cache = AnswerCache(entries=entries) if entries else None
    return Engine.open(library, weights=reader, create=True, several=True, cache=cache)


def _open_or_exit(library: Where, reader: Path, entries: int) -> Engine:
    """What cannot be opened in one process cannot be opened in the next: all end."""
    try:
        return _open(library, reader, entries)
    except LibraryUnavailable:
        raise
    except PullquoteError as error:
        LOG.error("cannot start: %s", error)
        os._exit(STARTUP_FAILURE)


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


def _log_as_json(settings: ServerSettings) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    logging.getLogger("pullquote").handlers = []  # what the command line says until now as bare lines
    root.setLevel(logging.WARNING)
    for name in ("pullquote", "uvicorn"):
        logging.getLogger(name).setLevel(settings.log_level.upper())
