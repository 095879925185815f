"""How the front ends put it to a person: citations, confidence, and why there is no answer."""

from __future__ import annotations

from datetime import date, datetime

from index.metadata import Described
from qa.answers import Answer, Citation, Reason

PERHAPS = "Perhaps: "
"""Before an answer that is more likely right than wrong, and not sure."""
SAYS = "The article says: "
"""Before a whole sentence, which is the article's, and not a yes or no."""
REASONS: dict[Reason, str] = {
    "nothing_relevant": "No article here is about that.",
    "weak_evidence": "The articles touch on this, but none of them clearly says.",
    "not_a_question": "That is not a question about the news. Ask for example: Who resigned on Friday?",
    "outside_filters": "No article is left inside the chosen articles, sources or dates.",
    "empty_library": "There are no articles yet. Add some: pullquote add PATH…",
}


def written_lead(answer: Answer, *, perhaps: bool) -> str:
    """What stands before the words of ``answer``: nothing, ``Perhaps: ``, ``The article says: ``, or both."""
    if answer.kind == "span":
        return PERHAPS if perhaps else ""
    return f"{PERHAPS}{SAYS[0].lower()}{SAYS[1:]}" if perhaps else SAYS


def written_date(day: date) -> str:
    """For example ``26 June 2023``; of a time ``26 June 2023, 14:30``, where it was."""
    clock = f", {day:%H:%M}" if isinstance(day, datetime) else ""
    return f"{day.day} {day:%B %Y}{clock}"


def written_citation(citation: Citation) -> str:
    """For example ``“Town opens bridge”, The Gallin Standard, 26 June 2023, paragraph 3``."""
    return f"{written_headline(citation)}, paragraph {citation.paragraph}"


def written_headline(item: Described) -> str:
    """For example ``“Town opens bridge”, The Gallin Standard, 26 June 2023``."""
    parts = [f"“{item.headline}”", item.source, written_date(item.published) if item.published else None]
    return ", ".join(part for part in parts if part)


def written_confidence(confidence: float) -> str:
    """For example ``87 % sure``. Never 100: the number is a probability."""
    return f"{min(99, round(100 * confidence))} % sure"
