"""``python -m index.building WHERE MODEL DIMENSION [EXACT]``: a new generation of a ranking, in a process of its own.

Started by :class:`index.stores.Builder` when it pays. Another one that is at work already is left alone. Up to
``EXACT`` passages are compared one by one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from index.ranking.ranker import SegmentRanker, Sizes
from index.store import Store
from index.stores import open_ranker, open_store


def build(store: Store, ranker: SegmentRanker) -> bool:
    """Make a generation of the newest state; ``False`` if somebody else is at it.

    Raises:
        OSError: it could not be written.
    """
    with store.read() as view:  # no longer than the passages are read: an open view keeps the store from tidying up
        state = ranker.state_at(view)
    return ranker.write_generation(state)


def main() -> None:
    """Build, out of the way of everything else on the machine."""
    where, model, dimension, *exact = sys.argv[1:]
    sizes = Sizes(exact=int(exact[0])) if exact else Sizes()
    os.nice(15)
    store = open_store(Path(where))
    try:
        with store.read() as view:
            if view.meta("model") == model:
                build(store, open_ranker(Path(where), model, int(dimension), sizes=sizes, background=False))
    finally:
        store.close()


if __name__ == "__main__":
    main()
