"""How well pages and files come in: ``python -m bench.pages [FOLDER]``.

Reads every file of ``tests/data/pages`` (or of a folder with a ``right.json`` of the same shape) as ``pullquote add``
does, and compares with the right values: headline, authors and date exact, paragraphs found and foreign.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from index.errors import SourceError
from index.ingest import Found, Intake, Passed, read_paths

DATA = Path(__file__).parent.parent / "tests" / "data" / "pages"
PAGES = (".html", ".html.gz")


@dataclass
class Tally:
    """Right values of all, for one kind of files; what was wrong, in words."""

    files: int = 0
    fields: dict[str, list[bool]] = field(default_factory=lambda: {"headline": [], "authors": [], "published": []})
    wanted: int = 0
    found: int = 0
    foreign: int = 0
    told: list[bool] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0
    """Processor time of the reading alone."""

    def row(self, name: str) -> str:
        """One line of the table."""
        parts = [f"{sum(values)}/{len(values)}" for values in self.fields.values()]
        share = 100 * self.found / max(1, self.wanted)
        junk = 100 * self.foreign / max(1, self.found + self.foreign)
        told = f"{sum(self.told)}/{len(self.told)}"
        return f"| {name} | {self.files} | {' | '.join(parts)} | {share:.1f} % | {junk:.1f} % | {told} |"


def measure(folder: Path = DATA) -> dict[str, Tally]:
    """The tallies of pages and of other formats."""
    right = json.loads((folder / "right.json").read_text("utf-8"))
    tallies = {"pages": Tally(), "other formats": Tally()}
    for name, wanted in right.items():
        tally = tallies["pages" if name.endswith(PAGES) else "other formats"]
        tally.files += 1
        began = time.process_time()
        outcomes = list(read_paths([folder / name]))
        tally.seconds += time.process_time() - began
        compare(tally, name, wanted, outcomes)
    return tallies


def compare(tally: Tally, name: str, wanted: dict[str, Any], outcomes: list[Intake]) -> None:
    """Count one file."""
    found = {outcome.article.headline: outcome for outcome in outcomes if isinstance(outcome, Found)}
    if "refused" in wanted or "left_out" in wanted:
        errors = [outcome.message for outcome in outcomes if isinstance(outcome, SourceError)]
        left = sum(isinstance(outcome, Passed) for outcome in outcomes)
        refused = "refused" not in wanted or (bool(errors) and wanted["refused"] in errors[0])
        well = refused and left == wanted.get("left_out", 0) and len(found) == len(wanted.get("articles", []))
        tally.told.append(well)
        if not well:
            tally.wrong.append(f"{name}: {[str(outcome) for outcome in outcomes if not isinstance(outcome, Found)]}")
    for one in wanted.get("articles", []):
        outcome = found.get(one["headline"]) or next(iter(found.values()), None)
        _fields(tally, name, one, outcome)
        _paragraphs(tally, name, one, outcome, wanted.get("optional", []))


def _fields(tally: Tally, name: str, one: dict[str, Any], outcome: Found | None) -> None:
    draft = outcome.draft if outcome else None
    got = {
        "headline": draft.headline if draft else None,
        "authors": sorted(draft.authors) if draft else None,
        "published": _same_time(draft.published) if draft else None,
        "source": draft.source if draft else None,
        "url": draft.url if draft else None,
        "embargoed": _same_time(draft.embargoed) if draft else None,
    }
    for key in ("headline", "authors", "published", "source", "url", "embargoed"):
        if key not in one:
            continue
        want = sorted(one[key]) if key == "authors" else _same_time(one[key]) if key == "published" else one[key]
        if key in tally.fields:
            tally.fields[key].append(got[key] == want)
        if got[key] != want:
            tally.wrong.append(f"{name}: {key} {got[key]!r} for {want!r}")


def _same_time(value: Any) -> str | None:
    """The same moment in one spelling, with its zone; a day alone as it is."""
    if value is None:
        return None
    text = value if isinstance(value, str) else value.isoformat()
    return text if len(text) == 10 else datetime.fromisoformat(text).isoformat()


def _paragraphs(tally: Tally, name: str, one: dict[str, Any], outcome: Found | None, optional: Iterable[str]) -> None:
    got = outcome.article.text.split("\n\n") if outcome else []
    want = one.get("paragraphs", [])
    missing = [text for text in want if text not in got]
    foreign = [text for text in got if text not in want and text not in optional]
    tally.wanted += len(want)
    tally.found += len(want) - len(missing)
    tally.foreign += len(foreign)
    tally.wrong += [f"{name}: missing: {text[:90]}" for text in missing]
    tally.wrong += [f"{name}: foreign: {text[:90]}" for text in foreign]
    inside = [text for text in got if text in want]
    if not missing and inside != want:
        tally.wrong.append(f"{name}: the paragraphs are in another order")


def main() -> int:
    """Print the table; what was wrong goes to standard error."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    measure(folder)  # once before: readers load what they need when they are first used
    tallies = measure(folder)
    print("| files | number | headline | authors | date | paragraphs | foreign | left out as it should be |")
    print("|---|---|---|---|---|---|---|---|")
    for name, tally in tallies.items():
        print(tally.row(name))
    rates = ", ".join(f"{tally.files / max(1e-9, tally.seconds):.0f} {name}" for name, tally in tallies.items())
    print(f"\nRead in a second of processor time: {rates}.")
    for tally in tallies.values():
        for line in tally.wrong:
            print(line, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
