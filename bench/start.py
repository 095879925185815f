"""How long a start takes, from nothing: ``python -m bench.start --library DIR``.

Alternating, each in a new process: ``pullquote ask``; ``python -c "import sentence_transformers"`` alone, for
comparison; and ``pullquote chat`` in a pseudo-terminal, until its screen is drawn and until a question typed at once
is answered.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

QUESTION = "What did Rudenko and Qin Gang discuss?"
PROGRAM = str(Path(sys.executable).with_name("pullquote"))
_SECONDS = 60.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.start", description=__doc__)
    parser.add_argument("--library", required=True)
    parser.add_argument("--runs", type=int, default=10)
    options = parser.parse_args()
    seen: dict[str, list[float]] = {}
    for _ in range(options.runs):
        seen.setdefault("pullquote ask, to its end", []).append(
            _run([PROGRAM, "--library", options.library, "ask", QUESTION])
        )
        seen.setdefault("import sentence_transformers", []).append(
            _run([sys.executable, "-c", "import sentence_transformers"])
        )
        painted, answered = _chat(options.library)
        seen.setdefault("pullquote chat, first paint", []).append(painted)
        seen.setdefault("pullquote chat, first answer", []).append(answered)
    for name, seconds in seen.items():
        print(f"{name:32} median {statistics.median(seconds):5.2f} s   {min(seconds):5.2f} to {max(seconds):5.2f} s")


def _run(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def _chat(library: str) -> tuple[float, float]:
    """Seconds to the first paint and to the first answer."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    began = time.perf_counter()
    process = subprocess.Popen(
        [PROGRAM, "--library", library, "chat", "--private"],
        stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"TERM": "xterm-256color"}, start_new_session=True,
    )  # fmt: skip
    try:
        os.close(theirs)
        _until(ours, b"sk about the articles")  # the cursor stands on the first letter
        painted = time.perf_counter() - began
        os.write(ours, QUESTION.encode() + b"\r")
        _until(ours, b"answered in")
        return painted, time.perf_counter() - began
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _until(terminal: int, words: bytes) -> None:
    text, end = b"", time.monotonic() + _SECONDS
    while words not in text:
        if not select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
            raise SystemExit(f"the chat did not get so far in {_SECONDS:.0f} s")
        text += os.read(terminal, 65_536)


if __name__ == "__main__":
    main()
