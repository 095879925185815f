"""How an article is cleaned, named and cut."""

from __future__ import annotations

import itertools
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import (
    MAX_ARTICLE_CHARS,
    MAX_PASSAGE_CHARS,
    clean_text,
    cut_passages,
    make_article,
    sentence_at,
)
from index.errors import ArticleError
from index.times import parse_when


def test_paragraphs_are_split_at_blank_lines_and_folded() -> None:
    article = make_article(headline=" A  headline ", text="One\nline.\r\n\r\n  \nTwo.\n \n\nThree. ")
    assert article.headline == "A headline"
    assert article.text == "One line.\n\nTwo.\n\nThree."
    assert list(article.paragraphs()) == [(1, 0, 9), (2, 11, 15), (3, 17, 23)]


@pytest.mark.parametrize(
    "junk", ["Advertisement", "ADVERTISEMENT", "Author=", "Author", "Read more…", "Share this article"]
)
def test_junk_lines_do_not_become_paragraphs(junk: str) -> None:
    assert make_article(headline="H", paragraphs=["One.", junk, "Two."]).text == "One.\n\nTwo."


@pytest.mark.parametrize(
    "kept", ["The advertisement was withdrawn.", "Author Jane Roe died.", "Sources said so.", "Tags"]
)
def test_sentences_with_the_same_words_stay(kept: str) -> None:
    expected = "One." if kept == "Tags" else f"One.\n\n{kept}"
    assert make_article(headline="H", paragraphs=["One.", kept]).text == expected


def test_control_characters_and_lone_surrogates_go_other_writing_stays() -> None:
    assert clean_text("a\x1b[31mb\x00c\ud800d\u2028e") == "a[31mbcd e"
    assert clean_text("نیم\u200cفاصله 👩\u200d🚒") == "نیم\u200cفاصله 👩\u200d🚒", "joiners are part of words"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"headline": "", "text": "T."}, "headline"),
        ({"headline": "H", "text": " \n\n "}, "text"),
        ({"headline": "H", "paragraphs": []}, "paragraphs"),
        ({"headline": "H", "paragraphs": ["Advertisement"]}, "paragraphs"),
        ({"headline": "H"}, "text"),
        ({"headline": "H", "text": "T.", "paragraphs": ["P."]}, "text"),
        ({"headline": "H", "text": "x" * (MAX_ARTICLE_CHARS + 1)}, "text"),
        ({"headline": "H" * 2_001, "text": "T."}, "headline"),
        ({"headline": "H", "text": "T.", "published": "last week"}, "published"),
        ({"headline": "H", "text": "T.", "url": "javascript:alert(1)"}, "url"),
        ({"headline": "H", "text": "T.", "url": "https://a b"}, "url"),
        ({"headline": "H", "text": "T.", "id": " a"}, "id"),
        ({"headline": "H", "text": "T.", "id": "a\x00"}, "id"),
    ],
)
def test_what_is_wrong_is_named(fields: dict[str, object], field: str) -> None:
    with pytest.raises(ArticleError) as caught:
        make_article(**fields)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_an_id_is_derived_from_the_url_else_from_the_content() -> None:
    first = make_article(headline="Crème brûlée wins!", text="One.")
    assert first.id.startswith("creme-brulee-wins-")
    assert make_article(headline="Crème brûlée wins!", text="Two.").id != first.id
    linked = [make_article(headline="H", text=text, url="https://example.org/a") for text in ("One.", "Two.")]
    assert linked[0].id == linked[1].id
    assert make_article(headline="東京", text="One.").id.startswith("article-")


def test_a_time_keeps_its_zone_and_without_one_is_only_a_day() -> None:
    assert parse_when("published", "2023-06-26T10:00:00.5+02:00") == datetime.fromisoformat("2023-06-26T10:00:00+02:00")
    assert parse_when("published", "2023-06-26T10:00:00") == date(2023, 6, 26)
    naive = datetime(2023, 6, 26, 5)  # noqa: DTZ001 - as YAML gives it
    assert parse_when("published", "2023-06-26") == parse_when("published", naive) == date(2023, 6, 26)
    assert parse_when("published", " ") is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("published", "yesterday"),
        ("published", "0001-01-01T00:00:00+05:00"),
        ("updated", "2023-13-01"),
        ("embargoed", "2023-06-26"),
        ("embargoed", "2023-06-26T10:00:00"),
        ("kind", "advert"),
        ("status", "gone"),
        ("language", "not a tag"),
        ("keywords", ["x"] * 3 + [str(n) for n in range(101)]),
        ("keywords", ["x" * 201]),
        ("questions", [str(n) for n in range(51)]),
        ("questions", ["x" * 1_001]),
        ("replaces", "a"),
    ],
)
def test_metadata_that_are_not_what_they_should_be_are_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(ArticleError) as error:
        make_article(id="a", headline="H", text="One.", **{field: value})  # type: ignore[arg-type]
    assert error.value.field == field


def test_a_corrected_article_says_what_was_corrected() -> None:
    with pytest.raises(ArticleError, match="correction"):
        make_article(headline="H", text="One.", status="corrected")


def test_the_newsrooms_word_is_not_part_of_the_content() -> None:
    plain = make_article(id="a", headline="H", text="One.")
    killed = make_article(id="a", headline="H", text="One.", status="withdrawn", correction="It was wrong.")
    assert plain.content_hash == killed.content_hash
    assert plain.content_hash != make_article(id="a", headline="H", text="One.", section="Sport").content_hash


@pytest.mark.parametrize("status", ["corrected", "retracted", "withdrawn"])
def test_a_word_on_an_article_tells_readers_why(status: str) -> None:
    with pytest.raises(ArticleError, match="say for readers why") as caught:
        make_article(id="a", headline="H", text="One.", status=status)
    assert caught.value.field == "correction"


def test_an_article_with_a_correction_is_corrected() -> None:
    assert make_article(headline="H", text="One.", correction="It said two.").about.status == "corrected"


def test_the_time_beside_a_day_is_on_that_day() -> None:
    article = make_article(headline="H", text="One.", published_time="2025-03-04T22:40:00-05:00")
    assert article.about.to_json()["published"] == "2025-03-04"
    assert article.about.to_json()["published_time"] == "2025-03-04T22:40:00-05:00"
    assert article.moment == datetime.fromisoformat("2025-03-04T22:40:00-05:00")
    with pytest.raises(ArticleError, match="not on the day") as caught:
        make_article(headline="H", text="One.", published="2025-03-05", published_time="2025-03-04T22:40:00-05:00")
    assert caught.value.field == "published_time"
    whole = make_article(headline="H", text="One.", published="2025-03-04T22:40:00-05:00")
    assert (whole.about.published_time, whole.moment) == (None, whole.published)


def test_a_paragraph_is_a_passage() -> None:
    article = make_article(id="a", headline="H", paragraphs=["One.", "Two."])
    assert [(p.article_id, p.paragraph, p.start, p.end, p.text) for p in cut_passages(article)] == [
        ("a", 1, 0, 4, "One."),
        ("a", 2, 6, 10, "Two."),
    ]


def test_a_long_paragraph_is_windowed_between_sentences() -> None:
    sentence = "The river rose by forty centimetres in one night, officials said. "
    article = make_article(headline="H", paragraphs=[sentence * 40])
    passages = cut_passages(article)
    assert len(passages) > 2
    assert all(passage.text.startswith("The river") and passage.text.endswith("said.") for passage in passages)
    assert all(b.start < a.end for a, b in itertools.pairwise(passages)), "neighbours overlap"


@given(st.lists(st.text(alphabet="ab é.!?\n \u3002\U0001f600", max_size=3_000), min_size=1, max_size=4))
def test_passages_cover_every_paragraph_exactly(paragraphs: list[str]) -> None:
    """Whatever the text: no passage is too long, each is where it says, and together they leave nothing out."""
    article = make_article(headline="H", paragraphs=[*paragraphs, "End."])
    passages = cut_passages(article)
    covered = set()
    for passage in passages:
        assert article.text[passage.start : passage.end] == passage.text
        assert 0 < len(passage.text) <= MAX_PASSAGE_CHARS
        covered |= set(range(passage.start, passage.end))
    for number, start, end in article.paragraphs():
        assert "\n" not in article.text[start:end]
        missing = set(range(start, end)) - covered
        assert all(article.text[i].isspace() for i in missing), "only the spaces between two windows may be left out"
        assert any(passage.paragraph == number for passage in passages)


TEXT = make_article(
    headline="H",
    paragraphs=["First.", "Gen. A. B. Roe left at 1:40 a.m. on Friday. “It is over,” he said. “Go home.” Nobody went."],
).text


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        ("1:40 a.m.", "Gen. A. B. Roe left at 1:40 a.m. on Friday."),
        ("over", "“It is over,” he said."),
        ("Go home", "“Go home.”"),
        ("Nobody", "Nobody went."),
        ("First", "First."),
        ("said. “Go", "“It is over,” he said. “Go home.”"),
    ],
)
def test_the_sentence_around_a_quote(quote: str, sentence: str) -> None:
    start = TEXT.index(quote)
    low, high = sentence_at(TEXT, start, start + len(quote))
    assert TEXT[low:high] == sentence
