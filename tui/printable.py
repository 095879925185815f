"""Text from outside, made safe to write to a terminal."""

from __future__ import annotations

import re

# C0 and C1 controls but the line feed: terminals obey them. Lone surrogates: no valid UTF-8. Direction overrides:
# they show words in another order than they stand. Direction marks, joiners and isolates are part of the writing.
_HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202d\u202e]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """``text`` with every harmful character replaced, one for one, so that offsets stay what they were."""
    return _HARMFUL.sub(lambda found: " " if found[0] in "\t\r" else _REPLACEMENT, text)


def one_line(text: str) -> str:
    """``printable`` text with white space folded: for titles and lists, where offsets do not matter."""
    return " ".join(printable(text).split())
