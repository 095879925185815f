"""Captions: most name who is in a picture; some are text that can be cited, and are marked as what they are."""

from __future__ import annotations

import re

from index.formats.junk import is_junk

_CREDIT = re.compile(
    r"""\s*[\[(|/–—-]*\s*(?:(?:Photo(?:graph)?s?|Picture|Image|Foto|Bild|Credit|Crédit|Fotografía|Image\ source
          |Source)\b
        (?:\s*(?:credit|by))?\s*[:/©]
        |(?:Photo(?:graph)?s?|Picture|Image)\ (?:by|courtesy)\b|©|\(c\)|\((?:AP|AFP|Reuters|Getty)\b).{0,90}$""",
    re.IGNORECASE | re.VERBOSE,
)
_IN_CAPITALS = re.compile(r"(?<=[.!?”»])\s+[A-ZÀ-Þ][A-ZÀ-Þ «»“”’'/.,-]{5,80}$")
MIN_CAPTION_WORDS = 8
"""A shorter caption names who is in the picture; a longer one is text that can be cited."""


def cited_caption(text: str) -> list[str]:
    """A caption that is text, without the credit at its end."""
    words = _IN_CAPITALS.sub("", _CREDIT.sub("", text))
    sentence = len(words.split()) >= MIN_CAPTION_WORDS and words.rstrip().endswith((".", "!", "?", "”", '"', "»"))
    return [f"Caption: {words.strip()}"] if sentence and not is_junk(words) else []
