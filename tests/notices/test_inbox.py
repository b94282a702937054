"""The inbox: a person's own notices, in their language."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from heli.ground.refusals import NotFound
from heli.notices.models import Notice
from heli.notices.queries import inbox
from heli.notices.services import mark_read
from tests.bookings.factories import HOUR, NOW, a_couple, a_slot, hold, hold_and_agree
from tests.notices.factories import delivered

pytestmark = pytest.mark.usefixtures("database")


class TestInbox:
    def test_the_latest_comes_first_and_no_more_than_asked_for(self):
        couple = a_couple()
        hold_and_agree(couple, a_slot())
        delivered(couple.applicant)

        assert [notice.kind for notice in inbox(couple.applicant)] == ["confirmed", "consent_asked"]
        assert [notice.kind for notice in inbox(couple.applicant, limit=1)] == ["confirmed"]

    def test_nobody_reads_anybody_elses(self):
        couple, others = a_couple(), a_couple()
        hold(couple, a_slot())
        delivered(couple.applicant)

        assert inbox(others.applicant) == []
        assert inbox(couple.partner) == []

    def test_it_reads_in_the_language_of_its_reader(self):
        couple = a_couple()
        hold(couple, a_slot())
        delivered(couple.applicant)

        with override("en"):
            (notice,) = inbox(couple.applicant)

        assert "Tuesday 1 December, 10:00" in notice.title

    def test_no_name_number_or_telephone_is_in_what_is_stored(self):
        couple = a_couple()
        hold_and_agree(couple, a_slot())
        delivered(couple.applicant)

        stored = str(list(Notice.objects.values("facts", "once", "kind", "booking_code")))

        for person in (couple.one, couple.other):
            for secret in (person.name, person.id_number, person.phone):
                assert secret not in stored


class TestMarkRead:
    def test_a_notice_is_read_once_marked_and_the_first_time_counts(self):
        couple = a_couple()
        hold(couple, a_slot())
        (notice,) = delivered(couple.applicant)
        assert not notice.is_read

        mark_read(notice.id, by=couple.applicant, at=NOW)
        mark_read(notice.id, by=couple.applicant, at=NOW + HOUR)

        assert inbox(couple.applicant)[0].is_read
        assert Notice.objects.get().read_at == NOW

    def test_somebody_elses_is_not_there(self):
        couple, others = a_couple(), a_couple()
        hold(couple, a_slot())
        (notice,) = delivered(couple.applicant)

        for person in (others.applicant, couple.partner):
            with pytest.raises(NotFound):
                mark_read(notice.id, by=person, at=NOW)

        assert Notice.objects.get().read_at is None
