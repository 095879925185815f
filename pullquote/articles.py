"""The commands that show articles, take them out, and check them."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace

from index.errors import PullquoteError
from pullquote.places import library_path
from qa.terminal import progress_bar, say
from tui.printable import printable


def list_(options: argparse.Namespace) -> int:
    """List the articles: id, date, headline, by tabs; or JSON Lines."""
    from index.shelf import Shelf

    after = None
    with Shelf.of(library_path(options)) as shelf:
        while page := shelf.listing(after, 1_000):
            for item in page:
                if options.json:
                    body = (
                        {"id": item.id}
                        | item.about.to_json()
                        | {"paragraphs": item.paragraphs, "copy_of": item.copy_of}
                    )
                    print(json.dumps(body, ensure_ascii=False))
                else:
                    day = item.about.to_json()["published"] or "-"
                    print(f"{item.id}\t{day[:10]}\t{printable(item.headline)}")
            after = page[-1].id
    return 0


def show(options: argparse.Namespace) -> int:
    """Print an article with its paragraphs numbered, as citations count them."""
    from index.shelf import Shelf
    from pullquote.printing import print_article
    from qa.newsroom import ArticleView

    with Shelf.of(library_path(options)) as shelf:
        article = shelf.article(options.id)
        versions = shelf.versions(options.id) if options.version else []
    if article is None:
        raise PullquoteError(f"no article {options.id!r}; see: pullquote list")
    if options.version:
        from pullquote.editing import version_of

        version = version_of(versions, options.version)
        article = replace(article, about=version.about, text=version.text)
    print_article(ArticleView.of(article), as_json=options.json)
    return 0


def remove(options: argparse.Namespace) -> int:
    """Remove articles; exit status 1 if one of them was not there."""
    from index.shelf import Shelf

    with Shelf.of(library_path(options)) as shelf:
        removed = shelf.remove(options.ids)
    for article_id in dict.fromkeys(options.ids):
        if article_id in removed:
            print(f"removed    {article_id}")
        else:
            say(f"pullquote: no article {article_id!r}; see: pullquote list")
    return 0 if set(removed) == set(options.ids) else 1


def verify(options: argparse.Namespace) -> int:
    """Check saved citations against the library; exit status 1 if one no longer holds."""
    from index.shelf import Shelf
    from pullquote.printing import print_verdict
    from qa.claims import read_claims
    from qa.verify import verify as check

    claims = read_claims(options.file)
    failed = False
    with Shelf.of(library_path(options)) as shelf:
        for claim in claims:
            verdict = check(shelf.article(claim.article_id), claim, shelf.versions(claim.article_id))
            failed |= verdict.status != "holds"
            print_verdict(claim, verdict)
    return 1 if failed else 0


def migrate(options: argparse.Namespace) -> int:
    """Copy a library, everything as it is; a copy that was stopped goes on when it is asked for again."""
    from index.migration import migrate as copy
    from index.stores import place

    with progress_bar("Copying") as tick:
        counts = copy(place(options.source), place(options.target), progress=tick)
    say(f"{counts['articles']:,} articles, {counts['passages']:,} passages, counted and hashed: the same.")
    return 0


def doctor(options: argparse.Namespace) -> int:
    """Examine the library; exit status 1 if something is wrong."""
    from index.doctor import examine, rebuild
    from qa.calibrations import examine as examine_calibrations
    from qa.loop.doctor import examine as examine_answers
    from qa.loop.kept import answers_file

    folder = library_path(options)
    if options.zone or options.keep_versions is not None:
        from index.shelf import Shelf

        with Shelf.of(folder) as shelf:
            if options.zone:
                shelf.set_zone(options.zone)
            if options.keep_versions is not None:
                forgotten = shelf.keep_versions(options.keep_versions)
                say(f"Keeps {options.keep_versions:,} earlier versions of an article; {forgotten:,} forgotten.")
    if options.rebuild:
        with progress_bar("Embedding") as tick:
            rebuild(folder, model=options.model, progress=tick)
    findings = examine(folder) + examine_answers(answers_file(folder)) + examine_calibrations(folder)
    for finding in findings:
        print(f"{'ok ' if finding.well else 'BAD'}  {finding.what}: {finding.detail}")
    if all(finding.well for finding in findings):
        return 0
    if any(not finding.well for finding in findings if finding.what not in ("answers", "calibration")):
        say("pullquote: to make what is derived again: pullquote doctor --rebuild")
    return 1
