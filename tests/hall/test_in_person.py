"""In person at the desk: a clerk looks at the card, and the person goes on by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heli.bookings.queries import bookings_of
from heli.bookings.services import cancel_booking
from heli.ground import clock
from heli.ground.models import AuditEntry, OutboxEvent
from heli.ground.refusals import InvalidInput, NotFound, RateLimited
from heli.hall import in_person
from heli.hall.errors import DeskCodeGone, NotForOneself
from heli.hall.in_person import (
    CODE_LIVES,
    OF_A_CLERK,
    OF_A_PERSON,
    WRONG_ENDS_MAX,
    DeskCode,
    checks_at,
    has_said_own_number,
    record_in_person,
    take_up,
)
from heli.hall.models import DeskCheck
from heli.hall.roles import StaffOnDuty, StaffRole
from heli.hall.staff import disable_staff, reset_password
from heli.identity.errors import OnlyAtThatOffice
from heli.identity.models import CountedAttempt, Verification
from heli.identity.verified import LIFETIME, VerifiedIdentity, issue_token, read_token
from heli.keeping.services import erase, obstacles_to_erasing, take_out
from heli.wechat.accounts import WeChatSession, bind_account
from heli.wechat.kinds import AppKind
from tests.bookings.factories import NOW, a_couple
from tests.cases.factories import an_open_office
from tests.hall.factories import Hall, at_once, card_of, on_duty

pytestmark = pytest.mark.usefixtures("database")

PHONE = "+8613900001234"


def seen(person: VerifiedIdentity, by: StaffOnDuty) -> DeskCode:
    """A clerk has looked at this person's card."""
    return record_in_person(
        card_of(person), is_seen=True, by=by, at=NOW, own_number=a_couple().partner.id_number
    )


def goes_on(code: str, person: VerifiedIdentity, *, end: str | None = None) -> VerifiedIdentity:
    """The person types the code and the end of their number."""
    end = person.id_number.value[-4:] if end is None else end
    return take_up(code, number_end=end, phone=PHONE, address="192.0.2.7", at=NOW)


def full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


@pytest.fixture
def clerk() -> StaffOnDuty:
    return on_duty(StaffRole.CLERK, an_open_office())


@pytest.fixture
def person() -> VerifiedIdentity:
    return a_couple().applicant


class TestRecordInPerson:
    def test_the_person_goes_on_with_a_proof_of_that_office(self, clerk, person):
        code = seen(person, clerk)

        proof = goes_on(code.code, person)

        assert (proof.person, proof.name, proof.phone) == (person.person, person.name, PHONE)
        assert (proof.method, proof.at_office) == ("desk", clerk.office_id)
        assert read_token(issue_token(proof)[0]) == proof

    def test_the_hour_runs_from_the_look_at_the_card(self, clerk, person):
        code = seen(person, clerk)
        looked_at = Verification.objects.get().requested_at

        _token, until = issue_token(goes_on(code.code, person))

        assert until == looked_at + LIFETIME

    def test_who_did_it_is_on_record_without_a_word_about_the_person(self, clerk, person):
        code = seen(person, clerk)
        goes_on(code.code, person)

        entries = AuditEntry.objects.filter(subject_kind="desk_check").order_by("id")

        assert [(entry.what, entry.actor) for entry in entries] == [
            ("verify_in_person", f"staff:{clerk.staff_id}"),
            ("take_up_desk_check", "person"),
        ]
        assert {entry.office for entry in entries} == {clerk.office_id}
        told = repr(list(entries.values())) + repr(list(OutboxEvent.objects.values()))
        for secret in (person.name, person.id_number.value, person.person.hex(), PHONE, code.code):
            assert secret not in told

    def test_name_and_number_wait_sealed_and_go_with_the_taking(self, clerk, person):
        code = seen(person, clerk)
        waiting = Verification.objects.get()
        assert person.id_number.value.encode() not in bytes(waiting.request_sealed)

        goes_on(code.code, person)

        done = Verification.objects.get()
        assert (done.state, done.request_sealed) == ("passed", None)
        assert bytes(done.person) == person.person

    def test_who_has_not_seen_the_card_records_nothing(self, clerk, person):
        with pytest.raises(InvalidInput):
            record_in_person(card_of(person), is_seen=False, by=clerk, at=NOW)

        assert not Verification.objects.exists()
        assert not DeskCheck.objects.exists()

    def test_nobody_vouches_for_themselves(self, clerk, person):
        mine, another = person, a_couple().applicant
        with pytest.raises(InvalidInput):  # who looks has to be said once
            record_in_person(card_of(another), is_seen=True, by=clerk, at=NOW)

        with pytest.raises(NotForOneself):
            record_in_person(
                card_of(mine), is_seen=True, by=clerk, at=NOW, own_number=mine.id_number
            )

        seen(another, clerk)  # and another number said afterwards changes nothing
        with pytest.raises(NotForOneself):
            seen(mine, clerk)
        assert DeskCheck.objects.count() == 1

    def test_an_account_that_is_handed_out_anew_is_asked_again(self, clerk, person):
        seen(person, clerk)
        assert has_said_own_number(clerk)

        reset_password(clerk.username)

        assert not has_said_own_number(clerk)

    def test_it_is_the_same_whether_or_not_the_person_has_booked(self, person):
        hall = Hall()

        with_a_booking = seen(hall.couple.applicant, hall.clerk)
        without = seen(person, hall.clerk)

        assert (with_a_booking.office, len(with_a_booking.code)) == (
            without.office,
            len(without.code),
        )

    def test_a_clerk_makes_no_more_than_forty_a_day(self, clerk, monkeypatch):
        monkeypatch.setattr(in_person, "OF_A_CLERK", (OF_A_CLERK[0]._replace(most=2),))
        couple, other = a_couple(), a_couple()
        seen(couple.applicant, clerk)
        seen(couple.partner, clerk)

        with pytest.raises(RateLimited):
            seen(other.applicant, clerk)

        assert DeskCheck.objects.count() == 2
        CountedAttempt.objects.update(at=clock.real_now() - timedelta(days=1))
        seen(other.applicant, clerk)

    def test_the_same_person_is_not_proven_again_and_again_by_several_clerks(self, person):
        office = an_open_office()
        for _time in range(OF_A_PERSON[0].most):
            seen(person, on_duty(StaffRole.CLERK, office))

        with pytest.raises(RateLimited):
            seen(person, on_duty(StaffRole.CLERK, office))


class TestTakeUp:
    def test_once(self, clerk, person):
        code = seen(person, clerk).code
        goes_on(code, person)

        with pytest.raises(DeskCodeGone):
            goes_on(code, person)

    def test_of_two_at_once_one_gets_it(self, clerk, person):
        code = seen(person, clerk).code

        got = at_once(*[lambda: goes_on(code, person)] * 2)

        assert sorted(type(one).__name__ for one in got) == ["DeskCodeGone", "VerifiedIdentity"]

    def test_for_ten_minutes(self, clerk, person):
        code = seen(person, clerk).code
        DeskCheck.objects.update(expires_at=clock.real_now())

        with pytest.raises(DeskCodeGone):
            goes_on(code, person)

        assert timedelta(minutes=10) == CODE_LIVES

    def test_however_the_code_is_typed(self, clerk, person):
        code = seen(person, clerk).code

        proof = goes_on(f" {code[:4].lower()}-{code[4:]} ", person)

        assert proof.person == person.person

    def test_in_full_width_letters_as_a_chinese_keyboard_gives_them(self, clerk, person):
        code, end = seen(person, clerk).code, person.id_number.value[-4:]

        proof = goes_on(full_width(code), person, end=full_width(end))

        assert proof.person == person.person

    def test_only_with_the_end_of_the_number_on_the_card(self, clerk, person):
        code = seen(person, clerk).code

        with pytest.raises(InvalidInput):
            goes_on(code, person, end="0000")

        assert goes_on(code, person).person == person.person

    def test_five_wrong_ends_and_the_code_is_dead(self, clerk, person):
        code = seen(person, clerk).code
        for _try in range(WRONG_ENDS_MAX):
            with pytest.raises(InvalidInput):
                goes_on(code, person, end="0000")

        with pytest.raises(DeskCodeGone):
            goes_on(code, person)

    @pytest.mark.parametrize("loses", [disable_staff, reset_password])
    def test_a_code_dies_with_the_account_that_gave_it(self, clerk, person, loses):
        code = seen(person, clerk).code

        loses(clerk.username)

        with pytest.raises(DeskCodeGone):
            goes_on(code, person)

    def test_codes_cannot_be_tried_without_end(self, monkeypatch):
        monkeypatch.setattr(
            in_person, "OF_AN_ADDRESS", (in_person.OF_AN_ADDRESS[0]._replace(most=2),)
        )
        someone = a_couple().applicant
        for _try in range(2):
            with pytest.raises(DeskCodeGone):
                goes_on("ACDEFGHJ", someone)

        with pytest.raises(RateLimited):
            goes_on("ACDEFGHJ", someone)


class TestGoodAtOneOfficeAlone:
    def test_bookings_at_another_office_are_not_there(self, clerk):
        hall = Hall()
        booked = hall.couple.applicant

        elsewhere = goes_on(seen(booked, clerk).code, booked)
        here = goes_on(seen(booked, hall.clerk).code, booked)

        assert bookings_of(by=elsewhere, at=NOW) == []
        assert [one.code for one in bookings_of(by=here, at=NOW)] == [hall.code]
        with pytest.raises(NotFound):
            cancel_booking(hall.code, by=elsewhere, at=NOW)

    def test_nothing_that_is_of_no_single_office(self, clerk, person):
        proof = goes_on(seen(person, clerk).code, person)

        for deed in (take_out, erase, obstacles_to_erasing):
            with pytest.raises(OnlyAtThatOffice):
                deed(by=proof)
        with pytest.raises(OnlyAtThatOffice):
            bind_account(WeChatSession(1, AppKind.ACCOUNT), by=proof)


class TestChecksAt:
    def test_the_manager_sees_how_many_each_made_and_nobody_who(self, person):
        office = an_open_office()
        clerk, manager = on_duty(StaffRole.CLERK, office), on_duty(StaffRole.MANAGER, office)
        goes_on(seen(person, clerk).code, person)
        seen(a_couple().applicant, clerk)

        found = checks_at(manager, at=NOW + timedelta(minutes=1))

        assert [line.is_taken for line in found.lines].count(True) == 1
        assert found.by_day == ((clock.day_of(NOW), clerk.username, 2),)
        assert person.name not in repr(found)
        assert AuditEntry.objects.filter(what="see_audit desk_checks").count() == 1

    def test_many_of_a_day_push_no_earlier_day_out_of_the_counts(self, monkeypatch):
        monkeypatch.setattr(in_person, "SHOWN_MAX", 2)
        office = an_open_office()
        clerk, manager = on_duty(StaffRole.CLERK, office), on_duty(StaffRole.MANAGER, office)
        for _check in range(3):
            seen(a_couple().applicant, clerk)

        found = checks_at(manager, at=NOW + timedelta(minutes=1))

        assert len(found.lines) == 2
        assert found.by_day == ((clock.day_of(NOW), clerk.username, 3),)

    def test_another_offices_are_not_among_them(self, person, clerk):
        seen(person, clerk)

        other = on_duty(StaffRole.MANAGER, an_open_office())

        assert checks_at(other, at=NOW + timedelta(minutes=1)).lines == ()
