"""A measurement as one HTML page that needs nothing else: readable in the light, in the dark, on paper, aloud."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from qa.evaluation.figures import LATENCY, QUALITY, RETRIEVAL, TRUST
from qa.evaluation.plots import plots
from qa.evaluation.scoreboard import WAYS, figure_of, written, written_interval, written_p

_CARDS = {
    "open": ("given_right", "f1", "recall_at_10", "citation_paragraph", "coverage_at_90", "ms_p50"),
    "reader": ("exact_match", "f1", "no_answer", "best_f1", "auc"),
}
_GROUPS = {"Answers": QUALITY, "Search and citations": RETRIEVAL, "Trust": TRUST, "Time": LATENCY}


def report(body: Mapping[str, Any]) -> str:
    """The page. ``body`` is what :func:`qa.evaluation.measure.measured` returns.

    Whatever comes from articles and questions is escaped.
    """
    page = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.globals |= {"figure_of": figure_of, "written": written, "interval": written_interval, "written_p": written_p}
    ways = {way: label for way, label in WAYS.items() if body[way]}
    main = next(iter(ways))
    return page.get_template("report.html").render(
        about=body["about"],
        against=body["against"],
        parts={way: body[way] for way in ways},
        labels=ways,
        main=body[main],
        cards=_CARDS[main],
        groups=_GROUPS,
        plots=[(plot, Markup(plot.svg)) for plot in plots(body)],  # noqa: S704 - our own drawing
    )
