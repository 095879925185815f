"""What leaves the terminal: text for tmux, which stands between it and the clipboard, and links for a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def load_tmux_buffer(text: str) -> bool:
    """Hand ``text`` to the tmux that this terminal is in; says whether it took it."""
    tmux = shutil.which("tmux")
    if tmux is None:
        return False
    try:
        command = [tmux, "load-buffer", "-w", "-"]
        return subprocess.run(command, input=text.encode(), timeout=2, check=False, capture_output=True).returncode == 0  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False


def has_browser() -> bool:
    """Whether a browser would open in a window of its own, not in this terminal."""
    windows = sys.platform in ("darwin", "win32")
    return windows or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
