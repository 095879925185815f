"""What an article is, and how it is cut into paragraphs and passages.

Every offset in Pullquote counts Unicode code points of ``Article.text``, half-open ``[start, end)``.
``Article.text`` is made here and nowhere else: cleaned paragraphs, joined by one blank line.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from index.addresses import canonical
from index.errors import ArticleError
from index.metadata import KINDS, NAMES, STATUSES, ArticleKind, ArticleStatus, Described, Metadata
from index.times import parse_moment, parse_when

PARAGRAPH_BREAK = "\n\n"
MAX_ARTICLE_CHARS = 1_000_000
"""An article's text; a long novel has about as much. More is refused, by name, not cut."""
MAX_FIELD_CHARS = 2_000
"""A headline, source, author, id, URL, section or note."""
MAX_KEYWORDS = 100
MAX_KEYWORD_CHARS = 200
MAX_QUESTIONS = 50
MAX_QUESTION_CHARS = 1_000
"""Of a question that editors write for an article; a reader's own may be as long."""
MAX_PASSAGE_CHARS = 1_000
"""A longer paragraph becomes several passages: the encoder reads 256 word pieces, about 1,100 characters
of English, and ignores the rest. News paragraphs have 300 on average, so nearly all are one passage."""
PASSAGE_OVERLAP_CHARS = 200
"""What neighbouring passages of one long paragraph share, so that no answer is cut in two."""

_HASHED = ("source", "author", "published", "url")
"""What the hash of an article's content has always held; fields that came later count where they are given."""
_NOT_CONTENT = ("status", "correction")
"""The newsroom's word on an article outlives its being added again."""
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_SPACE_RUN = re.compile(r"\s+")
_SENTENCE_GAP = re.compile(r"""(?<=[.!?…])["'”’»)\]]*\s+|(?<=[。！？])""")
# Lines that page templates leave between paragraphs. Whole lines only: a sentence that mentions
# an advertisement stays.
_JUNK_LINE = re.compile(
    r"""(?: advertisement s? | advert | sponsored (?:\ content)? | continue\ reading | read\ more | share
          | share\ this (?:\ (?:article|story))? | (?:sign\ up|subscribe) (?:\ now)? | (?:story\ )?continues\ below
          | article\ continues\ (?:below|after)\ (?:this\ )?(?:ad|advertisement) | related (?:\ (?:articles|stories))?
          | (?:author|authors|byline|by|source|published|updated|tags?|category)\s*[=:]?
        )\s*[.:…]?""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Article(Described):
    """One article. Build it with :func:`make_article`, which cleans and checks.

    ``questions`` are those that its editors suggest to readers: part of the article, not of what lists and citations
    carry.
    """

    id: str
    about: Metadata
    text: str
    questions: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Hex digest of ``text`` in UTF-8: a citation that carries it can be checked years later."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def content_hash(self) -> str:
        """Hex digest of everything but the id: the same means that adding it again changes nothing."""
        about = self.about.to_json()
        parts = [self.headline, self.text, *(about[name] for name in _HASHED)]
        known = ("headline", *_HASHED, *_NOT_CONTENT)
        later = {name: about[name] for name in NAMES if name not in known and about[name] not in (None, [])}
        if self.questions:
            later["questions"] = list(self.questions)
        return hashlib.sha256(json.dumps([*parts, later] if later else parts).encode()).hexdigest()

    def paragraphs(self) -> Iterator[tuple[int, int, int]]:
        """Yield ``(number, start, end)`` of each paragraph; numbers start at 1."""
        start = 0
        for number, paragraph in enumerate(self.text.split(PARAGRAPH_BREAK), start=1):
            yield number, start, start + len(paragraph)
            start += len(paragraph) + len(PARAGRAPH_BREAK)


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph of an article, or one window of a long paragraph.

    ``id`` is the catalog's own (0 before it is stored); ``text == article.text[start:end]``.
    """

    id: int
    article_id: str
    paragraph: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer. Empty tuples and ``None`` mean all; both dates are inclusive.

    Dates are days in the newsroom's zone. ``until``: only what stood by then, which is for the library to set.
    """

    article_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
    until: datetime | None = None


def make_article(
    *,
    headline: str,
    text: str | None = None,
    paragraphs: Iterable[str] | None = None,
    id: str | None = None,
    source: str | None = None,
    author: str | None = None,
    published: str | date | None = None,
    url: str | None = None,
    updated: str | date | None = None,
    embargoed: str | datetime | None = None,
    section: str | None = None,
    kind: str | None = None,
    language: str | None = None,
    keywords: Iterable[str] = (),
    status: str = "live",
    correction: str | None = None,
    replaces: str | None = None,
    questions: Iterable[str] = (),
    published_time: str | datetime | None = None,
) -> Article:
    """Clean and check the parts of an article and put them together.

    Give either ``text`` (paragraphs separated by blank lines) or ``paragraphs``. Without ``id``, one is
    derived from the URL if there is one, else from the content. What the metadata mean is in
    :class:`index.metadata.Metadata`; days and times may be given as text by ISO 8601.

    Raises:
        ArticleError: a part is missing, too long or not what it should be.
    """
    if (text is None) == (paragraphs is None):
        raise ArticleError("text", "give either `text` or `paragraphs`")
    cleaned = clean_paragraphs(paragraphs if paragraphs is not None else [text or ""])
    body = PARAGRAPH_BREAK.join(cleaned)
    if not body:
        raise ArticleError("text" if text is not None else "paragraphs", "the article has no text")
    if len(body) > MAX_ARTICLE_CHARS:
        raise ArticleError("text", f"{len(body):,} characters; the limit is {MAX_ARTICLE_CHARS:,}: split the article")
    title = _field("headline", headline)
    if title is None:
        raise ArticleError("headline", "is missing or empty")
    link = _field("url", url)
    if link is not None and not re.fullmatch(r"https?://[^\s/]+\S*", link, re.IGNORECASE):
        raise ArticleError("url", "must start with http:// or https:// and contain no spaces")
    day, moment = _published(published, published_time)
    about = Metadata(
        headline=title,
        source=_field("source", source),
        author=_field("author", author),
        published=day,
        url=link,
        updated=parse_when("updated", updated),
        embargoed=parse_moment("embargoed", embargoed),
        section=_field("section", section),
        kind=_kind(kind),
        language=_language(language),
        keywords=_keywords(keywords),
        status=_status(status),
        correction=_field("correction", correction),
        replaces=_field("replaces", replaces),
        published_time=moment,
    )
    if about.status != "live" and not about.correction:
        raise ArticleError("correction", f"is missing: say for readers why it is {about.status}")
    if about.status == "live" and about.correction:
        about = replace(about, status="corrected")
    draft = Article("", about, body, _questions(questions))
    if id and _tidied(id) != id:
        raise ArticleError("id", "has white space at an end or twice in a row, or control characters; leave them out")
    named = replace(draft, id=_field("id", id) or derived_id(draft))
    if about.replaces == named.id:
        raise ArticleError("replaces", "is the article itself; name the earlier story")
    return named


def _published(day: str | date | None, moment: str | datetime | None) -> tuple[date | None, datetime | None]:
    """When an article was published, and the time where the first is only its day."""
    when, time = parse_when("published", day), parse_moment("published_time", moment)
    if time is None or isinstance(when, datetime):
        return when, None
    if when is not None and when != time.date():
        raise ArticleError("published_time", f"{time.isoformat()} is not on the day of `published`, {when}")
    return time.date(), time


def derived_id(article: Article) -> str:
    """A readable id: words, and eight hex digits of a hash.

    With a URL both are of that alone, so that a corrected headline keeps it; without one they are of the headline and
    the content.
    """
    if not article.url:
        return f"{_slug(article.headline)}-{article.content_hash[:8]}"
    address = canonical(article.url)
    parts = urlsplit(address)
    last = re.sub(r"\.\w{2,5}$", "", parts.path.rstrip("/").rpartition("/")[2])
    words = _slug(last if re.search(r"[a-zA-Z]{3}", last) else parts.netloc)
    return f"{words}-{hashlib.sha256(address.encode()).hexdigest()[:8]}"


def _slug(text: str) -> str:
    ascii_words = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_words))[:40].rstrip("-") or "article"


def clean_text(text: str) -> str:
    """Drop control characters and lone surrogates, fold every run of white space into one space, compose letters.

    One letter is one way of writing it (Unicode's NFC), so that whoever asks finds it, whichever way it was typed.
    """
    return unicodedata.normalize("NFC", _tidied(text))


def _tidied(text: str) -> str:
    folded = _SPACE_RUN.sub(" ", text)
    if folded.isprintable():  # nearly always, and thirty times faster than looking at each character
        return folded.strip()
    # Cc: terminals obey them; Cs: no valid UTF-8. Direction marks and joiners (Cf) are part of the writing.
    return "".join(c for c in folded if unicodedata.category(c) not in ("Cc", "Cs")).strip()


def clean_paragraphs(parts: Iterable[str]) -> list[str]:
    """Split at blank lines, clean each paragraph, leave out empty ones and the page's junk lines."""
    paragraphs = []
    for part in parts:
        for piece in _BLANK_LINE.split(part.replace("\r\n", "\n").replace("\r", "\n")):
            paragraph = clean_text(piece)
            if paragraph and not _JUNK_LINE.fullmatch(paragraph):
                paragraphs.append(paragraph)
    return paragraphs


def cut_passages(article: Article) -> list[Passage]:
    """The passages of ``article`` in reading order; together they cover every paragraph completely."""
    passages = []
    for number, start, end in article.paragraphs():
        for low, high in _windows(article.text, start, end):
            passages.append(Passage(0, article.id, number, low, high, article.text[low:high]))
    return passages


def _windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Overlapping windows of at most ``MAX_PASSAGE_CHARS``, cut between sentences, else words, else anywhere."""
    low = start
    while end - low > MAX_PASSAGE_CHARS:
        limit = low + MAX_PASSAGE_CHARS
        gaps = [gap.end() for gap in _SENTENCE_GAP.finditer(text, low, limit)]
        late = [gap for gap in gaps if gap > low + MAX_PASSAGE_CHARS // 2]
        space = text.rfind(" ", low + MAX_PASSAGE_CHARS // 2, limit)
        high = late[-1] if late else (space + 1 if space >= 0 else limit)
        yield low, high - (text[high - 1] == " ")
        # The next window starts at a sentence or word inside the overlap, and always moves on.
        back = high - PASSAGE_OVERLAP_CHARS
        starts = [gap for gap in gaps if back <= gap < high]
        space = text.find(" ", back, high)
        low = starts[0] if starts else (space + 1 if space >= 0 and space + 1 < high else back)
    yield low, end


def sentence_at(text: str, start: int, end: int) -> tuple[int, int]:
    """Half-open offsets of the sentences of ``text`` that ``[start, end)`` touches, within its paragraph."""
    low = text.rfind(PARAGRAPH_BREAK, 0, start)
    low = 0 if low < 0 else low + len(PARAGRAPH_BREAK)
    high = text.find(PARAGRAPH_BREAK, end)
    high = len(text) if high < 0 else high
    sentence_start, sentence_end = low, high
    for gap in _SENTENCE_GAP.finditer(text, low, high):
        if _abbreviation(text, low, gap.start()):
            continue
        if gap.end() <= start:
            sentence_start = gap.end()
        elif gap.start() >= end:
            sentence_end = gap.end()
            break
    while sentence_end > end and text[sentence_end - 1] == " ":
        sentence_end -= 1
    return sentence_start, sentence_end


_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Sen|Rep|Gov|Pres|Rev|Hon|St|Mt|No|vs|Inc|Ltd|Co|Corp|Jr|Sr"
    r"|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)|\b[A-Z]|[.][A-Za-z])[.]$"
)


def _abbreviation(text: str, low: int, gap: int) -> bool:
    """Whether the full stop before ``gap`` ends an abbreviation or an initial rather than a sentence."""
    return bool(_ABBREVIATION.search(text, max(low, gap - 12), gap))


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def _kind(value: str | None) -> ArticleKind | None:
    chosen = next((kind for kind in KINDS if kind == value), None)
    if value and chosen is None:
        raise ArticleError("kind", f"{value[:40]!r} is none of {', '.join(KINDS)}")
    return chosen


def _status(value: str) -> ArticleStatus:
    for status in STATUSES:
        if status == value:
            return status
    raise ArticleError("status", f"{value[:40]!r} is none of {', '.join(STATUSES)}")


def _language(value: str | None) -> str | None:
    """A language tag (BCP 47) as it is given; which are assigned is not looked up."""
    tag = (value or "").strip()
    if tag and not _LANGUAGE.fullmatch(tag):
        raise ArticleError("language", f"{tag[:40]!r} is no language tag like en or de-CH")
    return tag or None


def _keywords(values: Iterable[str]) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(word for value in values if (word := clean_text(value))))
    if len(words) > MAX_KEYWORDS:
        raise ArticleError("keywords", f"{len(words):,} of them; the limit is {MAX_KEYWORDS}")
    if any(len(word) > MAX_KEYWORD_CHARS for word in words):
        raise ArticleError("keywords", f"one is longer than {MAX_KEYWORD_CHARS} characters")
    return words


def _questions(values: Iterable[str]) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(question for value in values if (question := clean_text(value))))
    if len(asked) > MAX_QUESTIONS:
        raise ArticleError("questions", f"{len(asked):,} of them; the limit is {MAX_QUESTIONS}")
    if any(len(question) > MAX_QUESTION_CHARS for question in asked):
        raise ArticleError("questions", f"one is longer than {MAX_QUESTION_CHARS:,} characters")
    return asked


def _field(name: str, value: str | None) -> str | None:
    """One line of metadata, cleaned; ``None`` if nothing is left. Names and addresses are compared as they stand."""
    if value is None:
        return None
    line = _tidied(value) if name in ("id", "url", "replaces") else clean_text(value)
    if len(line) > MAX_FIELD_CHARS:
        raise ArticleError(name, f"{len(line):,} characters; the limit is {MAX_FIELD_CHARS:,}")
    return line or None
