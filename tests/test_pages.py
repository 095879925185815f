"""Every page and file of ``data/pages`` comes in as it was published: own words and invented names, real habits."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from typing import Any

import pytest

from bench.pages import DATA, Tally, compare
from index.formats import FormatError, kind_of, parse
from index.formats.draft import Draft
from index.ingest import read_paths

RIGHT: dict[str, dict[str, Any]] = json.loads((DATA / "right.json").read_text("utf-8"))


@pytest.mark.parametrize("name", RIGHT)
def test_it_comes_in_as_it_was_published(name: str) -> None:
    tally = Tally()
    compare(tally, name, RIGHT[name], list(read_paths([DATA / name])))
    assert tally.wrong == []


def test_nothing_is_measured_that_is_not_there() -> None:
    assert {path.name for path in DATA.iterdir()} == {*RIGHT, "right.json"}


@pytest.mark.parametrize("name", [name for name in RIGHT if not name.endswith((".gz", ".zip"))])
def test_a_torn_file_leads_to_articles_or_to_one_line(name: str) -> None:
    """Cut off, with bytes changed, with a piece missing: never to an error that names no file."""
    path, chance = DATA / name, random.Random(name)
    kind = (kind_of(path) or ("", False))[0]
    whole = path.read_bytes()
    changed = bytearray(whole)
    for _ in range(20):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    middle = chance.randrange(len(whole))
    for data in (whole[:middle], bytes(changed), whole[:middle] + whole[middle + 200 :]):
        with suppress(FormatError):
            assert parse(kind, data)


@pytest.mark.parametrize("named", ["<footer>– {}</footer>", "<p><cite>{}</cite></p>", "<figcaption>{}</figcaption>"])
def test_a_quotation_that_stands_in_the_text_is_not_set_beside_it_whoever_it_names_and_another_stays(
    named: str,
) -> None:
    first = "“The wall is older than the town, and it will be here when the town has gone,” said the mason, Ida Voll."
    last = "The council has put the repair off until the spring, when the frost is out of the stones and the river low."
    pulled, own = "the wall is older than the town", "Nobody has ever counted the stones, and nobody will."
    box = (
        f"<blockquote><p>{pulled}</p>{named.format('Ida Voll, who has mended it since 1988, and a mason')}</blockquote>"
    )
    texts = f"<p>{first}</p>{box}<blockquote><p>{own}</p></blockquote><p>{last}</p>"
    page = f"<article><h1>The wall of Sallow</h1>{texts}</article>"
    (draft,) = parse("html", f"<html><head><title>The wall of Sallow</title></head><body>{page}</body></html>".encode())
    assert isinstance(draft, Draft)
    assert draft.paragraphs == (first, own, last)


def test_names_and_roles_that_touch_are_told_apart_and_roles_are_nobody() -> None:
    byline = "<span>By</span><a>Ann Lee</a><span>and</span><a>Bo Ek</a><span>Western Correspondent</span>"
    text = "<p>The pier of Sallow opens on Friday, eleven weeks after the storm took four of its piles away.</p>" * 3
    page = f"<article><h1>The pier opens</h1><div class='byline'>{byline}</div>{text}</article>"
    (draft,) = parse("html", f"<html><head><title>The pier opens</title></head><body>{page}</body></html>".encode())
    assert isinstance(draft, Draft)
    assert draft.authors == ("Ann Lee", "Bo Ek")


def test_where_somebody_played_is_no_author() -> None:
    byline = '<ul class="authors"><li>Cody Vance</li><li>Played hockey, badly, at Marl State</li></ul>'
    prose = "<p>The council of the town voted on the bridge on Friday, and the mayor was content with it.</p>" * 3
    [draft] = parse("html", f"<html><body><article><h1>Vote won</h1>{byline}{prose}</article></body></html>".encode())
    assert isinstance(draft, Draft)
    assert draft.authors == ("Cody Vance",)


HOSTILE = {
    "labels": "<div>" + "<p>Comments</p>" * 40_000 + "</div>",
    "comments": '<script type="application/ld+json">{"@type":"NewsArticle",\n' + "/* a\n" * 400_000 + "</script>",
    "names": f'<p class="byline">Ann {"ABC-" * 40}</p><meta name="author" content="Ann {"ABC-" * 200_000}">',
}
"""Looked at from each place to the end, as it was, these would take some twenty minutes and more."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_repeats_itself_without_end_is_read_once(body: str) -> None:
    prose = (
        "<p>The council of the town voted on the bridge on Friday, and the mayor was content with all of it.</p>" * 3
    )
    [draft] = parse("html", f"<html><head><title>Vote won</title></head><body><h1>Vote won</h1>{prose}{body}".encode())
    assert isinstance(draft, Draft)
    assert draft.headline == "Vote won"


PLACES = {
    "Sorrel Bay": "Sorrel Bay lies behind two rows of dunes, and the path through them takes a quarter of an hour on "
    "foot from the last stop of the bus. The water stays warm until October, and nobody sells anything there.",
    "Tern Cove, Calder Point": "Whoever does not mind a hundred and twelve steps has Tern Cove to themselves on most "
    "days of June. The rock pools on its left side are deep enough for children who have just learned to swim.",
    "The Long Strand": "Eleven miles of sand begin where the road ends, and the Strand is never full, not even in "
    "August. The lifeguards sit at its northern end alone, beside the old coal pier.",
    "Mill Beach": "The town's own beach is the smallest of them, and the only one with a café: the mill itself, which "
    "grinds no flour any more and bakes all the better. Dogs are allowed before nine.",
}
INTRO = "The coast between Calder Point and Orle has more beaches than its people have names for; four are worth a day."
_TITLE = "Four beaches for a day at the sea"


def paragraphs_of(body: str) -> tuple[str, ...]:
    head = f"<head><title>{_TITLE}</title></head>"
    page = f"<html>{head}<body><main><article><h1>{_TITLE}</h1><p>{INTRO}</p>{body}</article></main></body></html>"
    (draft,) = parse("html", page.encode())
    assert isinstance(draft, Draft)
    return draft.paragraphs


@pytest.mark.parametrize(
    "section",
    [
        "<h2><a href='/places/{0}'>{1}</a></h2><p>{2}</p>",
        "<a href='/places/{0}'><h3>{1}</h3></a><figure><img src='{0}.jpg'></figure><p>{2}</p>",
        "<h2>{0}. <a href='https://places.example/{0}'>{1}</a></h2><p>{2}</p>",
        "<section><h3><a href='/places/{0}'>{1}</a></h3><p>{2}</p></section>",
    ],
)
def test_the_subheadings_of_a_list_are_its_own_though_they_are_links(section: str) -> None:
    """Each names what the text below it is about."""
    body = "".join(section.format(number, *place) for number, place in enumerate(PLACES.items(), start=1))
    numbered = "{0}. " if "{0}. <a" in section else ""
    names = [numbered.format(number) + name for number, name in enumerate(PLACES, start=1)]
    assert paragraphs_of(body) == (INTRO, *(line for pair in zip(names, PLACES.values(), strict=True) for line in pair))


@pytest.mark.parametrize(
    "own", ["", "<h2>Where the buses go</h2>", "<h2>Where the buses go</h2><h2>What it costs</h2>"]
)
def test_titles_of_other_stories_between_the_paragraphs_are_no_subheadings(own: str) -> None:
    others = [
        "Harbour board raises fares for the third time",
        "Why the night ferry will not sail in winter",
        "Beaches of the north: a guide for families",
        "Council votes on parking at the coast",
    ]
    texts = list(PLACES.values())
    body = own.join(
        f"<h2><a href='/2025/{number}'>{title}</a></h2><p>{text}</p>"
        for number, (title, text) in enumerate(zip(others, texts, strict=True))
    )
    assert not {*others} & {*paragraphs_of(body)}


@pytest.mark.parametrize("tag", ["h2", "h3"])
def test_a_list_of_other_stories_below_a_text_is_not_its_own(tag: str) -> None:
    more = "".join(
        f"<div><{tag}><a href='/p/{number}'>{name}</a></{tag}><p>{text[:120]}</p></div>"
        for number, (name, text) in enumerate(PLACES.items())
    )
    text = "The harbour board of Calder Point met on Tuesday and put off the vote on the fares until the spring. "
    body = "".join(f"<p>{number}. {text * 2}</p>" for number in range(8))
    assert not {*PLACES} & {*paragraphs_of(body + more)}
