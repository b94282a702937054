"""The code of a booking: what people read out on the telephone and desks type in.

Eleven random characters and a check character of an alphabet without look-alikes: no 0 O Q, 1 I L,
Z, 5 S, 8 B, U V. The alphabet has 23 characters, a prime, so the weighted sum finds every
single wrong character and every swap of two.
"""

from __future__ import annotations

import secrets

from heli.ground.typed import without_gaps

ALPHABET = "34679ACDEFGHJKMNPRTWXY2"
LENGTH = 12

_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def new_code() -> str:
    """A new code: 23**11 possible ones, so that nobody guesses somebody else's."""
    number = secrets.randbelow(len(ALPHABET) ** (LENGTH - 1))
    body = ""
    for _ in range(LENGTH - 1):
        number, value = divmod(number, len(ALPHABET))
        body += ALPHABET[value]
    return body + _check_character(body)


def clean_code(text: str) -> str | None:
    """The code as stored, from what somebody typed: any case, spaces, dashes. None if it is none.

    >>> clean_code("not a code") is None
    True
    """
    code = without_gaps(text).upper()
    if len(code) != LENGTH or any(character not in ALPHABET for character in code):
        return None
    return code if code[-1] == _check_character(code[:-1]) else None


def in_groups(code: str) -> str:
    """The code in groups of four, as people read it.

    >>> in_groups("ACDE23467999")
    'ACDE 2346 7999'
    """
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def _check_character(body: str) -> str:
    total, weight = 0, 2
    for character in body:
        total += weight * _VALUES[character]
        weight += 1
    return ALPHABET[-total % len(ALPHABET)]
