"""One run over one corpus: everybody takes the passages in, starts, and answers the same questions in turn."""

from __future__ import annotations

import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.load import percentile
from bench.peers.corpus import Corpus
from bench.peers.systems import ENCODERS, SYSTEMS, PeerRefused, Process, System, disk_mib
from bench.peers.worker import PASSAGES
from qa.evaluation.datasets import Item
from qa.evaluation.scores import exact_match, token_f1
from qa.reader import reader_context

CLIENTS = 8
QUESTIONS_A_TURN = 16
"""Of the concurrent ones, before the next system has its turn."""
WARM_UP = 3
SETTLE_SECONDS = 0.02
"""Between two systems: threads of the one before may spin for some milliseconds after its answer."""


@dataclass(slots=True)
class Run:
    """The figures of one run, by name in the tables and measure; what failed, in words; and the versions."""

    figures: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    failures: list[str] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)


def run(
    corpus: Corpus, data: Path, folder: Path, turn: int, *, ingest: bool, systems: Sequence[System] = SYSTEMS,
    encoders: Sequence[System] = ENCODERS,
    say: Callable[[str], None] = print,
) -> Run:  # fmt: skip
    """Measure all ``systems`` once.

    Args:
        corpus: what ``data`` holds; its questions are asked.
        data: the folder of the corpus' files.
        folder: for the indexes; those that are there are used again, unless ``ingest``.
        turn: counts the runs; who goes first changes with it.
        ingest: whether to take the passages in anew, and measure that.
        systems: those to measure; Pullquote, for whose passages the floor waits, must be among them.
        encoders: those whose embedding is measured alone.
        say: told how far it is.
    """
    run = Run()
    encoders = encoders if ingest else ()
    order = [system for system in systems if system.answers or not system.keeps_index]
    first, rest = order[:1], order[1:]
    order = first + _rotated(rest, turn)
    if ingest:
        shutil.rmtree(folder, ignore_errors=True)
        for system in _rotated([*[s for s in order if s.keeps_index], *encoders], turn):
            say(f"  {system.name}: taking in {corpus.passages:,} passages")
            _take_in(system, corpus, data, _home(folder, system), run)
    running = {}
    opening = corpus.questions[0]
    try:
        texts: list[str] = []
        for system in order:
            say(f"  {system.name}: cold start")
            process = Process(system, _home(folder, system), new=False)
            running[system.name] = process
            reply = process.call("ask", question=opening.question, way=next(iter(system.ways)), passages=texts)
            run.figures[next(iter(system.ways.values()))]["cold"] = time.perf_counter() - process.began
            texts = texts or _contexts(reply, corpus)
        say(f"  {len(corpus.questions):,} questions in turn")
        given = _in_turn(order, running, corpus, turn, run)
        say(f"  {CLIENTS} clients")
        _together(order, running, corpus.questions, given, run)
        for system in order:
            about = running[system.name].call("about")
            run.versions |= about["versions"]
            for name in list(system.ways.values())[:1]:
                run.figures[name]["memory"] = about["peak_mib"]
        if "forward pass" in running:
            peak = running["forward pass"].call("ask", question="", way="peak", passages=[])
            run.figures["forward pass alone"]["peak_gflops"] = peak["extra"]["gflops"]
    finally:
        for process in running.values():
            process.close()
    _recall_by_vectors(encoders, folder, corpus, run)
    return run


def _home(folder: Path, system: System) -> Path:
    """Where a system keeps its index. The last part tells the encoders apart."""
    names = {"Pullquote's encoder": "ours", "sentence-transformers": "theirs"}
    return folder / names.get(system.name, system.module)


def _rotated(systems: Sequence[System], turn: int) -> list[System]:
    at = turn % max(1, len(systems))
    return [*systems[at:], *systems[:at]]


def _take_in(system: System, corpus: Corpus, data: Path, home: Path, run: Run) -> None:
    process = Process(system, home, new=True)
    name = next(iter(system.ways.values()))
    try:
        file = data / ("articles.jsonl" if system.reads_articles else "passages.jsonl")
        seconds = process.call("ingest", file=str(file))["seconds"]
        about = process.call("about")
    finally:
        process.close()
    figures = {"ingest": corpus.passages / seconds, "ingest_memory": about["peak_mib"], "disk": disk_mib(home)}
    run.figures[name].update(figures)
    run.versions |= about["versions"]


def _contexts(reply: dict[str, Any], corpus: Corpus) -> list[str]:
    """What Pullquote found as its reader reads it: headlines before the passages."""
    headlines = {article.id: article.headline for article in corpus.articles}
    return [
        reader_context(headlines[article_id]) + text
        for (article_id, _), text in zip(reply["found"], reply["extra"]["texts"], strict=True)
    ]


def _in_turn(
    order: list[System], running: dict[str, Process], corpus: Corpus, turn: int, run: Run
) -> dict[str, list[str]]:
    """Every question to everybody before the next. Returns what Pullquote found for each question."""
    replies: dict[str, list[dict[str, Any]]] = defaultdict(list)
    given: dict[str, list[str]] = {}
    for number, item in enumerate([*corpus.questions[:WARM_UP], *corpus.questions]):
        texts: list[str] = []
        for system in order[:1] + _rotated(order[1:], turn + number):
            for way, name in system.ways.items():
                time.sleep(SETTLE_SECONDS)
                reply = _asked(running[system.name], item.question, way, texts, run)
                replies[name].append(reply)
                if system.reads_articles:
                    texts = given[item.question] = _contexts(reply, corpus)
    warm = min(WARM_UP, len(corpus.questions))
    for system in order:
        for name in system.ways.values():
            run.figures[name].update(_summary(system, replies[name][warm:], corpus.questions))
    return given


def _asked(process: Process, question: str, way: str, texts: list[str], run: Run) -> dict[str, Any]:
    """The reply; of a peer that failed at this question, an empty one."""
    try:
        return process.call("ask", question=question, way=way, passages=texts)
    except PeerRefused as error:
        if process.system.reads_articles:  # without its passages there is no floor
            raise
        run.failures.append(str(error))
        return {"seconds": None, "answer": None, "found": [], "extra": {}}


def _summary(system: System, replies: list[dict[str, Any]], items: list[Item]) -> dict[str, float]:
    seconds = [reply["seconds"] for reply in replies if reply["seconds"] is not None]
    figures = {"p50": percentile(seconds, 0.5), "p95": percentile(seconds, 0.95)}
    flops = [reply["extra"]["flops"] for reply in replies if "flops" in reply["extra"]]
    if flops:
        figures["gflop"] = sum(flops) / len(flops) / 1e9
    if system.answers:
        scores = zip(*(_score(reply, item) for reply, item in zip(replies, items, strict=True)), strict=True)
        means = [100 * sum(column) / len(items) for column in scores]
        figures.update(zip(("em", "f1", "recall", "none"), means, strict=True))
    return figures


def _score(reply: dict[str, Any], item: Item) -> tuple[float, float, float, float]:
    """EM, F1, recall@10 of the right paragraph, and whether there was no answer at all."""
    answer = reply["answer"] or ""
    found = [item.article_id, item.paragraph] in reply["found"][:PASSAGES]
    return exact_match(answer, item.answers), token_f1(answer, item.answers), float(found), float(not answer)


def _together(
    order: list[System], running: dict[str, Process], items: list[Item], given: dict[str, list[str]], run: Run
) -> None:
    """All questions from several clients at once, some of them to everybody before the next."""
    spent: dict[str, float] = defaultdict(float)
    failed: dict[str, int] = defaultdict(int)
    for low in range(0, len(items), QUESTIONS_A_TURN):
        questions = [item.question for item in items[low : low + QUESTIONS_A_TURN]]
        for system in order:
            for way, name in system.ways.items():
                work = [(question, way, given[question]) for question in questions]
                reply = running[system.name].call("many", clients=CLIENTS, work=work)
                spent[name] += reply["seconds"]
                failed[name] += reply["failed"]
    for name, seconds in spent.items():
        run.figures[name]["rate"] = (len(items) - failed[name]) / seconds
        if failed[name]:
            run.failures.append(
                f"{name}: {failed[name]} of {len(items)} questions failed when {CLIENTS} clients asked at once"
            )


def _recall_by_vectors(encoders: Sequence[System], folder: Path, corpus: Corpus, run: Run) -> None:
    for system in encoders:
        process = Process(system, _home(folder, system), new=False)
        try:
            found = [
                _score(process.call("ask", question=item.question, way="", passages=[]), item)
                for item in corpus.questions
            ]
        finally:
            process.close()
        run.figures[system.name]["recall"] = 100 * sum(score[2] for score in found) / len(found)
