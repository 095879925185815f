"""Where what belongs to a library, but not into its store, is kept: answers, and a calibration of its own."""

from __future__ import annotations

import hashlib
from pathlib import Path

from index.stores import Where, is_address, shown


def beside(where: Where) -> Path:
    """The library's folder; of one in a database, a folder of its own among the user's data, on this machine."""
    if not is_address(where):
        return Path(where)
    import platformdirs

    return platformdirs.user_data_path("pullquote") / hashlib.sha256(shown(where).encode()).hexdigest()[:16]
