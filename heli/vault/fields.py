"""The model field for personal data: it stores what is sealed and nothing else.

A room writes and reads it by `seal_into` and `open_from`, which know where the value belongs. What
is a `SealedField` is found by `heli keys rotate` and `heli keys verify` without being told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import models

from heli.vault.sealing import Spot, is_sealed, seal, unseal

if TYPE_CHECKING:
    Bytes = models.BinaryField[Any, Any]
else:
    Bytes = models.BinaryField


class SealedField(Bytes):
    """A text, sealed for its row (see `heli.vault.sealing`).

    Whatever is no sealed value is refused before it reaches the database; b"" stands for "not yet",
    in a row that has to be stored to get the number that its value is bound to.

    spot_column: the column's name in the spot, where it is not the column itself (kept from before
    a column was renamed, since a value opens under the name it was sealed for).
    """

    def __init__(self, *args: Any, spot_column: str = "", **options: Any) -> None:
        self.spot_column = spot_column
        super().__init__(*args, **options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """As bytes: a migration neither seals nor needs to know how."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.BinaryField", args, options

    def clone(self) -> SealedField:
        """A copy that has not been put into a model."""
        _name, _path, args, options = super().deconstruct()
        return type(self)(*args, spot_column=self.spot_column, **options)

    def get_prep_value(self, value: Any) -> Any:
        """The value as it is stored. Raises ValueError for what was never sealed."""
        prepared = super().get_prep_value(value)
        is_bytes = isinstance(prepared, bytes | bytearray | memoryview)
        if is_bytes and prepared and not is_sealed(bytes(prepared)):
            # The value itself is not repeated: it is what should have been sealed.
            raise ValueError(f"{self.model._meta.db_table}.{self.column}: this is not sealed")
        return prepared

    def spot(self, key: object) -> Spot:
        """Where a value of this field belongs. key: the primary key of its row."""
        is_bytes = isinstance(key, bytes | bytearray | memoryview)
        row = bytes(key).hex() if is_bytes else str(key)  # type: ignore[call-overload]
        return Spot(self.model._meta.db_table, self.spot_column or str(self.column), row)


class SealedColumn(NamedTuple):
    """A column of sealed values."""

    model: type[models.Model]
    field: SealedField

    def __str__(self) -> str:
        return f"{self.model._meta.db_table}.{self.field.column}"


def sealed_columns() -> list[SealedColumn]:
    """Every column of sealed values in the database, in a fixed order."""
    found = [
        SealedColumn(model, field)
        for model in apps.get_models()
        if not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, SealedField)
    ]
    return sorted(found, key=str)


def seal_into(row: models.Model, name: str, text: str | None) -> None:
    """Put the text into the row's sealed field of this name (not saved yet). None empties it.

    The row has its primary key already.
    """
    assert row.pk is not None, "a value is sealed for its row, which needs its key first"
    sealed = None if text is None else seal(text, spot=_field(row, name).spot(row.pk))
    setattr(row, name, sealed)


def open_from(row: models.Model, name: str) -> str:
    """The text in the row's sealed field of this name, which is not empty. Raises SealBroken."""
    sealed = getattr(row, name)
    assert sealed is not None, "there is nothing to open"
    return unseal(sealed, spot=_field(row, name).spot(row.pk))


def _field(row: models.Model, name: str) -> SealedField:
    field = row._meta.get_field(name)
    assert isinstance(field, SealedField), f"{name} is no sealed field"
    return field
