"""Examine a library on disk, and make again what is derived: vectors and rankings."""

from __future__ import annotations

from collections.abc import Callable

from index.building import open_ranker
from index.encoder import BASE_MODEL, DEFAULT_MODEL
from index.provenance import remembered_encoder
from index.shelf import WAIT_SECONDS
from index.standing import settle
from index.store import Finding, StoreView
from index.stores import Where, open_store

_BATCH_PASSAGES = 256


def examine(folder: Where) -> list[Finding]:
    """Look at everything on disk; changes nothing, and needs no model.

    Raises:
        LibraryMissing, LibraryDamaged: there is no library, or it cannot be opened at all.
    """
    store = open_store(folder)
    try:
        findings = store.examine()
        with store.read() as view:
            findings += open_ranker(folder, view.meta("model") or "", 1).examine(view)
            findings += _model(view)
        return findings
    finally:
        store.close()


def _model(view: StoreView) -> list[Finding]:
    """Which model embeds, and whether a better one is shipped now."""
    name, source = view.meta("model"), view.meta("model_source")
    if name is None:
        return []
    better = f"; {DEFAULT_MODEL} finds more: pullquote doctor --rebuild --model {DEFAULT_MODEL}"
    return [Finding("embedding model", True, f"{name}{better if source == BASE_MODEL else ''}")]


def rebuild(folder: Where, *, model: str | None = None, progress: Callable[[int], None] = lambda _: None) -> None:
    """Embed every passage again, with ``model`` if given; make the rankings again. All or nothing.

    Readers go on with the old state until it is done; other writers wait or are refused.

    Raises:
        LibraryMissing, LibraryDamaged, LibraryBusy, ModelError: see ``index.errors``.
    """
    store = open_store(folder)
    try:
        encoder = remembered_encoder(store, model)
        with store.write(WAIT_SECONDS) as transaction:
            every = [item.id for item in transaction.listing(None, transaction.count("articles"))]
            for article_id in every:  # what rests is embedded too, or it would wake with the old model's vectors
                transaction.rest(article_id, resting=False)
            ids = transaction.passage_ids().tolist()
            for low in range(0, len(ids), _BATCH_PASSAGES):
                passages = transaction.passages(ids[low : low + _BATCH_PASSAGES])
                vectors = encoder.encode_passages([passage.text for passage in passages.values()], progress)
                transaction.put_vectors(list(passages), vectors)
            settle(transaction, *every)
            transaction.set_meta("model", encoder.name)
            transaction.set_meta("model_source", encoder.source)
        with store.read() as view:
            open_ranker(folder, encoder.name, encoder.dimension).rebuild(view)
    finally:
        store.close()
