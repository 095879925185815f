"""What a reply rests on: which passages were read, which answers were weighed, and by which calibration.

It goes along with a reply inside the program, for whoever keeps it; readers never see it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MAX_CONSIDERED = 8
"""Best answers that are kept of one reply: the order is fitted on as many, the decision on the best two."""
MAX_QUOTE_CHARS = 400


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage that was found and read: the catalog's id, its place in the article, and a hash of its words."""

    id: int
    article_id: str
    paragraph: int
    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Considered:
    """An answer that was weighed: its best place, its words, how sure it was, and the evidence for it.

    ``evidence`` is in the order of :data:`qa.evidence.EVIDENCE`.
    """

    article_id: str
    start: int
    end: int
    quote: str
    confidence: float
    evidence: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """``reader`` and ``calibration`` name weights and calibration by fingerprints; both lists are best first."""

    reader: str
    calibration: str
    passages: tuple[ReadPassage, ...] = ()
    considered: tuple[Considered, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Grounds:
        """What ``to_json`` wrote.

        Raises:
            KeyError, TypeError: ``body`` is no such thing.
        """
        return cls(
            body["reader"],
            body["calibration"],
            tuple(ReadPassage(**one) for one in body["passages"]),
            tuple(Considered(**one | {"evidence": tuple(one["evidence"])}) for one in body["considered"]),
        )
