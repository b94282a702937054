"""Fictional couples by number, each person in one couple only: births of 1880 to 1899."""

from __future__ import annotations

from datetime import date, timedelta
from operator import mul

from heli.ops.demo.people import COUNTIES, GIVEN_NAMES, SURNAMES, FictionalPerson

FIRST_BIRTH, DAYS = date(1880, 1, 1), 7305  # 1880 to 1899
SEQUENCES = 500  # of each sex, on one day in one county
COUPLES_MAX = len(COUNTIES) * DAYS * SEQUENCES

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643: 2 ** (17 - i) mod 11
_CHECK_CHARACTERS = "10X98765432"


def couple(number: int) -> tuple[FictionalPerson, FictionalPerson]:
    """The couple of this number, from 0 to COUPLES_MAX - 1: first the one who books.

    No two couples have a person in common. Fast, since a rush needs hundreds of thousands.

    >>> one, other = couple(0)
    >>> one.id_number, other.id_number
    ('110105188001010017', '110105188001010009')
    """
    assert 0 <= number < COUPLES_MAX, "there are not so many couples"
    rest, county = divmod(number, len(COUNTIES))
    sequence, day = divmod(rest, DAYS)
    born = (FIRST_BIRTH + timedelta(days=day)).isoformat().replace("-", "")
    first_14 = COUNTIES[county] + born
    return (
        _person(number, f"{first_14}{2 * sequence + 1:03d}"),
        _person(number + 1, f"{first_14}{2 * sequence:03d}"),
    )


def _person(number: int, first_17: str) -> FictionalPerson:
    check = _CHECK_CHARACTERS[sum(map(mul, map(int, first_17), _WEIGHTS)) % 11]
    surname = SURNAMES[number % len(SURNAMES)]
    return FictionalPerson(
        name=surname + GIVEN_NAMES[number % len(GIVEN_NAMES)],
        id_number=first_17 + check,
        phone=f"1390000{number % 10_000:04d}",
    )
