"""My details: what is held, the file, erasing."""

from __future__ import annotations

import json

import pytest

from heli.bookings.services import cancel_booking
from heli.ground import clock
from tests.api.world import API
from tests.bookings.factories import a_couple
from tests.web.visitors import browser, confirmed, html, text, title

pytestmark = pytest.mark.usefixtures("database")


class TestMyData:
    def test_says_what_is_held_how_long_and_why(self):
        couple = a_couple()
        confirmed(couple)

        seen = text(browser(couple.applicant).get("/my/data"))

        assert "预约里的姓名、证件号码、电话和地址" in seen
        assert "从预约的办理日起保存184天。" in seen
        assert couple.one.id_number not in seen

    def test_says_it_in_english(self):
        couple = a_couple()
        confirmed(couple)

        seen = text(browser(couple.applicant, language="en").get("/my/data"))

        assert "Name, number, telephone and address in a booking" in seen

    def test_the_file_says_nothing_by_its_name_and_is_kept_nowhere(self):
        couple = a_couple()
        booking = confirmed(couple)

        answer = browser(couple.applicant).get("/my/data.json")

        assert answer["Cache-Control"] == "no-store"
        assert answer["Content-Disposition"] == 'attachment; filename="yuyue-my-details.json"'
        assert booking.code in json.dumps(json.loads(answer.content))

    @pytest.mark.parametrize("path", ["/my/data", "/my/data.json", "/my/data/erase"])
    def test_it_is_for_who_has_proven_who_they_are(self, path):
        assert browser().get(path)["Location"].startswith("/identify?next=")

    def test_the_list_of_bookings_leads_there(self):
        assert 'href="/my/data"' in html(browser(a_couple().applicant).get("/my"))

    def test_the_title_gives_nothing_away(self):
        assert title(browser(a_couple().applicant).get("/my/data")) == "我的资料"


class TestErase:
    def test_a_coming_booking_is_named_and_there_is_no_button(self):
        couple = a_couple()
        confirmed(couple)
        client = browser(couple.applicant)

        seen = html(client.get("/my/data/erase"))
        refused = html(client.post("/my/data/erase"), status=409)

        for page in (seen, refused):
            assert "您有还没结束的预约" in page
            assert "btn danger" not in page

    def test_after_the_end_it_is_erased_and_the_page_says_so(self):
        couple = a_couple()
        cancel_booking(confirmed(couple).code, by=couple.applicant, at=clock.now())
        client = browser(couple.applicant)
        assert "要删除您的资料吗？" in text(client.get("/my/data/erase"))

        after = client.post("/my/data/erase", follow=True)

        assert "已经删除" in text(after)
        assert "没有保存您的资料" in text(after)


class TestApi:
    def bearer(self, person) -> dict[str, str]:
        return {"Authorization": f"Bearer {browser(person).cookies['heli_identity'].value}"}

    def test_a_program_takes_out_and_erases_for_a_person_with_a_token(self):
        couple, client = a_couple(), browser()
        booking = confirmed(couple)
        headers = self.bearer(couple.applicant)

        copy = client.get(f"{API}/my-data", headers=headers)
        assert copy["Cache-Control"] == "no-store"
        assert booking.code in copy.content.decode()
        assert copy.json()["taken_at"].endswith("+08:00")

        refused = client.delete(f"{API}/my-data", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")

        cancel_booking(booking.code, by=couple.applicant, at=clock.now())
        assert client.delete(f"{API}/my-data", headers=headers).status_code == 204
        held = client.get(f"{API}/my-data", headers=headers).json()["parts"]
        assert not any(part["rows"] for part in held)

    def test_without_a_token_it_is_nobodys(self):
        assert browser().get(f"{API}/my-data").status_code == 401
        assert browser().delete(f"{API}/my-data").status_code == 401

    def test_what_has_to_be_told_is_open_to_all(self):
        texts = browser().get(f"{API}/my-data/consent-texts").json()

        assert {text["purpose"] for text in texts} == {"booking", "sensitive"}
        assert all(text["body_zh"] and text["body_en"] for text in texts)
