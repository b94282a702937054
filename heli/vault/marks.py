"""Whether the key file is the one that this database was sealed with.

A server that starts with another file would seal new values under keys that open nothing else,
and take everybody for a stranger; so it does not start. The marks of the keys tell (`KeyMark`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from heli.ground import clock
from heli.ground.configuration import ConfigurationError
from heli.vault.fields import sealed_columns
from heli.vault.keys import Keyring, look_again, misfit_of
from heli.vault.models import KeyMark
from heli.vault.sealing import SealBroken, unseal

SAMPLES = 20  # of each column


def check_keys() -> None:
    """Refuse keys that are not this database's, and mark those that are used here from now on.

    The tables are there. Raises ConfigurationError, one sentence.
    """
    ring, stored = refuse_other_keys()
    KeyMark.objects.bulk_create(
        [
            KeyMark(id=name, mark=mark, made_at=clock.real_now())
            for name, mark in ring.marks().items()
            if name not in stored
        ],
        ignore_conflicts=True,  # another process that starts now makes the same
    )


def refuse_other_keys() -> tuple[Keyring, dict[str, bytes]]:
    """The keys and the marks that are stored; nothing is changed.

    The tables are there. Raises ConfigurationError where the keys are not this database's.
    """
    ring, stored = refuse_unlike_marks()
    if not stored and (misfit := _nothing_opens()):
        raise _not_its_keys(misfit)
    return ring, stored


def refuse_unlike_marks() -> tuple[Keyring, dict[str, bytes]]:
    """The same by the marks alone, which can be asked of tables of an earlier version or none."""
    ring, stored = look_again(), stored_marks()
    if misfit := misfit_of(ring, stored):
        raise _not_its_keys(misfit)
    return ring, stored


def _not_its_keys(misfit: str) -> ConfigurationError:
    return ConfigurationError(
        f"The key file {settings.HELI.keys} (HELI_KEYS) is not the one that this database was "
        f"sealed with: {misfit}."
    )


def stored_marks() -> dict[str, bytes]:
    """The marks that the database holds, by the key's name; none before it was ever used."""
    if KeyMark._meta.db_table not in connection.introspection.table_names():
        return {}
    return {row.id: bytes(row.mark) for row in KeyMark.objects.all()}


def _nothing_opens() -> str | None:
    """Of a database from before there were marks: whether it holds sealed values and none opens."""
    is_closed = False
    for column in sealed_columns():
        name = column.field.name
        rows = column.model._default_manager.exclude(**{name: None}).exclude(**{name: b""})
        for row in rows[:SAMPLES]:
            try:
                unseal(getattr(row, name), spot=column.field.spot(row.pk))
            except SealBroken:
                is_closed = True
            else:
                return None
    return "nothing of what is sealed in it opens" if is_closed else None
