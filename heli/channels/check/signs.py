"""The signs: a code each, how much it says, the sentence for a layman, and who says so.

What public sources say stands in heli/channels/data/signs.yaml; a sign that rests on one of them
carries its address and date into the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from heli.channels.check.verdicts import Reason
from heli.channels.check.writing import shorten

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FILE = Path(__file__).parent.parent / "data" / "signs.yaml"


class Sign(StrEnum):
    """What was seen. The codes are part of the contract."""

    KNOWN_NAME = "known_name"
    KNOWN_HOST = "known_host"
    KNOWN_PHONE = "known_phone"
    DOMAIN_GOV_CN = "domain_gov_cn"
    DOMAIN_ZHENGWU = "domain_zhengwu"
    CHECK_SUBJECT = "check_subject"
    SUBJECT_MATCHES = "subject_matches"
    SEVERAL_OF_THIS_NAME = "several_of_this_name"
    SIGNS_TOGETHER = "signs_together"

    NOTHING_TO_JUDGE = "nothing_to_judge"
    NOT_LISTED = "not_listed"
    GENERIC_NAME = "generic_name"
    REGIONAL_NAME = "regional_name"
    MENTIONED = "mentioned"
    TOO_MANY_PARTS = "too_many_parts"
    SHORT_NAME_NEAR = "short_name_near"
    CONTAINS_NAME = "contains_name"
    DOMAIN_OTHER_SUFFIX = "domain_other_suffix"
    DOMAIN_EXCEPTION = "domain_exception"
    NEAR_GOV_HOST = "near_gov_host"
    ODD_GOV_HOST = "odd_gov_host"
    WIDE_LETTERS = "wide_letters"
    PLATFORM_LINK = "platform_link"
    OTHER_SCHEME = "other_scheme"
    LEADS_ELSEWHERE = "leads_elsewhere"
    NAMES_KNOWN_HOST = "names_known_host"
    BROKEN_LINK = "broken_link"
    PHONE_UNLISTED = "phone_unlisted"
    SUBJECT_GOVERNMENT = "subject_government"

    BARE_IP = "bare_ip"
    OTHER_SUFFIX_FOR_OFFICE = "other_suffix_for_office"
    SHORT_LINK = "short_link"
    PAYMENT_CODE = "payment_code"
    APK = "apk"
    PRIVATE_CONTACT = "private_contact"
    PERSONAL_MOBILE = "personal_mobile"
    TRANSFER = "transfer"
    AGENT = "agent"
    PRESSURE = "pressure"
    ID_NUMBER_ASKED = "id_number_asked"
    SUBJECT_COMPANY = "subject_company"
    SUBJECT_OTHER = "subject_other"

    PUBLISHED_WARNING = "published_warning"
    USERINFO_TRICK = "userinfo_trick"
    LOOKALIKE_HOST = "lookalike_host"
    EMBEDS_KNOWN_HOST = "embeds_known_host"
    FAKE_GOV = "fake_gov"
    NEAR_HOST = "near_host"
    HIDDEN_CHARACTERS = "hidden_characters"
    ODD_SPACES = "odd_spaces"
    LOOKALIKE_CHARACTER = "lookalike_character"
    SOUNDALIKE_CHARACTER = "soundalike_character"
    NEAR_NAME = "near_name"
    ADDED_WORDS = "added_words"
    FEE = "fee"
    TOUT = "tout"
    PROMISE = "promise"
    SECRET_ASKED = "secret_asked"


# What alone proves nothing, and says "suspicious" where two come together.
WEAK = frozenset(
    {
        Sign.BARE_IP,
        Sign.OTHER_SUFFIX_FOR_OFFICE,
        Sign.SHORT_LINK,
        Sign.PAYMENT_CODE,
        Sign.APK,
        Sign.PRIVATE_CONTACT,
        Sign.PERSONAL_MOBILE,
        Sign.TRANSFER,
        Sign.AGENT,
        Sign.PRESSURE,
        Sign.ID_NUMBER_ASKED,
        Sign.SUBJECT_COMPANY,
        Sign.SUBJECT_OTHER,
    }
)

SENTENCES: dict[Sign, _StrPromise] = {
    Sign.KNOWN_NAME: _("“{name}”在官方渠道名录里。"),
    Sign.KNOWN_HOST: _("网址 {host} 在官方渠道名录里，是“{name}”。"),
    Sign.KNOWN_PHONE: _("这是“{name}”公开的电话。来电显示可以伪造，请您自己拨过去。"),
    Sign.DOMAIN_GOV_CN: _("网址以 .gov.cn 结尾，只有党政机关能用这样的网址。"),
    Sign.DOMAIN_ZHENGWU: _("网址以“.政务”结尾，只有党政机关能用这样的网址。"),
    Sign.CHECK_SUBJECT: _("同名不一定是同一个账号。打开后请核对主体是不是“{operator}”。"),
    Sign.SUBJECT_MATCHES: _("写明的主体“{subject}”与名录一致。请在账号资料里再核对一次。"),
    Sign.SEVERAL_OF_THIS_NAME: _("名录里有几处同名，请核对所在的城市。"),
    Sign.SIGNS_TOGETHER: _("这几点单独看不能说明问题，合在一起就很可疑。"),
    Sign.NOTHING_TO_JUDGE: _("没有找到可以核对的名称、网址或电话。"),
    Sign.NOT_LISTED: _("名录里没有“{name}”。没有收录不等于是假的。"),
    Sign.GENERIC_NAME: _("“{name}”是很常用的名字，单凭名字看不出是谁的，请核对主体。"),
    Sign.REGIONAL_NAME: _("“{name}”像是当地部门的名字，但名录里还没有，请核对主体。"),
    Sign.MENTIONED: _("文字里提到了“{name}”。提到它，不等于是它发的。"),
    Sign.TOO_MANY_PARTS: _("内容太多，只核对了前面的部分。请分开核对。"),
    Sign.SHORT_NAME_NEAR: _("它和名录里的“{name}”只差一个字，不是同一个名字。"),
    Sign.CONTAINS_NAME: _("名字里有“{name}”，但它不是名录里的那个名字，请核对主体。"),
    Sign.DOMAIN_OTHER_SUFFIX: _("网址 {host} 不以 .gov.cn 结尾，名录里也没有它。"),
    Sign.DOMAIN_EXCEPTION: _("2022年广东一份通知写过 {host}，名录里是 {known}。请用名录里的网址。"),
    Sign.NEAR_GOV_HOST: _("它和名录里的 {known} 只差一点，不是同一个网址，请再核对。"),
    Sign.ODD_GOV_HOST: _("网址里有不寻常的文字，正常的 .gov.cn 网址不这样写。"),
    Sign.WIDE_LETTERS: _("网址里有全角字母，正常的网址不这样写。请自己输入 {host}。"),
    Sign.PLATFORM_LINK: _("这是微信或支付宝的链接，看不出属于谁。打开后请核对账号的主体。"),
    Sign.OTHER_SCHEME: _("这不是普通的网址，看不出通向哪里。"),
    Sign.LEADS_ELSEWHERE: _("这个链接打开后会转到别的网站：{host}。"),
    Sign.NAMES_KNOWN_HOST: _("链接里提到 {known}，但它其实通向 {host}。"),
    Sign.BROKEN_LINK: _("这个链接不完整，或者写错了，没有办法核对。"),
    Sign.PHONE_UNLISTED: _("名录里没有这个电话号码。"),
    Sign.SUBJECT_GOVERNMENT: _("文字里写的主体是“{subject}”，真假要在账号资料里核对。"),
    Sign.BARE_IP: _("网址是一串数字，没有名字，政府网站现在很少这样。"),
    Sign.OTHER_SUFFIX_FOR_OFFICE: _("说的是官方的事，网址 {host} 却不以 .gov.cn 结尾。"),
    Sign.SHORT_LINK: _("这是缩短的网址，看不出通向哪里。"),
    Sign.PAYMENT_CODE: _("这是收款码。预约和登记都不收费。"),
    Sign.APK: _("它要您直接下载安装包。官方软件请到应用商店下载。"),
    Sign.PRIVATE_CONTACT: _("它要您加私人微信或 QQ。登记机关不会这样办预约。"),
    Sign.PERSONAL_MOBILE: _("留的是个人手机号，不是登记机关的电话。"),
    Sign.TRANSFER: _("它要您转账或扫收款码。预约和登记都不收费。"),
    Sign.AGENT: _("它说可以代办。登记要双方本人到场，预约自己就能办。"),
    Sign.PRESSURE: _("它说预约异常或将失效，催您马上去做。不用急，先打电话问登记机关。"),
    Sign.ID_NUMBER_ASKED: _("它要您用消息发送身份证件的信息。"),
    Sign.SUBJECT_COMPANY: _("主体写的是公司或商户，不是政府机关。政府软件也可能由国有公司发布。"),
    Sign.SUBJECT_OTHER: _("主体写的是个人，不是政府机关。"),
    Sign.PUBLISHED_WARNING: _("{day}已经公布它是假冒的：{proof}"),
    Sign.USERINFO_TRICK: _("网址里“@”前面是幌子，真正打开的是 {host}。"),
    Sign.LOOKALIKE_HOST: _("网址里有形近的字符，看起来像 {known}，其实不是。"),
    Sign.EMBEDS_KNOWN_HOST: _("网址里嵌着 {known}，但它其实属于 {host}。"),
    Sign.FAKE_GOV: _("网址里的“gov”是装上去的。真的政府网址以 .gov.cn 结尾。"),
    Sign.NEAR_HOST: _("网址和 {known} 很像，但不是它。"),
    Sign.HIDDEN_CHARACTERS: _("里面藏着看不见的字符，去掉后才是“{name}”。"),
    Sign.ODD_SPACES: _("字中间插了空格或符号，去掉后才是“{name}”。"),
    Sign.LOOKALIKE_CHARACTER: _("名字里的“{one}”不是“{other}”，是形近的另一个字。"),
    Sign.SOUNDALIKE_CHARACTER: _("名字里的“{one}”不是“{other}”，是读音相近的另一个字。"),
    Sign.NEAR_NAME: _("名字和“{name}”只差一点，但不是它。"),
    Sign.ADDED_WORDS: _("在官方名字“{name}”上多加了“{added}”。"),
    Sign.FEE: _("它要收费。预约不收费，结婚和离婚登记也不收费。"),
    Sign.TOUT: _("它说能代抢、加急或有内部号。官方预约不卖号，也没有加急。"),
    Sign.PROMISE: _("它说不用到场或不用等冷静期。法律规定双方要到场，冷静期不能免。"),
    Sign.SECRET_ASKED: _("它要您的密码、验证码或银行卡信息。登记机关不会要这些。"),
}

# The source that a sign rests on.
FACTS: dict[Sign, str] = {
    Sign.DOMAIN_GOV_CN: "domain_gov_cn",
    Sign.DOMAIN_ZHENGWU: "domain_zhengwu",
    Sign.DOMAIN_OTHER_SUFFIX: "domain_other_suffix",
    Sign.DOMAIN_EXCEPTION: "domain_other_suffix",
    Sign.OTHER_SUFFIX_FOR_OFFICE: "domain_other_suffix",
    Sign.BARE_IP: "domain_other_suffix",
    Sign.FAKE_GOV: "domain_gov_cn",
    Sign.EMBEDS_KNOWN_HOST: "counterfeit_sites_removed",
    Sign.LOOKALIKE_HOST: "counterfeit_sites_removed",
    Sign.NEAR_HOST: "counterfeit_sites_removed",
    Sign.USERINFO_TRICK: "counterfeit_sites_removed",
    Sign.PLATFORM_LINK: "wechat_subject_government",
    Sign.CHECK_SUBJECT: "wechat_verified_label",
    Sign.LOOKALIKE_CHARACTER: "wechat_verified_label",
    Sign.SOUNDALIKE_CHARACTER: "wechat_verified_label",
    Sign.NEAR_NAME: "wechat_verified_label",
    Sign.ADDED_WORDS: "lookalike_app_agent_fee",
    Sign.APK: "national_emblem_icon",
    Sign.SUBJECT_COMPANY: "app_developer_name",
    Sign.SUBJECT_OTHER: "app_developer_name",
    Sign.FEE: "registration_is_free",
    Sign.TRANSFER: "no_paid_booking_sh",
    Sign.PAYMENT_CODE: "no_paid_booking_sh",
    Sign.TOUT: "scalper_divorce_numbers",
    Sign.AGENT: "both_must_appear",
    Sign.PROMISE: "both_must_appear",
    Sign.SECRET_ASKED: "national_emblem_icon",
}


@dataclass(frozen=True)
class Fact:
    """What one source says of a sign. as_of: a day, month or year, or None."""

    id: str
    says: str
    source: str
    as_of: str | None


@cache
def facts() -> dict[str, Fact]:
    """What sources say, by id, from signs.yaml."""
    rows: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))["signs"]
    return {
        row["id"]: Fact(
            row["id"],
            row["says"],
            row["source"],
            str(row["as_of"]) if row["as_of"] is not None else None,
        )
        for row in rows
    }


def reason(sign: Sign, part: str, **words: str | Promise) -> Reason:
    """A reason with its sentence filled in. Words of the person are shortened and made harmless."""
    shown = {
        key: shorten(word) if isinstance(word, str) and key != "proof" else word
        for key, word in words.items()
    }
    fact = facts().get(FACTS.get(sign, ""))
    return Reason(
        code=sign.value,
        text=format_lazy(SENTENCES[sign], **shown) if shown else SENTENCES[sign],
        part=part,
        source=fact.source if fact else None,
        as_of=fact.as_of if fact else None,
    )
