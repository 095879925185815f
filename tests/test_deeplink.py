"""Text fragments, by the WICG draft."""

from __future__ import annotations

import pytest

from qa.deeplink import deep_link

URL = "https://example.org/a"


def link(text: str, quote: str, *, occurrence: int = 0, url: str | None = URL) -> str | None:
    start = -1
    for _ in range(occurrence + 1):
        start = text.index(quote, start + 1)
    return deep_link(url, text, start, start + len(quote))


def test_without_a_url_there_is_no_link() -> None:
    assert link("The bridge.", "bridge", url=None) is None


def test_a_quote_that_stands_once_needs_no_context() -> None:
    assert link("The new bridge opened.", "new bridge") == f"{URL}#:~:text=new%20bridge"


@pytest.mark.parametrize(
    ("quote", "term"),
    [
        ("Ortiz, 47, said", "Ortiz%2C%2047%2C%20said"),
        ("twenty-one & more", "twenty%2Done%20%26%20more"),
        ("“Nous – ici”", "%E2%80%9CNous%20%E2%80%93%20ici%E2%80%9D"),
        ("Выборы 東京", "%D0%92%D1%8B%D0%B1%D0%BE%D1%80%D1%8B%20%E6%9D%B1%E4%BA%AC"),
    ],
)
def test_marks_with_a_meaning_and_other_writing_are_encoded(quote: str, term: str) -> None:
    assert link(f"Then {quote} again.", quote) == f"{URL}#:~:text={term}"


def test_a_second_occurrence_is_told_apart_by_the_words_around_it() -> None:
    text = "Ana Ortiz spoke. Later Ana Ortiz left."
    assert link(text, "Ana Ortiz") == f"{URL}#:~:text=Ana%20Ortiz"
    assert link(text, "Ana Ortiz", occurrence=1) == f"{URL}#:~:text=Later-,Ana%20Ortiz,-left."


def test_an_earlier_match_in_another_case_counts_too() -> None:
    assert link("RAIN came. More rain fell.", "rain") == f"{URL}#:~:text=More-,rain,-fell."


def test_the_url_keeps_its_own_fragment_but_no_older_directive() -> None:
    assert link("The bridge.", "bridge", url=f"{URL}#part") == f"{URL}#part:~:text=bridge"
    assert link("The bridge.", "bridge", url=f"{URL}#part:~:text=old") == f"{URL}#part:~:text=bridge"


def test_a_long_quote_is_named_by_its_first_and_last_words() -> None:
    quote = " ".join(f"word{number}" for number in range(60))
    assert link(f"So: {quote} and on.", quote) == (
        f"{URL}#:~:text=word0%20word1%20word2%20word3%20word4%20word5,"
        "word54%20word55%20word56%20word57%20word58%20word59"
    )


def test_a_long_quote_of_few_words_is_named_whole() -> None:
    """A browser looks for the last words behind the first ones: where they overlap it finds nothing."""
    words = [f"{'w' * 40}{number}" for number in range(8)]
    assert link(f"So: {' '.join(words)} and on.", " ".join(words)) == f"{URL}#:~:text={'%20'.join(words)}"


def test_a_quote_that_ends_inside_a_word_takes_the_rest_of_it_as_context() -> None:
    """An apostrophe between letters joins them (UAX 29), so a browser finds no "Marlow" in "Marlow’s"."""
    text = "The storm came.\n\nIt was Marlow’s pier.\n\n“I will build again,” Marlow said."
    assert link(text, "Marlow") == f"{URL}#:~:text=was-,Marlow,-%E2%80%99s"
    assert link(text, "Marlow", occurrence=1) == f"{URL}#:~:text=Marlow"


def test_the_headline_is_looked_at_first() -> None:
    text = "The pier broke. Nobody was hurt."
    start = text.index("pier")
    assert deep_link(URL, text, start, start + 4, "Storm wrecks pier") == f"{URL}#:~:text=The-,pier,-broke."


def test_a_repeated_paragraph_is_told_apart_by_its_neighbour() -> None:
    text = "Rain.\n\nNo comment.\n\nSnow.\n\nNo comment."
    assert link(text, "No comment.", occurrence=1) == f"{URL}#:~:text=Snow.-,No%20comment."


def test_accents_and_the_form_of_quotation_marks_do_not_tell_quotes_apart() -> None:
    assert link("A resume came. Her résumé helped.", "résumé") == f"{URL}#:~:text=Her-,r%C3%A9sum%C3%A9,-helped."


def test_a_long_quote_whose_beginning_stands_earlier_gets_words_before_it() -> None:
    quote = " ".join(f"word{number}" for number in range(60))
    beginning = " ".join(f"word{number}" for number in range(6))
    found = link(f"Once {beginning} only. So: {quote} and on.", quote)
    assert found is not None
    assert found.startswith(f"{URL}#:~:text=So%3A-,word0%20word1")
