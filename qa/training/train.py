"""Train a reader: ``python -m qa.training --help``.

A BERT-like encoder with a span head (Devlin et al. 2019): start and end logits over the passage and position 0,
[CLS], as "no answer"; one cross-entropy each. Besides each question's own paragraph it sees hard negatives: the
passages that the product's own search finds for it and that do not hold the answer. They are what the reader
meets in use, and what keeps its no-answer logit comparable between passages.

Repeatable: the order and every choice come from the seed. Resumable: run the same command again.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from qa.training.data import Example, Feature, features

CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides what comes out, beside the data."""

    base: str
    epochs: float = 2.0
    learning_rate: float = 1e-4
    warm_up: float = 0.06
    weight_decay: float = 0.01
    batch_tokens: int = 4_096
    negatives: int = 4
    seed: int = 0
    bfloat16: bool = True


def load_model(base: str) -> Any:
    """A span model in single precision from a folder in the transformers format."""
    from transformers import AutoModelForQuestionAnswering

    # Random numbers for attention dropout cost 40 % of a step on a CPU and gave nothing measurable.
    model = AutoModelForQuestionAnswering.from_pretrained(
        base, dtype=torch.float32, attention_probs_dropout_prob=0.0, local_files_only=True
    )
    model.get_input_embeddings().weight.requires_grad_(False)  # half of all weights, and hardly moved by so little data
    return model


def train(plan: Plan, epoch_examples: Sequence[Sequence[Example]], tokenizer: Tokenizer, out: Path) -> Any:
    """Train on ``epoch_examples``, a list for each epoch, and return the model. ``out`` gets the checkpoints."""
    torch.manual_seed(plan.seed)
    model = load_model(plan.base)
    batches = [
        batch for epoch, examples in enumerate(epoch_examples) for batch in _batches(examples, tokenizer, plan, epoch)
    ]
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=plan.learning_rate, weight_decay=plan.weight_decay, fused=True)
    warm = max(1, int(plan.warm_up * len(batches)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (len(batches) - step) / max(1, len(batches) - warm)))
    )
    first = _resume(out, plan, model, optimizer, schedule)
    model.train()
    began = time.perf_counter()
    recent: list[float] = []
    for step in range(first, len(batches)):
        loss = _loss(model, batches[step], plan.bfloat16)
        loss.backward()  # type: ignore[no-untyped-call] # torch's
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        recent.append(float(loss.detach()))
        if step % 20 == 19:
            rate = (time.perf_counter() - began) / (step + 1 - first)
            left = rate * (len(batches) - step - 1) / 60
            print(f"step {step + 1}/{len(batches)}  loss {np.mean(recent[-100:]):.3f}  {left:.0f} min left", flush=True)
        if step % 200 == 199:
            state = {"step": step + 1, "plan": asdict(plan), "model": model.state_dict()}
            state |= {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}
            torch.save(state, out / f"{CHECKPOINT}.tmp")
            (out / f"{CHECKPOINT}.tmp").replace(out / CHECKPOINT)
    model.eval()
    return model


def _resume(out: Path, plan: Plan, model: Any, optimizer: Any, schedule: Any) -> int:
    path = out / CHECKPOINT
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    if state["plan"] != asdict(plan):
        raise SystemExit(f"{path} is of another plan; name another folder, or delete it")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    print(f"going on after step {state['step']}", flush=True)
    return int(state["step"])


def _batches(examples: Sequence[Example], tokenizer: Tokenizer, plan: Plan, epoch: int) -> Iterator[list[Feature]]:
    """Windows of like length together, in an order that the seed decides."""
    choose = random.Random(f"{plan.seed}/{epoch}")  # noqa: S311 - repeatable, not secret
    windows = [feature for example in examples for feature in features(tokenizer, example, choose)]
    choose.shuffle(windows)
    batches: list[list[Feature]] = []
    for low in range(0, len(windows), 2_000):
        batch: list[Feature] = []
        for window in sorted(windows[low : low + 2_000], key=lambda window: len(window.ids)):
            if batch and _padded(len(window.ids)) * (len(batch) + 1) > plan.batch_tokens:
                batches.append(batch)
                batch = []
            batch.append(window)
        batches.append(batch)
    choose.shuffle(batches)
    return iter(batches)


def _padded(tokens: int) -> int:
    return -(-tokens // 16) * 16  # few different shapes: oneDNN compiles a kernel for each


def _loss(model: Any, batch: Sequence[Feature], bfloat16: bool) -> torch.Tensor:
    width = _padded(max(len(window.ids) for window in batch))
    ids = torch.zeros(len(batch), width, dtype=torch.long)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, window in enumerate(batch):
        ids[row, : len(window.ids)] = torch.tensor(window.ids)
        types[row, : len(window.ids)] = torch.tensor(window.type_ids)
        mask[row, : len(window.ids)] = 1
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
        output = model(input_ids=ids, attention_mask=mask, token_type_ids=types)
    # Only the passage and position 0 may answer.
    allowed = (types == 1) & (mask == 1)
    allowed[:, 0] = True
    losses = [
        torch.nn.functional.cross_entropy(
            logits.float().masked_fill(~allowed, -1e4), torch.tensor([getattr(window, side) for window in batch])
        )
        for side, logits in (("start", output.start_logits), ("end", output.end_logits))
    ]
    return (losses[0] + losses[1]) / 2


def save(model: Any, tokenizer: Tokenizer, about: dict[str, Any], out: Path) -> None:
    """Write the weights for transformers (``hf/``) and for the product (``model.onnx``, int8, with its tokenizer)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model.float().save_pretrained(out / "hf")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(out / "tokenizer.json"))
    tokenizer.save(str(out / "hf" / "tokenizer.json"))
    full = out / "full.onnx"
    names = ["input_ids", "attention_mask", "token_type_ids"]
    example = torch.ones(2, 8, dtype=torch.long)

    class Head(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[Any, Any]:
            found = self.model(input_ids=ids, attention_mask=mask, token_type_ids=types)
            return found.start_logits, found.end_logits

    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "start_logits", "end_logits"]}
    torch.onnx.export(
        Head().eval(), (example, example, example), str(full), input_names=names,
        output_names=["start_logits", "end_logits"], dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip
    quantize_dynamic(full, out / "model.onnx", weight_type=QuantType.QInt8, per_channel=True)
    (out / "reader.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")
