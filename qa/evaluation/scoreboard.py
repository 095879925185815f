"""A measurement printed for a person at a terminal."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from qa.evaluation.figures import LATENCY, NEWS, QUALITY, RETRIEVAL, TRUST, metric
from qa.evaluation.measurement import WAYS, Comparison, Measurement, Miss, Slice

_MISSES = 5
_PIPE_WIDTH = 120


def print_measurement(measurement: Measurement) -> None:
    """Tables of figures with their intervals, of the parts, of the comparison; and what went wrong."""
    console = Console(highlight=False, markup=False, emoji=False, width=None if os.isatty(1) else _PIPE_WIDTH)
    console.print(_figures(measurement))
    main = next(measurement.parts[way] for way in WAYS if way in measurement.parts)
    for name, rows in main.breakdowns.items():
        if len(rows) > 1:
            console.print(_breakdown(name, rows))
    if measurement.against:
        for table in _comparison(measurement.against):
            console.print(table)
    _print_misses(console, "The surest wrong answers", main.misses)
    _print_misses(console, "The surest right answers that were not given", main.refused)


def written(name: str, value: float | None) -> str:
    """A figure's value with its unit; a dash for none."""
    if value is None:
        return "–"
    unit = metric(name).unit
    decimals = 0 if name in ("questions", "answerable") else 1 if unit else 3
    return f"{value:,.{decimals}f}{' ' + unit if unit else ''}"


def written_interval(name: str, interval: Sequence[float] | None) -> str:
    """The two ends of an interval; empty if there is none."""
    if not interval:
        return ""
    decimals = 1 if metric(name).unit else 3
    return f"{interval[0]:.{decimals}f} to {interval[1]:.{decimals}f}"


def written_p(p: float) -> str:
    """A p-value."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _figures(measurement: Measurement) -> Table:
    about, parts = measurement.about, measurement.parts
    table = Table(title=f"{about.dataset}, {about.reader}", title_justify="left")
    ways = [way for way in WAYS if way in parts]
    table.add_column("")
    for way in ways:
        table.add_column(WAYS[way], justify="right")
        table.add_column("95 %", style="dim")
    for group in (QUALITY, RETRIEVAL, TRUST, NEWS, LATENCY):
        for one in group:
            if not any(one.name in parts[way].figures for way in ways):
                continue
            cells = []
            for way in ways:
                figures = parts[way].figures
                cells.append(written(one.name, figures[one.name]) if one.name in figures else "")
                cells.append(written_interval(one.name, parts[way].intervals.get(one.name)))
            table.add_row(one.label, *cells)
        table.add_section()
    return table


def _breakdown(name: str, rows: Sequence[Slice]) -> Table:
    figures = [figure for figure in ("exact_match", "f1", "right", "recall_at_10") if figure in rows[0].figures]
    table = Table(title=f"By {name} (answerable questions)", title_justify="left")
    table.add_column("")
    table.add_column("questions", justify="right")
    for figure in figures:
        table.add_column(metric(figure).label, justify="right")
        if figure == "f1":
            table.add_column("95 %", style="dim")
    for row in rows:
        cells = []
        for figure in figures:
            cells.append(written(figure, row.figures[figure]))
            if figure == "f1":
                cells.append(written_interval("f1", row.f1_interval))
        table.add_row(row.name, f"{row.questions:,}", *cells)
    return table


def _comparison(against: Comparison) -> list[Table]:
    tables = []
    for way, label in WAYS.items():
        if way not in against.ways:
            continue
        table = Table(title=f"Against {against.file} ({against.earlier_reader}), {label}", title_justify="left")
        for column in ("", "questions", "earlier", "now", "points"):
            table.add_column(column, justify="right" if column else "left")
        table.add_column("95 %", style="dim")
        table.add_column("by chance")
        for row in against.ways[way]:
            name = row.figure
            values = [written(name, row.earlier), written(name, row.now), f"{row.difference:+.1f}"]
            interval = written_interval(name, row.interval)
            table.add_row(metric(name).label, f"{row.questions:,}", *values, interval, written_p(row.p))
        tables.append(table)
    return tables


def _print_misses(console: Console, title: str, misses: Sequence[Miss]) -> None:
    if misses:
        console.print(Text(title, "italic"))
    for miss in misses[:_MISSES]:
        item, answer = miss.outcome.item, miss.outcome.answer or "nothing"
        accepted = " / ".join(item.answers) or "no answer"
        console.print(Text.assemble(("• ", "dim"), item.question))
        console.print(Text.assemble("  got ", (answer, "red"), ", expected ", (accepted, "green")))
        console.print(Text(f"  {miss.why}", "dim"))
