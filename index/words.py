"""The words of a question that tell something: what is looked for in texts, and counted in them."""

from __future__ import annotations

import re
import unicodedata

_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a about after all also an and any are as at be been being but by can could did do does doing for from had has
        have he her hers him his how i if in into is it its me more most my no not of on or our out over own say said
        says she should so some such than that the their them then there these they this those to too under up us was
        we were what when where which while who whom whose why will with would you your""",
    )
)
_WORD = re.compile(r"\w+")


def folded(text: str) -> str:
    """For comparing names: without regard to case, and whether letters are composed or not."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def telling_words(question: str) -> list[str]:
    """The question's different words in lower case, without stop words unless nothing else is left."""
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(unicodedata.normalize("NFC", question))))
    return [word for word in words if word not in _STOP_WORDS] or words
