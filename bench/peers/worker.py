"""The loop of a measured process: a JSON object a line in on stdin, one out on stdout, until ``close``.

Nothing but the standard library is imported here: every peer's environment runs it.

- ``{"op": "ingest", "file"}`` gives ``seconds`` until the passages are searchable and, if they can be, on disk.
- ``{"op": "ask", "question", "way", "passages"}`` gives ``seconds``, ``answer``, ``found`` and ``extra``.
- ``{"op": "many", "questions", "clients", "way"}`` gives ``seconds`` for all of them, and how many ``failed``.
- ``{"op": "about"}`` gives ``peak_mib`` (VmHWM) and ``versions``.

A request that fails gives ``{"error"}``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

THREADS = 2
"""For everybody: so many cores may be used, and libraries are told so too."""
PASSAGES = 10
DEPTH = 100
"""How far down each ranking a fusion looks, where that can be set: as Pullquote does."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, if there is one, and where it was looked for: article and paragraph (from 1), best first."""

    answer: str | None
    found: list[tuple[str, int]]
    extra: dict[str, Any] = field(default_factory=dict)


class Peer(Protocol):
    """A measured system with its models loaded."""

    def ingest(self, file: Path) -> None:
        """Take in a file of passages, or of articles."""

    def ask(self, question: str, way: str, passages: list[str]) -> Answered:
        """Answer. ``way`` is one of the system's own, ``passages`` what Pullquote found, for the floor."""


def lines(file: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def serve(make: Callable[[Path, bool], Peer], packages: list[str]) -> None:
    """Load the system with its index in the folder ``argv[1]``, empty if ``argv[2]`` is ``new``; then obey.

    ``packages`` are those whose versions matter.
    """
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints is no answer
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
    peer = make(Path(sys.argv[1]), sys.argv[2] == "new")
    for line in sys.stdin:
        request = json.loads(line)
        if request["op"] == "close":
            break
        try:
            reply = _obey(peer, request, packages)
        except Exception as error:  # noqa: BLE001 - a peer may raise anything, and that is a result
            reply = {"error": f"{type(error).__name__}: {error}"}
        out.write(json.dumps(reply) + "\n")
        out.flush()


def _obey(peer: Peer, request: dict[str, Any], packages: list[str]) -> dict[str, Any]:
    began = time.perf_counter()
    match request["op"]:
        case "ingest":
            peer.ingest(Path(request["file"]))
            return {"seconds": time.perf_counter() - began}
        case "ask":
            found = peer.ask(request["question"], request["way"], request["passages"])
            return {"seconds": time.perf_counter() - began} | asdict(found)
        case "many":
            with ThreadPoolExecutor(request["clients"]) as clients:
                outcomes = list(clients.map(lambda work: _survives(peer, *work), request["work"]))
            return {"seconds": time.perf_counter() - began, "failed": outcomes.count(False)}
        case "about":
            return {"peak_mib": peak_mib(), "versions": {name: version(name) for name in packages}}
    raise ValueError(request["op"])


def _survives(peer: Peer, question: str, way: str, passages: list[str]) -> bool:
    try:
        peer.ask(question, way, passages)
    except Exception as error:  # noqa: BLE001 - as above
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return False
    return True


def peak_mib() -> float:
    """The most memory that this process has held so far."""
    status = Path("/proc/self/status").read_text("utf-8")
    return float(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1_024
