"""A conversation, or one quote, in a form to take away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from qa.answers import Citation
from qa.wording import (
    written_citation,
    written_confidence,
    written_headline,
    written_lead,
    written_newer,
    written_notes,
    written_reason,
    written_stage,
)
from tui.printable import one_line, printable
from tui.transcript import Exchange


def copied(citation: Citation) -> str:
    """The quote and its citation, with the link if there is one, as an editor would paste them."""
    link = citation.deep_link or citation.url
    return f"“{printable(citation.quote)}” ({printable(written_citation(citation))})" + (f"\n{link}" if link else "")


def to_markdown(title: str, exchanges: Sequence[Exchange]) -> str:
    """The conversation as Markdown; text of articles and questions is escaped, so that it stays text."""
    lines = [f"# {_escaped(title)}", ""]
    for exchange in exchanges:
        lines += [f"## {_escaped(exchange.question)}", ""]
        reply = exchange.reply
        if reply is None:
            lines += [f"*Not answered: {exchange.state.value}.*", ""]
            continue
        if exchange.reinterpreted:
            lines += [f"*Understood as: {_escaped(reply.understood_as)}*", ""]
        if reply.status == "no_answer":
            lines += [f"**No answer.** {written_reason(reply)}".rstrip(), ""]
            for item in reply.nearest:
                sentence = f": {_escaped(item.sentence)}" if item.sentence else ""
                lines += [f"- Nearest: {_escaped(written_headline(item))}{sentence}"]
            lines += [""] * bool(reply.nearest)
        if exchange.unsure:
            lines += ["*The best guess, however unsure:*", ""]
        for answer in reply.answers:
            lead = written_lead(answer, perhaps=reply.status == "uncertain")
            lines += [f"{lead}**{_escaped(answer.text)}** ({written_confidence(answer.confidence)})", ""]
            for citation in answer.citations:
                where = _escaped(written_citation(citation))
                link = citation.deep_link or citation.url
                lines += [f"> {_marked(citation)}", ">", f"> — {f'[{where}](<{link}>)' if link else where}"]
                lines += [line for note in written_notes(answer, citation) for line in (">", f"> *{_escaped(note)}*")]
                lines += [""]
        lines += [f"- {_escaped(written_stage(stage))}" for stage in reply.timeline] + [""] * bool(reply.timeline)
        lines += [f"- {_escaped(written_newer(item))}" for item in reply.newer] + [""] * bool(reply.newer)
    return "\n".join(lines)


def to_json(title: str, exchanges: Sequence[Exchange]) -> dict[str, Any]:
    """The conversation as JSON; each reply is the body of ``POST /ask``, so ``pullquote verify`` can read it."""
    return {
        "title": title,
        "exchanges": [
            {
                "question": exchange.question,
                "as_typed": exchange.as_typed,
                "unsure": exchange.unsure,
                "state": exchange.state.value,
                "reply": exchange.reply.to_json() if exchange.reply else None,
            }
            for exchange in exchanges
        ],
    }


def _marked(citation: Citation) -> str:
    before, quote, after = (printable(part) for part in citation.sentence_parts)
    return f"{_escaped(before, fold=False)}**{_escaped(quote)}**{_escaped(after, fold=False)}"


def _escaped(text: str, *, fold: bool = True) -> str:
    text = one_line(text) if fold else text
    # A number and full stop, a dash or a plus at the start of a line would begin a list; "#" a heading.
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", re.sub(r"([\\`*_\[\]<>#|~!&])|^([-+=])", r"\\\g<0>", text))
