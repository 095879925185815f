"""Replies and articles printed for a person at a terminal."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from qa.answers import Answer, Citation, Reply
from qa.newsroom import ArticleView
from qa.verify import Claim, Verdict
from qa.wording import (
    written_citation,
    written_confidence,
    written_correction,
    written_date,
    written_headline,
    written_lead,
    written_newer,
    written_notes,
    written_reason,
    written_stage,
)
from tui.printable import printable

if TYPE_CHECKING:
    from qa.loop.replay import Replay
    from qa.loop.report import Report
    from qa.training.refit import Refit

_MAX_CITATIONS = 3


class _Console(Console):
    """Article text is no instruction to a terminal: what would turn the order of a line around is replaced."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*(_shown(item) for item in objects), **options)


def _shown(item: Any) -> Any:
    if isinstance(item, str):
        return printable(item)
    if isinstance(item, Text):
        item = item.copy()
        item.plain = printable(item.plain)  # letter for letter, so that the styles stay where they are
    return item


def _console() -> Console:
    # Article text is not markup; a pipe gets whole lines, whoever reads them wraps them.
    wide = None if os.isatty(1) else 10_000
    return _Console(markup=False, highlight=False, emoji=False, soft_wrap=wide is not None, width=wide)


def print_reply(reply: Reply) -> None:
    """Answers with their citations, the answer marked in its sentence; or why there is none."""
    console = _console()
    if reply.reinterpreted:
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
    console.print(Text(f"No answer. {written_reason(reply)}", "bold"))
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
    print(printable(f"{verdict.status:9}  {claim.article_id}  “{claim.quote}”"))
    if verdict.status == "changed" and verdict.before:
        print(printable(f"         was: {verdict.before}"))
        print(printable(f"         now: {verdict.now or 'nothing like it'}"))
    if verdict.changed_at:
        print(f"         since {written_date(verdict.changed_at)}")
    if verdict.note:
        print(printable(f"         note: {verdict.note}"))


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


def print_replay(replay: Replay) -> None:
    """What was answered, what would be as of then and as of now, and what became of the articles."""
    from qa.loop.replay import difference

    console = _console()
    kept = replay.kept
    console.print(Text(kept.question.text, "bold"))
    console.print(f"{kept.asked:%Y-%m-%d %H:%M} UTC  answered   {_first(kept.reply)}")
    for when, reply in (("as of then", replay.then), ("as of now", replay.now)):
        console.print(f"{when:22}{difference(kept.reply, reply):15}{_first(reply)}")
    for one in replay.since:
        console.print(Text(f"{one.article_id}: {one.what} since{f': {one.note}' if one.note else ''}", "bold yellow"))
    body = replay.to_json()
    for what in ("reader", "calibration"):
        if not body[f"same_{what}"]:
            console.print(Text(f"By another {what} than then.", "dim"))


def _first(reply: Reply) -> str:
    if not reply.answers:
        return f"no answer ({reply.reason})"
    answer = reply.answers[0]
    return f"{answer.text}  ({written_confidence(answer.confidence)}, {answer.citations[0].article_id})"


def print_report(report: Report, gaps: int) -> None:
    """The report's figures, and the first of its gaps."""
    console = _console()
    totals = report.totals
    console.print(f"{report.first} to {report.last}, days in {report.zone}")
    console.print(
        f"{totals.asked:,} questions: {totals.answered:,} answered, {totals.uncertain:,} uncertain,"
        f" {totals.refused:,} refused"
    )
    if report.verdicts:
        console.print("rated: " + ", ".join(f"{count:,} {verdict}" for verdict, count in report.verdicts.items()))
    if report.latency_ms:
        console.print("ms: " + ", ".join(f"{name} {ms:.0f}" for name, ms in report.latency_ms.items()))
    if report.gaps:
        console.print(f"Gaps ({report.gaps_in_all:,}):")
    for gap in report.gaps[:gaps]:
        near = f"  (near: {gap.nearest[0][0]})" if gap.nearest else ""
        console.print(f"{gap.count:5} × {gap.question}{near}")
    if report.stale_in_all:
        console.print(f"{report.stale_in_all:,} answers whose article was corrected, retracted or changed since:")
    for one in report.stale[:gaps]:
        console.print(f"  {one.id}  {one.what:10} {one.article_id}  {one.question}")


def print_refit(refit: Refit, minimum: int) -> None:
    """What would change, before and after, cross-validated by article."""
    console = _console()
    old, new = refit.thresholds
    console.print(f"{refit.cases:,} rated answers (at least {minimum}); cross-validated by article:")
    console.print(f"{'':34}{'before':>8}{'after':>8}")
    rows = (
        ("sure from a confidence of", old.sure, new.sure),
        ("perhaps from", old.perhaps, new.perhaps),
        *((label, refit.before.get(name), refit.after.get(name)) for label, name in _FIGURES),
    )
    for label, before, after in rows:
        console.print(f"{label:34}{_figure(before):>8}{_figure(after):>8}")


_FIGURES = (
    ("answered surely, of the answerable", "sure"), ("right of these", "sure_right"),
    ("given at all, of the answerable", "given"), ("right of these", "given_right"),
    ("surely, at 90 % right in hindsight", "coverage_at_90"), ("at 80 % right in hindsight", "coverage_at_80"),
    ("error of the confidence (ECE)", "ece"),
)  # fmt: skip


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
