"""Whether what the settings say of WeChat and Tencent Cloud holds: the services are asked.

Nothing is sent to anybody and nothing is kept, not even the token that is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111 import models
from tencentcloud.sms.v20210111.sms_client import SmsClient

from heli.ground.configuration import Environment
from heli.ground.vendors import EMULATED, App, Tencent, WeChat
from heli.identity.tencent.looking import Look, look_at_faceid, look_at_method
from heli.wechat.client.credentials import fetch_ticket, fetch_token
from heli.wechat.client.errors import (
    Busy,
    NotAllowed,
    QuotaSpent,
    SecretRefused,
    Unreachable,
    WeChatFault,
)
from heli.wechat.client.wire import is_emulated_at_the_real_one
from heli.wechat.templates import TemplatesWrong, known

OUR_ADDRESS_UNKNOWN = 40164
SMS_REGION = "ap-guangzhou"
ANSWER_SECONDS_MAX = 5
_KEY_REFUSED = ("AuthFailure", "UnauthorizedOperation")
_NOT_REACHED = ("ClientNetworkError", "ServerNetworkError")


class Standing(StrEnum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Found:
    """One thing looked at: its name, how it stands, and a sentence."""

    name: str
    standing: Standing
    text: str


@dataclass(frozen=True)
class _FixedToken:
    """Fetched for the look alone."""

    value: str

    def current(self) -> str:
        return self.value

    def instead_of(self, refused: str) -> str:
        return refused


def examine() -> Iterator[Found]:
    """Everything of both services, one after the other."""
    wechat: WeChat = settings.HELI.wechat
    yield from _account(wechat)
    yield _mini(wechat)
    yield _pushes(wechat)
    yield _templates(wechat)
    yield _files(wechat)
    yield _short_messages()
    yield _looked("identity", look_at_method())
    yield _looked("faceid", look_at_faceid())


def _looked(name: str, look: Look) -> Found:
    return Found(name, Standing.BAD if look.is_bad else Standing.OK, look.text)


def _account(wechat: WeChat) -> Iterator[Found]:
    if wechat.account is None or is_emulated_at_the_real_one(wechat):
        yield _not_set_up("account", wechat.account)
        return
    if urlsplit(wechat.api).scheme != "https" and _is_production():
        text = "HELI_WECHAT_API_BASE is no https address; the secrets travel openly"
        yield Found("address", Standing.WARN, text)
    try:
        token = fetch_token(wechat.account).value
    except WeChatFault as fault:
        yield _said_no("account", fault, "HELI_WECHAT_APPID, HELI_WECHAT_SECRET")
        return
    yield Found("account", Standing.OK, f"{wechat.account.appid}, a token was given")
    try:
        fetch_ticket(_FixedToken(token))
    except WeChatFault as fault:
        yield _said_no("page script", fault, "the account's right to the JS-SDK")
    else:
        yield Found("page script", Standing.OK, "a ticket was given")


def _is_production() -> bool:
    return settings.HELI.environment is Environment.PRODUCTION


def _mini(wechat: WeChat) -> Found:
    if wechat.mini is None or is_emulated_at_the_real_one(wechat):
        return _not_set_up("mini", wechat.mini)
    try:
        fetch_token(wechat.mini)
    except WeChatFault as fault:
        return _said_no("mini", fault, "HELI_WECHAT_MINI_APPID, HELI_WECHAT_MINI_SECRET")
    return Found("mini", Standing.OK, f"{wechat.mini.appid}, a token was given")


def _not_set_up(name: str, app: App | None) -> Found:
    if app is None:
        return Found(name, Standing.OK, "not set up")
    return Found(name, Standing.OK, "the emulator's own, and no emulator is set; nothing is called")


def _said_no(name: str, fault: WeChatFault, settings_of_it: str) -> Found:
    """The fault in words that say what to do; it holds no secret."""
    if fault.errcode == OUR_ADDRESS_UNKNOWN:
        advice = "WeChat does not know this machine's address; add it to the list of the account"
    elif isinstance(fault, SecretRefused | NotAllowed):
        advice = f"look at {settings_of_it}"
    elif isinstance(fault, Unreachable):
        advice = "no connection; look at the network and HELI_WECHAT_API_BASE"
    elif isinstance(fault, Busy | QuotaSpent):
        return Found(name, Standing.WARN, f"{fault}; try again later")
    else:
        advice = "WeChat gave no answer that could be read; look at HELI_WECHAT_API_BASE"
    return Found(name, Standing.BAD, f"{fault}; {advice}")


def _pushes(wechat: WeChat) -> Found:
    if wechat.account is None:
        return Found("pushes", Standing.OK, "not set up")
    if not wechat.token:
        return Found("pushes", Standing.WARN, "HELI_WECHAT_TOKEN is not set; all are refused")
    if not wechat.aes_key:
        return Found("pushes", Standing.WARN, "HELI_WECHAT_AES_KEY is not set; only plain ones")
    return Found("pushes", Standing.OK, f"{settings.HELI.base_url}/wechat/events, plain and AES")


def _templates(wechat: WeChat) -> Found:
    is_set_up = wechat.account is not None or wechat.mini is not None
    if not is_set_up or (wechat.templates is None and is_emulated_at_the_real_one(wechat)):
        return Found("templates", Standing.OK, "not set up")
    if wechat.templates is None:
        text = "HELI_WECHAT_TEMPLATES is not set; no message goes through WeChat"
        return Found("templates", Standing.WARN, text)
    try:
        sections = ", ".join(sorted(known()))
    except TemplatesWrong as wrong:
        return Found("templates", Standing.BAD, str(wrong))
    if not sections:
        return Found("templates", Standing.WARN, f"{wechat.templates} names none")
    return Found("templates", Standing.OK, sections)


def _files(wechat: WeChat) -> Found:
    if wechat.files is None:
        return Found("check files", Standing.OK, "not set up")
    if not wechat.files.is_dir():
        text = f"HELI_WECHAT_FILES: there is no directory {wechat.files}"
        return Found("check files", Standing.BAD, text)
    count = _count_of_texts(wechat.files)
    if not count:
        return Found("check files", Standing.WARN, f"{wechat.files} holds no .txt")
    return Found("check files", Standing.OK, f"{count} in {wechat.files}")


def _count_of_texts(directory: Path) -> int:
    return sum(1 for path in directory.glob("*.txt") if path.is_file())


def _short_messages() -> Found:
    tencent: Tencent = settings.HELI.tencent
    parts = {
        "HELI_TENCENT_SECRET_ID": tencent.secret_id,
        "HELI_SMS_APP_ID": tencent.sms_app_id,
        "HELI_SMS_SIGN": tencent.sms_sign,
        "HELI_SMS_TEMPLATE": tencent.sms_template,
    }
    if not any((tencent.sms_app_id, tencent.sms_sign, tencent.sms_template)):
        return Found("sms", Standing.OK, "not set up")
    missing = ", ".join(name for name, value in parts.items() if not value)
    if missing:
        return Found("sms", Standing.BAD, f"not set: {missing}; none can be sent")
    is_emulated = tencent.secret_id == EMULATED["HELI_TENCENT_SECRET_ID"]
    if is_emulated and tencent.endpoint is None:
        text = "the emulator's own key, and no emulator is set; nothing is called"
        return Found("sms", Standing.OK, text)
    code = _code_for_nobody(tencent)
    if code.startswith(_KEY_REFUSED):
        text = f"{code}; look at HELI_TENCENT_SECRET_ID, HELI_TENCENT_SECRET_KEY and their rights"
        return Found("sms", Standing.BAD, text)
    if code.startswith(_NOT_REACHED):
        text = "no connection; look at the network and HELI_TENCENT_ENDPOINT"
        return Found("sms", Standing.BAD, text)
    return Found("sms", Standing.OK, "the key is accepted")


def _code_for_nobody(tencent: Tencent) -> str:
    """What Tencent Cloud says of a message to nobody; it looks at the key first."""
    asked = models.SendSmsRequest()
    asked.SmsSdkAppId, asked.SignName = tencent.sms_app_id, tencent.sms_sign
    asked.TemplateId, asked.PhoneNumberSet = tencent.sms_template, []
    http = HttpProfile(reqTimeout=ANSWER_SECONDS_MAX)
    if tencent.endpoint is not None:
        http.scheme, _, http.endpoint = tencent.endpoint.partition("://")
    key = Credential(tencent.secret_id, tencent.secret_key)
    client = SmsClient(key, SMS_REGION, ClientProfile(httpProfile=http))
    try:
        client.SendSms(asked)
    except TencentCloudSDKException as refused:
        return str(refused.get_code())
    return ""
