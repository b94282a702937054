"""What somebody typed in order to prove who they are, read into what an adapter is asked."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.refusals import FieldError, InvalidInput
from heli.identity import verification
from heli.identity.bank_cards import clean_card
from heli.identity.id_numbers import IdNumber, read_allowed
from heli.identity.malformed import Malformed
from heli.identity.names import clean_name
from heli.identity.phones import clean_phone, is_mainland_mobile
from heli.identity.verification import Adapter, CardCheck, Claim

ONLY_IN_THE_APP = _("这种验证方式要在微信小程序里进行。请换一种方式。")
NO_SUCH_WAY = _("这里没有这种验证方式。请换一种方式。")
MOBILE_ONLY = _("验证码只能发到中国大陆的手机号。请填写银行留的那个手机号。")


@dataclass(frozen=True, repr=False)
class Request:
    """A clean request. card: the number of a bank card, where the adapter asks for one; it goes to
    the adapter and is kept nowhere. It prints none of this."""

    name: str
    id_number: IdNumber
    phone: str
    adapter: Adapter
    card: str

    def claim(self, account: str) -> Claim:
        """What is claimed; account: the asker's, or empty."""
        return Claim(self.name, self.id_number.value, self.phone, account)


def read_request(
    *, name: str, id_number: str, phone: str, method: str, account: str, card: str
) -> Request:
    """Read what was typed. Raises InvalidInput with every field at fault."""
    errors: list[FieldError] = []
    clean: dict[str, str] = {}
    number: IdNumber | None = None
    try:
        clean["name"] = clean_name(name)
    except Malformed as fault:
        errors.append(fault.at("name"))
    try:
        number = read_allowed(id_number, clock.today())
    except Malformed as fault:
        errors.append(fault.at("id_number"))
    try:
        clean["phone"] = clean_phone(phone)
    except Malformed as fault:
        errors.append(fault.at("phone"))
    adapter = verification.adapter_named(method)
    if adapter is None:
        errors.append(FieldError("method", NO_SUCH_WAY))
    elif adapter.needs_account and not account:
        errors.append(FieldError("method", ONLY_IN_THE_APP))
    if isinstance(adapter, CardCheck):
        try:
            clean["card"] = clean_card(card)
        except Malformed as fault:
            errors.append(fault.at("card"))
        if "phone" in clean and not is_mainland_mobile(clean["phone"]):
            errors.append(FieldError("phone", MOBILE_ONLY))
    if errors:
        raise InvalidInput(*errors)
    assert number is not None
    assert adapter is not None
    return Request(clean["name"], number, clean["phone"], adapter, clean.get("card", ""))
