"""``python -m qa.training.average``: the weighted mean of two readers of one family.

Fine-tuning on a narrow domain forgets some of the wide one. The mean of the weights before and after keeps most of
both (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tokenizers import Tokenizer

from qa.training.export import save
from qa.training.teach import load_model


def main() -> None:
    """Average, and write the weights as training does."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.average", description=__doc__)
    parser.add_argument("before", type=Path, help="the base of the training, in the transformers format")
    parser.add_argument("after", type=Path, help="the folder that the training wrote")
    parser.add_argument("--share", type=float, default=0.75, help="of the weights after the training, 0 to 1")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="reader")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    model, after = load_model(str(options.before)), load_model(str(options.after / "hf"))
    changed = after.state_dict()
    mixed = {
        key: (1 - options.share) * value + options.share * changed[key] if value.is_floating_point() else value
        for key, value in model.state_dict().items()
    }
    model.load_state_dict(mixed)
    about = json.loads((options.after / "reader.json").read_text("utf-8"))
    about = {"name": options.name, "averaged": {"share": options.share, "with": about["name"]}} | {
        key: about[key] for key in ("plan", "data")
    }
    save(model.eval(), Tokenizer.from_file(str(options.before / "tokenizer.json")), about, options.out)


if __name__ == "__main__":
    main()
