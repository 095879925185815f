"""The formats of agencies and content systems: what is kept of each, and what stays out."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from index.articles import make_article
from index.errors import SourceError
from index.formats import Draft, FileItem, FormatError, LeftOut, Unreadable, parse, sniffed
from index.ingest import Found, Passed, read_paths

FERRY = "The night ferry to Sorrel Island will sail again from May, the harbour board of Calder Point said on Tuesday."
FARE = "A return ticket costs nine crowns, two more than before the winter, the operator Tern Line said."
EVENING = datetime(2025, 3, 4, 22, 40, tzinfo=timezone(timedelta(hours=-5)))


def one(kind: str, content: Any) -> Draft:
    [item] = items(kind, content)
    assert isinstance(item, Draft), item
    return item


def items(kind: str, content: Any) -> list[FileItem]:
    if not isinstance(content, str | bytes):
        content = json.dumps(content)
    return parse(kind, content if isinstance(content, bytes) else content.encode())


def out(kind: str, content: Any) -> str:
    [item] = items(kind, content)
    assert isinstance(item, LeftOut), item
    return item.why


def ninjs(**more: Any) -> dict[str, Any]:
    return {
        "uri": "urn:x:1",
        "type": "text",
        "headline": "Ferry",
        "versioncreated": "2025-03-05T09:00:00Z",
        "firstcreated": EVENING.isoformat(),
        "body_text": f"{FERRY}\n{FARE}",
        "byline": "By Ann Lee",
    } | more


def test_ninjs_1_2_and_3() -> None:
    first = one("json", ninjs(body_xhtml=f"<p>{FERRY}</p><p>{FARE}</p>", copyrightholder="Tern Press"))
    assert (first.id, first.authors, first.source) == ("urn:x:1", ("Ann Lee",), "Tern Press")
    assert (first.published, first.updated) == (EVENING, datetime(2025, 3, 5, 9, tzinfo=UTC))
    assert first.paragraphs == one("json", ninjs()).paragraphs == (FERRY, FARE)
    second = {
        "uri": "urn:x:2",
        "versioncreated": "2025-03-05T09:00:00Z",
        "by": "Ann Lee",
        "headlines": [{"role": "short", "value": "F"}, {"role": "main", "value": "Ferry"}],
        "bodies": [
            {"role": "main", "contenttype": "text/plain", "value": FERRY},
            {"role": "main", "contenttype": "text/html", "value": f"<p>{FERRY}</p><p>{FARE}</p>"},
        ],
    }
    assert (one("json", second).headline, one("json", second).paragraphs) == ("Ferry", (FERRY, FARE))
    third = {
        "uri": "urn:x:3",
        "versionCreated": "2025-03-05T09:00:00Z",
        "pubStatus": "usable",
        "headlines": [{"value": "Ferry"}],
        "bodies": [{"contentType": "text/html", "value": f"<p>{FERRY}</p>"}],
        "infoSources": [{"name": "Tern Press"}],
    }
    assert (one("json", third).paragraphs, one("json", third).source) == ((FERRY,), "Tern Press")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"pubstatus": "withheld"}, "is withheld"),
        ({"pubstatus": "canceled"}, "is canceled"),
        ({"type": "picture"}, "is a picture, not text"),
        ({"embargoed": "2020-01-01T00:00:00"}, "is under embargo until 2020-01-01T00:00:00"),
        ({"embargoed": "noon"}, "is under embargo until noon"),
    ],
)
def test_what_an_agency_holds_back_never_comes_in(more: dict[str, str], why: str) -> None:
    """An embargo without a zone, or without a time that can be read, would never end."""
    assert out("json", ninjs(**more)) == why


@pytest.mark.parametrize("until", ["2020-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00"])
def test_an_embargo_comes_in_with_the_article(until: str) -> None:
    """The library keeps it out of all answers until then."""
    assert one("json", ninjs(embargoed=until)).parts["embargoed"] == datetime.fromisoformat(until)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "retratced"),
        ("kind", "opinon"),
        ("embargoed", "2999-01-01T00:00:00"),
        ("embargoed", "2999-01-01"),
        ("updated", "yesterday"),
        ("published_time", "2025-03-04"),
    ],
)
def test_what_an_editor_mistypes_is_named_and_not_taken(field: str, value: str) -> None:
    with pytest.raises(FormatError, match=f"^{field}: "):
        items("json", {"headline": "Ferry", "text": FERRY, field: value})


def test_what_the_library_writes_comes_back() -> None:
    """The words of other systems for what is published count, too."""
    word = {"status": "retracted", "correction": "It does not sail."}
    times = {"published": "2025-03-04", "published_time": "2025-03-04T22:40:00-05:00"}
    article = make_article(**one("json", {"headline": "Ferry", "text": FERRY} | word | times).parts)
    assert (article.about.status, article.about.correction) == ("retracted", "It does not sail.")
    assert article.about.to_json() == make_article(headline="Ferry", text=FERRY, **word, **times).about.to_json()
    assert one("json", {"headline": "Ferry", "text": FERRY, "status": "published"}).status == "live"


def test_a_status_of_embargo_without_its_end_stays_out() -> None:
    item = {"headline": "Ferry", "text": FERRY, "status": "embargoed"}
    assert out("json", item) == "is embargoed"
    assert one("json", item | {"embargo": "2999-01-01T00:00:00Z"}).embargoed is not None


NITF = """<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE nitf SYSTEM "nitf.dtd">
<nitf><head><title>slug</title><docdata {management}><doc-id id-string="n1"/><date.issue norm="20250304T224000-0500"/>
<doc.copyright holder="Tern Press"/></docdata></head><body><body.head><hedline><hl1>Café ferry</hl1></hedline>
<byline>By <person>Ann Lee</person><byttl>Staff Writer</byttl></byline></body.head><body.content><media><media-caption>
The ferry.</media-caption></media><p>{first}</p><hl2>Fares</hl2><p>{second}&nbsp;It&#8217;s so.</p>
<table><tr><td>Adult</td><td>9</td></tr><tr><td>Child</td><td>0</td></tr></table></body.content><body.end><tagline>ends</tagline></body.end></body></nitf>"""


def nitf(management: str = "") -> bytes:
    return NITF.format(management=management, first=FERRY, second=FARE).encode("iso-8859-1")


def test_nitf_without_its_pictures_and_notes() -> None:
    draft = one("xml", nitf())
    assert (draft.headline, draft.id, draft.authors, draft.source) == ("Café ferry", "n1", ("Ann Lee",), "Tern Press")
    assert draft.published == EVENING
    assert draft.paragraphs == (FERRY, "Fares", f"{FARE} It’s so.", "Adult | 9", "Child | 0")
    assert out("xml", nitf('management-status="canceled"')) == "is canceled"


def g2(inner: str, *, about: str = "", kind: str = "text") -> str:
    return (
        f'<newsItem guid="urn:x:g2"><itemMeta><itemClass qcode="ninat:{kind}"/>'
        "<provider><name>Tern Press</name></provider>"
        f"<versionCreated>2025-03-05T09:00:00Z</versionCreated>{about}</itemMeta><contentMeta>"
        f"<contentCreated>{EVENING.isoformat()}</contentCreated><headline>Ferry</headline>"
        "<by>Ann Lee</by></contentMeta>"
        f"<contentSet>{inner}</contentSet></newsItem>"
    )


def test_newsml_g2_with_html_nitf_and_plain_text_inside() -> None:
    html = f"<inlineXML><html><body><p>{FERRY}</p><p>{FARE}</p></body></html></inlineXML>"
    inside = (
        f"<inlineXML><nitf><body><body.content><p>{FERRY}</p><p>{FARE}</p></body.content></body></nitf></inlineXML>"
    )
    plain = f'<inlineData contenttype="text/plain">{FERRY}\n\n{FARE}</inlineData>'
    for inner in (html, inside, plain):
        draft = one("xml", g2(inner))
        assert (draft.headline, draft.id, draft.authors) == ("Ferry", "urn:x:g2", ("Ann Lee",))
        assert (draft.paragraphs, draft.published, draft.source) == ((FERRY, FARE), EVENING, "Tern Press")
    assert out("xml", g2(html, about='<pubStatus qcode="stat:canceled"/>')) == "is canceled"
    assert one("xml", g2(html, about="<embargoed>2999-01-01T00:00:00Z</embargoed>")).embargoed is not None
    assert out("xml", g2(html, about="<embargoed>noon</embargoed>")) == "is under embargo until noon"
    assert out("xml", g2("", kind="picture")) == "is picture, not text"
    package = '<packageItem guid="p"><group><itemRef residref="a"/><itemRef residref="b"/></group></packageItem>'
    message = items("xml", f"<newsMessage><itemSet>{g2(html)}{package}</itemSet></newsMessage>")
    assert isinstance(message[0], Draft)
    assert message[1] == LeftOut("p", "is a package of 2 other items, not text")


def test_newsml_1_takes_each_component_with_text() -> None:
    part = (
        "<NewsComponent><NewsLines><HeadLine>{0}</HeadLine></NewsLines><ContentItem><DataContent><p>{1}</p>"
        "</DataContent></ContentItem></NewsComponent>"
    )
    document = (
        "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>x.example</ProviderId><DateId>20250304</DateId>"
        "<NewsItemId>7</NewsItemId></NewsIdentifier></Identification><NewsManagement><FirstCreated>20250304T224000-0500"
        "</FirstCreated><Status FormalName='{status}'/></NewsManagement><NewsComponent>"
        f"{part.format('Ferry', FERRY)}{part.format('Fares', FARE)}</NewsComponent></NewsItem></NewsML>"
    )
    first, second = items("xml", document.replace("{status}", "Usable"))
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert [first.headline, first.id, first.published] == ["Ferry", "x.example-20250304-7", EVENING]
    assert [second.headline, second.id, second.paragraphs] == ["Fares", "x.example-20250304-7#2", (FARE,)]
    assert out("xml", document.replace("{status}", "Embargoed")) == "is embargoed"


def test_arc_ans_keeps_text_lists_quotes_and_tables() -> None:
    story = {
        "type": "story",
        "_id": "A1",
        "headlines": {"basic": "Ferry"},
        "canonical_url": "/ferry/",
        "first_publish_date": EVENING.isoformat(),
        "credits": {"by": [{"name": "Ann Lee"}]},
        "content_elements": [
            {"type": "text", "content": f"<b>{FERRY}</b>"},
            {"type": "interstitial_link", "content": "Read this"},
            {"type": "image", "caption": "The ferry."},
            {"type": "list", "items": [{"type": "text", "content": "May 1"}]},
            {"type": "quote", "content_elements": [{"type": "text", "content": "“It sails.”"}]},
            {
                "type": "table",
                "header": [{"content": "Who"}, {"content": "Fare"}],
                "rows": [[{"content": "Adult"}, {"content": "9"}]],
            },
        ],
    }
    draft = one("json", story)
    assert draft.paragraphs == (FERRY, "May 1", "“It sails.”", "Who | Fare", "Adult | 9")
    assert (draft.id, draft.url, draft.authors, draft.published) == ("A1", None, ("Ann Lee",), EVENING)
    assert out("json", story | {"revision": {"published": False}}) == "is a draft"
    assert out("json", story | {"type": "video"}) == "is a video, not text"


def test_schema_org_json_feed_and_the_replies_of_services() -> None:
    graph = {
        "@graph": [
            {"@type": "Person", "@id": "#a", "name": "Ann Lee"},
            {
                "@type": "NewsArticle",
                "headline": "Ferry &amp; fares",
                "author": {"@id": "#a"},
                "articleBody": f"{FERRY}\n\n{FARE}",
                "datePublished": EVENING.isoformat(),
            },
        ]
    }
    assert (one("json", graph).headline, one("json", graph).authors) == ("Ferry & fares", ("Ann Lee",))
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Tern Press",
        "authors": [{"name": "Ann Lee"}],
        "items": [{"id": "1", "url": "https://t.example/1", "title": "Ferry", "content_html": f"<p>{FERRY}</p>"}, 3],
    }
    entry, broken = items("json", feed)
    assert isinstance(entry, Draft)
    assert (entry.source, entry.authors, entry.url, entry.paragraphs) == (
        "Tern Press",
        ("Ann Lee",),
        "https://t.example/1",
        (FERRY,),
    )
    assert broken == Unreadable(2, "is not an object")
    reply = {
        "status": "ok",
        "articles": [
            {
                "source": {"id": None, "name": "Tern Press"},
                "author": "Ann Lee",
                "title": "Ferry",
                "url": "https://t.example/1",
                "publishedAt": "2025-03-05T03:40:00Z",
                "content": f"{FERRY} [+1234 chars]",
            }
        ],
    }
    assert (one("json", reply).paragraphs, one("json", reply).notes) == (
        (FERRY,),
        ("the text is cut short in the file",),
    )
    assert one("json", reply).source == "Tern Press"
    with pytest.raises(FormatError, match=r"schema\.org data of Recipe"):
        items("json", {"@type": "Recipe", "name": "Soup"})


WXR = """<rss xmlns:content="c" xmlns:wp="http://wordpress.org/export/1.2/" xmlns:dc="d" version="2.0"><channel>
<title>Tern Press</title><wp:wxr_version>1.2</wp:wxr_version><wp:author><wp:author_login>al</wp:author_login>
<wp:author_display_name>Ann Lee</wp:author_display_name></wp:author>{items}</channel></rss>"""


def post(title: str, status: str = "publish", kind: str = "post", password: str = "") -> str:
    return (
        f"<item><title>{title}</title><link>https://t.example/{title}</link><dc:creator>al</dc:creator><content:encoded>"
        f"<![CDATA[<!-- wp:paragraph -->{FERRY}\n\n[caption id='1']The ferry.[/caption]{FARE} [gallery ids='1']]]>"
        f"</content:encoded>"
        f"<wp:post_date>2025-03-04 22:40:00</wp:post_date><wp:post_date_gmt>2025-03-05 03:40:00</wp:post_date_gmt>"
        f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type><wp:post_password>{password}</wp:post_password></item>"
    )


def test_of_a_wordpress_export_only_published_posts_come_in() -> None:
    others = [
        post("d", "draft"),
        post("f", "future"),
        post("p", "private"),
        post("w", password="x"),
        post("a", kind="attachment"),
    ]
    found = items("xml", WXR.format(items=post("ferry") + "".join(others)))
    assert isinstance(found[0], Draft)
    assert (found[0].authors, found[0].published, found[0].url) == (("Ann Lee",), EVENING, "https://t.example/ferry")
    assert found[0].paragraphs == (FERRY, FARE)
    assert found[1:] == [
        LeftOut("5 items that are no published posts", "1 draft, 1 future, 1 private, 1 with a password, 1 attachment")
    ]


def test_wordpress_by_rest() -> None:
    answer = {
        "id": 5,
        "date": "2025-03-04T22:40:00",
        "date_gmt": "2025-03-05T03:40:00",
        "status": "publish",
        "author": 3,
        "link": "https://t.example/ferry",
        "title": {"rendered": "Ferry &#038; fares"},
        "content": {"rendered": f"<p>{FERRY}</p>", "protected": False},
        "_embedded": {"author": [{"name": "Ann Lee"}]},
    }
    draft = one("json", [answer])
    assert (draft.headline, draft.authors, draft.published, draft.paragraphs) == (
        "Ferry & fares",
        ("Ann Lee",),
        EVENING,
        (FERRY,),
    )
    assert out("json", answer | {"content": {"rendered": "", "protected": True}}) == "needs a password"


def test_mail_in_plain_text_html_and_with_a_signature() -> None:
    head = b"From: Ann Lee <a@t.example>\r\nSubject: =?utf-8?q?Caf=C3=A9?= ferry\r\n"
    head += b"Date: Tue, 04 Mar 2025 22:40:00 -0500\r\n"
    plain = one("mail", head + b"\r\n" + f"{FERRY}\r\n\r\n{FARE}\r\n-- \r\nAnn\r\n".encode())
    assert (plain.headline, plain.authors, plain.published) == ("Café ferry", ("Ann Lee",), EVENING)
    assert plain.paragraphs == (FERRY, FARE)
    html = one(
        "mail", head + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + f"<p>{FERRY}</p><p>{FARE}</p>".encode()
    )
    assert html.paragraphs == (FERRY, FARE)
    with pytest.raises(FormatError, match="no e-mail"):
        items("mail", b"Subject: x\n\nx\n")


def test_markdown_with_toml_yaml_and_json_in_front() -> None:
    body = f"\n\n{FERRY}\n\n## Fares\n\n{FARE}\n\n| Who | Fare |\n|---|---|\n| Adult | 9 |\n\n<div>In HTML.</div>\n"
    fronts = (
        '+++\ntitle = "Ferry"\ndate = 2025-03-04T22:40:00-05:00\n[extra]\nauthor = "Ann Lee"\n+++',
        "---\ntitle: Ferry\ndate: 2025-03-04T22:40:00-05:00\nauthor: Ann Lee\nurl: /ferry/\n---",
        '{\n"title": "Ferry", "date": "2025-03-04T22:40:00-05:00", "authors": ["Ann Lee"]\n}',
    )
    for front in fronts:
        draft = one("markdown", front + body)
        assert (draft.headline, draft.authors, draft.published, draft.url) == ("Ferry", ("Ann Lee",), EVENING, None)
        assert draft.paragraphs == (FERRY, "Fares", FARE, "Who | Fare", "Adult | 9", "In HTML.")
    assert out("markdown", f"+++\ntitle = 'F'\ndraft = true\n+++{body}") == "is a draft"
    with pytest.raises(FormatError, match="not TOML"):
        items("markdown", "+++\na b\n+++\nText")


WIRE = """a0412
BC-EU--Ferry, 2nd Ld-Writethru
Eds: UPDATES with fare.
Ferry to sail again
By ANN LEE
   The night ferry to Sorrel Island will sail again from May, the
harbour board of Calder Point said on Tuesday.
   A return ticket costs nine crowns, two more than before the
winter, the operator Tern Line said.
AP-NY-03-04-25 2240EST
"""


def test_wire_text_without_its_routing_and_wrapping() -> None:
    draft = one("text", WIRE)
    assert (draft.headline, draft.authors, draft.paragraphs) == ("Ferry to sail again", ("Ann Lee",), (FERRY, FARE))


@pytest.mark.parametrize(
    ("text", "headline", "paragraphs"),
    [
        (f"Ferry\n{FERRY}\n{FARE}", "Ferry", (FERRY, FARE)),
        (f"Ferry\n\n{FERRY}\n\n{FARE}\n\n(ends)", "Ferry", (FERRY, FARE)),
        (f"Headline: Ferry\nBy: Ann Lee\nDate: 2025-03-04\n\n{FERRY}", "Ferry", (FERRY,)),
        (f"Ferry\nBy Ann Lee\nMarch 4, 2025\n\n{FERRY}", "Ferry", (FERRY,)),
        (f"Ferry to sail again\nfrom the pier\n\n{FERRY}", "Ferry to sail again from the pier", (FERRY,)),
        ("Ferry\n\nThe fares:\n- Adult 9\n- Child 0\n", "Ferry", ("The fares:", "- Adult 9", "- Child 0")),
        (f"Why: a report\n\n{FERRY}", "Why: a report", (FERRY,)),
    ],
)
def test_text_in_the_shapes_that_editors_give_it(text: str, headline: str, paragraphs: tuple[str, ...]) -> None:
    draft = one("text", text)
    assert (draft.headline, draft.paragraphs) == (headline, paragraphs)


def test_an_embargo_in_a_text_holds() -> None:
    assert one("text", f"EMBARGOED UNTIL 2999-01-01T00:00:00Z\nFerry\n\n{FERRY}").embargoed is not None
    assert out("text", f"EMBARGOED until noon\nFerry\n\n{FERRY}") == "is under embargo until noon"
    assert one("text", f"EMBARGOED UNTIL 2020-01-01T00:00:00Z\nFerry\n\n{FERRY}").headline == "Ferry"


def test_one_wrong_item_of_a_list_spoils_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps(
            [
                {"headline": "A", "text": "T."},
                {"headline": "B", "text": "T.", "published": 177},
                {"headline": "C", "text": "T."},
            ]
        )
    )
    first, second, third = read_paths([path])
    assert isinstance(first, Found)
    assert isinstance(third, Found)
    assert str(second) == f"{path}: article 2: published: must be a string"


def test_a_date_that_may_be_two_leaves_the_article_undated_and_says_so() -> None:
    draft = one("json", {"headline": "F", "text": FERRY, "published": "03/04/2025"})
    assert draft.published is None
    assert draft.notes == ("published: '03/04/2025' may be two days; write it like 2023-06-26; taken without a date",)


def test_a_feeds_markup_tails_and_times() -> None:
    feed = (
        "<rss version='2.0'><channel><title>Tern &amp;amp; Press</title>"
        "<item><title><![CDATA[O&#8217;Neil &amp; <em>Sons</em>]]>"
        "</title><link>https://t.example/1?utm_source=rss</link><pubDate>Tue, 04 Mar 2025 22:40:00 -0500</pubDate>"
        f"<description><![CDATA[<p>{FERRY}</p><p>{FARE} <a href='/1'>Continue reading...</a></p>"
        "<p>The post Ferry appeared first on Tern.</p>]]>"
        "</description></item></channel></rss>"
    )
    draft = one("xml", feed)
    assert (draft.headline, draft.source) == ("O’Neil & Sons", "Tern & Press")
    assert (draft.published, draft.url) == (EVENING, "https://t.example/1")
    assert draft.paragraphs == (FERRY, FARE)


def test_archives_are_read_member_by_member(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/a.txt", f"Ferry\n\n{FERRY}")
        archive.writestr("photo.jpg", b"x")
        archive.writestr("__MACOSX/._a.txt", b"x")
    found, other = read_paths([tmp_path / "a.zip"])
    assert isinstance(found, Found)
    assert (found.where, found.origin) == (f"{tmp_path}/a.zip!in/a.txt", f"{tmp_path}/a.zip!in/a.txt")
    assert isinstance(other, SourceError)
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as archive2:
        data = json.dumps({"headline": "Ferry", "text": FERRY}).encode()
        entry = tarfile.TarInfo("a.json")
        entry.size = len(data)
        archive2.addfile(entry, io.BytesIO(data))
    [found] = read_paths([tmp_path / "b.tar.gz"])
    assert isinstance(found, Found)
    (tmp_path / "c.zip").write_bytes(b"PK no zip")
    [torn] = read_paths([tmp_path / "c.zip"])
    assert "torn or no zip archive" in str(torn)


def test_a_torn_archive_is_told_and_what_is_whole_in_it_is_taken(tmp_path: Path) -> None:
    """Whatever is torn in it: packed bytes, names, versions, the head of a file in the middle."""
    text = f"Ferry\n\n{FERRY} " + " ".join(map(str, range(500)))
    for packing in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", packing) as archive:
            archive.writestr("a.txt", text)
            archive.writestr("b.txt", f"Fares\n\n{FARE}")
        data = bytearray(packed.getvalue())
        data[60:90] = bytes(byte ^ 0xFF for byte in data[60:90])
        (tmp_path / "a.zip").write_bytes(data)
        torn, found = read_paths([tmp_path / "a.zip"])
        assert str(torn) == f"{tmp_path}/a.zip!a.txt: is torn, locked, or packed in a way that cannot be read"
        assert isinstance(found, Found)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("é.txt", text)
    newer = bytearray(packed.getvalue())
    newer[newer.find(b"PK\x01\x02") + 6] = 99
    for damaged in (packed.getvalue().replace("é".encode(), b"\xff\xfe"), bytes(newer)):
        (tmp_path / "b.zip").write_bytes(damaged)
        [torn] = read_paths([tmp_path / "b.zip"])
        assert "torn or no zip archive" in str(torn)


def test_a_tar_that_is_torn_at_the_head_of_a_file_does_not_end_there_in_silence(tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name in ("a.txt", "b.txt", "c.txt"):
            entry = tarfile.TarInfo(name)
            entry.size = len(FERRY) + 7
            archive.addfile(entry, io.BytesIO(f"Ferry\n\n{FERRY}".encode()))
    whole = made.getvalue()
    damaged = bytearray(whole)
    second = whole.find(b"b.txt")
    damaged[second + 148 : second + 152] = b"????"  # its checksum
    for data in (bytes(damaged), whole[: second + 100], whole[:second]):
        (tmp_path / "a.tar").write_bytes(data)
        found, torn = read_paths([tmp_path / "a.tar"])
        assert isinstance(found, Found)
        assert "torn or no tar archive" in str(torn)


RSS_ITEM = "<item><title>Ferry {0}</title><link>https://n.example/{0}</link><description>{1}</description></item>"


@pytest.mark.parametrize("closed", ["</channel></rss>", "</channel></rss><!-- cached -->\n"])
def test_of_a_feed_that_is_torn_what_is_whole_is_taken_and_the_rest_told(closed: str) -> None:
    feed = "<rss version='2.0'><channel><title>N</title>" + "".join(RSS_ITEM.format(i, FERRY) for i in (1, 2))
    assert len(parse("xml", (feed + closed).encode())) == 2
    first, torn = parse("xml", feed[: feed.rfind("said")].encode())
    assert isinstance(first, Draft)
    assert (first.headline, first.paragraphs) == ("Ferry 1", (FERRY,))
    assert isinstance(torn, Unreadable)
    assert torn.message == "is torn: it ends inside <rss>; write it again, or add it again when it is whole"


def test_a_draft_whose_status_was_to_follow_in_a_torn_export_is_not_taken() -> None:
    export = WXR.format(items=post("ferry") + post("d", "draft"))
    first, torn = parse("xml", export[: export.rfind("<wp:status>")].encode())
    assert isinstance(first, Draft)
    assert first.url == "https://t.example/ferry"
    assert isinstance(torn, Unreadable)


@pytest.mark.parametrize(
    "document",
    [
        f"<nitf><body><body.head><hedline><hl1>Ferry</hl1></hedline></body.head><body.content><p>{FERRY}</p><p>{FARE}",
        f"<a:newsItem xmlns:a='http://iptc.org/std/nar/2006-10-01/'><a:contentSet><a:inlineData>{FERRY}",
        f"<NewsML><NewsItem><NewsComponent><ContentItem><DataContent><p>{FERRY}</p>",
    ],
)
def test_half_a_document_of_an_agency_is_not_taken_for_all_of_it(document: str) -> None:
    with pytest.raises(FormatError, match="is torn: it ends inside <"):
        parse("xml", document.encode())


def test_other_files_of_a_folder_are_named_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"Ferry\n\n{FERRY}")
    for name in ("b.jpg", "c.jpg", "d.odt"):
        (tmp_path / name).write_bytes(b"x")
    *_, last = read_paths([tmp_path])
    assert str(last) == f"{tmp_path}: 3 files are of other kinds (2 .jpg, 1 .odt) and not taken: b.jpg, c.jpg, d.odt"


def test_what_was_left_out_on_purpose_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(ninjs(pubstatus="canceled")))
    [passed] = read_paths([tmp_path / "a.json"])
    assert isinstance(passed, Passed)
    assert str(passed) == f"{tmp_path}/a.json: left out: Ferry: is canceled"


def test_a_sitemap_is_a_list_of_addresses() -> None:
    with pytest.raises(FormatError, match="is a sitemap: 1 addresses"):
        items("xml", "<urlset><url><loc>https://t.example/1</loc></url></urlset>")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7", "pdf"),
        (b'{"a": 1}', "json"),
        (b"[1]", "json"),
        (b"<!doctype html><p>", "html"),
        (b"<p>A", "html"),
        (b"<?xml version='1.0'?><nitf/>", "xml"),
        (b"<rss/>", "xml"),
        (b"+++\na = 1\n+++\n", "markdown"),
        (b"---\na: 1\n---\n", "markdown"),
        (b"From: a@b\nSubject: x\n\nx", "mail"),
        (b"Date: today\nnothing else", "text"),
        (b"A headline\n\nText", "text"),
        (nitf(), "xml"),
    ],
)
def test_the_format_of_a_stream_is_told_by_how_it_begins(data: bytes, kind: str) -> None:
    assert sniffed(data) == kind


def test_a_date_above_the_heading_is_the_articles_only_beside_it() -> None:
    """A strip of other stories has dates, too."""
    strip = "<div><div><a href='/1'>Fares go up</a> <span class='date'>12 May 2025</span></div></div>"
    own = "<div class='top'><span class='date'>14 May 2025</span><h1>Ferry to sail again</h1></div>"
    rest = f"<div class='text'><p>{FERRY}</p><p>{FARE}</p></div></body></html>"
    page = "<html><head><title>Ferry to sail again</title></head><body>"
    assert one("html", f"{page}{strip}{own}{rest}").published == date(2025, 5, 14)
    assert one("html", f"{page}{strip}<h1>Ferry to sail again</h1>{rest}").published is None


def test_what_only_screen_readers_tell_is_left_out() -> None:
    hidden = "<span class='css-1-VisuallyHidden'>opens in a new tab</span>"
    page = f"<html><body><article><h1>Ferry</h1><p>{FERRY}{hidden}</p><p>{FARE}</p></article></body></html>"
    assert one("html", page).paragraphs == (FERRY, FARE)


def test_an_item_that_names_its_text_elsewhere_says_what_to_do() -> None:
    item = {key: value for key, value in ninjs().items() if key != "body_text"}
    with pytest.raises(FormatError, match="download its NITF rendition"):
        items("json", {"data": {"item": item | {"renditions": {"nitf": {"href": "https://t.example/n"}}}}})


def test_a_caption_that_is_text_stays_marked_and_a_name_does_not() -> None:
    sentence = "The ferry was built in 1931 and has carried nobody since the winter."
    figure = "<figure><img src='a.jpg'><figcaption>{0}</figcaption></figure>"
    markup = (
        f"<p>{FERRY}</p>{figure.format(f'{sentence} (Photo: Leif Aumann)')}{figure.format('The ferry')}<p>{FARE}</p>"
    )
    assert one("json", {"headline": "F", "text": markup}).paragraphs == (FERRY, FARE, f"Caption: {sentence}")


def test_questions_that_editors_wrote_come_with_the_article() -> None:
    asked = ["Who sails?", "What is the fare?"]
    plain = {"headline": "Ferry", "paragraphs": [FERRY], "questions": [*asked, 7, "x" * 1_001]}
    assert one("json", plain).parts["questions"] == asked
    front = f"---\ntitle: Ferry\nquestions:\n  - {asked[0]}\n  - {asked[1]}\n---\n\n{FERRY}\n"
    assert one("markdown", front).parts["questions"] == asked
    toml = f'+++\ntitle = "Ferry"\n[extra]\nquestions = ["{asked[0]}", "{asked[1]}"]\n+++\n\n{FERRY}\n'
    assert one("markdown", toml).parts["questions"] == asked
    assert one("json", plain | {"questions": asked[0]}).parts["questions"] == asked[:1]


def test_an_agencys_kill_names_its_story_as_the_story_names_itself() -> None:
    """By its id, else by its address."""
    nitf = (
        "<nitf><head><docdata management-status='killed'>{0}</docdata><pubdata ex-ref='https://n.example/1'/></head>"
        "<body><body.head><hedline><hl1>Ferry</hl1></hedline></body.head></body></nitf>"
    )
    for document, name in (
        (nitf.format(""), "https://n.example/1"),
        (nitf.format("<doc-id id-string='n-1'/>"), "n-1"),
        (json.dumps(ninjs(uri="https://n.example/1", pubstatus="canceled")), "https://n.example/1"),
        (json.dumps(ninjs(pubstatus="canceled", url="https://n.example/1")), "urn:x:1"),
    ):
        [item] = items("xml" if document.startswith("<") else "json", document)
        assert isinstance(item, LeftOut)
        assert item.kills == name
