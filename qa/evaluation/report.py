"""A measurement as one HTML page that needs nothing else: readable in the light, in the dark, on paper, aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from qa.evaluation.figures import LATENCY, NEWS, QUALITY, RETRIEVAL, TRUST, metric
from qa.evaluation.measurement import WAYS, Measurement, Way
from qa.evaluation.plots import plots
from qa.evaluation.scoreboard import written, written_interval, written_p

SHARED = Path(__file__).parent.parent / "templates"
"""The look of all reports."""
_CARDS: Mapping[Way, Sequence[str]] = {
    "open": (
        *("given", "sure", "sure_right", "perhaps", "perhaps_right", "unanswerable_sure"),
        *("f1", "recall_at_10", "citation_paragraph", "ms_p50"),
    ),
    "reader": ("given", "given_right", "exact_match", "f1", "no_answer", "best_f1", "auc"),
}
_GROUPS = {"Answers": QUALITY, "Search and citations": RETRIEVAL, "Trust": TRUST, "News": NEWS, "Time": LATENCY}


def report(measurement: Measurement) -> str:
    """The page. Whatever comes from articles and questions is escaped."""
    page = Environment(
        loader=FileSystemLoader([Path(__file__).parent / "templates", SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.globals |= {"metric": metric, "written": written, "interval": written_interval, "written_p": written_p}
    main = next(way for way in WAYS if way in measurement.parts)
    return page.get_template("report.html").render(
        about=measurement.about,
        against=measurement.against,
        parts=measurement.parts,
        labels={way: label for way, label in WAYS.items() if way in measurement.parts},
        main=measurement.parts[main],
        cards=_CARDS[main],
        groups=_GROUPS,
        plots=[(plot, Markup(plot.svg)) for plot in plots(measurement)],  # noqa: S704 - our own drawing
    )
