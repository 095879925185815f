"""Replies and articles printed for a person at a terminal."""

from __future__ import annotations

import json
import os

from rich.console import Console
from rich.text import Text

from qa.answers import Answer, ArticleView, Citation, Reply
from qa.verify import Claim, Verdict
from qa.wording import (
    REASONS,
    written_citation,
    written_confidence,
    written_correction,
    written_date,
    written_headline,
    written_lead,
    written_newer,
    written_notes,
    written_stage,
)

_MAX_CITATIONS = 3


def _console() -> Console:
    # Article text is not markup; a pipe gets whole lines, whoever reads them wraps them.
    wide = None if os.isatty(1) else 10_000
    return Console(markup=False, highlight=False, emoji=False, soft_wrap=wide is not None, width=wide)


def print_reply(reply: Reply) -> None:
    """Answers with their citations, the answer marked in its sentence; or why there is none."""
    console = _console()
    if reply.understood_as != reply.question.strip():
        console.print(Text(f"Understood as: {reply.understood_as}", "dim"))
    if reply.status == "no_answer":
        _print_nothing(console, reply)
        return
    for number, answer in enumerate(reply.answers, start=1):
        label = f"{number}. " if len(reply.answers) > 1 else ""
        sure = f"  ({written_confidence(answer.confidence)})"
        lead = written_lead(answer, perhaps=reply.status == "uncertain")
        console.print(Text.assemble(label, lead, (answer.text, "bold"), (sure, "dim")))
        _print_citations(console, answer)
    if reply.timeline:
        console.print("How it developed:")
    for stage in reply.timeline:
        console.print(Text(f"   {written_stage(stage)}  ({stage.citations[0].article_id})"))
    for later in reply.newer:
        console.print(Text(f"{written_newer(later)}  ({later.article_id})", "yellow"))


def _print_nothing(console: Console, reply: Reply) -> None:
    console.print(Text(f"No answer. {REASONS[reply.reason] if reply.reason else ''}", "bold"))
    if reply.nearest:
        console.print("The nearest articles:")
    for item in reply.nearest:
        console.print(Text(f"  {written_headline(item)}  ({item.article_id})", "cyan"))
        if item.sentence:
            console.print(f"    paragraph {item.paragraph}: {item.sentence}")


def _print_citations(console: Console, answer: Answer) -> None:
    for citation in answer.citations[:_MAX_CITATIONS]:
        console.print(Text(f"   {written_citation(citation)}", "cyan"))
        console.print(Text("   ").append_text(_marked(citation, plain=not console.is_terminal)))
        for note in written_notes(answer, citation):
            console.print(Text(f"   {note}", "bold yellow" if note == written_correction(citation.about) else "dim"))
        console.print(Text(f"   {citation.deep_link or 'pullquote show ' + citation.article_id}", "dim"))
    more = len(answer.citations) - _MAX_CITATIONS
    if more > 0:
        console.print(Text(f"   and in {more} more place{'s' if more > 1 else ''}", "dim"))


def _marked(citation: Citation, *, plain: bool) -> Text:
    """The sentence with the answer marked, by style or, where styles are lost, by »…«."""
    before, quote, after = citation.sentence_parts
    return Text.assemble(before, f"»{quote}«" if plain else (quote, "bold reverse"), after)


def print_verdict(claim: Claim, verdict: Verdict) -> None:
    """A line for a citation; below it what changed, and what readers were told."""
    print(f"{verdict.status:9}  {claim.article_id}  “{claim.quote}”")
    if verdict.status == "changed" and verdict.before:
        print(f"         was: {verdict.before}")
        print(f"         now: {verdict.now or 'nothing like it'}")
    if verdict.changed_at:
        print(f"         since {written_date(verdict.changed_at)}")
    if verdict.note:
        print(f"         note: {verdict.note}")


def print_article(article: ArticleView, *, as_json: bool) -> None:
    """Headline, who and when, and the paragraphs with their numbers."""
    if as_json:
        print(json.dumps(article.to_json(), ensure_ascii=False, indent=2))
        return
    console = _console()
    console.print(Text(article.headline, "bold"))
    day = written_date(article.moment) if article.moment else None
    about = ", ".join(part for part in (article.author, article.source, day, article.url) if part)
    console.print(Text(about, "dim") if about else Text("no author, source or date given", "dim"))
    if correction := written_correction(article.about):
        console.print(Text(correction, "bold yellow"))
    for number, start, end in article.paragraphs:
        console.print()
        console.print(Text.assemble((f"[{number}] ", "cyan"), article.text[start:end]))
