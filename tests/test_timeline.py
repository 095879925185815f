"""Facts that develop, what is newer, how many say so and who: with a reader that can be worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from index.articles import Article, make_article
from index.library import Library
from qa.amounts import value_of
from qa.answers import Question, Reply
from qa.attribution import Attribution
from qa.corroboration import agency_of
from qa.developments import LEAST_MARGIN, REVISED_MARGIN, SURE_MARGIN, Sighting, stages
from qa.engine import Engine
from qa.judging import ReaderJudge
from qa.stories import same_story
from qa.surroundings import Surroundings, of_the_fact, refers_back, subject_share
from qa.timeline import repeats
from qa.wording import written_label, written_newer, written_notes, written_stage
from tests.fakes import MARGIN_ONLY, WordReader

NAMES = "The coastguard of Port Ellery, Captain Olufemi Strand, met Mayor Rosalind Achebe of Tarrow Bay on the Marla."


def told(name: str, day: str, *paragraphs: str, names: str = NAMES) -> Article:
    return make_article(
        id=name,
        headline=f"Ferry storm, report {name}",
        published=day,
        source=f"Paper {name}",
        paragraphs=[*paragraphs, names],
    )


FIRST = told("one", "2024-05-01", "The storm killed at least nine people on the ferry.")
SECOND = told("two", "2024-05-02", "The storm killed eleven people on the ferry, not nine.")
THIRD = told("three", "2024-05-09", "The storm killed 12 people on the ferry, Mayor Rosalind Achebe said.")
LATER = told("four", "2024-06-01", "The ferry was raised from the storm river.")


def ask(library: Library, answers: dict[str, float], **options: object) -> Reply:
    question = Question("How many people did the storm kill?", **options)  # type: ignore[arg-type]
    return Engine(library, ReaderJudge(WordReader(answers), MARGIN_ONLY)).ask(question)


VALUES = {"nine": 2.0, "eleven": 2.5, "12": 1.5}


def test_the_values_of_a_fact_are_told_oldest_first_and_the_newest_answers(library: Library) -> None:
    library.add([THIRD, FIRST, SECOND])
    reply = ask(library, VALUES)
    assert [(stage.text, stage.hedge, stage.when, stage.current) for stage in reply.timeline] == [
        ("nine", "at least", date(2024, 5, 1), False),
        ("eleven", None, date(2024, 5, 2), False),
        ("12", None, date(2024, 5, 9), True),
    ]
    assert reply.answers[0].text == "12", "though the words of another fit better"
    assert reply.answers[0].as_of == date(2024, 5, 9)
    assert [stage.citations[0].article_id for stage in reply.timeline] == ["one", "two", "three"]


def test_as_of_a_day_the_timeline_ends_there(library: Library) -> None:
    library.add([THIRD, FIRST, SECOND])
    reply = ask(library, VALUES, as_of=date(2024, 5, 2))
    assert [stage.text for stage in reply.timeline] == ["nine", "eleven"]
    assert reply.answers[0].text == "eleven"


def test_another_story_has_no_part_in_it(library: Library) -> None:
    other = told("other", "2024-05-03", "The storm killed 12 people on the ferry.", names="Nobody else is named here.")
    library.add([FIRST, other])
    assert ask(library, VALUES).timeline == ()


def test_one_value_is_no_development(library: Library) -> None:
    again = told("again", "2024-05-04", "The storm killed nine people on the ferry, it is now sure.")
    library.add([FIRST, again])
    assert ask(library, VALUES).timeline == ()


def test_two_values_at_one_time_are_disputed_and_both_stand(library: Library) -> None:
    other = told("other", "2024-05-01", "The storm killed 12 people on the ferry.")
    library.add([FIRST, other])
    reply = ask(library, VALUES)
    assert [(stage.text, stage.disputed) for stage in reply.timeline] == [("nine", True), ("12", True)]
    assert reply.answers[0].text == "nine", "nobody can say which is the newer"


def test_later_coverage_that_does_not_repeat_the_answer_is_flagged(library: Library) -> None:
    library.add([FIRST, LATER])
    reply = ask(library, VALUES)
    assert [item.article_id for item in reply.newer] == ["four"]
    assert written_newer(reply.newer[0]) == (
        "Newer, and does not say so: “Ferry storm, report four”, Paper four, 1 June 2024"
    )
    library.add([told("five", "2024-05-20", "The nine people whom the storm killed were buried.")])
    assert [item.article_id for item in ask(library, VALUES).newer] == ["four"], "that one repeats it"


def test_a_reply_comes_back_from_its_json(library: Library) -> None:
    library.add([THIRD, FIRST, SECOND, LATER])
    reply = ask(library, VALUES)
    assert reply.timeline
    assert reply.newer
    assert Reply.from_json(json.loads(json.dumps(reply.to_json()))) == reply


def test_a_reply_of_an_earlier_version_can_be_read(library: Library) -> None:
    library.add([FIRST])
    body = json.loads(json.dumps(ask(library, VALUES).to_json()))
    for name in ("timeline", "newer"):
        del body[name]
    for answer in body["answers"]:
        del answer["as_of"], answer["corroboration"]
        for citation in answer["citations"]:
            del citation["attribution"]
    assert Reply.from_json(body).answers[0].text == "nine"


def test_a_citation_says_who_says_so_and_an_answer_how_many(library: Library) -> None:
    copy = told("copy", "2024-05-09", "The storm killed 12 people on the ferry, Mayor Rosalind Achebe said.")
    library.add([THIRD, copy])
    [answer] = ask(library, {"12": 2.0}).answers
    assert answer.corroboration is not None
    assert (answer.corroboration.articles, answer.corroboration.sources) == (1, 1), "one report in two papers"
    citation = answer.citations[0]
    assert citation.attribution is not None
    assert (citation.attribution.speaker, citation.attribution.said) == ("Mayor Rosalind Achebe", "said")
    assert written_notes(answer, citation) == ["according to Mayor Rosalind Achebe"]


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("PORT ELLERY, May 3 (Corrigan) – Gunmen boarded a ship.", "Corrigan"),
        ("BERLIN (Reuters) - Ministers met.", "Reuters"),
        ("PARIS, AFP — Ministers met.", "AFP"),
        ("Ministers met.\n\nThey ate. (dpa)", "dpa"),
        ("Ministers met (and ate).", None),
        ("The AP machine broke.", None),
    ],
)
def test_an_agency_is_named_where_the_text_names_it(text: str, agency: str | None) -> None:
    assert agency_of(text) == agency


# What a value must be to count


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        ("The storm killed ⟦nine⟧ people.", True),
        ("The toll rose to ⟦12⟧ from nine.", True),
        ("The toll rose to 12 from ⟦nine⟧.", False),
        ("It killed 12 people, not ⟦nine⟧.", False),
        ("The ministry had put the number of dead at ⟦13⟧.", False),
        ("An earlier figure of ⟦13⟧ dead was withdrawn.", False),
        ("If the wall had held, ⟦12⟧ would have died.", False),
        ("One man died and ⟦nine⟧ others are in hospital.", False),
        ("Nine died; ⟦40⟧ were injured.", False),
        ("We reported on Feb. 20 that ⟦14⟧ people had died.", False),
        ("In 2016 ⟦14⟧ people died there.", False),
        ("At least ⟦11⟧ people were killed in the deadliest fighting since 2016.", True),
        ("⟦Nine⟧ people died, more than in 2016.", True),
    ],
)
def test_a_value_is_of_the_fact_by_the_words_around_it(sentence: str, counts: bool) -> None:
    assert is_of_the_fact("How many people died?", sentence) is counts


def marked(sentence: str) -> Surroundings:
    start, end = sentence.index("⟦"), sentence.index("⟧") - 1
    return Surroundings(sentence.replace("⟦", "").replace("⟧", ""), start, end)


def is_of_the_fact(question: str, sentence: str) -> bool:
    place = marked(sentence)
    value = value_of(place.sentence[place.start :])
    value = value_of(" ".join(place.sentence[place.start :].split()[:2])) if value is None else value
    assert value is not None
    return of_the_fact(question, place, value, 2024)


@pytest.mark.parametrize(
    ("question", "sentence", "counts"),
    [
        ("How many homes burned?", "The fire killed four people and destroyed ⟦163⟧ homes.", True),
        ("How many people died?", "The fire killed four people and destroyed ⟦163⟧ homes.", False),
        ("How many homes burned?", "A fire in the same hills in 2009 burned ⟦31⟧ homes.", False),
        ("How many homes burned in 2009?", "A fire in the same hills in 2009 burned ⟦31⟧ homes.", True),
        ("How many Dravonian soldiers died?", "In Dravonia, a ministry said that both sides had lost ⟦11⟧ men.", False),
        ("How many Dravonian soldiers died?", "Dravonia put its losses at ⟦seven⟧ dead.", True),
        ("How many people fell ill?", "One man has died and ⟦143⟧ people are now known to have been made ill.", True),
        ("How many people died?", "Two people have died and ⟦34⟧ have been taken to hospital.", False),
        ("For how many days were they held?", "They were freed after ⟦58⟧ days.", True),
        ("How much did the cabin cost?", "The cabin is now valued at ⟦$540,000⟧.", False),
        ("How much is the deal worth?", "The $4.6 billion deal could raise prices: it is put at ⟦$4.6 billion⟧.", True),
        ("How many pieces were stolen?", "Police recovered ⟦eight⟧ of the nine pieces stolen.", False),
        ("How many of the pieces were found?", "Police recovered ⟦eight⟧ of the nine pieces stolen.", True),
        ("When does the curfew begin?", "A curfew will run from ⟦8 p.m.⟧ to 6 a.m.", True),
        ("How much is a sack of rice?", "Rice cost ⟦24,000⟧ francs a sack before the coup.", False),
        ("How long must she go to prison?", "The charge carries a sentence of ⟦four⟧ years.", False),
    ],
)  # fmt: skip
def test_a_count_is_of_those_of_the_time_and_of_the_event_that_are_asked_for(
    question: str, sentence: str, counts: bool
) -> None:
    assert is_of_the_fact(question, sentence) is counts


@pytest.mark.parametrize(
    ("sentence", "revised"),
    [
        ("The number of injured babies has risen to ⟦19⟧ from the seven known in April.", True),
        ("The final number is ⟦27⟧, the office said.", True),
        ("The most recent count, in 2023, was ⟦38,500⟧.", True),
        ("The number is nearer ⟦74,500⟧, since an estate had been left out.", True),
        ("Cases reached ⟦214⟧ on Monday, up from 11.", True),
        ("The number of stalls destroyed is ⟦46⟧, not 64.", True),
        ("The storm killed ⟦nine⟧ people.", False),
        ("Seven rose to speak, and ⟦nine⟧ people left.", False),
    ],
)
def test_a_sentence_may_call_a_value_the_new_one(sentence: str, revised: bool) -> None:
    assert marked(sentence).revised is revised


def test_a_sentence_about_the_number_is_read_with_the_one_before_it() -> None:
    assert refers_back("The number is nearer 74,500.")
    assert refers_back("The report gives the number as 17.")
    assert not refers_back("The storm killed nine people.")


def test_a_sentence_that_shares_only_names_is_about_something_else() -> None:
    question = "How long must Rosalind Teague go to prison?"
    assert subject_share(question, "Rosalind Teague was bursar for 19 years.") == 0
    assert subject_share(question, "Teague was sent to prison for six years.") > 0


TOLD = "The storm killed ⟦nine⟧ people."


def seen(*items: tuple[str, int, float], sentences: Sequence[str] = ()) -> Sequence[Sighting]:
    found = []
    for key, (text, day, margin) in enumerate(items):
        value = value_of(text)
        assert value is not None
        place = marked(sentences[key] if sentences else TOLD)
        found.append(Sighting(key, value, datetime(2024, 5, day, tzinfo=UTC), margin, place))
    return found


def test_a_value_that_comes_back_later_is_background() -> None:
    assert [stage.current for stage in stages(seen(("nine", 1, 2), ("12", 2, 2), ("nine", 3, 2)))] == [False, True]


def test_what_is_guessed_or_of_another_size_or_kind_is_left_out() -> None:
    assert stages(seen(("nine", 1, SURE_MARGIN - 1), ("12", 2, SURE_MARGIN - 1))) == ()
    assert stages(seen(("nine", 1, 2), ("12", 2, LEAST_MARGIN - 1))) == ()
    assert stages(seen(("nine", 1, 2), ("31,000", 2, 2))) == ()
    assert stages(seen(("nine euros", 1, 2), ("12 dollars", 2, 2))) == ()
    assert stages([]) == ()


def test_of_a_value_that_is_called_the_new_one_the_reader_need_not_be_sure() -> None:
    values = (("nine", 1, 2.0), ("12", 2, REVISED_MARGIN))
    assert len(stages(seen(*values, sentences=[TOLD, "The toll rose to ⟦12⟧."]))) == 2
    assert stages(seen(*values, sentences=[TOLD, "The storm killed ⟦12⟧."])) == ()


def test_values_that_are_said_of_other_things_are_no_development() -> None:
    values = (("six years", 2, 5.0), ("19 years", 1, 5.0))
    sentence = "Ms Teague was sentenced on Thursday to ⟦six years⟧ in prison."
    assert stages(seen(*values, sentences=[sentence, "Ms Teague, who was bursar for ⟦19 years⟧, denies it."])) == ()
    again = "Prosecutors had wanted ⟦19 years⟧ in prison for Ms Teague."
    assert len(stages(seen(*values, sentences=[sentence, again]))) == 2


def test_a_story_is_told_by_its_names() -> None:
    assert same_story(FIRST, SECOND)
    assert not same_story(FIRST, told("x", "2024-05-01", "The storm killed nine.", names="Only The Times was there."))


def test_an_answer_is_repeated_by_its_words_or_its_value() -> None:
    assert repeats("They counted nine dead.", "nine")
    assert repeats("They counted 9 dead.", "nine")
    assert repeats("Ann Lee came.", "Ann Lee")
    assert not repeats("Nineteen people came.", "nine")


def test_stages_and_labels_are_put_into_words(library: Library) -> None:
    library.add([FIRST, SECOND])
    first, second = ask(library, VALUES).timeline
    assert written_stage(first) == "1 May 2024: at least nine"
    assert written_stage(second) == "2 May 2024: eleven (newest)"
    about = make_article(headline="H", text="T.", section="Opinion").about
    assert written_label(about) == "opinion"
    assert written_label(make_article(headline="H", text="T.", kind="news", section="Opinion").about) is None


def test_an_attribution_without_a_speaker_says_nothing_to_readers() -> None:
    assert Attribution("quoted").speaker is None
