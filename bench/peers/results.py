"""The figures of all runs as text: a Markdown page, which is also what the terminal shows."""

from __future__ import annotations

import os
import platform
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.peers.runs import CLIENTS, Run
from bench.peers.worker import PASSAGES, THREADS

MEASURES = {
    "cold": ("cold start to first answer, s", 2),
    "p50": ("question p50, ms", 1),
    "p95": ("question p95, ms", 1),
    "rate": (f"questions/s, {CLIENTS} clients", 1),
    "memory": ("peak memory answering, MiB", 0),
    "ingest": ("ingest, passages/s", 0),
    "ingest_memory": ("peak memory ingesting, MiB", 0),
    "disk": ("disk, MiB", 1),
    "em": ("EM", 1),
    "f1": ("F1", 1),
    "none": ("no answer at all, %", 1),
    "recall": (f"recall@{PASSAGES}", 1),
}
"""Measure: its heading and how many decimals it is given with."""
HIGHER_IS_BETTER = {"rate", "ingest", "em", "f1", "recall"}
OURS = "Pullquote"

NOTES = f"""\
## How it is measured

- Everybody reads with the same weights: the shipped reader's, 8-bit in Pullquote, multiplied out to single precision
  for the others; and embeds with all-MiniLM-L6-v2. {PASSAGES} passages are found and read. {THREADS} cores for each.
- With `--reader both` Pullquote answers as it does by default, the small reader over 15 passages and the large one over
  the best 3 of these; the others read 10 with the large one's weights, which are what its quality comes from.
- Questions are put to all in turn, one by one, in one process each that holds index and models: to Pullquote first,
  since the forward pass needs its passages, to the others in an order that changes. Times are taken inside the
  process, without the pipe. Cold start: from starting a process, whose files the system has read before, to its first
  answer. Figures are the median of the runs, with the least and the most.
- Ingest is from text to a searchable index that is saved, with the models loaded before.
- Everybody must answer: Pullquote with `min_confidence` 0, the others with their best answer. EM, F1: of the first one.
  A right paragraph that is found only as a copy elsewhere is not counted.
- Haystack: `InMemoryDocumentStore` (BM25L; saved and loaded as JSON), both retrievers to depth 100,
  `DocumentJoiner` with reciprocal rank fusion, `TransformersExtractiveReader`. It embeds the paragraph, as Pullquote
  does; BM25 and reader see the headline before it. Its reader does not give the model the token types that tell
  question from passage, and the weights were trained with them; "token types given" mends that from outside.
- txtai: `Embeddings(hybrid=True, content=True)` over headline and paragraph as one text, which is what it embeds too.
  "Passages joined" is its documented extractive pipeline (`RAG`), which cuts the joined passages at 512 tokens, so
  reads the first six or so; "each passage" runs its `Questions` pipeline on every one and takes the first answer.
  Where the best span is "no answer", it raises `TypeError`, counted as no answer. Its index is not safe to search from
  two threads (they share one SQLite cursor, and the process ended), so its clients search one after the other.
- The forward pass alone is transformers in single precision over the passages that Pullquote found: no search, no
  spans. Its "cold start" is loading the model and one pass. It is given the passages, so it has no recall. The floor is
  that of single precision; 8-bit products, which Pullquote uses, can go below it where the processor has them.
- Memory is VmHWM of the process. The ways of one system share a process, and with it its cold start and memory.
- 100,000 passages, or any number that the files do not hold: the articles again under other ids, each name and long
  word exchanged for another of the corpus with the same last letters and each number changed, another way each time.
"""


def table(names: Sequence[str], runs: Sequence[Run]) -> list[str]:
    """A Markdown table, a measure a line."""
    rows = [["", *names], ["---"] * (len(names) + 1)]
    for measure, (heading, decimals) in MEASURES.items():
        cells = [_cell(_values(runs, name, measure), decimals) for name in names]
        if any(cells):
            rows.append([heading, *(cell or "–" for cell in cells)])
    return _aligned(rows)


def ratios(names: Sequence[str], runs: Sequence[Run]) -> list[str]:
    """How many times better Pullquote is, run by run; below 1 it is worse."""
    rows = [["Pullquote against", *names], ["---"] * (len(names) + 1)]
    for measure in ("cold", "p50", "p95", "rate", "memory", "ingest", "disk"):
        cells = []
        for name in names:
            pairs = [
                (run.figures[OURS][measure], run.figures[name][measure])
                for run in runs
                if measure in run.figures.get(OURS, {}) and measure in run.figures.get(name, {})
            ]
            better = [ours / theirs if measure in HIGHER_IS_BETTER else theirs / ours for ours, theirs in pairs]
            cells.append(_cell(better, 2, " ×"))
        if any(cells):
            rows.append([MEASURES[measure][0].split(",")[0], *(cell or "–" for cell in cells)])
    return _aligned(rows)


def floor(runs: Sequence[Run]) -> list[str]:
    """The arithmetic that must be done, and how far from it everybody is."""
    name = "forward pass alone"
    if not _values(runs, name, "gflop"):
        return []
    work = statistics.median(_values(runs, name, "gflop"))
    peak = statistics.median(_values(runs, name, "peak_gflops"))
    arithmetic = f"The floor: reading takes {work:.2f} GFLOP a question (padding not counted)."
    reached = f"Matrix products in single precision reach {peak:.0f} GFLOP/s here"
    lines = [f"{arithmetic} {reached}, which makes {1_000 * work / peak:.1f} ms."]
    for other in (name, OURS):
        p50 = statistics.median(_values(runs, other, "p50"))
        lines.append(f"{other[0].upper()}{other[1:]}: {p50:.1f} ms at p50, {1_000 * work / p50:.0f} GFLOP/s.")
    return lines


def failures(runs: Sequence[Run]) -> list[str]:
    """What went wrong, and how often."""
    counts = Counter(failure for run in runs for failure in run.failures)
    return [f"- {failure}" + (f" ({times} times)" if times > 1 else "") for failure, times in counts.items()]


def machine() -> str:
    """The processor, the system and the interpreter."""
    facts = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in facts if line.startswith("model name")), "unknown")
    flags = next((line.split() for line in facts if line.startswith("flags")), [])
    known = [flag for flag in ("avx2", "avx512f", "avx512_vnni", "amx_int8") if flag in flags]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{model} ({', '.join(known) or 'no AVX2'}), {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def _values(runs: Sequence[Run], name: str, measure: str) -> list[float]:
    return [o.figures[name][measure] for o in runs if measure in o.figures.get(name, {})]


def _cell(values: Sequence[float], decimals: int, unit: str = "") -> str:
    if not values:
        return ""
    low, middle, high = (f"{v:,.{decimals}f}" for v in (min(values), statistics.median(values), max(values)))
    return f"{middle}{unit}" + (f" ({low}–{high})" if low != high else "")


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "| "
        + " | ".join(
            "-" * width if cell == "---" else cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        )
        + " |"
        for row in rows
    ]
