"""Names: the same as a known one, made to look like one, or simply another one."""

from __future__ import annotations

from datetime import date

import pytest

from heli.channels.check.judge import judge
from heli.channels.check.known import KnownFake
from heli.channels.check.verdicts import Judgement, Verdict
from tests.channels.known import all_known, known


def judged(text: str, *, region: str | None = None) -> Judgement:
    return judge(text, all_known(), region=region)


def codes(text: str) -> set[str]:
    return {reason.code for reason in judged(text).reasons}


class TestKnownNames:
    @pytest.mark.parametrize(
        "text",
        [
            "粤省事",
            "「粤省事」",
            "粤省事小程序",
            "微信小程序：粤省事",
            "粤省事 APP",
            "  粤省事。",
            "Ｉ厦门",
            "I厦门 app",
            "广东民政公众号",
            "江苏省民政厅官网",
            "江苏省民政厅",
            "浙江政务服务网官网",
            "我的太原",
            "\ufeff粤省事",
            "#小程序://粤省事/aBc12",
            "粤省事、广东民政",
            "广东民政，官方公众号",
        ],
    )
    def test_are_official_in_every_harmless_way_of_writing(self, text):
        assert judged(text).verdict is Verdict.OFFICIAL

    def test_say_whom_to_look_for_as_the_subject(self):
        judgement = judged("广东民政")

        assert judgement.door is not None
        assert judgement.door.name == "广东民政"
        assert [reason.code for reason in judgement.reasons] == ["known_name", "check_subject"]
        assert "广东省民政厅" in str(judgement.reasons[1].text)

    def test_of_several_places_are_the_one_that_is_near(self):
        near = judged("朝阳区民政局婚姻登记处", region="220104")

        assert near.door is not None
        assert near.door.region == "220104"
        assert "several_of_this_name" in {reason.code for reason in near.reasons}

    @pytest.mark.parametrize(
        "text",
        ["广州市越秀区民政局婚姻登记处", "福田区民政局婚姻登记处", "西城区民政局 婚姻登记处"],
    )
    def test_of_offices_may_stand_with_the_city_or_without(self, text):
        assert judged(text).verdict is Verdict.OFFICIAL

    @pytest.mark.parametrize(
        "text", ["婚姻登记预约", "婚姻登记网上预约", "电话预约", "婚姻登记预约平台"]
    )
    def test_that_could_be_anybodys_are_unknown(self, text):
        assert judged(text).verdict is Verdict.UNKNOWN
        assert codes(text) == {"generic_name"}


class TestImitations:
    @pytest.mark.parametrize(
        ("text", "sign"),
        [
            ("粤省亊", "lookalike_character"),
            ("粤省亊小程序", "lookalike_character"),
            ("粤省亊官方代办", "lookalike_character"),
            ("官方粤省亊预约", "lookalike_character"),
            ("越省事官方代办", "soundalike_character"),
            ("⼴东民政", "lookalike_character"),
            ("е福州", "lookalike_character"),
            ("越省事", "soundalike_character"),
            ("粤\u200b省事", "hidden_characters"),
            ("粤 省 事", "odd_spaces"),
            ("广东 民政", "odd_spaces"),
            ("粤·省·事", "odd_spaces"),
            ("广东民众", "near_name"),
            ("粤省省事", "near_name"),
            ("江苏民政婚姻登在线服务平台", "near_name"),
            ("粤省事官方预约", "added_words"),
            ("广东民政代办", "added_words"),
            ("新粤省事", "added_words"),
            ("官方粤省事快速通道", "added_words"),
            ("粤省事(官方)", "added_words"),
            ("南京民政局代办", "added_words"),
            ("婚姻登记预约平台官网", "added_words"),
        ],
    )
    def test_are_suspicious_and_say_what_was_seen(self, text, sign):
        assert judged(text).verdict is Verdict.SUSPICIOUS
        assert sign in codes(text)

    def test_a_known_name_between_added_words_is_no_look_alike_of_another(self):
        assert codes("民政通预约") == {"added_words"}

    def test_name_the_door_that_they_resemble_and_the_character(self):
        judgement = judged("粤省亊")

        assert judgement.door is not None
        assert judgement.door.name == "粤省事"
        assert str(judgement.reasons[0].text) == "名字里的“亊”不是“事”，是形近的另一个字。"


class TestOthers:
    @pytest.mark.parametrize(
        "text",
        [
            "台州民政",
            "南京民政局",
            "深圳民政",
            "广州市民政局",
            "佛山市政务服务网",
            "越城区民政局婚姻登记处",
            "鄂尔多斯民政",
            "延边州民政局",
            "苏州发布",
            "碑林区婚姻登记处",
            "西安市民政局婚姻登记处",
            "广州婚姻登记预约",
            "秦州民政",
            "湖南政务服务",
            "随申办市民云",
        ],
    )
    def test_a_real_region_and_a_usual_ending_is_never_an_imitation(self, text):
        assert judged(text).verdict is Verdict.UNKNOWN

    @pytest.mark.parametrize(
        "text",
        [
            "天气预报",
            "我的南京",
            "i深圳",
            "穗好办",
            "粤政易",
            "京东健康",
            "微信支付",
            "国家反诈中心",
            "个人所得税",
            "皖政通",
            "赣政通",
            "爱山西",
            "浙政钉",
            "粤商通",
            "北京通",
            "民政局",
            "离婚登记预约",
            "浙里办APP下载",
            "粤省事怎么预约离婚",
            "粤省事官方小程序",
            "在粤省事上预约",
            "越秀区民政局婚姻登记处电话",
            "浙里办在哪里预约离婚",
            "幸福人生摄影",
        ],
    )
    def test_what_nobody_imitates_is_not_suspicious(self, text):
        assert judged(text).verdict is not Verdict.SUSPICIOUS


class TestPublishedWarnings:
    FAKE = KnownFake("离婚快约", "hunyin-yuyue.example", "冒充民政局收费", date(2026, 3, 1))

    @pytest.mark.parametrize(
        "text",
        [
            "离婚快约",
            "离婚快约小程序",
            "请关注离婚快约办理",
            "https://www.hunyin-yuyue.example/a",
            "m.hunyin-yuyue.example",
        ],
    )
    def test_come_first_with_day_and_proof(self, text):
        judgement = judge(text, known(fakes=(self.FAKE,)))

        assert judgement.verdict is Verdict.SUSPICIOUS
        assert judgement.reasons[0].code == "published_warning"
        assert str(judgement.reasons[0].text) == "2026年3月1日已经公布它是假冒的：冒充民政局收费"

    def test_of_a_fake_with_a_real_name_do_not_hit_the_real_one(self):
        fake = KnownFake("粤省事", "yss.example", "仿冒", date(2026, 3, 1))

        assert judge("粤省事", known(fakes=(fake,))).verdict is Verdict.OFFICIAL
        assert judge("yss.example", known(fakes=(fake,))).verdict is Verdict.SUSPICIOUS
