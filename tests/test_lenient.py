"""JSON of pages is read as it is written: mended where that is sure, else for what it says without doubt."""

from __future__ import annotations

import pytest

from index.formats.lenient import lenient_json


@pytest.mark.parametrize(
    "written",
    [
        '{"a": 1, "b": ["x"]}',
        '{"a": 1, "b": ["x",],}',
        '{"a": 1,, "b": ["x"]}',
        '{"a": 1,\n /* new */ "b": ["x"]}',
        '{"a": 1,\n // "c": 2,\n "b": ["x"]}',
        '<!-- {"a": 1, "b": ["x"]} -->',
        '//<![CDATA[\n{"a": 1, "b": ["x"]}\n//]]>',
        "{&quot;a&quot;: 1, &quot;b&quot;: [&quot;x&quot;]}",
    ],
)
def test_what_surely_is_meant_is_read(written: str) -> None:
    assert lenient_json(written) == {"a": 1, "b": ["x"]}


def test_an_address_in_a_string_is_no_comment() -> None:
    assert lenient_json('{"a": "https://x.example",}') == {"a": "https://x.example"}


def test_several_objects_in_one_script_are_a_list() -> None:
    assert lenient_json('{"a": 1}\n{"b": 2}') == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("broken", ['"El faro "de la isla""', '"El faro" "x"', '"El faro", "cut": '])
def test_of_a_broken_article_dates_and_author_are_kept(broken: str) -> None:
    text = (
        '{"@type":"NewsArticle","datePublished":"2025-03-04T07:30:00+01:00",'
        f'"author":{{"@type":"Person","name":"Ana Paz"}},"headline":{broken}}}'
    )
    assert lenient_json(text) == {
        "@type": "NewsArticle", "datePublished": "2025-03-04T07:30:00+01:00", "author": "Ana Paz",
    }  # fmt: skip


def test_of_several_broken_articles_nothing_is_taken() -> None:
    assert lenient_json('{"@type":"NewsArticle" x {"@type":"NewsArticle","datePublished":"2025-03-04"}') is None
