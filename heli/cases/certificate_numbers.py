"""The number of a divorce certificate: its form, and the mark by which it is given once only."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from heli.ground.refusals import FieldError, InvalidInput
from heli.vault.blind import blind_index

FORM = re.compile(r"L\d{6}-\d{4}-\d{6}", re.ASCII)


def check_form(number: str) -> None:
    """Raises InvalidInput for what is no number of a certificate."""
    if not FORM.fullmatch(number):
        raise InvalidInput(
            FieldError(
                "certificate_number",
                _("离婚证字号的格式是 L、6位数字、-、年份、-、6位数字，请核对。"),
            )
        )


def mark_of(number: str) -> bytes:
    """The blind index of a number: the same for the same one, and says nothing of it."""
    return blind_index("certificate_number", number)
