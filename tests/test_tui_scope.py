"""Which articles may answer: the picker and its words."""

from __future__ import annotations

from datetime import date

import pytest
from textual.widgets import Input, OptionList

from qa.answers import Filters, Headline, Metadata
from tests.tui_fakes import COST, LOST, FakeNewsroom, ask, notices, opening, settled, words
from tui.app import ChatApp
from tui.scope import MAX_LISTED, ScopeScreen, choices, matching, written_scope

WIDE = (120, 40)


def chat(newsroom: FakeNewsroom | None = None) -> ChatApp:
    return ChatApp(opening(newsroom or FakeNewsroom()), where="/library")


@pytest.mark.parametrize(
    ("filters", "written"),
    [
        (Filters(), ""),
        (Filters(article_ids=("a",)), "1 article"),
        (Filters(article_ids=("a", "b"), sources=("Daily", "Weekly")), "2 articles, Daily, Weekly"),
        (Filters(sources=("a", "b", "c"), published_from=date(2023, 6, 1)), "3 sources, from 1 June 2023"),
        (Filters(published_to=date(2023, 6, 30)), "to 30 June 2023"),
    ],
)
def test_a_scope_in_words(filters: Filters, written: str) -> None:
    assert written_scope(filters) == written


def test_sources_come_first_with_their_counts_then_articles_in_the_order_given() -> None:
    named = [Metadata("B", "Daily", published=date(2024, 5, 2)), Metadata("A", "Daily"), Metadata("C")]
    offered = choices([Headline(str(2 - at), about) for at, about in enumerate(named)])
    assert [choice.label for choice in offered] == ["All of Daily (2)", "“B”, Daily, 2 May 2024", "“A”, Daily", "“C”"]
    assert [choice.item for choice in matching(offered, "2024 DAILY")] == [("article", "2")]
    assert [choice.item for choice in matching(offered, "source")] == [("source", "Daily")]


async def test_type_pick_and_apply_asks_in_the_picked_articles_only() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert words(app, "#scope") == "Asking all articles  (F2)"
        await pilot.press("f2")
        await settled(pilot)
        await pilot.press(*"council", "enter", "enter")
        assert words(app, "#count") == "1 match · 1 picked"
        await pilot.press("f2")
        assert app.session.filters == Filters(article_ids=("council",))
        assert words(app, "#scope") == "Asking only: 1 article  (F2)"
        await ask(pilot, COST)
        assert newsroom.asked[0].filters == Filters(article_ids=("council",))
        assert words(app, ".aside").startswith("only in 1 article")


async def test_what_is_picked_stays_picked_while_the_filter_changes_and_a_box_shows_it() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await pilot.press("f2")
        await settled(pilot)
        filter_field, items = app.screen.query_one("#filter", Input), app.screen.query_one(OptionList)
        filter_field.value = "gallin standard"
        await pilot.press("down", "space")
        assert str(items.get_option_at_index(0).prompt) == "[x] All of The Gallin Standard (1)"
        filter_field.value = ""
        await pilot.pause()
        assert str(items.get_option_at_index(0).prompt) == "[x] All of The Gallin Standard (1)"
        await pilot.press("space")
        assert str(items.get_option_at_index(0).prompt) == "[ ] All of The Gallin Standard (1)"
        await pilot.press("f2")
        assert app.session.filters == Filters()


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("June", "", "! 'June' is not a date like 2023-06-26"),
        ("2024-05-02", "2024-05-01", "! The first day is after the last one"),
    ],
)
async def test_a_wrong_date_is_said_and_nothing_changes(first: str, last: str, said: str) -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await pilot.press("f2")
        await settled(pilot)
        app.screen.query_one("#from", Input).value = first
        app.screen.query_one("#to", Input).value = last
        await pilot.press("f2")
        assert words(app, "#problem") == said
        await pilot.press("escape")
        assert app.session.filters == Filters()


async def test_dates_narrow_and_all_articles_widens_again() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await pilot.press("f2")
        await settled(pilot)
        app.screen.query_one("#from", Input).value = "2024-05-01"
        await pilot.click("#apply")
        assert app.session.filters == Filters(published_from=date(2024, 5, 1))
        await pilot.press("f2")
        await settled(pilot)
        assert app.screen.query_one("#from", Input).value == "2024-05-01"
        await pilot.click("#all")
        assert app.session.filters == Filters()


async def test_a_large_library_shows_its_first_matches_and_says_so() -> None:
    app = chat()
    async with app.run_test(size=WIDE) as pilot:
        app.push_screen(
            ScopeScreen([Headline(str(n), Metadata(f"News {n}")) for n in range(MAX_LISTED + 1)], Filters())
        )
        await pilot.pause()
        assert words(app, "#count") == "201 match, the first 200 shown · 0 picked"
        assert app.screen.query_one(OptionList).option_count == MAX_LISTED


async def test_a_server_lost_while_listing_is_said() -> None:
    newsroom = FakeNewsroom()
    app = chat(newsroom)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        newsroom.lost = LOST
        await pilot.press("f2")
        await settled(pilot)
        assert notices(app) == [f"The articles could not be listed: {LOST}"]
