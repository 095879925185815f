"""``python -m bench.mixed [N] [--store]``: N mixed files, and what ``pullquote add`` makes of them.

The files are those of ``tests/data/pages``, over and over, each time with other addresses, headlines and words, so that
they are different articles; every tenth is torn, empty, or of another kind. They are added in a process of its own
(``--dry-run``, or with ``--store`` for good, which embeds every paragraph), whose memory is looked at all the while.
Seconds are processor time, of all threads, so that a busy machine matters little.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.pages import DATA, PAGES

LOOK_SECONDS = 0.2
DIGITS = 6
"""Digits in a file's name: they are read in this order, which tells how far the run is."""
_ID = re.compile(
    rb"""urn:|tag:|id-string="|<NewsItemId>|"_id":\s*"|message-id:\s*<|href="/|"url":\s*"/""", re.IGNORECASE
)
"""Behind these stands what articles are known by, in one format or another."""


def make(folder: Path, count: int) -> Counter[str]:
    """Write ``count`` files to ``folder``, a thousand in each folder there; how many are of which kind."""
    right = json.loads((DATA / "right.json").read_text("utf-8"))
    names = sorted(right)
    made: Counter[str] = Counter()
    for number in range(count):
        inner = folder / f"{number // 1_000:03}"
        inner.mkdir(exist_ok=True)
        name = names[number % len(names)]
        data, kind = (DATA / name).read_bytes(), "page" if name.endswith(PAGES) else "other format"
        if number % 40 == 9:
            data, kind = b"", "empty"
        elif number % 40 == 19:
            data, kind = data[: len(data) // 3], "torn"
        elif number % 40 == 29:
            name, data, kind = "photo.jpg", b"\xff\xd8\xff\xe0" + bytes(2_000), "other kind"
        elif number % 40 == 39:
            name, kind = f"{name}.bin", "other kind"
        else:
            data = varied(data, right[name], number)
        made[kind] += 1
        (inner / f"{number:0{DIGITS}}-{name}").write_bytes(data)
    return made


def varied(data: bytes, right: dict[str, Any], number: int) -> bytes:
    """The same file as another article: other addresses and ids, another headline, other words in its paragraphs."""
    if data.startswith(b"\x1f\x8b"):
        return gzip.compress(varied(gzip.decompress(data), right, number), 1, mtime=0)
    if data.startswith(b"PK"):
        return _varied_archive(data, right, number)
    for article in right.get("articles", []):
        headline: str = article["headline"]
        data = data.replace(headline.encode(), f"{headline} {number}".encode())
        for text in article.get("paragraphs", []):
            first, space, rest = text.partition(" ")
            if space and len(rest) > 20:
                data = data.replace(text.encode(), f"{first} {number} {rest}".encode())
    data = data.replace(b".example/", f".example/{number}/".encode())
    return _ID.sub(rf"\g<0>{number}-".encode(), data)


def _varied_archive(data: bytes, right: dict[str, Any], number: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry, varied(old.read(entry), right, number))
    return packed.getvalue()


@dataclass(frozen=True, slots=True)
class Look:
    """After ``files`` files: memory in MiB, all that is resident, and the part of it that is no file's."""

    files: int
    resident: float
    own: float


@dataclass(frozen=True, slots=True)
class Run:
    """One ``pullquote add``: what it was seen to take, what it told of, and how it ended."""

    looks: list[Look]
    fates: Counter[str]
    told: frozenset[str]
    """The names of the files that an event, or the line for other kinds, was about."""
    status: int
    seconds: float
    wall: float
    peak: float


def run(folder: Path, library: Path, report: Path, *, store: bool) -> Run:
    """Add the folder, in a process of its own."""
    command = [sys.executable, "-m", "pullquote.cli", "--library", str(library), "add", "--quiet"]
    command += ["--report", str(report), *([] if store else ["--dry-run"]), str(folder)]
    report.touch()
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    looks = list(_looks(process.pid, report))
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # it is waited for already
    fates: Counter[str] = Counter()
    told: set[str] = set()
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            fates[event["fate"]] += 1
            told.add(_name(event["where"]))
    return Run(
        looks, fates, frozenset(told), process.returncode, used.ru_utime + used.ru_stime,
        time.perf_counter() - began, used.ru_maxrss / 1024,
    )  # fmt: skip


def _looks(pid: int, report: Path) -> Iterator[Look]:
    """The memory of a process until it ends, a look for each step that its report has made since the last one."""
    last = -1
    with report.open(encoding="utf-8") as lines:
        rest = ""
        while memory := _memory(pid):
            *whole, rest = (rest + lines.read()).split("\n")
            done = max((int(n[:DIGITS]) for line in whole if (n := _name(json.loads(line)["where"]))), default=-1)
            if done > last:
                last = done
                yield Look(done + 1, *memory)
            time.sleep(LOOK_SECONDS)


def _memory(pid: int) -> tuple[float, float] | None:
    """Resident and own memory in MiB; ``None`` once the process has ended."""
    try:
        text = Path(f"/proc/{pid}/status").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return None
    held = re.findall(r"^(VmRSS|RssAnon):\s+(\d+) kB$", text, re.MULTILINE)
    return (int(held[0][1]) / 1024, int(held[1][1]) / 1024) if len(held) == 2 else None


def _name(where: str) -> str:
    """The numbered file that an event is about; empty for the folder itself."""
    found = re.search(rf"/(\d{{{DIGITS}}}-[^/!:]*)", where)
    return found[1] if found else ""


def at(looks: list[Look], files: int) -> Look:
    """The most memory seen in the hundredth of the run that ends with ``files`` files; else the nearest look."""
    near = [look for look in looks if 0 <= files - look.files <= looks[-1].files // 100]
    return max(near, key=lambda look: look.own) if near else min(looks, key=lambda look: abs(look.files - files))


def table(looks: list[Look], count: int) -> list[str]:
    """Memory at the start, after each thousand or tenth, and at the end."""
    marks = sorted({mark for mark in (100, 1_000, *(count * tenth // 10 for tenth in range(1, 11))) if mark <= count})
    lines = ["| after files | resident, MiB | of it its own |", "|---|---|---|"]
    return lines + [f"| {mark:,} | {(seen := at(looks, mark)).resident:.0f} | {seen.own:.0f} |" for mark in marks]


def main() -> int:
    """Make the files, add them, print what happened; status 1 if a file stopped the rest."""
    parser = argparse.ArgumentParser(prog="python -m bench.mixed", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1_000)
    parser.add_argument("--store", action="store_true", help="into a library, which embeds every paragraph")
    parser.add_argument("--folder", type=Path, help="for files and library; kept (default: a temporary one)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        where = options.folder or Path(temporary)
        (where / "in").mkdir(parents=True)
        made = make(where / "in", options.count)
        found = run(where / "in", where / "library", where / "report.jsonl", store=options.store)
        known = {path.name for path in (where / "in").glob("*/*") if path.suffix not in (".jpg", ".bin")}
    print(f"{options.count:,} files: {', '.join(f'{n:,} {kind}' for kind, n in made.most_common())}.")
    print(f"{', '.join(f'{n:,} {fate}' for fate, n in found.fates.most_common())}; exit status {found.status}.")
    silent = sorted(known - found.told)
    print(f"Files of known kinds without a fate: {', '.join(silent[:10]) or 'none'}.")
    rate = options.count / found.seconds
    print(f"{rate:.0f} files a second of processor time ({found.seconds:.0f} s, {found.wall:.0f} s by the clock).")
    print(f"Memory, at most {found.peak:.0f} MiB:\n")
    print("\n".join(table(found.looks, options.count)))
    return 1 if silent or found.status not in (0, 1) else 0


if __name__ == "__main__":
    sys.exit(main())
