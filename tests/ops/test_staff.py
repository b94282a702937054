"""`heli staff`: accounts of who works at the offices."""

from __future__ import annotations

import re

import pytest

from heli.ground.models import AuditEntry
from heli.ground.refusals import IdentityRequired
from heli.hall.logging_in import Pending, Step, begin_login
from heli.hall.models import Staff
from heli.hall.passwords import INITIAL_LASTS
from heli.hall.roles import StaffRole
from heli.hall.sessions import open_session, staff_of
from heli.hall.staff import list_staff
from heli.ops.errors import CommandRefused
from heli.ops.staff import ROLES, add, as_document, change, table
from tests.bookings.factories import an_office
from tests.hall.factories import ADDRESS, PASSWORD, an_account, on_duty
from tests.hall.second_factors import an_app
from tests.ops.running import heli

pytestmark = pytest.mark.usefixtures("database")


def password_in(told: str) -> str:
    """The password that is handed over."""
    return re.findall(r": ([a-z2-9]{4}(?:-[a-z2-9]{4}){3})\n", told)[0]


class TestAdd:
    def test_prints_a_password_that_opens_the_setting_up_alone(self):
        told = add("Li.Ming", "clerk", an_office().id)

        begun = begin_login("li.ming", password_in(told), address=ADDRESS)

        assert isinstance(begun, Pending)
        assert begun.step is Step.SET_UP
        with pytest.raises(IdentityRequired):
            open_session("li.ming", password_in(told), address=ADDRESS)

    def test_the_password_is_good_for_three_days(self):
        told = add("li.ming", "operator", None)
        staff = Staff.objects.get()
        Staff.objects.update(initial_until=staff.initial_until - INITIAL_LASTS)

        with pytest.raises(IdentityRequired):
            begin_login("li.ming", password_in(told), address=ADDRESS)

    @pytest.mark.parametrize(
        ("username", "role", "office"),
        [
            ("", "operator", None),
            ("li ming", "operator", None),
            ("x" * 65, "operator", None),
            ("li.ming", "clerk", None),
            ("li.ming", "clerk", "nowhere"),
            ("li.ming", "operator", "demo"),
        ],
    )
    def test_what_is_no_account_is_refused_and_none_is_made(self, username, role, office):
        with pytest.raises(CommandRefused):
            add(username, role, office)

        assert not Staff.objects.exists()

    def test_a_name_that_is_there_is_refused(self):
        account = an_account(StaffRole.OPERATOR)

        with pytest.raises(CommandRefused):
            add(account.username.upper(), "operator", None)

        assert begin_login(account.username, PASSWORD, address=ADDRESS)

    def test_knows_every_role(self):
        assert list(ROLES) == list(StaffRole)


class TestChange:
    def test_disable_ends_what_there_is_and_enable_gives_another_password(self):
        account = an_account(StaffRole.OPERATOR)
        token, _staff = open_session(account.username, PASSWORD, address=ADDRESS)

        change("disable", account.username)

        for attempt in (lambda: staff_of(token), lambda: self.login(account)):
            with pytest.raises(IdentityRequired):
                attempt()
        given = password_in(change("enable", account.username))
        with pytest.raises(IdentityRequired):
            self.login(account)
        assert isinstance(begin_login(account.username, given, address=ADDRESS), Pending)

    @pytest.mark.parametrize("deed", ["reset-password", "reset-second-factor"])
    def test_a_reset_ends_the_sessions_and_the_old_password(self, deed):
        _app, opened = an_app(on_duty(StaffRole.OPERATOR))
        name = opened.staff.username

        password_in(change(deed, name))

        for attempt in (lambda: staff_of(opened.token), lambda: self.login(opened.staff)):
            with pytest.raises(IdentityRequired):
                attempt()
        (account,) = list_staff()
        assert account.has_second_factor is (deed == "reset-password")

    def test_is_in_the_audit_as_made_by_the_command(self):
        _app, opened = an_app(on_duty(StaffRole.OPERATOR))
        change("reset-second-factor", opened.staff.username)

        deeds = AuditEntry.objects.filter(kind="deed").order_by("id")
        me = f"staff:{opened.staff.staff_id}"
        assert [(entry.what, entry.actor) for entry in deeds] == [
            ("log_in", me),
            ("set_up_second_factor", me),
            ("log_in", me),
            ("reset-second-factor", "command:staff"),
        ]
        password = AuditEntry.objects.filter(kind="change", what__contains="password").get()
        assert password.actor == "command:staff"

    @pytest.mark.parametrize("deed", ["disable", "enable", "reset-password", "reset-second-factor"])
    def test_nobody_is_refused(self, deed):
        with pytest.raises(CommandRefused, match=r"no account nobody"):
            change(deed, "nobody")

    @staticmethod
    def login(account) -> None:
        open_session(account.username, PASSWORD, address=ADDRESS)


class TestList:
    def test_says_of_each_what_it_is_and_whether_it_is_set_up(self):
        office = an_office()
        add("li.ming", "clerk", office.id)
        _app, opened = an_app(on_duty(StaffRole.OPERATOR))

        listed = as_document(list_staff())

        assert [(row["username"], row["office"], row["set_up"]) for row in listed] == [
            ("li.ming", office.id, False),
            (opened.staff.username, None, True),
        ]
        assert [row["second_factor"] for row in listed] == [False, True]
        lines = table(list_staff()).splitlines()
        assert "has not chosen a password yet" in lines[0]
        assert "second factor, last on duty 20" in lines[1]

    def test_a_role_that_is_none_is_wrong_usage(self):
        assert heli("staff", "add", "x", "--role", "king").returncode == 2
