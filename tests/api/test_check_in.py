"""POST /check-in: somebody is in the hall, by a scan of the code on its screen."""

from __future__ import annotations

import pytest
from django.conf import settings

from heli.bookings.models import Booking
from heli.ground import clock
from heli.hall.codes import LIFETIME, PURPOSE, hall_code
from heli.hall.models import CheckIn
from heli.hall.roles import StaffRole
from heli.identity.verified import read_token
from heli.ops.demo.people import fictional_couple
from heli.vault.tokens import seal_token
from heli.wechat.accounts import bind_account, issue_session, read_session, see_account
from heli.wechat.kinds import AppKind
from tests.api.desk import VisitDay, staff
from tests.api.test_desk import refused
from tests.api.world import NOBODY, Caller, an_office, verified

pytestmark = pytest.mark.usefixtures("database")


def code_of(office) -> dict[str, str]:
    return {"hall": hall_code(office.id)}


class TestCheckIn:
    def test_one_after_the_other_each_by_their_own_token(self):
        office = an_office()
        day = VisitDay(office)

        first = day.partner.post("/check-in", code_of(office))
        second = day.applicant.post("/check-in", code_of(office))

        assert first.status_code == 200
        (alone,), (both,) = first.json()["bookings"], second.json()["bookings"]
        assert (alone["state"], alone["is_here"], alone["number"]) == ("confirmed", True, None)
        assert (both["state"], both["number"]) == ("checked_in", 1)
        assert second.json()["office"] == {"id": office.id, "name": office.name}
        assert second.json()["bookings"][0]["code"] == day.code

    def test_takes_the_link_as_it_was_scanned(self):
        office = an_office()
        day = VisitDay(office)
        link = f"{settings.HELI.base_url}/in/{hall_code(office.id)}"

        assert day.applicant.post("/check-in", {"hall": link}).status_code == 200

    def test_a_bound_wechat_session_is_enough_and_an_unbound_one_is_not(self):
        office = an_office()
        day = VisitDay(office)
        token, _expires_at = issue_session(see_account(AppKind.MINI, "openid-of-a-test"))

        assert refused(Caller(token).post("/check-in", code_of(office))) == (
            401,
            "identity_required",
        )
        bind_account(read_session(token), by=read_token(day.applicant.token))

        assert Caller(token).post("/check-in", code_of(office)).status_code == 200
        assert CheckIn.objects.get().role == "applicant"

    def test_needs_somebody_and_no_staff(self):
        office = an_office()
        guide = staff(office, StaffRole.GUIDE)

        for caller in (NOBODY, guide):
            assert refused(caller.post("/check-in", code_of(office))) == (401, "identity_required")

    def test_the_desk_sees_that_nobody_has_looked_at_a_card(self):
        office = an_office()
        day = VisitDay(office)
        day.applicant.post("/check-in", code_of(office))

        answer = day.clerk.post("/desk/checkin", {"code": day.code})

        alone = {party["role"]: party["came_alone"] for party in answer.json()["parties"]}
        assert alone == {"applicant": True, "partner": False}

    def test_who_has_nothing_here_is_not_found(self):
        office = an_office()
        VisitDay(office)
        stranger = verified(fictional_couple()[0])

        assert refused(stranger.post("/check-in", code_of(office))) == (404, "not_found")

    def test_at_another_office_it_is_wrong_state(self):
        day, other = VisitDay(an_office()), an_office(id="test-2")

        answer = day.applicant.post("/check-in", code_of(other))

        assert refused(answer) == (409, "wrong_state")
        assert answer.json()["state"] == "confirmed"

    def test_an_old_code_is_too_late(self):
        office = an_office()
        day = VisitDay(office)
        old = seal_token(PURPOSE, office.id, expires_at=clock.real_now() - LIFETIME)

        assert refused(day.applicant.post("/check-in", {"hall": old})) == (409, "too_late")
        assert Booking.objects.get(code=day.code).state == "confirmed"

    @pytest.mark.parametrize(
        "body", [{}, {"hall": ""}, {"hall": "x"}, {"hall": "a" * 5000}, {"hall": 1}]
    )
    def test_what_is_no_code_names_the_field(self, body):
        day = VisitDay(an_office())

        answer = day.applicant.post("/check-in", body)

        assert refused(answer) == (422, "invalid_input")
        assert [error["field"] for error in answer.json()["errors"]] == ["hall"]
