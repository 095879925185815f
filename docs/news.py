"""``python docs/news.py``: walk one story from first report to retraction, and a day of ``watch``, into ``news.md``.

Every line that is shown there is what the commands printed; ``tests/test_news.py`` looks that they still do.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parent / "news.md"
SECONDS = 60
QUESTION = "How many people were injured in the tram accident at Orle Bridge?"
CAUSE = "What caused the derailment at Orle Bridge?"
REPORTS = {
    "first.json": {
        "id": "tram-1", "headline": "Tram leaves the rails at Orle Bridge", "source": "The Gallin Standard",
        "published": "2024-03-04T08:30:00+01:00",
        "paragraphs": [
            "At least five people were injured when a tram left the rails at Orle Bridge on Monday, Anton Brauer said.",
            "The Kessel line stays shut until the evening, Mayor Lena Ostrow said.",
        ],
    },
    "second.json": {
        "id": "tram-2", "headline": "Eight hurt in tram accident, police say", "source": "The Gallin Standard",
        "published": "2024-03-05T07:00:00+01:00",
        "paragraphs": [
            "Eight people were injured when a tram left the rails at Orle Bridge in Gallin, Anton Brauer said.",
            "A broken switch caused the derailment, according to Petra Zimm of the transport office.",
            "The Kessel line is open again, Mayor Lena Ostrow said.",
        ],
    },
}  # fmt: skip
CORRECTED = "A cracked rail caused the derailment, according to Petra Zimm of the transport office."
NOTE = "An earlier version gave a broken switch as the cause."


def main() -> None:
    """Write ``news.md``."""
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text("".join(page(Path(folder))), encoding="utf-8")


def page(folder: Path) -> Iterator[str]:
    """The page, piece by piece."""
    yield "# One story, from first report to retraction\n\nWhat the commands print; `python docs/news.py` writes it.\n"
    yield from _story(folder)
    yield "\n# A day of watch\n\nA folder that an editorial system writes to, with `pullquote watch export --vanished"
    yield " withdraw`:\n\n```\n"
    yield from _day(folder)
    yield "```\n"


def _story(folder: Path) -> Iterator[str]:
    for name, report in REPORTS.items():
        (folder / name).write_text(json.dumps(report))

    def shown(text: str, *commands: tuple[str, ...]) -> str:
        return f"\n{text}\n\n```console\n{''.join(run(folder, *command) for command in commands)}```\n"

    yield shown("The first report.", ("add", "first.json"), ("ask", QUESTION))
    yield shown("The second: the newest value answers, and how it came to that is told.", ("add", "second.json"),
                ("ask", QUESTION), ("ask", "--as-of", "2024-03-04", QUESTION))  # fmt: skip
    (folder / "kept.json").write_text(output(folder, "ask", "--json", CAUSE)[0])
    yield shown("An answer is kept; then the article is changed.", ("ask", CAUSE))
    changed = REPORTS["second.json"] | {"paragraphs": [*REPORTS["second.json"]["paragraphs"]]}
    changed["paragraphs"][1] = CORRECTED
    (folder / "second.json").write_text(json.dumps(changed))
    yield shown("What was kept no longer holds, and the earlier version is still there.", ("add", "second.json"),
                ("verify", "kept.json"), ("history", "tram-2"), ("diff", "tram-2"))  # fmt: skip
    yield shown("Readers are told.", ("correct", "tram-2", "--note", NOTE), ("ask", CAUSE))
    yield shown("And in the end it is taken back: it answers nothing from that moment on.",
                ("retract", "tram-2", "--note", "The report was wrong throughout."), ("ask", CAUSE), ("ask", QUESTION),
                ("verify", "kept.json"))  # fmt: skip
    yield shown("Or not.", ("restore", "tram-2"), ("ask", CAUSE))


def run(folder: Path, *command: str) -> str:
    """A command as it is typed, and what it prints."""
    typed = " ".join(f'"{word}"' if " " in word else word for word in command)
    return f"$ pullquote {typed}\n{''.join(output(folder, *command))}"


def output(folder: Path, *command: str) -> tuple[str, str]:
    """What a command prints, to standard output and to standard error; the time of the walk is left out."""
    done = subprocess.run(_command(folder, *command), cwd=folder, capture_output=True, text=True, check=False)
    return _timeless(done.stdout), _timeless(done.stderr)


def _command(folder: Path, *command: str) -> list[str]:
    return [sys.executable, "-m", "pullquote.cli", "--library", str(folder / "library"), *command]


def _timeless(text: str) -> str:
    return re.sub(rf"\d+ \w+ {time.gmtime().tm_year}, \d\d:\d\d", "today", text)


def _day(folder: Path) -> Iterator[str]:
    """What ``watch`` says while a folder is published to, corrected in, and withdrawn from."""
    export = folder / "export"
    export.mkdir()
    other = {"id": "rain", "headline": "Rain over Vell", "text": "It rained for nine hours."}
    _put(export / "rain.json", other)
    watching = subprocess.Popen(
        _command(folder, "watch", "export", "--vanished", "withdraw", "--json"), cwd=folder, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    first = {"id": "fair", "headline": "Fair opens in Vell", "text": "The fair opened with 40 stalls."}
    steps = (
        ("rain.json is there", lambda: None),
        ("fair.json is published", lambda: _put(export / "fair.json", first)),
        ("it is corrected", lambda: _put(export / "fair.json", first | {"text": "The fair opened with 44 stalls."})),
        ("it is taken away", (export / "fair.json").unlink),
        ("it comes back", lambda: _put(export / "fair.json", first)),
    )
    try:
        for said, step in steps:
            step()
            event = json.loads(watching.stdout.readline() if watching.stdout else "")
            yield f"{said + ':':26}{event['fate']:11}{event.get('headline') or event['where']}\n"
    finally:
        watching.terminate()
        watching.communicate(timeout=SECONDS)


def _put(path: Path, article: dict[str, str]) -> None:
    path.with_suffix(".new").write_text(json.dumps(article))
    path.with_suffix(".new").rename(path)


if __name__ == "__main__":
    main()
