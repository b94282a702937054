"""In the hall after closing on the last day: who came before is told they are not too late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heli.bookings.services import cancel_booking
from heli.cases.dates import here
from heli.ground import clock
from heli.hall.roles import StaffRole
from heli.hall.services import check_in
from heli.hall.tickets import issue_ticket
from heli.law.periods import timeline
from heli.law.services import Service
from heli.places.queries import office_rules
from heli.web.case_page import case_page
from tests.cases.factories import an_open_office, certificate_slots
from tests.hall.factories import on_duty
from tests.web.cases import received_today
from tests.web.visitors import browser, text

pytestmark = pytest.mark.usefixtures("database")

MINUTE = timedelta(minutes=1)
NOT_TOO_LATE = "期限看到场的时间，现在叫到号也不算晚"


@pytest.mark.parametrize("way", ["booking", "ticket"])
def test_who_came_in_time_waits_and_is_not_sent_to_the_telephone(way):
    office = an_open_office()
    clerk = on_duty(StaffRole.CLERK, office)
    closing = here(timeline(clock.today()), office_rules(office.id)).certificate_by
    assert closing is not None
    certificate_slots(office, clock.day_of(closing))
    whose = received_today(office)
    if way == "ticket":
        cancel_booking(whose.kept.code, by=whose.couple.applicant, at=clock.now())
    visitor = browser(whose.couple.partner)

    clock.move_to(closing - MINUTE)
    if way == "booking":
        check_in(whose.kept.code, by=clerk, at=clock.now())
    else:
        case_id = str(whose.case.id)
        issue_ticket(Service.DIVORCE_CERTIFICATE, by=clerk, at=clock.now(), case_id=case_id)
    before = text(visitor.get(whose.path))
    clock.move_to(closing + MINUTE)
    after = text(visitor.get(whose.path))

    for page in (before, after):
        assert "已经到场" in page
        assert "请在大厅等候叫号" in page
        assert "没有一起到场，视为撤回申请，需要从头再来" not in page
    assert NOT_TOO_LATE not in before
    assert NOT_TOO_LATE in after


def test_who_came_after_closing_is_not_told_that_they_came_before():
    office = an_open_office()
    clerk = on_duty(StaffRole.CLERK, office)
    closing = here(timeline(clock.today()), office_rules(office.id)).certificate_by
    assert closing is not None
    certificate_slots(office, clock.day_of(closing))
    whose = received_today(office)

    check_in(whose.kept.code, by=clerk, at=closing)

    seen = whose.seen(closing + MINUTE)
    assert not case_page(seen, closing + MINUTE).came_in_time
