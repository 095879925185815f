"""Sources and library agree after every look, and looking again changes nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.errors import LibraryBusy, LibraryError, LibraryFull, LibraryUnavailable
from index.fetch import Fetcher
from index.library import Library
from index.seen import Seen
from index.sources import Source, Sources, SourcesError, of_folder, read_sources
from index.sync import Look, Syncer
from index.taking import GONE, KILLED, Event
from index.watch import Watcher
from tests.sites import Site, site
from tests.test_fetch import HERE, PAGE


class Desk:
    """A library, what was told of it, and a syncer over both."""

    def __init__(self, library: Library, state: Path) -> None:
        self.library, self.state = library, state
        self.told: list[Event] = []
        self.fetcher = Fetcher(HERE)
        self.restart()

    def restart(self) -> None:
        self.syncer = Syncer(self.library, Seen(self.state), self.fetcher, lambda _, event: self.told.append(event))

    def look(self, source: Source) -> list[tuple[str, str]]:
        self.told.clear()
        self.skipped = self.syncer.look(source).skipped
        return [(event.fate, event.headline or event.id or Path(event.where).name) for event in self.told]

    def word(self, headline: str) -> tuple[str, str | None]:
        [about] = [item.about for item in self.library.listing() if item.headline == headline]
        return about.status, about.correction


@pytest.fixture
def desk(library: Library, tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "state").mkdir()
    made = Desk(library, tmp_path / "state")
    yield made
    made.fetcher.close()


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "export"
    made.mkdir()
    return made


def story(folder: Path, name: str, text: str = "It sails.") -> Path:
    path = folder / f"{name}.txt"
    path.write_text(f"{name.title()}\n\n{text}\n")
    return path


def test_a_folder_published_corrected_and_withdrawn(desk: Desk, folder: Path) -> None:
    [source] = of_folder(folder, withdraw=True).sources
    story(folder, "ferry")
    story(folder, "fares", "Nine crowns.")
    assert desk.look(source) == [("added", "Fares"), ("added", "Ferry")]
    assert desk.look(source) == []
    assert desk.skipped == 2
    story(folder, "ferry", "It sails, corrected.")
    assert desk.look(source) == [("updated", "Ferry")]
    desk.restart()
    assert desk.look(source) == [], "what was seen survives a restart"
    (folder / "fares.txt").unlink()
    assert desk.look(source) == [("withdrawn", "Fares")]
    assert desk.word("Fares") == ("withdrawn", GONE)
    story(folder, "fares", "Nine crowns.")
    assert desk.look(source) == [("restored", "Fares")]
    assert desk.word("Fares") == ("live", None)


def test_what_an_editor_withdrew_does_not_come_back_by_itself(desk: Desk, folder: Path) -> None:
    [source] = of_folder(folder, withdraw=True).sources
    story(folder, "ferry")
    desk.look(source)
    [listed] = desk.library.listing()
    desk.library.set_status(listed.id, "withdrawn", "It was wrong.")
    story(folder, "ferry", "It sails, again.")
    assert desk.look(source) == [("updated", "Ferry")]
    assert desk.word("Ferry") == ("withdrawn", "It was wrong.")


def test_an_agencys_kill_withdraws_its_story(desk: Desk, folder: Path) -> None:
    [source] = of_folder(folder, withdraw=False).sources
    item = {
        "uri": "urn:x:1",
        "type": "text",
        "headline": "Ferry",
        "versioncreated": "2025-03-05T09:00:00Z",
        "body_text": "It sails.",
    }
    (folder / "1.json").write_text(json.dumps(item))
    assert desk.look(source) == [("added", "Ferry")]
    (folder / "2.json").write_text(json.dumps(item | {"pubstatus": "canceled"}))
    assert desk.look(source) == [("withdrawn", "Ferry")]
    assert desk.word("Ferry") == ("withdrawn", KILLED)
    (folder / "3.json").write_text(json.dumps(item | {"body_text": "It sails after all."}))
    assert desk.look(source) == [("restored", "Ferry")]


def test_a_killed_story_is_not_restored_by_reading_its_old_file_once_more(desk: Desk, folder: Path) -> None:
    """Whichever of the two files is read first; what was seen may be deleted, and an upgrade forgets it."""
    [source] = of_folder(folder, withdraw=False).sources
    item = {"type": "text", "headline": "Ferry", "versioncreated": "2025-03-05T09:00:00Z", "body_text": "It sails."}
    (folder / "b.json").write_text(json.dumps(item | {"uri": "urn:x:1"}))
    desk.look(source)
    (folder / "a.json").write_text(json.dumps(item | {"uri": "urn:x:1", "pubstatus": "canceled"}))
    assert desk.look(source) == [("withdrawn", "Ferry")]
    (desk.state / "sources.json").unlink()
    desk.restart()
    assert ("restored", "Ferry") not in desk.look(source)
    assert desk.word("Ferry") == ("withdrawn", KILLED)
    assert desk.library.search("ferry sails", 3) == []
    (folder / "a2.json").write_text(json.dumps(item | {"uri": "urn:x:1", "body_text": "It sailed."}))  # an old version
    (desk.state / "sources.json").unlink()
    desk.restart()
    assert ("restored", "Ferry") not in desk.look(source), "though two versions follow one another"


@pytest.mark.parametrize("named", [{"uri": "https://n.example/1"}, {"uri": "urn:x:1"}])
@pytest.mark.parametrize("more", [{}, {"embargoed": "2099-01-01T00:00:00Z"}])
def test_an_agency_kills_by_address_too(desk: Desk, folder: Path, named: dict[str, str], more: dict[str, str]) -> None:
    [source] = of_folder(folder, withdraw=False).sources
    item = named | {"headline": "Ferry", "versioncreated": "2025-03-05T09:00:00Z", "body_text": "It sails."} | more
    (folder / "b.json").write_text(json.dumps(item))
    desk.look(source)
    (folder / "c.json").write_text(json.dumps(item | {"pubstatus": "canceled"}))
    assert desk.look(source) == [("withdrawn", "Ferry")]
    (folder / "c.json").rename(folder / "a.json")
    (desk.state / "sources.json").unlink()
    desk.restart()
    desk.look(source)
    assert desk.word("Ferry") == ("withdrawn", KILLED)


def test_every_text_of_an_item_is_killed_with_it(desk: Desk, folder: Path) -> None:
    [source] = of_folder(folder, withdraw=False).sources
    text = "The night ferry to Sorrel Island will sail again from May, the board of Calder Point said."
    parts = "".join(
        f"<NewsComponent><NewsLines><HeadLine>{name}</HeadLine></NewsLines><ContentItem><DataContent><p>{text}</p>"
        "</DataContent></ContentItem></NewsComponent>"
        for name in ("One", "Two", "Three")
    )

    def item(status: str, inside: str) -> str:
        return (
            "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>n</ProviderId><DateId>20250304</DateId>"
            "<NewsItemId>ferry</NewsItemId></NewsIdentifier></Identification><NewsManagement>"
            f'<Status FormalName="{status}"/></NewsManagement>{inside}</NewsItem></NewsML>'
        )

    (folder / "a.xml").write_text(item("Usable", f"<NewsComponent>{parts}</NewsComponent>"))
    assert [fate for fate, _ in desk.look(source)] == ["added"] * 3
    (folder / "b.xml").write_text(item("Canceled", ""))
    assert desk.look(source) == [("withdrawn", "One"), ("withdrawn", "Two"), ("withdrawn", "Three")]


def test_a_kill_holds_for_a_story_that_is_read_behind_it(desk: Desk, folder: Path) -> None:
    [source] = of_folder(folder, withdraw=False).sources
    item = {"uri": "urn:x:1", "headline": "Ferry", "versioncreated": "2025-03-05T09:00:00Z", "body_text": "It sails."}
    (folder / "a.json").write_text(json.dumps(item | {"pubstatus": "canceled"}))
    (folder / "b.json").write_text(json.dumps(item))
    assert [fate for fate, _ in desk.look(source)] == ["left out", "added", "withdrawn"]
    assert desk.word("Ferry") == ("withdrawn", KILLED)
    (folder / "c.json").write_text(json.dumps(item | {"body_text": "It sails after all."}))
    assert desk.look(source) == [("restored", "Ferry")], "what comes later counts"


def test_what_is_under_embargo_comes_in_at_once_and_answers_when_it_ends(desk: Desk, folder: Path) -> None:
    [source] = of_folder(folder, withdraw=False).sources
    until = datetime.now(UTC) + timedelta(seconds=4)
    item = {"uri": "urn:x:1", "versioncreated": "2025-03-05T09:00:00Z", "headline": "Ferry", "body_text": "It sails."}
    (folder / "1.json").write_text(json.dumps(item | {"embargoed": until.isoformat()}))
    assert desk.look(source) == [("added", "Ferry")]
    assert desk.library.search("ferry sails", 3) == []
    assert list(desk.library.headlines(embargoed=False)) == []
    while datetime.now(UTC) < until:
        time.sleep(0.1)
    assert desk.look(source) == [], "nothing is read again"
    assert [hit.passage.text for hit in desk.library.search("ferry sails", 3)] == ["It sails."]


def test_what_vanished_is_kept_unless_told_otherwise(desk: Desk, folder: Path) -> None:
    [source] = of_folder(folder, withdraw=False).sources
    story(folder, "ferry")
    story(folder, "fares")
    desk.look(source)
    (folder / "fares.txt").unlink()
    assert [fate for fate, _ in desk.look(source)] == ["kept"]
    assert desk.library.article_count == 2
    assert desk.look(source) == [], "it is told once"


def test_a_file_that_moves_inside_the_folder_is_not_withdrawn(desk: Desk, folder: Path) -> None:
    [source] = of_folder(folder, withdraw=True).sources
    path = story(folder, "ferry")
    desk.look(source)
    (folder / "sub").mkdir()
    path.rename(folder / "sub" / "ferry.txt")
    assert desk.look(source) == [("unchanged", "Ferry")]
    assert desk.library.article_count == 1


def test_a_disk_that_is_not_there_withdraws_nothing(desk: Desk, folder: Path) -> None:
    [source] = of_folder(folder, withdraw=True).sources
    path = story(folder, "ferry")
    desk.look(source)
    path.unlink()
    assert desk.look(source) == [("failed", "export")]
    folder.rmdir()
    assert desk.look(source) == [("failed", "export")]
    assert desk.library.article_count == 1


def test_a_file_that_cannot_be_looked_at_is_told_and_withdraws_nothing(desk: Desk, folder: Path) -> None:
    """As on a network disk that fails, or in a folder that may be listed and not entered."""
    [source] = of_folder(folder, withdraw=True).sources
    story(folder, "ferry")
    path = story(folder, "fares")
    desk.look(source)
    path.unlink()
    path.symlink_to(path)
    assert desk.look(source) == [("failed", "fares.txt")]
    assert desk.word("Fares") == ("live", None)


def test_a_torn_file_keeps_what_it_had_and_is_told_once(desk: Desk, folder: Path) -> None:
    [source] = of_folder(folder, withdraw=True).sources
    path = folder / "a.json"
    path.write_text('{"headline": "Ferry", "text": "It sails."}')
    desk.look(source)
    path.write_text('{"headline": "Fer')
    assert desk.look(source) == [("failed", "a.json:1")]
    assert desk.look(source) == []
    assert desk.library.article_count == 1
    path.write_text('{"headline": "Ferry", "text": "It sails again."}')
    assert desk.look(source) == [("updated", "Ferry")]


def test_a_sitemaps_pages_come_change_and_go(desk: Desk, web: Site) -> None:
    one, two = web.put("/one", PAGE.format("One"), ETag='"1"'), web.put("/two", PAGE.format("Two"), ETag='"1"')
    listing = f"<urlset><url><loc>{one}</loc></url><url><loc>{two}</loc></url></urlset>"
    source = Source(name="site", url=web.put("/map.xml", listing, "text/xml"), withdraw=True)
    assert desk.look(source) == [("added", "One"), ("added", "Two")]
    web.paths()
    assert desk.look(source) == []
    assert (desk.skipped, web.paths()) == (2, ["/map.xml", "/one", "/two"])
    web.put("/one", PAGE.format("One, corrected"), ETag='"2"')
    assert desk.look(source) == [("updated", "One, corrected")]
    web.put("/map.xml", f"<urlset><url><loc>{two}</loc></url></urlset>", "text/xml")
    assert desk.look(source) == [], "not listed any more, but there: a news sitemap holds two days"
    web.say("/one", 410)
    assert desk.look(source) == [("withdrawn", "One, corrected")]
    assert desk.word("One, corrected") == ("withdrawn", GONE)


@pytest.mark.parametrize("listing", ["sitemap", "feed"])
def test_a_page_that_failed_is_asked_for_again_though_its_list_has_not_changed(
    desk: Desk, web: Site, listing: str
) -> None:
    one, two = web.put("/one", PAGE.format("One")), web.say("/two", 503)
    body = "".join(f"<url><loc>{at}</loc></url>" for at in (one, two))
    if listing == "feed":
        body = "".join(f"<item><title>A</title><link>{at}</link></item>" for at in (one, two))
    whole = f"<rss version='2.0'><channel>{body}</channel></rss>" if listing == "feed" else f"<urlset>{body}</urlset>"
    source = Source(name="site", url=web.put("/list", whole, "text/xml", ETag='"1"'), follow=True)
    assert [fate for fate, _ in desk.look(source)] == ["added", "failed"]
    web.put("/two", PAGE.format("Two"))
    desk.restart()
    assert ("added", "Two") in desk.look(source)
    web.paths()
    desk.look(source)
    [asked] = [headers for path, headers in web.asked if path == "/list"]
    assert asked["If-None-Match"] == '"1"', "once all of them came"


def test_pages_that_were_not_reached_are_asked_for_though_their_list_has_not_changed(desk: Desk, web: Site) -> None:
    """Another process wrote for too long in the middle of a look, or somebody stopped it."""
    pages = [web.put(f"/{name}", PAGE.format(name)) for name in ("One", "Two")]
    listing = f"<urlset>{''.join(f'<url><loc>{page}</loc></url>' for page in pages)}</urlset>"
    source = Source(name="site", url=web.put("/list", listing, "text/xml", ETag='"1"'))

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Syncer(desk.library, Seen(desk.state), desk.fetcher, stop).look(source)
    desk.restart()
    desk.look(source)
    assert {item.headline for item in desk.library.listing()} == {"One", "Two"}


def test_a_sitemap_of_an_index_that_cannot_be_had_is_told_and_asked_for_again(desk: Desk, web: Site) -> None:
    one = web.put("/one", PAGE.format("One"))
    here = web.put("/here.xml", f"<urlset><url><loc>{one}</loc></url></urlset>", "text/xml")
    away, torn = web.say("/away.xml", 503), web.put("/torn.xml", b"\x1f\x8btorn", "application/gzip")
    body = "".join(f"<sitemap><loc>{at}</loc></sitemap>" for at in (away, torn, here))
    source = Source(
        name="site", url=web.put("/index.xml", f"<sitemapindex>{body}</sitemapindex>", "text/xml", ETag='"1"')
    )
    assert desk.look(source) == [("failed", "away.xml"), ("failed", "torn.xml"), ("added", "One")]
    two = web.put("/two", PAGE.format("Two"))
    web.put("/away.xml", f"<urlset><url><loc>{two}</loc></url></urlset>", "text/xml")
    assert ("added", "Two") in desk.look(source)


def test_a_feed_that_fails_takes_nothing_out(desk: Desk, web: Site) -> None:
    entry = "<item><title>A</title><link>https://n.example/a</link><description>In the feed.</description></item>"
    body = f"<rss version='2.0'><channel><title>N</title>{entry}</channel></rss>"
    source = Source(name="feed", url=web.put("/rss", body, "text/xml"), withdraw=True)
    assert desk.look(source) == [("added", "A")]
    web.say("/rss", 503, Retry_After="77")
    assert [fate for fate, _ in desk.look(source)] == ["failed"]
    assert desk.library.article_count == 1


def test_failures_are_met_with_patience(desk: Desk, web: Site) -> None:
    """Twice as long after each in a row, and never shorter than the server asks."""
    now = [0.0]
    source = Source(name="feed", url=web.say("/rss", 500), every=60.0)
    watcher = Watcher(desk.syncer, Sources((source,)), lambda *_: None, clock=lambda: now[0])
    looked = []
    for now[0] in map(float, range(0, 1_000, 10)):
        before = len(web.asked)
        watcher.look_at_what_is_due()
        if any(path == "/rss" for path, _ in web.asked[before:]):
            looked.append(now[0])
    assert looked == [0, 120, 360, 840]


@pytest.mark.parametrize("trouble", [LibraryBusy, LibraryUnavailable, LibraryFull])
def test_watching_goes_on_when_the_library_can_be_written_again(
    desk: Desk, folder: Path, trouble: type[LibraryError]
) -> None:
    now = [0.0]
    story(folder, "ferry")
    sources = of_folder(folder, withdraw=False)
    hindered = [True]

    class Hindered(Syncer):
        """Over a library whose database is away, or whose disk is full."""

        def look(self, source: Source) -> Look:
            if hindered[0]:
                raise trouble("not now")
            return super().look(source)

    told: list[Event] = []
    syncer = Hindered(desk.library, Seen(desk.state), desk.fetcher, lambda _, event: told.append(event))
    watcher = Watcher(syncer, sources, lambda _, event: told.append(event), clock=lambda: now[0])
    watcher.look_at_what_is_due()
    assert [(event.fate, event.why) for event in told] == [("failed", "not now")]
    hindered[0], now[0] = False, 60.0
    watcher.look_at_what_is_due()
    assert told[-1].fate == "added"


def test_what_was_seen_need_not_be_kept(desk: Desk, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It only saves work: a disk that is full, or may not be written, ends no look."""
    [source] = of_folder(folder, withdraw=False).sources
    story(folder, "ferry")
    (desk.state / "sources.new").mkdir()
    assert desk.look(source) == [("added", "Ferry")]
    assert "what was seen could not be kept (Is a directory); everything is read once more" in caplog.text


def test_a_watched_folder_is_read_when_it_changes(desk: Desk, folder: Path) -> None:
    story(folder, "ferry")
    stop, came = threading.Event(), threading.Event()

    def tell(_: Source, event: Event) -> None:
        if event.headline == "Late":
            came.set()

    sources = of_folder(folder, withdraw=True)
    syncer = Syncer(desk.library, Seen(desk.state), desk.fetcher, tell)
    thread = threading.Thread(target=Watcher(syncer, sources, tell).run, args=(stop,))
    thread.start()
    try:
        story(folder, "late")
        while not came.wait(0.25):  # it may not watch yet
            story(folder, "late")
    finally:
        stop.set()
        thread.join()
    assert desk.library.article_count == 2


def test_sources_are_read_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(
        'vanished = "withdraw"\n[fetch]\nagent = "The Post"\nrate = 0.5\n[[source]]\nfolder = "export"\n'
        '[[source]]\nname = "news"\nfeed = "https://n.example/rss"\nfollow = true\nevery = "10m"\nvanished = "keep"\n'
    )
    found = read_sources(path)
    folder, feed = found.sources
    assert (folder.folder, folder.withdraw, folder.name) == (tmp_path / "export", True, "export")
    assert (feed.url, feed.follow, feed.every, feed.withdraw) == ("https://n.example/rss", True, 600.0, False)
    assert (found.manners.agent, found.manners.rate) == ("The Post", 0.5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "names no source"),
        ("x = ", "is not TOML"),
        ("[[source]]\nname = 'a'", "source 1: name exactly one of folder, page, feed, sitemap"),
        ("[[source]]\nfeed = 'n.example/rss'", "source 1: feed: 'n.example/rss' is not an address"),
        ("[[source]]\nfolder = 'a'\nevry = '1m'", "source 1: 'evry' is not known; known are"),
        ("[[source]]\nfolder = 'a'\nevery = '1s'", "source 1: every: '1s' is not a time of at least 10 seconds"),
        ("[[source]]\nfolder = 3", "source 1: folder: must be a string"),
        ("[[source]]\nfolder = 'a'\nvanished = 'x'", "source 1: vanished: 'x' is neither keep nor withdraw"),
        ("[[source]]\nfolder = 'a'\n[[source]]\nfolder = 'a'", "two sources are called 'a'"),
        ("[fetch]\nrate = 0\n[[source]]\nfolder = 'a'", "fetch: rate: 0 is not above 0"),
        ("[[source]]\nfeed = 'https://n.example'\nlimit = true", "source 1: limit: must be a whole number"),
    ],
)
def test_a_wrong_file_of_sources_is_told_by_field(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(text)
    with pytest.raises(SourcesError) as caught:
        read_sources(path)
    assert str(caught.value).startswith(f"{path}: {expected}")
