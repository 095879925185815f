"""Files and folders become articles; each thing that cannot be read becomes one clear error."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from index import formats, ingest
from index.errors import SourceError
from index.ingest import Found, read_paths

ROOT = Path(__file__).parent.parent


def only(path: Path) -> Found:
    [found] = read_paths([path])
    assert isinstance(found, Found), found
    return found


def error(path: Path) -> str:
    [found] = read_paths([path])
    assert isinstance(found, SourceError), found
    return str(found).removeprefix(str(path))


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_seed_article_without_its_junk() -> None:
    found = only(ROOT / "seeds" / "seed-article.txt")
    assert found.article.headline.startswith("After a mercenary uprising")
    paragraphs = found.article.text.split("\n\n")
    assert len(paragraphs) == 13
    assert paragraphs[0].startswith("TAIPEI–Following")
    assert paragraphs[-1].endswith("servicemen their lives.")
    assert found.origin == str(ROOT / "seeds" / "seed-article.txt")
    assert not found.named


def test_text_without_blank_lines_has_a_paragraph_a_line(tmp_path: Path) -> None:
    assert only(write(tmp_path, "a.txt", "Head\nOne.\nTwo.\n")).article.text == "One.\n\nTwo."
    assert only(write(tmp_path, "b.txt", "Head\n\nOne\nline.\n\nTwo.\n")).article.text == "One line.\n\nTwo."


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.md",
        "---\ntitle: Town opens bridge\ndate: 2024-05-03\nauthors: [Ana Ortiz, B. Line]\nsource: Daily\n"
        "url: https://example.org/a\n---\n# Ignored\n\nIt [opened](https://x.example) *today*.\nAt noon.\n\n"
        "- One `item`\n- Two\n\n```\ncode\n```\n\n<script>alert(1)</script>\n",
    )
    article = only(path).article
    assert (article.headline, article.author, article.source) == ("Town opens bridge", "Ana Ortiz, B. Line", "Daily")
    assert (str(article.published), article.url) == ("2024-05-03", "https://example.org/a")
    assert article.text == "It opened today. At noon.\n\nOne item\n\nTwo\n\ncode"


def test_markdown_without_front_matter_takes_the_first_heading(tmp_path: Path) -> None:
    assert only(write(tmp_path, "a.md", "# Head\n\nText.\n")).article.headline == "Head"
    assert "front matter is not YAML" in error(write(tmp_path, "b.md", "---\na: [\n---\nText"))


PAGE = """<!doctype html><html lang="en"><head><meta charset="{charset}"><title>Town opens bridge | Daily</title>
<meta property="og:title" content="Town opens bridge"><meta property="og:site_name" content="The Daily">
<meta name="author" content="Ana Ortiz"><meta property="article:published_time" content="2024-05-03T10:00:00Z">
<link rel="canonical" href="https://example.org/bridge"></head><body>
<nav><a href="/">Home</a><a href="/s">Sport</a></nav>
<article><h1>Town opens bridge</h1>
<p>The town opened a new bridge over the river on Friday, four years after the café at the old one burnt down.</p>
<p>It cost 1.2 million euro, the mayor said at a ceremony that was attended by some three hundred people.</p>
</article><footer>Copyright. All rights reserved. Terms of use.</footer></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_html_gives_article_and_metadata_in_its_declared_encoding(tmp_path: Path, charset: str) -> None:
    found = only(write(tmp_path, "a.html", PAGE.replace("{charset}", charset).encode(charset)))
    article = found.article
    assert article.headline == "Town opens bridge"
    assert (article.source, article.author, str(article.published)) == ("The Daily", "Ana Ortiz", "2024-05-03")
    assert article.url == "https://example.org/bridge"
    paragraphs = article.text.split("\n\n")
    assert paragraphs[-1].startswith("It cost 1.2 million euro")
    assert any("café at the old one" in paragraph for paragraph in paragraphs)
    assert "Terms of use" not in article.text
    assert "Home" not in article.text
    assert found.named


def test_json_in_every_shape(tmp_path: Path) -> None:
    one = {"headline": "H", "text": "One.\n\nTwo.", "beat": "ignored"}
    two = {"id": 7, "title": "T", "paragraphs": ["P."], "authors": ["A", "B"], "date": "2024-01-02"}
    assert only(write(tmp_path, "a.json", json.dumps(one))).article.text == "One.\n\nTwo."
    for body in ([one, two], {"articles": [one, two]}):
        path = write(tmp_path, "b.json", json.dumps(body))
        first, second = read_paths([path])
        assert isinstance(first, Found)
        assert isinstance(second, Found)
        assert (first.origin, first.named) == (str(path), False)
        assert (second.article.id, second.article.author, second.named) == ("7", "A, B", True)


def test_a_bad_line_of_json_lines_spoils_only_itself(tmp_path: Path) -> None:
    lines = [
        '{"headline": "A", "text": "One."}',
        '{"headline": "B", "text":',
        "",
        '{"headline": "C", "text": "Three."}',
    ]
    path = write(tmp_path, "a.jsonl", "\n".join(lines))
    first, second, third = read_paths([path])
    assert isinstance(first, Found)
    assert isinstance(third, Found)
    assert (first.article.headline, third.article.headline) == ("A", "C")
    assert str(second) == f"{path}:2: is not JSON: Expecting value at column 26"


def test_gzip_is_read_and_its_damage_reported(tmp_path: Path) -> None:
    whole = gzip.compress(b'{"headline": "A", "text": "One."}\n' * 1)
    assert only(write(tmp_path, "a.jsonl.gz", whole)).article.headline == "A"
    assert only(write(tmp_path, "a.json.gz", whole)).article.headline == "A"
    assert "torn" in error(write(tmp_path, "b.json.gz", whole[:-12]))
    assert "torn" in error(write(tmp_path, "b.jsonl.gz", b"no gzip at all"))


FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Daily</title><item><title>Bridge opened</title><link>https://example.org/1</link>
<pubDate>Fri, 03 May 2024 23:30:00 GMT</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>The <b>town</b> opened it.</p><p>It cost much.<br>Too much.</p>
<script>x</script>]]></content:encoded>
</item><item><title>Storm</title><guid>storm-1</guid><description>It rained.</description></item></channel></rss>"""


def test_feeds_give_an_article_an_entry(tmp_path: Path) -> None:
    first, second = read_paths([write(tmp_path, "a.rss", FEED)])
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert first.article.text == "The town opened it.\n\nIt cost much.\n\nToo much."
    assert (first.article.source, str(first.article.published)) == ("Daily", "2024-05-03")
    assert first.article.url == "https://example.org/1"
    assert (second.article.id, second.article.text) == ("storm-1", "It rained.")


def test_an_atom_feed(tmp_path: Path) -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Weekly</title><entry><title>Vote</title><id>urn:1</id>'
        "<author><name>B. Line</name></author><updated>2024-06-01T00:00:00Z</updated>"
        '<link href="https://example.org/vote"/>'
        '<content type="html">&lt;p&gt;They voted.&lt;/p&gt;</content></entry></feed>'
    )
    article = only(write(tmp_path, "a.atom", atom)).article
    assert (article.headline, article.author, str(article.published)) == ("Vote", "B. Line", "2024-06-01")
    assert article.text == "They voted."


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"", ": is empty"),
        ("a.txt", b" \n ", ": is empty"),
        ("a.txt", b"Only a headline", ": text: the article has no text"),
        (
            "a.txt",
            b"Head\n\nCaf\xe9.",
            ":3: is not UTF-8 (byte 10); convert it, for example: iconv -f windows-1252 -t utf-8",
        ),
        ("a.txt", b"Head\n\n\x00\x01\x02", ": is a binary file, not text"),
        ("a.json", b"{", ":1: is not JSON: Expecting property name enclosed in double quotes at column 2"),
        ("a.json", b"[" * 200_000, ": is nested too deeply to be articles"),
        ("a.json", b"[]", ": holds no articles"),
        ("a.json", b"[1]", ": is not an object with headline and text"),
        ("a.json", b'{"headline": 5, "text": "T."}', ": headline: must be a string"),
        ("a.json", b'{"headline": "H", "paragraphs": "P"}', ": paragraphs: must be a list of strings"),
        (
            "a.json",
            b'{"headline": "H", "text": "T.", "date": "soon"}',
            ": published: 'soon' is not a date like 2023-06-26 or a time like 2023-06-26T14:30:00+02:00",
        ),
        (
            "a.json",
            b'{"headline": "H", "text": "T.", "id": "' + b"x" * 3_000 + b'"}',
            ": id: 3,000 characters; the limit is 2,000",
        ),
        ("a.html", b"<p>", ": holds no article text that can be told from the page around it"),
        ("a.rss", b"hello", ": holds no RSS or Atom articles: it is not well formed"),
        ("a.rss", b"<rss><channel></channel></rss>", ": holds no RSS or Atom articles: it has no entries"),
        ("a.pages", b"PK", f": is none of {formats.KNOWN}; rename it or convert it"),
    ],
)
def test_what_cannot_be_read_gives_one_line(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    assert error(write(tmp_path, name, content)) == expected


def test_utf_16_with_a_mark_and_utf_8_with_one_are_text(tmp_path: Path) -> None:
    assert only(write(tmp_path, "a.txt", "Tête\n\nÉté.".encode("utf-16"))).article.text == "Été."
    assert only(write(tmp_path, "b.txt", "Tête\n\nÉté.".encode("utf-8-sig"))).article.headline == "Tête"


def test_lone_surrogates_in_json_are_dropped(tmp_path: Path) -> None:
    assert only(write(tmp_path, "a.json", r'{"headline": "H\ud800", "text": "T\udfff."}')).article.text == "T."


def test_sizes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "MAX_FILE_BYTES", 1_048_576)
    monkeypatch.setattr(ingest, "MAX_LINE_BYTES", 1_048_576)
    big = b"Head\n\n" + b"x" * 1_048_576
    assert error(write(tmp_path, "a.txt", big)) == ": is longer than 1 MiB; split it, or use JSON Lines"
    assert "longer than 1 MiB" in error(write(tmp_path, "bomb.json.gz", gzip.compress(b"[" + b" " * 2_000_000)))
    lines = b'{"headline": "A", "text": "' + b"x" * 1_048_576 + b'"}\n{"headline": "B", "text": "T."}\n'
    first, second = read_paths([write(tmp_path, "a.jsonl", lines)])
    assert str(first).endswith("a.jsonl:1: the line is longer than 1 MiB")
    assert isinstance(second, Found)


def test_a_folder_is_walked_in_order_and_other_files_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "B\n\nText.")
    (tmp_path / "a").mkdir()
    write(tmp_path / "a", "c.txt", "C\n\nText.")
    write(tmp_path, "photo.jpg", b"\xff\xd8")
    write(tmp_path, ".hidden.txt", "X\n\nText.")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [item.article.headline for item in read_paths([tmp_path]) if isinstance(item, Found)] == ["B", "C"]
    (tmp_path / "empty").mkdir()
    assert "holds no articles" in error(tmp_path / "empty")


def test_a_missing_path_and_a_pipe_are_reported_at_once(tmp_path: Path) -> None:
    assert (
        error(tmp_path / "none.txt")
        == ": cannot be read (No such file or directory); check the path and its permissions"
    )
    os.mkfifo(tmp_path / "pipe.txt")
    assert error(tmp_path / "pipe.txt") == ": is not a regular file"


def test_the_rest_goes_in(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", b"\xff\xfe\x00")
    write(tmp_path, "b.json", "{")
    write(tmp_path, "c.txt", "C\n\nText.")
    assert [isinstance(item, Found) for item in read_paths([tmp_path])] == [False, False, True]


def test_progress_and_reports_name_where_each_article_stands(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", '{"headline": "A", "text": "One."}\n\n{"headline": "B", "text": "Two."}\n')
    first, second = read_paths([path])
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert (first.where, second.where) == (f"{path}:1", f"{path}:3")
    assert (first.origin, second.origin) == (str(path), f"{path}#2"), "the place counts articles, not lines"
