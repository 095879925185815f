"""``python -m bench.paint``: how soon the chat at / is seen, in Chromium, on this machine alone.

Starts ``pullquote serve`` on a free loopback port and opens the page again and again, each time with an empty cache.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
from pathlib import Path

from tests.chromium import Chromium
from tests.test_serve import running

_FIRST = """new Promise(done => new PerformanceObserver(list => done(
  list.getEntriesByName('first-contentful-paint')[0].startTime)).observe({type: 'paint', buffered: true}))"""
_RESPONSE = "performance.getEntriesByType('navigation')[0].responseEnd"


def main() -> None:
    """Print the medians and the worst."""
    parser = argparse.ArgumentParser(prog="python -m bench.paint", description=__doc__)
    parser.add_argument("--loads", type=int, default=50)
    options = parser.parse_args()
    paints, responses = [], []
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "library") as server, Chromium() as browser:
        for _ in range(options.loads + 1):
            tab = browser.page(1200, 800)
            tab.open(server.url)
            paints.append(float(tab.js(_FIRST)))
            responses.append(float(tab.js(_RESPONSE)))
            tab.close()
    paints, responses = paints[1:], responses[1:]  # the browser's own start is not the page's
    model = subprocess.run(["lscpu"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    print(next(line.split(":")[1].strip() for line in model.splitlines() if line.startswith("Model name")))
    print(f"page received: median {statistics.median(responses):.0f} ms, most {max(responses):.0f} ms")
    print(f"first contentful paint: median {statistics.median(paints):.0f} ms, least {min(paints):.0f} ms,", end=" ")
    print(f"most {max(paints):.0f} ms, {options.loads} loads")


if __name__ == "__main__":
    main()
