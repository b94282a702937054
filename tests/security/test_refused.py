"""What is refused is in the log: which route, which kind of caller, and nothing that was sent."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heli.ground import clock, refused
from heli.ground.models import AuditEntry
from heli.ground.refused import COUNTED_SECONDS, KINDS_MAX, Refused, RefusedLog
from heli.hall.attempts import RECORDED, record_wrong
from heli.hall.errors import CodeWrong
from heli.hall.models import Staff, WrongPassword
from heli.hall.roles import StaffRole
from heli.hall.sessions import open_session
from heli.hall.unusual import MANY
from heli.ops import doctor
from heli.ops.demo.people import fictional_person
from heli.ops.doctor import Finding, Verdict
from tests.api.world import NOBODY, an_office
from tests.hall.factories import PASSWORD, an_account
from tests.hall.factories import on_duty as on_duty_now
from tests.hall.second_factors import an_app
from tests.security.world import Ask, by_api, on_duty

A, B = (Refused(403, "GET", route, "stranger") for route in ("a", "b"))


@pytest.fixture(autouse=True)
def told(monkeypatch, caplog):
    """The lines since the test began; no other test's minute counts in it."""
    monkeypatch.setattr(refused, "refusals", RefusedLog())
    caplog.set_level(logging.INFO, logger="heli")
    return lambda: [
        record.getMessage() for record in caplog.records if record.name == "heli.ground.refused"
    ]


@dataclass
class Watch:
    """A clock that stands until it is moved."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


class TestTheLog:
    def test_tells_the_first_of_a_kind_at_once_and_counts_what_repeats_it(self, told):
        watch = Watch()
        log = RefusedLog(watch)

        for one in (A, A, B, A):
            log.tell(one)
        assert told() == ["refused 403 GET a, stranger", "refused 403 GET b, stranger"]

        watch.seconds = COUNTED_SECONDS
        log.look()
        log.look()
        assert told()[2:] == ["refused 403 GET a, stranger: 2 times more within a minute"]

    def test_begins_anew_with_each_minute(self, told):
        watch = Watch()
        log = RefusedLog(watch)
        log.tell(A)

        watch.seconds = COUNTED_SECONDS
        log.tell(A)

        assert told() == ["refused 403 GET a, stranger"] * 2

    def test_does_not_grow_with_who_attacks(self, told):
        log = RefusedLog(Watch())

        for number in range(KINDS_MAX * 3):
            log.tell(Refused(401, "POST", "a", f"staff:{number}"))

        assert len(told()) == KINDS_MAX + 1
        assert told()[-1] == "refused 0 - of other kinds"


@pytest.mark.usefixtures("database")
class TestARefusedRequest:
    def test_of_staff_is_told_by_route_and_account(self, told):
        guide = on_duty(StaffRole.GUIDE, an_office())
        account = AuditEntry.objects.filter(what="log_in").get().actor

        assert guide.page("get", "/desk/audit").status_code == 403
        assert guide.caller.post("/desk/cases/find", {"id_number": "1"}).status_code == 403
        assert guide.caller.post("/desk/checkin", {"code": "ZZZZZZZZ"}).status_code == 404

        assert told() == [
            f"refused 403 GET desk/audit, {account}",
            f"refused 403 POST api/v1/desk/cases/find, {account}",
            f"refused 404 POST api/v1/desk/checkin, {account}",
        ]

    def test_of_a_stranger_holds_nothing_of_what_was_asked_for(self, told):
        one = fictional_person()
        citizen = by_api(one)

        Ask().page("get", f"/{one.id_number}")
        Ask().page("get", "/desk/today?seek=somebody")
        citizen.page("get", f"/my/{one.id_number}")
        NOBODY.get(f"/bookings/{one.phone}")
        NOBODY.post("/desk/sessions", {"username": one.name, "password": one.id_number})
        Ask().page("put", "/check")

        assert told() == [
            "refused 404 GET no such path, stranger",
            "refused 401 GET desk/today, stranger",
            "refused 404 GET my/<code>, citizen",
            "refused 401 GET api/v1/bookings/<code>, stranger",
            "refused 401 POST api/v1/desk/sessions, stranger",
            "refused 405 PUT check, stranger",
        ]

    def test_by_a_rule_and_what_is_answered_are_not_told(self, told):
        Ask().page("get", "/")
        Ask().page("get", "/my")  # led to the real-name check

        assert told() == []


@pytest.mark.usefixtures("database")
class TestAFailedLogin:
    @staticmethod
    def wrong() -> list[AuditEntry]:
        return list(AuditEntry.objects.filter(what__startswith="wrong_").order_by("id"))

    def test_of_an_account_is_in_the_audit_without_a_name_or_an_address(self):
        account = an_account(StaffRole.OPERATOR)

        for password in ("123456789012", PASSWORD):
            NOBODY.post("/desk/sessions", {"username": account.username, "password": password})

        (entry,) = self.wrong()
        assert (entry.kind, entry.what, entry.actor) == ("deed", "wrong_password", "nobody")
        assert (entry.subject_kind, entry.subject) == ("staff", str(account.pk))
        assert len(entry.facts.pop("from")) == 12
        assert not entry.facts

    def test_by_a_wrong_code_is_in_it_too(self):
        app, opened = an_app(on_duty_now(StaffRole.OPERATOR))

        with pytest.raises(CodeWrong):
            open_session(opened.staff.username, PASSWORD, otp=app.wrong_code(), address="192.0.2.9")

        (entry,) = self.wrong()
        assert (entry.what, entry.subject) == ("wrong_code", str(opened.staff.staff_id))

    def test_of_nobodys_account_leaves_nothing_and_takes_as_many_statements(self):
        account = an_account(StaffRole.OPERATOR)

        works = []
        for username in (account.username, "nobody-of-this-name"):
            with CaptureQueriesContext(connection) as statements:
                NOBODY.post("/desk/sessions", {"username": username, "password": "not this one"})
            works.append(len(statements))

        assert len(self.wrong()) == 1
        assert works[0] == works[1]

    def test_is_in_it_thirty_times_a_day_and_no_more(self):
        account, other = (an_account(StaffRole.OPERATOR) for _ in range(2))

        for _ in range(RECORDED.most + 3):
            self.tried(account)
        self.tried(other)

        subjects = Counter(entry.subject for entry in self.wrong())
        assert subjects == {str(account.pk): RECORDED.most, str(other.pk): 1}

    def test_is_told_by_the_doctor_where_one_account_is_tried_often(self):
        account, other = (an_account(StaffRole.OPERATOR) for _ in range(2))
        self.tried(other)
        assert doctor._logins() == Finding(
            "logins", Verdict.OK, "wrong passwords and codes within a day: 1; many for no account"
        )

        for _ in range(MANY):
            self.tried(account)

        finding = doctor._logins()
        assert finding.verdict is Verdict.WARN
        assert f"for {account.username} ({MANY});" in finding.text

    @staticmethod
    def tried(account: Staff) -> None:
        """A wrong password, long enough after the one before."""
        record_wrong(WrongPassword.objects.create(username="typed", at=clock.real_now()), account)
        WrongPassword.objects.all().delete()
