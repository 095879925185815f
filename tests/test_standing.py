"""Embargo, the newsroom's word, and what takes an article's place: when an article answers, and when it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.articles import Article
from index.errors import ArticleError
from index.library import Library
from index.ranking.ranker import SegmentRanker
from index.sqlite.store import SqliteStore
from tests.fakes import BRIDGE, STORM, WordEncoder, article

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path, clock: Clock) -> Iterator[Library]:
    encoder = WordEncoder()
    ranker = SegmentRanker(tmp_path, encoder.name, encoder.dimension)
    with Library(SqliteStore(tmp_path, create=True), ranker, encoder, clock=clock) as made:
        yield made


def about(story: Article, **changes: Any) -> Article:
    return replace(story, about=replace(story.about, **changes))


def found(library: Library, question: str) -> list[str]:
    return sorted({hit.passage.article_id for hit in library.search(question, 10)})


def test_an_embargoed_article_is_found_by_itself_once_its_time_has_come(library: Library, clock: Clock) -> None:
    library.add([about(BRIDGE, embargoed=NOON + timedelta(hours=1)), STORM])
    assert found(library, "town bridge storm") == ["storm"]
    assert [item.id for item in library.headlines(embargoed=False)] == ["storm"]
    assert [item.id for item in library.listing(embargoed=False)] == ["storm"]
    assert [item.id for item in library.listing()] == ["bridge", "storm"], "those who may write see it"
    clock.now += timedelta(hours=1)
    assert found(library, "town bridge storm") == ["bridge", "storm"]
    assert [item.id for item in library.listing(embargoed=False)] == ["bridge", "storm"]


def test_the_embargo_of_a_copy_holds_for_the_copy_alone(library: Library) -> None:
    library.add([BRIDGE, about(replace(BRIDGE, id="held"), embargoed=NOON + timedelta(hours=1))])
    [hit, *_] = library.search("town bridge", 10)
    assert (hit.passage.article_id, hit.copies) == ("bridge", ())


@pytest.mark.parametrize("status", ["retracted", "withdrawn"])
def test_a_retracted_article_answers_nothing_and_is_still_there(library: Library, status: str) -> None:
    library.add([BRIDGE, STORM])
    library.add([about(BRIDGE, status=status)])
    assert found(library, "town bridge storm") == ["storm"]
    kept = library.article("bridge")
    assert kept is not None
    assert kept.about.status == status


def test_adding_a_retracted_article_again_does_not_bring_it_back(library: Library) -> None:
    library.add([BRIDGE])
    library.add([about(BRIDGE, status="retracted", correction="It never opened.")])
    assert library.add([BRIDGE])[0].status == "unchanged"
    changed = article("bridge", "The town opened a bridge, they say.")
    assert library.add([changed])[0].status == "updated"
    kept = library.article("bridge")
    assert kept is not None
    assert (kept.about.status, kept.about.correction) == ("retracted", "It never opened.")
    assert found(library, "town bridge") == []


def test_what_is_replaced_competes_no_longer(library: Library) -> None:
    library.add([BRIDGE])
    later = about(article("later", "The town opened the bridge twice."), replaces="bridge")
    library.add([later])
    assert found(library, "town bridge") == ["later"]
    library.remove(["later"])
    assert found(library, "town bridge") == ["bridge"], "without what replaced it, it answers again"


def test_the_order_of_the_two_does_not_matter(library: Library) -> None:
    library.add([about(article("later", "The town opened the bridge twice."), replaces="bridge"), BRIDGE])
    assert found(library, "town bridge") == ["later"]


def test_what_is_no_longer_replaced_answers_again(library: Library) -> None:
    later = article("later", "The town opened the bridge twice.")
    library.add([BRIDGE, about(later, replaces="bridge")])
    library.add([later])
    assert found(library, "town bridge") == ["bridge", "later"]


def test_replacing_in_a_circle_is_refused_and_nothing_is_done(library: Library) -> None:
    library.add([BRIDGE, about(article("b", "The town again."), replaces="bridge")])
    version = library.version
    with pytest.raises(ArticleError, match="leads back to 'bridge'") as error:
        library.add([STORM, about(BRIDGE, replaces="b")])
    assert error.value.field == "replaces"
    assert (library.version, library.article("storm")) == (version, None)


def test_the_zone_of_the_newsroom_is_remembered(library: Library) -> None:
    library.set_zone("Europe/Zurich")
    version = library.version
    library.set_zone("Europe/Zurich")
    assert (library.zone, library.version) == ("Europe/Zurich", version)
