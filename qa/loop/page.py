"""The report as one HTML page that needs nothing else, in the look of the evaluation's."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qa.loop.report import Report
from qa.wording import REASONS

_FOLDERS = (Path(__file__).parent / "templates", Path(__file__).parent.parent / "templates")


def page(report: Report) -> str:
    """The page. Whatever comes from articles, questions and notes is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDERS), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    most = max((counts.asked for _, counts in report.days), default=1)
    return environment.get_template("loop.html").render(report=report, most=most, reasons=REASONS)
