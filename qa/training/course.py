"""The course of a training: what must be kept to go on after a kill as if there had been none, and its curves.

A checkpoint holds the model and its average, the optimiser, the schedule, the step (which with the plan's seed is the
place in the data), torch's random state and the curve so far. Order and choices of data are drawn anew from the seed.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

CHECKPOINT = "checkpoint.pt"
CURVES = "curves.csv"

CurvePoint = Mapping[str, float]
"""A line of the curves: ``step``, ``minutes`` of all sittings, ``loss``, ``rate``, and at times ``development_…``."""


@dataclass(slots=True)
class Course:
    """A training under way: everything that changes from step to step."""

    model: Any
    average: Any
    """What :func:`averaging` gave, or ``None``."""
    optimizer: Any
    schedule: Any
    step: int = 0
    """Steps done."""
    minutes: float = 0.0
    """Of all sittings so far."""
    losses: list[float] = field(default_factory=list)
    """Of the steps since the last line of the curve."""
    curve: list[CurvePoint] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)

    @property
    def weights(self) -> Any:
        """The model that counts: the average where there is one."""
        return self.model if self.average is None else self.average.module

    def worked(self) -> float:
        """Minutes of all sittings up to now."""
        return self.minutes + (time.perf_counter() - self.began) / 60

    def save(self, out: Path, plan: Any) -> None:
        """Write the checkpoint, whole or not at all."""
        state = {"plan": asdict(plan), "step": self.step, "minutes": self.worked(), "losses": self.losses}
        state |= {"curve": self.curve, "random": torch.get_rng_state()}
        state |= {name: part.state_dict() for name, part in self._parts().items()}
        torch.save(state, out / f"{CHECKPOINT}.tmp")
        (out / f"{CHECKPOINT}.tmp").replace(out / CHECKPOINT)

    def resume(self, out: Path, plan: Any) -> None:
        """Go on from the checkpoint in ``out``, if there is one.

        Raises:
            SystemExit: it was written under another plan.
        """
        path = out / CHECKPOINT
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        if state["plan"] != asdict(plan):
            raise SystemExit(f"{path} is of another plan; name another folder, or delete it")
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self.step, self.minutes, self.losses = state["step"], state["minutes"], state["losses"]
        self.curve = state["curve"]
        torch.set_rng_state(state["random"])
        print(f"going on after step {self.step}", flush=True)

    def _parts(self) -> dict[str, Any]:
        parts = {"model": self.model, "optimizer": self.optimizer, "schedule": self.schedule}
        return parts if self.average is None else parts | {"average": self.average}

    def draw(self, out: Path, row: CurvePoint) -> None:
        """Add a line to the curves, and write them."""
        self.curve.append(row)
        names = list(dict.fromkeys(name for known in self.curve for name in known))
        with (out / CURVES).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows({name: round(value, 8) for name, value in known.items()} for known in self.curve)


def averaging(model: Any, decay: float) -> Any:
    """A running mean of the weights (Polyak and Juditsky 1992), the last step counting ``1 - decay``; 0: ``None``."""
    if not decay:
        return None
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    return AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay))  # type: ignore[no-untyped-call]


def freeze(model: Any, layers: int) -> None:
    """Leave the word embeddings as they are, half of all weights and hardly moved by so little data.

    If ``layers`` is not 0, so many of the lowest layers too, and all that they share with those above.
    """
    model.get_input_embeddings().weight.requires_grad_(False)
    if layers:
        body = model.base_model
        body.requires_grad_(False)
        for layer in body.encoder.layer[layers:]:
            layer.requires_grad_(True)


def by_layer(model: Any, rate: float, decay: float) -> list[dict[str, Any]]:
    """What is trained, for the optimiser, with the rate of each: ``decay`` times smaller with each layer down.

    The span head has ``rate``, and so has the highest layer times ``decay`` (Howard and Ruder 2018, "discriminative
    fine-tuning"): low layers know the language already. What lies below all layers has the least.
    """
    layers: Sequence[Any] = model.base_model.encoder.layer
    below = {id(weight): decay ** (len(layers) + 1) for weight in model.base_model.parameters()}
    for height, layer in enumerate(layers):
        below |= {id(weight): decay ** (len(layers) - height) for weight in layer.parameters()}
    groups: dict[float, list[Any]] = {}
    for weight in model.parameters():
        if weight.requires_grad:
            groups.setdefault(below.get(id(weight), 1.0), []).append(weight)
    return [{"params": weights, "lr": rate * share} for share, weights in groups.items()]
