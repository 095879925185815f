"""The newsroom's own word on its articles: correct, retract, withdraw, restore; and what changed, and when."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

from index.errors import ArticleError, PullquoteError
from index.metadata import ArticleStatus
from index.shelf import Shelf
from index.store import Version
from pullquote.places import library_path
from qa.terminal import say
from qa.versions import changes, version_json
from qa.wording import written_date
from tui.printable import printable

Command = Callable[[argparse.Namespace], int]
_MARKS = {"same": " ", "removed": "-", "added": "+"}


def setting(status: ArticleStatus) -> Command:
    """The command that gives an article ``status``; exit status 2 if readers are told no reason."""

    def run(options: argparse.Namespace) -> int:
        with Shelf.of(library_path(options)) as shelf:
            try:
                article = shelf.set_status(options.id, status, getattr(options, "note", None))
            except ArticleError as error:
                say(f"pullquote: --note: {error.message}")
                return 2
        if article is None:
            raise _unknown(options.id)
        print(f"{status:9}  {article.id}  {printable(article.headline)}")
        return 0

    return run


def history(options: argparse.Namespace) -> int:
    """Print the versions of an article: number, from when, until when, headline, by tabs; or JSON Lines."""
    for version in _versions(options):
        if options.json:
            print(json.dumps(version_json(version, text=False), ensure_ascii=False))
        else:
            until = written_date(version.until) if version.until else "now"
            print(f"{version.number}\t{written_date(version.since)}\t{until}\t{printable(version.headline)}")
    return 0


def diff(options: argparse.Namespace) -> int:
    """Print what changed between two versions, paragraph by paragraph; exit status 1 if nothing did."""
    versions = _versions(options)
    after = version_of(versions, options.to) if options.to else versions[-1]
    before = version_of(versions, options.from_) if options.from_ else versions[max(0, versions.index(after) - 1)]
    differs = False
    for change in changes(before, after):
        if change.kind != "same":
            differs = True
            print(f"{_MARKS[change.kind]} [{change.number}] {printable(change.text)}")
    if not differs:
        say(f"Version {before.number} and version {after.number} do not differ.")
    return 0 if differs else 1


def version_of(versions: list[Version], number: int) -> Version:
    """The version of that number.

    Raises:
        PullquoteError: there is none, or it is no longer kept.
    """
    found = next((version for version in versions if version.number == number), None)
    if found is None:
        kept = ", ".join(str(version.number) for version in versions)
        raise PullquoteError(f"no version {number}; there are: {kept}")
    return found


def _versions(options: argparse.Namespace) -> list[Version]:
    with Shelf.of(library_path(options)) as shelf:
        versions = shelf.versions(options.id)
    if not versions:
        raise _unknown(options.id)
    return versions


def _unknown(article_id: str) -> PullquoteError:
    return PullquoteError(f"no article {article_id!r}; see: pullquote list")
