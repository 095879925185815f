"""How well the rules say who says it, on 150 sentences labelled by hand before the rules were written.

    python -m bench.attribution [--misses]

Each line of ``bench/sets/attribution.jsonl`` is an answer in its article, with the two paragraphs before it. Half were
drawn to have a quotation mark or a reporting word in the sentence or, if none of the article's had, whatever came.
``speakers`` are the words that may name the speaker. Where ``optional`` is true, that nobody is named is right too.
A label of the development half could be looked at while writing the rules; the test half is what counts.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from qa.attribution import attribution

SET = Path(__file__).parent / "sets" / "attribution.jsonl"


def main() -> None:
    """Print precision and recall of each half."""
    parser = argparse.ArgumentParser(prog="python -m bench.attribution", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print what was got wrong in the development half")
    show = parser.parse_args().misses
    rows = [json.loads(line) for line in SET.read_text("utf-8").splitlines()]
    for half in ("development", "test"):
        print(half, *_measured([row for row in rows if row["half"] == half], show and half == "development"))


def _measured(rows: list[dict[str, object]], show: bool) -> list[str]:
    named = right = wanted = found = kinds = 0
    for row in rows:
        text, start, end = str(row["text"]), int(str(row["start"])), int(str(row["end"]))
        got = attribution(text, start, end)
        speakers = [str(s).lower() for s in list(row["speakers"])]  # type: ignore[call-overload]
        speaker = got.speaker if got else None
        good = speaker is not None and any(_same(speaker.lower(), label) for label in speakers)
        named += speaker is not None
        right += good
        kinds += (got.kind if got else "none") == row["kind"] or bool(row["optional"] and got is None)
        if speakers and not row["optional"]:
            wanted += 1
            found += good
        if (show and (speaker is not None) != bool(speakers)) or (show and speaker is not None and not good):
            low = text.rfind("\n", 0, start) + 1
            print(f"- {row['article']} [{row['kind']}] want {speakers} got {got}")
            print(f"  {text[low:start]}⟦{text[start:end]}⟧{text[end:]}\n")
    return [
        f"{len(rows)} sentences: speakers named {named}, right {right}: precision {100 * right / max(1, named):.1f} %;",
        f"to be named {wanted}, found {found}: recall {100 * found / max(1, wanted):.1f} %; kind right {kinds}",
    ]


def _same(speaker: str, label: str) -> bool:
    """Whether both name the same one: equal, or one with the other's role or apposition."""
    return bool(re.search(rf"\b{re.escape(label)}\b", speaker) or re.search(rf"\b{re.escape(speaker)}\b", label))


if __name__ == "__main__":
    main()
