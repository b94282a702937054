"""The chapters after the booking, told by `--once`: a certificate, a withdrawal and a lapse.

Three couples get their receipt on one day. The first comes again on the day that was kept for it;
of the second one withdraws; the third lets the window pass. The clock is moved each time.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from heli.hall.staff import DEMO_PASSWORD
from heli.ops.demo.chapters import Json
from heli.ops.demo.citizen import Citizen, expect
from heli.ops.demo.people import FictionalPerson
from heli.ops.demo.telling import Both, Teller, day_of, moment_of

Couple = tuple[Citizen, Citizen]
DESK = FictionalPerson(name="登记员", id_number="", phone="")
MORNING = "T09:00:00+08:00"


def tell_of_three_cases(
    teller: Teller, booked: Couple, code: str, second: Couple, third: Couple
) -> Json:
    """From the first visit to three ends. booked: the couple of the confirmed booking `code`.

    Answers the three cases as their applicants read them at the end. Raises StoryFailed.
    """
    clerk = sign_in(booked[0])
    teller.chapter("第一次到场", "The first visit")
    slot = booked[0].get(f"/bookings/{code}").content["slot"]
    today = move_clock(teller, booked[0], slot["starts_at"])
    first_id = accept_booked(teller, clerk, booked, code, today)
    second_id = accept_walk_in(clerk, second)
    third_id = accept_walk_in(clerk, third)
    withdraw(teller, clerk, second, second_id)
    register(teller, clerk, booked, first_id)
    let_window_pass(teller, third, third_id)
    ends = {
        "registered": (booked[0], first_id),
        "withdrawn": (second[0], second_id),
        "deemed_withdrawn": (third[0], third_id),
    }
    return {name: who.get(f"/cases/{case_id}").content for name, (who, case_id) in ends.items()}


def sign_in(somebody: Citizen) -> Citizen:
    """The clerk of the demo's office, before the same server."""
    clerk = Citizen(somebody.client, DESK)
    session = {"username": "clerk", "password": DEMO_PASSWORD}
    clerk.token = clerk.post("/desk/sessions", session).content["token"]
    return clerk


def move_clock(teller: Teller, somebody: Citizen, to: str) -> date:
    """Move the demo's clock to a moment (RFC 3339); answers the day reached."""
    moved = somebody.post("/demo/clock", {"to": to})
    today = date.fromisoformat(moved.content["today"])
    reached = moment_of(moved.content["now"], today)
    teller.step(
        "move_clock",
        moved.status,
        Both(f"演示的时钟走到 {reached.zh}。", f"The demo's clock moves on, to {reached.en}."),
    )
    return today


def accept_booked(teller: Teller, clerk: Citizen, couple: Couple, code: str, today: date) -> str:
    """Both check in and the application is accepted; answers the case's id."""
    clerk.post("/desk/checkin", {"code": code})
    answer = clerk.post(f"/desk/bookings/{code}/outcome", {"result": "accepted"})
    case_id: str = answer.content["case"]["id"]
    case = couple[1].get(f"/cases/{case_id}").content
    kept = case["certificate_booking"]
    expect(kept is not None, "no time was kept for the second visit")
    by = moment_of(case["timeline"]["here"]["withdraw_by"], today)
    at = moment_of(kept["slot"]["starts_at"], today)
    teller.step(
        "receipt",
        answer.status,
        Both(
            "两人签到，申请已受理，领到受理回执单。",
            "Both check in. The application is accepted, and they get the receipt.",
        ),
        Both(
            f"从现在起到 {by.zh}，任何一方都可以单独到场撤回。",
            f"Until {by.en} either of them alone may withdraw, in person.",
        ),
        Both(
            f"已为他们预留 {at.zh} 领取离婚证。",
            f"A time on {at.en} is kept for their second visit.",
        ),
    )
    return case_id


def accept_walk_in(clerk: Citizen, couple: Couple) -> str:
    """A couple without a booking takes a ticket and is accepted too; answers the case's id."""
    for person in couple:
        person.prove_identity()
    ticket = clerk.post("/desk/tickets", {"service": "divorce_application"}).content
    cards = [{"name": one.person.name, "id_number": one.person.id_number} for one in couple]
    outcome = {"result": "accepted", "parties": cards}
    answer = clerk.post(f"/desk/tickets/{ticket['id']}/outcome", outcome)
    case_id: str = answer.content["case"]["id"]
    return case_id


def withdraw(teller: Teller, clerk: Citizen, couple: Couple, case_id: str) -> None:
    """One of the two withdraws the next morning; both read the same, and not who it was."""
    teller.chapter("另一对：撤回", "Another couple: a withdrawal")
    receipt = day_in_timeline(couple[0], case_id, "receipt")
    move_clock(teller, couple[0], f"{receipt + timedelta(days=1)}{MORNING}")
    answer = clerk.post(f"/desk/cases/{case_id}/withdraw", {"party": "partner"})
    states = [one.get(f"/cases/{case_id}").content["state"] for one in couple]
    expect(states == ["withdrawn"] * 2, f"after the withdrawal the case is {states}")
    teller.step(
        "withdrawal",
        answer.status,
        Both(
            "一方单独到场撤回。双方都看到本次程序已经终止，看不到是谁撤回。",
            "One of them withdraws in person. Both see that the procedure has ended, not by whom.",
        ),
    )


def register(teller: Teller, clerk: Citizen, couple: Couple, case_id: str) -> None:
    """Both come on the day that was kept for them and get the certificate."""
    teller.chapter("第二次到场", "The second visit")
    kept = couple[0].get(f"/cases/{case_id}").content["certificate_booking"]
    today = move_clock(teller, couple[0], kept["slot"]["starts_at"])
    clerk.post("/desk/checkin", {"code": kept["code"]})
    number = f"L440106-{today.year}-{secrets.randbelow(1_000_000):06d}"
    answer = clerk.post(f"/desk/cases/{case_id}/register", {"certificate_number": number})
    expect(answer.content["state"] == "registered", "the divorce was not registered")
    teller.step(
        "certificate",
        answer.status,
        Both(
            "两人一起到场，登记完成，各领一本离婚证。",
            "Both come together. The divorce is registered, and each gets a certificate.",
        ),
    )


def let_window_pass(teller: Teller, couple: Couple, case_id: str) -> None:
    """The third couple does not come; the application counts as withdrawn."""
    teller.chapter("第三对：没有再来", "A third couple: nobody comes again")
    last = day_in_timeline(couple[0], case_id, "window", "last")
    today = move_clock(teller, couple[0], f"{last + timedelta(days=1)}{MORNING}")
    answer = couple[1].get(f"/cases/{case_id}")
    expect(answer.content["state"] == "deemed_withdrawn", "the window passed without an end")
    day = day_of(last.isoformat(), today)
    teller.step(
        "case_lapses",
        answer.status,
        Both(
            f"领证期的最后一天是 {day.zh}。两人没有一起到场，视为撤回申请，需要时从头再来。",
            f"The last day of the window was {day.en}. They did not come together, so the "
            "application counts as withdrawn; they can start again.",
        ),
    )


def day_in_timeline(reader: Citizen, case_id: str, *path: str) -> date:
    """A day of the case's timeline, as one of the couple reads it."""
    found = reader.get(f"/cases/{case_id}").content["timeline"]
    for name in path:
        found = found[name]
    return datetime.fromisoformat(found).date()
