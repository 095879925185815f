"""``pullquote sync`` and ``watch``: a newsroom's sources and the library brought together, once or for good."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pullquote.adding import Teller, add_fetching, add_reporting, manners
from pullquote.places import library_path, own_folder
from qa.terminal import say

if TYPE_CHECKING:
    from index.library import Library
    from index.sources import Source, Sources
    from index.sync import Syncer
    from index.taking import Event


def add_sync_arguments(sync: argparse.ArgumentParser) -> None:
    """What may be typed behind ``sync``."""
    sync.add_argument(
        "sources", type=Path, metavar="SOURCES.toml", help="folders, feeds, sitemaps and pages; or a folder"
    )
    _add_common(sync)
    add_reporting(sync)


def add_watch_arguments(watch: argparse.ArgumentParser) -> None:
    """What may be typed behind ``watch``."""
    watch.add_argument(
        "sources", type=Path, metavar="FOLDER|SOURCES.toml", help="a folder, or a file that names sources"
    )
    _add_common(watch)
    watch.add_argument("--json", action="store_true", help="print events as JSON Lines")


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--model", help="embedding model for a new library: a path or a sentence-transformers name")
    command.add_argument(
        "--vanished",
        choices=("keep", "withdraw"),
        default="keep",
        help="of a folder: what to do with what is gone (keep)",
    )
    add_fetching(command)


def sync(options: argparse.Namespace) -> int:
    """Look at every source once; exit status 1 if something failed."""
    with ExitStack() as stack:
        sources, library = _opened(options, stack)
        teller = Teller(options, stack)
        syncer = _syncer(options, sources, library, stack, lambda _, event: teller.tell(event))
        for source in sources.sources:
            skipped = syncer.look(source).skipped
            teller.counts["unchanged"] += skipped
        held = f"The library holds {library.article_count:,} articles, {library.passage_count:,} passages."
        teller.summary(f"{held} {len(sources.sources)} sources.")
    return 1 if teller.counts["failed"] else 0


def watch(options: argparse.Namespace) -> int:
    """Look at sources until stopped by SIGTERM or Ctrl-C: a line an event."""
    from index.watch import Watcher

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with ExitStack() as stack:
        sources, library = _opened(options, stack)
        tell = _logged if options.json else _printed
        syncer = _syncer(options, sources, library, stack, tell)
        say(f"Watching {len(sources.sources)} sources; stop with Ctrl-C.")
        Watcher(syncer, sources, tell).run(stop)
    say("Stopped; what was told is stored.")
    return 0


def _opened(options: argparse.Namespace, stack: ExitStack) -> tuple[Sources, Library]:
    from index.library import Library
    from index.sources import of_folder, read_sources

    path: Path = options.sources
    withdraw = options.vanished == "withdraw"
    sources = of_folder(path, withdraw=withdraw) if path.is_dir() else read_sources(path)
    return sources, stack.enter_context(Library.open(library_path(options), create=True, model=options.model))


def _syncer(
    options: argparse.Namespace,
    sources: Sources,
    library: Library,
    stack: ExitStack,
    tell: Callable[[Source, Event], None],
) -> Syncer:
    from dataclasses import replace

    from index.fetch import Fetcher
    from index.seen import Seen
    from index.sync import Syncer

    typed, said = manners(options), sources.manners
    kept = replace(said, agent=typed.agent or said.agent, allow_private=typed.allow_private or said.allow_private)
    return Syncer(library, Seen(own_folder(library_path(options))), stack.enter_context(Fetcher(kept)), tell)


def _printed(_: Source, event: Event) -> None:
    if event.fate == "unchanged":
        return
    now = datetime.now().astimezone().strftime("%H:%M:%S")
    print(f"{now}  {event.line}" if event.id else f"{now}  {event.fate:9}  {event.line}", flush=True)


def _logged(source: Source, event: Event) -> None:
    if event.fate != "unchanged":
        told = {"time": datetime.now(UTC).isoformat(timespec="seconds"), "from": source.name} | event.to_json()
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        sys.stdout.flush()
