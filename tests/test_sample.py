"""The sample newsroom with the shipped models: what a newcomer asks first, and facts that developed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.ingest import Found, read_paths
from qa.engine import Engine
from qa.evaluation.scores import RIGHT_F1, token_f1
from qa.weights import BOTH

pytestmark = pytest.mark.weights
SEEDS = Path(__file__).parent.parent / "seeds"

ASKED = {
    "How many lynx were freed?": ("six",),
    "How much did the quince portrait sell for?": ("£14.2 million", "£14.2m"),
    "What caused the cloud outage?": ("a single mistyped line in a routine update", "a single mistyped line"),
    "Who resigned from the Hestrian cabinet?": ("Oskar Delannoy", "Hestria's finance minister, Oskar Delannoy"),
    "How many people died in the Halvern Gorge derailment?": ("13", "12"),
    "How many baby rockers were recalled?": ("about 46,000", "46,000"),
    "How far out of line were the tunnels under the Sable Strait?": ("11 millimetres",),
    "Why was the Tarrow Bridge closed?": ("cracks in two of its steel hangers", "cracks"),
    "Who won the Ashgrove Prize?": ("Ngozi Ferreira-Lund",),
    "How many points were Ostrava Park Rovers docked?": ("nine", "nine points"),
}
DEVELOPED = {
    "How many people were killed on the Tamsil Ridge?": ["at least 11", "27", "29"],
    "How many people died in the Halvern Gorge derailment?": ["at least nine", "12", "13"],
    "How many baby rockers were recalled?": ["About 11,500", "about 46,000"],
    "What is the repair bill for the Tarrow Bridge?": [
        "2.3 million crowns",
        "6.4 million crowns",
        "7.1 million crowns",
    ],
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine.open(tmp_path_factory.mktemp("sample"), create=True, weights=BOTH) as opened:
        opened.library.add([found.article for found in read_paths([SEEDS]) if isinstance(found, Found)])
        yield opened


def test_of_ten_plain_questions_eight_are_answered_and_none_surely_wrong(engine: Engine) -> None:
    right = 0
    for question, answers in ASKED.items():
        reply = engine.ask(question)
        best = token_f1(reply.answers[0].text, answers) if reply.answers else 0.0
        right += best >= RIGHT_F1
        assert best >= RIGHT_F1 or reply.status != "answered", f"{question} {reply.answers[0].text}"
    assert right >= 8


@pytest.mark.parametrize("question", DEVELOPED)
def test_a_fact_that_developed_is_told_in_its_order(engine: Engine, question: str) -> None:
    reply = engine.ask(question)
    assert [
        f"{stage.hedge} {stage.text}" if stage.hedge and not stage.text.lower().startswith(stage.hedge) else stage.text
        for stage in reply.timeline
    ] == DEVELOPED[question]
    assert [stage.current for stage in reply.timeline] == [*[False] * (len(reply.timeline) - 1), True]
    assert reply.answers[0].text == DEVELOPED[question][-1]
