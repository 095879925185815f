"""``python -m pullquote``: the command line."""

from __future__ import annotations

import sys

from pullquote.cli import main

sys.exit(main())
