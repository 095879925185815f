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
