"""In person over HTTP: one program records the look at a card, another goes on with the code."""

from __future__ import annotations

import pytest

from heli.ops.demo.people import FictionalPerson, fictional_couple
from tests.api.desk import cards, staff
from tests.api.world import NOBODY, Caller, a_key, a_slot, an_office, booking_body

pytestmark = pytest.mark.usefixtures("database")

PHONE = "13900001234"


def seen(clerk: Caller, person: FictionalPerson) -> dict[str, str]:
    """What the clerk's program is told."""
    own = fictional_couple()[1].id_number
    answer = clerk.post("/desk/in-person", cards(person)[0] | {"is_seen": True, "own_number": own})
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def goes_on(code: str, person: FictionalPerson) -> Caller:
    """The person's program, with its token."""
    asked = {"code": code, "number_end": person.id_number[-4:], "phone": PHONE}
    answer = NOBODY.post("/identity/desk", asked)
    assert answer.status_code == 201, answer.content
    return Caller(answer.json()["token"])


def test_both_book_by_what_the_desk_has_seen():
    office = an_office()
    clerk, (one, other) = staff(office), fictional_couple()
    applicant = goes_on(seen(clerk, one)["code"], one)

    body = booking_body(a_slot(office), other)
    taken = applicant.post("/bookings", body, Idempotency_Key=a_key()).json()
    partner = goes_on(seen(clerk, other)["code"], other)
    agreed = partner.post(f"/bookings/{taken['code']}/consent")

    assert (taken["state"], agreed.json()["state"]) == ("held", "confirmed")


def test_the_link_holds_the_code_alone():
    office = an_office()
    person = fictional_couple()[0]

    told = seen(staff(office), person)

    assert told["link"].endswith(f"/identify/desk/{told['code']}")
    assert told["office"] == {"id": office.id, "name": office.name}


def test_at_another_office_it_is_no_proof():
    here, there = an_office(), an_office(id="test-2")
    one, other = fictional_couple()
    applicant = goes_on(seen(staff(here), one)["code"], one)

    body = booking_body(a_slot(there), other)
    refused = applicant.post("/bookings", body, Idempotency_Key=a_key())

    assert (refused.status_code, refused.json()["code"]) == (409, "proof_not_accepted")


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_seen": False},
        {"id_number": "110101189001010000"},
        {"name": ""},
        {"own_number": None},
        {"own_number": "1"},
    ],
)
def test_what_is_not_in_order_is_refused(wrong):
    own = fictional_couple()[1].id_number
    body = cards(fictional_couple()[0])[0] | {"is_seen": True, "own_number": own} | wrong

    answer = staff(an_office()).post("/desk/in-person", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_a_code_that_is_none_and_an_end_that_is_anothers():
    person = fictional_couple()[0]
    code = seen(staff(an_office()), person)["code"]

    none = {"code": "ACDEFGHJ", "number_end": "0000", "phone": PHONE}
    wrong = none | {"code": code}

    assert NOBODY.post("/identity/desk", none).status_code == 404
    assert NOBODY.post("/identity/desk", wrong).json()["errors"][0]["field"] == "number_end"
    assert NOBODY.post("/identity/desk", wrong | {"data_consent": "1999-01"}).status_code == 422
