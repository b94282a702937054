"""`heli doctor`: what is wrong with this installation, in one line each; nothing is changed.

The embedded database is started for the look if it does not run, and stopped again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from heli.ground.configuration import ConfigurationError
from heli.ops.errors import CommandRefused, DirectoryRefused
from heli.ops.world import Wish, World, opened

WAITING_SECONDS_MAX = 60  # a running worker looks every second
CLOCK_SECONDS_MAX = 2


class Verdict(StrEnum):
    """How it stands. Only `bad` fails the command."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: its name, how it stands, and a sentence."""

    name: str
    verdict: Verdict
    text: str


@dataclass(frozen=True)
class Setting:
    """A variable of the environment: what it holds now, and what it is for."""

    name: str
    value: str
    meaning: str


MEANINGS = {
    "HELI_ENV": "what this is for: demo, test or production; unset: what the data directory was "
    "made with, else production",
    "HELI_DATA": "the data directory, like --data DIR",
    "DATABASE_URL": "your own PostgreSQL, 16 or newer; unset: the embedded one in the directory",
    "HELI_KEYS": "the key file; unset: keys.json in the data directory (demo and test only)",
    "HELI_CIPHER": "what personal data is sealed with: aes-256-gcm or sm4-gcm",
    "HELI_RECORD_KEYS": "1: each sealed value gets a data key of its own",
    "HELI_MASTER": "where the key is that the key file is sealed under; unset: it lies open",
    "HELI_MASTER_KEY": "that key, where HELI_MASTER is 'environment'",
    "HELI_IDENTITY": "the real-name verification; 'simulated' in demo and test only",
    "HELI_BASE_URL": "how people reach this installation; links start with it",
    "HELI_SECURITY_CONTACT": "whom to tell of a weakness, for /.well-known/security.txt",
    "HELI_BEHIND_PROXY": "1: a reverse proxy stands in front and says who asks",
    "HELI_RUN": "where the processes' sockets are; unset: a directory nobody else can enter",
    "HELI_AUDIT_CHECKPOINTS": "the file of the audit's signed checkpoints; unset: "
    "audit-checkpoints.jsonl in the data directory, or none without one",
    "HELI_DEBUG": "1 shows internals in error pages; refused in production",
    "HELI_WECHAT_APPID": "the official account at WeChat; unset: the emulator's own in demo and "
    "test, else none",
    "HELI_WECHAT_SECRET": "the secret of the official account",
    "HELI_WECHAT_TOKEN": "what WeChat signs its pushes with",
    "HELI_WECHAT_AES_KEY": "what WeChat encrypts its pushes with",
    "HELI_WECHAT_MINI_APPID": "the mini program at WeChat; unset: as with the account",
    "HELI_WECHAT_MINI_SECRET": "the secret of the mini program",
    "HELI_WECHAT_TEMPLATES": "the file that says which message templates are ours",
    "HELI_WECHAT_FILES": "the directory of the check files that WeChat looks for at the root",
    "HELI_WECHAT_API_BASE": "where WeChat's server API is; an emulator in demo and test",
    "HELI_WECHAT_OPEN_BASE": "where WeChat asks a visitor who they are",
    "HELI_WECHAT_MP_BASE": "where WeChat has the pictures of its QR codes",
    "HELI_WECHAT_JS": "WeChat's script for pages",
    "HELI_TENCENT_SECRET_ID": "the key to Tencent Cloud, for messages and real-name checks",
    "HELI_TENCENT_SECRET_KEY": "the secret of that key",
    "HELI_TENCENT_ENDPOINT": "where Tencent Cloud is; unset: the real one",
    "HELI_SMS_APP_ID": "the application of short messages at Tencent Cloud",
    "HELI_SMS_SIGN": "the name in front of a short message",
    "HELI_SMS_TEMPLATE": "the number of the template of short messages",
    "HELI_SMS_CODE_TEMPLATE": "the number of the template of short messages that carry a code",
    "HELI_FACEID_RULE_ID": "the rule of the face check in a browser, at Tencent Cloud",
    "HELI_FACEID_PRECHECK": "1: name and number are asked about before a dear check is bought",
}
# These are never shown, not even in part.
SECRETS = frozenset(
    {
        "HELI_MASTER_KEY",
        "HELI_WECHAT_SECRET",
        "HELI_WECHAT_TOKEN",
        "HELI_WECHAT_AES_KEY",
        "HELI_WECHAT_MINI_SECRET",
        "HELI_TENCENT_SECRET_KEY",
    }
)


def examine(*, data: Path | None, as_json: bool) -> int:
    """Look at everything, print it, and return 1 if something is bad, else 0."""
    settings = explained(os.environ)  # before the look completes the environment
    findings = list(_findings(data))
    is_bad = any(finding.verdict is Verdict.BAD for finding in findings)
    if as_json:
        document = {
            "ok": not is_bad,
            "checks": [asdict(finding) for finding in findings],
            "settings": [asdict(setting) for setting in settings],
        }
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return int(is_bad)
    for finding in findings:
        print(f"{finding.verdict:<5} {finding.name:<11} {finding.text}")
    print()
    for setting in settings:
        print(f"{setting.name:<23} {setting.value}\n{'':<23} {setting.meaning}")
    return int(is_bad)


def explained(env: Mapping[str, str]) -> list[Setting]:
    """Each setting with its value; a password or a secret is never shown.

    >>> [s.value for s in explained({"DATABASE_URL": "postgresql://heli:secret@db/heli"})][2]
    'postgresql://heli@db/heli'
    """
    return [
        Setting(name, _shown(name, env[name]) if env.get(name) else "(not set)", meaning)
        for name, meaning in MEANINGS.items()
    ]


def _shown(name: str, value: str) -> str:
    if name in SECRETS:
        return "(set)"
    if "://" not in value:
        return value
    parts = urlsplit(value)
    query = "&".join(p for p in parts.query.split("&") if not p.lower().startswith("password"))
    user, _, host = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return parts._replace(netloc=f"{name}@{host}" if name else host, query=query).geturl()


def _findings(data: Path | None) -> Iterator[Finding]:
    with ExitStack() as stack:
        try:
            world = stack.enter_context(opened(Wish(data=data, may_create=False)))
        except ConfigurationError as error:
            yield Finding("settings", Verdict.BAD, str(error))
            return
        except DirectoryRefused as error:
            yield Finding("data", Verdict.BAD, str(error))
            return
        except CommandRefused as error:
            yield Finding("database", Verdict.BAD, str(error))
            return
        environment = world.configuration.environment
        yield Finding("settings", Verdict.OK, f"{environment}, at {world.configuration.base_url}")
        if world.directory:
            yield Finding("data", Verdict.OK, str(world.directory.path))
        yield _database(world)
        yield _keys(world)
        migrations = _migrations()
        yield migrations
        if migrations.verdict is Verdict.OK:
            yield _jobs()
            yield _outbox()
            yield _audit()
            yield _four_eyes()
            yield _logins()
            yield from _offices()
        yield _clock(tables_are_there=migrations.verdict is Verdict.OK)
        yield from _vendors()


def _vendors() -> Iterator[Finding]:
    from heli.wechat import checking

    for found in checking.examine():
        yield Finding(found.name, Verdict(found.standing), found.text)


def _database(world: World) -> Finding:
    from django.db import connection

    connection.ensure_connection()
    number = connection.connection.info.server_version
    version = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    where = "embedded" if world.server else "your own"
    return Finding("database", Verdict.OK, f"{version}, {where}")


def _keys(world: World) -> Finding:
    from heli.vault.key_file import lies_open
    from heli.vault.keys import keyring, misfit_of
    from heli.vault.marks import stored_marks

    path = world.configuration.keys
    try:
        misfit = misfit_of(keyring(), stored_marks())
    except ConfigurationError as error:
        return Finding("keys", Verdict.BAD, str(error))
    if misfit:
        sentence = f"not the keys that this database was sealed with: {misfit}."
        return Finding("keys", Verdict.BAD, sentence)
    if world.configuration.sealing.master and path and lies_open(path):
        sentence = f"{path} lies open although HELI_MASTER is set; run heli keys wrap."
        return Finding("keys", Verdict.WARN, sentence)
    return Finding("keys", Verdict.OK, str(path))


def _migrations() -> Finding:
    from heli.ops.schema import missing_migrations

    missing = missing_migrations()
    if missing:
        names = ", ".join(missing)
        return Finding(
            "migrations", Verdict.BAD, f"{len(missing)} missing ({names}); run heli migrate."
        )
    return Finding("migrations", Verdict.OK, "none missing")


def _jobs() -> Finding:
    from django.db import connection

    from heli.ground import clock

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(coalesce(jobs.scheduled_at, events.at)) "
            "FROM procrastinate_jobs jobs JOIN procrastinate_events events "
            "ON events.job_id = jobs.id AND events.type = 'deferred' "
            "WHERE jobs.status = 'todo' AND coalesce(jobs.scheduled_at, now()) <= now()"
        )
        count, oldest = cursor.fetchone()
    return _waiting("jobs", count, oldest, clock.real_now())


def _outbox() -> Finding:
    from django.db.models import Count, Min

    from heli.ground import clock
    from heli.ground.models import OutboxEvent

    waiting = OutboxEvent.objects.filter(delivered_at__isnull=True).aggregate(
        count=Count("id"), oldest=Min("happened_at")
    )
    return _waiting("outbox", waiting["count"], waiting["oldest"], clock.now())


def _audit() -> Finding:
    from django.conf import settings

    from heli.ground import clock
    from heli.ground.audit import chain

    path = settings.HELI.audit_checkpoints
    if path is not None and not path.parent.is_dir():
        text = f"its checkpoints cannot be written: there is no directory {path.parent}."
        return Finding("audit", Verdict.BAD, text)
    count, oldest = chain.tail()
    finding = _waiting("audit", count, oldest, clock.real_now())
    if finding.verdict is Verdict.OK and path is None:
        text = "its checkpoints go to no file; set HELI_AUDIT_CHECKPOINTS."
        return Finding("audit", Verdict.WARN, text)
    return finding


def _four_eyes() -> Finding:
    from heli.hall.emergencies import SAID_FOR, recent_emergencies

    said = recent_emergencies()
    if not said:
        text = f"nothing was done alone that takes two, in {SAID_FOR.days} days"
        return Finding("four eyes", Verdict.OK, text)
    last = said[0]
    text = (
        f"{len(said)} done by one alone, the last: {last.kind} on {last.at:%Y-%m-%d} ({last.why})"
    )
    return Finding("four eyes", Verdict.WARN, text + "; see heli audit and /desk/permits.")


def _logins() -> Finding:
    from heli.hall.unusual import tried_much, wrong_within_a_day

    much = tried_much()
    if much:
        names = ", ".join(f"{one.username} ({one.times})" for one in much)
        text = (
            f"wrong passwords or codes within a day, many of them for {names}; see docs/audit.md."
        )
        return Finding("logins", Verdict.WARN, text)
    text = f"wrong passwords and codes within a day: {wrong_within_a_day()}; many for no account"
    return Finding("logins", Verdict.OK, text)


def _offices() -> Iterator[Finding]:
    """Only where something is wrong with them."""
    from heli.ground import clock
    from heli.ops.offices_checks import offices_without_a_check

    shut_out = offices_without_a_check(clock.today())
    if shut_out:
        text = (
            f"{len(shut_out)} accept only real-name checks that are not set up here, the first: "
            f"{shut_out[0]}; nobody can book there. See real_name_checks in docs/loading.md."
        )
        yield Finding("offices", Verdict.WARN, text)


def _waiting(name: str, count: int, oldest: datetime | None, at: datetime) -> Finding:
    if oldest is None:
        return Finding(name, Verdict.OK, "nothing waits")
    age = max(timedelta(), at - oldest)
    late = age > timedelta(seconds=WAITING_SECONDS_MAX)
    text = f"{count} waiting, the oldest for {_in_words(age)}"
    if late:
        return Finding(name, Verdict.WARN, text + "; is heli serve running?")
    return Finding(name, Verdict.OK, text)


def _clock(*, tables_are_there: bool) -> Finding:
    from django.db import connection

    from heli.ground import clock

    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs(cursor.fetchone()[0] - clock.real_now())
    if apart > timedelta(seconds=CLOCK_SECONDS_MAX):
        text = f"this machine and the database are {_in_words(apart)} apart; set both by NTP."
        return Finding("clock", Verdict.WARN, text)
    ahead = clock.offset() if tables_are_there else timedelta()
    if ahead:
        return Finding("clock", Verdict.OK, f"business time runs {_in_words(ahead)} ahead")
    return Finding("clock", Verdict.OK, "business time is real time")


def _in_words(length: timedelta) -> str:
    """The largest unit that fits, rounded down.

    >>> _in_words(timedelta(seconds=75)), _in_words(timedelta(days=31, hours=2))
    ('1 min', '31 d')
    """
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
