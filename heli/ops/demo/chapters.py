"""What happens in the story, in order. Each chapter asks the API and checks what it gets."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from heli.bookings.codes import in_groups
from heli.ops.demo.citizen import CHINESE, ENGLISH, Citizen, expect
from heli.ops.demo.telling import Both, Teller, day_of, drawn, moment_of
from heli.vault import signing

SERVICE = "divorce_application"
REGION_TYPED = "广州"
DAYS_TOLD = 3
CAN_STILL_BE_MOVED = timedelta(days=3)  # so far ahead lies the first couple's time
LONG_CONSENT_TIME = timedelta(days=7)  # so far ahead the other has the full 24 hours to answer

NEUTRAL_WORDS = ("离婚", "婚姻", "divorce", "marriage")  # a link shows none of them

Json = dict[str, Any]


@dataclass(frozen=True)
class Office:
    """A bookable office and its free slots, as the API answered them."""

    answer: Json
    slots: list[Json]

    def slot_from(self, moment: datetime) -> Json:
        """The first slot with a place left that begins at this moment or later."""
        later = [
            slot
            for slot in self.slots
            if slot["left"] > 0 and datetime.fromisoformat(slot["starts_at"]) >= moment
        ]
        expect(bool(later), f"{self.answer['id']} has no place left")
        return later[0]


def read_clock(reader: Citizen) -> tuple[date, datetime]:
    """Business time, read without moving it."""
    now = reader.post("/demo/clock", {"advance_days": 0}).content
    return date.fromisoformat(now["today"]), datetime.fromisoformat(now["now"])


def find_office(teller: Teller, applicant: Citizen, today: date) -> Office:
    """Find the region, a fictional office in it, the conditions, and the free days."""
    teller.chapter("找登记处", "Finding an office")
    found = applicant.get("/regions", q=REGION_TYPED)
    expect(bool(found.content), f"no region is called {REGION_TYPED}")
    region = found.content[0]
    teller.step(
        "find_region",
        found.status,
        Both(
            f"{applicant.name}输入“{REGION_TYPED}”，找到{region['path']}（{region['code']}）。",
            f"{applicant.name} types {REGION_TYPED} and finds {region['path']}.",
        ),
    )
    office = _choose_office(teller, applicant, region["code"])
    _read_conditions(teller, applicant)
    return Office(office, _read_free_days(teller, applicant, office["id"], today))


def _choose_office(teller: Teller, applicant: Citizen, region: str) -> Json:
    listed = applicant.get("/offices", region=region, service=SERVICE)
    bookable = [office for office in listed.content if office["bookable"]]
    expect(bool(bookable), "no office takes bookings there")
    office: Json = bookable[0]
    expect(office["name"].startswith("演示"), "a real office takes bookings in the demo")
    real = len(listed.content) - len(bookable)
    teller.step(
        "find_office",
        listed.status,
        Both(
            f"可以预约的是{office['name']}，{office['address']}，电话 {office['phone']}。",
            f"Bookable: {office['name']}, a fictional office.",
        ),
        Both(
            f"名录里还有真实登记处的公开资料（{real} 个），在这里不能预约。",
            f"Real offices are listed as public facts ({real}); nobody can book at them here.",
        ),
    )
    return office


def _read_conditions(teller: Teller, applicant: Citizen) -> None:
    shown = applicant.get("/law/eligibility", service=SERVICE)
    in_english = applicant.get("/law/eligibility", service=SERVICE, language=ENGLISH)
    expect(bool(shown.content["conditions"]), "no conditions are shown before booking")
    pairs = zip(shown.content["conditions"], in_english.content["conditions"], strict=True)
    teller.step(
        "read_conditions",
        shown.status,
        Both(
            "预约只是排一个到场办理的时间，不等于离婚。预约前先看条件：",
            "A booking is a time to come in. It is not a divorce. First, the conditions:",
        ),
        *(Both(f"· {zh['text']}", f"  {en['text']}") for zh, en in pairs),
    )


def _read_free_days(teller: Teller, applicant: Citizen, office: str, today: date) -> list[Json]:
    free = applicant.get(f"/offices/{office}/availability", service=SERVICE)
    days = [day for day in free.content["days"] if any(slot["left"] for slot in day["slots"])]
    expect(bool(days), f"{office} has no free day")
    lines = []
    for day in days[:DAYS_TOLD]:
        left, words = sum(slot["left"] for slot in day["slots"]), day_of(day["date"], today)
        lines.append(f"{words.zh} 余 {left} · {words.en}: {left} left")
    teller.step(
        "read_free_days",
        free.status,
        Both(
            f"{len(days)} 天还有号，最近的几天：",
            f"{len(days)} days have places left; the first of them:",
        ),
        *lines,
    )
    return [slot for day in days for slot in day["slots"]]


def hold_place(
    teller: Teller,
    applicant: Citizen,
    partner: Citizen,
    slot: Json,
    today: date,
    *,
    prefix: str = "",
) -> Json:
    """The applicant proves who they are and takes a place for both. prefix: of the steps' names."""
    proof = applicant.prove_identity()
    teller.step(
        f"{prefix}applicant_verifies",
        proof.status,
        Both(
            f"{applicant.name}通过实名验证（演示中是模拟的）。",
            f"{applicant.name} proves who they are (simulated here).",
        ),
    )
    answer = applicant.hold_place(slot["id"], partner)
    booking: Json = answer.content
    expect(booking["state"] == "held", f"the new booking is {booking['state']}, not held")
    expect(
        [party["consented"] for party in booking["parties"]] == [True, False],
        "somebody else than the applicant has agreed",
    )
    begins = moment_of(booking["slot"]["starts_at"], today)
    deadline = moment_of(booking["consent"]["deadline"], today)
    teller.step(
        f"{prefix}hold_place",
        answer.status,
        Both(
            f"已为你们保留 {begins.zh}，等待对方确认。请在 {deadline.zh} 前让对方打开链接，"
            "过时会自动放回。",
            f"{begins.en} is kept for you until {deadline.en}. Pass the link on; if the other "
            "spouse has not agreed by then, it is given back.",
        ),
        booking["consent"]["url"],
    )
    return booking


def answer_link(teller: Teller, partner: Citizen, booking: Json, today: date) -> Json:
    """The partner opens the link, proves who they are, reads and agrees."""
    teller.chapter("对方确认", "The other spouse answers")
    url = booking["consent"]["url"]
    seen = partner.open_link(url, language=CHINESE)
    seen_in_english = partner.open_link(url, language=ENGLISH)
    told = "".join(seen + seen_in_english)
    hidden = (*NEUTRAL_WORDS, booking["office"]["name"], booking["slot"]["starts_at"][11:16])
    expect(bool(seen), "the link's page is empty")
    expect(not any(word in told for word in hidden), "the link tells too much before identity")
    partner.get(f"/bookings/{booking['code']}", wanted=401)
    teller.step(
        "partner_opens_link",
        200,
        Both(f"{partner.name}打开链接，只看到：", f"{partner.name} opens the link and reads only:"),
        *(f"│ {line}" for line in seen),
        *(f"│ {line}" for line in seen_in_english if line not in seen),
    )
    proof = partner.prove_identity()
    teller.step(
        "partner_verifies",
        proof.status,
        Both(f"{partner.name}通过实名验证。", f"{partner.name} proves who they are."),
    )
    _read_request(teller, partner, booking["code"], today)
    return _agree(teller, partner, booking["code"])


def _read_request(teller: Teller, partner: Citizen, code: str, today: date) -> None:
    read = partner.get(f"/bookings/{code}")
    booking = read.content
    expect(booking["me"] == "partner", "the partner is not known as the partner")
    expect(booking["consent"]["url"] is None, "the partner got the applicant's link")
    begins = moment_of(booking["slot"]["starts_at"], today)
    deadline = moment_of(booking["consent"]["deadline"], today)
    asker = booking["parties"][0]["name_masked"]
    teller.step(
        "partner_reads",
        read.status,
        Both(
            f"{asker} 请您一起到{booking['office']['name']}，{begins.zh}。",
            f"{asker} asks you to come to {booking['office']['name']}, {begins.en}.",
        ),
        Both(
            "同意：预约生效，双方都会收到凭证。不同意：预约取消，对方会看到您没有同意。",
            "Agree: it stands, and both get the voucher. Decline: the other will see it.",
        ),
        Both(
            f"先不处理：到 {deadline.zh} 自动失效，对方只会看到没有在时限内确认。",
            f"Leave it: it lapses at {deadline.en}, and the other only sees that time ran out.",
        ),
    )


def _agree(teller: Teller, partner: Citizen, code: str) -> Json:
    answer = partner.post(f"/bookings/{code}/consent", {"phone": partner.person.phone})
    booking: Json = answer.content
    expect(booking["state"] == "confirmed", f"the booking is {booking['state']}, not confirmed")
    expect(all(party["consented"] for party in booking["parties"]), "not both have agreed")
    teller.step(
        "partner_agrees",
        answer.status,
        Both(f"{partner.name}同意。预约生效。", f"{partner.name} agrees. The booking stands."),
    )
    return booking


def read_voucher(teller: Teller, couple: tuple[Citizen, Citizen], code: str, today: date) -> Json:
    """Both read the voucher; a desk that knows the public key alone believes it."""
    teller.chapter("凭证", "The voucher")
    applicant, partner = couple
    mine = applicant.get(f"/bookings/{code}/voucher")
    english = applicant.get(f"/bookings/{code}/voucher", language=ENGLISH).content
    voucher: Json = mine.content
    theirs = partner.get(f"/bookings/{code}/voucher").content
    expect(theirs["qr"] == voucher["qr"], "the two see different vouchers")
    begins = moment_of(voucher["starts_at"], today)
    office = voucher["office"]["name"]
    papers = zip(voucher["bring"], english["bring"], strict=True)
    teller.step(
        "read_voucher",
        mine.status,
        Both(f"双方看到同一张凭证：{in_groups(code)}", f"Both see one voucher: {in_groups(code)}"),
        Both(f"{begins.zh}，{office}", f"{begins.en}, {office}"),
        Both("要带的：", "To bring:"),
        *(Both(f"· {zh}", f"  {en}") for zh, en in papers),
        *(Both(zh, en) for zh, en in zip(voucher["notes"], english["notes"], strict=True)),
        *drawn(voucher["qr"]),
        voucher["qr"],
    )
    _check_offline(teller, partner, voucher)
    return voucher


def _check_offline(teller: Teller, reader: Citizen, voucher: Json) -> None:
    key = reader.get("/voucher-key")
    public = key.content["public_key"]
    expect(is_signed_by(voucher["qr"], public), "the voucher's signature does not hold")
    mark, code, rest = voucher["qr"].split(".", 2)
    forged = f"{mark}.{code[::-1]}.{rest}"
    expect(not is_signed_by(forged, public), "a forged voucher was believed")
    teller.step(
        "check_voucher_offline",
        key.status,
        Both(
            "窗口不用联网，只凭公钥就能验出这张凭证是真的，改动过的通不过。",
            "A desk without a network checks it by the public key: genuine; a changed one fails.",
        ),
    )


def is_signed_by(qr: str, public_key: str) -> bool:
    """Whether the QR text bears a signature of this public key (base64url, 32 bytes)."""
    claim, _dot, signature = qr.rpartition(".")
    return signing.verify(claim.encode(), _bytes_of(signature), _bytes_of(public_key))


def _bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
