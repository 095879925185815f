"""One way to drive a browser: Chromium's DevTools protocol over a pipe, without a package between.

``--remote-debugging-pipe``: JSON messages ended by a zero byte, commands on the child's descriptor 3, results and
events on its 4. What the tests need, and no more: https://chromedevtools.github.io/devtools-protocol/.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

CHROMIUM = shutil.which("chromium")
CHROMIUM_HINT = "The browser's tests were left out: install Chromium for them (Debian: apt-get install chromium)."
NODE_HINT = "The component's own tests were left out: run npm ci in web/ for them (Debian: apt-get install nodejs npm)."
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason=CHROMIUM_HINT)
SECONDS = 300
"""For a page to load or a condition to come true, on a busy machine."""
_KEYS = {"Enter": ("\r", 13), "Tab": ("\t", 9), " ": (" ", 32), "Escape": ("", 27)}
_ON_3_AND_4 = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
)


class BrowserError(AssertionError):
    """A command that the browser refused, a script that threw, or a wait that came to nothing."""


class Chromium:
    """A running browser without a window. Every page has cookies and storage of its own."""

    def __init__(self) -> None:
        assert CHROMIUM is not None, CHROMIUM_HINT
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        high = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (theirs_in, theirs_out)]
        options = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe",
            "--disable-dev-shm-usage", "--hide-scrollbars", f"--user-data-dir={self._folder.name}", "--lang=en-GB",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-c", _ON_3_AND_4, *map(str, high), CHROMIUM, *options],
            pass_fds=high, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for end in (theirs_in, theirs_out, *high):
            os.close(end)
        self._number = 0
        self._results: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()  # nothing of it is kept
        self._process.wait()
        os.close(self._out)
        self._folder.cleanup()

    def call(self, method: str, session: str | None = None, /, **parameters: Any) -> dict[str, Any]:
        """The result of a command.

        Raises:
            BrowserError: it failed, or the browser does not answer.
        """
        self._number += 1
        number = self._number
        answer = self._results[number] = queue.SimpleQueue()
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        try:
            found = answer.get(timeout=SECONDS)
        except queue.Empty:
            raise BrowserError(f"no answer to {method}") from None
        finally:
            del self._results[number]
        if "error" in found:
            raise BrowserError(f"{method}: {found['error']['message']}")
        result: dict[str, Any] = found["result"]
        return result

    def page(self, width: int = 900, height: int = 700, *, features: Mapping[str, str] | None = None) -> Page:
        """A new, empty page; ``features`` are media features, as ``{"prefers_color_scheme": "dark"}``."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session, context)
        for domain in ("Page", "Runtime", "Log"):
            page.call(f"{domain}.enable")
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        media = [{"name": name.replace("_", "-"), "value": value} for name, value in (features or {}).items()]
        page.call("Emulation.setEmulatedMedia", features=media)
        page.call("Emulation.setFocusEmulationEnabled", enabled=True)
        return page

    def _listen(self) -> None:
        rest = b""
        while piece := os.read(self._in, 1 << 20):
            *messages, rest = (rest + piece).split(b"\0")
            for message in map(json.loads, messages):
                if "id" in message:
                    self._results[message["id"]].put(message)
                elif message.get("sessionId") in self._pages:
                    self._pages[message["sessionId"]].hear(message["method"], message["params"])
        os.close(self._in)


class Page:
    """A tab. ``complaints`` are what the console showed: errors, refusals of the page's policy, exceptions."""

    def __init__(self, browser: Chromium, session: str, context: str) -> None:
        self._browser = browser
        self._session = session
        self._context = context
        self._loaded = threading.Event()
        self.complaints: list[str] = []

    def hear(self, event: str, about: dict[str, Any]) -> None:
        """Take note of an event."""
        if event == "Page.loadEventFired":
            self._loaded.set()
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(str(about["exceptionDetails"].get("exception", about["exceptionDetails"])))
        elif event == "Log.entryAdded" and about["entry"]["level"] == "error":
            self.complaints.append(f"{about['entry']['text']} {about['entry'].get('url', '')}")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command to this page; see :meth:`Chromium.call`."""
        return self._browser.call(method, self._session, **parameters)

    def close(self) -> None:
        """Close the tab, and forget its cookies and storage."""
        self._browser.call("Target.disposeBrowserContext", browserContextId=self._context)

    def open(self, url: str) -> None:
        """Go to ``url`` and wait until it is loaded, modules included."""
        self._loaded.clear()
        went = self.call("Page.navigate", url=url)
        if "errorText" in went:
            raise BrowserError(f"{url}: {went['errorText']}")
        if not self._loaded.wait(SECONDS):
            raise BrowserError(f"{url} was not loaded after {SECONDS} s")

    def js(self, expression: str) -> Any:
        """The value of ``expression`` in the page, as JSON; promises are waited for."""
        found = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if "exceptionDetails" in found:
            raise BrowserError(str(found["exceptionDetails"].get("exception", found["exceptionDetails"])))
        return found["result"].get("value")

    def wait(self, expression: str) -> Any:
        """The value of ``expression`` as soon as it is truthy."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if value := self.js(f"Promise.resolve({expression}).then(v => v instanceof Node || v)"):
                return value
            time.sleep(0.02)
        raise BrowserError(f"never came true: {expression}\n{self.complaints}")

    def type(self, text: str) -> None:
        """As typed into what has the focus."""
        self.call("Input.insertText", text=text)

    def press(self, *keys: str, shift: bool = False) -> None:
        """Enter, Tab, Escape or the space bar, down and up."""
        for key in keys:
            text, code = _KEYS[key]
            name = "Space" if key == " " else key
            about: dict[str, Any] = {"key": key, "code": name, "windowsVirtualKeyCode": code, "modifiers": 8 * shift}
            self.call(
                "Input.dispatchKeyEvent", type="keyDown", **about, **({"text": text} if text != "\t" and text else {})
            )
            self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def resize(self, width: int, height: int, scale: float = 1) -> None:
        """The size of what can be seen, in CSS pixels; ``scale`` pixels of a picture for each."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )

    def picture(self, path: Path) -> None:
        """A PNG of what can be seen."""
        shot = self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))
