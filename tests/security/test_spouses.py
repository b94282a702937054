"""What one spouse cannot learn of the other, by any page, answer or file: where they live, how to
reach them, what they were told.
"""

from __future__ import annotations

import io
import re

from pypdf import PdfReader

from heli.ground import events
from heli.law.services import Service
from heli.ops.demo.people import fictional_person
from heli.ops.routes import Seen
from heli.wechat.accounts import bind_account, issue_session, read_session, see_account
from heli.wechat.kinds import AppKind
from tests.api.world import NOBODY, a_key, a_slot, booking_body
from tests.people import verified
from tests.security.world import Ask, World, by_api

PAGES = ("/my", "/my/inbox", "/my/cases", "/my/cases/{case}", "/my/{code}", "/my/{code}/voucher")
ANSWERS = ("/bookings", "/bookings/{code}", "/cases", "/cases/{case}", "/notices",
           "/bookings/{code}/voucher", "/bookings/{code}/voucher.ics")  # fmt: skip


def both(world: World) -> dict[str, Ask]:
    """Both spouses with a browser and a token."""
    return {"one": by_api(world.one.person), "other": by_api(world.other.person)}


def everything(world: World, ask: Ask) -> dict[str, str]:
    """All that somebody can read of the booking and the case, by where it stands."""
    names = {"case": world.case, "code": world.code}
    read = {path: ask.page("get", path.format(**names)) for path in PAGES}
    read |= {f"api{path}": ask.caller.get(path.format(**names)) for path in ANSWERS}
    return {path: answer.content.decode() for path, answer in read.items()}


def pdf_of(world: World, ask: Ask) -> str:
    file = ask.caller.get(f"/bookings/{world.code}/voucher.pdf")
    reader = PdfReader(io.BytesIO(file.content))
    described = " ".join(str(value) for value in (reader.metadata or {}).values())
    return described + "".join(page.extract_text() for page in reader.pages)


class TestTheOther:
    def test_is_read_nowhere(self, world):
        events.deliver()
        one, other = both(world).values()

        for ask, hidden in ((one, world.other), (other, world.one)):
            read = everything(world, ask) | {"pdf": pdf_of(world, ask)}
            told = [path for path, text in read.items() if any(s in text for s in hidden.secrets)]
            assert told == []
            assert any(text.count("*") for text in read.values()), "names are masked, not left out"

    def test_has_an_inbox_of_their_own(self, world):
        events.deliver()
        one, other = both(world).values()
        theirs = one.caller.get("/notices").json()
        assert theirs

        answers = [
            other.caller.post(f"/notices/{number}/read") for number in (theirs[0]["id"], 2**40)
        ]

        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
        mine = {notice["id"] for notice in other.caller.get("/notices").json()}
        assert mine.isdisjoint(notice["id"] for notice in theirs)

    def test_is_not_seen_to_have_a_wechat_account_or_to_have_logged_in(self, world):
        one, other = both(world).values()
        before = everything(world, other)
        account = see_account(AppKind.ACCOUNT, "oCanary_1881")
        session = read_session(issue_session(account)[0])
        bind_account(session, by=verified(world.one.person))
        one.page("get", "/my")

        assert without_what_differs(everything(world, other)) == without_what_differs(before)

    def test_is_not_seen_to_have_booked_a_time_to_withdraw(self, world):
        one, other = both(world).values()
        before = everything(world, other)
        slot = a_slot(world.office, Service.DIVORCE_WITHDRAWAL)
        body = booking_body(slot, None)
        booked = one.caller.post("/bookings", body, Idempotency_Key=a_key())
        events.deliver()

        assert booked.status_code == 201, booked.content
        assert without_what_differs(everything(world, other)) == without_what_differs(before)
        code = booked.json()["code"]
        assert other.caller.get(f"/bookings/{code}").status_code == 404
        one.caller.post(f"/bookings/{code}/cancel")


def without_what_differs(read: dict[str, str]) -> dict[str, str]:
    """What was read, without ids, codes, secrets of forms and hours of the day."""
    differs = (
        r'csrfmiddlewaretoken" value="[^"]+|[0-9a-f]{8}-[0-9a-f-]{27}|\d{1,2}:\d{2}(:\d{2})?'
        r"|[0-9A-Z]{12}|[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}|20\d{6}T\d{6}Z?|\.\d{3,6}\+"
        r'|"id": ?\d+|value="\d+"|HELI1\.[\w.-]+|d="[^"]+"|20\d\d[\d-]+T'
    )
    return {path: re.sub(differs, "?", text.replace("%2F", "/")) for path, text in read.items()}


class TestAStranger:
    def test_who_holds_the_link_alone_reads_nothing(self, world):
        page = Ask().page("get", f"/c/{world.held}").content.decode()

        assert page == Ask().page("get", "/c/ZZZZ22223333").content.decode().replace(
            "ZZZZ22223333", world.held
        )
        assert world.office.name not in page
        assert NOBODY.get(f"/bookings/{world.held}").status_code == 401

    def test_who_was_not_named_meets_what_a_stranger_meets(self, world):
        wrong = by_api(fictional_person())

        assert wrong.page("get", f"/c/{world.held}/answer").status_code == 404
        assert world.asks[Seen.SPOUSE].page("get", f"/c/{world.held}/answer").status_code == 200
