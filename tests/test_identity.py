"""An article is known by its id, else its address, else its file and its place there; never by its headline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.articles import Article, make_article
from index.ingest import Found, read_paths
from index.library import Added, Library


def add(library: Library, path: Path) -> list[Added]:
    found = [item for item in read_paths([path]) if isinstance(item, Found)]
    return library.add(
        [item.article for item in found], origins=[None if item.named else item.origin for item in found]
    )


def lines(path: Path, *texts: str, headline: str = "News in brief") -> Path:
    path.write_text("".join(json.dumps({"headline": headline, "text": text}) + "\n" for text in texts))
    return path


def at(url: str, headline: str, text: str = "They met.") -> Article:
    return make_article(headline=headline, text=text, url=url)


def test_articles_of_one_file_with_the_same_headline_are_all_kept(library: Library, tmp_path: Path) -> None:
    path = lines(tmp_path / "briefs.jsonl", "A main burst.", "A clerk was chosen.")
    first = add(library, path)
    assert [item.status for item in first] == ["added", "added"]
    assert [item.status for item in add(library, path)] == ["unchanged", "unchanged"]
    assert {library.article(item.id).text for item in first if library.article(item.id)} == {  # type: ignore[union-attr]
        "A main burst.",
        "A clerk was chosen.",
    }


def test_a_corrected_headline_keeps_the_id_in_every_way_to_be_known(library: Library, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", "Nine were hurt.", headline="Nine hurt")
    [first] = add(library, path)
    [second] = add(library, lines(path, "Eleven were hurt.", headline="Eleven hurt"))
    assert (second.id, second.status) == (first.id, "updated")
    [one] = library.add([at("https://news.example/tram", "Nine hurt")])
    [other] = library.add([at("https://news.example/tram?utm_source=rss", "Eleven hurt", "Others met.")])
    assert (other.id, other.status) == (one.id, "updated")
    assert library.article_count == 2


def test_a_line_put_in_before_the_others_leaves_them_what_they_are(library: Library, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", "One.", "Two.")
    one, two = (item.id for item in add(library, path))
    outcome = add(library, lines(path, "New.", "One.", "Two."))
    assert [item.status for item in outcome] == ["added", "unchanged", "unchanged"]
    assert [item.id for item in outcome[1:]] == [one, two]
    corrected = add(library, lines(path, "New.", "One, corrected.", "Two."))
    assert [(item.id, item.status) for item in corrected[1:]] == [(one, "updated"), (two, "unchanged")]


def test_a_library_of_before_keeps_its_ids(library: Library, tmp_path: Path) -> None:
    """There, the place in a file was the headline, and an id of an address began with the headline's words."""
    path = lines(tmp_path / "a.jsonl", "Nine were hurt.", "Other.", headline="Tram")
    old = make_article(headline="Tram", text="Eight were hurt.", id="tram-0badcafe")
    library.add([old], origins=[f"{path}#Tram"])
    assert add(library, path)[0] == Added("tram-0badcafe", "updated")
    page = at("https://news.example/tram", "Nine hurt")
    library.add([make_article(headline="Nine hurt", text="They met.", url=page.url, id="nine-hurt-83ad8c07")])
    [added] = library.add([at("https://news.example/tram", "Eleven hurt", "Others met.")])
    assert added == Added("nine-hurt-83ad8c07", "updated")


def test_entries_of_a_feed_that_share_an_address_are_told_by_their_guid(library: Library, tmp_path: Path) -> None:
    entry = "<item><title>Live</title><link>https://n.example/live</link><guid>{0}</guid><description>{0}</description></item>"
    path = tmp_path / "a.rss"
    path.write_text(
        f"<rss version='2.0'><channel><title>N</title>{entry.format('n-1')}{entry.format('n-2')}</channel></rss>"
    )
    assert {item.id for item in add(library, path)} == {"n-1", "n-2"}


def test_an_address_that_two_articles_have_names_neither(library: Library) -> None:
    both = [make_article(headline="A", text=text, url="https://n.example/live", id=text) for text in ("one", "two")]
    library.add(both)
    [added] = library.add([at("https://n.example/live", "The page")])
    assert added.status == "added"
    assert library.article_count == 3


@pytest.mark.parametrize(
    ("url", "begins"),
    [
        ("https://www.n.example/2026/02/tram-leaves-rails.html?utm_medium=x#xtor=RSS-1", "tram-leaves-rails-"),
        ("https://n.example/?p=12", "n-example-"),
        ("https://n.example/a/12345678", "n-example-"),
    ],
)
def test_the_id_of_an_address_is_made_of_it_alone(url: str, begins: str) -> None:
    one, other = at(url, "A"), at(url, "B", "Other.")
    assert one.id == other.id
    assert one.id.startswith(begins)
