"""Offices whose rules name real-name checks none of which works here: nobody can book there."""

from __future__ import annotations

from datetime import date

from heli.identity.verification import adapter_named
from heli.places.models import Office, Policy
from heli.places.queries import real_name_checks


def offices_without_a_check(on: date) -> list[str]:
    """The ids of offices that take bookings and accept, on this day in Shanghai, only checks that
    are not set up; in order."""
    named = Policy.objects.filter(real_name_checks__isnull=False).values("office_id")
    bookable = Office.objects.filter(id__in=named, is_bookable=True)
    return [
        id
        for id in bookable.order_by("id").values_list("id", flat=True)
        if (accepted := real_name_checks(id, on)) is not None
        and not any(adapter_named(method) for method in accepted)
    ]
