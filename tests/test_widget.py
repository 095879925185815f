"""<pullquote-ask> in a real Chromium, under a page with a strict policy, against replies that are written here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chromium import NODE_HINT, Chromium, Page, needs_chromium
from tests.widget_site import SENTENCES, Pullquote, Seen, Site, answer, as_json, citation, near, page, reply, serving

pytestmark = [pytest.mark.browser, needs_chromium]
AXE = Path(__file__).parent.parent / "web" / "node_modules" / "axe-core" / "axe.min.js"
SHADOW = "document.querySelector('pullquote-ask').shadowRoot"
MARKED = "[...[...CSS.highlights.get('pullquote') ?? []].map(String)].join()"
QUESTION = "How much did it cost?"
COST = "1.2 million euro"


class StoryPage:
    """A newsroom's story with the component, open in the browser."""

    def __init__(self, browser: Chromium, pullquote: Pullquote, server: Site, site: Site) -> None:
        self._browser = browser
        self.pullquote = pullquote
        self.server = server
        self.site = site
        self.widget = '<pullquote-ask article="bridge"></pullquote-ask>'
        self.page_given: dict[str, Any] = {}
        self.tabs: list[Page] = []

    def open(self, widget: str | None = None, *, width: int = 900, path: str = "/", **features: str) -> Page:
        self.widget = widget or self.widget
        tab = self._browser.page(width, features=features)
        self.tabs.append(tab)
        tab.open(self.site.url + path)
        tab.wait(f"{SHADOW}.querySelector('form')")
        return tab

    def ask(self, tab: Page, question: str) -> None:
        count = tab.js(f"{SHADOW}.querySelectorAll('.reply, [part=error]').length")
        tab.js(f"void document.querySelector('pullquote-ask').ask({json.dumps(question)})")
        tab.wait(f"{SHADOW}.querySelectorAll('.reply, [part=error]').length > {count}")


@pytest.fixture
def story(browser: Chromium) -> Iterator[StoryPage]:
    pullquote = Pullquote()
    pullquote.replies[QUESTION] = reply(answer(COST))

    def show(request: Seen) -> Any:
        if request.path.startswith("/favicon"):
            return 404, {}, b""
        return page(made.widget, server.url, **made.page_given)

    with serving(pullquote) as server, serving(show) as site:
        made = StoryPage(browser, pullquote, server, site)
        yield made
        for tab in made.tabs:
            tab.close()


def text(tab: Page, selector: str) -> str:
    """What is in the first element of ``selector``, white space made one."""
    return " ".join(tab.js(f"{SHADOW}.querySelector({json.dumps(selector)})?.textContent ?? ''").split())


def test_with_the_keyboard_alone_a_reader_asks_reads_and_follows(story: StoryPage) -> None:
    tab = story.open()
    tab.press("Tab")
    assert tab.js(f"{SHADOW}.activeElement.id") == "question"
    tab.type(QUESTION)
    tab.press("Enter")
    tab.wait(f"{SHADOW}.querySelector('.reply')")
    assert text(tab, "blockquote") == SENTENCES[1]
    assert text(tab, "mark") == COST, "after an emoji, too"
    assert text(tab, "[part=answer]") == COST
    assert text(tab, "[part=certainty]") == "Likely91 % sure"
    assert text(tab, "[part=source]") == "Town opens bridge · The Daily · 3 May 2024 · paragraph 2".replace(
        "3 May 2024", tab.js("new Date('2024-05-03').toLocaleDateString('en', {dateStyle: 'long', timeZone: 'UTC'})")
    )
    assert tab.js(f"{SHADOW}.activeElement.id") == "question", "the next question can be typed at once"
    tab.press("Tab", shift=True)
    assert tab.js(f"{SHADOW}.activeElement.matches('a[part=link]')"), "the link comes before the field, as it is seen"
    tab.press("Enter")
    tab.wait(f"{MARKED} === '{COST}'")
    assert not tab.complaints


def test_live_regions_tell_the_answer(story: StoryPage) -> None:
    tab = story.open()
    story.ask(tab, QUESTION)
    assert tab.js(f"{SHADOW}.querySelector('.reply').closest('[aria-live=polite]').getAttribute('role')") == "log"
    assert tab.js(f"{SHADOW}.querySelector('[role=status]').textContent") == ""
    assert tab.js(f"{SHADOW}.querySelector('.log').hasAttribute('aria-busy')") is False


def test_what_is_sent_is_the_question_its_scope_and_the_turns_before(story: StoryPage) -> None:
    tab = story.open(
        '<pullquote-ask article="bridge" key="pk" sources="The Daily; W" from="2024-01-01"></pullquote-ask>'
    )
    tab.js("document.cookie = 'reader=7'")
    story.ask(tab, f"  {QUESTION} ")
    story.ask(tab, "And when?")
    filters = {"article_ids": ["bridge"], "sources": ["The Daily", "W"], "published_from": "2024-01-01"}
    first, second = story.server.asked()
    assert first == {"question": QUESTION, "filters": filters, "history": []}
    assert second["history"] == [{"question": QUESTION, "answer": COST}]
    for request in story.server.seen[1:]:  # the first is the page's own for /widget.js
        assert {"Cookie", "Referer"} & set(request.headers) == set()
        assert request.method == "OPTIONS" or request.headers["Authorization"] == "Bearer pk"


def test_nothing_is_fetched_before_the_reader_comes_near(story: StoryPage) -> None:
    story.pullquote.offers = {"questions": ["Who is the mayor?"]}
    story.page_given = {"extra": '<p>Far</p><svg width="1" height="4000" aria-hidden="true"></svg>'}
    tab = story.open()
    assert [request.path for request in story.server.seen] == ["/widget.js"]
    tab.js("scrollTo(0, 9e9)")
    tab.wait(f"{SHADOW}.querySelector('[part=suggestion]')")
    tab.js(f"{SHADOW}.querySelector('[part=suggestion]').click()")
    tab.wait(f"{SHADOW}.querySelector('.reply')")
    assert story.server.asked()[0]["question"] == "Who is the mayor?"
    assert tab.js(f"{SHADOW}.querySelector('.suggestions').hidden")


NASTY = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>&lt;b&gt;"
URLS = [
    "javascript:window.hacked=1", "JaVaScRiPt:window.hacked=1", " java\nscript:window.hacked=1", "data:text/html,<b>x",
    "vbscript:x", "//evil.example/x", "/relative", "https://user:pass@evil.example/", "file:///etc/passwd", "https://",
    5,
]  # fmt: skip


def test_an_address_that_is_no_web_address_never_becomes_a_link(story: StoryPage) -> None:
    tab = story.open()
    for url in URLS:
        bad = answer(COST, citations=[citation(COST, article_id="x", url=url, deep_link=url)])
        other = near(url=url, deep_link=url)
        story.pullquote.replies |= {"one": reply(bad, newer=[other]), "none": reply(nearest=[other])}
        for question in ("one", "none"):
            story.ask(tab, question)
    assert tab.js(f"{SHADOW}.querySelectorAll('.reply').length") == 2 * len(URLS)
    assert tab.js(f"{SHADOW}.querySelectorAll('[href], [cite]').length") == 0
    assert tab.js(f"{SHADOW}.querySelectorAll('.reply a').length") == 0
    assert tab.js("window.hacked") is None


def test_markup_from_outside_stays_text(story: StoryPage) -> None:
    sentence = f"{NASTY} and {NASTY}."
    cited = citation(
        NASTY, sentence, headline=NASTY, source=NASTY, published=NASTY, correction=NASTY, updated=NASTY,
        attribution={"speaker": NASTY, "said": NASTY, "kind": NASTY},
    )  # fmt: skip
    other = near(article_id=NASTY, headline=NASTY, source=NASTY, published=NASTY, url=None, sentence=NASTY)
    moments = [{"value": NASTY, "published": "2024-05-03", "current": True, "citation": cited}]
    story.pullquote.offers = {"questions": [NASTY], "feedback": True}
    many = reply(
        answer(NASTY, citations=[cited, cited]), answer(NASTY, citations=[cited]),
        understood_as=NASTY + "?", newer=[other], timeline=moments,
    )  # fmt: skip
    story.pullquote.replies = {NASTY: many, NASTY + "2": reply(nearest=[other], reason=NASTY, understood_as=NASTY)}
    story.page_given = {"csp": False}  # so that nothing but the component stands in the way
    tab = story.open()
    tab.wait(f"{SHADOW}.querySelector('[part=suggestion]')")
    story.ask(tab, NASTY)
    story.ask(tab, NASTY + "2")
    assert tab.js(f"{SHADOW}.querySelectorAll('img, script, b, iframe, style').length") == 0
    assert (
        tab.js(
            f"[...{SHADOW}.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => /^on|^style/.test(n))"
        )
        == []
    )
    assert tab.js("window.hacked") is None
    for selector in ("[part=question]", "cite", "[part=answer]", "mark", "[part=correction]", "[part=attribution]",
                     "[part=understood]", "[part=suggestion]", ".newer cite", ".timeline strong",
                     ".nearest blockquote"):  # fmt: skip
        assert NASTY in tab.js(f"{SHADOW}.querySelector('{selector}').textContent"), selector


NO_REPLIES: list[Any] = [
    {"status": "answered"}, [], None, "x", 5, {"status": "no_answer", "answers": []},
    reply({"text": "x"}), reply({"text": "x", "citations": [None, 5, "x"]}), reply({"citations": [{}]}),
    reply(answer(COST) | {"confidence": "x"}), reply(answer(COST, citations=[citation(COST, start=-5, end=10**9)])),
    reply(timeline=5, newer="x", nearest=[None, {}, 7]), reply(answer(COST, corroboration="x"), timeline=[{}]),
]  # fmt: skip


def test_a_reply_that_is_none_harms_nothing(story: StoryPage) -> None:
    tab = story.open()
    for body in NO_REPLIES:
        story.pullquote.replies["bad"] = as_json(body)
        story.ask(tab, "bad")
    story.ask(tab, QUESTION)
    assert tab.js(f"{SHADOW}.querySelector('.turn:last-child mark').textContent") == COST
    assert not tab.complaints


def test_a_strict_policy_is_kept_and_the_styles_are_there(story: StoryPage) -> None:
    tab = story.open()
    story.ask(tab, QUESTION)
    assert not tab.complaints
    assert tab.js(f"getComputedStyle({SHADOW}.querySelector('.box')).borderTopWidth") == "1px"


def test_in_the_story_itself_the_link_scrolls_to_the_words_and_marks_them(story: StoryPage) -> None:
    story.page_given = {"extra": '<svg width="1" height="3000" aria-hidden="true"></svg>'}
    cited = citation(COST, url=f"{story.site.url}/story?utm=1", deep_link=f"{story.site.url}/story#:~:text=x")
    story.pullquote.replies[QUESTION] = reply(answer(COST, citations=[cited]))
    tab = story.open("<pullquote-ask></pullquote-ask>", path="/story?from=mail", prefers_reduced_motion="reduce")
    before = tab.js("document.querySelector('article').outerHTML")
    story.ask(tab, QUESTION)
    tab.js("scrollTo(0, 0)")
    assert text(tab, "[part=link]").startswith("Show it in this story")
    tab.js(f"{SHADOW}.querySelector('[part=link]').click()")
    assert tab.wait(MARKED) == COST
    box = tab.js("document.querySelectorAll('article p')[1].getBoundingClientRect().toJSON()")
    assert 0 <= box["top"] < box["bottom"] <= 700
    assert tab.js("document.activeElement === document.querySelectorAll('article p')[1]")
    tab.js("document.activeElement.blur()")
    assert tab.js("document.querySelector('article').outerHTML") == before, "the story's nodes stay as they were"
    assert tab.js("location.hash") == ""


def test_words_that_no_longer_stand_in_the_story_are_told(story: StoryPage) -> None:
    cited = citation("gone", "The bridge is gone.", url=None, deep_link=None)
    story.pullquote.replies[QUESTION] = reply(answer("gone", citations=[cited]))
    tab = story.open()
    story.ask(tab, QUESTION)
    tab.js(f"{SHADOW}.querySelector('button[part=link]').click()")
    assert text(tab, "[role=status]") == "These words no longer stand on this page."


def test_a_page_may_take_a_citation_over(story: StoryPage) -> None:
    tab = story.open()
    story.ask(tab, QUESTION)
    tab.js("addEventListener('pullquote-cite', (e) => { window.cited = e.detail; e.preventDefault(); })")
    tab.js(f"{SHADOW}.querySelector('[part=link]').click()")
    assert tab.js("window.cited.quote") == COST
    assert tab.js(MARKED) == ""


def test_perhaps_lists_every_candidate_and_says_that_it_is_one(story: StoryPage) -> None:
    story.pullquote.replies[QUESTION] = reply(
        answer(COST, 0.64), answer("Ana Ortiz", 0.4), answer("a bargain", 0.3), status="uncertain"
    )
    tab = story.open()
    story.ask(tab, QUESTION)
    shown = tab.js(f"[...{SHADOW}.querySelectorAll('[part=certainty]')].map(e => e.textContent)")
    assert shown == ["Perhaps64 % sure", "Perhaps40 % sure", "Perhaps30 % sure"]
    assert "read the sentence" in text(tab, ".reply")
    assert tab.js(f"{SHADOW}.querySelector('details')") is None


def test_more_answers_fold_and_the_same_answer_elsewhere_is_linked(story: StoryPage) -> None:
    both = [
        citation(COST),
        citation(COST, article_id="b2", headline="Again", url="https://two.example/", deep_link=None),
    ]
    story.pullquote.replies[QUESTION] = reply(
        answer(COST, 0.97, citations=both, corroboration={"articles": 2, "sources": 2}), answer("Ana Ortiz", 0.9)
    )
    tab = story.open()
    story.ask(tab, QUESTION)
    assert text(tab, "[part=certainty]") == "Very likely97 % sure · in 2 articles"
    assert tab.js(f"{SHADOW}.querySelector('.also a').hostname") == "two.example"
    assert tab.js(f"{SHADOW}.querySelector('details').open") is False
    assert "Ana Ortiz" in text(tab, "details")


def test_no_answer_shows_the_nearest_passages_and_asks_further(story: StoryPage) -> None:
    story.pullquote.replies["Why?"] = reply(nearest=[near()])
    tab = story.open()
    story.ask(tab, "Why?")
    assert text(tab, ".reply").startswith("No answer. An article may say it, but not surely enough to answer.")
    assert text(tab, ".nearest blockquote") == SENTENCES[2]
    assert tab.js(f"{SHADOW}.querySelector('.nearest a').href") == "https://w.example/pier#:~:text=Work"
    tab.js(f"{SHADOW}.querySelector('[part=widen]').click()")
    tab.wait(f"{SHADOW}.querySelectorAll('.reply').length === 2")
    assert [asked["filters"] for asked in story.server.asked()] == [{"article_ids": ["bridge"]}, {}]


def test_a_refusal_speaks_of_what_was_chosen_where_something_was(story: StoryPage) -> None:
    """What another article says is not denied: only what was chosen was read."""
    kept = {"limits": ["article_ids"]}
    replies = {
        "Why?": reply(**kept), "What?": reply(reason="nothing_relevant", **kept),
        "Hello?": reply(reason="empty_library", **kept),
        "When?": reply(reason="outside_filters", **kept), "Where?": reply(reason="outside_filters"),
    }  # fmt: skip
    story.pullquote.replies |= replies
    tab = story.open()
    said = []
    for number, question in enumerate(replies, start=1):
        story.ask(tab, question)
        tab.wait(f"{SHADOW}.querySelectorAll('.reply').length === {number}")
        said.append(tab.js(f"[...{SHADOW}.querySelectorAll('[part=certainty]')].at(-1).textContent"))
    assert said == [
        "No answer. An article may say it among those that were chosen, but not surely enough to answer.",
        "No answer. Nothing about that was found in the articles that were chosen.",
        "No answer. There are no articles yet.",
        "No answer. There is nothing to read in what was chosen.",
        "No answer. No article may be read now.",
    ]


def test_corrections_newer_coverage_and_the_course_of_things_are_shown(story: StoryPage) -> None:
    cited = citation(COST, correction="An earlier version gave another sum.", updated="2024-05-05T10:00:00+00:00",
                     attribution={"speaker": "the mayor, Ana Ortiz", "said": "said", "kind": "reported"})  # fmt: skip
    moments = [
        {"value": "1.1 million", "published": "2024-04-01"}, {"value": COST, "current": True, "citation": cited},
    ]  # fmt: skip
    story.pullquote.replies[QUESTION] = reply(answer(COST, citations=[cited]), newer=[near()], timeline=moments)
    tab = story.open()
    story.ask(tab, QUESTION)
    assert text(tab, "[part=correction]") == "Correction: An earlier version gave another sum."
    assert "updated May 5, 2024" in text(tab, "[part=source]")
    assert text(tab, "[part=attribution]") == "According to the mayor, Ana Ortiz"
    assert text(tab, ".newer").startswith(
        "Newer on thisWork on the second pier begins in May.Second pier · W · June 1, 2024"
    )
    assert f"{COST} (latest)" in text(tab, ".timeline")


def test_a_reader_who_waits_is_told_and_a_busy_server_is_asked_again(story: StoryPage) -> None:
    story.pullquote.replies[QUESTION] = [(503, {"Retry-After": "0.5"}, b"{}"), reply(answer(COST))]
    tab = story.open()
    tab.js(
        f"(() => {{ window.told = []; const status = {SHADOW}.querySelector('[role=status]');"
        "new MutationObserver(() => told.push(status.textContent)).observe(status, {childList: true}); })()"
    )
    story.ask(tab, QUESTION)
    assert text(tab, "mark") == COST
    assert tab.js("told") == ["Reading the articles …", "Still looking: it takes longer than usual …", ""]
    assert len(story.server.asked()) == 2
    assert tab.js(f"{SHADOW}.querySelectorAll('.turn').length") == 1


BUSY = "So many are asking at the moment that your question had to wait too long. Try again in a little while."


@pytest.mark.parametrize(
    ("given", "said", "again"),
    [
        ((429, {"Retry-After": "7"}, b"{}"), "Too many questions at the moment. Try again in 7 seconds.", True),
        ((429, {"Retry-After": "36000"}, b"{}"), "Too many questions at the moment. Try again in 10 hours.", True),
        ((503, {"Retry-After": "11"}, b"{}"), BUSY, True),
        ((403, {}, b"{}"), "Questions are not possible on this page.", False),
        ((422, {}, b"{}"), "This question cannot be taken; ask in one short sentence.", False),
        ((500, {}, b"{}"), "Something went wrong. Try again.", True),
        ((200, {}, b"<html>"), "Something went wrong. Try again.", True),
    ],
)
def test_a_failure_is_told_in_words_and_can_be_tried_again(
    story: StoryPage, given: Any, said: str, again: bool
) -> None:
    story.pullquote.replies["bad"] = given
    tab = story.open()
    story.ask(tab, "bad")
    assert text(tab, "[part=error]") == said
    assert tab.js(f"{SHADOW}.querySelectorAll('[part=again]').length") == int(again)
    if again:
        story.pullquote.replies["bad"] = reply(answer(COST))
        tab.js(f"{SHADOW}.querySelector('[part=again]').click()")
        tab.wait(f"{SHADOW}.querySelector('mark')")
        assert tab.js(f"{SHADOW}.querySelectorAll('.turn').length") == 1


def test_without_a_network_the_reader_is_told(story: StoryPage) -> None:
    tab = story.open()
    tab.call("Network.enable")
    tab.call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
    story.ask(tab, QUESTION)
    assert text(tab, "[part=error]") == "The answers cannot be reached. Are you online?"


def test_a_story_that_the_server_does_not_know_cannot_be_asked(story: StoryPage) -> None:
    story.pullquote.offers = {"article": None}
    tab = story.open('<pullquote-ask url="https://news.example/unknown"></pullquote-ask>')
    tab.wait(f"{SHADOW}.querySelector('form').hidden")
    assert text(tab, "[role=status]") == "No questions can be asked about this story yet."
    story.pullquote.offers = {"article": "bridge"}
    tab.js("document.querySelector('pullquote-ask').setAttribute('url', 'https://news.example/bridge')")
    tab.wait(f"!{SHADOW}.querySelector('form').hidden")
    story.ask(tab, QUESTION)
    assert story.server.asked()[-1]["filters"] == {"article_ids": ["bridge"]}
    assert any(request.path == "/widget.json?url=https%3A%2F%2Fnews.example%2Fbridge" for request in story.server.seen)


def test_a_server_that_does_not_say_what_it_offers_is_asked_all_the_same(story: StoryPage) -> None:
    story.pullquote.offers = None
    tab = story.open()
    story.ask(tab, QUESTION)
    assert text(tab, "mark") == COST


def test_opinions_are_taken_only_where_the_server_takes_them(story: StoryPage) -> None:
    tab = story.open()
    story.ask(tab, QUESTION)
    assert tab.js(f"{SHADOW}.querySelector('[part=feedback]')") is None
    story.pullquote.offers = {"feedback": True}
    tab = story.open()
    story.ask(tab, QUESTION)
    tab.js(f"{SHADOW}.querySelectorAll('[part=verdict]')[1].click()")
    assert text(tab, "[part=feedback]") == "Thank you."
    tab.wait("new Promise(r => setTimeout(() => r(1), 100))")
    assert [seen.body for seen in story.server.seen if seen.path == "/feedback" and seen.method == "POST"] == [
        {"answer_id": "r1", "verdict": "wrong"}
    ]


def test_a_conversation_can_be_kept_restored_and_forgotten(story: StoryPage) -> None:
    tab = story.open()
    story.ask(tab, QUESTION)
    kept = tab.js("JSON.stringify(document.querySelector('pullquote-ask').turns)")
    again = story.open()
    again.js(f"document.querySelector('pullquote-ask').restore({kept})")
    assert text(again, "mark") == COST
    again.js(f"{SHADOW}.querySelector('[part=clear]').click()")
    assert again.js("document.querySelector('pullquote-ask').turns") == []
    assert again.js(f"{SHADOW}.querySelectorAll('.turn').length") == 0
    for nonsense in ("null", "5", "[null, 5, {}]", "[{question: 5, reply: {}}]"):
        again.js(f"document.querySelector('pullquote-ask').restore({nonsense})")


def test_the_words_follow_the_language_and_a_newsroom_may_choose_its_own(story: StoryPage) -> None:
    tab = story.open('<pullquote-ask lang="ar"></pullquote-ask><script>1</script>')
    assert text(tab, "[part=title]") == "اسأل مقالاتنا"
    assert tab.js(f"getComputedStyle({SHADOW}.querySelector('.box')).direction") == "rtl"
    tab.js("document.querySelector('pullquote-ask').remove()")
    tab.js(
        "(() => { const own = document.createElement('pullquote-ask'); own.lang = 'cy'; own.words = {ask: 'Gofyn'};"
        "document.body.append(own); })()"
    )
    assert (text(tab, "[part=ask]"), text(tab, "[part=title]")) == ("Gofyn", "Ask our articles")


@pytest.mark.parametrize("width", [320, 900])
def test_nothing_sticks_out_however_narrow(story: StoryPage, width: int) -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitän" * 4
    story.pullquote.replies[QUESTION] = reply(answer(COST, citations=[citation(COST, headline=long, source=long)]))
    tab = story.open(width=width)
    story.ask(tab, QUESTION)
    assert tab.js("document.documentElement.scrollWidth") <= width
    ends = tab.js(f"[...{SHADOW}.querySelectorAll('*')].map(e => e.getBoundingClientRect().right)")
    assert max(ends) <= width
    small = f"[...{SHADOW}.querySelectorAll('form button, form input')].map(e => e.getBoundingClientRect().height)"
    assert min(tab.js(small)) >= 44, "large enough for a finger"


def test_motion_is_left_out_for_whoever_wants_none(story: StoryPage) -> None:
    for wanted, animation in (("reduce", "none"), ("no-preference", "come")):
        tab = story.open(prefers_reduced_motion=wanted)
        story.ask(tab, QUESTION)
        assert tab.js(f"getComputedStyle({SHADOW}.querySelector('.reply')).animationName") == animation


@pytest.mark.skipif(not AXE.is_file(), reason=NODE_HINT)
@pytest.mark.parametrize("look", ["light", "dark", "narrow", "rtl"])
def test_axe_finds_no_violation(story: StoryPage, look: str) -> None:
    cited = citation(COST, correction="Another sum.", attribution={"speaker": "Ana Ortiz"})
    story.pullquote.offers = {"questions": ["Who is the mayor?", QUESTION], "feedback": True}
    story.pullquote.replies = {
        QUESTION: reply(answer(COST, citations=[cited, cited]), answer("Ana Ortiz"), newer=[near()],
                        timeline=[{"value": "1", "published": "2024-01-01", "citation": cited}], understood_as="So?"),
        "perhaps": reply(answer(COST, 0.6), answer("Ana Ortiz", 0.5), status="uncertain"),
        "none": reply(nearest=[near()]),
        "bad": (500, {}, b""),
    }  # fmt: skip
    lang = "ar" if look == "rtl" else "en"
    story.page_given = {"lang": lang}
    tab = story.open(
        f'<pullquote-ask article="bridge" lang="{lang}"></pullquote-ask>', width=320 if look == "narrow" else 900,
        prefers_color_scheme="dark" if look == "dark" else "light", prefers_reduced_motion="reduce",
    )  # fmt: skip
    tab.js("document.documentElement.style.colorScheme = 'light dark'")
    tab.wait(f"{SHADOW}.querySelector('[part=suggestion]')")
    tab.js(AXE.read_text("utf-8"))
    found = [violations(tab)]
    for question in story.pullquote.replies:
        story.ask(tab, question)
        found.append(violations(tab))
    assert found == [[]] * 5


def violations(tab: Page) -> list[Any]:
    """What axe-core finds wrong with the page as it is, shadow trees included."""
    run = "axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => [n.html, n.failureSummary])]))"
    found: list[Any] = tab.js(run)
    return found
