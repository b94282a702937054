"""The word on their data that somebody gives with a real-name check, whichever door it is."""

from __future__ import annotations

from heli.identity.services import PendingVerification
from heli.identity.verified import VerifiedIdentity
from heli.keeping.consents import Purpose, note_word


def note_word_of(proof: VerifiedIdentity | PendingVerification) -> None:
    """Record that all texts were agreed to: by whom, or for the check that goes on elsewhere.

    Called by a door that showed them and had the sensitive one agreed to by an act of its own.
    """
    if isinstance(proof, PendingVerification):
        note_word(Purpose, verification=proof.id)
    else:
        note_word(Purpose, by=proof)
