"""The chapter that only `--once` tells, since it moves the clock: a held place that lapses."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from heli.ops.demo.chapters import Json, hold_place
from heli.ops.demo.citizen import ENGLISH, Citizen, expect
from heli.ops.demo.telling import Both, Teller, moment_of

A_MOMENT = timedelta(minutes=1)  # moments of the API are in whole seconds


def let_lapse(
    teller: Teller, applicant: Citizen, partner: Citizen, slot: Json, today: date
) -> Json:
    """A couple holds a place, nobody answers, and the clock moves past the deadline."""
    teller.chapter("另一对夫妻占号", "Another couple holds a place")
    booking = hold_place(teller, applicant, partner, slot, today, prefix="second_")
    teller.chapter("没有人回答", "Nobody answers")
    to = datetime.fromisoformat(booking["consent"]["deadline"]) + A_MOMENT
    moved = applicant.post("/demo/clock", {"to": to.isoformat()})
    reached = moment_of(moved.content["now"], today)
    teller.step(
        "move_clock",
        moved.status,
        Both(
            f"演示的时钟往前走，到 {reached.zh}。",
            f"The demo's clock moves on, to {reached.en}.",
        ),
    )
    answer = applicant.get(f"/bookings/{booking['code']}")
    lapsed: Json = answer.content
    expect(lapsed["state"] == "expired", f"the unanswered booking is {lapsed['state']}")
    teller.step(
        "hold_lapses",
        answer.status,
        Both(
            f"{applicant.name}只看到没有在时限内确认。时段已经放回。",
            f"{applicant.name} only sees that time ran out. The place is given back.",
        ),
        *_notice(applicant, booking["code"]),
    )
    return lapsed


def tell_of_the_visits(teller: Teller, reader: Citizen) -> None:
    """What follows after the booking: two visits, with the law's days between them."""
    teller.chapter("接下来", "What follows")
    papers = reader.get("/law/documents", service="divorce_certificate")
    expect(bool(papers.content), "nothing is said of what to bring to the second visit")
    teller.step(
        "two_visits",
        papers.status,
        Both(
            "需要双方都同意，并且两次一起到场，中间至少隔三十天。",
            "Both of you have to agree and come in together twice, at least thirty days apart.",
        ),
        Both(
            "第一次：两人一起到场，提交申请，领受理回执单。",
            "The first visit: both come in together, apply, and get the receipt.",
        ),
        Both(
            "之后三十天是冷静期，任何一方都可以单独到场撤回，不需要预约。",
            "Then thirty days of cooling-off: either of you alone may withdraw, without a booking.",
        ),
        Both(
            "第二次：冷静期满后的三十天内，两人一起到场领离婚证。过了最后一天，视为撤回申请。",
            "The second: within thirty days after it, both come in for the certificate. After the "
            "last day the application counts as withdrawn.",
        ),
        Both(
            "依据：民法典第一千零七十六条至第一千零七十八条。",
            "Source: Civil Code, articles 1076 to 1078.",
        ),
    )


def _notice(applicant: Citizen, code: str) -> list[Both | str]:
    """What the inbox says of the lapse; everything due by the new time has been done."""
    zh, en = (
        next(
            notice["text"]
            for notice in applicant.get("/notices", language=language).content
            if notice["booking_code"] == code and notice["kind"] == "expired"
        )
        for language in ("zh-CN", ENGLISH)
    )
    return [f"│ {zh}", *([f"│ {en}"] if en != zh else [])]
