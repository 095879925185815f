"""Who says it: each rule on a sentence that can be checked by reading."""

import json
from pathlib import Path

import pytest

from qa.attribution import NEIGHBOURHOOD, Attribution, attribution

SET = Path(__file__).parents[1] / "bench" / "sets" / "attribution.jsonl"


def of(text: str) -> Attribution | None:
    """The attribution of what stands between ⟦ and ⟧."""
    start, end = text.index("⟦"), text.index("⟧") - 1
    return attribution(text.replace("⟦", "").replace("⟧", ""), start, end)


@pytest.mark.parametrize(
    ("text", "kind", "speaker", "said"),
    [
        ("The ministry said that ⟦nine⟧ people had died.", "reported", "The ministry", "said"),
        ("The mayor, Ann Lee, said the bridge would open ⟦in May⟧.", "reported", "The mayor, Ann Lee", "said"),
        ("Ann Lee, a surgeon in Leeds, says that ⟦one in ten⟧ recovers.", "reported", "Ann Lee", "says"),
        ("Only ⟦40⟧ boxes were found, said the coroner, Ann Lee.", "reported", "the coroner, Ann Lee", "said"),
        ("The bridge cost ⟦£14m⟧, according to the council, which paid.", "reported", "the council", "according to"),
        ("According to a diplomat, ⟦six⟧ had been freed.", "reported", "a diplomat", "According to"),
        ("It cost ⟦£14m⟧, the mayor, Ann Lee, said.", "reported", "the mayor, Ann Lee", "said"),
        ("⟦Nine⟧ sank, the port’s master, Bo Lee, told reporters.", "reported", "the port’s master, Bo Lee", "told"),
        ("The dock, the port said on Monday, will shut ⟦in June⟧.", "reported", "the port", "said"),
        ("Ann Lee told the court that ⟦the door was open⟧.", "reported", "Ann Lee", "told"),
        ("It was sold to Ann Lee, who said that it had cost ⟦£40⟧.", "reported", "Ann Lee", "said"),
        ("“⟦The line was cut⟧,” said Ann Lee, who keeps bees.", "quoted", "Ann Lee", "said"),
        ('The union called the offer "⟦an insult⟧".', "quoted", "The union", "called"),
        ("The mayor, Ann Lee, asked: ‘⟦Where is it⟧?’ Then she left.", "quoted", None, None),
        ("“It was late,” Ann Lee said. “⟦We had gone home⟧.”", "quoted", "Ann Lee", "said"),
        ("Ann Lee was there. It was dark, and “⟦nobody came⟧,” she said.", "quoted", "Ann Lee", "said"),
        ("“It was late,” said Ann Lee. “We had gone.\n\n“⟦We came back at six⟧.”", "quoted", None, None),
        ("Ann Lee said: “It was late. We had gone.\n\n“⟦We came back at six⟧.”", "quoted", "Ann Lee", "said"),
    ],
)
def test_the_speaker_is_named_by_the_sentence_or_its_neighbour(text, kind, speaker, said):
    found = of(text)
    assert found is not None
    assert found.kind == kind
    if speaker is not None:
        assert (found.speaker, found.said) == (speaker, said)


@pytest.mark.parametrize(
    "text",
    [
        "⟦Nine⟧ people died in the fire.",
        "The mayor, ⟦Ann Lee⟧, said that the bridge was safe.",
        "She voted ⟦against⟧, but the mayor said that she would obey.",
        "The minister did not say that ⟦nine⟧ had died.",
        "Nobody said that ⟦nine⟧ had died.",
        "The band made five albums, of which “⟦Low Tide⟧” sold best.",
        "The talks ended ⟦on Monday⟧; the union said it was sorry.",
        "The company recalled ⟦40,000⟧ cars.",
        "⟦Nine⟧ tugs met the liner, the old ship, Queen Mary, said the captain.",
        "Two men, both farmers, were ⟦missing⟧, and the mayor, Ann Lee, said so.",
    ],
)
def test_the_articles_own_statement_has_no_speaker(text):
    assert of(text) is None


def test_a_pronoun_that_may_mean_two_people_names_nobody():
    text = "Ann Lee met Bo Chan in the harbour. It had been ⟦nine⟧ weeks, she said."
    assert of(text) is None


def test_the_offsets_are_those_of_the_speaker():
    text = "Ann Lee has a farm. She said that ⟦nine⟧ ewes were lost."
    found = of(text)
    assert found is not None
    assert text[found.speaker_start : found.speaker_end] == found.speaker == "Ann Lee"


def test_a_quotation_without_a_reporting_clause_is_quoted_by_nobody():
    assert of("The hall was silent. “⟦Nobody moved.⟧”") == Attribution("quoted")


def test_a_hostile_paragraph_is_not_looked_at_beyond_the_neighbourhood():
    text = "“x ‘" * 100_000 + "⟦nine⟧ " + "said, " * 100_000
    assert of(text) in (None, Attribution("quoted"))  # the test's time limit is the assertion
    assert NEIGHBOURHOOD < 10_000


def test_a_speech_without_end_and_pronouns_without_end_are_gone_back_over_so_far():
    opened = "Ann Lee said: “It was late."
    speech = "\n\n“We went on."
    assert of(f"{opened}{speech * 100}\n\n“⟦We came back⟧.”") == of(f"{opened}\n\n“⟦We came back⟧.”")
    assert of(f"{opened}{speech * 2_000}\n\n“⟦We came back⟧.”") == Attribution("quoted")
    told = "He said that it rained. "
    assert of(f"Ann Lee spoke. {told * 2_000}He said that ⟦it snowed⟧.") is None  # the time limit is the assertion


def test_hardly_a_speaker_of_the_labelled_sentences_is_wrong():
    named, right = 0, 0
    for line in SET.read_text("utf-8").splitlines():
        row = json.loads(line)
        found = attribution(row["text"], row["start"], row["end"])
        if found is not None and found.speaker is not None:
            named += 1
            right += any(
                s.lower() in found.speaker.lower() or found.speaker.lower() in s.lower() for s in row["speakers"]
            )
    assert named >= 50
    assert right / named > 0.95
