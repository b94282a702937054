"""Whether these people may book this service, as far as can be known before they come.

Full civil capacity, the agreement and the will of both are shown, not asked (see
`heli.law.eligibility`): only that they were shown is recorded.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from heli.bookings.errors import NotEligible
from heli.bookings.requests import HoldRequest
from heli.ground import clock
from heli.ground.refusals import FieldError, InvalidInput
from heli.identity.id_numbers import IdNumber
from heli.identity.verified import VerifiedIdentity
from heli.law import eligibility
from heli.law.services import Service
from heli.slots.models import Slot


def check_eligibility(request: HoldRequest, *, by: VerifiedIdentity) -> None:
    """Refuse what cannot be booked. Raises InvalidInput (the partner), NotEligible."""
    _check_partner(request, by)
    if request.service is Service.MARRIAGE and request.partner is not None:
        _check_ages(by.id_number, IdNumber.trusted(request.partner.id_number), request.slot_id)


def can_be_taken_at_once(request: HoldRequest, *, by: VerifiedIdentity, on: date) -> bool:
    """Whether nothing but the storage can still refuse the request: no case and no age to look up.

    on: today in Shanghai.
    """
    try:
        _check_partner(request, by)
    except InvalidInput:
        return False
    if request.service is Service.DIVORCE_CERTIFICATE:
        return False
    if request.service is not Service.MARRIAGE or request.partner is None:
        return True
    partner = IdNumber.trusted(request.partner.id_number)
    return _of_age(by.id_number, on) and _of_age(partner, on)  # then on the day, too


def _check_partner(request: HoldRequest, by: VerifiedIdentity) -> None:
    if request.service.needs_consent and request.partner is None:
        raise InvalidInput(
            FieldError("partner", _("这项业务要两个人一起办，请填写对方的姓名和身份证号。"))
        )
    if not request.service.needs_consent and request.partner is not None:
        raise InvalidInput(FieldError("partner", _("这项业务一个人就可以预约，不需要填写对方。")))
    if request.partner is not None and request.partner.id_number == by.id_number.value:
        raise InvalidInput(
            FieldError("partner.id_number", _("这是您自己的身份证号，请填写对方的。"))
        )


def _check_ages(applicant: IdNumber, partner: IdNumber, slot_id: int) -> None:
    starts_at = Slot.objects.filter(id=slot_id).values_list("starts_at", flat=True).first()
    if starts_at is None:
        return  # taking the place will say that there is no such slot
    on = clock.day_of(starts_at)
    if not (_of_age(applicant, on) and _of_age(partner, on)):
        raise NotEligible(
            _("到这一天还有一方没有达到法定结婚年龄（男满22周岁，女满20周岁），不能预约结婚登记。"),
            reason="age",
        )


def _of_age(id_number: IdNumber, on: date) -> bool:
    return eligibility.of_age(id_number.born_on, id_number.is_male, on)
