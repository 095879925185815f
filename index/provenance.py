"""Which embedding model a library's vectors came from. Vectors of two models cannot be compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.catalog import Catalog
from index.encoder import DEFAULT_MODEL, Encoder, load_encoder
from index.errors import WrongModel
from index.queries import Reading, Writing


def remembered_encoder(catalog: Catalog, model: str | None, say: Callable[[str], None]) -> Encoder:
    """The encoder of ``model``, else of the model that the library's vectors came from, else the default one."""
    with catalog.reading() as view:
        remembered = view.meta("model_source")
    return load_encoder(model or remembered or DEFAULT_MODEL, say=say)


def check_model(view: Reading, encoder: Encoder, folder: Path) -> None:
    """Vectors of two models cannot be compared.

    Raises:
        WrongModel: the library's vectors came from another model than ``encoder``.
    """
    stored = view.meta("model")
    if stored not in (None, encoder.name):
        raise WrongModel(
            f"the library's vectors came from {stored}, not {encoder.name};"
            f" to embed everything again: pullquote --library {folder} doctor --rebuild"
        )


def remember_model(transaction: Writing, encoder: Encoder, folder: Path) -> None:
    """Write down which model the library's vectors come from, if they have none yet.

    Raises:
        WrongModel: another process has meanwhile embedded everything with another one.
    """
    check_model(transaction, encoder, folder)
    transaction.set_meta("model", encoder.name)
    transaction.set_meta("model_source", encoder.source)
