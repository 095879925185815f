"""What stands in a page and is not seen by its readers: words for screen readers."""

from __future__ import annotations

import re

from index.formats.markup import Element, local_name, text_of

_SPOKEN = re.compile(
    r"(?:^|[\s_-])(?:visually-?hidden|sr-?only|screen-?reader(?:-?(?:text|only))?|a11y-?hidden|element-invisible)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_CHARS = 200
"""A longer text is none of the labels that are hidden so, whatever its element is called."""
_KEPT = frozenset(["html", "body", "main", "article", "h1"])


def drop_unseen(tree: Element) -> None:
    """Take the labels out that only screen readers tell: “Image caption,”, “opens in a new tab”."""
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or local_name(element) in _KEPT or element.getparent() is None:
            continue
        if _SPOKEN.search(element.get("class") or "") and len(text_of(element)) < _MAX_CHARS:
            element.drop_tree()
