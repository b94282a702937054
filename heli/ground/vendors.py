"""What the environment says of the services outside: WeChat and Tencent Cloud.

Every variable is described in docs/settings.md. What is not set in `demo` and `test` has the
value that the emulator knows (`heli wechat-emulator`); in production it is off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from heli.ground.switches import is_on

# Nobody's: the emulator's own two apps, and the keys that only it knows.
EMULATED: Mapping[str, str] = {
    "HELI_WECHAT_APPID": "wx00000000000000a1",
    "HELI_WECHAT_SECRET": "emulated-secret-of-the-account-0",
    "HELI_WECHAT_TOKEN": "heliEmulatedToken",
    "HELI_WECHAT_AES_KEY": "heliEmulatedAesKeyheliEmulatedAesKey0123456",
    "HELI_WECHAT_MINI_APPID": "wx00000000000000b2",
    "HELI_WECHAT_MINI_SECRET": "emulated-secret-of-the-mini-app0",
    "HELI_TENCENT_SECRET_ID": "emulated-secret-id",
    "HELI_TENCENT_SECRET_KEY": "emulated-secret-key",
}
EMULATOR_PORT = 8090

_APPID = re.compile(r"wx[0-9a-f]{16}")
_TOKEN = re.compile(r"[0-9A-Za-z]{3,32}")
_AES_KEY = re.compile(r"[0-9A-Za-z]{43}")


class VendorSettingWrong(Exception):
    """A setting has no form it could have; the message is one sentence without its value."""


@dataclass(frozen=True)
class App:
    """One of our apps at WeChat. appid: public. secret: never shown."""

    appid: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class WeChat:
    """account: the official (service) account. mini: the mini program. Either is None where it is
    not set up.

    token, aes_key: of the account's message push. api, open, mp: base addresses without a slash
    at the end. js: the address of WeChat's script for pages. templates: the file that says which
    message templates are ours, None where there is none. files: the directory of the check files
    that WeChat wants to find at the root of the domain.
    """

    account: App | None
    mini: App | None
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    api: str
    open: str
    mp: str
    js: str
    templates: Path | None
    files: Path | None


@dataclass(frozen=True)
class Tencent:
    """Tencent Cloud. endpoint: None for the vendor's own, else an address such as
    http://127.0.0.1:8090. sms_*: of the short messages; empty where there are none.
    sms_code_template: of the message that carries a code. faceid_rule_id: of the face check in a
    browser. Either is empty where it is not set up. prechecks: whether name and number are asked
    about before a dear check."""

    secret_id: str
    secret_key: str = field(repr=False)
    endpoint: str | None
    sms_app_id: str
    sms_sign: str
    sms_template: str
    sms_code_template: str = ""
    faceid_rule_id: str = ""
    prechecks: bool = False

    @property
    def can_send_sms(self) -> bool:
        """Whether all that a short message needs is set."""
        return all((self.secret_id, self.sms_app_id, self.sms_sign, self.sms_template))

    @property
    def can_send_codes(self) -> bool:
        """Whether all that a short message with a code needs is set."""
        return all((self.secret_id, self.sms_app_id, self.sms_sign, self.sms_code_template))

    @property
    def is_emulated_at_the_real_one(self) -> bool:
        """Whether the key is the emulator's own and no emulator is set: then nothing is called."""
        return self.secret_id == EMULATED["HELI_TENCENT_SECRET_ID"] and self.endpoint is None


def read_wechat(env: Mapping[str, str]) -> WeChat:
    """What is said of WeChat. Raises VendorSettingWrong."""
    token = env.get("HELI_WECHAT_TOKEN", "")
    if token and not _TOKEN.fullmatch(token):
        raise VendorSettingWrong("HELI_WECHAT_TOKEN must be 3 to 32 letters and digits.")
    aes_key = env.get("HELI_WECHAT_AES_KEY", "")
    if aes_key and not _AES_KEY.fullmatch(aes_key):
        raise VendorSettingWrong("HELI_WECHAT_AES_KEY must be 43 letters and digits.")
    return WeChat(
        account=_app(env, "HELI_WECHAT_APPID", "HELI_WECHAT_SECRET"),
        mini=_app(env, "HELI_WECHAT_MINI_APPID", "HELI_WECHAT_MINI_SECRET"),
        token=token,
        aes_key=aes_key,
        api=_address(env, "HELI_WECHAT_API_BASE", "https://api.weixin.qq.com"),
        open=_address(env, "HELI_WECHAT_OPEN_BASE", "https://open.weixin.qq.com"),
        mp=_address(env, "HELI_WECHAT_MP_BASE", "https://mp.weixin.qq.com"),
        js=_address(env, "HELI_WECHAT_JS", "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"),
        templates=_path(env, "HELI_WECHAT_TEMPLATES"),
        files=_path(env, "HELI_WECHAT_FILES"),
    )


def read_tencent(env: Mapping[str, str]) -> Tencent:
    """What is said of Tencent Cloud. Raises VendorSettingWrong."""
    secret_id = env.get("HELI_TENCENT_SECRET_ID", "")
    secret_key = env.get("HELI_TENCENT_SECRET_KEY", "")
    if bool(secret_id) != bool(secret_key):
        raise VendorSettingWrong(
            "HELI_TENCENT_SECRET_ID and HELI_TENCENT_SECRET_KEY belong together; one is missing."
        )
    has_endpoint = bool(env.get("HELI_TENCENT_ENDPOINT"))
    return Tencent(
        secret_id=secret_id,
        secret_key=secret_key,
        endpoint=_address(env, "HELI_TENCENT_ENDPOINT", "") if has_endpoint else None,
        sms_app_id=env.get("HELI_SMS_APP_ID", ""),
        sms_sign=env.get("HELI_SMS_SIGN", ""),
        sms_template=env.get("HELI_SMS_TEMPLATE", ""),
        sms_code_template=env.get("HELI_SMS_CODE_TEMPLATE", ""),
        faceid_rule_id=env.get("HELI_FACEID_RULE_ID", ""),
        prechecks=is_on("HELI_FACEID_PRECHECK", env, wrong=VendorSettingWrong),
    )


def _app(env: Mapping[str, str], appid_name: str, secret_name: str) -> App | None:
    appid, secret = env.get(appid_name, ""), env.get(secret_name, "")
    if not appid and not secret:
        return None
    if not appid or not secret:
        raise VendorSettingWrong(f"{appid_name} and {secret_name} belong together; one is missing.")
    if not _APPID.fullmatch(appid):
        raise VendorSettingWrong(f"{appid_name} must be wx and 16 digits or letters from a to f.")
    return App(appid, secret)


def _address(env: Mapping[str, str], name: str, otherwise: str) -> str:
    value = env.get(name) or otherwise
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address or parts.username or parts.query or parts.fragment:
        raise VendorSettingWrong(f"{name} must be an address such as {otherwise or 'https://…'}.")
    return value.rstrip("/")


def _path(env: Mapping[str, str], name: str) -> Path | None:
    return Path(env[name]) if env.get(name) else None
