"""The report as one HTML page that needs nothing else, in the look of the evaluation's."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qa.answers import Reason
from qa.loop.report import Report

REASONS: dict[Reason, str] = {
    "nothing_relevant": "No article is about it",
    "weak_evidence": "Not sure enough",
    "not_a_question": "Not a question about the news",
    "outside_filters": "No article left inside what was chosen",
    "empty_library": "No articles yet",
}
"""Why there was no answer, as a column is headed."""
_FOLDERS = (Path(__file__).parent / "templates", Path(__file__).parent.parent / "templates")


def page(report: Report) -> str:
    """The page. Whatever comes from articles, questions and notes is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDERS), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    most = max((counts.asked for _, counts in report.days), default=1)
    return environment.get_template("loop.html").render(report=report, most=most, reasons=REASONS)
