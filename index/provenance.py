"""Which embedding model a library's vectors came from. Vectors of two models cannot be compared."""

from __future__ import annotations

from index.encoder import DEFAULT_MODEL, Encoder, load_encoder
from index.errors import WrongModel
from index.store import Store, StoreView, Transaction


def remembered_encoder(store: Store, model: str | None) -> Encoder:
    """The encoder of ``model``, else of the model that the library's vectors came from, else the default one."""
    with store.read() as view:
        remembered = view.meta("model_source")
    return load_encoder(model or remembered or DEFAULT_MODEL)


def check_model(view: StoreView, encoder: Encoder, where: str) -> None:
    """Vectors of two models cannot be compared.

    Raises:
        WrongModel: the library's vectors came from another model than ``encoder``.
    """
    stored = view.meta("model")
    if stored not in (None, encoder.name):
        raise WrongModel(
            f"the library's vectors came from {stored}, not {encoder.name};"
            f" to embed everything again: pullquote --library {where} doctor --rebuild"
        )


def remember_model(transaction: Transaction, encoder: Encoder, where: str) -> None:
    """Write down which model the library's vectors come from.

    Raises:
        WrongModel: another process has meanwhile embedded everything with another one.
    """
    check_model(transaction, encoder, where)
    transaction.set_meta("model", encoder.name)
    transaction.set_meta("model_source", encoder.source)
