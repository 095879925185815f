"""How the front ends put it to a person: citations, confidence, and why there is no answer."""

from __future__ import annotations

from datetime import date, datetime

from index.metadata import Described, Metadata
from qa.answers import Answer, Citation, Development, Headline, Limit, Reason, Reply

PERHAPS = "Perhaps: "
"""Before an answer that is more likely right than wrong, and not sure."""
SAYS = "The article says: "
"""Before a whole sentence, which is the article's, and not a yes or no."""
_LIMITS: dict[Limit, str] = {"article_ids": "articles", "sources": "sources", "dates": "dates"}

_ARTICLES = frozenset({"the", "a", "an", "his", "her", "its", "their", "two", "three", "four", "five", "several"})
"""What stands in small letters inside a sentence, though it began one."""
_OPINION = frozenset({"opinion", "comment", "commentary", "editorial", "leader", "letters", "meinung", "kommentar"})


def written_reason(reply: Reply) -> str:
    """Why there is no answer, and inside which limits, so that it is true of these alone; empty if there is one.

    For example ``Nothing about that was found in the chosen sources and dates.``
    """
    where = _written_limits(reply)
    said: dict[Reason, str] = {
        "nothing_relevant": f"Nothing about that was found{where}.",
        "weak_evidence": f"An article{where} may say it, but not surely enough to answer.",
        "not_a_question": "That is not a question about the news. Ask for example: Who resigned on Friday?",
        "outside_filters": f"There is nothing to read{where}."
        if where
        else "No article may answer now: those that are here are withdrawn or under embargo.",
        "empty_library": "There are no articles yet. Add some: pullquote add PATH…",
    }
    return said[reply.reason] if reply.reason else ""


def _written_limits(reply: Reply) -> str:
    """For example `` in the chosen articles, sources and dates as of the chosen time``; empty without any."""
    *others, last = [_LIMITS[limit] for limit in reply.limits if limit in _LIMITS] or [""]
    inside = f" in the chosen {', '.join(others)}{' and ' if others else ''}{last}" if last else ""
    return inside + (" as of the chosen time" if "as_of" in reply.limits else "")


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
    parts = [f"“{item.headline}”", item.source, written_date(item.moment) if item.moment else None]
    return ", ".join(part for part in parts if part)


def written_speaker(citation: Citation) -> str | None:
    """For example ``according to the mayor, Ann Lee``; ``None`` where nobody is named."""
    said = citation.attribution
    if said is None or said.speaker is None:
        return None
    first, _, rest = said.speaker.partition(" ")
    speaker = f"{first.lower()} {rest}" if first.lower() in _ARTICLES and rest else said.speaker
    return f"according to {speaker}"


def written_support(answer: Answer) -> str | None:
    """For example ``in 3 articles of 2 sources, from Reuters``; ``None`` of one article that names no agency."""
    counted = answer.corroboration
    if counted is None or (counted.articles < 2 and counted.agency is None):
        return None
    many = f"in {counted.articles} articles of {counted.sources} source{'s' if counted.sources != 1 else ''}"
    parts = [many if counted.articles > 1 else "", f"from {counted.agency}" if counted.agency else ""]
    return ", ".join(part for part in parts if part)


def written_label(about: Metadata) -> str | None:
    """``opinion`` or ``analysis`` if the article is one, by its kind or, without one, by its section."""
    if about.kind is not None:
        return about.kind if about.kind in ("opinion", "analysis") else None
    section = (about.section or "").casefold()
    return "opinion" if section in _OPINION else "analysis" if section in ("analysis", "analyse") else None


def written_correction(about: Metadata) -> str | None:
    """For example ``Corrected: It said nine.``; ``None`` if nothing was."""
    return f"{about.status.capitalize()}: {about.correction}" if about.status != "live" and about.correction else None


def written_notes(answer: Answer, citation: Citation) -> list[str]:
    """What a reader must know beside a citation, a line each: who says so, how many, what was corrected."""
    said = (written_label(citation.about), written_speaker(citation), written_support(answer))
    lines = ("; ".join(part for part in said if part), written_correction(citation.about))
    return [line for line in lines if line]


def written_stage(stage: Development) -> str:
    """For example ``13 May 2025: at least 11``; the newest is marked, and what is disputed."""
    hedge = f"{stage.hedge} " if stage.hedge and not stage.text.lower().startswith(stage.hedge) else ""
    mark = " (disputed)" if stage.disputed else " (newest)" if stage.current else ""
    return f"{written_date(stage.when)}: {hedge}{stage.text}{mark}"


def written_newer(item: Headline) -> str:
    """For example ``Newer, and does not say so: “Talks go on”, The Daily, 27 May 2025``."""
    return f"Newer, and does not say so: {written_headline(item)}"


def written_confidence(confidence: float) -> str:
    """For example ``87 % sure``. Never 100: the number is a probability."""
    return f"{min(99, round(100 * confidence))} % sure"
