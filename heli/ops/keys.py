"""`heli keys`: make a key file, replace its key while Heli serves, see that everything opens.

In production nobody replaces or drops a key alone: another one's word stands behind it (`Word`).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from heli.ground.configuration import ConfigurationError
from heli.ground.sealing_settings import Master, SealingSettingWrong, read_master
from heli.ops.errors import CommandRefused

if TYPE_CHECKING:
    from heli.hall.permit_rules import PermitKind
    from heli.vault.key_file import KeyFile
    from heli.vault.master import MasterKey

PASSES_MAX = 10
STEADY_SECONDS = 1.0  # on top of the time within which every process looks at the key file
ONE_AT_A_TIME = 4_854_715  # the number of the advisory lock; any, but always the same
ACTOR = "command:keys"
NEEDS_ANOTHER = (
    "In production this needs a second person: ask at /desk/permits, have somebody else grant it, "
    "and say --permit CODE. In an emergency: --emergency WHY (docs/keys.md)."
)
DONE_ALONE = (
    "This was done without a second person. The audit has it, and heli doctor and /desk/permits "
    "say so for 90 days."
)


@dataclass(frozen=True)
class Word:
    """On whose word a key is replaced or dropped. permit: the code of what one member of staff
    asked for at the desk and another one granted. emergency: why it is done without, else ""."""

    permit: str = ""
    emergency: str = ""


NOBODYS = Word()


@contextmanager
def _alone() -> Iterator[None]:
    """The tables and the keys were looked at, and no other such command runs until the end of the
    block. Raises CommandRefused, ConfigurationError."""
    from django.db import connection

    from heli.vault.marks import check_keys

    _check_tables()
    check_keys()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            raise CommandRefused("Another heli keys is at work on this database.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def add_keys(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The command's parsers; those that want a world are returned."""
    keys = commands.add_parser("keys", help="the keys that personal data is sealed under")
    deeds = keys.add_subparsers(title="deeds", required=True, metavar="DEED")
    new = deeds.add_parser("new", help="make a key file")
    new.add_argument("file", type=Path, nargs="?", metavar="FILE", help="else HELI_KEYS")
    new.add_argument(
        "--index",
        choices=("sha256", "sm3"),
        default="sha256",
        help="the digest of blind indexes, for good; default: %(default)s",
    )
    new.set_defaults(run=_new)
    wrap = deeds.add_parser("wrap", help="seal the key file under HELI_MASTER, or lay it open")
    wrap.add_argument("file", type=Path, nargs="?", metavar="FILE", help="else HELI_KEYS")
    wrap.add_argument(
        "--from",
        dest="before",
        default="",
        metavar="MASTER",
        help="what it is sealed under now, as HELI_MASTER would say it; default: nothing",
    )
    wrap.set_defaults(run=_wrap)
    rotate = deeds.add_parser("rotate", help="seal everything under a new key, while serving")
    rotate.add_argument(
        "--add", action="store_true", help="only add the key, for the other machines to get first"
    )
    rotate.set_defaults(run=_rotate)
    _take_word(rotate)
    verify = deeds.add_parser("verify", help="does everything open, and under which key")
    verify.add_argument("--json", action="store_true", help="as one JSON document")
    verify.set_defaults(run=_verify)
    drop = deeds.add_parser("drop", help="take a key out under which nothing lies any more")
    drop.add_argument("key", metavar="KEY", help="its id, such as k1")
    drop.set_defaults(run=_drop)
    _take_word(drop)
    return [rotate, verify, drop]


def _take_word(command: argparse.ArgumentParser) -> None:
    word = command.add_mutually_exclusive_group()
    word.add_argument(
        "--permit", default="", metavar="CODE", help="of /desk/permits; needed in production"
    )
    word.add_argument(
        "--emergency",
        default="",
        metavar="WHY",
        help="without a second person; leaves a trace that everybody sees",
    )


def _word(chosen: argparse.Namespace) -> Word:
    return Word(permit=chosen.permit.strip(), emergency=chosen.emergency.strip())


def _new(chosen: argparse.Namespace) -> int:
    from heli.vault.key_file import create_key_file

    path = _file(chosen, "new")
    create_key_file(path, index_hash=chosen.index, master=_master(os.environ.get("HELI_MASTER")))
    print(f"{path} holds new keys. Keep a copy where the database and its backups are not.")
    return 0


def _wrap(chosen: argparse.Namespace) -> int:
    from heli.vault.key_file import read_key_file, replace_key_file

    path, before = _file(chosen, "wrap"), _master(chosen.before)
    keys = read_key_file(path, is_production=False, master=lambda: before)
    after = _master(os.environ.get("HELI_MASTER"))
    replace_key_file(path, keys, master=after)
    print(f"{path} is sealed under the master key." if after else f"{path} lies open now.")
    return 0


def _file(chosen: argparse.Namespace, deed: str) -> Path:
    path = chosen.file or os.environ.get("HELI_KEYS")
    if not path:
        raise CommandRefused(f"Say which file: heli keys {deed} FILE, or HELI_KEYS.")
    return Path(os.path.abspath(path))


def _master(said: str | None) -> MasterKey | None:
    from heli.vault.master import MasterFailed, master_key

    try:
        master: Master | None = read_master(said or "", os.environ)
        return None if master is None else master_key(master, is_production=False)
    except SealingSettingWrong as wrong:
        raise ConfigurationError(str(wrong)) from None
    except MasterFailed as failed:
        raise ConfigurationError(f"The master key cannot be had: {failed}.") from None


def _rotate(chosen: argparse.Namespace) -> int:
    from heli.ops.world import Wish, opened

    with opened(Wish(data=chosen.data, may_create=False)):
        return rotate_keys(add_only=chosen.add, word=_word(chosen))


def _verify(chosen: argparse.Namespace) -> int:
    from heli.ops.world import Wish, opened

    with opened(Wish(data=chosen.data, may_create=False)):
        return verify_keys(as_json=chosen.json)


def _drop(chosen: argparse.Namespace) -> int:
    from heli.ops.world import Wish, opened

    with opened(Wish(data=chosen.data, may_create=False)):
        return drop_key(chosen.key, word=_word(chosen))


@_alone()
def rotate_keys(
    *, add_only: bool = False, word: Word = NOBODYS, steady_seconds: float | None = None
) -> int:
    """Seal everything under another key, in a world that is open; 0, or 1 where something is left.

    What an earlier rotation left is sealed first, and then no key is made and no word needed. A key
    that was added before (`add_only`) is used. steady_seconds: until every process has looked at
    the key file. Raises ConfigurationError, CommandRefused, PermitNotGranted, PermitNotGood.
    """
    from heli.hall.permit_rules import PermitKind
    from heli.vault import rotation
    from heli.vault.keys import LOOK_SECONDS
    from heli.vault.marks import check_keys

    keys = _keys()
    newest = list(keys.sealing)[-1]
    is_made_now = newest == keys.current and (add_only or not rotation.count_left())
    if is_made_now:
        newest = keys.next_id
        keys = keys.with_key(newest)
    if add_only:
        if is_made_now:  # one that waits in the file already needs nobody's word again
            _tell("add key", newest, PermitKind.ROTATE_KEYS, word)
            _write(keys)
        check_keys()
        print(
            f"Key {newest} is in the file and seals nothing yet. Bring the file to every machine,"
        )
        print("then run heli keys rotate.")
        return 0
    if newest != keys.current:
        _tell("use key", newest, PermitKind.ROTATE_KEYS, word)
        _write(replace(keys, current=newest))
    check_keys()
    print(f"New values are sealed under {newest}.", flush=True)
    time.sleep(LOOK_SECONDS + STEADY_SECONDS if steady_seconds is None else steady_seconds)
    broken, left = _reseal()
    if broken:
        print(f"heli: {broken} values do not open and stay as they are.", file=sys.stderr)
    if left > broken:
        print(f"heli: {left - broken} values are left; run it again.", file=sys.stderr)
    if left:
        return 1
    print("Everything is sealed under it. Older keys stay in the file for older backups;")
    print("heli keys drop takes one out.")
    return 0


def _reseal() -> tuple[int, int]:
    """Pass after pass until nothing is left that opens: how many do not open, how many are left."""
    from heli.vault import rotation

    broken = left = 0
    for _pass in range(PASSES_MAX):
        done: Counter[str] = Counter()
        broken = 0
        for batch in rotation.reseal_all():
            done[str(batch.column)] += batch.resealed
            broken += batch.broken
        for column, count in done.items():
            print(f"{column}: {count}", flush=True)
        left = rotation.count_left()
        if left <= broken:
            break
        time.sleep(STEADY_SECONDS)  # rows that somebody else held
    return broken, left


def verify_keys(*, as_json: bool) -> int:
    """Open every sealed value and say under which keys they lie; 1 where one does not open.

    Raises ConfigurationError where the key file is another database's.
    """
    from heli.vault.fields import sealed_columns
    from heli.vault.keys import keyring
    from heli.vault.marks import check_keys
    from heli.vault.rotation import count_heads, open_all

    _check_tables()
    check_keys()
    ring = keyring()
    columns = []
    values: Counter[str] = Counter(dict.fromkeys(ring.key_ids, 0))
    for column in sealed_columns():
        heads = count_heads(column)
        for head, count in heads.items():
            values[head[2:].decode("ascii", "replace")] += count
        broken = sum(batch.broken for batch in open_all(column))
        columns.append({"column": str(column), "values": heads.total(), "broken": broken})
    is_whole = not any(column["broken"] for column in columns)
    if as_json:
        document = {
            "ok": is_whole,
            "current": ring.current,
            "keys": [{"id": id, "values": count} for id, count in values.items()],
            "columns": columns,
        }
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return int(not is_whole)
    for said in columns:
        print("{column}: {values} values, {broken} do not open".format(**said))
    for id, count in values.items():
        print(f"key {id}{' (current)' if id == ring.current else ''}: {count} values")
    return int(not is_whole)


@_alone()
def drop_key(key_id: str, *, word: Word = NOBODYS) -> int:
    """Take a key out of the file. Raises CommandRefused while anything lies under it, and as
    `rotate_keys` does."""
    from heli.hall.permit_rules import PermitKind
    from heli.vault.fields import sealed_columns
    from heli.vault.models import KeyMark
    from heli.vault.rotation import count_heads

    keys = _keys()
    if key_id not in keys.sealing:
        raise CommandRefused(f"The key file holds no key {key_id}.")
    if key_id == keys.current:
        raise CommandRefused(f"{key_id} is the current key; run heli keys rotate first.")
    ends = key_id.encode()
    heads = [count_heads(column) for column in sealed_columns()]
    if count := sum(n for found in heads for head, n in found.items() if head[2:] == ends):
        raise CommandRefused(f"{count} values lie under {key_id}; run heli keys rotate first.")
    _tell("drop key", key_id, PermitKind.DROP_KEY, word)
    KeyMark.objects.filter(id=f"sealing {key_id}").delete()
    _write(keys.without_key(key_id))
    print(f"{key_id} is out of the file. A backup from before needs a copy that has it.")
    return 0


def _check_tables() -> None:
    from heli.ops.schema import missing_migrations

    if missing_migrations():
        raise CommandRefused("The tables are not of this version; run heli migrate first.")


def _keys() -> KeyFile:
    from django.conf import settings

    from heli.vault.keys import read_keys

    return read_keys(settings.HELI)


def _tell(deed: str, key_id: str, kind: PermitKind, word: Word) -> None:
    """Append to the audit what is about to be done with a key, and on whose word.

    Raises CommandRefused (nobody's, in production), PermitNotGranted, PermitNotGood.
    """
    from django.conf import settings
    from django.db import transaction

    from heli.ground import clock
    from heli.ground.configuration import Environment
    from heli.hall import emergencies, permits

    if word == NOBODYS and settings.HELI.environment is Environment.PRODUCTION:
        raise CommandRefused(NEEDS_ANOTHER)
    at = clock.now()
    with transaction.atomic():
        if word.permit:
            permits.use_key_permit(word.permit, kind, actor=ACTOR, at=at)
        if word.emergency:
            emergencies.record_emergency(kind, word.emergency, actor=ACTOR, at=at)
        emergencies.record_key_deed(deed, key_id, actor=ACTOR, at=at, is_alone=word == NOBODYS)
    if word.emergency:
        print(f"heli: {DONE_ALONE}", file=sys.stderr, flush=True)


def _write(keys: KeyFile) -> None:
    from django.conf import settings

    from heli.vault.key_file import replace_key_file
    from heli.vault.keys import look_again, master_of

    assert settings.HELI.keys is not None
    replace_key_file(settings.HELI.keys, keys, master=master_of(settings.HELI))
    look_again()
