"""What is measured, the environments of those who need one, and their processes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.peers.worker import THREADS
from qa.weights import ACCURATE, FAST

ROOT = Path(__file__).parents[2]
BENCH = ROOT / ".bench"
READS_WITH = "BENCH_READS_WITH"
"""The environment variable that names the reader that Pullquote answers with, for the process that does."""


@dataclass(frozen=True, slots=True)
class System:
    """A measured system; ``ways`` are those it has of answering, with the name of each in the tables."""

    name: str
    module: str
    ways: dict[str, str]
    environment: str | None = None
    reads_articles: bool = False
    keeps_index: bool = True
    answers: bool = True


SYSTEMS = (
    System("Pullquote", "pullquote", {"": "Pullquote"}, reads_articles=True),
    System("Haystack", "haystack", {"": "Haystack", "typed": "Haystack, token types given"}, "haystack"),
    System("txtai", "txtai", {"joined": "txtai, passages joined", "each": "txtai, each passage"}, "txtai"),
    System("forward pass", "floor", {"": "forward pass alone"}, keeps_index=False, answers=False),
)
ENCODERS = (
    System("Pullquote's encoder", "encoders", {"": "Pullquote's encoder"}, answers=False),
    System("sentence-transformers", "encoders", {"": "sentence-transformers"}, answers=False),
)


class PeerFailed(Exception):
    """A process of a peer ended."""


class PeerRefused(PeerFailed):
    """A request failed; the process goes on."""


class Process:
    """A running worker."""

    def __init__(self, system: System, folder: Path, *, new: bool) -> None:
        """Start it; ``began`` is when."""
        folder.mkdir(parents=True, exist_ok=True)
        self.system = system
        self.log = BENCH / "logs" / f"{system.module}.log"
        self.log.parent.mkdir(exist_ok=True)
        command = [python(system), "-m", f"bench.peers.{system.module}", str(folder), "new" if new else "old"]
        self.began = time.perf_counter()
        with self.log.open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=surroundings(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                text=True, encoding="utf-8",
            )  # fmt: skip

    def call(self, op: str, **fields: Any) -> dict[str, Any]:
        """The worker's reply to a request.

        Raises:
            PeerFailed: it did not survive the request; ``PeerRefused``: it did.
        """
        assert self._process.stdin is not None  # noqa: S101 - for the type checker
        assert self._process.stdout is not None  # noqa: S101
        try:
            self._process.stdin.write(json.dumps({"op": op} | fields) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise PeerFailed(f"{self.system.name} ended; see {self.log}")
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise PeerRefused(f"{self.system.name}: {reply['error']}")
        return reply

    def close(self) -> None:
        """End it."""
        try:
            self._process.communicate(json.dumps({"op": "close"}) + "\n", timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


def python(system: System) -> str:
    """The interpreter that runs ``system``."""
    return str(BENCH / system.environment / "bin" / "python") if system.environment else sys.executable


def surroundings() -> dict[str, str]:
    """The environment of every worker: the models, the threads, and no network."""
    from bench.weights import encoder_folder

    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(THREADS))
    quiet = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    models = {"BENCH_ENCODER": str(encoder_folder()), "BENCH_READER": str(_peers_reader())}
    return os.environ | threads | quiet | models | {"PYTHONPATH": str(ROOT)}


def _fast() -> bool:
    return os.environ.get(READS_WITH, "fast") == "fast"


def _peers_reader() -> Path:
    """The folder of the weights that everybody else reads with: the small reader's, else the large one's."""
    return BENCH / ("reader" if _fast() else "reader-accurate")


def prepare(systems: list[System]) -> None:
    """Write the reader for the peers, and make their environments where they are missing or outdated."""
    from bench.weights import write_transformers_folder

    BENCH.mkdir(exist_ok=True)
    shutil.rmtree(BENCH / "logs", ignore_errors=True)
    write_transformers_folder(_peers_reader(), FAST if _fast() else ACCURATE)
    for name in {system.environment for system in systems if system.environment}:
        wanted = (ROOT / "bench" / f"requirements-{name}.txt").read_text("utf-8")
        ready = BENCH / name / "ready"
        if ready.exists() and ready.read_text("utf-8") == wanted:
            continue
        print(f"Setting up .bench/{name} (once, some minutes)…", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", BENCH / name], check=True)
        pip = [str(BENCH / name / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*pip, "-r", str(ROOT / "bench" / f"requirements-{name}.txt")], check=True)
        ready.write_text(wanted, "utf-8")


def disk_mib(folder: Path) -> float:
    """What a system keeps in its folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
