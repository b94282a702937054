"""Four eyes: one asks, another one grants, both by their second factor; good once, soon over."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from heli.ground import clock
from heli.ground.models import AuditEntry
from heli.ground.refusals import InvalidInput, NotAllowed, NotFound
from heli.hall import permit_lists
from heli.hall.errors import (
    CodeRequired,
    CodeWrong,
    OwnPermit,
    PermitEnded,
    PermitNotGood,
    PermitNotGranted,
    PermitRequired,
    TooFresh,
)
from heli.hall.logging_in import begin_login, set_up
from heli.hall.models import Permit, SecondFactor, StaffReading
from heli.hall.permit_rules import (
    ASKED_LASTS,
    GRANTED_LASTS,
    LOOK_UPS_A_DAY,
    SETTLED_AFTER,
    PermitKind,
    PermitWhy,
)
from heli.hall.permits import ask_permit, close_permit, grant_permit, use_key_permit
from heli.hall.queries import find_cases
from heli.hall.reasons import Why, give_reason_for_case
from heli.hall.roles import Deed, StaffOnDuty, StaffRole
from heli.hall.staff import disable_staff, enable_staff, reset_password
from tests.bookings.factories import DAY, NOW, a_couple, an_office
from tests.hall.factories import ADDRESS, SERVICE_DAY, Hall, at_once, on_duty
from tests.hall.second_factors import App, an_app, go_to_production

pytestmark = pytest.mark.usefixtures("database")

LATER = SERVICE_DAY + 3 * DAY
ROTATE, DROP, LOOK_UP = PermitKind.ROTATE_KEYS, PermitKind.DROP_KEY, PermitKind.LOOK_UP


def ask(by, kind=ROTATE, why=None, code=""):
    why = why or (PermitWhy.TELEPHONE if kind is LOOK_UP else PermitWhy.REGULAR)
    return ask_permit(kind, why, code=code, by=by, address=ADDRESS, at=NOW)


def grant(asked, by, code=""):
    grant_permit(asked.id, code=code, by=by, address=ADDRESS, at=NOW)


def use(asked, kind=ROTATE):
    with transaction.atomic():
        use_key_permit(asked.code, kind, actor="command:keys", at=NOW)


def two_operators():
    return on_duty(StaffRole.OPERATOR), on_duty(StaffRole.OPERATOR)


def granted(kind=ROTATE):
    one, other = two_operators()
    asked = ask(one, kind)
    grant(asked, other)
    return asked, one, other


def make_older(asked, by: timedelta):
    """As if all of it had happened so much earlier; no service says anything of it anew."""
    permit = Permit.objects.get(pk=asked.id)
    granted_at = permit.granted_at - by if permit.granted_at else None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Permit.objects.filter(pk=permit.pk).update(
            asked_at=permit.asked_at - by, granted_at=granted_at
        )


class TestAskAndGrant:
    def test_a_granted_one_is_used_once_and_all_of_it_is_in_the_audit(self):
        asked, one, other = granted()

        use(asked)

        with pytest.raises(PermitNotGood):
            use(asked)
        told = AuditEntry.objects.filter(subject_kind="permit", subject=str(asked.id))
        assert list(told.order_by("id").values_list("what", "actor", "reason")) == [
            ("ask_permit rotate_keys", f"staff:{one.staff_id}", "regular"),
            ("grant_permit rotate_keys", f"staff:{other.staff_id}", ""),
            ("use_permit rotate_keys", "command:keys", ""),
        ]
        assert told.get(actor="command:keys").facts == {
            "asked_by": f"staff:{one.staff_id}",
            "granted_by": f"staff:{other.staff_id}",
        }

    def test_its_code_is_stored_nowhere_and_may_be_typed_in_any_way(self):
        asked, *_two = granted()

        stored = Permit.objects.filter(pk=asked.id).values().get()
        assert asked.code not in repr(asked)
        assert asked.code.encode() not in bytes(stored.pop("code_hash"))
        assert asked.code not in str(stored)
        use(dataclasses.replace(asked, code=f" {asked.code.upper().replace('-', ' ')} "))

    def test_nobody_grants_their_own(self):
        one, _other = two_operators()
        asked = ask(one)

        with pytest.raises(OwnPermit):
            grant(asked, one)
        with pytest.raises(PermitNotGranted):
            use(asked)

    def test_not_even_by_a_statement_in_the_database(self):
        one, _other = two_operators()
        permit = Permit.objects.filter(pk=ask(one).id)

        for by in (one.staff_id, None):
            with pytest.raises(IntegrityError), transaction.atomic():
                permit.update(granted_by_id=by, granted_at=clock.real_now())

    def test_for_keys_an_operator_asks_and_a_manager_may_grant(self):
        manager, clerk = (
            on_duty(role, an_office()) for role in (StaffRole.MANAGER, StaffRole.CLERK)
        )
        for by in (manager, clerk):
            with pytest.raises(NotAllowed):
                ask(by)
        asked = ask(on_duty(StaffRole.OPERATOR))

        with pytest.raises(NotAllowed):
            grant(asked, clerk)
        grant(asked, manager)

        use(asked)

    def test_what_was_granted_for_one_thing_opens_no_other(self):
        asked, *_two = granted(DROP)

        with pytest.raises(PermitNotGood):
            use(asked, ROTATE)
        use(asked, DROP)

    def test_a_reason_of_another_kind_is_refused(self):
        with pytest.raises(InvalidInput):
            ask(on_duty(StaffRole.OPERATOR), ROTATE, PermitWhy.TELEPHONE)

    def test_asking_again_closes_what_was_asked_before(self):
        asked, one, _other = granted()

        ask(one)

        with pytest.raises(PermitNotGood):
            use(asked)


def set_up_again(account: StaffOnDuty, password: str) -> None:
    """Whoever has the account now takes it up with the password that it was given."""
    begun = begin_login(account.username, password, address=ADDRESS)
    set_up(begun.token, new_password="a quiet new one", code="", address=ADDRESS)


class TestEnds:
    def test_asked_it_waits_a_day_and_granted_it_is_good_for_two_hours(self):
        one, other = two_operators()
        asked = ask(one)
        make_older(asked, ASKED_LASTS)
        with pytest.raises(PermitEnded):
            grant(asked, other)

        asked = ask(one)
        grant(asked, other)
        make_older(asked, GRANTED_LASTS)
        with pytest.raises(PermitNotGood):
            use(asked)

    @pytest.mark.parametrize("whose", ["asker", "granter"])
    def test_it_dies_with_an_account_of_the_two_also_when_that_is_opened_again(self, whose):
        asked, one, other = granted()
        account = one if whose == "asker" else other

        disable_staff(account.username)
        with pytest.raises(PermitNotGood):
            use(asked)
        password = enable_staff(account.username)  # which somebody else may know
        with pytest.raises(PermitNotGood):
            use(asked)
        set_up_again(account, password)
        with pytest.raises(PermitNotGood):
            use(asked)

    @pytest.mark.parametrize("whose", ["asker", "granter"])
    def test_a_password_given_anew_ends_what_a_thief_asked_or_granted_for_good(self, whose):
        asked, one, other = granted()
        account = one if whose == "asker" else other

        password = reset_password(account.username)
        set_up_again(account, password)

        with pytest.raises(PermitNotGood):
            use(asked)
        with pytest.raises(PermitEnded):
            close_permit(asked.id, by=one, at=NOW)

    def test_who_asks_again_and_again_pushes_nobody_elses_out_of_sight(self, monkeypatch):
        monkeypatch.setattr(permit_lists, "SHOWN_MAX", 2)
        one, other = two_operators()
        waits = ask(one)
        for _time in range(3):
            latest = ask(other)

        found = permit_lists.permit_list(on_duty(StaffRole.OPERATOR))

        assert {view.id for view in found.waiting} >= {waits.id, latest.id}
        assert not {waits.id, latest.id} & {view.id for view in found.recent}

    def test_the_asker_takes_it_back_and_the_other_declines(self):
        for closes in (0, 1):
            asked, *two = granted()
            close_permit(asked.id, by=two[closes], at=NOW)
            with pytest.raises(PermitNotGood):
                use(asked)
            with pytest.raises(PermitEnded):
                close_permit(asked.id, by=two[0], at=NOW)

    def test_of_two_who_use_it_at_once_one_comes_through(self):
        asked, *_two = granted()

        came = at_once(*[lambda: use(asked)] * 3)

        assert sorted(str(type(one).__name__) for one in came) == [
            "NoneType",
            "PermitNotGood",
            "PermitNotGood",
        ]

    def test_what_was_said_stands_whoever_writes(self):
        asked, _one, other = granted()
        row = Permit.objects.filter(pk=asked.id)

        for said in (
            {"asked_by_id": other.staff_id},
            {"granted_by_id": on_duty(StaffRole.OPERATOR).staff_id},
            {"granted_at": clock.real_now()},
            {"kind": DROP},
            {"granted_by_id": None, "granted_at": None},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                row.update(**said)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.delete()
        use(asked)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(used_at=None)


class TestSecondFactor:
    def test_both_show_their_app_where_they_have_one(self):
        (one_app, one), (other_app, other) = (with_an_app() for _ in range(2))

        with pytest.raises(CodeRequired):
            ask(one)
        with pytest.raises(CodeWrong):
            ask(one, code=one_app.wrong_code())
        asked = ask(one, code=one_app.code())
        with pytest.raises(CodeWrong):
            grant(asked, other, code=other_app.wrong_code())
        grant(asked, other, code=other_app.code())

        use(asked)

    def test_in_production_an_app_of_today_takes_no_part(self, monkeypatch):
        (one_app, one), (other_app, other) = (with_an_app() for _ in range(2))
        go_to_production(monkeypatch)
        with pytest.raises(TooFresh):
            ask(one, code=one_app.code())

        for by in (one, other):
            settle(by)
        asked = ask(one, code=one_app.code())
        SecondFactor.objects.filter(pk=other.staff_id).update(set_up_at=clock.real_now())
        with pytest.raises(TooFresh):
            grant(asked, other, code=other_app.code())
        settle(other)
        grant(asked, other, code=other_app.code())

    def test_in_production_nobody_without_an_app_takes_part(self, monkeypatch):
        one, _other = two_operators()
        go_to_production(monkeypatch)

        with pytest.raises(NotAllowed):
            ask(one)


class TestLookingBeyondToday:
    def test_so_many_in_a_day_need_a_second_person_and_go_on_by_their_word(self):
        hall, manager = a_hall_of_much_looking()
        case = hall.accept()
        with pytest.raises(PermitRequired):
            give_reason_for_case(case.id, Why.TELEPHONE, by=hall.clerk, at=LATER)

        asked = ask(hall.clerk, LOOK_UP)
        with pytest.raises(PermitRequired):
            give_reason_for_case(case.id, Why.TELEPHONE, by=hall.clerk, at=LATER)
        grant(asked, manager)
        give_reason_for_case(case.id, Why.TELEPHONE, by=hall.clerk, at=LATER)

        permit = Permit.objects.get(pk=asked.id)
        assert permit.used_on == clock.day_of(LATER)
        looked_at(hall.clerk.staff_id, LOOK_UPS_A_DAY - 2)
        give_reason_for_case(case.id, Why.TELEPHONE, by=hall.clerk, at=LATER)
        looked_at(hall.clerk.staff_id, 1)
        with pytest.raises(PermitRequired):
            give_reason_for_case(case.id, Why.TELEPHONE, by=hall.clerk, at=LATER)

    def test_a_search_is_refused_whether_or_not_there_is_a_case(self):
        hall, _manager = a_hall_of_much_looking()
        hall.accept()

        for person in (hall.couple.partner, a_couple().partner):
            with pytest.raises(PermitRequired):
                find_cases(person.id_number, by=hall.clerk, at=LATER, why=Why.INQUIRY)

    def test_the_day_after_and_a_colleague_begin_anew(self):
        hall, manager = a_hall_of_much_looking()
        case = hall.accept()

        give_reason_for_case(case.id, Why.TELEPHONE, by=manager, at=LATER)
        give_reason_for_case(case.id, Why.TELEPHONE, by=hall.clerk, at=LATER + DAY)

    def test_what_is_of_today_is_not_counted(self):
        hall, _manager = a_hall_of_much_looking(at=SERVICE_DAY)
        hall.accept()

        assert find_cases(hall.couple.partner.id_number, by=hall.clerk, at=SERVICE_DAY)

    def test_a_manager_of_another_office_does_not_grant_it_nor_see_it(self):
        hall, _manager = a_hall_of_much_looking()
        asked = ask(hall.clerk, LOOK_UP)

        with pytest.raises(NotFound):
            grant(asked, on_duty(StaffRole.MANAGER, an_office()))
        with pytest.raises(NotFound):
            close_permit(asked.id, by=on_duty(StaffRole.CLERK, hall.office), at=NOW)


def a_hall_of_much_looking(at=LATER):
    """A clerk who has looked at as much that is not of today as one may alone; their manager."""
    hall = Hall()
    looked_at(hall.clerk.staff_id, LOOK_UPS_A_DAY, at=at)
    return hall, on_duty(StaffRole.MANAGER, hall.office)


def looked_at(staff_id: int, times: int, at=LATER) -> None:
    StaffReading.objects.bulk_create(
        StaffReading(
            staff_id=staff_id,
            what=Deed.FIND_CASES,
            why=Why.INQUIRY,
            at=at,
            really_at=clock.real_now(),
        )
        for _ in range(times)
    )


def with_an_app() -> tuple[App, StaffOnDuty]:
    app, opened = an_app(on_duty(StaffRole.OPERATOR))
    return app, opened.staff


def settle(by: StaffOnDuty) -> None:
    """Their app was set up a day ago, and no code of it was used."""
    then = clock.real_now() - SETTLED_AFTER
    SecondFactor.objects.filter(pk=by.staff_id).update(set_up_at=then, used_step=0)
