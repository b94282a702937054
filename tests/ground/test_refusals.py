"""Refusals: one sentence each, in the reader's language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from heli.ground import refusals
from heli.ground.refusals import FieldError, InvalidInput, NotFound, Refusal

FAMILY = [
    (refusals.InvalidInput, "invalid_input", 422),
    (refusals.BrokenBody, "invalid_input", 400),
    (refusals.IdentityRequired, "identity_required", 401),
    (refusals.NotAllowed, "not_allowed", 403),
    (refusals.NotFound, "not_found", 404),
    (refusals.Unavailable, "unavailable", 503),
]


class Closed(Refusal):
    """For these tests."""

    code, status = "closed", 409
    message = "{on}关门，{until}再来。"


class TestRefusal:
    @pytest.mark.parametrize(("refusal", "code", "status"), FAMILY)
    def test_code_and_status_are_those_of_the_contract(self, refusal, code, status):
        assert (refusal.code, refusal.status) == (code, status)
        assert refusal().sentence().endswith("。")

    def test_days_and_moments_are_put_in_words(self, database):
        closed = Closed(on=date(2031, 1, 5), until=datetime(2031, 1, 6, 1, 0, tzinfo=UTC))

        with override("zh-hans"):
            assert (
                closed.sentence() == "2031年1月5日（周日）关门，2031年1月6日（周一）上午9:00再来。"
            )

    def test_a_sentence_of_its_own_replaces_that_of_the_class(self):
        assert NotFound("没有这个地区。").sentence() == "没有这个地区。"

    def test_every_field_at_fault_is_named(self):
        refusal = InvalidInput(
            FieldError("name", "请填写姓名。"), FieldError("phone", "号码不对。")
        )

        assert [error.field for error in refusal.errors] == ["name", "phone"]

    def test_a_busy_system_says_when_to_come_back(self):
        assert refusals.Unavailable.retry_after_seconds == 2
