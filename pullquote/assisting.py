"""The command for assistants: the library over MCP, on standard input and output."""

from __future__ import annotations

import argparse
import asyncio
from importlib.util import find_spec

from index.errors import PullquoteError
from pullquote.places import library_path, reader_path

MISSING = "for assistants the package mcp is needed; install it: pip install 'pullquote[mcp]'"


def mcp(options: argparse.Namespace) -> int:
    """Serve until standard input ends.

    Raises:
        PullquoteError: the package mcp, the library or a model is not there.
    """
    if find_spec("mcp") is None:
        raise PullquoteError(MISSING)
    from qa.engine import Engine
    from qa.server.assistant import Local, assistant_server

    with Engine.open(library_path(options), weights=reader_path(options)) as engine:
        asyncio.run(assistant_server(Local(engine)).run_stdio_async())
    return 0
