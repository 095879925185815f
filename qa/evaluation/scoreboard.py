"""A measurement printed for a person at a terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from qa.evaluation.figures import ALL_FIGURES, LATENCY, QUALITY, RETRIEVAL, TRUST, Figure

WAYS = {"open": "whole library", "reader": "passage given"}
_MISSES = 5
_PIPE_WIDTH = 120


def print_measurement(body: Mapping[str, Any]) -> None:
    """Tables of figures with their intervals, of the parts, of the comparison; and the worst misses."""
    console = Console(highlight=False, markup=False, emoji=False, width=None if os.isatty(1) else _PIPE_WIDTH)
    ways = [name for name in WAYS if body[name]]
    console.print(_figures(body, ways))
    main = body[ways[0]]
    for name, rows in main["breakdowns"].items():
        if len(rows) > 1:
            console.print(_breakdown(name, rows))
    if body["against"]:
        for table in _comparison(body["against"]):
            console.print(table)
    _print_misses(console, main["misses"][:_MISSES])


def written(name: str, value: float | None) -> str:
    """A figure's value with its unit; a dash for none."""
    if value is None:
        return "–"
    figure = figure_of(name)
    decimals = 0 if name in ("questions", "answerable") else 1 if figure.unit else 3
    return f"{value:,.{decimals}f}{' ' + figure.unit if figure.unit else ''}"


def written_interval(name: str, interval: Sequence[float] | None) -> str:
    """The two ends of an interval; empty if there is none."""
    if not interval:
        return ""
    decimals = 1 if figure_of(name).unit else 3
    return f"{interval[0]:.{decimals}f} to {interval[1]:.{decimals}f}"


def written_p(p: float) -> str:
    """A p-value."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def figure_of(name: str) -> Figure:
    """The figure of that name."""
    return next(figure for figure in ALL_FIGURES if figure.name == name)


def _figures(body: Mapping[str, Any], ways: Sequence[str]) -> Table:
    about = body["about"]
    table = Table(title=f"{about['dataset']}, {about['reader']}", title_justify="left")
    table.add_column("")
    for way in ways:
        table.add_column(WAYS[way], justify="right")
        table.add_column("95 %", style="dim")
    for group in (QUALITY, RETRIEVAL, TRUST, LATENCY):
        for figure in group:
            if not any(figure.name in body[way]["figures"] for way in ways):
                continue
            cells = []
            for way in ways:
                part = body[way]
                known = figure.name in part["figures"]
                cells.append(written(figure.name, part["figures"][figure.name]) if known else "")
                cells.append(written_interval(figure.name, part["intervals"].get(figure.name)))
            table.add_row(figure.label, *cells)
        table.add_section()
    return table


def _breakdown(name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    figures = [figure for figure in ("exact_match", "f1", "right", "recall_at_10") if figure in rows[0]]
    table = Table(title=f"By {name} (answerable questions)", title_justify="left")
    table.add_column("")
    table.add_column("questions", justify="right")
    for figure in figures:
        table.add_column(figure_of(figure).label, justify="right")
        if figure == "f1":
            table.add_column("95 %", style="dim")
    for row in rows:
        cells = []
        for figure in figures:
            cells.append(written(figure, row[figure]))
            if figure == "f1":
                cells.append(written_interval("f1", row["f1_interval"]))
        table.add_row(row["part"], f"{row['questions']:,}", *cells)
    return table


def _comparison(against: Mapping[str, Any]) -> list[Table]:
    tables = []
    for way, label in WAYS.items():
        if way not in against:
            continue
        table = Table(title=f"Against {against['file']} ({against['earlier_reader']}), {label}", title_justify="left")
        for column in ("", "questions", "earlier", "now", "points"):
            table.add_column(column, justify="right" if column else "left")
        table.add_column("95 %", style="dim")
        table.add_column("by chance")
        for row in against[way]:
            name = row["figure"]
            values = [
                written(name, row["earlier"]),
                written(name, row["now"]),
                f"{row['difference']:+.1f}",
            ]
            interval = written_interval(name, row["interval"])
            table.add_row(figure_of(name).label, f"{row['questions']:,}", *values, interval, written_p(row["p"]))
        tables.append(table)
    return tables


def _print_misses(console: Console, misses: Sequence[Mapping[str, Any]]) -> None:
    if not misses:
        return
    console.print(Text("The surest wrong answers", "italic"))
    for miss in misses:
        accepted = " / ".join(miss["accepted"]) or "no answer"
        console.print(Text.assemble(("• ", "dim"), miss["question"]))
        console.print(Text.assemble("  got ", (miss["answer"] or "nothing", "red"), ", expected ", (accepted, "green")))
        console.print(Text(f"  {miss['why']}", "dim"))
