"""Where the driver tells the peers their models are. Nothing but the standard library: every environment imports it."""

from __future__ import annotations

import os

ENCODER = os.environ.get("BENCH_ENCODER", "")
"""all-MiniLM-L6-v2 as a sentence-transformers folder."""
READER = os.environ.get("BENCH_READER", "")
"""The reader as a transformers folder."""
