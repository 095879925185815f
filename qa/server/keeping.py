"""Bodies of what is kept: feedback that is sent, kept answers and suggested questions that are given."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict

from qa.answers import MAX_TOP_K
from qa.feedback import MAX_NOTE_CHARS, Better, Feedback, FeedbackVerdict
from qa.server.incoming import Body, Id, Offset, integral
from qa.server.outgoing import ReplyOut


class BetterIn(Body):
    """The right words: half-open offsets in the article's text, in Unicode code points."""

    article_id: Annotated[Id, Field(description="The article that holds them.")]
    start: Annotated[Offset, Field(description="Where they begin.")]
    end: Annotated[Offset, Field(description="Behind their last character.")]


class FeedbackIn(Body):
    """What is thought of a reply that is kept."""

    answer_id: Annotated[Id, Field(description="The `id` of the reply.")]
    verdict: Annotated[FeedbackVerdict, Field(description="What is thought of it.")]
    answer_index: Annotated[
        int,
        Strict(),
        Field(ge=0, le=MAX_TOP_K, description="Which of its answers, from 0."),
        BeforeValidator(integral),
    ] = 0
    better: Annotated[BetterIn | None, Field(description="The words that answer it better.")] = None
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

    answer_id: str = Field(description="Of which reply.")
    verdict: FeedbackVerdict = Field(description="As it was sent.")
    replaced: bool = Field(description="It took the place of an earlier one of the same key.")


class BetterOut(BaseModel):
    """The words that somebody holds for right, as they stood in the article then."""

    article_id: str = Field(description="The article that holds them.")
    start: int = Field(description="Where they begin.")
    end: int = Field(description="Behind their last character.")
    quote: str = Field(description="The words.")


class RatingOut(BaseModel):
    """What was thought of an answer, without whose voice it is."""

    at: datetime = Field(description="When it came.")
    verdict: FeedbackVerdict = Field(description="What was thought of it.")
    answer_index: int = Field(description="Of which of its answers, from 0.")
    better: BetterOut | None = Field(description="The words that were held for right, if any were marked.")
    note: str | None = Field(description="For the newsroom.")


class ReadPassageOut(BaseModel):
    """A passage that was read: its id in the library, its place, and a hash of its words."""

    id: int = Field(description="Its id in the library.")
    article_id: str = Field(description="The article that it is of.")
    paragraph: int = Field(description="Which one, from 1.")
    start: int = Field(description="Where it begins in the text.")
    end: int = Field(description="Behind its last character.")
    sha256: str = Field(description="Of its words.")


class ConsideredOut(BaseModel):
    """An answer that was weighed, with the evidence for it, in the order of `qa.evidence.EVIDENCE`."""

    article_id: str = Field(description="The article that it stands in.")
    start: int = Field(description="Where it begins in the text.")
    end: int = Field(description="Behind its last character.")
    quote: str = Field(description="Its words.")
    confidence: float = Field(description="How sure it was, from 0 to 1.")
    evidence: list[float] = Field(description="What spoke for it.")


class GroundsOut(BaseModel):
    """What a reply rests on."""

    reader: str = Field(description="The readers and fingerprints of their weights.")
    calibration: str = Field(description="The version of the calibration.")
    passages: list[ReadPassageOut] = Field(description="What was read, best first.")
    considered: list[ConsideredOut] = Field(description="The answers that were weighed, best first.")


class KeptOut(BaseModel):
    """A kept answer."""

    id: str = Field(description="The `id` of the reply.")
    asked: datetime = Field(description="When.")
    question: dict[str, Any] = Field(description="The body of POST /ask.")
    reply: ReplyOut = Field(description="What was answered.")
    grounds: GroundsOut | None = Field(description="What it rests on; `null` if nothing was read.")
    ratings: list[RatingOut] = Field(description="What was thought of it, oldest first.")


class SuggestionOut(BaseModel):
    """A question, whose it is, and what is answered to it now."""

    question: str = Field(description="To be offered.")
    by: Literal["editors", "readers"] = Field(description="Who wrote it.")
    confidence: float = Field(description="How sure its answer is now, from 0 to 1.")
    answer: str = Field(description="What is answered.")


class SuggestedOut(BaseModel):
    """Questions that are answered surely from the article now, best first."""

    article_id: str = Field(description="Of which article.")
    questions: list[SuggestionOut] = Field(description="Best first.")
