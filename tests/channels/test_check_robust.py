"""Whatever is pasted, the check answers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heli.channels.check.judge import TEXT_MAX, judge
from heli.channels.check.signs import FACTS, SENTENCES, Sign, facts
from heli.channels.check.verdicts import Verdict
from heli.ground.refusals import InvalidInput
from tests.channels.known import all_known

PIECES = st.sampled_from(
    [
        "粤省事",
        "广东民政",
        "gdhy.gov.cn",
        "https://",
        "http://",
        "@",
        ".",
        "。",
        "/",
        "\\",
        ":",
        "：",
        "「",
        "」",
        "“",
        "”",
        "公众号",
        "小程序",
        "主体",
        "xn--",
        "%2e",
        "加微信",
        "元",
        "预约",
        "\x00",
        "\u202e",
        "�",
        "\u200b",
        "⼴",
        "ａ",
        "．",
        "[",
        "]",
        "(",
        ")",
        "#",
        "?",
        "13800138000",
        "0519-88108911",
        "验证码",
        "发给我",
        "不要",
        "离婚",
        "\n",
        "\t",
        "亊",
        "政务",
        "cn",
        "com",
        "0x7f.1",
    ]
)


def sentences(text: str) -> None:
    """The answer, with all its sentences spoken; a refusal is an answer too."""
    try:
        judgement = judge(text, all_known())
    except InvalidInput:
        return
    assert judgement.verdict in Verdict
    assert judgement.reasons
    for reason in judgement.reasons:
        assert Sign(reason.code)
        assert "\x00" not in str(reason.text)
        (str(reason.text) + reason.part + judgement.part).encode()


class TestAnyText:
    @settings(max_examples=400, deadline=None)
    @given(st.text(st.characters(exclude_categories=()), max_size=200))
    def test_never_crashes(self, text):
        sentences(text)

    @settings(max_examples=600, deadline=None)
    @given(st.lists(PIECES, max_size=14).map("".join))
    def test_made_of_what_the_check_looks_for_never_crashes(self, text):
        sentences(text)


class TestBadInput:
    @pytest.mark.parametrize(
        "text", ["", " \n\t", "\u200b\u2060", "\x00", "\ufeff \u202e", "民" * (TEXT_MAX + 1)]
    )
    def test_nothing_to_see_or_too_much_is_refused_with_a_sentence(self, text):
        with pytest.raises(InvalidInput) as refused:
            judge(text, all_known())

        assert refused.value.errors[0].field == "text"

    @pytest.mark.parametrize(
        "text",
        [
            "http://",
            "https:///x",
            "http://[::1",
            "https://.",
            "http://a..b/",
            "https://gdhy.gov.cn:99999",
            "https://-/",
            "http://%20/",
            "https://" + "a" * 300 + ".cn",
        ],
    )
    def test_a_link_that_is_none_is_refused(self, text):
        with pytest.raises(InvalidInput):
            judge(text, all_known())

    def test_a_broken_link_in_a_message_is_a_reason(self):
        judgement = judge("请打开 http://[::1 预约", all_known())

        assert judgement.verdict is Verdict.UNKNOWN
        assert "broken_link" in {reason.code for reason in judgement.reasons}

    def test_ten_thousand_characters_are_not_too_many(self):
        assert judge("民" * TEXT_MAX, all_known()).verdict is Verdict.UNKNOWN


class TestSigns:
    def test_every_sign_has_its_sentence_and_every_source_exists(self):
        assert set(SENTENCES) == set(Sign)
        assert {facts()[fact].source for fact in FACTS.values()}

    def test_a_reason_quotes_its_source_and_day(self):
        reason = judge("https://mca.gov.cn/", all_known()).reasons[0]

        assert reason.code == "domain_gov_cn"
        assert reason.source is not None
        assert reason.as_of == "2018-09-07"

    def test_the_words_of_the_person_are_shortened_and_made_harmless(self):
        reason = judge("公众号：" + "甲" * 80 + "公众号\u202e，预约", all_known()).reasons[0]

        assert len(str(reason.text)) < 90
        assert "\u202e" not in str(reason.text)
