"""The shapes of the directory of channels and of the check."""

from __future__ import annotations

from pydantic import BaseModel, Field

from heli.api.schemas import RegionCode
from heli.api.shape import Shape
from heli.channels.check.known import KnownDoor
from heli.channels.check.verdicts import Judgement, Verdict
from heli.channels.doors import Door, Proof
from heli.channels.kinds import Confidence, Kind, SourceKind
from heli.channels.queries import Guide
from heli.channels.rules import Sureness


class ProofOut(Shape):
    """What one source says of a channel."""

    services: list[str]
    source: str = Field(description="An address, or words.")
    source_kind: SourceKind
    as_of: str | None = Field(description="The day, month or year of the source.")
    confidence: Confidence
    sure: Sureness = Field(
        description="confirmed: a good source, not old. dated: not confirmed for two years and "
        "more. weak: not to be relied on."
    )

    @classmethod
    def of(cls, proof: Proof) -> ProofOut:
        """As the contract shapes it."""
        return cls(
            services=list(proof.services),
            source=proof.source,
            source_kind=proof.source_kind,
            as_of=proof.as_of,
            confidence=proof.confidence,
            sure=proof.sure,
        )


class ChannelOut(ProofOut):
    """A way to book. What its best source says stands at the top; `proofs` has every source."""

    kind: Kind
    name: str
    operator: str | None = Field(
        description="Who runs it; a person compares it with what they see."
    )
    operator_stated: bool = Field(description="Whether a source names the operator.")
    path: str | None = Field(description="What to tap.")
    url: str | None
    region: str | None = Field(description="The code of whom it serves; null: the whole country.")
    office: str | None = Field(description="The office that takes bookings here, or whose it is.")
    proofs: list[ProofOut]

    @classmethod
    def of_door(cls, door: Door) -> ChannelOut:
        """As the contract shapes it."""
        return cls(
            **ProofOut.of(door.lead).model_dump(),
            kind=door.kind,
            name=door.name,
            operator=door.operator,
            operator_stated=door.operator_stated,
            path=door.path,
            url=door.url,
            region=door.region.code if door.region else None,
            office=door.office_id,
            proofs=[ProofOut.of(proof) for proof in door.proofs],
        )


class RegionBrief(Shape):
    """A region's code and name; its path from the province down where it still exists."""

    code: str
    name: str
    path: str | None


class NearestOut(Shape):
    """The nearest region that has a channel for a divorce."""

    region: RegionBrief
    distance_km: int
    channel: ChannelOut


class ChannelsOut(Shape):
    """The ways of a region."""

    region: RegionBrief
    asked: RegionBrief | None = Field(description="The abolished region that was asked for.")
    channels: list[ChannelOut] = Field(description="To book, in the order to try them.")
    alternatives: list[ChannelOut] = Field(
        description="What can be done besides; a queue at a hall is always among them."
    )
    nearest: NearestOut | None = Field(
        description="Where none of the channels books a divorce, as far as is known."
    )

    @classmethod
    def of(cls, guide: Guide) -> ChannelsOut:
        """As the contract shapes it."""
        region, asked, nearest = guide.region, guide.asked, guide.nearest
        return cls(
            region=RegionBrief.reading(region),
            asked=RegionBrief(code=asked.code, name=asked.name, path=None) if asked else None,
            channels=[ChannelOut.of_door(door) for door in guide.channels],
            alternatives=[ChannelOut.of_door(door) for door in guide.alternatives],
            nearest=NearestOut(
                region=RegionBrief.reading(nearest.region),
                distance_km=nearest.distance_km,
                channel=ChannelOut.of_door(nearest.door),
            )
            if nearest
            else None,
        )


class VerifyIn(BaseModel):
    """A name, a link, a QR code's content, or a whole message."""

    text: str = Field(description="At most 10,000 characters. It is not stored.")
    region: RegionCode | None = Field(default=None, description="Where the person lives.")


class KnownChannelOut(Shape):
    """The channel that a text is, or resembles."""

    kind: Kind
    name: str
    operator: str | None
    region: str | None

    @classmethod
    def of(cls, door: KnownDoor) -> KnownChannelOut:
        """As the contract shapes it."""
        return cls(kind=door.kind, name=door.name, operator=door.operator, region=door.region)


class ReasonOut(Shape):
    """Why. part: the words that it is about. source: who says that it is a sign."""

    code: str
    text: str
    part: str
    source: str | None
    as_of: str | None


class JudgementOut(Shape):
    """The verdict: of several parts the worst, and the part."""

    verdict: Verdict
    part: str
    channel: KnownChannelOut | None = Field(
        description="Which channel it is (official) or resembles (suspicious)."
    )
    reasons: list[ReasonOut]

    @classmethod
    def of(cls, judgement: Judgement) -> JudgementOut:
        """As the contract shapes it, in the language that is active."""
        door = judgement.door
        return cls(
            verdict=judgement.verdict,
            part=judgement.part,
            channel=KnownChannelOut.of(door) if door else None,
            reasons=[
                ReasonOut(
                    code=reason.code,
                    text=str(reason.text),
                    part=reason.part,
                    source=reason.source,
                    as_of=reason.as_of,
                )
                for reason in judgement.reasons
            ],
        )
