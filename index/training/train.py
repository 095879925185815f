"""Fine-tune a sentence-transformers model so that a question lies near the paragraph that answers it.

Every step takes some stories: all their questions, and all the paragraphs these ask for once, however many questions
ask for one. Each question is to choose its own paragraph among all of the step's: cross-entropy over cosines, the
loss of sentence-transformers' ``MultipleNegativesRankingLoss`` (Henderson et al. 2017, "Efficient natural language
response suggestion for smart reply"), without encoding a paragraph for each of its questions, which makes a step four
times as fast. So the other paragraphs of the same story are among the negatives, which are the hardest ones there
are; beside each story stands the one with which the product's own search confuses it most; and ``mined`` passages, that
this search finds and that do not answer, fill the step up. A paragraph that holds an accepted answer is no negative.

Repeatable: the order and every choice come from the seed. Resumable: run the same command again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from index.process import let_torch_use_all_cores
from index.runtime import length_batches
from index.training.data import Query, TrainingStory, flat

CHECKPOINT = "checkpoint.pt"
PassageAt = tuple[int, int]
"""A passage: which story, which of its passages, both from 0."""
Negatives = Mapping[tuple[int, Query], Sequence[PassageAt]]
"""Of a story's question the hard negatives that search found, best first."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what comes out, beside the data."""

    base: str
    epochs: int = 2
    learning_rate: float = 6e-5
    warm_up: float = 0.1
    weight_decay: float = 0.01
    scale: float = 20.0
    """What cosines are multiplied by: the one of the base's own training."""
    step_passages: int = 64
    """Passages a step that are asked for, at least; the last story is taken whole."""
    mined: int = 16
    """Hard negatives from other stories a step."""
    max_tokens: int = 128
    headlines: float = 0.5
    """Share of stories whose paragraphs are shown with their headline, 0 to 1, so that the model can take both."""
    seed: int = 0
    bfloat16: bool = True


@dataclass(frozen=True, slots=True)
class ContrastiveBatch:
    """What a step learns from. ``allowed``, (questions, passages): which passages each question is compared with."""

    questions: list[str]
    passages: list[str]
    targets: list[int]
    allowed: np.ndarray[Any, Any]


def written(story: TrainingStory, number: int, headline: bool) -> str:
    """A paragraph as it is embedded."""
    passage = story.passages[number]
    return f"{story.headline}. {passage}" if headline and story.headline else passage


def make_steps(
    recipe: Recipe, stories: Sequence[TrainingStory], found: Negatives, epoch: int
) -> list[ContrastiveBatch]:
    """The steps of one epoch, each of whole stories or, of long ones, of parts."""
    choose = random.Random(f"{recipe.seed}/{epoch}")  # noqa: S311 - repeatable, not secret
    parts = _parts(stories, choose)
    by_story: dict[int, list[int]] = {}
    for number, (story, _) in enumerate(parts):
        by_story.setdefault(story, []).append(number)
    order = list(range(len(parts)))
    choose.shuffle(order)
    left = dict.fromkeys(order)
    steps: list[ContrastiveBatch] = []
    while left:
        taken: list[int] = []
        size = 0
        while left and size < recipe.step_passages:
            first = next(iter(left))
            for part in (first, _confused(parts[first], found, by_story, left)):
                if part is not None and part in left:
                    del left[part]
                    taken.append(part)
                    size += len({asked.passage for asked in parts[part][1]})
        steps.append(_step(recipe, stories, [parts[part] for part in taken], found, choose))
    choose.shuffle(steps)
    return steps


StoryPart = tuple[int, list[Query]]
_PART_PASSAGES = 12


def _parts(stories: Sequence[TrainingStory], choose: random.Random) -> list[StoryPart]:
    """Questions of at most so many paragraphs of one story; a file of unrelated posts is one long story."""
    parts: list[StoryPart] = []
    for number, story in enumerate(stories):
        wanted = sorted({asked.passage for asked in story.asked})
        choose.shuffle(wanted)
        for low in range(0, len(wanted), _PART_PASSAGES):
            part = set(wanted[low : low + _PART_PASSAGES])
            parts.append((number, [asked for asked in story.asked if asked.passage in part]))
    return parts


def _confused(
    part: StoryPart, found: Negatives, by_story: Mapping[int, list[int]], left: Mapping[int, None]
) -> int | None:
    """A part, not yet taken, of the story that search confuses with this one most."""
    story, asked = part
    counts: dict[int, int] = {}
    for one in asked:
        for other, _ in found.get((story, one), ()):
            if other != story:
                counts[other] = counts.get(other, 0) + 1
    for other in sorted(counts, key=lambda key: (-counts[key], key)):
        for candidate in by_story.get(other, ()):
            if candidate in left:
                return candidate
    return None


def _step(
    recipe: Recipe,
    stories: Sequence[TrainingStory],
    parts: Sequence[StoryPart],
    found: Negatives,
    choose: random.Random,
) -> ContrastiveBatch:
    asked = [(story, one) for story, group in parts for one in group]
    places = dict.fromkeys((story, one.passage) for story, one in asked)
    hard = [place for key in asked for place in found.get(key, ())[:4] if place not in places]
    choose.shuffle(hard)
    places |= dict.fromkeys(list(dict.fromkeys(hard))[: recipe.mined])
    position = {place: number for number, place in enumerate(places)}
    shown = {story: choose.random() < recipe.headlines for story, _ in places}
    allowed = np.ones((len(asked), len(places)), dtype=bool)
    words = [flat(stories[story].passages[number]) for story, number in places]
    for row, (_, one) in enumerate(asked):
        answers = [flat(answer) for answer in one.answers]
        allowed[row] = [not any(answer in text for answer in answers) for text in words]
    targets = [position[story, one.passage] for story, one in asked]
    allowed[range(len(asked)), targets] = True
    passages = [written(stories[story], number, shown[story]) for story, number in places]
    return ContrastiveBatch([one.text for _, one in asked], passages, targets, allowed)


def train(recipe: Recipe, stories: Sequence[TrainingStory], found: Negatives, out: Path) -> Any:
    """Train, and return the sentence-transformers model. ``out`` gets the checkpoints."""
    from sentence_transformers import SentenceTransformer

    let_torch_use_all_cores()
    torch.manual_seed(recipe.seed)
    # Random numbers for dropout cost much on a CPU and gave nothing measurable when readers were trained.
    off = {"attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0}
    model = SentenceTransformer(
        recipe.base,
        device="cpu",
        local_files_only=True,
        model_kwargs={"attn_implementation": "eager"},
        config_kwargs=off,
    )
    model[0].auto_model.get_input_embeddings().weight.requires_grad_(False)  # half of all weights, hardly moved
    steps = [step for epoch in range(recipe.epochs) for step in make_steps(recipe, stories, found, epoch)]
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True)
    warm = max(1, int(recipe.warm_up * len(steps)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (len(steps) - step) / max(1, len(steps) - warm)))
    )
    first = _resume(out, recipe, model, optimizer, schedule)
    model.train()
    began = time.perf_counter()
    recent: list[float] = []
    for number in range(first, len(steps)):
        loss = _loss(model, steps[number], recipe)
        loss.backward()  # type: ignore[no-untyped-call] # torch's
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        recent.append(float(loss.detach()))
        if number % 10 == 9:
            rate = (time.perf_counter() - began) / (number + 1 - first)
            left = rate * (len(steps) - number - 1) / 60
            print(f"step {number + 1}/{len(steps)}  loss {np.mean(recent[-50:]):.3f}  {left:.0f} min left", flush=True)
        if number % 50 == 49:
            state = {"step": number + 1, "plan": asdict(recipe), "model": model.state_dict()}
            state |= {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}
            torch.save(state, out / f"{CHECKPOINT}.tmp")
            (out / f"{CHECKPOINT}.tmp").replace(out / CHECKPOINT)
    return model.eval()


def _resume(out: Path, recipe: Recipe, model: Any, optimizer: Any, schedule: Any) -> int:
    path = out / CHECKPOINT
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    if state["plan"] != asdict(recipe):
        raise SystemExit(f"{path} is of another recipe; name another folder, or delete it")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    print(f"going on after step {state['step']}", flush=True)
    return int(state["step"])


def _loss(model: Any, step: ContrastiveBatch, recipe: Recipe) -> torch.Tensor:
    questions, passages = _vectors(model, step.questions, recipe), _vectors(model, step.passages, recipe)
    scores = recipe.scale * questions @ passages.T
    return torch.nn.functional.cross_entropy(
        scores.masked_fill(~torch.from_numpy(step.allowed), -1e4), torch.tensor(step.targets)
    )


_BATCH_TOKENS = 2_048


def _vectors(model: Any, texts: Sequence[str], recipe: Recipe) -> torch.Tensor:
    """Unit vectors, float32 (len(texts), dimension), with their way back; lengths are multiples of 16."""
    encoded = model.tokenizer(list(texts), truncation=True, max_length=recipe.max_tokens)
    order: list[int] = []
    parts: list[torch.Tensor] = []
    lengths = [-(-len(ids) // 16) * 16 for ids in encoded["input_ids"]]
    for batch in length_batches(lengths, _BATCH_TOKENS):
        width = max(lengths[i] for i in batch)
        features = model.tokenizer.pad(
            {key: [values[i] for i in batch] for key, values in encoded.items()},
            padding="max_length", max_length=width, return_tensors="pt",
        )  # fmt: skip
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=recipe.bfloat16):
            vectors = model(dict(features))["sentence_embedding"]
        parts.append(torch.nn.functional.normalize(vectors.float(), dim=-1))
        order += batch
    return torch.cat(parts)[torch.argsort(torch.tensor(order))]
