"""Fetching is polite and bounded, and reaches no private address unless it is allowed."""

from __future__ import annotations

import gzip
import itertools
import socket
import time
from collections.abc import Iterator

import pytest

from index import fetch
from index.connections import is_public
from index.fetch import Fetched, Fetcher, FetchError, Manners, Validators
from index.formats import Draft
from index.ingest import Found
from index.online import Read, items_of, read_url
from tests.sites import Site, site, wire

HERE = Manners(allow_private=True, rate=0, timeout=300)
PAGE = """<html><head><title>{0}</title></head><body><article><h1>{0}</h1>
<p>The night ferry to Sorrel Island will sail again from May, the harbour board of Calder Point
said on Tuesday.</p>
<p>A return ticket costs nine crowns, two more than before the winter, the operator Tern Line said.</p>
</article></body>"""


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as made:
        yield made


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(HERE) as made:
        yield made


def error(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.get(url)
    return caught.value


def headlines(reads: list[Read]) -> list[str]:
    return [found.article.headline for read in reads for found in read.outcomes if isinstance(found, Found)]


def test_a_page_with_its_encoding_and_the_newsrooms_name(web: Site) -> None:
    url = web.put("/a", "Café".encode("latin-1"), "text/html; charset=iso-8859-1")
    with Fetcher(Manners(allow_private=True, rate=0, agent="The Calder Post; desk@calder.example")) as fetcher:
        answer = fetcher.get(url)
    assert (answer.url, answer.data, answer.charset) == (url, b"Caf\xe9", "iso-8859-1")
    assert web.asked[-1][1]["User-Agent"].startswith("Pullquote/")
    assert web.asked[-1][1]["User-Agent"].endswith(" (The Calder Post; desk@calder.example)")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("192.168.0.1", False),
        ("172.16.0.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("240.0.0.1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_private_addresses_are_refused_however_they_are_reached(web: Site) -> None:
    port = web.address.rpartition(":")[2]
    with Fetcher(Manners(rate=0, robots=False)) as fetcher:
        for host in ("127.0.0.1", "localhost", "[::1]", "2130706433"):
            assert "is a private address; to allow it: --allow-private" in str(error(fetcher, f"http://{host}:{port}/"))
    assert web.paths() == [], "nothing was asked there"


def test_redirects_are_followed_to_http_alone_and_not_for_ever(web: Site, fetcher: Fetcher) -> None:
    web.put("/end", "x")
    web.say("/start", 301, Location="/end")
    assert fetcher.get(web.address + "/start").url == web.address + "/end"
    web.say("/loop", 302, Location="/loop")
    assert "redirected more than 5 times" in str(error(fetcher, web.address + "/loop"))
    web.say("/file", 302, Location="file:///etc/passwd")
    assert "which is no http address" in str(error(fetcher, web.address + "/file"))


def test_a_redirect_to_what_is_no_address_is_an_error_of_that_page(web: Site, fetcher: Fetcher) -> None:
    web.say("/half", 302, Location="http://[half")
    assert "leads to 'http://[half', which is no http address" in str(error(fetcher, web.address + "/half"))
    web.say("/robots.txt", 302, Location="http://[half")
    with Fetcher(HERE) as other:
        assert "cannot be fetched" in str(error(other, web.address + "/a"))


@pytest.mark.parametrize("head", [b"Content-Length: 1000\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc"])
def test_a_connection_that_breaks_inside_a_page_is_an_error_of_that_page(head: bytes) -> None:
    with (
        wire(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n" + head)) as url,
        Fetcher(Manners(allow_private=True, rate=0, robots=False)) as fetcher,
    ):
        assert "cannot be fetched (peer closed connection" in str(error(fetcher, url))
    with wire(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n" + head)) as url, Fetcher(HERE) as fetcher:
        assert "cannot be fetched (peer closed connection" in str(error(fetcher, url)), "robots.txt breaks, too"


def test_a_server_that_falls_silent_inside_a_page_is_left() -> None:
    def say(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
        connection.recv(1)  # until the other side hangs up

    with wire(say) as url, Fetcher(Manners(allow_private=True, timeout=0.2, robots=False)) as fetcher:
        assert "gave no answer within 0.2 s; try again later" in str(error(fetcher, url))


@pytest.mark.parametrize("begin", [b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_server_that_sends_a_byte_now_and_then_is_left(begin: bytes) -> None:
    """Each byte comes in time, and all of them never would."""

    def say(connection: socket.socket) -> None:
        connection.sendall(begin)
        for _ in itertools.count():
            connection.sendall(b"x")
            time.sleep(0.02)

    with wire(say) as url, Fetcher(Manners(allow_private=True, timeout=0.3, robots=False)) as fetcher:
        assert "sends too slowly; try again later" in str(error(fetcher, url))


def test_robots_txt_is_respected(web: Site, fetcher: Fetcher) -> None:
    web.put("/robots.txt", "User-agent: *\nDisallow: /*private\nAllow: /\n", "text/plain")
    web.put("/a", "x")
    assert fetcher.get(web.address + "/a").data == b"x"
    assert "asks Pullquote to stay away" in str(error(fetcher, web.address + "/a/private/b"))
    assert web.paths() == ["/a"]


def test_a_robots_txt_that_cannot_be_had_allows_nothing(web: Site, fetcher: Fetcher) -> None:
    web.say("/robots.txt", 503)
    web.put("/a", "x")
    assert "its robots.txt cannot be had (503)" in str(error(fetcher, web.address + "/a"))


def test_what_has_not_changed_is_not_sent_again(web: Site, fetcher: Fetcher) -> None:
    url = web.put("/a", "x", ETag='"1"')
    first = fetcher.get(url)
    assert first.validators == Validators('"1"', None)
    assert fetcher.get(url, first.validators) == Fetched(url, None, "text/html", "utf-8", Validators('"1"', None))


def test_sizes_are_bounded_unpacked_too(web: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "MAX_BYTES", 1_048_576)
    assert "longer than 1 MiB" in str(error(fetcher, web.put("/a", b"x" * 1_048_577)))
    bomb = web.put("/b", gzip.compress(b"x" * 4_000_000), Content_Encoding="gzip")
    assert "longer than 1 MiB" in str(error(fetcher, bomb))


def test_what_servers_say(web: Site, fetcher: Fetcher) -> None:
    assert error(fetcher, web.say("/gone", 410)).gone
    assert error(fetcher, web.say("/busy", 503, Retry_After="120")).after == 120
    assert error(fetcher, web.say("/busy", 503, Retry_After="Fri, 31 Dec 9999 23:59:59 GMT")).after == 86_400, "a day"
    assert "is not for everybody (403)" in str(error(fetcher, web.say("/no", 403)))
    assert "cannot be fetched" in str(error(fetcher, "http://127.0.0.1:9/"))


def test_a_host_is_asked_no_faster_than_the_rate(web: Site) -> None:
    slept: list[float] = []
    with Fetcher(Manners(allow_private=True, rate=2), sleep=slept.append, clock=lambda: 100.0) as fetcher:
        for _ in range(3):
            fetcher.get(web.put("/a", "x"))
    assert slept == [0.5, 1.0], "half a second between two, and the clock stands still here"


def test_a_page_a_feed_and_a_sitemap(web: Site, fetcher: Fetcher) -> None:
    one, two = (web.put(f"/{name}", PAGE.format(name.title())) for name in ("one", "two"))
    [read] = read_url(fetcher, one)
    [found] = read.outcomes
    assert isinstance(found, Found)
    assert (found.article.url, found.article.headline) == (one, "One")
    feed = web.put(
        "/rss",
        f"<rss version='2.0'><channel><title>N</title><item><title>A</title><link>{one}</link>"
        f"<description>In the feed.</description></item><item><title>B</title>"
        f"<link>{two}</link><description>Too.</description></item></channel></rss>",
        "application/rss+xml",
    )
    assert headlines(list(read_url(fetcher, feed))) == ["A", "B"]
    assert headlines(list(read_url(fetcher, feed, follow=True))) == ["One", "Two"]
    web.put(
        "/map.xml",
        f"<urlset><url><loc>{one}</loc><lastmod>2025-01-01</lastmod></url><url><loc>{two}</loc>"
        "<lastmod>2025-02-02</lastmod></url></urlset>",
        "application/xml",
    )
    index = web.put(
        "/index.xml",
        gzip.compress(f"<sitemapindex><sitemap><loc>{web.address}/map.xml</loc></sitemap></sitemapindex>".encode()),
        "application/gzip",
    )
    assert headlines(list(read_url(fetcher, index))) == ["Two", "One"], "what changed last comes first"
    assert headlines(list(read_url(fetcher, index, limit=1))) == ["Two"]


def test_a_page_speaks_for_its_own_site_alone() -> None:
    """The address that a page claims would otherwise replace the article of another publisher."""
    body = PAGE.format("Forged").replace("<title>", '<link rel="canonical" href="https://other.example/story"><title>')
    for url, expected in (
        ("https://evil.example/a", "https://evil.example/a"),
        ("https://m.other.example/a", "https://other.example/story"),
    ):
        [item] = items_of(Fetched(url, body.encode(), "text/html", None, Validators()))
        assert isinstance(item, Draft)
        assert item.url == expected
