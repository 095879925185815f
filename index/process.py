"""What Pullquote changes for the whole process, all in one place: threads, environment, other libraries' chatter.

Each is done when the library concerned is first needed, and none when ``index``, ``qa`` or ``pullquote`` is imported.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def keep_onnxruntime_quiet() -> None:
    """Before ONNX Runtime is loaded: no telemetry.

    From version 1.29 the official Linux builds collect usage data in the user's cache folder and send it to their
    maker unless ``ORT_DISABLE_TELEMETRY`` is set before. Readers' questions are nobody else's business, and nothing
    here uses the network, so it is set, whatever the environment says.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def keep_faiss_to_one_thread(faiss: Any) -> None:
    """A search for one question does not spread anyway, but OpenMP's threads would spin on while the reader works."""
    faiss.omp_set_num_threads(1)


def let_torch_use_all_cores() -> None:
    """For a training: torch and FAISS share OpenMP's number of threads, so that FAISS's one would be torch's as well.

    ``OMP_NUM_THREADS`` is heard, as by OpenMP itself.
    """
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1))


@contextmanager
def quiet_models() -> Iterator[None]:
    """Keep the libraries that load models from the network, and from warning, logging and drawing bars meanwhile."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # read when the library is first imported
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tracing a model warns of every branch that it does not take
            import transformers

            transformers.utils.logging.disable_progress_bar()
            yield
    finally:
        logging.disable(logging.NOTSET)


def cache_folder() -> Path:
    """Where what can be made again is kept: ``PULLQUOTE_CACHE``, else the user's cache folder."""
    import platformdirs

    chosen = os.environ.get("PULLQUOTE_CACHE")
    return Path(chosen) if chosen else platformdirs.user_cache_path("pullquote")
