"""Questions that a library answers, to begin with: made of its newest articles' own sentences, and each one asked.

No words are made up: a sentence's beginning becomes the question word, the rest stays. What is not surely answered out
of the article that it was made of is not suggested.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from qa.answers import Question
from qa.newsroom import ArticleView, Newsroom

SUGGESTED = 3
ARTICLES = 12
"""The newest, of which questions are made."""
MOST_ASKED = 6
"""Questions tried, a third of a second each: whoever opens the chat should not hear the fan."""
MAX_CHARS = 70
"""Of a question: it stands on one line of a terminal."""
PARAGRAPHS = 6
"""Of each article: the news stands at the beginning."""

_NUMBER = r"(?:\d[\d,]*|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve)"
_SUFFERED = "arrested|charged|freed|found|hurt|injured|killed|missing|planted|rescued|saved|stolen|wounded"
_HEADED = re.compile(rf"{_NUMBER} ((?:[a-z]+ ){{1,2}}?)((?:{_SUFFERED})\b.*)")
_HOW_MANY = re.compile(rf"{_NUMBER} ((?:[a-z]+ ){{1,3}}?(?:were|are|have|had|died|came) .+)")
_DEEDS = (
    "adopted|appointed|approved|arrested|banned|bought|built|chose|defeated|discovered|elected|founded|invented"
    "|launched|led|opened|painted|proposed|published|rejected|repaired|rescued|restored|signed|sold|stole|sued|won|wrote"
)
_WHO = re.compile(rf"(?:The|A|An|[A-Z][\w’'-]+) (?:[\w’'-]+ ){{1,3}}?((?:{_DEEDS}) (?:a|an|the|[A-Z][\w’'-]+) .+)")
_WHO_IS = re.compile(r"\b([A-Z][\w’'-]+ [A-Z][\w’'-]+), (?:the|a|an|its|head|director|chair\w*|mayor) [^,.]{4,60},")
_LEAVES_OPEN = re.compile(r"\b(it|its|he|his|him|she|her|they|their|them|this|that|these|those|we|our|us|you|I)\b")
_END = re.compile(
    r"[,;:–—“”\"()!?]|\.(?=\s|$)| (?:and|as|but|after|before|because|while|when|said|which|who|that|than) "
)
_SENTENCE = re.compile(r"(?<=[.!?”])\s+")


def suggestions(newsroom: Newsroom, wanted: Callable[[], bool], count: int = SUGGESTED) -> list[str]:
    """Up to ``count`` questions, each surely answered out of another one of the newest articles.

    ``wanted`` is asked before each question whether to go on.

    Raises:
        PullquoteError: the newsroom cannot be asked.
    """
    found: list[str] = []
    asked = 0
    for headline in islice(newsroom.headlines(), ARTICLES):
        article = newsroom.article(headline.article_id)
        for question in islice(candidates(article), 2) if article else ():
            if len(found) == count or asked == MOST_ASKED or not wanted():
                return found
            asked += 1
            reply = newsroom.ask(Question(question, top_k=1))
            answers = reply.answers if reply.status == "answered" else ()
            if any(place.article_id == headline.article_id for answer in answers for place in answer.citations):
                found.append(question)
                break
    return found


def candidates(article: ArticleView) -> Iterator[str]:
    """Questions that sentences of ``article`` would answer: how many, who did, who is."""
    sentences = [
        sentence
        for _, low, high in article.paragraphs[:PARAGRAPHS]
        for sentence in _SENTENCE.split(article.text[low:high])
    ]
    if found := _HEADED.match(article.headline):
        yield from _asked("How many", f"{found[1]}were {found[2]}")
    for sentence in sentences:
        for opening, pattern in (("How many", _HOW_MANY), ("Who", _WHO)):
            if found := pattern.match(sentence):
                yield from _asked(opening, found[1])
    for sentence in sentences:
        if found := _WHO_IS.search(sentence):
            yield f"Who is {found[1]}?"


def _asked(opening: str, rest: str) -> Iterator[str]:
    """The question, if what follows its first words can stand alone."""
    clause = _END.split(rest, maxsplit=1)[0].strip()
    question = f"{opening} {clause}?"
    if len(clause.split()) >= 5 and len(question) <= MAX_CHARS and not _LEAVES_OPEN.search(clause):
        yield question
