"""How a case ends, whoever ends it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from heli.bookings.certificates import end_certificate_place
from heli.cases.models import Case
from heli.ground.refusals import FieldError, InvalidInput
from heli.law.case_steps import CaseState
from heli.law.periods import Reading


def end_case(
    case: Case, target: CaseState, *, at: datetime, reading: Reading | None = None
) -> None:
    """End a locked case; its coming place is given back.

    at: UTC. reading: by which a registrar decided, where the readings differ. Raises InvalidInput
    for a certificate's number that was used before.
    """
    case.state = target
    case.ended_at = at
    case.ended_reading = reading
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as conflict:
        if "cases_one_per_certificate" not in str(conflict):
            raise
        raise InvalidInput(
            FieldError("certificate_number", _("这个离婚证字号已经用过，请核对。"))
        ) from conflict
    case.parties.update(is_open=False)
    for place in case.certificate_places.select_related("booking").order_by("booking_id"):
        end_certificate_place(place.booking, at=at)
