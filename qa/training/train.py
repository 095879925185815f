"""Train a reader: ``python -m qa.training --help``.

A BERT-like encoder with a span head (Devlin et al. 2019): start and end logits over the passage and position 0,
[CLS], as "no answer". Besides each question's own paragraph it sees hard negatives: the passages that the product's
own search finds for it and that do not hold the answer. They are what the reader meets in use.

Two cross-entropies are weighed against each other: one over each window alone, and one over all the windows of a
question at once (shared normalisation, Clark and Gardner 2018), each position counted against its own window's
"no answer", as the product compares them. The second makes the margins of different passages comparable.

With a teacher (:mod:`qa.training.teach`) each is a mean of two: against the annotator's position, and against what
the teacher makes of all positions (Hinton et al. 2015, "Distilling the knowledge in a neural network").

Repeatable: the order and every choice come from the seed. Resumable: run the same command again
(:mod:`qa.training.course`).
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from index.process import let_torch_use_all_cores
from qa.decode import best_spans, no_answer
from qa.evaluation.scores import token_f1
from qa.reader import LENGTH_PRICE
from qa.training.course import Course, averaging, by_layer, freeze
from qa.training.data import Example, Feature, features
from qa.training.teach import Margins, Taught, encoded, hidden_loss, load_model, margins_at

Group = Sequence[Example]
"""What is learned from together: a question with its own paragraph, the first, and passages that do not answer it."""
Window = tuple[Feature, Margins | None]
"""A window and, with a teacher, what it makes of it."""
Batch = list[list[Window]]
"""The windows of some questions, those of a question together."""
MASKED = -1e4
"""The logit of a position that may not answer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides what comes out, beside the data."""

    base: str
    epochs: int = 2
    learning_rate: float = 1e-4
    warm_up: float = 0.06
    weight_decay: float = 0.01
    batch_tokens: int = 16_384
    """Padded tokens a step: some 25 questions with their passages. With 4,096 the loss rose again after 200 steps."""
    negatives: int = 4
    tempting: str = ""
    """A reader whose temptations the negatives are (:func:`qa.training.negatives.tempting`); else what search finds."""
    layer_decay: float = 1.0
    """How much slower each layer learns than the one above it, 0 to 1."""
    average: float = 0.0
    """What the running mean of the weights keeps of itself at a step, 0 to 1; 0 for the last weights as they are."""
    frozen: int = 0
    """Lowest layers that stay as they are, which saves their way back: a fifth of the time with 4 of 12."""
    shared: float = 0.5
    """Weight of the loss over all windows of a question, 0 to 1; the rest is for each window alone."""
    teacher: str = ""
    taught: float = 0.7
    """Weight of the teacher's word against the annotators', 0 to 1, where there is a teacher."""
    temperature: float = 2.0
    """What logits are divided by before they are compared with the teacher's, so that its second choices count."""
    hidden: float = 0.0
    """Weight of the distance of every layer from the teacher's, which must be of the same family and width."""
    seed: int = 0
    bfloat16: bool = True


@dataclass(frozen=True, slots=True)
class Watch:
    """How often a training is looked at and kept; has no part in what comes out."""

    development: Sequence[Example] = ()
    """Read at every ``look`` steps."""
    look: int = 100
    save_minutes: float = 5.0


def train(
    plan: Plan, asked: Sequence[Group], tokenizer: Tokenizer, out: Path, *, taught: Taught | None = None,
    watch: Watch = Watch(),
) -> Any:  # fmt: skip
    """Train on questions with their passages, and return the model.

    ``out`` gets the checkpoint and the curves; ``taught`` is what a teacher makes of every question and paragraph.
    """
    let_torch_use_all_cores()
    torch.manual_seed(plan.seed)
    model = load_model(plan.base)
    teacher = load_model(str(Path(plan.teacher) / "hf")).eval() if plan.hidden else None
    freeze(model, plan.frozen)
    batches = [batch for epoch in range(plan.epochs) for batch in _batches(asked, tokenizer, plan, epoch, taught)]
    groups = by_layer(model, plan.learning_rate, plan.layer_decay)
    optimizer = torch.optim.AdamW(groups, weight_decay=plan.weight_decay, fused=True)
    warm = max(1, int(plan.warm_up * len(batches)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (len(batches) - step) / max(1, len(batches) - warm)))
    )
    course = Course(model, averaging(model, plan.average), optimizer, schedule)
    course.resume(out, plan)
    first, saved = course.step, time.perf_counter()
    trained = [weight for group in groups for weight in group["params"]]
    model.train()
    while course.step < len(batches):
        loss = _loss(model, tokenizer, batches[course.step], plan, teacher)
        loss.backward()  # type: ignore[no-untyped-call] # torch's
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if course.average is not None:
            course.average.update_parameters(model)
        course.step += 1
        course.losses.append(float(loss.detach()))
        if course.step % 10 == 0 or course.step == len(batches):
            row = {"step": course.step, "minutes": course.worked(), "loss": float(np.mean(course.losses))}
            row["rate"] = float(schedule.get_last_lr()[0])
            if watch.development and (course.step % watch.look == 0 or course.step == len(batches)):
                row |= measured(course.weights, tokenizer, watch.development, plan)
                model.train()
            course.draw(out, row)
            left = (time.perf_counter() - course.began) / (course.step - first) * (len(batches) - course.step) / 60
            told = "  ".join(f"{name} {row[name]:.3f}" for name in row if name == "loss" or name.startswith("dev"))
            print(f"step {course.step}/{len(batches)}  {told}  {left:.0f} min left", flush=True)
            course.losses = []
        if time.perf_counter() - saved >= 60 * watch.save_minutes:
            course.save(out, plan)
            saved = time.perf_counter()
    course.save(out, plan)
    return course.weights.eval()


def measured(model: Any, tokenizer: Tokenizer, examples: Sequence[Example], plan: Plan) -> dict[str, float]:
    """How ``model`` does on questions it does not learn from, each by its first window.

    ``development_loss`` as in training; ``development_f1`` of the best spans where there is an answer, in percent;
    ``development_silent``, the percentage of the others at which "no answer" is likelier than any span.
    """
    choose = random.Random(0)  # noqa: S311 - which annotator's answer the loss takes
    model.eval()
    losses, scores, silent = [], [], []
    for example in examples:
        window = features(tokenizer, example, choose)[0]
        inputs, allowed = encoded([window], tokenizer, len(window.ids), model)
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.bfloat16):
            output = model(**inputs)
        both = [side.float().masked_fill(~allowed, MASKED) for side in (output.start_logits, output.end_logits)]
        targets = [torch.tensor([at]) for at in (window.start, window.end)]
        losses.append(float(sum(shared_loss(*pair, [1]) for pair in zip(both, targets, strict=True)) / 2))
        start, end = (side[0].numpy() for side in both)
        inside = allowed[0].numpy().copy()
        inside[0] = False
        [best] = best_spans(start, end, inside, inside, price=LENGTH_PRICE, count=1)
        if example.answers:
            places = [window.places[best.first], window.places[best.last]]
            text = example.paragraph.text[places[0][0] : places[1][1]] if places[0] and places[1] else ""
            scores.append(token_f1(text, [answer for _, answer in example.answers]))
        else:
            silent.append(float(best.logit < no_answer(start, end)))
    found = {"development_loss": losses, "development_f1": scores, "development_silent": silent}
    return {
        name: float(np.mean(values)) * (1 if name == "development_loss" else 100)
        for name, values in found.items()
        if values
    }


def _batches(
    asked: Sequence[Group], tokenizer: Tokenizer, plan: Plan, epoch: int, taught: Taught | None
) -> list[Batch]:
    """Questions whose passages are of like length together, in an order that the seed decides."""
    choose = random.Random(f"{plan.seed}/{epoch}")  # noqa: S311 - repeatable, not secret
    groups: list[list[Window]] = [
        [
            (window, margins_at(taught[one.question, one.paragraph], window.places) if taught else None)
            for one in group
            for window in features(tokenizer, one, choose)
        ]
        for group in asked
    ]
    choose.shuffle(groups)
    batches: list[Batch] = []
    for low in range(0, len(groups), 1_000):
        batch: Batch = []
        for group in sorted(groups[low : low + 1_000], key=_width):
            if batch and _width(group) * (len(group) + sum(map(len, batch))) > plan.batch_tokens:
                batches.append(batch)
                batch = []
            batch.append(group)
        batches.append(batch)
    choose.shuffle(batches)
    return batches


def _width(group: Sequence[Window]) -> int:
    """Tokens of the longest, rounded up to few different shapes: oneDNN compiles a kernel for each."""
    return -(-max(len(window.ids) for window, _ in group) // 16) * 16


def _loss(model: Any, tokenizer: Tokenizer, batch: Batch, plan: Plan, teacher: Any = None) -> torch.Tensor:
    windows = [window for group in batch for window, _ in group]
    inputs, allowed = encoded(windows, tokenizer, max(map(_width, batch)), model)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.bfloat16):
        output = model(**inputs, output_hidden_states=teacher is not None)
    together, alone = [len(group) for group in batch], [1] * len(windows)
    margins = [known for group in batch for _, known in group if known is not None]
    total = torch.zeros(())
    if teacher is not None:
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.bfloat16):
            states = teacher(**inputs, output_hidden_states=True).hidden_states
        total = total + plan.hidden * hidden_loss(output.hidden_states, states, inputs["attention_mask"])
    for side, logits in enumerate((output.start_logits, output.end_logits)):
        scores = logits.float().masked_fill(~allowed, MASKED)
        targets = torch.tensor([(window.start, window.end)[side] for window in windows])
        theirs = torch.full_like(scores, MASKED) if margins else None
        if theirs is not None:
            for row, known in enumerate(margins):
                theirs[row, : len(known)] = torch.from_numpy(known[:, side])
        for sizes, weight in ((alone, 1 - plan.shared), (together, plan.shared)):
            loss = shared_loss(scores, targets, sizes)
            if theirs is not None:
                soft = taught_loss(scores, theirs, sizes, plan.temperature)
                loss = (1 - plan.taught) * loss + plan.taught * soft
            total = total + weight * loss / 2
    return total


def shared_loss(scores: torch.Tensor, targets: torch.Tensor, sizes: Sequence[int]) -> torch.Tensor:
    """Mean cross-entropy over groups of windows that share one normalisation.

    Args:
        scores: (windows, tokens), logits; position 0 is "no answer".
        targets: (windows,), the right position of each window.
        sizes: windows of each group, in order.

    Each position scores its logit minus its window's "no answer", which itself is 0 for the whole group. Right is
    the one position that a window of the group has as its target, or "no answer" if none has.
    """
    losses = []
    for flat, right in zip(_flat(scores, sizes), torch.split(targets, list(sizes)), strict=True):
        target = 0
        if right.any():
            window = int(right.nonzero()[0])
            target = 1 + window * (scores.shape[1] - 1) + int(right[window]) - 1
        losses.append(torch.logsumexp(flat, 0) - flat[target])
    return torch.stack(losses).mean()


def taught_loss(scores: torch.Tensor, teacher: torch.Tensor, sizes: Sequence[int], temperature: float) -> torch.Tensor:
    """Mean Kullback-Leibler divergence from the teacher's distribution over each group, times the temperature squared.

    Args:
        scores: (windows, tokens), logits; position 0 is "no answer".
        teacher: (windows, tokens), the teacher's; likewise.
        sizes: windows of each group, in order; a group shares one normalisation, as in :func:`shared_loss`.
        temperature: divides both sides' margins; the square keeps gradients of one size (Hinton et al. 2015).
    """
    losses = [
        torch.nn.functional.kl_div(
            (ours / temperature).log_softmax(0), (theirs / temperature).log_softmax(0), reduction="sum", log_target=True
        )
        for ours, theirs in zip(_flat(scores, sizes), _flat(teacher, sizes), strict=True)
    ]
    return temperature**2 * torch.stack(losses).mean()


def _flat(scores: torch.Tensor, sizes: Sequence[int]) -> list[torch.Tensor]:
    """For each group one vector: 0 for "no answer", then every other position's margin over its window's."""
    margins = scores - scores[:, :1]
    return [torch.cat([group.new_zeros(1), group[:, 1:].reshape(-1)]) for group in torch.split(margins, list(sizes))]
