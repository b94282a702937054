"""What people typed about themselves and each other, read into the clean forms the rooms expect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from heli.api.desk_schemas import CardIn
from heli.api.schemas import BookingIn, ConsentIn, PartnerIn
from heli.bookings.requests import HoldRequest, NamedPartner
from heli.ground import clock
from heli.ground.refusals import FieldError, InvalidInput
from heli.hall.services import CardRead
from heli.identity.id_numbers import IdNumber, read_allowed
from heli.identity.malformed import Malformed
from heli.identity.names import clean_name
from heli.identity.phones import clean_phone

T = TypeVar("T")


class Reading:
    """Reads field after field and collects what is wrong, so that all of it is said at once."""

    def __init__(self) -> None:
        self._errors: list[FieldError] = []

    def read(self, field: str, text: str | None, clean: Callable[[str], T]) -> T | None:
        """The clean value; None where there is no text or it is malformed."""
        if text is None:
            return None
        try:
            return clean(text)
        except Malformed as malformed:
            self._errors.append(malformed.at(field))
            return None

    def check(self) -> None:
        """Raises InvalidInput with all that was found so far."""
        if self._errors:
            raise InvalidInput(*self._errors)


def hold_request(body: BookingIn, *, today: date) -> HoldRequest:
    """A booking's request with clean names and numbers. today: in Shanghai. Raises InvalidInput."""
    reading = Reading()
    phone = reading.read("applicant.phone", body.applicant.phone, clean_phone)
    partner = _named_partner(reading, body.partner, today) if body.partner else None
    reading.check()
    return HoldRequest(
        service=body.service,
        slot_id=body.slot_id,
        phone=phone or "",
        household_address=body.applicant.household_address,
        partner=partner,
        eligibility_shown=body.eligibility_shown,
    )


def phone_given(text: str) -> str:
    """A telephone, E.164. Raises InvalidInput."""
    reading = Reading()
    phone = reading.read("phone", text, clean_phone)
    reading.check()
    return phone or ""


def consent_words(body: ConsentIn | None) -> dict[str, Any]:
    """The keyword arguments of `give_consent` from a body that may be missing."""
    body = body or ConsentIn()
    reading = Reading()
    phone = reading.read("phone", body.phone, clean_phone)
    reading.check()
    return body.model_dump() | {"phone": phone}


def cards_read(cards: Sequence[CardIn]) -> list[CardRead]:
    """The cards read at the desk, clean. Raises InvalidInput with all that is wrong at once."""
    reading = Reading()
    clean = [_card(reading, card, f"parties.{place}.") for place, card in enumerate(cards)]
    reading.check()
    return [card for card in clean if card is not None]


def card_read(card: CardIn) -> CardRead:
    """A card looked at at the desk, clean. Raises InvalidInput with all that is wrong at once."""
    reading = Reading()
    clean = _card(reading, card)
    reading.check()
    assert clean is not None, "a card that is none was refused"
    return clean


def card_number(text: str, *, of: str = "id_number") -> IdNumber:
    """The number of a card read at the desk; of: the field it stands in. Raises InvalidInput."""
    reading = Reading()
    number = reading.read(of, text, _allowed_id_number)
    reading.check()
    assert number is not None, "a number that is none was refused"
    return number


def _card(reading: Reading, card: CardIn, of: str = "") -> CardRead | None:
    """of: what stands before the names of its fields."""
    name = reading.read(f"{of}name", card.name, clean_name)
    number = reading.read(f"{of}id_number", card.id_number, _allowed_id_number)
    return CardRead(name, number) if name and number else None


def _named_partner(reading: Reading, partner: PartnerIn, today: date) -> NamedPartner:
    def allowed_number(text: str) -> str:
        return read_allowed(text, today).value

    return NamedPartner(
        name=reading.read("partner.name", partner.name, clean_name) or "",
        id_number=reading.read("partner.id_number", partner.id_number, allowed_number) or "",
        phone=reading.read("partner.phone", partner.phone, clean_phone),
        household_address=partner.household_address,
    )


def _allowed_id_number(text: str) -> IdNumber:
    return read_allowed(text, clock.today())
