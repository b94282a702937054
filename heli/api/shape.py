"""What goes out of the API, and how it is read from the rooms' values."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A shape of the contract. Plain pydantic: ninja's own Schema takes five times as long."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def reading(cls, value: object) -> Self:
        """The shape of a room's value, by the names of its fields."""
        return cls.model_validate(value)
