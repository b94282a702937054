"""Whole messages: what they offer and ask for, clause by clause, and the worst of their parts."""

from __future__ import annotations

import pytest

from heli.channels.check.judge import judge
from heli.channels.check.verdicts import Judgement, Verdict
from tests.channels.known import all_known


def judged(text: str) -> Judgement:
    return judge(text, all_known())


def codes(text: str) -> set[str]:
    return {reason.code for reason in judged(text).reasons}


class TestStrongSigns:
    @pytest.mark.parametrize(
        ("text", "sign"),
        [
            ("离婚预约加急费300元", "fee"),
            ("离婚登记预约，200元一次", "fee"),
            ("民政局预约代办费另算", "fee"),
            ("民政局内部号", "tout"),
            ("离婚预约抢号，代约", "tout"),
            ("离婚加急，VIP通道", "tout"),
            ("内 部 号，离婚预约", "tout"),
            ("一个人就能办离婚", "promise"),
            ("离婚不用双方到场，全国可办", "promise"),
            ("免冷静期", "promise"),
            ("离婚当天拿证", "promise"),
            ("离婚代领证", "promise"),
            ("您的离婚预约已过期，请把验证码发给我", "secret_asked"),
            ("登记成功，请填写银行卡号和支付密码", "secret_asked"),
            ("婚姻登记核验，请提供卡号和cvv", "secret_asked"),
        ],
    )
    def test_are_suspicious_alone(self, text, sign):
        assert judged(text).verdict is Verdict.SUSPICIOUS
        assert sign in codes(text)


class TestWeakSigns:
    @pytest.mark.parametrize(
        ("text", "sign"),
        [
            ("预约离婚请加微信abc12345", "private_contact"),
            ("离婚预约，QQ：12345678", "private_contact"),
            ("离婚预约找王老师13800138000", "personal_mobile"),
            ("离婚预约请先扫收款码", "transfer"),
            ("离婚预约请下载安装包", "apk"),
            ("离婚登记代办", "agent"),
            ("您的离婚预约信息异常", "pressure"),
            ("预约离婚请把身份证照片发来", "id_number_asked"),
            ("小程序：广东民政，主体：某某科技有限公司", "subject_company"),
            ("小程序：广东民政，主体：个人", "subject_other"),
            ("离婚预约请看 https://example.com", "other_suffix_for_office"),
        ],
    )
    def test_are_unknown_alone(self, text, sign):
        assert judged(text).verdict is Verdict.UNKNOWN
        assert sign in codes(text)

    @pytest.mark.parametrize(
        "text",
        [
            "离婚预约加微信abc12345，先转账",
            "离婚登记代办，电话13800138000",
            "【民政局】您的离婚预约异常，请点击 http://mzj-yy.top/a 处理",
            "离婚预约请下载 https://example.com/mz.apk",
            "离婚登记预约 http://198.51.100.7/hy 加QQ12345678",
        ],
    )
    def test_are_suspicious_together_and_the_last_reason_says_so(self, text):
        judgement = judged(text)

        assert judgement.verdict is Verdict.SUSPICIOUS
        assert judgement.reasons[-1].code == "signs_together"


class TestDenials:
    @pytest.mark.parametrize(
        "text",
        [
            "婚姻登记预约不收费，谨防黄牛。",
            "离婚预约免费，切勿转账，不要把验证码告诉他人。",
            "凡是收取代办费、加急费的，都是诈骗，预约离婚不要钱。",
            "如有人自称能代预约、收取费用，请勿相信并立即举报。",
            "民政局没有内部号，也不能加急。",
            "谨防黄牛、代约、内部号等骗局，离婚预约免费。",
            "离婚登记必须双方到场，不能代领证。",
            "【民政局】您的预约验证码是123456，5分钟内有效，请勿泄露给他人。",
            "结婚登记当天就能拿证，不收费。",
            "诉讼离婚没有冷静期。",
            "网上预约无需到现场，点击即可。",
            "补领结婚证可以委托他人代领，需要公证。",
            "可以加急办理离婚吗？",
            "请携带身份证、户口本和三张照片，照相50元自愿，登记免费。",
            "号贩子以600元价格倒卖离婚预约号被查处。",
        ],
    )
    def test_warn_of_it_and_are_no_sign(self, text):
        assert judged(text).verdict is Verdict.UNKNOWN
        assert codes(text) <= {"nothing_to_judge", "not_listed"}


class TestEverydayTexts:
    @pytest.mark.parametrize(
        "text",
        [
            "今天晚饭吃什么，我转账给你，加我微信。",
            "老师好，麻烦加急处理一下这份文件",
            "快递加急费20元",
            "请把会议验证码告诉我",
            "昨天在网上预约了，今天去民政局领证，人很多。",
            "他给我发了一个链接 https://www.baidu.com ，说可以预约离婚登记，是真的吗？",
            "我爱山东，山东人好客",
            "我在广东民政局等你",
            "帮我预约一下明天的餐厅，2个人，100元",
            "婚姻登记处周末上班吗",
            "离婚冷静期三十天怎么算",
            "今天我们去民政局领了证，花了9块钱",
        ],
    )
    def test_are_not_suspicious(self, text):
        assert judged(text).verdict is not Verdict.SUSPICIOUS


class TestWholeMessages:
    @pytest.mark.parametrize(
        "text",
        [
            "广东省民政厅提醒您：请登录 https://www.gdhy.gov.cn/ 预约，预约不收费，谨防黄牛。",
            "请在粤省事小程序上预约离婚登记，预约免费，不要把验证码告诉他人。",
            "您可以在“粤省事”小程序预约婚姻登记，如有疑问请拨打12345。",
            "公众号：广东民政 主体：广东省民政厅",
            "离婚预约电话：0519-88108911",
            "浙里办搜索“婚姻登记预约”，选择“离婚登记”，填写双方信息。",
        ],
    )
    def test_that_lead_to_official_doors_alone_are_official(self, text):
        assert judged(text).verdict is Verdict.OFFICIAL

    def test_the_worst_part_counts_and_is_named_as_it_was_written(self):
        judgement = judged("粤省事小程序，或者 https://GDHY.gov.cn.evil.com/a 都能预约")

        assert judgement.verdict is Verdict.SUSPICIOUS
        assert judgement.part == "https://GDHY.gov.cn.evil.com/a"

    @pytest.mark.parametrize(
        "text",
        [
            "请搜索公众号“广东民玫”预约",
            "粤省亊小程序可以预约，点这里",
            "请关注粤省事代办公众号",
            "打开粤 省 事，就能预约离婚",
        ],
    )
    def test_names_in_it_are_looked_at_too(self, text):
        assert judged(text).verdict is Verdict.SUSPICIOUS

    def test_a_matching_subject_is_said(self):
        assert "subject_matches" in codes("公众号：广东民政 认证主体：广东省民政厅")

    def test_a_government_subject_alone_proves_nothing(self):
        judgement = judged("离婚快约小程序，主体：广东省民政厅")

        assert judgement.verdict is Verdict.UNKNOWN
        assert "subject_government" in {reason.code for reason in judgement.reasons}

    @pytest.mark.parametrize(
        "text",
        [
            "粤省事提醒您领取补贴，回复1办理",
            "【粤省事】您的预约已经提交",
            "粤省事：您的预约已经提交",
        ],
    )
    def test_to_mention_a_known_name_or_sign_with_it_makes_nothing_official(self, text):
        assert codes(text) == {"mentioned"}

    def test_what_stands_behind_a_hundred_links_is_not_overlooked(self):
        text = "gdhy.gov.cn " * 101 + "evil.com"

        assert judged(text).verdict is Verdict.UNKNOWN
