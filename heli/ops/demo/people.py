"""Fictional people: names of textbook examples, valid numbers, births of 1880 to 1899 only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from stdnum.iso7064 import mod_11_2

SURNAMES = "赵钱孙李周吴郑王冯陈"
GIVEN_NAMES = ("示例", "样本", "甲", "乙", "丙", "丁", "虚构", "范文")
ENDS_MAX = 7_000  # of telephones; whoever has a higher one has it alone
COUNTIES = ("110105", "310101", "420106", "440106", "510107")


@dataclass(frozen=True)
class FictionalPerson:
    """Nobody who ever lived: a name, an ID number that passes its check, a telephone."""

    name: str
    id_number: str
    phone: str


def fictional_person(chance: Random | None = None, *, male: bool = True) -> FictionalPerson:
    """A new fictional person; with the same `chance` the same one."""
    chance = chance or secrets.SystemRandom()
    born = date(1880, 1, 1) + timedelta(days=chance.randrange(20 * 365))
    sequence = chance.randrange(500) * 2 + (1 if male else 0)
    first_17 = f"{chance.choice(COUNTIES)}{born:%Y%m%d}{sequence:03d}"
    return FictionalPerson(
        name=chance.choice(SURNAMES) + chance.choice(GIVEN_NAMES),
        id_number=first_17 + mod_11_2.calc_check_digit(first_17),
        phone=f"1390000{chance.randrange(ENDS_MAX):04d}",
    )


def fictional_couple(chance: Random | None = None) -> tuple[FictionalPerson, FictionalPerson]:
    """Two fictional people who may marry or divorce."""
    return fictional_person(chance, male=True), fictional_person(chance, male=False)
