"""Links and hosts: whose they are, judged by the end of the host and not by what stands in it."""

from __future__ import annotations

import pytest

from heli.channels.check.judge import judge
from heli.channels.check.verdicts import Judgement, Verdict
from tests.channels.known import all_known


def judged(text: str) -> Judgement:
    return judge(text, all_known())


def codes(text: str) -> set[str]:
    return {reason.code for reason in judged(text).reasons}


class TestOfficialHosts:
    @pytest.mark.parametrize(
        "text",
        [
            "gdhy.gov.cn",
            "www.gdhy.gov.cn:8080",
            "HTTPS://GDHY.GOV.CN/",
            "gdhy.gov.cn.",
            "gdhy。gov。cn",
            "gdhy．gov．cn",
            "hxxps://www.gdhy.gov.cn/a?b=c#d",
            "（https://www.gdhy.gov.cn）",
            "请登录www.gdhy.gov.cn预约",
            "m.gdhy.gov.cn",
            "https://www.gdhy.gov.cn预约",
            "网址：gdhy.gov.cn。",
            "https:gdhy.gov.cn",
            "https:\\\\gdhy.gov.cn\\a",
        ],
    )
    def test_of_the_directory_are_known_in_every_way_of_writing(self, text):
        assert judged(text).verdict is Verdict.OFFICIAL
        assert codes(text) == {"known_host"}

    @pytest.mark.parametrize(
        "text", ["https://mca.gov.cn", "www.gov.cn", "http://mzj.gz.gov.cn/x", "zwfw.gz.gov.cn"]
    )
    def test_under_gov_cn_are_official_though_nobody_listed_them(self, text):
        judgement = judged(text)

        assert judgement.verdict is Verdict.OFFICIAL
        assert judgement.door is None
        assert codes(text) == {"domain_gov_cn"}

    def test_under_zhengwu_are_official_if_they_are_chinese_throughout(self):
        assert codes("http://民政局.政务") == codes("民政局.政务.cn") == {"domain_zhengwu"}
        assert codes("http://mzj.政务") == {"odd_gov_host"}


class TestTricks:
    @pytest.mark.parametrize(
        ("text", "sign"),
        [
            ("https://gdhy.gov.cn.evil.com/", "embeds_known_host"),
            ("gdhy-gov-cn.com", "embeds_known_host"),
            ("gdhygov.cn", "near_host"),
            ("gdhy.com", "near_host"),
            ("gdhy.gov.cm", "near_host"),
            ("gdhy.gov.con", "near_host"),
            ("gdhy.g0v.cn", "near_host"),
            ("zwfw-gov.cn.xyz", "fake_gov"),
            ("www.beijing.gov.cn.com", "fake_gov"),
            ("mca.gov-cn.com", "fake_gov"),
            ("g0v.cn", "fake_gov"),
            ("mca.gov.cm", "fake_gov"),
            ("www.gdhy.gov.cn@evil.cn", "userinfo_trick"),
            ("https://www.gdhy.gov.cn:443@evil.cn/", "userinfo_trick"),
            ("https://www.gdhy.gov.cn%2f@evil.cn/", "userinfo_trick"),
            ("gdhу.gov.cn", "lookalike_host"),
            ("https://gdһy.gоv.сn", "lookalike_host"),
            ("https://gdhy.gov.cn⁄x.evil.com", "embeds_known_host"),
            ("gdhy.gov.cn预约.com", "embeds_known_host"),
            ("https://evil.com/www.gdhy.gov.cn/", "embeds_known_host"),
            ("https://evil.com\\@gdhy.gov.cn", "embeds_known_host"),
            ("http://evil.com/#/www.gdhy.gov.cn", "embeds_known_host"),
            ("http://evil.com/gdhy.gov.cn.html", "embeds_known_host"),
            ("gd\u200bhy.gov.cn", "hidden_characters"),
            ("gd hy.gov.cn", "odd_spaces"),
            ("请登录 www.gdhy .gov.cn 预约", "odd_spaces"),
        ],
    )
    def test_are_suspicious_and_say_which(self, text, sign):
        assert judged(text).verdict is Verdict.SUSPICIOUS
        assert sign in codes(text)

    @pytest.mark.parametrize(
        ("text", "sign"),
        [
            ("gdhz.gov.cn", "near_gov_host"),
            ("xn--gdh-mmd.gov.cn", "odd_gov_host"),
            ("ｇｄｈｙ.gov.cn", "wide_letters"),
            ("𝐠𝐝𝐡𝐲.gov.cn", "wide_letters"),
            ("https://www.gdhy.gov.cn/jump?url=https://evil.com", "leads_elsewhere"),
            ("https://www.gdhy.gov.cn/jump?url=https%3A%2F%2Fevil.com", "leads_elsewhere"),
            ("https://evil.com@gdhy.gov.cn", "odd_gov_host"),
        ],
    )
    def test_on_a_government_host_are_not_official(self, text, sign):
        assert judged(text).verdict is Verdict.UNKNOWN
        assert sign in codes(text)


class TestOthers:
    @pytest.mark.parametrize(
        ("text", "sign"),
        [
            ("baidu.com", "domain_other_suffix"),
            ("https://www.usa.gov", "domain_other_suffix"),
            ("https://www.gov.hk/tc", "domain_other_suffix"),
            ("https://governor.com", "domain_other_suffix"),
            ("gdhy.cn", "domain_exception"),
            ("http://www.xxmzj.com/", "other_suffix_for_office"),
            ("http://210.76.66.108/hyyy/", "bare_ip"),
            ("http://3525333612/", "bare_ip"),
            ("https://mp.weixin.qq.com/s/abc", "platform_link"),
            ("weixin://dl/business/?t=abc", "platform_link"),
            ("alipays://platformapi/startapp?appId=1", "platform_link"),
            ("https://u.wechat.com/abc", "private_contact"),
            ("www.gdhy.gov.cn,evil.com", "domain_other_suffix"),
            ("wxp://f2f0abc", "payment_code"),
            ("https://qr.alipay.com/fkx123", "payment_code"),
            ("https://t.cn/A6abc", "short_link"),
            ("javascript://x", "other_scheme"),
            ("https://example.com/mz.apk", "apk"),
            ("https://example.com/?from=https://gdhy.gov.cn", "names_known_host"),
        ],
    )
    def test_one_weak_sign_or_none_is_unknown(self, text, sign):
        assert judged(text).verdict is Verdict.UNKNOWN
        assert sign in codes(text)

    def test_two_weak_signs_together_are_suspicious(self):
        assert judged("http://210.76.66.108/mz.apk").verdict is Verdict.SUSPICIOUS

    @pytest.mark.parametrize("text", ["3.14", "v1.2 见附件.txt", "a@qq.com", "9.9折", "12.24"])
    def test_numbers_files_and_mail_addresses_are_no_links(self, text):
        assert not codes(text) & {"domain_other_suffix", "bare_ip", "broken_link"}
