"""GET /channels and POST /channels/verify."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.channels.directory import an_entry, load, load_collected

pytestmark = pytest.mark.usefixtures("database")

CHANNEL = {
    "kind",
    "name",
    "operator",
    "path",
    "url",
    "services",
    "source",
    "as_of",
    "confidence",
}


def asked(region: str, status: int = 200, **headers: str):
    answer = Client(headers=headers).get("/api/v1/channels", {"region": region})
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def judged(text: str, status: int = 200, *, region: str | None = None, **headers: str):
    answer = Client(headers=headers).post(
        "/api/v1/channels/verify",
        json.dumps({"text": text, "region": region}),
        content_type="application/json",
    )
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


class TestChannels:
    def test_has_the_fields_of_the_contract(self, tmp_path):
        load(tmp_path / "x", an_entry())

        found = asked("440106")

        assert found["region"] == {
            "code": "440106",
            "name": "天河区",
            "path": "广东省/广州市/天河区",
        }
        (channel,) = found["channels"]
        assert set(channel) >= CHANNEL
        assert (channel["name"], channel["confidence"]) == ("演示预约", "high")
        assert channel["services"] == ["divorce_application"]
        assert "office_queue" in {way["kind"] for way in found["alternatives"]}

    def test_an_abolished_region_answers_with_its_successor(self):
        found = asked("110103")

        assert found["region"]["name"] == "东城区"
        assert found["asked"] == {"code": "110103", "name": "崇文区", "path": None}

    def test_a_region_that_never_was_is_not_found(self):
        assert asked("990000", 404)["code"] == "not_found"

    @pytest.mark.parametrize(
        "region", ["", "44010", "4401000", "guangzhou", "４４０１００", "000000"]
    )
    def test_what_is_no_code_is_said_so(self, region):
        found = asked(region, 422)

        assert found["code"] == "invalid_input"
        assert found["errors"][0]["field"] == "region"


class TestVerify:
    def test_a_real_name_a_fake_and_something_else(self):
        load_collected()

        official = judged("粤省事", region="440106")
        assert official["verdict"] == "official"
        assert official["channel"]["name"] == "粤省事"
        assert official["reasons"][0]["text"]

        suspicious = judged("粤省亊")
        assert suspicious["verdict"] == "suspicious"
        assert suspicious["channel"]["name"] == "粤省事"

        unknown = judged("今天天气怎么样")
        assert (unknown["verdict"], unknown["channel"]) == ("unknown", None)

    def test_of_several_parts_the_worst_is_the_verdict_and_is_named(self):
        load_collected()

        found = judged("官网 https://www.gdhy.gov.cn/ 打不开就用 https://gdhy.gov.cn.evil.com/x")

        assert found["verdict"] == "suspicious"
        assert "gdhy.gov.cn.evil.com" in found["part"]

    def test_reasons_come_in_english_too(self):
        load_collected()

        found = judged("粤省亊", **{"Accept-Language": "en"})

        assert found["reasons"][0]["text"].isascii() or "亊" in found["reasons"][0]["text"]

    @pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "http://", "长" * 10_001])
    def test_a_text_that_cannot_be_judged_is_refused_with_a_sentence(self, text):
        found = judged(text, 422)

        assert found["code"] == "invalid_input"
        assert found["errors"][0]["field"] == "text"
        assert found["errors"][0]["text"]

    def test_ten_megabytes_are_refused(self):
        found = judged("长" * 10_000_000, 400)

        assert found["code"] == "invalid_input"
        assert "64 KB" in found["detail"]

    def test_an_abolished_region_counts_as_its_successor_and_none_is_not_found(self):
        load_collected()

        assert judged("粤省事", region="440116")["verdict"] == "official"
        assert judged("粤省事", 404, region="990000")["code"] == "not_found"
