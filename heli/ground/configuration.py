"""What the environment says, typed and checked once at start.

Every variable is described in docs/settings.md. A wrong value is refused here with one sentence,
before anything is opened.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from heli.ground.sealing_settings import Sealing, SealingSettingWrong, read_sealing
from heli.ground.switches import is_on
from heli.ground.vendors import (
    EMULATED,
    Tencent,
    VendorSettingWrong,
    WeChat,
    read_tencent,
    read_wechat,
)


class Environment(StrEnum):
    """What this installation is for."""

    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


class ConfigurationError(Exception):
    """A setting is missing or wrong; the message is one sentence that says which and what to do."""


@dataclass(frozen=True)
class Configuration:
    """The settings that the rooms read, as `settings.HELI`.

    base_url: how people reach this installation, without a slash at the end; links start with it.
    keys: the file with the sealing, index, token and voucher keys; never in the database.
    run: where the processes' sockets are, for a reverse proxy to find; None for a directory of
    the server's own that nobody else can enter.
    identity: the name of the real-name verification adapter.
    is_behind_proxy: a reverse proxy stands in front, and its X-Forwarded-For says who asks.
    audit_checkpoints: the file to which signed checkpoints of the audit are appended, or None.
    sealing: how personal data is sealed.
    wechat, tencent: the services outside.
    security_contact: addresses to report a weakness to, the preferred one first; () for none.
    """

    environment: Environment
    data: Path | None
    database_url: str
    keys: Path | None
    run: Path | None
    identity: str
    base_url: str
    is_behind_proxy: bool
    debug: bool
    audit_checkpoints: Path | None
    sealing: Sealing
    wechat: WeChat
    tencent: Tencent
    security_contact: tuple[str, ...] = ()

    @property
    def clock_can_move(self) -> bool:
        """Whether business time may run ahead of the real one: where nobody's day depends on it."""
        return self.environment is not Environment.PRODUCTION

    @property
    def accepts_only_fictional_people(self) -> bool:
        """Whether births of 1880 to 1899 are the only ones accepted (production refuses them)."""
        return self.environment is not Environment.PRODUCTION


def from_environment(env: Mapping[str, str] = os.environ) -> Configuration:
    """Read and check the settings. Raises ConfigurationError."""
    environment = _environment(env)
    data = Path(env["HELI_DATA"]) if env.get("HELI_DATA") else None
    keys = Path(env["HELI_KEYS"]) if env.get("HELI_KEYS") else None
    if keys is None and data is not None and environment is not Environment.PRODUCTION:
        keys = data / "keys.json"
    wechat, tencent = _vendors(env, environment)
    configuration = Configuration(
        environment=environment,
        data=data,
        database_url=_database_url(env),
        keys=keys,
        run=Path(env["HELI_RUN"]) if env.get("HELI_RUN") else None,
        identity=env.get("HELI_IDENTITY") or _default_identity(environment),
        base_url=_base_url(env),
        is_behind_proxy=is_on("HELI_BEHIND_PROXY", env, wrong=ConfigurationError),
        debug=is_on("HELI_DEBUG", env, wrong=ConfigurationError),
        audit_checkpoints=_audit_checkpoints(env, data),
        sealing=_sealing(env),
        wechat=wechat,
        tencent=tencent,
        security_contact=_security_contact(env),
    )
    if environment is Environment.PRODUCTION:
        _refuse_unsafe(configuration)
    return configuration


def _environment(env: Mapping[str, str]) -> Environment:
    value = env.get("HELI_ENV") or Environment.PRODUCTION
    try:
        return Environment(value)
    except ValueError:
        allowed = ", ".join(Environment)
        raise ConfigurationError(f"HELI_ENV is {value!r}; it must be one of {allowed}.") from None


def _vendors(env: Mapping[str, str], environment: Environment) -> tuple[WeChat, Tencent]:
    is_set = {name: value for name, value in env.items() if value}
    known = is_set if environment is Environment.PRODUCTION else {**EMULATED, **is_set}
    try:
        return read_wechat(known), read_tencent(known)
    except VendorSettingWrong as wrong:
        raise ConfigurationError(str(wrong)) from None


def _database_url(env: Mapping[str, str]) -> str:
    value = env.get("DATABASE_URL", "")
    if value and urlsplit(value).scheme not in ("postgresql", "postgres"):
        # The value itself is not repeated: it may hold a password.
        raise ConfigurationError(
            "DATABASE_URL is no PostgreSQL address; it must look like postgresql://user@host/name."
        )
    return value


def _base_url(env: Mapping[str, str]) -> str:
    value = env.get("HELI_BASE_URL") or "http://127.0.0.1:8000"
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_address = is_address and not (parts.query or parts.fragment or parts.username)
        is_address = is_address and not parts.path.strip("/")  # pages link from the root
    except ValueError:
        is_address = False
    if not is_address:
        raise ConfigurationError(
            f"HELI_BASE_URL is {value!r}; it must be the address under which people reach Heli, "
            "such as https://heli.example.cn."
        )
    return value.rstrip("/")


def _audit_checkpoints(env: Mapping[str, str], data: Path | None) -> Path | None:
    if env.get("HELI_AUDIT_CHECKPOINTS"):
        path = Path(env["HELI_AUDIT_CHECKPOINTS"])
        if path.is_dir():
            raise ConfigurationError(
                f"HELI_AUDIT_CHECKPOINTS is {str(path)!r}, a directory; it must name a file."
            )
        return path
    return data / "audit-checkpoints.jsonl" if data is not None else None


def _security_contact(env: Mapping[str, str]) -> tuple[str, ...]:
    """Addresses as RFC 9116 2.5.3 has them: mail, telephone, or a page reached by HTTPS."""
    found = tuple(env.get("HELI_SECURITY_CONTACT", "").split())
    for contact in found:
        is_printable = contact.isascii() and contact.isprintable()
        if not (is_printable and contact.startswith(("mailto:", "tel:", "https://"))):
            raise ConfigurationError(
                f"HELI_SECURITY_CONTACT is {' '.join(found)!r}; it must be addresses that start "
                "with mailto:, tel: or https://, with spaces between them."
            )
    return found


def _sealing(env: Mapping[str, str]) -> Sealing:
    try:
        return read_sealing(env)
    except SealingSettingWrong as wrong:
        raise ConfigurationError(str(wrong)) from None


def _default_identity(environment: Environment) -> str:
    return "" if environment is Environment.PRODUCTION else "simulated"


def _refuse_unsafe(configuration: Configuration) -> None:
    if configuration.identity == "simulated":
        raise ConfigurationError(
            "HELI_IDENTITY is 'simulated', which believes everybody; production needs a real one."
        )
    if configuration.debug:
        raise ConfigurationError("HELI_DEBUG is on; it shows internals and is not for production.")
    if configuration.keys is None:
        raise ConfigurationError(
            "HELI_KEYS is not set; production needs a key file that is kept outside the database."
        )
