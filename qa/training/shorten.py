"""``python -m qa.training.shorten``: a reader of fewer layers, made of some of another's, to be taught by it.

Every other layer is a better start than none (Sanh et al. 2019, "DistilBERT"). Word embeddings and span
head come along.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from tokenizers import Tokenizer

from qa.training.teach import load_model


def main() -> None:
    """Take the layers out, and write what is left as a base for training."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.shorten", description=__doc__)
    parser.add_argument("base", type=Path, help="a span model in the transformers format")
    parser.add_argument("--keep", type=int, nargs="+", required=True, metavar="LAYER", help="from 0, the lowest")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    model = load_model(str(options.base))
    layers = model.base_model.encoder.layer
    if not all(0 <= layer < len(layers) for layer in options.keep):
        raise SystemExit(f"{options.base} has layers 0 to {len(layers) - 1}")
    model.base_model.encoder.layer = torch.nn.ModuleList([layers[layer] for layer in options.keep])
    model.config.num_hidden_layers = len(options.keep)
    model.save_pretrained(options.out)
    Tokenizer.from_file(str(options.base / "tokenizer.json")).save(str(options.out / "tokenizer.json"))


if __name__ == "__main__":
    main()
