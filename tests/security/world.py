"""A couple whose details are canaries, with a booking, a case and an inbox, and everybody else who
might look: what the tests of who may see what start from.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heli.desk.staff_session import SESSION_COOKIE as DESK_COOKIE
from heli.hall.roles import StaffRole
from heli.law.services import Service
from heli.ops.demo.people import FictionalPerson, fictional_person
from heli.ops.routes import Seen
from heli.places.models import Office, Policy
from heli.slots.models import Slot
from heli.web.visitor import IDENTITY_COOKIE
from tests.api.desk import certificate_slots, opening_hours, staff, wake_up
from tests.api.world import NOBODY, Caller, a_key, a_slot, an_office, booking_body, claim_of

HOME = {"one": "金丝雀路1881号", "other": "黄雀巷1893弄"}


@dataclass(frozen=True)
class Canary:
    """A fictional person whose name, number, telephone and address occur nowhere else."""

    person: FictionalPerson
    address: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """What is to be found nowhere."""
        return (self.person.name, self.person.id_number, self.person.phone, self.address)


def a_canary(name: str, phone: str, address: str, *, male: bool) -> Canary:
    """A canary of this name."""
    return Canary(replace(fictional_person(male=male), name=name, phone=phone), address)


@dataclass
class Ask:
    """Somebody with these cookies and, at the API, with a token."""

    cookies: dict[str, str] = field(default_factory=dict)
    caller: Caller = NOBODY

    def page(self, method: str, path: str, typed: dict[str, Any] | None = None) -> HttpResponse:
        """Open a page, or send it a form; what it does to the cookies is forgotten."""
        browser = Client()
        for name, value in self.cookies.items():
            browser.cookies[name] = value
        return getattr(browser, method)(path, typed or {})

    def api(self, method: str, path: str, body: Any) -> HttpResponse:
        """Call an operation by its whole path."""
        return Client().generic(
            method, path, body, content_type="application/json", headers=self.caller._headers()
        )


@dataclass
class World:
    """one booked and other agreed; their application was accepted, so that there is a case and a
    certificate booking. code: of that booking. held: of a booking that waits for `other`, by
    somebody else who named them."""

    office: Office
    one: Canary
    other: Canary
    stands_for: dict[str, str]
    code: str
    case: str
    held: str
    asks: dict[Seen, Ask] = field(default_factory=dict)
    callers: dict[str, Caller] = field(default_factory=dict)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Of both spouses."""
        return (*self.one.secrets, *self.other.secrets)


def by_api(person: FictionalPerson) -> Ask:
    """Somebody after the simulated real-name check, in a browser and at the API."""
    answer = NOBODY.post("/identity/verifications", claim_of(person))
    assert answer.status_code == 201, answer.content
    token = answer.json()["token"]
    return Ask({IDENTITY_COOKIE: token}, Caller(token))


def on_duty(role: StaffRole, office: Office) -> Ask:
    """Somebody of this role who has logged in."""
    caller = staff(office, role)
    return Ask({DESK_COOKIE: caller.token}, caller)


def a_world() -> World:
    """Everything, by the public API."""
    office = an_office()
    opening_hours(office)
    Policy.objects.create(  # else nothing of where they are registered would be stored at all
        office=office, starts_on=date(2026, 1, 1), release_at=time(9), asks_household_address=True
    )
    one = a_canary("欧阳金丝雀", "13900007391", HOME["one"], male=True)
    other = a_canary("司徒黄雀儿", "13900007392", HOME["other"], male=False)
    applicant, partner = by_api(one.person), by_api(other.person)
    code = _booked(applicant, partner, office, one, other)
    certificate_slots(office)
    clerk = _wakes_up_on_its_day(office)
    case = _accepted(clerk, code)
    held = _asked_by_somebody_else(office, other)
    asks = {
        Seen.STRANGER: Ask(),
        Seen.OTHER: by_api(fictional_person()),
        Seen.SPOUSE: partner,
        **{Seen(role.value): on_duty(role, office) for role in StaffRole},
    }
    draft = _drafts(partner)
    certificate = case["certificate_booking"]["code"]
    stands_for = {
        "code": certificate,
        "case_id": case["id"],
        "office_id": office.id,
        "draft_id": draft,
        "kind": "pdf",
        "service": "divorce_certificate",
        "language": "en",
        "what": "look_up",
    }
    world = World(office, one, other, stands_for, certificate, case["id"], held, asks)
    world.callers = {"one": applicant.caller, "other": partner.caller, "clerk": clerk.caller}
    return world


def _booked(applicant: Ask, partner: Ask, office: Office, one: Canary, other: Canary) -> str:
    body = booking_body(a_slot(office), other.person)
    body["applicant"] = {"household_address": one.address, "phone": one.person.phone}
    body["partner"] |= {"household_address": other.address, "phone": other.person.phone}
    taken = applicant.caller.post("/bookings", body, Idempotency_Key=a_key())
    assert taken.status_code == 201, taken.content
    code: str = taken.json()["code"]
    word = {"household_address": other.address, "phone": other.person.phone}
    agreed = partner.caller.post(f"/bookings/{code}/consent", word)
    assert agreed.status_code == 200, agreed.content
    return code


def _drafts(ask: Ask) -> str:
    """Somebody begins a booking in their browser; the draft's id."""
    began = ask.page("post", "/book/divorce_application")
    ask.cookies |= {name: morsel.value for name, morsel in began.cookies.items()}
    return str(began["Location"].split("/")[2])


def _wakes_up_on_its_day(office: Office) -> Ask:
    slot = Slot.objects.get(office=office, service=Service.DIVORCE_APPLICATION)
    wake_up(slot.starts_at - timedelta(hours=1))
    return on_duty(StaffRole.CLERK, office)


def _accepted(clerk: Ask, code: str) -> dict[str, Any]:
    came = clerk.caller.post("/desk/checkin", {"code": code})
    assert came.status_code == 200, came.content
    done = clerk.caller.post(f"/desk/bookings/{code}/outcome", {"result": "accepted"})
    assert done.status_code == 200, done.content
    return dict(done.json()["case"])


def _asked_by_somebody_else(office: Office, named: Canary) -> str:
    asker = by_api(replace(fictional_person(), name="慕容知更鸟"))
    body = booking_body(a_slot(office, Service.MARRIAGE), named.person)
    taken = asker.caller.post("/bookings", body, Idempotency_Key=a_key())
    assert taken.status_code == 201, taken.content
    return str(taken.json()["code"])


def written(queries: CaptureQueriesContext) -> list[str]:
    """The statements that change something but a session's own row."""
    changing = ("INSERT", "UPDATE", "DELETE", "SELECT BOOKINGS_", "SELECT * FROM BOOKINGS_")
    return [
        query["sql"]
        for query in queries.captured_queries
        if query["sql"].upper().startswith(changing) and "hall_staffsession" not in query["sql"]
    ]
