"""Make the pictures of the chat at /: ``python -m docs.page_pictures``. Needs Chromium (Debian: chromium).

The real server answers, from the sample newsroom in ``seeds/``: ``docs/page-light.png``, ``docs/page-dark.png``.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from docs.widget_pictures import reduce
from tests.chromium import Chromium
from tests.test_serve import command, running

DOCS = Path(__file__).parent
QUESTION = "How much did the quince portrait sell for?"


def main() -> None:
    """Take both."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        subprocess.run(command(library, "add", str(DOCS.parent / "seeds")), check=True)  # noqa: S603
        with running(library) as server, Chromium() as browser:
            for theme in ("light", "dark"):
                features = {"prefers_color_scheme": theme, "prefers_reduced_motion": "reduce"}
                tab = browser.page(1200, 760, features=features)
                tab.open(f"{server.url}/#{urlencode({'q': QUESTION})}")
                tab.wait("document.querySelector('#article mark.quote')")
                tab.resize(1200, 760, 2)
                tab.picture(DOCS / f"page-{theme}.png")
                reduce(DOCS / f"page-{theme}.png")
                tab.close()


if __name__ == "__main__":
    main()
