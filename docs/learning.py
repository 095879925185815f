"""``python docs/learning.py``: draw how the readers grew with the questions written for them, from ``learning.csv``."""

from __future__ import annotations

import csv
from pathlib import Path

from matplotlib.figure import Figure

HERE = Path(__file__).parent
MEASURES = {
    "squad_1.1_f1": ("SQuAD 1.1 dev: F1", 88),
    "squad_2.0_best_f1": ("SQuAD 2.0 dev: best F1", 76),
    "newsroom_open_f1": ("Newsroom, open: F1", 82),
}


def main() -> None:
    """Write ``learning.svg``: a panel a measure, the aim dashed, the accurate reader apart."""
    rows = list(csv.DictReader((HERE / "learning.csv").open(encoding="utf-8")))
    figure = Figure(figsize=(9.6, 3.0), layout="constrained")
    panels = figure.subplots(1, len(MEASURES))
    for panel, (name, (title, aim)) in zip(panels, MEASURES.items(), strict=True):
        known = [(int(row["questions"]), float(row[name]), row["reader"]) for row in rows if row[name]]
        small = [row for row in known if row[2] != "accurate"]
        panel.plot([row[0] for row in small], [row[1] for row in small], "o-", color="#2a6fbb")
        panel.plot(*zip(*[row[:2] for row in known if row[2] == "accurate"], strict=True), "D", color="#c0562b")
        panel.axhline(aim, linestyle="--", linewidth=0.9, color="#777777")
        panel.annotate("aim", (1_900, aim), xytext=(0, 2), textcoords="offset points", fontsize=8, color="#777777")
        for questions, value, reader in known:
            panel.annotate(
                reader, (questions, value), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=8
            )
        panel.set(xscale="log", xlim=(1_700, 60_000), title=title, xlabel="questions written for it")
        panel.set_xticks([2_000, 5_000, 10_000, 20_000, 50_000], ["2k", "5k", "10k", "20k", "50k"], minor=False)
        panel.set_xticks([], minor=True)
        panel.margins(y=0.2)
        panel.spines[["top", "right"]].set_visible(False)
    figure.savefig(HERE / "learning.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
