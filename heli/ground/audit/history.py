"""Histories: each change of a row of a tracked table is kept by a trigger (django-pghistory), and
the audit is told of it.

For tables that change slowly and matter. Never for bookings, parties, slots, events or the outbox:
they have their own record, and no trigger more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=type[models.Model])


def keeps_history(
    *trackers: pghistory.Tracker, fields: list[str] | None = None
) -> Callable[[M], M]:
    """Class decorator: keep what each row was, in a model `<Name>History` of the same room.

    trackers: which changes; without any of them insert, update and delete. fields: those that are
    kept, without it all; never what is sealed, indexed by a person or a secret. Its migration has
    to tell the audit of it, too: `tell_of`.
    """

    def track(model: M) -> M:
        pghistory.track(
            *(trackers or every_change()),
            fields=fields,
            model_name=f"{model.__name__}History",
            append_only=True,
            obj_field=pghistory.ObjForeignKey(related_name="+", db_index=False),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type] # its stub forgets what it documents
        )(model)
        return model

    return track


def every_change() -> tuple[pghistory.Tracker, ...]:
    """Insert, update and delete."""
    return pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()


def tell_of(table: str) -> str:
    """The statement that tells the audit of each row of a history, for its migration.

    >>> tell_of("hall_staffhistory").split(" ON ")[1].split()[0]
    'hall_staffhistory'
    """
    return (
        f"CREATE TRIGGER ground_audit_tell AFTER INSERT ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION ground_audit_tell('change', '')"
    )
