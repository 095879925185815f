"""Training: both losses worked out by hand, what a teacher hands on, and the command on tiny models."""

from __future__ import annotations

import csv
import json
import math
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForQuestionAnswering, BertModel

from index.articles import Passage
from qa.answers import Span
from qa.evaluation.datasets import Story
from qa.reader import OnnxReader, Reading
from qa.training.course import CHECKPOINT, CURVES, averaging, by_layer, freeze
from qa.training.data import Example, Paragraph, features, read_examples
from qa.training.join import joined
from qa.training.negatives import tempting
from qa.training.teach import UNLIKELY, hidden_loss, margins_at
from qa.training.train import Plan, measured, shared_loss, taught_loss, train
from qa.weights import FAST


def test_a_question_is_answered_by_one_position_of_all_its_windows() -> None:
    scores = torch.tensor([[1.0, 1.0 + math.log(2), 1.0], [5.0, 5.0, 5.0 + math.log(3)]])
    # Margins log 2 and 0, 0 and log 3; with "no answer": 1 + 2 + 1 + 1 + 3 = 8.
    assert float(shared_loss(scores, torch.tensor([1, 0]), [2])) == pytest.approx(math.log(8 / 2))
    assert float(shared_loss(scores, torch.tensor([0, 2]), [2])) == pytest.approx(math.log(8 / 3))
    assert float(shared_loss(scores, torch.tensor([0, 0]), [2])) == pytest.approx(math.log(8))


def test_questions_do_not_share() -> None:
    scores = torch.tensor([[0.0, 0.0], [0.0, 0.0]])
    assert float(shared_loss(scores, torch.tensor([1, 0]), [1, 1])) == pytest.approx(math.log(2))


def test_what_is_masked_takes_no_part() -> None:
    scores = torch.tensor([[0.0, 0.0, -1e4], [0.0, 0.0, 0.0]])
    assert float(shared_loss(scores, torch.tensor([1, 0]), [2])) == pytest.approx(math.log(4))


def test_a_pupil_that_agrees_has_nothing_to_learn() -> None:
    scores = torch.tensor([[1.0, 2.0, 3.0], [0.0, 1.0, -1e4]])
    other_level = scores + torch.tensor([[5.0], [-2.0]])  # margins over "no answer" are the same
    assert float(taught_loss(scores, other_level, [2], 2.0)) == pytest.approx(0.0, abs=1e-6)


def test_the_pupils_divergence_is_the_teachers() -> None:
    # The teacher is sure by 3 to 1, the pupil undecided: 3/4 log(3/2) + 1/4 log(1/2).
    wanted = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    undecided, teacher = torch.tensor([[0.0, 0.0]]), torch.tensor([[0.0, math.log(3)]])
    assert float(taught_loss(undecided, teacher, [1], 1.0)) == pytest.approx(wanted)
    # Twice the margin at twice the temperature is the same distribution; the square weighs it four times.
    assert float(taught_loss(undecided, 2 * teacher, [1], 2.0)) == pytest.approx(4 * wanted)


def test_each_layer_of_a_pupil_is_held_against_the_last_of_its_share() -> None:
    """Two layers learn from the second and fourth of four; of two tokens one is padding. Distances 1 and 4."""
    mask = torch.tensor([[1, 0]])
    ours = [torch.full((1, 2, 3), value) for value in (9.0, 1.0, 2.0)]
    theirs = [torch.full((1, 2, 3), value) for value in (0.0, 7.0, 2.0, 7.0, 4.0)]
    ours[1][0, 1] = 100.0
    assert float(hidden_loss(ours, theirs, mask)) == pytest.approx((1 + 4) / 2)


def test_a_teachers_word_is_found_by_characters() -> None:
    """The teacher cut "Ana Ortiz" in two tokens, the pupil in three: "Or" has a start, "tiz" an end."""
    places, margins = np.array([[0, 3], [4, 9]]), np.array([[1.0, 2.0], [3.0, 4.0]], dtype=np.float32)
    found = margins_at((places, margins), [None, (0, 3), (4, 6), (6, 9)])
    assert found.tolist() == [[0, 0], [1, 2], [3, UNLIKELY], [UNLIKELY, 4]]


def test_questions_find_their_paragraphs_by_hash() -> None:
    key = "2d711642b726b044"  # of "x"
    lines = [{"key": key, "qas": [{"question": "Who?", "tempting": "x"}, {"question": "What?", "answer": "x"}]}]
    [article] = joined(lines, [Story("T", "T", ("x",), ())])
    assert article["title"] == "T"
    assert article["paragraphs"][0]["context"] == "x"
    assert article["paragraphs"][0]["qas"] == [
        {"id": f"{key}-0", "question": "Who?", "answers": [], "is_impossible": True},
        {"id": f"{key}-1", "question": "What?", "answers": [{"text": "x", "answer_start": 0}], "is_impossible": False},
    ]
    with pytest.raises(SystemExit, match=f"no paragraph {key} among the 0 given"):
        joined(lines, [])


class Tempted:
    """A reader of paragraphs that are the margin of their first word: "7 Ana" has 7. The word may be "none"."""

    name = "tempted"

    def read(self, question: str, passages: Sequence[Passage], headlines: Sequence[str]) -> list[Reading]:
        assert question
        assert len(headlines) == len(passages)
        return [self._reading(passage) for passage in passages]

    def _reading(self, passage: Passage) -> Reading:
        word, _, _ = passage.text.partition(" ")
        span = Span(len(word) + 1, len(passage.text), 1.0 if word == "none" else 1.0 + float(word))
        return Reading(passage, () if word == "none" else (span,), 1.0)


def test_hard_questions_come_with_what_tempts_them_the_worst_first() -> None:
    """The right paragraph has 6: what has 2 to 8 tempts, what has more may be right too, what has less is no danger."""

    def asked(text: str, *answers: str) -> Example:
        return Example("Who?", Paragraph("a", "", text), tuple((2, answer) for answer in answers))

    right = asked("6 Ana", "Ana")
    others = [asked(text) for text in ("1.9 Bo", "2 Cy", "8.1 Di", "none", "8 Ed")]
    quiet = [asked("1 Bo")]
    questions: list[tuple[Example, list[Example]]] = [
        (right, others),
        (right, quiet),
        (asked("6 Bo", "Ana"), quiet),
        (asked("4 Ana", "Ana"), []),
        (asked("none", "Ana"), []),
        (asked("-5 Bo"), quiet),
        (asked("-4 Bo"), quiet),
        (asked("1 Bo"), [asked("-4 Cy"), asked("-3 Di"), asked("3 Ed"), asked("3.1 Fy")]),
    ]
    found = tempting([one for one, _ in questions], [group for _, group in questions], Tempted())
    assert [None if group is None else [one.paragraph.text for one in group] for group in found] == [
        ["8 Ed", "2 Cy"],
        None,  # read rightly and surely, and nothing tempts
        [],  # the wrong words of the right paragraph
        [],  # not surely
        [],  # not at all
        None,  # surely without an answer
        [],
        ["3 Ed", "-3 Di"],
    ]


def test_examples_are_the_questions_that_have_something_to_point_at(tmp_path: Path) -> None:
    """A follow-up is asked as it is understood; a question that is not answered has no place."""
    article = {
        "id": "a", "headline": "Bridge", "paragraphs": ["Ana  Ortiz opened it.", "It cost 5 euro."],
        "qas": [
            {"question": "Who opened it?", "paragraph": 0, "answer": "Ana Ortiz", "also": ["Ortiz"]},
            {"question": "And the cost?", "paragraph": 1, "answer": "5 euro", "after": "Who opened it?"},
            {"question": "When?", "paragraph": 1},
            {"question": "Which colour?", "paragraph": 1, "answer": "red"},
        ],
    }  # fmt: skip
    (tmp_path / "q.jsonl").write_text(json.dumps(article) + '\n{"question": "Alone?", "answers": ["yes"]}\n')
    first = Paragraph("a", "Bridge", "Ana Ortiz opened it.")
    second = Paragraph("a", "Bridge", "It cost 5 euro.")
    assert read_examples(tmp_path / "q.jsonl") == [
        Example("Who opened it?", first, ((0, "Ana Ortiz"),)),
        Example("And the cost? (Who opened it? Ana Ortiz)", second, ((8, "5 euro"),)),
        Example("When?", second, ()),
    ]


def test_what_the_fit_lacks_is_named_with_the_command_that_installs_it() -> None:
    program = "import sys; sys.modules['sklearn.linear_model'] = None; import qa.training.calibrate"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "The fit needs scikit-learn; run: pip install 'pullquote[learn]'\n"


def test_lower_layers_can_stay_as_they_are() -> None:
    config = BertConfig(hidden_size=8, num_hidden_layers=3, num_attention_heads=1, intermediate_size=8, vocab_size=10)
    model = BertForQuestionAnswering(config)
    freeze(model, 2)
    moved = [name for name, weight in model.named_parameters() if weight.requires_grad]
    assert {name.removeprefix("bert.encoder.layer.")[:2] for name in moved} == {"2.", "qa"}


def test_a_layer_learns_slower_than_the_one_above_it() -> None:
    config = BertConfig(hidden_size=8, num_hidden_layers=2, num_attention_heads=1, intermediate_size=8, vocab_size=10)
    model = BertForQuestionAnswering(config)
    rates = {id(weight): group["lr"] for group in by_layer(model, 8.0, 0.5) for weight in group["params"]}
    assert rates[id(model.qa_outputs.weight)] == 8.0
    assert rates[id(model.bert.encoder.layer[1].output.dense.weight)] == 4.0
    assert rates[id(model.bert.encoder.layer[0].output.dense.weight)] == 2.0
    assert rates[id(model.bert.embeddings.position_embeddings.weight)] == 1.0
    assert len(rates) == len(list(model.parameters()))


def test_the_running_mean_starts_with_the_first_step() -> None:
    layer = torch.nn.Linear(1, 1, bias=False)
    mean = averaging(layer, 0.75)
    for value in (4.0, 8.0):
        torch.nn.init.constant_(layer.weight, value)
        mean.update_parameters(layer)
    assert mean.module.weight.item() == 0.75 * 4.0 + 0.25 * 8.0
    assert averaging(layer, 0.0) is None


class Peaked(torch.nn.Module):
    """Marks the tokens 5 to 6 by a margin of 6 over all others."""

    def forward(self, input_ids: torch.Tensor) -> SimpleNamespace:
        logits = torch.zeros(2, *input_ids.shape)
        logits[0, :, 5] = logits[1, :, 6] = 6.0
        return SimpleNamespace(start_logits=logits[0], end_logits=logits[1])


def test_the_curve_says_how_development_questions_are_read(tokenizer: Tokenizer) -> None:
    """[CLS] who ? [SEP] . ana ortiz opened it . [SEP]: six places may answer, and [CLS] for none of them."""
    paragraph = Paragraph("a", "", "Ana Ortiz opened it.")
    answered = Example("Who?", paragraph, ((0, "Ana Ortiz"),))
    found = measured(Peaked(), tokenizer, [answered, Example("Who?", paragraph, ())], Plan("", bfloat16=False))
    right, wrong = math.log((math.exp(6) + 5) / math.exp(6)), math.log(math.exp(6) + 5)
    assert found == pytest.approx(
        {"development_loss": (right + wrong) / 2, "development_f1": 100.0, "development_silent": 0.0}
    )


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(FAST / "tokenizer.json"))


def test_a_window_knows_its_places_in_the_paragraph(tokenizer: Tokenizer) -> None:
    paragraph = Paragraph("a", "Bridge opened", "Ana Ortiz opened it.")
    [window] = features(tokenizer, Example("Who?", paragraph, ((0, "Ana Ortiz"),)), random.Random(0))
    assert [paragraph.text[low:high] for low, high in filter(None, window.places)] == [
        "Ana", "Ortiz", "opened", "it", ".",
    ]  # fmt: skip
    first, last = window.places[window.start], window.places[window.end]
    assert (first, last) == ((0, 3), (4, 9))
    [nothing] = features(tokenizer, Example("Who?", paragraph, ()), random.Random(0))
    assert (nothing.start, nothing.end) == (0, 0)


def test_a_training_has_all_cores_though_a_search_has_one(
    tmp_path: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAISS, told to keep to one thread, tells torch so as well where both have the same OpenMP."""
    BertModel(BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1)).save_pretrained(tmp_path / "base")
    plan = Plan(str(tmp_path / "base"), bfloat16=False)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        monkeypatch.setenv("OMP_NUM_THREADS", "3")
        train(plan, [], tokenizer, tmp_path)
        assert torch.get_num_threads() == 3
        monkeypatch.delenv("OMP_NUM_THREADS")
        train(plan, [], tokenizer, tmp_path)
        assert torch.get_num_threads() == os.cpu_count()
    finally:
        torch.set_num_threads(before)


@pytest.mark.slow
def test_a_reader_is_trained_and_taught_by_the_command(tmp_path: Path, tokenizer: Tokenizer) -> None:
    """Two tiny models: the first learns from a file, the second from the file and the first; then it is read with."""
    article = {
        "id": "a", "headline": "Bridge opened", "paragraphs": ["Ana Ortiz opened the bridge.", "Rain fell all day."],
        "qas": [
            {"question": "Who opened the bridge?", "paragraph": 0, "answer": "Ana Ortiz"},
            {"question": "When did it snow?", "paragraph": 1},
        ],
    }  # fmt: skip
    (tmp_path / "questions.jsonl").write_text(json.dumps(article), "utf-8")
    config = BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
    BertModel(config).save_pretrained(tmp_path / "base")
    tokenizer.save(str(tmp_path / "base" / "tokenizer.json"))
    for name, base, teacher in (("one", "base", []), ("two", "one/hf", ["--teacher", str(tmp_path / "one")])):
        command = [sys.executable, "-W", "ignore", "-m", "qa.training", str(tmp_path / "questions.jsonl")]
        options = ["--base", str(tmp_path / base), "--out", str(tmp_path / name), "--name", name, "--epochs", "1"]
        subprocess.run([*command, *options, *teacher], check=True, capture_output=True)
    text = "Ana Ortiz opened the bridge."
    [reading] = OnnxReader(tmp_path / "two").read(
        "Who opened the bridge?", [Passage(0, "a", 1, 0, len(text), text)], ["Bridge opened"]
    )
    assert reading.spans
    about = json.loads((tmp_path / "two" / "reader.json").read_text("utf-8"))
    assert about["name"] == "two"
    assert about["data"]["questions.jsonl"]["questions"] == 2
    assert about["plan"]["teacher"].endswith("one")

    shorten = [sys.executable, "-W", "ignore", "-m", "qa.training.shorten", str(tmp_path / "one" / "hf"), "--keep", "1"]
    subprocess.run([*shorten, "--out", str(tmp_path / "half")], check=True, capture_output=True)
    taught = ["--base", str(tmp_path / "half"), "--teacher", str(tmp_path / "one"), "--hidden", "1"]
    options = ["--out", str(tmp_path / "three"), "--epochs", "1"]
    subprocess.run([*command, *taught, *options], check=True, capture_output=True)
    assert json.loads((tmp_path / "three" / "hf" / "config.json").read_text("utf-8"))["num_hidden_layers"] == 1
    assert OnnxReader(tmp_path / "three").read("Who?", [Passage(0, "a", 1, 0, len(text), text)], [""])[0].spans


@pytest.mark.slow
def test_a_killed_training_goes_on_to_the_same_weights(tmp_path: Path, tokenizer: Tokenizer) -> None:
    """Killed between two steps, at any, and started again; with dropout, layers of their own rates and a mean."""
    qas = [{"question": f"Who opened bridge {number}?", "paragraph": 0, "answer": "Ana Ortiz"} for number in range(60)]
    article = {"id": "a", "headline": "Bridge opened", "paragraphs": ["Ana Ortiz opened the bridge."], "qas": qas}
    (tmp_path / "questions.jsonl").write_text(json.dumps(article), "utf-8")
    config = BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
    torch.manual_seed(0)
    BertForQuestionAnswering(config).save_pretrained(tmp_path / "base")
    tokenizer.save(str(tmp_path / "base" / "tokenizer.json"))
    command = [sys.executable, "-W", "ignore", "-m", "qa.training", str(tmp_path / "questions.jsonl")]
    command += ["--base", str(tmp_path / "base"), "--epochs", "2", "--batch-tokens", "16", "--float32"]
    command += ["--layer-decay", "0.9", "--average", "0.9", "--save-minutes", "0"]
    command += ["--development", f"{tmp_path / 'questions.jsonl'}:2", "--look", "20"]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}  # sums of several come out in any order
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    subprocess.run([*command, "--out", str(whole)], check=True, capture_output=True, env=one_thread)

    with subprocess.Popen(
        [*command, "--out", str(killed)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=one_thread
    ) as run:
        while run.poll() is None and not (killed / CURVES).exists():  # ten steps are done
            time.sleep(0.005)
        run.kill()
    assert run.returncode < 0, "it ended before it was killed"
    assert torch.load(killed / CHECKPOINT, weights_only=True)["step"] < 120
    again = subprocess.run([*command, "--out", str(killed)], check=True, capture_output=True, text=True, env=one_thread)
    assert "going on after step" in again.stdout
    weights = "hf/model.safetensors"
    assert (killed / weights).read_bytes() == (whole / weights).read_bytes()
    with (whole / CURVES).open(encoding="utf-8") as one, (killed / CURVES).open(encoding="utf-8") as other:
        rows, others = list(csv.DictReader(one)), list(csv.DictReader(other))
    for row in (*rows, *others):
        del row["minutes"]
    assert rows == others
    assert [row["step"] for row in rows if row["development_loss"]] == ["20", "40", "60", "80", "100", "120"]

    refused = subprocess.run(
        [*command, "--seed", "1", "--out", str(killed)], check=False, capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert "of another plan or of other questions; name another folder, or delete it" in refused.stderr
