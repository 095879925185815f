"""One story has one address, whoever linked to it."""

from __future__ import annotations

import pytest

from index.addresses import absolute, canonical, host_of, is_front


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://N.example:443/a?utm_source=x&id=7&fbclid=y", "https://n.example/a?id=7"),
        ("http://n.example:8080/a", "http://n.example:8080/a"),
        ("https://n.example/a?b=1&a=2", "https://n.example/a?b=1&a=2"),
        ("https://n.example/a?at_medium=RSS&at_campaign=KARANGA", "https://n.example/a"),
        ("https://n.example/a#xtor=RSS-3208", "https://n.example/a"),
        ("https://n.example/live#post-12", "https://n.example/live#post-12"),
        ("https://n.example/story?source=7431", "https://n.example/story?source=7431"),
        ("https://n.example/story?source=rss", "https://n.example/story"),
        ("https://n.example?p=1", "https://n.example/?p=1"),
        ("https://n.example", "https://n.example"),
        ("https://[2001:db8::1]:99/a", "https://[2001:db8::1]:99/a"),
        ("https://n.example:no/a", "https://n.example:no/a"),
    ],
)
def test_what_only_counts_readers_is_no_part_of_an_address(url: str, expected: str) -> None:
    assert canonical(url) == expected


def test_relative_addresses_are_joined_and_others_refused() -> None:
    assert absolute("/a", "https://n.example/b/c") == "https://n.example/a"
    assert [absolute(url) for url in (None, "", "/a", "mailto:x@y", "javascript:void(0)", "http://[")] == [None] * 6
    assert host_of("https://www.n.example/a") == "n.example"
    assert (is_front("https://n.example/"), is_front("https://n.example/a")) == (True, False)
