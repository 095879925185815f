"""A larger reader teaches a smaller one: what it makes of every position of a paragraph.

The two may cut text into different tokens, so what is handed on belongs to characters of the paragraph: the margin
of a start at the character where a token starts, and of an end where it ends, each over the teacher's "no answer".
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.runtime import length_batches, padded_inputs, session
from qa.terminal import progress_bar
from qa.training.data import Example, Feature, Paragraph, features

Margins = NDArray[np.float32]
"""(tokens, 2): margins of start and end over "no answer", 0 for that itself."""
Taught = Mapping[tuple[str, Paragraph], tuple[NDArray[np.int32], Margins]]
"""Of question and paragraph the places, (tokens, 2) characters of the paragraph, half-open, and their margins."""

UNLIKELY = -30.0
"""The margin of a place that the teacher does not see as a token of its own."""
BATCH_TOKENS = 800
LOGITS = ["start_logits", "end_logits"]


def load_model(base: str) -> Any:
    """A span model in single precision from a folder in the transformers format; without a head it gets a new one."""
    from transformers import AutoModelForQuestionAnswering

    # Random numbers for attention dropout cost 40 % of a step on a CPU and gave nothing measurable; here eager
    # attention is the fastest (6,200 tokens a second against 4,500 with torch's own fused one).
    return AutoModelForQuestionAnswering.from_pretrained(
        base, dtype=torch.float32, attention_probs_dropout_prob=0.0, attn_implementation="eager", local_files_only=True
    )


def encoded(
    windows: Sequence[Feature], tokenizer: Tokenizer, width: int, model: Any
) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """The model's inputs, each (windows, width), and where it may answer: (windows, width), position 0 included."""
    padding = next(i for i in map(tokenizer.token_to_id, ("[PAD]", "<pad>")) if i is not None)
    ids = torch.full((len(windows), width), padding)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    allowed = torch.zeros_like(ids, dtype=torch.bool)
    for row, window in enumerate(windows):
        length = len(window.ids)
        ids[row, :length] = torch.tensor(window.ids)
        types[row, :length] = torch.tensor(window.type_ids)
        mask[row, :length] = 1
        allowed[row, :length] = torch.tensor([place is not None for place in window.places])
    allowed[:, 0] = True
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
    return {name: inputs[name] for name in input_names(model)}, allowed


def input_names(model: Any) -> list[str]:
    """What the model takes: MPNet knows no segments."""
    known = inspect.signature(model.forward).parameters
    return [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in known]


def teach(folder: Path, asked: Iterable[Example]) -> Taught:
    """What the reader in ``folder``, as training writes it, makes of every question and paragraph of ``asked``.

    With its 8-bit weights, which read a passage in a third of the time that single precision takes (mpnet: 16.6
    against 46.9 ms).
    """
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    model = session(folder / "model.onnx", spin=True)
    names = {node.name for node in model.get_inputs()}
    pairs = {(one.question, one.paragraph): None for one in asked}
    choose = random.Random(0)  # noqa: S311 - nothing is left to choose without answers
    windows = [(pair, window) for pair in pairs for window in features(tokenizer, Example(*pair, answers=()), choose)]
    parts: dict[tuple[str, Paragraph], list[tuple[Any, Any]]] = {pair: [] for pair in pairs}
    with progress_bar("Teaching", len(windows)) as tick:
        for batch in length_batches([len(window) for _, window in windows], BATCH_TOKENS):
            starts, ends = model.run(LOGITS, padded_inputs([windows[i][1] for i in batch], names))
            logits = np.stack([starts, ends], axis=2)
            margins = logits - logits[:, :1]
            for row, position in enumerate(batch):
                pair, window = windows[position]
                kept = [token for token, place in enumerate(window.places) if place]
                places = np.array([window.places[token] for token in kept], dtype=np.int32).reshape(-1, 2)
                parts[pair].append((places, margins[row, kept]))
            tick(len(batch))
    return {
        pair: (np.concatenate([p for p, _ in found]), np.concatenate([m for _, m in found]))
        for pair, found in parts.items()
    }


def margins_at(taught: tuple[NDArray[np.int32], Margins], places: Sequence[tuple[int, int] | None]) -> Margins:
    """The teacher's margins at ``places``, (len(places), 2): 0 for the first, "no answer"."""
    known, margins = taught
    found = np.full((len(places), 2), UNLIKELY, dtype=np.float32)
    found[0] = 0.0
    for side in (0, 1):
        at = dict(zip(known[:, side].tolist(), margins[:, side].tolist(), strict=True))
        for position, place in enumerate(places):
            if place is not None:
                found[position, side] = at.get(place[side], UNLIKELY)
    return found


def hidden_loss(ours: Sequence[torch.Tensor], theirs: Sequence[torch.Tensor], mask: torch.Tensor) -> torch.Tensor:
    """Mean squared distance of a pupil's layers from those of a teacher (Jiao et al. 2020, "TinyBERT").

    Args:
        ours: what comes out of the embeddings and of every layer, each (windows, tokens, width).
        theirs: likewise, of a whole multiple of layers; each of ours is held against the last of its share.
        mask: (windows, tokens), 1 where there is a token.
    """
    step = (len(theirs) - 1) // (len(ours) - 1)
    real = mask.bool()
    distances = [
        torch.nn.functional.mse_loss(ours[layer][real].float(), theirs[layer * step][real].float())
        for layer in range(1, len(ours))
    ]
    return torch.stack(distances).mean()
