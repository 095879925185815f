"""Bodies of what is kept: feedback that is sent, kept answers and suggested questions that are given."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict

from qa.answers import MAX_TOP_K
from qa.feedback import MAX_NOTE_CHARS, Better, Feedback, Verdict
from qa.server.incoming import Body, Id, Offset, integral
from qa.server.outgoing import ReplyOut


class BetterIn(Body):
    """The right words: half-open offsets in the article's text, in Unicode code points."""

    article_id: Id
    start: Offset
    end: Offset


class FeedbackIn(Body):
    """What is thought of a reply that is kept."""

    answer_id: Id
    verdict: Verdict
    answer_index: Annotated[
        int,
        Strict(),
        Field(ge=0, le=MAX_TOP_K, description="Which of its answers, from 0."),
        BeforeValidator(integral),
    ] = 0
    better: BetterIn | None = None
    note: Annotated[str | None, Field(max_length=MAX_NOTE_CHARS, description="For the newsroom.")] = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"answer_id": "4f5e…", "verdict": "wrong", "note": "That was last year."}]},
    )

    def value(self) -> Feedback:
        """The feedback as it is taken."""
        better = Better(**self.better.model_dump()) if self.better else None
        return Feedback(self.answer_id, self.verdict, self.answer_index, better, self.note)


class FeedbackOut(BaseModel):
    """What was kept."""

    answer_id: str
    verdict: Verdict
    replaced: bool = Field(description="It took the place of an earlier one of the same key.")


class BetterOut(BaseModel):
    """The words that somebody holds for right, as they stood in the article then."""

    article_id: str
    start: int
    end: int
    quote: str


class RatingOut(BaseModel):
    """What was thought of an answer, without whose voice it is."""

    at: datetime
    verdict: Verdict
    answer_index: int
    better: BetterOut | None
    note: str | None


class ReadPassageOut(BaseModel):
    """A passage that was read: its id in the library, its place, and a hash of its words."""

    id: int
    article_id: str
    paragraph: int
    start: int
    end: int
    sha256: str


class ConsideredOut(BaseModel):
    """An answer that was weighed, with the evidence for it, in the order of `qa.evidence.EVIDENCE`."""

    article_id: str
    start: int
    end: int
    quote: str
    confidence: float
    evidence: list[float]


class GroundsOut(BaseModel):
    """What a reply rests on."""

    reader: str = Field(description="The readers and fingerprints of their weights.")
    calibration: str = Field(description="The version of the calibration.")
    passages: list[ReadPassageOut]
    considered: list[ConsideredOut]


class KeptOut(BaseModel):
    """A kept answer."""

    id: str
    asked: datetime
    question: dict[str, Any] = Field(description="The body of POST /ask.")
    reply: ReplyOut
    grounds: GroundsOut | None
    ratings: list[RatingOut]


class SuggestionOut(BaseModel):
    """A question, whose it is, and what is answered to it now."""

    question: str
    by: Literal["editors", "readers"]
    confidence: float
    answer: str


class SuggestedOut(BaseModel):
    """Questions that are answered surely from the article now, best first."""

    article_id: str
    questions: list[SuggestionOut]
