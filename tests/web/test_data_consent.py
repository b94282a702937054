"""The word on one's data at the real-name check: asked for, never assumed, recorded."""

from __future__ import annotations

import pytest

from heli.keeping.consents import current_texts
from heli.keeping.models import DataConsent
from heli.ops.demo.people import FictionalPerson
from tests.api.world import API
from tests.bookings.factories import a_couple
from tests.web.visitors import browser, html, text

pytestmark = pytest.mark.usefixtures("database")


def claim(person: FictionalPerson, **more: str) -> dict[str, str]:
    who = {"name": person.name, "id_number": person.id_number, "phone": person.phone}
    return {**who, "method": "simulated", **more}


def recorded() -> list[tuple[str, str, str]]:
    rows = DataConsent.objects.order_by("purpose")
    return list(rows.values_list("purpose", "text_version", "language"))


class TestOnThePage:
    @pytest.mark.parametrize("language", ["zh-CN", "en"])
    def test_what_is_sensitive_is_told_and_the_box_is_not_ticked(self, language):
        page = browser(language=language).get("/identify")

        sensitive = current_texts()["sensitive"]
        told = sensitive.body_en if language == "en" else sensitive.body_zh
        assert all(line in text(page) for line in told)
        assert 'type="checkbox" name="agrees" id="id_agrees">' in html(page)

    def test_without_the_box_nothing_is_checked_and_the_other_way_is_named(self):
        couple = a_couple()

        answer = browser().post("/identify", claim(couple.one))

        assert "不同意就不能在网上验证。可以带身份证，到大厅取号办理。" in text(answer, 422)
        assert "heli_identity" not in answer.cookies
        assert recorded() == []

    def test_with_it_both_words_are_recorded_as_this_persons(self):
        couple = a_couple()

        answer = browser().post("/identify", claim(couple.one, agrees="on"))

        assert answer.status_code == 302
        assert recorded() == [("booking", "2026-11", "zh"), ("sensitive", "2026-11", "zh")]
        persons = {bytes(row.person) for row in DataConsent.objects.all()}
        assert persons == {couple.applicant.person}

    def test_of_who_was_not_proven_nothing_is_recorded(self):
        person = a_couple().one

        answer = browser().post("/identify", claim(person, agrees="on", name="不符"))

        assert answer.status_code == 422
        assert recorded() == []


class TestInTheApi:
    def prove(self, **more: str):
        body = claim(a_couple().one, **more)
        return browser().post(
            f"{API}/identity/verifications", body, content_type="application/json"
        )

    def test_a_program_that_asked_says_which_text_was_agreed_to(self):
        assert self.prove(data_consent="2026-11").status_code == 201

        assert [purpose for purpose, _version, _language in recorded()] == ["booking", "sensitive"]

    def test_a_program_that_says_nothing_works_as_before_and_nothing_is_recorded(self):
        assert self.prove().status_code == 201
        assert recorded() == []

    def test_another_version_than_the_one_shown_now_is_refused_and_nothing_is_checked(self):
        answer = self.prove(data_consent="2020-01")

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "data_consent"
        assert recorded() == []
