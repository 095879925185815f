"""``python docs/scale.py FILE…``: draw how costs grow with the library, from the JSON of ``python -m bench.scale``.

The files are put together in ``scale.csv``, so that the picture can be drawn again without them.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

from matplotlib.figure import Figure

HERE = Path(__file__).parent
PANELS = {
    "a question, processor ms": {
        "search, p50, ms": "median",
        "search, p95, ms": "p95",
        "… in one article, p50, ms": "in one article",
        "… in one source, p50, ms": "in one source",
        "… in 30 days, p50, ms": "in 30 days",
    },
    "found of the exact ten": {"of the exact ten nearest": "nearest", "of the exact fused ten": "fused"},
    "memory, MiB": {
        "private memory answering, MiB": "answering",
        "… while catching up, MiB": "catching up",
        "… private memory, MiB": "making the ranking",
    },
    "on disk, MB": {"catalog on disk, MB": "catalog", "ranking on disk, MB": "ranking"},
}


def main() -> None:
    """Write ``scale.csv`` if files are named, and ``scale.svg``."""
    table = HERE / "scale.csv"
    if sys.argv[1:]:
        measured = [json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:]]
        names = list(dict.fromkeys(name for figures in measured for name in figures))
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["figure", *(f"{figures['passages']:.0f}" for figures in measured)])
            for name in names:
                writer.writerow([name, *(f"{figures[name]:.4g}" if name in figures else "" for figures in measured)])
    sizes, *rows = csv.reader(table.open(encoding="utf-8"))
    figures = {row[0]: row[1:] for row in rows}
    passages = [int(size) for size in sizes[1:]]
    figure = Figure(figsize=(12, 3.0), layout="constrained")
    for panel, (title, lines) in zip(figure.subplots(1, len(PANELS)), PANELS.items(), strict=True):
        for name, label in lines.items():
            known = [(size, float(value)) for size, value in zip(passages, figures[name], strict=True) if value]
            panel.plot(*zip(*known, strict=True), "o-", label=label, markersize=4)
        panel.set(xscale="log", title=title, xlabel="paragraphs")
        panel.set_ylim(bottom=0.9 if "exact" in title else 0, top=1.005 if "exact" in title else None)
        panel.legend(fontsize=7, frameon=False)
        panel.spines[["top", "right"]].set_visible(False)
    figure.savefig(HERE / "scale.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
