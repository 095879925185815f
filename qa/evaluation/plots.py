"""The plots of the evaluation report, as SVG to put into a page: in the page's own colours, each with a description.

The only importer of matplotlib, which takes a second to load: imported only when a report is written.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import PercentFormatter

from qa.evaluation.figures import metric
from qa.evaluation.measurement import WAYS, Measured, Measurement, Retrieval, Way
from qa.evaluation.outcomes import RETRIEVED
from qa.evaluation.scoreboard import written
from qa.evaluation.scores import Bin

# Stand-ins for what only the page knows: it is read in the light and in the dark.
_INK, _ACCENT, _SECOND, _FAINT = "#010203", "#010204", "#010205", "#010206"
_PAGE_COLOURS = {_INK: "currentColor", _ACCENT: "var(--accent)", _SECOND: "var(--second)", _FAINT: "var(--line)"}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: found by a search, read by a screen reader, in the page's font
    "svg.hashsalt": "pullquote",  # the same figures, the same file
    "font.size": 10.0, "text.color": _INK, "axes.labelcolor": _INK, "axes.edgecolor": _FAINT, "axes.linewidth": 0.8,
    "xtick.color": _INK, "ytick.color": _INK, "xtick.major.size": 0.0, "ytick.major.size": 0.0,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True,
    "grid.color": _FAINT, "grid.linewidth": 0.6, "legend.frameon": False,
}  # fmt: skip
_GLANCE = (
    *("exact_match", "f1", "sure", "sure_right", "perhaps", "perhaps_right", "no_answer", "overall_f1", "best_f1"),
    *("recall_at_10", "citation_paragraph"),
)
_COLOURS: Mapping[Way, str] = {"open": _ACCENT, "reader": _SECOND}


@dataclass(frozen=True, slots=True)
class Plot:
    """``svg`` may stand in a page as it is. ``description`` says in words what it shows, ``caption`` how to read it."""

    title: str
    caption: str
    description: str
    svg: str


def plots(measurement: Measurement) -> list[Plot]:
    """The plots of a measurement, those that it has the numbers for."""
    with mpl.rc_context(_STYLE):
        made = [_glance(measurement.parts), _curve(measurement.parts)]
        asked = [(record.item, record.outcomes["open"]) for record in measurement.records if "open" in record.outcomes]
        found = [(item, outcome.retrieval) for item, outcome in asked if outcome.retrieval is not None]
        if "open" in measurement.parts:
            made.append(_reliability(measurement.parts["open"].reliability or ()))
        if ranks := [one.rank for item, one in found if item.answers and item.paragraph is not None]:
            made.append(_recall(ranks))
        if found:
            made.append(_latency([one for _, one in found]))
    return made


def _glance(parts: Mapping[Way, Measured]) -> Plot:
    """A dot and its interval for each of the main figures."""
    names = [name for name in _GLANCE if any(name in part.figures for part in parts.values())]
    drawing, axes = _axes(height=4.4)
    said = []
    ways = [way for way in WAYS if way in parts]
    for shift, way in zip((-0.13, 0.13) if len(ways) > 1 else (0.0,), ways, strict=True):
        label = WAYS[way]
        for row, name in enumerate(names):
            value = parts[way].figures.get(name)
            if value is None:
                continue
            low, high = parts[way].intervals.get(name, (value, value))
            axes.plot([low, high], [row + shift] * 2, color=_COLOURS[way], linewidth=2, alpha=0.55)
            axes.plot(value, row + shift, "o", color=_COLOURS[way], markersize=6, label=label)
            label = "_"  # named once in the legend
            said.append(f"{metric(name).label}, {WAYS[way]}: {written(name, value)}")
    axes.set_yticks(range(len(names)), [metric(name).label for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.xaxis.set_major_formatter(PercentFormatter(symbol=" %"))
    axes.grid(visible=False, axis="y")
    drawing.legend(loc="outside lower center", ncols=2)
    caption = "Dots are what was measured, lines what chance could have made of it (95 %)."
    return _plot(drawing, "At a glance", caption, said)


def _curve(parts: Mapping[Way, Measured]) -> Plot:
    drawing, axes = _axes()
    said = []
    for way, label in WAYS.items():
        if way in parts:
            points = np.array(parts[way].curve)
            axes.plot(*points.T, color=_COLOURS[way], linewidth=2, label=label)
            said.append(f"{label}: {points[-1, 1]:.0%} right if all are answered, {_at(points, 0.5):.0%} if half are")
    axes.axhline(0.9, color=_INK, linewidth=0.8, linestyle=(0, (2, 3)))
    _percent_axes(axes, "questions answered, the surest first", "right")
    axes.set_ylim(0, 1.02)
    axes.legend(loc="lower left")
    caption = "An answer to a question that has none counts as wrong. The dotted line: nine of ten right."
    return _plot(drawing, "Answering fewer questions, and more of them right", caption, said)


def _at(points: Any, covered: float) -> float:
    return float(points[np.searchsorted(points[:, 0], covered).clip(max=len(points) - 1), 1])


def _reliability(bins: Sequence[Bin]) -> Plot:
    drawing, axes = _axes()
    sizes = np.array([one.answers for one in bins], float)
    stated, right = [one.confidence for one in bins], [one.right for one in bins]
    axes.plot([0, 1], [0, 1], color=_INK, linewidth=0.8, linestyle=(0, (2, 3)))
    axes.plot(stated, right, color=_ACCENT, linewidth=1, alpha=0.5)
    axes.scatter(stated, right, s=20 + 200 * sizes / sizes.max(), color=_ACCENT, linewidth=0, clip_on=False)
    _percent_axes(axes, "stated confidence", "right")
    axes.set_ylim(0, 1.02)
    said = [f"{one.right:.0%} right at {one.confidence:.0%} ({one.answers:,} answers)" for one in bins]
    caption = "On the dotted line it does; below it is too sure. The larger the dot, the more answers."
    return _plot(drawing, "Does the confidence mean what it says?", caption, said)


def _recall(ranks: Sequence[int | None]) -> Plot:
    drawing, axes = _axes()
    shares = [sum(rank is not None and rank <= k for rank in ranks) / len(ranks) for k in range(1, RETRIEVED + 1)]
    axes.plot(range(1, RETRIEVED + 1), shares, color=_ACCENT, linewidth=2, marker="o", markersize=4)
    _percent_axes(axes, "passages found", "the right paragraph is among them")
    axes.set_xlim(0.5, RETRIEVED + 0.5)
    axes.set_xticks([1, 5, 10, 15, 20])
    axes.xaxis.set_major_formatter("{x:.0f}")
    axes.set_ylim(0, 1.02)
    said = [f"{shares[k - 1]:.0%} within {k}" for k in (1, 5, 10, 20)]
    return _plot(drawing, "Finding the paragraph", f"Recall: {', '.join(said)}.", said)


def _latency(found: Sequence[Retrieval]) -> Plot:
    drawing, axes = _axes()
    times = {stage: [getattr(one.timing, stage) for one in found] for stage in ("search", "read", "total")}
    styles = {"search": (_SECOND, "-"), "read": (_ACCENT, "-"), "total": (_INK, (0, (2, 2)))}
    for stage, (colour, line) in styles.items():
        axes.ecdf(times[stage], color=colour, linewidth=2, linestyle=line, label=stage)
    _percent_axes(axes, "milliseconds", "questions that take no longer")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlim(0, float(np.percentile(times["total"], 99.5)) * 1.05 or 1.0)
    axes.set_ylim(0, 1.02)
    axes.legend(loc="lower right")
    said = [f"{stage}: half within {np.median(values):.0f} ms" for stage, values in times.items()]
    return _plot(drawing, "Time by stage", "One question after another, on the machine that made this report.", said)


def _axes(height: float = 3.4) -> tuple[Any, Any]:
    drawing = Drawing(figsize=(5.6, height), layout="constrained")
    return drawing, drawing.add_subplot()


def _percent_axes(axes: Any, along: str, up: str) -> None:
    axes.set_xlabel(along)
    axes.set_ylabel(up)
    axes.set_xlim(0, 1)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))


def _plot(drawing: Any, title: str, caption: str, said: Sequence[str]) -> Plot:
    file = io.StringIO()
    drawing.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = re.sub(r"<metadata>.*?</metadata>", "", file.getvalue()[file.getvalue().index("<svg") :], flags=re.DOTALL)
    name = re.sub(r"[^a-z]+", "-", title.lower())
    # Several drawings share a page: each gets names of its own.
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    for stand_in, colour in _PAGE_COLOURS.items():
        svg = svg.replace(stand_in, colour)
    return Plot(title, caption, "; ".join(said), svg)
