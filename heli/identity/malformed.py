"""What is wrong with something a person typed: the reason for programs, the sentence for people."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.utils.functional import Promise

from heli.ground.refusals import FieldError


class Malformed(Exception):
    """One field cannot be read as what it should be. Never holds what was typed.

    reason: for programs and tests. sentence: in Chinese, translated by gettext.
    Its family: IdNumberError, NameError_, PhoneError.
    """

    sentences: ClassVar[dict[StrEnum, str | Promise]]

    def __init__(self, reason: StrEnum) -> None:
        self.reason = reason
        super().__init__(reason.value)

    @property
    def sentence(self) -> str | Promise:
        """What is wrong and what to do."""
        return self.sentences[self.reason]

    def at(self, field: str) -> FieldError:
        """The same as the error of a field, named by its dotted path ("partner.id_number")."""
        return FieldError(field, self.sentence)
