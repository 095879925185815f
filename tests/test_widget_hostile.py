"""What others write, and pages made to harm: what becomes of it in a real Chromium, as docs/security.md has it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.chromium import Page, needs_chromium
from tests.test_widget import COST, QUESTION, SHADOW, StoryPage, story, text
from tests.widget_site import SENTENCES, answer, citation, near, reply

__all__ = ["story"]
pytestmark = [pytest.mark.browser, needs_chromium]
OVERRIDE = "\u202eesrever\u2066"
"""Turns what follows around, and does not end it."""
LONG_WORD = "Donaudampfschifffahrt" * 500
HEAPED = "Z" + "\u0301\u0316" * 400
STRANGE = [
    OVERRIDE, LONG_WORD, HEAPED, "\u200b\u200d\ufeff", "</script><script>window.hacked = 1</script>", "\x00\x07\ud800",
    "{text} {n} $& $1", "constructor", "__proto__", "A" * 10_000, "]]><!--", "} * { display: none } .x {",
]  # fmt: skip


def everywhere(strange: str) -> dict[str, Any]:
    """A reply that says it in every field."""
    sentence = f"It cost {strange} at {COST}."
    cited = citation(
        COST, sentence, headline=strange, source=strange, author=strange, published=strange, correction=strange,
        updated=strange, attribution={"speaker": strange}, article_id=strange,
    )  # fmt: skip
    other = near(headline=strange, source=strange, sentence=strange, published=strange, article_id=strange)
    return reply(
        answer(COST, citations=[cited, cited]), answer(strange, citations=[cited]), newer=[other],
        understood_as=strange, timeline=[{"value": strange, "published": strange, "citation": cited}],
    )  # fmt: skip


def test_strange_text_in_every_field_stays_text_inside_the_box(story: StoryPage) -> None:
    """Nothing is parsed, nothing sticks out at 320 pixels, nothing is painted over the page around."""
    story.pullquote.replies |= {f"q{n}": everywhere(strange) for n, strange in enumerate(STRANGE)}
    story.page_given = {"csp": False}
    tab = story.open(width=320)
    for number in range(len(STRANGE)):
        story.ask(tab, f"q{number}")
        assert tab.js("document.documentElement.scrollWidth") <= 320, STRANGE[number][:20]
    tab.js(f"{SHADOW}.querySelectorAll('details').forEach(e => e.open = true)")
    assert tab.js("document.documentElement.scrollWidth") <= 320
    assert tab.js("window.hacked") is None
    assert tab.js(f"{SHADOW}.querySelectorAll('script, style, img, iframe').length") == 0
    assert tab.js(f"getComputedStyle({SHADOW}.querySelector('.box')).overflow") == "clip"
    longest = tab.js(f"Math.max(...[...{SHADOW}.querySelectorAll('cite, .fact')].map(e => e.textContent.length))")
    assert longest <= 303, "300 characters, the cut, the point behind"
    assert [said for said in tab.complaints if "favicon" not in said] == []


def test_an_override_of_direction_turns_nothing_around_but_its_own_text(story: StoryPage) -> None:
    """The date behind a headline that turns text around runs from left to right still."""
    for name, headline in (("plain", "Town opens bridge"), ("turned", f"Town {OVERRIDE}")):
        cited = citation(COST, headline=headline, source=headline)
        story.pullquote.replies[name] = reply(answer(COST, citations=[cited], corroboration=None), newer=[near()])
    tab = story.open()
    story.ask(tab, "plain")
    story.ask(tab, "turned")
    where = (
        "(turn => { const fact = turn.querySelectorAll('.fact')[1]; const node = fact.querySelector('bdi').firstChild;"
        "const at = i => { const r = document.createRange(); r.setStart(node, i); r.setEnd(node, i + 1);"
        "return r.getBoundingClientRect().left; }; return at(0) < at(5); })"
    )
    turns = f"[...{SHADOW}.querySelectorAll('.turn')]"
    assert tab.js(f"{turns}.map({where})") == [True, True]


def test_addresses_that_begin_with_what_is_not_seen_never_become_links(story: StoryPage) -> None:
    urls = [
        "\x01javascript:window.hacked=1", "\u200bjavascript:window.hacked=1", "java\tscript:window.hacked=1",
        "\x00data:text/html,<script>1</script>", "jav&#x61;script:1", "blob:https://a.example/1",
        "view-source:https://a", "https:evil",
        "https://a.example:99999/", "\u202ehttps://a.example/",
    ]  # fmt: skip
    for number, url in enumerate(urls):
        bad = answer(COST, citations=[citation(COST, article_id="x", url=url, deep_link=url)])
        story.pullquote.replies[f"q{number}"] = reply(bad, newer=[near(url=url, deep_link=url)])
    tab = story.open()
    for number in range(len(urls)):
        story.ask(tab, f"q{number}")
    hrefs = tab.js(f"[...{SHADOW}.querySelectorAll('[href], [cite]')].map(e => e.getAttribute('href') ?? '')")
    assert {href for href in hrefs if href} <= {"https://evil/"}, "an address with a slash left out is a web address"
    assert tab.js("window.hacked") is None


def test_odd_fragments_stay_in_the_address(story: StoryPage) -> None:
    for number, fragment in enumerate(["%E0%A4%A", "\ud800", "a-,b,-c&text=%00", "<b>'\"", "\u202e", "#:~:text=x#"]):
        link = f"https://news.example/other#:~:text={fragment}"
        cited = citation(COST, article_id="x", url="https://news.example/other", deep_link=link)
        story.pullquote.replies[f"q{number}"] = reply(answer(COST, citations=[cited]))
    tab = story.open()
    for number in range(6):
        story.ask(tab, f"q{number}")
    hosts = tab.js(f"[...{SHADOW}.querySelectorAll('a[part=link]')].map(a => a.origin + a.pathname)")
    assert hosts == ["https://news.example/other"] * 6


@pytest.mark.parametrize(
    "attributes",
    [
        'theme="dark} * {display: none"', 'lang="&lt;b&gt;"', f'lang="{"x" * 5_000}"', 'lang="de_DE"',
        'lang="__proto__"',
        'lang="ar-%%%"', 'dir="sideways"', 'from="\'; DROP" to="9999-99-99"', 'sources=";;; ;"', 'key="€"',
        'style="--pullquote-accent: url(https://evil.example/x)"',
    ],
)  # fmt: skip
def test_attributes_that_make_no_sense_break_nothing(story: StoryPage, attributes: str) -> None:
    story.page_given = {"csp": False}
    tab = story.open(f'<pullquote-ask article="bridge" {attributes}></pullquote-ask>')
    story.ask(tab, QUESTION)
    assert tab.js(f"{SHADOW}.querySelector('.box').getBoundingClientRect().height") > 100
    assert tab.js("performance.getEntriesByType('resource').filter(e => /evil/.test(e.name)).length") == 0
    if "€" in attributes:
        assert text(tab, "[part=error]"), "no header can have it"
    else:
        assert text(tab, "[part=answer]") == COST
    if "de_DE" in attributes:
        assert text(tab, "[part=ask]") == "Fragen"


def test_the_address_of_another_origin_is_asked_about_and_never_loaded(story: StoryPage) -> None:
    story.pullquote.offers = {"article": None}
    tab = story.open('<pullquote-ask url="https://evil.example/x?a=<b>"></pullquote-ask>')
    tab.wait(f"{SHADOW}.querySelector('form').hidden")
    loaded = tab.js("performance.getEntriesByType('resource').map(e => new URL(e.name).origin)")
    assert set(loaded) == {story.server.url}


def test_messages_of_other_windows_do_nothing(story: StoryPage) -> None:
    tab = story.open()
    for sent in ({"question": "x"}, "ask", {"type": "pullquote-cite", "detail": {"url": "javascript:1"}}):
        tab.js(f"postMessage({json.dumps(sent)}, '*')")
    tab.wait("new Promise(r => setTimeout(() => r(1), 50))")
    assert story.server.asked() == []
    assert tab.js(f"{SHADOW}.querySelectorAll('.turn').length") == 0


def test_a_page_s_own_looks_change_no_quote(story: StoryPage) -> None:
    widget = (
        '<div style="text-transform: uppercase; letter-spacing: 1em; white-space: nowrap; text-indent: 9em">'
        '<pullquote-ask article="bridge"></pullquote-ask></div>'
    )
    story.page_given = {"csp": False}
    tab = story.open(widget, width=320)
    story.ask(tab, QUESTION)
    assert " ".join(tab.js(f"{SHADOW}.querySelector('blockquote').innerText").split()) == SENTENCES[1]
    assert tab.js("document.querySelector('pullquote-ask').scrollWidth") <= 320


def test_text_of_twice_the_size_and_a_zoom_of_two_fit(story: StoryPage) -> None:
    story.pullquote.offers = {"questions": [QUESTION], "feedback": True}
    tab = story.open(width=640, prefers_reduced_motion="reduce")
    tab.resize(320, 350, 2)  # what a zoom of 200 % makes of 640 pixels
    tab.js("void new CSSStyleSheet().replace('html{font-size:200%}').then(s => document.adoptedStyleSheets = [s])")
    story.ask(tab, QUESTION)
    assert tab.js("document.documentElement.scrollWidth") <= 320
    assert max(tab.js(f"[...{SHADOW}.querySelectorAll('*')].map(e => e.getBoundingClientRect().right)")) <= 320


def test_forced_colours_keep_marks_borders_and_focus(story: StoryPage) -> None:
    tab = story.open(forced_colors="active")
    story.ask(tab, QUESTION)
    style = "getComputedStyle"
    assert tab.js(f"{style}({SHADOW}.querySelector('mark')).backgroundColor") != tab.js(
        f"{style}({SHADOW}.querySelector('.box')).backgroundColor"
    )
    for part in ("ask", "field", "box"):
        assert tab.js(f"{style}({SHADOW}.querySelector('[part={part}]')).borderTopStyle") == "solid"
    tab.js(f"{SHADOW}.querySelector('[part=ask]').focus()")
    assert tab.js(f"{style}({SHADOW}.querySelector('[part=ask]')).outlineStyle") == "solid"


def focused(tab: Page) -> str:
    """What has the focus, and whether that is seen."""
    within = "let e = document.activeElement; while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;"
    seen = "getComputedStyle(e).outlineStyle === 'solid' ? '' : ' unseen'"
    return str(tab.js(f"(() => {{ {within} return (e.getAttribute('part') ?? e.localName) + ({seen}); }})()"))


def test_the_keyboard_passes_everything_once_in_the_order_in_which_it_is_seen(story: StoryPage) -> None:
    story.pullquote.offers = {"questions": [QUESTION], "feedback": True}
    tab = story.open()
    tab.wait(f"{SHADOW}.querySelector('[part=suggestion]')")
    walked = []
    for _ in range(3):
        tab.press("Tab")
        walked.append(focused(tab))
    assert walked == ["suggestion", "field", "ask"]
    tab.js(f"{SHADOW}.querySelector('[part=suggestion]').focus()")
    tab.press("Enter")
    tab.wait(f"{SHADOW}.querySelector('.reply')")
    assert focused(tab) == "turn", "the suggestion is gone"
    tab.js(f"{SHADOW}.querySelector('[part=link]').focus()")
    walked = [focused(tab)]
    for _ in range(5):
        tab.press("Tab")
        walked.append(focused(tab))
    assert walked == ["link", "verdict", "verdict", "field", "ask", "clear"]
    tab.press("Enter")
    assert focused(tab).startswith("field")
    assert tab.js(f"{SHADOW}.querySelectorAll('.turn').length") == 0
