"""How the shipped encoder was made: question files to stories, stories to steps, and a training that can be resumed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers

from index.training.data import Query, TrainingStory, flat, stories
from index.training.train import CHECKPOINT, Recipe, make_steps, train
from qa.evaluation.datasets import Item
from qa.training.pairs import thinned

ROOT = Path(__file__).parent.parent

BRIDGE = TrainingStory(
    "Bridge opens", ("The bridge cost £2m.", "Ana Ortiz opened it."),
    (Query("What did it cost?", 0, ("£2m",)), Query("Who opened it?", 1, ("Ana Ortiz",))),
)  # fmt: skip
FLOOD = TrainingStory(
    "Flood", ("Ana Ortiz spoke of £2m in damage.", "It rained for three days."),
    (Query("How long did it rain?", 1, ("three days",)),),
)  # fmt: skip


def test_question_files_become_the_stories_of_their_answered_questions(tmp_path: Path) -> None:
    qas = [
        {"question": "Who?", "paragraph": 1, "answer": "Ana", "also": ["Ana Ortiz"]},
        {"question": "And why?", "after": "Who?", "paragraph": 0, "answer": "Rain"},
        {"question": "When?", "paragraph": 0},
    ]
    line = {"id": "n", "headline": "News", "paragraphs": ["Rain", "Ana Ortiz came."], "qas": qas}
    (tmp_path / "news.jsonl").write_text(json.dumps(line))
    answers = [{"text": "one", "answer_start": 0}] * 2
    entry = {"context": "one \n two", "qas": [{"question": "Which?", "answers": answers}]}
    squad = {"version": "1", "data": [{"title": "Some_Title", "paragraphs": [entry]}]}
    (tmp_path / "squad.json").write_text(json.dumps(squad))
    command = [sys.executable, "-m", "qa.training.pairs", "news.jsonl", "squad.json:1", "--out", "pairs.jsonl"]
    subprocess.run(command, check=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert stories((tmp_path / "pairs.jsonl").read_text("utf-8").splitlines()) == [
        TrainingStory("News", ("Ana Ortiz came.",), (Query("Who?", 0, ("Ana", "Ana Ortiz")),)),
        TrainingStory("Some Title", ("one two",), (Query("Which?", 0, ("one",)),)),
    ]


def test_pairs_can_be_thinned_by_passage() -> None:
    items = [Item(f"q{n}", ("x",), "a", 1, None, f"p{n % 3}") for n in range(12)]
    few = thinned(items, 2, 2, random.Random(0))
    assert len(few) == 4
    assert len({item.passage for item in few}) == 2


def test_every_question_is_asked_once_an_epoch_of_its_own_paragraph() -> None:
    recipe = Recipe("", step_passages=3, headlines=0.0)
    steps = make_steps(recipe, [BRIDGE, FLOOD] * 3, {}, 0)
    assert sum(len(step.questions) for step in steps) == 9
    for step in steps:
        for question, target in zip(step.questions, step.targets, strict=True):
            [story] = {
                story.headline: story for story in (BRIDGE, FLOOD) if question in [a.text for a in story.asked]
            }.values()
            [asked] = [asked for asked in story.asked if asked.text == question]
            assert step.passages[target] == story.passages[asked.passage]


def test_a_passage_that_holds_an_accepted_answer_is_no_negative() -> None:
    found = {(0, BRIDGE.asked[0]): [(1, 0), (1, 1)]}
    [step] = make_steps(Recipe("", headlines=0.0), [BRIDGE, FLOOD], found, 0)
    place = {text: number for number, text in enumerate(step.passages)}
    row = step.questions.index("What did it cost?")
    assert not step.allowed[row, place["Ana Ortiz spoke of £2m in damage."]]
    assert step.allowed[row, place["It rained for three days."]]
    assert step.allowed[row, place["The bridge cost £2m."]], "but its own paragraph counts"


def test_the_story_that_search_confuses_stands_in_the_same_step() -> None:
    several = [
        BRIDGE,
        *[TrainingStory(f"X{n}", ("Nothing.",), (Query(f"x{n}?", 0, ("None",)),)) for n in range(8)],
        FLOOD,
    ]
    found = {(0, BRIDGE.asked[0]): [(9, 1)], (9, FLOOD.asked[0]): [(0, 0)]}
    for epoch in range(5):
        [step] = [
            s for s in make_steps(Recipe("", step_passages=1), several, found, epoch) if "Who opened it?" in s.questions
        ]
        assert "How long did it rain?" in step.questions


def test_the_order_comes_from_the_seed() -> None:
    several = [BRIDGE, FLOOD]
    assert [s.questions for s in make_steps(Recipe("", step_passages=1), several, {}, 1)] == [
        s.questions for s in make_steps(Recipe("", step_passages=1), several, {}, 1)
    ]


def test_answers_are_looked_for_as_whole_words() -> None:
    assert flat("two") not in flat("A network of “roads”.")
    assert flat("Roads") in flat("A network of “roads”.")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A sentence-transformers model of 8 dimensions that knows the words of the two stories."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer  # type: ignore[import-not-found] # its stubs lack it
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    texts = [text for story in (BRIDGE, FLOOD) for text in (*story.passages, *(a.text for a in story.asked))]
    words = sorted({word for text in texts for word in text.split()})
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(["[PAD]", "[UNK]", *words])}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(
        folder / "in"
    )
    torch.manual_seed(0)
    shape = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=len(words) + 2, **shape)).save_pretrained(folder / "in")
    SentenceTransformer(modules=[Transformer(str(folder / "in")), Pooling(8)]).save(str(folder / "model"))
    return str(folder / "model")


@pytest.mark.filterwarnings("ignore")
def test_training_brings_questions_nearer_to_their_paragraphs_and_goes_on_where_it_stopped(
    tiny: str, tmp_path: Path
) -> None:
    recipe = Recipe(tiny, epochs=60, learning_rate=5e-3, bfloat16=False)
    whole = train(recipe, [BRIDGE, FLOOD], {}, tmp_path)
    assert (tmp_path / CHECKPOINT).exists()
    resumed = train(recipe, [BRIDGE, FLOOD], {}, tmp_path)  # from step 50
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name
    questions = [asked.text for story in (BRIDGE, FLOOD) for asked in story.asked]
    passages = [*BRIDGE.passages, *FLOOD.passages]
    nearest = np.argmax(whole.encode(questions) @ whole.encode(passages).T, axis=1)
    assert nearest.tolist() == [0, 1, 3]
    with pytest.raises(SystemExit, match="another recipe"):
        train(Recipe(tiny, epochs=61), [BRIDGE, FLOOD], {}, tmp_path)
